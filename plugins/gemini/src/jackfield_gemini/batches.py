"""Batches: requests to one model that are answered within a day, for half the price.

A batch is a long-running operation. Its results come with it (under two names of the same word), or are a file of lines
where the requests were one. Rules: what is wrong with one result is its own error, and no other's.

Source: https://ai.google.dev/gemini-api/docs/batch-api and https://ai.google.dev/api/batch-api (2026-11)
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from jackfield import wire
from jackfield.errors import DecodeError, ProviderError
from jackfield.hookspecs import Flow
from jackfield.http import HttpResponse, Settings
from jackfield.types.batches import Batch, BatchCounts, BatchEntry, BatchItem, BatchState
from jackfield.types.requests import GenerateRequest
from jackfield.wire import is_object
from jackfield_gemini.address import model_path
from jackfield_gemini.decode import decode
from jackfield_gemini.errors import error_of
from jackfield_gemini.files import download
from jackfield_gemini.mirror import mirror
from jackfield_gemini.paging import ask, entries, seconds, whole
from jackfield_gemini.shapes import is_list

Json = Mapping[str, Any]

NAME = "jackfield"
"""What our batches are called where a name has to be given."""
_PAGE_SIZE = 100
_WORD = "BATCH_STATE_"
STATES = {
    "PENDING": BatchState.PENDING,
    "RUNNING": BatchState.RUNNING,
    "SUCCEEDED": BatchState.SUCCEEDED,
    "FAILED": BatchState.FAILED,
    "CANCELLED": BatchState.CANCELLED,
    "EXPIRED": BatchState.EXPIRED,
}
_CODES = dict(
    enumerate(
        (
            "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
            "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
            "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
        ),
        start=1,
    )
)  # fmt: skip
"""Source: https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto"""


@mirror
class Stats:
    """How many requests, on the wire."""

    request_count: str | None = None
    successful_request_count: str | None = None
    failed_request_count: str | None = None


@mirror
class Metadata:
    """What an operation says of its batch."""

    state: str | None = None
    create_time: str | None = None
    end_time: str | None = None
    batch_stats: Stats | None = None


@mirror
class Operation:
    """A batch on the wire."""

    name: str
    metadata: Metadata = Metadata()
    done: bool = False
    error: Any = None


def create(entries_: Sequence[BatchEntry], settings: Settings) -> Flow[Batch]:
    """Hand the requests in, in one body; Gemini takes 20 MB of that."""
    requests = [{"request": wire.embedded(one.http.content), "metadata": {"key": one.id}} for one in entries_]
    path = f"{model_path(entries_[0].request.model)}:batchGenerateContent"
    body = {"batch": {"displayName": NAME, "inputConfig": {"requests": {"requests": requests}}}}
    value = yield from ask(settings, path, method="POST", body=body)
    return batch_of(value)


def path_of(name: str) -> str:
    """The path of a batch, from its id with or without the collection."""
    return f"batches/{quote(name.removeprefix('batches/'), safe='')}"


def get(batch_id: str, settings: Settings) -> Flow[Batch]:
    """Look one up."""
    value = yield from ask(settings, path_of(batch_id))
    return batch_of(value)


def list_pages(settings: Settings) -> Flow[list[Batch]]:
    """All of them."""
    found = yield from entries(settings, "batches", "operations", _PAGE_SIZE)
    return [batch_of(one) for one in found]


def cancel(batch_id: str, settings: Settings) -> Flow[None]:
    """Cancel one."""
    yield from ask(settings, f"{path_of(batch_id)}:cancel", method="POST")


def batch_of(value: Any) -> Batch:
    """A batch from its wire object."""
    operation = wire.structure(value, Operation)
    metadata = operation.metadata
    stats = metadata.batch_stats or Stats()
    word = (metadata.state or "").removeprefix(_WORD)
    state = STATES.get(word, BatchState.OTHER)
    if not word:  # the state of a new one may be absent, as a zero is
        state = BatchState.PENDING if not operation.done else BatchState.FAILED if operation.error else state
    return Batch(
        id=operation.name,
        provider="gemini",
        state=state,
        state_raw=metadata.state,
        counts=BatchCounts(
            total=whole(stats.request_count),
            succeeded=whole(stats.successful_request_count),
            failed=whole(stats.failed_request_count),
        ),
        created_s=seconds(metadata.create_time),
        ended_s=seconds(metadata.end_time),
        result_file_id=_output(value).get("responsesFile"),
        error=str(operation.error.get("message") or operation.error) if is_object(operation.error) else None,
        raw=value,
    )


def _output(operation: Json) -> Json:
    """Where the results are: in the response, or in the metadata."""
    metadata = operation.get("metadata")
    places: tuple[Any, ...] = (operation.get("response"), metadata.get("output") if is_object(metadata) else None)
    for place in places:
        if is_object(place):
            return place
    return {}


def results(batch: Batch, settings: Settings, strict: bool) -> Flow[list[BatchItem]]:  # noqa: FBT001 - a hook
    """The results that came with the batch, or those of its file."""
    if batch.result_file_id:
        text = yield from download(batch.result_file_id, settings)
        found = [wire.loads(line) for line in text.split(b"\n") if line.strip()]
    else:
        inner = _output(batch.raw).get("inlinedResponses")
        listed: Any = inner.get("inlinedResponses", []) if is_object(inner) else []
        found = list(listed) if is_list(listed) else []
    return [item_of(one, strict=strict) for one in found]


def item_of(value: Any, *, strict: bool) -> BatchItem:
    """One result.

    Raises:
        DecodeError: it names no request.
    """
    name = _key(value)
    try:
        return BatchItem(id=name, result=decode(*_exchange(value, strict=strict)))
    except (ProviderError, DecodeError) as error:
        return BatchItem(id=name, error=error)


def _key(value: Any) -> str:
    """The name of the request: in a file beside its result, else in its metadata."""
    facts: Json = value if is_object(value) else {}
    metadata = facts.get("metadata")
    name = facts.get("key", metadata.get("key") if is_object(metadata) else None)
    if isinstance(name, str):
        return name
    body = wire.dumps(value, escape=True)
    raise DecodeError("a result without the key of its request", path="metadata.key", body=body)


def _exchange(value: Json, *, strict: bool) -> tuple[GenerateRequest, HttpResponse]:
    """What decoding needs: a request, and the answer as if it had come alone."""
    answer = value.get("response")
    if not is_object(answer):
        raise error_of({"error": _named(value.get("error"))}, status=None, body=wire.dumps(value, escape=True))
    body = wire.dumps(answer, escape=True)
    return GenerateRequest(model="", messages=(), strict=strict), HttpResponse(status=200, body=body)


def _named(error: Any) -> Any:
    """The error of one result has a number of google.rpc, where an answer has an HTTP status and a word."""
    code = error.get("code") if is_object(error) else None
    if not isinstance(code, int) or code not in _CODES:
        return error
    return {**{name: fact for name, fact in error.items() if name != "code"}, "status": _CODES[code]}
