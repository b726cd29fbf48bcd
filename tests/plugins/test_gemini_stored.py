"""Gemini's files and batches: what goes out, and what is made of what comes in."""

from typing import Any

import pytest
from tests.plugins.test_chat_stored import answered

from jackfield import registry, wire
from jackfield.errors import DecodeError, InvalidRequest, PermissionDenied, ProviderError
from jackfield.hookspecs import Flow
from jackfield.http import HttpResponse, Secret, Settings
from jackfield.operations.prepare import prepare
from jackfield.operations.stored import LIST
from jackfield.types.batches import Batch, BatchCounts, BatchEntry, BatchItem, BatchState
from jackfield.types.files import File, FileState, Upload
from jackfield.types.messages import user
from jackfield.types.parts import Image
from jackfield.types.requests import GenerateRequest

GEMINI = registry.load("gemini")
REPLY = {"candidates": [{"content": {"parts": [{"text": "Blue."}], "role": "model"}, "finishReason": "STOP"}]}
STORED = {
    "name": "files/abc",
    "displayName": "a film",
    "mimeType": "video/mp4",
    "sizeBytes": "12345",
    "createTime": "2026-01-01T00:00:00.123456789Z",
    "expirationTime": "2026-01-03T00:00:00Z",
    "uri": "https://generativelanguage.googleapis.com/v1beta/files/abc",
    "state": "PROCESSING",
}


def settings(base_url: str = "https://gate.example") -> Settings:
    """With a gateway in place of Google."""
    return Settings(provider="gemini", base_url=base_url, values={"api_key": Secret("k")})


def begin(hook: str, returns: type[Any], base_url: str = "https://gate.example", **arguments: Any) -> Flow[Any]:
    """The plugin's conversation."""
    return GEMINI.conversation(hook, returns, settings(base_url), **arguments)


@pytest.mark.parametrize(
    ("base_url", "at"),
    [
        ("https://gate.example", "https://gate.example/upload/v1beta/files"),
        ("https://gate.example/gemini/v1", "https://gate.example/gemini/upload/v1/files"),
    ],
)
def test_an_upload_stays_at_the_base_url(base_url: str, at: str) -> None:
    """Two steps; the address in the first answer names Google's host, which is not contacted."""
    upload = Upload(data=b"12345", mime_type="video/mp4", name="a film")
    flow = begin("upload_file", File, base_url, upload=upload)
    start = next(flow)
    assert (start.method, start.url) == ("POST", at)
    assert start.headers["x-goog-upload-header-content-length"] == "5"
    assert wire.loads(start.body) == {"file": {"displayName": "a film", "mimeType": "video/mp4"}}
    version = at.rpartition("/files")[0].rpartition("/")[2]
    there = f"https://generativelanguage.googleapis.com/upload/{version}/files?upload_id=u&upload_protocol=resumable"
    send = flow.send(HttpResponse(status=200, headers={"x-goog-upload-url": there}))
    assert send.url == f"{at}?upload_id=u&upload_protocol=resumable"
    assert (send.body, send.headers["x-goog-upload-command"]) == (b"12345", "upload, finalize")
    assert not send.retryable
    with pytest.raises(StopIteration) as stop:
        flow.send(HttpResponse(status=200, body=wire.dumps({"file": STORED})))
    assert stop.value.value == File(
        id="files/abc", provider="gemini", name="a film", mime_type="video/mp4", size_bytes=12345,
        state=FileState.PROCESSING, created_s=1767225600, expires_s=1767398400, url=STORED["uri"], raw=STORED,
    )  # fmt: skip


def test_an_upload_without_an_address_is_an_error() -> None:
    """There is nowhere to send the contents to."""
    flow = begin("upload_file", File, upload=Upload(data=b"1", mime_type="a/b", name="x"))
    next(flow)
    with pytest.raises(DecodeError, match="no address"):
        flow.send(HttpResponse(status=200))


@pytest.mark.parametrize("name", ["abc", "files/abc"])
def test_a_file_is_named_with_or_without_its_collection(name: str) -> None:
    """Both are the same file."""
    assert next(begin("get_file", File, file_id=name)).url == "https://gate.example/v1beta/files/abc"
    fetched, data = answered(begin("download_file", bytes, file_id=name), b"\0\1")
    assert fetched[0].url == "https://gate.example/v1beta/files/abc:download?alt=media"
    assert data == b"\0\1"


@pytest.mark.parametrize(
    ("location", "followed"),
    [
        ("https://elsewhere.example/download/v1beta/files/abc:download?alt=media", True),
        ("https://elsewhere.example/other", False),
        ("", False),
    ],
)
def test_a_download_moves_once_and_stays_at_its_host(location: str, followed: bool) -> None:  # noqa: FBT001 - a case
    """The redirect that leads to the bytes is followed below our own base URL; no other host is asked, nor twice."""
    flow = begin("download_file", bytes, file_id="abc")
    next(flow)
    moved = HttpResponse(status=302, headers={"location": location}, body=b'{"error": {"code": 302}}')
    if not followed:
        with pytest.raises(ProviderError):
            flow.send(moved)
        return
    assert flow.send(moved).url == "https://gate.example/download/v1beta/files/abc:download?alt=media"
    with pytest.raises(ProviderError):
        flow.send(moved)


def test_a_failed_file_says_why() -> None:
    """The words are the provider's."""
    stored = {"name": "files/x", "state": "FAILED", "error": {"code": 3, "message": "no film"}}
    _, file = answered(begin("get_file", File, file_id="x"), stored)
    assert (file.state, file.error, file.ready) == (FileState.FAILED, "no film", False)


def test_files_come_page_by_page() -> None:
    """An empty list is an empty object."""
    asked, files = answered(
        begin("list_files", LIST), {"files": [STORED], "nextPageToken": "t/2"}, {"files": [{"name": "files/x"}]}
    )
    assert [one.url.partition("?")[2] for one in asked] == ["pageSize=100", "pageSize=100&pageToken=t%2F2"]
    assert [one.id for one in files] == ["files/abc", "files/x"]
    assert answered(begin("list_files", LIST), {})[1] == []
    with pytest.raises(DecodeError, match="repeats"):
        answered(begin("list_files", LIST), {"nextPageToken": "t"}, {"nextPageToken": "t"})


def test_a_batch_holds_its_requests() -> None:
    """Each body is what `generate` would have sent, with its name beside it."""
    request = GenerateRequest(model="gemini-2.5-flash", messages=(user("Why?"),), max_tokens=5)
    http = prepare(GEMINI, request, settings()).http
    operation = {"name": "batches/b", "metadata": {"state": "BATCH_STATE_PENDING"}}
    asked, batch = answered(
        begin("create_batch", Batch, entries=(BatchEntry(id="a", request=request, http=http),)), operation
    )
    assert asked[0].url == "https://gate.example/v1beta/models/gemini-2.5-flash:batchGenerateContent"
    assert wire.loads(asked[0].body)["batch"]["inputConfig"] == {
        "requests": {"requests": [{"request": wire.loads(http.body), "metadata": {"key": "a"}}]}
    }
    assert not asked[0].retryable
    assert (batch.id, batch.state) == ("batches/b", BatchState.PENDING)


def test_a_batch_with_large_media() -> None:
    """It is written while it is sent, and is what it would be otherwise."""
    image = Image(data=bytes(range(256)) * 200, mime_type="image/png")
    asked = GenerateRequest(model="gemini-2.5-flash", messages=(user("Look.", image),))
    http = prepare(GEMINI, asked, settings()).http
    sent = next(begin("create_batch", Batch, entries=(BatchEntry(id="a", request=asked, http=http),) * 2))
    body = wire.loads(sent.body)
    assert sent.content == wire.dumps(body)
    listed = body["batch"]["inputConfig"]["requests"]["requests"]
    assert [one["request"] for one in listed] == [wire.loads(http.body)] * 2


def test_a_batch_is_an_operation() -> None:
    """Counts are text on the wire; a missing state is that of a new batch."""
    stored = {
        "name": "batches/b",
        "done": True,
        "metadata": {
            "state": "BATCH_STATE_SUCCEEDED",
            "createTime": "2026-01-01T00:00:00Z",
            "endTime": "2026-01-01T00:01:00Z",
            "batchStats": {"requestCount": "3", "successfulRequestCount": "2", "failedRequestCount": "1"},
        },
    }
    _, batch = answered(begin("get_batch", Batch, batch_id="batches/b"), stored)
    assert (batch.state, batch.created_s, batch.ended_s) == (BatchState.SUCCEEDED, 1767225600, 1767225660)
    assert batch.counts == BatchCounts(total=3, succeeded=2, failed=1)
    _, new = answered(begin("get_batch", Batch, batch_id="b"), {"name": "batches/b"})
    assert new.state is BatchState.PENDING
    _, failed = answered(
        begin("get_batch", Batch, batch_id="b"), {"name": "batches/b", "done": True, "error": {"message": "no"}}
    )
    assert (failed.state, failed.error) == (BatchState.FAILED, "no")


def items_of(flow: Flow[Any], *bodies: object) -> dict[str, BatchItem]:
    """The results by name."""
    try:
        next(flow)
    except StopIteration as stop:
        return {item.id: item for item in stop.value}
    try:
        flow.send(HttpResponse(status=200, body=b"".join(wire.dumps(body) + b"\n" for body in bodies)))
    except StopIteration as stop:
        return {item.id: item for item in stop.value}
    raise AssertionError("it asks on")


@pytest.mark.parametrize("place", ["response", "metadata"])
def test_results_come_with_the_batch(place: str) -> None:
    """They stand under two names of the same word, in the response or in the metadata; the rest is one's own error."""
    listed = [
        {"response": REPLY, "metadata": {"key": "a"}},
        {"error": {"code": 3, "message": "bad"}, "metadata": {"key": "b"}},
        {"error": {"code": 7, "message": "no"}, "metadata": {"key": "c"}},
        {"response": {"candidates": 1}, "metadata": {"key": "d"}},
    ]
    output = {"inlinedResponses": {"inlinedResponses": listed}}
    raw = {"response": output} if place == "response" else {"metadata": {"output": output}}
    batch = Batch(id="batches/b", provider="gemini", state=BatchState.SUCCEEDED, raw=raw)
    items = items_of(begin("batch_results", LIST, batch=batch, strict=False))
    assert items["a"].result is not None
    assert items["a"].result.text == "Blue."
    assert isinstance(items["b"].error, InvalidRequest)
    assert isinstance(items["c"].error, PermissionDenied)
    assert isinstance(items["d"].error, DecodeError)


def test_results_may_be_a_file() -> None:
    """Its lines have the name beside the result."""
    stored = {
        "name": "batches/b", "done": True, "metadata": {"state": "BATCH_STATE_SUCCEEDED"},
        "response": {"responsesFile": "files/batch-b"},
    }  # fmt: skip
    _, batch = answered(begin("get_batch", Batch, batch_id="b"), stored)
    assert batch.result_file_id == "files/batch-b"
    items = items_of(
        begin("batch_results", LIST, batch=batch, strict=True),
        {"key": "a", "response": REPLY},
        {"error": {"code": 14, "message": "busy"}, "key": "b"},
    )
    assert items["a"].result is not None
    assert items["b"].error is not None
    assert getattr(items["b"].error, "retryable", None) is True


def test_a_result_without_a_name_is_an_error() -> None:
    """It belongs to nobody."""
    raw = {"response": {"inlinedResponses": {"inlinedResponses": [{"response": REPLY}]}}}
    batch = Batch(id="batches/b", provider="gemini", state=BatchState.SUCCEEDED, raw=raw)
    with pytest.raises(DecodeError, match="without the key"):
        items_of(begin("batch_results", LIST, batch=batch, strict=False))
