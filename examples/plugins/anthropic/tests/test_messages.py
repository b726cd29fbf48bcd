"""What is Anthropic's own: blocks, thoughts with signatures, cache counts, pages, errors, what its options become."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

import jackfield
from jackfield import assistant, registry, tool_result, user
from jackfield.errors import IncompleteStream, Overloaded, RateLimited, UnsupportedOption
from jackfield.http import HttpResponse, Secret, Settings
from jackfield.session import StreamSession
from jackfield.testing import Fault, Simulator
from jackfield.types.messages import Message
from jackfield.types.parts import Document, Image, Reasoning
from jackfield.types.requests import GenerateRequest, Tool
from jackfield.types.results import FinishReason, Result
from jackfield_anthropic import AnthropicOptions

SETTINGS = Settings(provider="anthropic", base_url="https://api.anthropic.com", values={"api_key": Secret("canary")})
ADD = Tool(
    name="add",
    description="Add.",
    parameters={"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}},
)
STREAM: Sequence[dict[str, Any]] = (
    {"type": "message_start", "message": {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x", "content": [], "stop_reason": None,
        "usage": {"input_tokens": 9, "cache_read_input_tokens": 100, "output_tokens": 1}}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": "", "signature": ""}},
    {"type": "ping"},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Two "}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "sums."}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "c2ln+/=="}},
    {"type": "content_block_stop", "index": 0},
    {"type": "content_block_start", "index": 1, "content_block": {"type": "redacted_thinking", "data": "AbC="}},
    {"type": "content_block_stop", "index": 1},
    {"type": "content_block_start", "index": 2, "content_block": {"type": "tool_use", "id": "t1", "name": "add",
                                                                   "input": {}}},
    {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": '{"a":1,'}},
    {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": '"b":2}'}},
    {"type": "content_block_stop", "index": 2},
    {"type": "content_block_start", "index": 3, "content_block": {"type": "tool_use", "id": "t2", "name": "now",
                                                                   "input": {}}},
    {"type": "content_block_delta", "index": 3, "delta": {"type": "input_json_delta", "partial_json": ""}},
    {"type": "content_block_stop", "index": 3},
    {"type": "message_delta", "delta": {"stop_reason": "tool_use", "stop_sequence": None},
     "usage": {"output_tokens": 40, "output_tokens_details": {"thinking_tokens": 12}}},
    {"type": "message_stop"},
)  # fmt: skip
WHOLE: dict[str, Any] = {
    "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x", "stop_reason": "tool_use",
    "stop_sequence": None, "usage": {"input_tokens": 9, "cache_read_input_tokens": 100, "output_tokens": 40,
                                     "output_tokens_details": {"thinking_tokens": 12}},
    "content": [
        {"type": "thinking", "thinking": "Two sums.", "signature": "c2ln+/=="},
        {"type": "redacted_thinking", "data": "AbC="},
        {"type": "tool_use", "id": "t1", "name": "add", "input": {"a": 1, "b": 2}},
        {"type": "tool_use", "id": "t2", "name": "now", "input": {}},
    ],
}  # fmt: skip


def encoded(*messages: Message, model: str = "claude-sonnet-4-6", **options: Any) -> dict[str, Any]:
    """The body of a request."""
    request = GenerateRequest(model=model, messages=messages or (user("Hello"),), **options)
    body: dict[str, Any] = json.loads(registry.load("anthropic").encode_request(request, SETTINGS).body)
    return body


def streamed(events: Sequence[dict[str, Any]] = STREAM) -> "Result[None]":
    """The result of these events, read strictly."""
    request = GenerateRequest(model="claude-x", messages=(user("Hi"),), stream=True, strict=True)
    head = HttpResponse(status=200, headers={"content-type": "text/event-stream", "request-id": "req_1"})
    session = StreamSession("anthropic", registry.load("anthropic").parse_stream(request, head), head)
    session.open()
    for event in events:
        session.feed(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
    while session.close():
        pass
    return session.result()


def whole() -> "Result[None]":
    """The result of the same message, sent whole."""
    request = GenerateRequest(model="claude-x", messages=(user("Hi"),), strict=True)
    response = HttpResponse(status=200, headers={"request-id": "req_1"}, body=json.dumps(WHOLE).encode())
    return registry.load("anthropic").decode_response(request, response)


@pytest.mark.parametrize("read", [streamed, whole], ids=["streamed", "whole"])
def test_a_reply(read: Any) -> None:
    """Thoughts, calls, counts and the reason, the same from both."""
    result = read()
    assert result.reasoning == "Two sums."
    assert [(call.id, call.name, call.arguments_raw) for call in result.tool_calls] == [
        ("t1", "add", '{"a":1,"b":2}'),
        ("t2", "now", "{}"),
    ]
    assert (result.usage.input_tokens, result.usage.cached_tokens) == (9, 100)
    assert (result.usage.output_tokens, result.usage.reasoning_tokens) == (40, 12)
    assert (result.finish_reason, result.finish_reason_raw) == (FinishReason.TOOL_CALLS, "tool_use")
    assert (result.id, result.model, result.request_id) == ("msg_1", "claude-x", "req_1")


def test_whole_and_streamed_replies_are_one() -> None:
    """Not a field differs but the raw reply and the raw counts."""
    one, other = streamed(), whole()
    assert one.message == other.message
    assert one.provider_data == other.provider_data


@pytest.mark.parametrize("read", [streamed, whole], ids=["streamed", "whole"])
def test_thoughts_go_back_bit_for_bit(read: Any) -> None:
    """Through a saved conversation, the blocks are what Anthropic sent."""
    message = read().message
    saved = jackfield.loads(jackfield.dumps([message]))
    calls = [part for part in message.parts if isinstance(part, jackfield.ToolCall)]
    answers = [tool_result(call, "3") for call in reversed(calls)]
    body = encoded(user("Add"), *saved, *answers)
    assert body["messages"][1] == {"role": "assistant", "content": WHOLE["content"]}
    assert [block["tool_use_id"] for block in body["messages"][2]["content"]] == ["t2", "t1"]


def test_foreign_thoughts_stay_at_home() -> None:
    """Thoughts without Anthropic's signature are left out and reported."""
    history = (user("Hi"), assistant(Reasoning("hm"), "Hello"), user("And now?"))
    request = GenerateRequest(model="claude-sonnet-4-6", messages=history)
    http = registry.load("anthropic").encode_request(request, SETTINGS)
    assert json.loads(http.body)["messages"][1]["content"] == [{"type": "text", "text": "Hello"}]
    assert "reasoning-omitted" in {notice.code for notice in http.notices}


def test_media() -> None:
    """Bytes, URLs, uploaded files and texts, each as a source; a file needs its beta header."""
    parts = (
        Image(data=b"\x89PNG\r\n\x1a\n", mime_type="image/png"),
        Image.from_url("https://example.com/a.png"),
        Document(data=b"%PDF-1", mime_type="application/pdf", filename="a.pdf"),
        Document(data="Grüße".encode(), mime_type="text/markdown"),
        Document.from_file("file_1"),
    )
    request = GenerateRequest(model="claude-sonnet-4-6", messages=(user("Look", *parts),))
    http = registry.load("anthropic").encode_request(request, SETTINGS)
    blocks = json.loads(http.body)["messages"][0]["content"][1:]
    assert [block["source"]["type"] for block in blocks] == ["base64", "url", "base64", "text", "file"]
    assert blocks[2]["title"] == "a.pdf"
    assert blocks[3]["source"]["data"] == "Grüße"
    assert http.headers["anthropic-beta"] == "files-api-2025-04-14"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"reasoning_effort": "max"}, {"thinking": {"type": "adaptive"}, "output_config": {"effort": "max"}}),
        ({"reasoning_effort": "none"}, {"thinking": {"type": "disabled"}}),
        ({"reasoning_budget": 2048}, {"thinking": {"type": "enabled", "budget_tokens": 2048}, "max_tokens": 10240}),
        ({"stop": ("x",), "top_k": 3}, {"stop_sequences": ["x"], "top_k": 3}),
        ({"tools": (ADD,), "tool_choice": "required", "parallel_tool_calls": False},
         {"tool_choice": {"type": "any", "disable_parallel_tool_use": True}}),
        ({"extra": AnthropicOptions(cache="1h", user_id="u")},
         {"cache_control": {"type": "ephemeral", "ttl": "1h"}, "metadata": {"user_id": "u"}}),
    ],
)  # fmt: skip
def test_options(options: dict[str, Any], expected: dict[str, Any]) -> None:
    """What each option becomes."""
    body = encoded(**options)
    assert {name: body[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("claude-sonnet-4-6", {"temperature": 1.5}),
        ("claude-sonnet-4-6", {"reasoning_budget": 100}),
        ("claude-sonnet-4-6", {"reasoning_effort": "minimal"}),
        ("claude-sonnet-4-5-20250929", {"reasoning_effort": "high"}),
        ("claude-opus-5-5", {"reasoning_budget": 2048}),
    ],
)
def test_refusals(model: str, options: dict[str, Any]) -> None:
    """What cannot be said is refused by name, before any I/O."""
    with (
        jackfield.Client("anthropic", model=model, api_key="x", base_url="http://127.0.0.1:9") as client,
        pytest.raises(UnsupportedOption) as caught,
    ):
        client.generate("Hello", **options)
    assert caught.value.option in options


def test_pages() -> None:
    """The last id is the cursor; the list is that of all pages."""
    flow = registry.load("anthropic").list_models(SETTINGS)
    request = next(flow)
    urls: list[str] = []
    pages = ({"data": [{"id": "a"}], "has_more": True, "last_id": "a"}, {"data": [{"id": "b"}], "has_more": False})
    models: Any = None
    for page in pages:
        urls.append(request.url.partition("?")[2])
        try:
            request = flow.send(HttpResponse(status=200, body=json.dumps(page).encode()))
        except StopIteration as stop:
            models = stop.value
    assert urls == ["limit=1000", "limit=1000&after_id=a"]
    assert [model.id for model in models] == ["a", "b"]


def test_errors() -> None:
    """The type decides; a spent budget is not worth another try; an overload may come inside a stream."""
    plugin = registry.load("anthropic")
    error = {"type": "rate_limit_error", "message": "m", "details": {"error_code": "enforced_spend_limit_reached"}}
    body = json.dumps({"type": "error", "error": error, "request_id": "req_9"}).encode()
    request = GenerateRequest(model="m", messages=(user("Hi"),))
    headers = {
        "retry-after": "7", "date": "Sat, 21 Nov 2026 00:00:30 GMT", "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-reset": "2026-11-21T00:01:00Z",
    }  # fmt: skip
    with pytest.raises(RateLimited) as limited:
        plugin.decode_response(request, HttpResponse(status=429, headers=headers, body=body))
    assert (limited.value.retryable, limited.value.request_id, limited.value.retry_after_s) == (False, "req_9", 7.0)
    assert limited.value.rate_limits.requests.reset_s == 30.0
    overload = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    with pytest.raises(Overloaded) as overloaded:
        streamed((*STREAM[:5], overload))
    assert overloaded.value.in_stream
    assert overloaded.value.partial.reasoning == "Two sums."


def test_a_cut_stream() -> None:
    """Without `message_stop` the reply is not whole, even after the stop reason."""
    with pytest.raises(IncompleteStream):
        streamed(STREAM[:-1])


def test_a_conversation_with_tools() -> None:
    """Against the simulator: think, call, answer, over a real socket."""

    def add(a: int, b: int) -> int:
        """Add two numbers."""
        return a + b

    with (
        Simulator("anthropic") as simulator,
        jackfield.Client("anthropic:sim-chat", base_url=simulator.base_url, api_key="x") as client,
    ):
        simulator.faults.append(Fault(status=529, retry_after_s=0))
        result = client.run_tools("What is 3214 + 5632?", [add], reasoning_effort="low")
    assert "8846" in result.text
    assert [asked.status for asked in simulator.requests] == [529, 200, 200]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("thinking", [{"reasoning_effort": "low"}, {"reasoning_budget": 1024}], ids=str)
@pytest.mark.parametrize("choice", ["required", jackfield.ToolName("add")], ids=str)
def test_a_forced_tool_excludes_thinking(choice: Any, thinking: dict[str, Any], *, stream: bool) -> None:
    """A rule of the plugin's data: refused with its reason before anything is sent; either alone goes out."""
    with (
        Simulator("anthropic") as simulator,
        jackfield.Client("anthropic:claude-sonnet-4-6", base_url=simulator.base_url, api_key="x") as client,
    ):

        def ask(**options: Any) -> Any:
            if stream:
                with client.stream("What is 1 + 1?", tools=[ADD], **options) as opened:
                    return opened.until_done()
            return client.generate("What is 1 + 1?", tools=[ADD], **options)

        with pytest.raises(UnsupportedOption, match="a model that thinks cannot be forced to a tool") as refused:
            ask(tool_choice=choice, **thinking)
        assert refused.value.provider == "anthropic"
        assert (simulator.connections, list(simulator.requests)) == (0, [])
        assert ask(tool_choice=choice).tool_calls
        assert ask(tool_choice="auto", **thinking).reasoning
        assert len(simulator.requests) == 2
