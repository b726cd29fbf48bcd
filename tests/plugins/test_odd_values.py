"""Any value of a reply or an error may be an odd one: the answer is read or refused, and never our own fault."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import attrs
import pytest
from tests.corpus.mutations import is_array, is_object
from tests.plugins.reply_fields import STREAMED, WHOLE
from tests.plugins.test_reply_fields import request, streamed, whole

from jackfield import registry
from jackfield.conversation import dumps, loads
from jackfield.errors import DecodeError, IncompleteStream, ProviderError
from jackfield.http import HttpResponse, Secret, Settings
from jackfield.types.batches import Batch, BatchItem, BatchState
from jackfield.types.messages import user
from jackfield.types.results import Result

pytestmark = pytest.mark.repeats
HALF = "\ud800"  # half a surrogate pair: JSON can say it, UTF-8 cannot
ODD: tuple[Any, ...] = (HALF, [HALF], {HALF: HALF}, [[]], {}, None, 10**30, -1.5, True, "")
ERRORS: tuple[Any, ...] = (
    {"error": {"message": "No.", "type": "t", "code": "c", "param": "p", "failed_generation": "x"}},
    {"message": "No.", "type": "t", "code": "c", "param": "p", "status_code": 400},
    {"success": False, "errors": [{"code": 5006, "message": "No."}], "messages": [], "result": {}},
    {"error": {"code": 400, "message": "No.", "status": "INVALID_ARGUMENT", "details": [
        {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "R", "metadata": {"a": "b"}},
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "1s"},
        {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaMetric": "m"}]}]}},
)  # fmt: skip
PROVIDERS = ("groq", "cerebras", "cloudflare", "gemini")
SETTINGS = {name: Settings(provider=name, base_url="https://x.test", values={"api_key": Secret("k"), "account_id": "a"})
            for name in PROVIDERS}  # fmt: skip


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value."""
    yield path
    inner = value.items() if is_object(value) else enumerate(value) if is_array(value) else ()
    for step, one in inner:
        yield from paths(one, (*path, step))


def changed(value: Any) -> Iterator[Any]:
    """Copies of it in which one value is an odd one."""
    text = json.dumps(value)
    for path in paths(value):
        for odd in ODD:
            copy: Any = {"all": json.loads(text)}
            place = copy
            *way, last = ("all", *path)
            for step in way:
                place = place[step]
            place[last] = odd
            yield copy["all"]


def replies(shape: str) -> Iterator[Result[None]]:
    """What can be read of the odd ones, whole and streamed."""
    provider, body = WHOLE[shape]
    for odd in changed(body):
        try:
            yield whole(provider, odd, strict=False)
        except (DecodeError, IncompleteStream, ProviderError):
            continue
    for odd in changed(STREAMED[shape][1]):
        try:
            yield streamed(provider, odd if is_array(odd) else [odd], strict=False)
        except (DecodeError, IncompleteStream, ProviderError):
            continue


@pytest.mark.parametrize("shape", WHOLE)
def test_a_reply(shape: str) -> None:
    """What is read can be stored, and goes back to its provider."""
    provider = WHOLE[shape][0]
    hooks, read, sent = registry.load(provider), 0, set[bytes]()
    for result in replies(shape):
        read += 1
        turns = (user("Hi"), result.message, user("And?"))
        assert loads(dumps(turns)) == turns
        asked = attrs.evolve(request(strict=False), messages=turns)
        sent.add(hooks.encode_request(asked, SETTINGS[provider]).body)
    assert read > 100
    assert any(rb"\ud800" in body for body in sent)


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("error", ERRORS, ids=range(len(ERRORS)))
@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_error(provider: str, error: Any, status: int) -> None:
    """A status of its own, or an error in a 200: it is told as an error of the provider's."""
    headers = {"content-type": "application/json"}
    refused = 0
    for odd in changed(error):
        answer = HttpResponse(status=status, headers=headers, body=json.dumps(odd).encode())
        try:
            registry.load(provider).decode_response(request(strict=False), answer)
        except (DecodeError, ProviderError):
            refused += 1
        else:
            assert status == 200
    assert refused


# --- what is stored

BATCH: Any = {
    "id": "b", "object": "batch", "endpoint": "/v1/chat/completions", "input_file_id": "f", "status": "completed",
    "errors": {"object": "list", "data": [{"code": "c", "line": 1, "message": "No.", "param": "p"}]},
    "completion_window": "24h", "output_file_id": "o", "error_file_id": "e", "created_at": 1, "completed_at": 2,
    "expires_at": 3, "request_counts": {"total": 2, "completed": 1, "failed": 1}, "metadata": {"a": "b"},
}  # fmt: skip
FILE: Any = {
    "id": "f", "object": "file", "bytes": 3, "created_at": 7, "expires_at": 9, "filename": "in.jsonl", "status": "ok",
    "purpose": "batch",
}  # fmt: skip
FILM: Any = {
    "name": "files/f", "displayName": "a film", "mimeType": "video/mp4", "sizeBytes": "12345", "state": "FAILED",
    "createTime": "2026-01-01T00:00:00Z", "expirationTime": "2026-01-03T00:00:00Z", "uri": "https://x.test/files/f",
    "error": {"code": 3, "message": "No."}, "videoMetadata": {"videoDuration": "1s"},
}  # fmt: skip
OPERATION: Any = {
    "name": "batches/b", "done": True, "error": {"code": 3, "message": "No."}, "metadata": {
        "state": "BATCH_STATE_SUCCEEDED", "createTime": "2026-01-01T00:00:00Z", "endTime": "2026-01-01T00:01:00Z",
        "batchStats": {"requestCount": "3", "successfulRequestCount": "2", "failedRequestCount": "1"}},
    "response": {"responsesFile": "files/f"},
}  # fmt: skip
PRICES: Any = {"prompt": "0.1", "completion": "0.2", "image": "0", "input_cache_read": None}
MODELS: Mapping[str, Any] = {
    "groq": {"object": "list", "data": [{"id": "m", "object": "model", "created": 1, "owned_by": "o", "active": True,
                                         "context_window": 9, "max_completion_tokens": 9, "public_apps": None,
                                         "pricing": PRICES, "features": ["tools"], "input_modalities": ["text"]}]},
    "cerebras": {"object": "list", "data": [{"id": "m", "object": "model", "created": 0, "owned_by": "Meta"}]},
    "cloudflare": {"success": True, "errors": [], "messages": [], "result_info": {"page": 1, "count": 1}, "result": [
        {"id": "i", "source": 1, "name": "@cf/a/b", "description": "d", "task": {"id": "i", "name": "Text Generation"},
         "created_at": "2025-01-02 03:04:05.678", "tags": ["t"], "properties": [
            {"property_id": "context_window", "value": "9"}, {"property_id": "planned_deprecation_date", "value": "x"},
            {"property_id": "price", "value": [{"unit": "per M input tokens", "price": 0.1, "currency": "USD"}]}]}]},
    "gemini": {"models": [{"name": "models/m", "version": "1", "displayName": "M", "description": "d", "thinking": True,
                           "inputTokenLimit": 9, "outputTokenLimit": 9, "temperature": 1, "topP": 0.9, "topK": 1,
                           "supportedGenerationMethods": ["generateContent"], "maxTemperature": 2}]},
}  # fmt: skip
BY_ID: Mapping[str, Any] = {"get_file": {"file_id": "f"}, "get_batch": {"batch_id": "b"}}
STORED = [
    *((provider, "list_models", body) for provider, body in MODELS.items()),
    ("groq", "get_file", FILE),
    ("groq", "list_files", {"object": "list", "data": [FILE]}),
    ("groq", "get_batch", BATCH),
    ("groq", "list_batches", {"object": "list", "data": [BATCH], "has_more": False, "last_id": "b"}),
    ("cerebras", "get_batch", BATCH),
    ("gemini", "get_file", FILM),
    ("gemini", "list_files", {"files": [FILM]}),
    ("gemini", "get_batch", OPERATION),
    ("gemini", "list_batches", {"operations": [OPERATION]}),
]


def finished(flow: Any, answer: bytes) -> Any:
    """What a flow returns that is answered so, whatever it asks."""
    next(flow)
    for _ in range(5):
        try:
            flow.send(HttpResponse(status=200, headers={"content-type": "application/json"}, body=answer))
        except StopIteration as done:
            return done.value
    return None


@pytest.mark.parametrize(("provider", "hook", "stored"), STORED, ids=[f"{one[0]}-{one[1]}" for one in STORED])
def test_what_is_stored(provider: str, hook: str, stored: Any) -> None:
    """Files, batches and models are read, or not: pages end, and what is shown of them is text."""
    one, read = registry.load(provider), 0
    for odd in changed(stored):
        flow = one.conversation(hook, object, SETTINGS[provider], **BY_ID.get(hook, {}))
        with suppress(DecodeError, ProviderError):
            found = finished(flow, json.dumps(odd).encode())
            assert repr(found)
            read += 1
    assert read > 5


SHORT: Any = {"id": "i", "model": "m", "choices": [{"index": 0, "message": {"content": "Hi"}, "finish_reason": "stop"}]}
BRIEF: Any = {"candidates": [{"content": {"parts": [{"text": "Hi"}]}, "finishReason": "STOP"}]}
LINES: tuple[tuple[str, Any], ...] = (
    ("groq", {"id": "r", "custom_id": "a", "response": {"status_code": 200, "body": SHORT},
              "error": None}),
    ("groq", {"id": "r", "custom_id": "a", "response": None, "error": {"code": "c", "message": "No."}}),
    ("cerebras", {"custom_id": "a", "response": {"status_code": 400, "body": {"message": "No.", "code": "c"}}}),
    ("gemini", {"key": "a", "response": BRIEF}),
    ("gemini", {"metadata": {"key": "a"}, "error": {"code": 400, "message": "No.", "status": "INVALID_ARGUMENT"}}),
)  # fmt: skip


@pytest.mark.parametrize(("provider", "line"), LINES, ids=range(len(LINES)))
def test_a_result_of_a_batch(provider: str, line: Any) -> None:
    """It is read, carries its error, or belongs to no request; the file's other lines are read with it."""
    batch = Batch(id="b", provider=provider, state=BatchState.SUCCEEDED, result_file_id="f")
    read = 0
    for odd in changed(line):
        one = registry.load(provider)
        flow: Any = one.conversation("batch_results", object, SETTINGS[provider], batch=batch, strict=False)
        with suppress(DecodeError):
            items: list[BatchItem] = finished(flow, json.dumps(odd).encode() + b"\n" + json.dumps(line).encode())
            assert items[1].id == "a"
            read += 1
    assert read > 10
