"""Files and batches in the chat-completions format: what goes out, and what is made of what comes in."""

from typing import Any

import pytest

from jackfield import registry, wire
from jackfield.dialects.chat_completions.multipart import encode_form
from jackfield.errors import DecodeError, NotFound, RateLimited, UnsupportedOption
from jackfield.hookspecs import Flow
from jackfield.http import HttpRequest, HttpResponse, Secret, Settings
from jackfield.operations.prepare import prepare
from jackfield.operations.stored import LIST
from jackfield.pieces import Pieces
from jackfield.testing.chat_batches import read_form
from jackfield.types.batches import Batch, BatchCounts, BatchEntry, BatchItem, BatchState
from jackfield.types.files import File, Upload
from jackfield.types.messages import user
from jackfield.types.parts import Image
from jackfield.types.requests import GenerateRequest
from jackfield_cerebras import CerebrasOptions

SETTINGS = {
    "groq": Settings(provider="groq", base_url="https://gate.example", values={"api_key": Secret("k")}),
    "cerebras": Settings(provider="cerebras", base_url="https://gate.example", values={"api_key": Secret("k")}),
}
REPLY = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "openai/gpt-oss-20b",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Blue."}, "finish_reason": "stop"}],
}


def begin(provider: str, hook: str, returns: type[Any], **arguments: Any) -> Flow[Any]:
    """The plugin's conversation."""
    return registry.load(provider).conversation(hook, returns, SETTINGS[provider], **arguments)


def answered(flow: Flow[Any], *bodies: object) -> tuple[list[HttpRequest], Any]:
    """Answer a flow with these bodies; what it asked, and what it returned."""
    asked = [next(flow)]
    try:
        for body in bodies:
            content = body if isinstance(body, bytes) else wire.dumps(body)
            asked.append(flow.send(HttpResponse(status=200, body=content)))
    except StopIteration as stop:
        return asked, stop.value
    raise AssertionError(f"it asks on: {asked[-1]}")


def entry(name: str, provider: str = "groq", **options: Any) -> BatchEntry:
    """A request of a batch."""
    asked: dict[str, Any] = {"model": "openai/gpt-oss-20b", "messages": (user("Why?"),), **options}
    request = GenerateRequest(**asked)
    prepared = prepare(registry.load(provider), request, SETTINGS[provider])
    assert isinstance(prepared.request, GenerateRequest)
    return BatchEntry(id=name, request=prepared.request, http=prepared.http)


def test_a_form_is_read_back() -> None:
    """Equal forms are equal bytes, and a name cannot end its header."""
    upload = Upload(data=b"\r\n--x\r\n\0", mime_type="text/plain", name='a"\r\nb')
    named = {"name": upload.name, "mime_type": upload.mime_type}
    kind, body = encode_form({"purpose": "batch"}, upload.data, **named)
    assert (kind, body) == encode_form({"purpose": "batch"}, Pieces(upload.data), **named)
    request = HttpRequest(url="https://x.example", headers={"content-type": kind}, body=body)
    assert read_form(request) == ({"purpose": "batch"}, upload.data, "a%22%0D%0Ab")


def test_a_file_is_uploaded_to_the_base_url() -> None:
    """One request; every fact of the answer arrives."""
    upload = Upload(data=b"{}\n", mime_type="application/jsonl", name="in.jsonl")
    stored = {"id": "file_1", "object": "file", "bytes": 3, "created_at": 7, "expires_at": 9, "filename": "in.jsonl"}
    asked, file = answered(begin("groq", "upload_file", File, upload=upload), stored)
    assert [(one.method, one.url) for one in asked] == [("POST", "https://gate.example/openai/v1/files")]
    assert file == File(
        id="file_1", provider="groq", name="in.jsonl", size_bytes=3, created_s=7, expires_s=9, raw=stored
    )


def test_an_id_cannot_leave_its_path() -> None:
    """Slashes and dots in an id are quoted."""
    asked = next(begin("groq", "get_file", File, file_id="../models?x"))
    assert asked.url == "https://gate.example/openai/v1/files/..%2Fmodels%3Fx"


def test_a_missing_file_is_not_found() -> None:
    """The status says what went wrong."""
    flow = begin("groq", "delete_file", type(None), file_id="file_1")
    assert next(flow).method == "DELETE"
    with pytest.raises(NotFound):
        flow.send(HttpResponse(status=404, body=b'{"error":{"message":"No such file"}}'))


def test_a_batch_is_a_file_of_lines() -> None:
    """Each line holds the body that `generate` would have sent; the batch itself is begun once."""
    flow = begin("groq", "create_batch", Batch, entries=(entry("a", max_tokens=5), entry("b")))
    made = {"id": "batch_1", "status": "validating", "errors": None, "created_at": 3}
    (upload, create), batch = answered(flow, {"id": "file_1"}, made)
    content = read_form(upload)[1] or b""
    lines = [wire.loads(line) for line in content.splitlines()]
    assert [line["custom_id"] for line in lines] == ["a", "b"]
    assert {(line["method"], line["url"]) for line in lines} == {("POST", "/v1/chat/completions")}
    assert lines[0]["body"] == wire.loads(entry("a", max_tokens=5).http.body)
    assert wire.loads(create.body) == {
        "input_file_id": "file_1", "endpoint": "/v1/chat/completions", "completion_window": "24h",
    }  # fmt: skip
    assert upload.retryable
    assert not create.retryable
    assert (batch.id, batch.state, batch.ended) == ("batch_1", BatchState.PENDING, False)


def test_a_batch_with_large_media() -> None:
    """Its lines are written while it is uploaded, and are what they would be otherwise."""
    image = Image(data=bytes(range(256)) * 200, mime_type="image/png")
    entries = (entry("a"), entry("b", model="llama-4-scout", messages=(user("Look.", image),)), entry("c"))
    asked = next(begin("groq", "create_batch", Batch, entries=entries))
    lines = (read_form(asked)[1] or b"").splitlines()
    assert [wire.loads(line)["body"] for line in lines] == [wire.loads(one.http.body) for one in entries]
    assert all(line == wire.dumps(wire.loads(line)) for line in lines)


def test_a_header_has_no_place_in_a_line() -> None:
    """What cannot be said is refused, before anything is sent."""
    flow = begin(
        "cerebras", "create_batch", Batch, entries=(entry("a", "cerebras", extra=CerebrasOptions(api_version=2)),)
    )
    with pytest.raises(UnsupportedOption, match="x-cerebras-version-patch"):
        next(flow)


@pytest.mark.parametrize(
    "errors",
    [[{"message": "line 1"}], {"object": "list", "data": [{"code": "x", "message": "line 1"}]}, ["line 1"]],
    ids=["array", "list object", "texts"],
)
def test_a_failed_batch_says_why(errors: object) -> None:
    """The guide and the SDK write the errors in different ways."""
    stored = {
        "id": "batch_1", "status": "failed", "errors": errors, "failed_at": 8,
        "request_counts": {"total": 2, "completed": 0, "failed": 2},
    }  # fmt: skip
    _, batch = answered(begin("groq", "get_batch", Batch, batch_id="batch_1"), stored)
    assert (batch.state, batch.error, batch.ended_s) == (BatchState.FAILED, "line 1", 8)
    assert batch.counts == BatchCounts(total=2, succeeded=0, failed=2)


def test_an_unknown_state_is_kept() -> None:
    """A new word is no error, and not the end."""
    _, batch = answered(begin("groq", "get_batch", Batch, batch_id="b"), {"id": "b", "status": "paused"})
    assert (batch.state, batch.state_raw, batch.ended) == (BatchState.OTHER, "paused", False)


def test_batches_come_page_by_page() -> None:
    """The cursor leads on; one that repeats would never end."""
    pages: list[dict[str, Any]] = [
        {"object": "list", "data": [{"id": "a", "status": "completed"}], "paging": {"next_cursor": "c/1"}},
        {"object": "list", "data": [{"id": "b", "status": "expired"}], "paging": {}},
    ]
    asked, batches = answered(begin("groq", "list_batches", LIST), *pages)
    assert [one.url.partition("?")[2] for one in asked] == ["", "cursor=c%2F1"]
    assert [one.id for one in batches] == ["a", "b"]
    with pytest.raises(DecodeError, match="repeats"):
        answered(begin("groq", "list_batches", LIST), pages[0], pages[0])


@pytest.mark.parametrize(
    ("provider", "method", "path"),
    [("groq", "POST", "/openai/v1/batches/b/cancel"), ("cerebras", "DELETE", "/v1/batches/b")],
)
def test_cancelling(provider: str, method: str, path: str) -> None:
    """Each provider has its own way."""
    asked, nothing = answered(begin(provider, "cancel_batch", type(None), batch_id="b"), {})
    assert [(one.method, one.url) for one in asked] == [(method, f"https://gate.example{path}")]
    assert nothing is None


def lines(*values: object) -> bytes:
    """A file of results."""
    return b"".join(wire.dumps(value) + b"\n" for value in values)


def results(provider: str, batch: Batch, *texts: bytes) -> tuple[list[HttpRequest], dict[str, BatchItem]]:
    """What was asked, and the results by name."""
    asked, items = answered(begin(provider, "batch_results", LIST, batch=batch, strict=False), *texts)
    return asked, {item.id: item for item in items}


def test_results_are_those_of_single_requests() -> None:
    """Two files, any order; a failure is the item's own."""
    refused = {"error": {"message": "slow down", "code": "rate_limit_exceeded", "type": "tokens"}}
    good = lines(
        {"custom_id": "b", "response": {"status_code": 429, "body": refused}, "error": None},
        {"custom_id": "a", "response": {"status_code": 200, "body": REPLY}, "error": None},
        {"custom_id": "d", "response": {"status_code": 200, "body": {"choices": 1}}, "error": None},
    )
    bad = lines({"custom_id": "c", "response": None, "error": {"code": "batch_expired", "message": "too late"}})
    batch = Batch(
        id="b", provider="groq", state=BatchState.SUCCEEDED, result_file_id="file_o", raw={"error_file_id": "file_e"}
    )
    asked, items = results("groq", batch, good, bad)
    assert [one.url.rpartition("/files/")[2] for one in asked] == ["file_o/content", "file_e/content"]
    assert items.keys() == {"a", "b", "c", "d"}
    assert items["a"].result is not None
    assert items["a"].result.text == "Blue."
    assert isinstance(items["b"].error, RateLimited)
    assert (str(items["c"].error), items["b"].result) == ("groq: batch_expired: too late", None)
    assert isinstance(items["d"].error, DecodeError)


def test_results_of_cerebras() -> None:
    """They are at a path of their own, with a word in each line. Source: capabilities/batch (2026-11)."""
    batch = Batch(id="b", provider="cerebras", state=BatchState.EXPIRED)
    text = lines(
        {"custom_id": "a", "status": "succeeded", "response": REPLY},
        {"custom_id": "b", "status": "expired", "error": {"code": "timeout", "message": "too late"}},
    )
    asked, items = results("cerebras", batch, text)
    assert [one.url for one in asked] == ["https://gate.example/v1/batches/b/results"]
    assert items["a"].result is not None
    assert items["a"].result.text == "Blue."
    assert str(items["b"].error) == "cerebras: timeout: too late"


def test_a_batch_without_results_has_none() -> None:
    """Nothing is asked where there is no file."""
    flow = begin(
        "groq", "batch_results", LIST, batch=Batch(id="b", provider="groq", state=BatchState.FAILED), strict=True
    )
    with pytest.raises(StopIteration) as stop:
        next(flow)
    assert stop.value.value == []


def test_a_result_without_a_name_is_an_error() -> None:
    """It belongs to nobody, and dropping it would hide it."""
    batch = Batch(id="b", provider="groq", state=BatchState.SUCCEEDED, result_file_id="f")
    with pytest.raises(DecodeError, match="without the id"):
        results("groq", batch, lines({"response": {"status_code": 200, "body": REPLY}}))
