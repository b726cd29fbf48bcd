"""Batches, as this format has them: a file of requests goes in, files of answers come out, in any order.

Rules: as for files. A line of the results is decoded like an answer to a request of its own; what is wrong with it is
its own error, and no other line's.

Source: https://platform.openai.com/docs/api-reference/batch
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any
from urllib.parse import quote

from jackfield import wire
from jackfield.dialects.chat_completions.dialect import ChatCompletions
from jackfield.dialects.chat_completions.encode import headers
from jackfield.dialects.chat_completions.faults import provider_error
from jackfield.dialects.chat_completions.files import BATCH, ask, download_file, entries_of, store
from jackfield.dialects.chat_completions.stored import Batching
from jackfield.errors import DecodeError, ProviderError, UnsupportedOption
from jackfield.hookspecs import Flow
from jackfield.http import HttpResponse, Settings
from jackfield.pieces import Content, Pieces
from jackfield.types.batches import Batch, BatchCounts, BatchEntry, BatchItem, BatchState
from jackfield.types.requests import GenerateRequest
from jackfield.values import frozen
from jackfield.wire import is_object

BATCHES = "/batches"
ENDPOINT = "/v1/chat/completions"
STATES: Mapping[str, BatchState] = {
    "validating": BatchState.PENDING,
    "queued": BatchState.PENDING,
    "in_progress": BatchState.RUNNING,
    "finalizing": BatchState.RUNNING,
    "completed": BatchState.SUCCEEDED,
    "failed": BatchState.FAILED,
    "expired": BatchState.EXPIRED,
    "cancelling": BatchState.CANCELLING,
    "cancelled": BatchState.CANCELLED,
}


@frozen(kw_only=True)
class Counts:
    """How many requests, on the wire."""

    total: int | None = None
    completed: int | None = None
    failed: int | None = None


@frozen(kw_only=True)
class StoredBatch:
    """A batch on the wire."""

    id: str
    status: str
    output_file_id: str | None = None
    error_file_id: str | None = None
    created_at: int | None = None
    completed_at: int | None = None
    failed_at: int | None = None
    expired_at: int | None = None
    cancelled_at: int | None = None
    request_counts: Counts | None = None
    errors: Any = None


def create_batch(batching: Batching, entries: Sequence[BatchEntry], settings: Settings) -> Flow[Batch]:
    """Upload the requests, one a line, and begin a batch with them.

    Raises:
        UnsupportedOption: a request has a header of its own, for which a line has no place.
    """
    usual = {*headers(batching.dialect, settings), "accept", "content-type"}
    for name in (name for entry in entries for name in entry.http.headers if name not in usual):
        reason = f"the header {name} cannot be set for a request of a batch"
        raise UnsupportedOption("extra", reason, provider=batching.dialect.provider, droppable=False)
    lines = Pieces(*chain.from_iterable((line_of(entry), b"\n") for entry in entries))
    named = {"purpose": BATCH, "name": "batch.jsonl", "mime_type": "application/jsonl"}
    file = yield from store(batching.dialect, settings, lines, **named)
    body = {"input_file_id": file.id, "endpoint": ENDPOINT, "completion_window": batching.window}
    response = yield from ask(batching.dialect, settings, BATCHES, method="POST", body=body)
    return batch_of(batching, wire.loads(response.body))


def line_of(entry: BatchEntry) -> Content:
    """One request as a line, without the line's end."""
    body = wire.embedded(entry.http.content)
    return wire.content({"custom_id": entry.id, "method": "POST", "url": ENDPOINT, "body": body}, escape=True)


def get_batch(batching: Batching, batch_id: str, settings: Settings) -> Flow[Batch]:
    """Look one up."""
    response = yield from ask(batching.dialect, settings, f"{BATCHES}/{quote(batch_id, safe='')}")
    return batch_of(batching, wire.loads(response.body))


def list_batches(batching: Batching, settings: Settings) -> Flow[list[Batch]]:
    """All of them, page by page."""
    found: list[Batch] = []
    read: set[str] = set()
    cursor = ""
    while True:
        response = yield from ask(
            batching.dialect, settings, BATCHES + (f"?cursor={quote(cursor, safe='')}" if cursor else "")
        )
        found += [batch_of(batching, entry) for entry in entries_of(response)]
        read.add(cursor)
        cursor = _next(wire.loads(response.body))
        if not cursor:
            return found
        if cursor in read:
            raise DecodeError("the list of batches repeats a page", path="paging.next_cursor", body=response.body)


def _next(page: Mapping[str, Any]) -> str:
    paging = page.get("paging")
    return str(paging.get("next_cursor") or "") if is_object(paging) else ""


def cancel_batch(batching: Batching, batch_id: str, settings: Settings) -> Flow[None]:
    """Cancel one."""
    path = f"{BATCHES}/{quote(batch_id, safe='')}"
    if batching.cancel == "POST":
        path += "/cancel"
    yield from ask(batching.dialect, settings, path, method=batching.cancel)


def batch_of(batching: Batching, value: Any) -> Batch:
    """A batch from its wire object."""
    stored = wire.structure(value, StoredBatch)
    counts = stored.request_counts or Counts()
    return Batch(
        id=stored.id,
        provider=batching.dialect.provider,
        state=STATES.get(stored.status, BatchState.OTHER),
        state_raw=stored.status,
        counts=BatchCounts(total=counts.total, succeeded=counts.completed, failed=counts.failed),
        created_s=stored.created_at,
        ended_s=stored.completed_at or stored.failed_at or stored.expired_at or stored.cancelled_at,
        result_file_id=stored.output_file_id,
        error="; ".join(_messages(stored.errors)) or None,
        raw=value,
    )


def _messages(errors: Any) -> Iterator[str]:
    """Groq's SDK has a list object here, its guide a bare array or null (2026-11)."""
    listed: Any = errors.get("data") if is_object(errors) else errors
    for one in listed if isinstance(listed, list) else ():  # pyright: ignore[reportUnknownVariableType]  # JSON edge
        yield str(one.get("message") or one) if is_object(one) else str(one)  # pyright: ignore[reportUnknownArgumentType]  # as above


# --- results


def batch_results(batching: Batching, batch: Batch, settings: Settings, strict: bool) -> Flow[list[BatchItem]]:  # noqa: FBT001 - a hook
    """Fetch and decode the answers, and the errors, which may be in a file of their own."""
    texts: list[bytes] = []
    if batching.results == "path":
        path = f"{BATCHES}/{quote(batch.id, safe='')}/results"
        texts.append((yield from ask(batching.dialect, settings, path)).body)
    written = (batch.result_file_id, batch.raw.get("error_file_id")) if batching.results == "files" else ()
    for file_id in filter(None, written):
        text = yield from download_file(batching.dialect, str(file_id), settings)
        texts.append(text)
    lines = [line for text in texts for line in text.split(b"\n") if line.strip()]
    return [item_of(batching.dialect, line, strict=strict) for line in lines]


def item_of(dialect: ChatCompletions, line: bytes, *, strict: bool) -> BatchItem:
    """One answer from its line.

    Raises:
        DecodeError: it names no request.
    """
    value = wire.loads(line)
    name = value.get("custom_id") if is_object(value) else None
    if not isinstance(name, str):
        raise DecodeError("a result without the id of its request", path="custom_id", body=line)
    try:
        return BatchItem(id=name, result=dialect.decode(*_exchange(dialect, value, strict=strict)))
    except (ProviderError, DecodeError) as error:
        return BatchItem(id=name, error=error)


def _exchange(
    dialect: ChatCompletions, value: Mapping[str, Any], *, strict: bool
) -> tuple[GenerateRequest, HttpResponse]:
    """What decoding needs: a request for the model that answered, and the answer as if it had come alone."""
    response: Any = value.get("response")
    if not is_object(response):
        raw = wire.dumps(dict(value), escape=True)
        raise provider_error(value.get("error"), HttpResponse(status=500), dialect, in_stream=True, body=raw)
    wrapped = "body" in response and "status_code" in response
    body: Any = response["body"] if wrapped else response
    status: Any = response["status_code"] if wrapped else 200
    model = body.get("model") if is_object(body) else None
    request = GenerateRequest(model=str(model or ""), messages=(), strict=strict)
    return request, HttpResponse(status=status if isinstance(status, int) else 500, body=wire.dumps(body, escape=True))
