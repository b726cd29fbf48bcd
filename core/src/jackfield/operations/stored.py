"""Files and batches as flows: what a provider keeps, and what it answers later.

Rules: the plugin holds each conversation with its provider, the core checks what goes in and waits. Middleware sees
none of this: its hooks are about calls that end with a reply.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import attrs

from jackfield.errors import ProviderError, UsageError
from jackfield.flow import Sleep, Steps, pages
from jackfield.operations.setup import Setup
from jackfield.types.batches import Batch, BatchEntry, BatchItem
from jackfield.types.files import File, FileState, Upload
from jackfield.types.parts import mime_type_of
from jackfield.types.requests import GenerateRequest
from jackfield.types.results import Notice

T = TypeVar("T")

Contents = str | Path | bytes
"""A path, as text or as a Path, or the bytes themselves."""


LIST: type[list[Any]] = list
NONE = type(None)


def converse(setup: Setup, hook: str, returns: type[T], **arguments: Any) -> Steps[T]:
    """A plugin's flow, driven with the client's settings and retries. Raises UnsupportedOperation."""
    return pages(setup.provider.conversation(hook, returns, setup.settings, **arguments), setup.retries)


def until(look: Callable[[], Steps[T]], done: Callable[[T], bool], poll_s: float) -> Steps[T]:
    """Look again and again, `poll_s` seconds apart, until it is done. UsageError if poll_s is not above 0."""
    if not poll_s > 0:
        msg = f"poll_s: expected a number of seconds above 0, got {poll_s!r}"
        raise UsageError(msg)
    while True:
        found = yield from look()
        if done(found):
            return found
        yield Sleep(poll_s)


def id_of(given: File | Batch | str) -> str:
    """The id, from the thing itself or from a text.

    Raises:
        UsageError: it is empty or of another type.
    """
    found: Any = given.id if isinstance(given, File | Batch) else given
    if isinstance(found, str) and found.strip():
        return found
    msg = f"expected an id, a File or a Batch, got {given!r}"
    raise UsageError(msg)


# --- files


def read_upload(source: Contents, mime_type: str | None, name: str | None, purpose: str | None) -> Upload:
    """What is to be uploaded, read now.

    Raises:
        UsageError: the file cannot be read, or its type cannot be told.
    """
    where = None if isinstance(source, bytes) else Path(source)
    try:
        data = source if isinstance(source, bytes) else Path(source).read_bytes()
    except OSError as error:
        msg = f"cannot read {where}: {error.strerror or error}"
        raise UsageError(msg) from error
    found = mime_type or mime_type_of(data, "" if where is None else where.name)
    if found is None:
        msg = f"the type of {where or 'these bytes'} cannot be told: pass mime_type="
        raise UsageError(msg)
    return Upload(data=data, mime_type=found, name=name or ("upload" if where is None else where.name), purpose=purpose)


def wait_file(setup: Setup, file_id: str, poll_s: float) -> Steps[File]:
    """Look until the file can be used.

    Raises:
        ProviderError: the provider could not process it.
    """
    file = yield from until(
        lambda: converse(setup, "get_file", File, file_id=file_id),
        lambda found: found.state is not FileState.PROCESSING,
        poll_s,
    )
    if file.state is FileState.FAILED:
        raise ProviderError(file.error or f"{file.id} could not be processed", provider=setup.provider.id)
    return file


# --- batches


def create_batch(setup: Setup, prompts: Mapping[str, Any] | Sequence[Any], options: Mapping[str, Any]) -> Steps[Batch]:
    """Check and encode each request, and hand them in together.

    Raises:
        UsageError: there are no prompts, an id is not a text, or a request is wrong; nothing was sent.
    """
    entries: list[BatchEntry] = []
    notices: list[Notice] = []
    for name, prompt in _named(prompts).items():
        prepared = setup.call(prompt, options, None, stream=False).prepared()
        assert isinstance(prepared.request, GenerateRequest)  # noqa: S101 - `Setup.call` makes nothing else
        entries.append(BatchEntry(id=name, request=prepared.request, http=prepared.http))
        notices += (one for one in prepared.notices if one not in notices)
    created: Batch = yield from converse(setup, "create_batch", Batch, entries=tuple(entries))
    return attrs.evolve(created, warnings=(*notices, *created.warnings))


def _named(prompts: Mapping[str, Any] | Sequence[Any]) -> Mapping[str, Any]:
    named: Mapping[Any, Any]
    if isinstance(prompts, Mapping):
        named = prompts
    else:
        named = {str(at): one for at, one in enumerate(() if isinstance(prompts, str) else prompts)}
    if not named:
        msg = "a batch needs prompts: a mapping from ids of yours, or a list"
        raise UsageError(msg)
    strange = [name for name in named if not isinstance(name, str) or not name]
    if strange:
        msg = f"an id in a batch is a text that is not empty, got {strange[0]!r}"
        raise UsageError(msg)
    return named


def wait_batch(setup: Setup, batch_id: str, poll_s: float) -> Steps[Batch]:
    """Look until the batch has ended, however it did."""
    return until(lambda: converse(setup, "get_batch", Batch, batch_id=batch_id), lambda found: found.ended, poll_s)


def batch_results(setup: Setup, given: Batch | str) -> Steps[dict[str, BatchItem]]:
    """The results by the ids of the requests; of a batch that had not ended, the state is looked up first.

    Raises:
        UsageError: it has not ended.
    """
    batch = given
    if not isinstance(batch, Batch) or not batch.ended:
        batch = yield from converse(setup, "get_batch", Batch, batch_id=id_of(given))
    if not batch.ended:
        msg = f"{batch.id} has not ended, it is {batch.state_raw or batch.state}: wait for it first"
        raise UsageError(msg)
    items: list[BatchItem] = yield from converse(setup, "batch_results", LIST, batch=batch, strict=setup.strict)
    return {item.id: item for item in items}
