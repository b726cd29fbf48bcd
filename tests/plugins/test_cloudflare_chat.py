"""Chat-shaped answers: what Workers AI adds to the shared dialect, in an envelope or bare."""

from typing import Any

import pytest
from tests.plugins.cloudflare_samples import ADD, decode, enveloped, request, stream

from jackfield.errors import DecodeError, IncompleteStream, Overloaded
from jackfield.types.results import FinishReason

USAGE = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7, "neurons": 0.5}


def whole(message: Any, **facts: Any) -> dict[str, Any]:
    """A whole answer with one choice."""
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": "stop", "stop_reason": None}
    return {"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice | facts]}


def chunk(delta: Any, finish_reason: str | None = None, **facts: Any) -> dict[str, Any]:
    """A chunk with one choice."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **facts}


@pytest.mark.parametrize("wrapped", [True, False])
def test_whole(wrapped: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """With or without an envelope: text, reasoning, finish reason, usage, neurons, ids."""
    output = whole({"content": "Yes.", "reasoning_content": "Hm.", "refusal": None}) | {"usage": USAGE}
    result = decode(enveloped(output) if wrapped else output)
    assert (result.text, result.reasoning, result.id, result.model) == ("Yes.", "Hm.", "c1", "m")
    assert (result.finish_reason, result.finish_reason_raw) == (FinishReason.STOP, "stop")
    assert result.usage is not None
    assert (result.usage.input_tokens, result.usage.output_tokens, result.usage.total_tokens) == (5, 2, 7)
    assert result.provider_data == {"neurons": 0.5}


@pytest.mark.parametrize(
    ("content", "text"), [({"ripe": True}, '{"ripe":true}'), ([1], "[1]"), (False, "false"), (0, "0"), (None, "")]
)
def test_content_that_is_json(content: Any, text: str) -> None:
    """In JSON mode the content is the value itself."""
    assert decode(whole({"content": content})).text == text
    assert stream([chunk({"content": content}), chunk({}, "stop")]).text == text


def test_a_refusal_is_the_text() -> None:
    """What the model says in place of an answer is not lost."""
    assert decode(whole({"content": None, "refusal": "I will not."})).text == "I will not."


def test_text_completion() -> None:
    """Models of the older kind have `text` in the choice."""
    choice = {"index": 0, "text": "Ahoy.", "finish_reason": "length", "stop_reason": None, "logprobs": None}
    other = {**choice, "index": 1, "text": "Moin."}
    result = decode(enveloped({"id": "c", "object": "text_completion", "model": "m", "choices": [choice, other]}))
    assert (result.text, result.finish_reason) == ("Ahoy.", FinishReason.LENGTH)
    assert [one.text for one in result.alternatives] == ["Moin."]


@pytest.mark.parametrize("strict", [True, False])
def test_streamed(strict: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Usage comes with every chunk and grows: the last one counts. The end is `[DONE]`, or the finish reason."""
    chunks: list[Any] = [
        chunk({"role": "assistant", "content": ""}, usage=USAGE | {"completion_tokens": 0}),
        chunk({"content": "Ah"}, usage=USAGE | {"completion_tokens": 1}),
        chunk({"content": "oy"}),
        chunk({}, "stop"),
        {"id": "c1", "choices": [], "usage": USAGE},
    ]
    for done in (True, False):
        result = stream(chunks, request(strict=strict), done=done)
        assert (result.text, result.finish_reason, result.id) == ("Ahoy", FinishReason.STOP, "c1")
        assert result.usage is not None
        assert result.usage.output_tokens == 2


def test_without_a_finish_reason_it_is_cut() -> None:
    """The end of the bytes is no end."""
    with pytest.raises(IncompleteStream) as caught:
        stream([chunk({"content": "Ah"})], done=False)
    assert caught.value.partial.text == "Ah"


def test_repeated_ids_do_not_merge_calls() -> None:
    """Two calls with one id stay two, whole and streamed."""
    calls = [
        {"index": n, "id": "functions.add:0", "function": {"name": "add", "arguments": f'{{"a":{n}}}'}}
        for n in range(2)
    ]
    for result in (
        decode(whole({"content": None, "tool_calls": calls}, finish_reason="tool_calls")),
        stream([chunk({"tool_calls": [call]}) for call in calls]),
    ):
        assert [call.arguments for call in result.tool_calls] == [{"a": 0}, {"a": 1}]
        assert len({call.id for call in result.tool_calls}) == 2


def test_an_error_later_on() -> None:
    """The envelope's errors are known in a chat stream, too."""
    with pytest.raises(Overloaded) as caught:
        stream([chunk({"content": "Ah"}), {"errors": [{"code": 3040, "message": "busy"}]}])
    assert caught.value.in_stream
    assert caught.value.partial.text == "Ah"


def test_a_forced_call_that_leaked() -> None:
    """gpt-oss writes a forced call as content: the notice says so."""
    content = '{"name": "add", "parameters": {"a": 1}}'
    result = decode(whole({"content": content}), request(tools=(ADD,)))
    assert result.text == content
    assert [notice.code for notice in result.warnings] == ["tool-call-as-text"]


def test_unknown_members() -> None:
    """Drift is an error in strict mode only."""
    with pytest.raises(DecodeError):
        decode(whole({"content": "Hi", "mood": "fine"}))
    assert decode(whole({"content": "Hi", "mood": "fine"}), request()).text == "Hi"


def test_no_choices() -> None:
    """An answer without a choice is none."""
    with pytest.raises(DecodeError):
        decode({"id": "c", "choices": []})
