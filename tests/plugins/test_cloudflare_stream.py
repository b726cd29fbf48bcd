"""A streamed reply of Workers AI: what ends it, what breaks it, and which decoder each event gets."""

import json
from typing import Any

import pytest
from tests.plugins.cloudflare_samples import ADD, PROVIDER, REQUEST_ID, request, stream

from jackfield.errors import DecodeError, IncompleteStream, Overloaded, ProviderError, RateLimited
from jackfield.http import HttpResponse
from jackfield.sse import Frame
from jackfield.types.events import StreamStart
from jackfield.types.results import FinishReason

TEXT = [{"response": "A", "p": "abcdef"}, {"response": "hoy"}]


@pytest.mark.parametrize("strict", [True, False])
def test_text(strict: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Padding is dropped, empty events are skipped, and the quick way reads what the strict one reads."""
    chunks: list[Any] = [{"response": "", "p": "a"}, *TEXT, {}, {"tool_calls": [], "p": "b"}, {"response": ""}]
    assert stream(chunks, request(strict=strict)).text == "Ahoy"


@pytest.mark.parametrize("strict", [True, False])
def test_wrapped_events(strict: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Several events in one."""
    assert stream([{"streamed_data": TEXT}], request(strict=strict)).text == "Ahoy"


def test_quick_and_strict_reading_agree() -> None:
    """Text, tokens that are JSON, calls and think tags come out the same in both ways."""
    call = {"index": 0, "id": "c", "function": {"name": "add", "arguments": "{}"}}
    chunks: list[Any] = [
        {"response": "<thi", "tool_calls": [], "p": "a"},
        {"response": "nk>H", "tool_calls": []},
        {"response": True, "tool_calls": [], "p": "a"},
        {"response": "</think>Y"},
        {"response": "es", "tool_calls": [call], "p": "a"},
    ]
    for tools in (None, (ADD,)):
        quick, strict = (stream(chunks, request(strict=strict, tools=tools)) for strict in (False, True))
        assert quick == strict
        assert (quick.reasoning, quick.text, len(quick.tool_calls)) == ("Htrue", "Yes", 1)


def test_without_done_it_is_cut() -> None:
    """Even the usage event is no end: only `[DONE]` is."""
    usage = {"response": "", "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}}
    with pytest.raises(IncompleteStream) as caught:
        stream([*TEXT, usage], done=False)
    assert caught.value.partial.text == "Ahoy"


def test_nothing_counts_after_done() -> None:
    """Two `[DONE]`s are reported to occur; what follows the first is not looked at."""
    assert stream([*TEXT, "[DONE]", {"response": "!"}, "not even JSON"]).text == "Ahoy"


@pytest.mark.parametrize(
    ("chunk", "error"),
    [
        ({"errors": [{"code": 3040, "message": "out of capacity"}]}, Overloaded),
        ({"success": False, "errors": [{"code": 3036, "message": "no neurons left"}]}, RateLimited),
        ({"error": {"message": "AiError: Request timeout", "code": "invalid_prompt"}}, ProviderError),
        ({"error": "it broke"}, ProviderError),
        ({"success": False}, ProviderError),
    ],
)
def test_an_error_inside(chunk: object, error: type[ProviderError]) -> None:
    """An event with an error ends the stream with it, and with what came before."""
    with pytest.raises(error) as caught:
        stream([*TEXT, chunk], headers={"cf-ai-req-id": REQUEST_ID})
    assert caught.value.in_stream
    assert caught.value.request_id == REQUEST_ID
    assert caught.value.partial.text == "Ahoy"


@pytest.mark.parametrize("chunk", ["not JSON", "5", '"text"', "[1]", '{"response"'])
def test_what_is_no_event(chunk: str) -> None:
    """Rubbish is one of our errors."""
    with pytest.raises(DecodeError):
        stream([*TEXT, chunk])


def test_unknown_members_of_an_event() -> None:
    """Drift is an error in strict mode only."""
    with pytest.raises(DecodeError):
        stream([{"response": "Hi", "q": 1}])
    assert stream([{"response": "Hi", "q": 1}], request()).text == "Hi"


@pytest.mark.parametrize(
    "chunks",
    [
        TEXT,
        [{}, *TEXT],
        [{"choices": [{"index": 0, "delta": {"content": "A"}, "finish_reason": "stop"}], "id": "c1"}],
        [
            {"type": "response.created", "response": {"id": "r1"}},
            {"type": "response.completed", "response": {"id": "r1"}},
        ],
        [{"type": "response.completed", "response": {"id": "r1"}}],
        [],
    ],
)
def test_it_begins_once(chunks: list[Any]) -> None:
    """One event says who answers, with the request id, whatever the shape; it comes before any text."""
    head = HttpResponse(status=200, headers={"cf-ai-req-id": REQUEST_ID})
    parser = PROVIDER.parse_stream(request(), head)
    events = [event for chunk in chunks for event in parser.feed(Frame(json.dumps(chunk).encode()))]
    events += [*parser.feed(Frame(b"[DONE]")), *parser.close()]
    assert [event.request_id for event in events if isinstance(event, StreamStart)] == [REQUEST_ID]
    assert isinstance(events[0], StreamStart)


def test_chat_chunks_on_the_native_path() -> None:
    """Newer models send chat chunks natively: the first event decides, not the model's name."""
    delta = {"choices": [{"index": 0, "delta": {"content": "Ahoy"}, "finish_reason": None}], "id": "c1", "model": "m"}
    last: dict[str, Any] = {"choices": [{"index": 0, "delta": {}, "finish_reason": "length"}]}
    result = stream([delta, last])
    assert (result.text, result.finish_reason, result.id, result.model) == ("Ahoy", FinishReason.LENGTH, "c1", "m")
