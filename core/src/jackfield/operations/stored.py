"""Files and batches as flows: what a provider keeps, and what it answers later.

Rules: the plugin holds each conversation with its provider, the core checks what goes in and waits. Middleware sees
none of this: its hooks are about calls that end with a reply.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from typing import Any, TypeVar

import attrs

from jackfield.errors import ProviderError, UsageError
from jackfield.flow import Sleep, Steps, pages
from jackfield.operations.setup import Setup
from jackfield.types.batches import Batch, BatchEntry, BatchItem
from jackfield.types.fields import expect, refusal
from jackfield.types.files import File, FileState, Upload
from jackfield.types.messages import Message
from jackfield.types.parts import mime_type_of, read_path
from jackfield.types.requests import GenerateRequest
from jackfield.types.results import Notice

T = TypeVar("T")

Contents = str | PathLike[str] | bytes
"""A path, as text or as a Path, or the bytes themselves."""


LIST: type[list[Any]] = list
NONE = type(None)


def converse(setup: Setup, hook: str, returns: type[T], **arguments: Any) -> Steps[T]:
    """A plugin's flow, driven with the client's settings and retries. Raises UnsupportedOperation."""
    return pages(setup.provider.conversation(hook, returns, setup.settings, **arguments), setup.retries)


def until(look: Callable[[], Steps[T]], done: Callable[[T], bool], poll_s: float) -> Steps[T]:
    """Look again and again, `poll_s` seconds apart, until it is done. UsageError if poll_s is not above 0."""
    given: Any = poll_s  # callers may have no type checker
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < math.inf:
        raise refusal("poll_s", "a number of seconds above 0", given)
    while True:
        found = yield from look()
        if done(found):
            return found
        yield Sleep(poll_s)


def id_of(given: File | Batch | str, kind: type[File | Batch]) -> str:
    """The id, from the thing itself or from a text.

    Raises:
        UsageError: it is empty, holds what no id can, or is of another type.
    """
    found: Any = given.id if isinstance(given, kind) else given
    if isinstance(found, str) and found.strip() and found.isprintable():
        return found
    raise refusal(kind.__name__.lower(), f"a {kind.__name__} or its id", given)


# --- files


def read_upload(source: Contents, mime_type: str | None, name: str | None, purpose: str | None) -> Upload:
    """What is to be uploaded, read now.

    Raises:
        UsageError: the file cannot be read, or its type cannot be told.
    """
    for argument, value in (("mime_type", mime_type), ("name", name), ("purpose", purpose)):
        expect(argument, str | None, value)
        if value and not value.isprintable():
            raise refusal(argument, "a text that can be shown", value)
    filename, data = ("", source) if isinstance(source, bytes) else read_path(source)
    what = filename or "the file"
    if not data:
        msg = f"{what} is empty: there is nothing to upload"
        raise UsageError(msg)
    found = mime_type or mime_type_of(data, filename)
    if found is None:
        msg = f"the type of {what} cannot be told: pass mime_type="
        raise UsageError(msg)
    return Upload(data=data, mime_type=found, name=name or filename or "upload", purpose=purpose)


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
    given: Any = prompts  # callers may have no type checker
    expected = "a mapping from ids of yours to prompts, or a list of prompts"
    several = isinstance(given, Iterable) and not isinstance(given, str | bytes | Message)
    if not several:
        raise refusal("prompts", expected, prompts)
    named: Mapping[Any, Any] = (
        prompts if isinstance(prompts, Mapping) else {str(at): one for at, one in enumerate(prompts)}
    )
    if not named:
        msg = f"prompts: there are none; give {expected}"
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
        batch = yield from converse(setup, "get_batch", Batch, batch_id=id_of(given, Batch))
    if not batch.ended:
        msg = f"{batch.id} has not ended, it is {batch.state_raw or batch.state}: wait for it first"
        raise UsageError(msg)
    items: list[BatchItem] = yield from converse(setup, "batch_results", LIST, batch=batch, strict=setup.strict)
    return {item.id: item for item in items}
