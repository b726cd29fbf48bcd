"""Responses-shaped answers of gpt-oss. The samples follow the vendor's types; no recording exists."""

from typing import Any

import pytest
from tests.plugins.cloudflare_samples import decode, encode, enveloped, on, request, stream

from jackfield.errors import DecodeError, IncompleteStream, ProviderError, RateLimited
from jackfield.types.messages import user
from jackfield.types.results import FinishReason

REASONING: dict[str, Any] = {
    "id": "r1",
    "type": "reasoning",
    "summary": [],
    "content": [{"type": "reasoning_text", "text": "Hm."}],
    "encrypted_content": "opaque==",
    "status": "completed",
}
MESSAGE: dict[str, Any] = {
    "id": "m1",
    "type": "message",
    "role": "assistant",
    "status": "completed",
    "content": [{"type": "output_text", "text": "Yes.", "annotations": []}],
}
CALL: dict[str, Any] = {
    "id": "f1",
    "type": "function_call",
    "call_id": "c1",
    "name": "add",
    "arguments": '{"a":1}',
    "status": "completed",
}
USAGE: dict[str, Any] = {
    "input_tokens": 5,
    "output_tokens": 4,
    "total_tokens": 9,
    "input_tokens_details": {"cached_tokens": 1},
    "output_tokens_details": {"reasoning_tokens": 2},
}


def reply(**facts: Any) -> dict[str, Any]:
    """A whole answer; it repeats part of the request."""
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "model": "gpt",
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "temperature": 1.0,
        "tools": [],
        "output": [REASONING, MESSAGE, CALL],
        "usage": USAGE,
        **facts,
    }


def events(**facts: Any) -> list[dict[str, Any]]:
    """The same answer as the events of a stream."""
    return [
        {"type": "response.created", "response": reply(status="in_progress", output=[], usage=None)},
        {"type": "response.output_item.added", "output_index": 0, "item": {**REASONING, "content": None}},
        {"type": "response.reasoning_text.delta", "output_index": 0, "delta": "Hm."},
        {"type": "response.reasoning_text.done", "output_index": 0, "text": "Hm."},
        {"type": "response.output_item.done", "output_index": 0, "item": REASONING},
        {"type": "response.output_text.delta", "output_index": 1, "delta": "Ye"},
        {"type": "response.output_text.delta", "output_index": 1, "delta": "s."},
        {"type": "response.output_item.done", "output_index": 1, "item": MESSAGE},
        {"type": "response.output_item.added", "output_index": 2, "item": {**CALL, "arguments": ""}},
        {"type": "response.function_call_arguments.delta", "output_index": 2, "delta": '{"a"'},
        {"type": "response.function_call_arguments.delta", "output_index": 2, "delta": ":1}"},
        {"type": "response.output_item.done", "output_index": 2, "item": CALL},
        {"type": "response.completed", "response": reply(**facts)},
    ]


def test_whole_and_streamed_are_the_same() -> None:
    """Text, reasoning with its state, calls, finish reason and usage, in an envelope, bare, and as events."""
    for result in (decode(reply()), decode(enveloped(reply())), stream(events(), done=False)):
        assert (result.text, result.reasoning, result.id, result.model) == ("Yes.", "Hm.", "resp_1", "gpt")
        assert [(call.id, call.name, call.arguments) for call in result.tool_calls] == [("c1", "add", {"a": 1})]
        assert (result.finish_reason, result.finish_reason_raw) == (FinishReason.TOOL_CALLS, "completed")
        assert result.usage is not None
        counts = (result.usage.input_tokens, result.usage.output_tokens, result.usage.total_tokens)
        assert (*counts, result.usage.cached_tokens, result.usage.reasoning_tokens) == (5, 4, 9, 1, 2)
        assert result.message == decode(reply()).message


def test_reasoning_goes_back_as_it_came() -> None:
    """The item of a reply is the item of the next request, bit for bit."""
    turn = stream(events(), done=False).message
    _, body = encode(request(messages=(user("1+1?"), turn), extra=on("responses")))
    assert body["input"][1] == REASONING


def test_a_call_in_one_piece() -> None:
    """Arguments that come with the finished item only are not lost, nor doubled."""
    short = [event for event in events() if "arguments.delta" not in event["type"]]
    assert stream(short).tool_calls[0].arguments == {"a": 1}


@pytest.mark.parametrize(
    ("facts", "reason", "raw"),
    [
        (
            {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}},
            "length",
            "max_output_tokens",
        ),
        (
            {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}},
            "content_filter",
            "content_filter",
        ),
        ({"status": "incomplete", "incomplete_details": {"reason": "boredom"}}, "other", "boredom"),
        ({"status": "cancelled"}, "other", "cancelled"),
        ({"status": "queued"}, None, "queued"),
        ({"status": None}, None, None),
    ],
)
def test_why_it_ended(facts: Any, reason: str | None, raw: str | None) -> None:
    """The reason, in our words and in the provider's."""
    result = decode(reply(output=[MESSAGE], **facts))
    assert (result.finish_reason, result.finish_reason_raw) == (reason, raw)


def test_an_early_end() -> None:
    """A stream without its last event is cut; `[DONE]` is an end, too."""
    with pytest.raises(IncompleteStream):
        stream(events()[:-1], done=False)
    assert stream(events()[:8]).text == "Yes."


@pytest.mark.parametrize(
    "event",
    [
        {"type": "error", "code": "3036", "message": "no neurons left", "param": None},
        {"type": "error", "error": {"code": 3036, "message": "no neurons left"}},
        {"type": "response.failed", "response": reply(status="failed", error={"code": "3036", "message": "none left"})},
    ],
)
def test_errors_inside(event: Any) -> None:
    """Three ways to fail in a stream, one error, with what came before it."""
    with pytest.raises(RateLimited) as caught:
        stream([*events()[:7], event])
    assert (caught.value.in_stream, caught.value.partial.text) == (True, "Yes.")


def test_a_failure_without_a_word() -> None:
    """It is an error all the same."""
    with pytest.raises(ProviderError):
        stream([{"type": "response.failed", "response": reply(status="failed")}])


def test_refusal_and_summary() -> None:
    """A refusal is the text, a summary the reasoning."""
    refusal = {**MESSAGE, "content": [{"type": "refusal", "refusal": "I will not."}]}
    summary = {**REASONING, "content": None, "summary": [{"type": "summary_text", "text": "In short: hm."}]}
    result = decode(reply(output=[summary, refusal]))
    assert (result.reasoning, result.text) == ("In short: hm.", "I will not.")


@pytest.mark.parametrize(
    "event",
    [
        {"type": "response.output_text.delta", "delta": 5},
        {"type": "response.function_call_arguments.delta", "delta": "x"},
        {"type": "response.output_item.added", "item": None},
        {"type": "response.created"},
        {"type": "response.song.sung"},
        {"type": "response.completed", "response": {"output": [], "surprise": 1}},
    ],
)
def test_what_does_not_fit(event: Any) -> None:
    """Rubbish is one of our errors; what is only unknown is one in strict mode alone."""
    with pytest.raises(DecodeError):
        stream([event])
    if "song" in event["type"] or "completed" in event["type"]:
        assert stream([event], request()).text == ""
