"""Native answers: every shape of `response`, `tool_calls` and usage, whole and streamed."""

from typing import Any

import pytest
from tests.plugins.cloudflare_samples import PROVIDER, REQUEST_ID, answer, decode, enveloped, request, stream

from jackfield.errors import DecodeError, UnsupportedOperation
from jackfield.types.requests import ImageRequest
from jackfield.types.results import FinishReason, Result

USAGE = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}


def both(output: dict[str, Any], **options: Any) -> tuple[Result[None], Result[None]]:
    """The same output whole and as the one chunk of a stream."""
    wanted = request(strict=True, **options)
    return decode(enveloped(output), wanted), stream([output], wanted)


@pytest.mark.parametrize(
    ("response", "text"),
    [
        pytest.param("Ahoy.", "Ahoy.", id="text"),
        pytest.param({"ripe": True, "n": [1, 2.5, None]}, '{"ripe":true,"n":[1,2.5,null]}', id="object"),
        pytest.param([1, "ä"], '[1,"ä"]', id="array"),
        pytest.param(True, "true", id="bool"),
        pytest.param(42, "42", id="number"),
        pytest.param("", "", id="empty"),
        pytest.param(None, "", id="null"),
    ],
)
def test_response_of_any_type(response: Any, text: str) -> None:
    """Whatever JSON value stands for the text, its JSON spelling is the text, in both modes."""
    assert [one.text for one in both({"response": response, "usage": USAGE})] == [text, text]


def test_tokens_that_are_json_are_appended() -> None:
    """A token that reads as JSON arrives decoded, in the middle of text."""
    pieces = ['{"ripe":', True, "}"]
    result = stream([{"response": piece, "tool_calls": [], "p": "abc"} for piece in pieces])
    assert result.text == '{"ripe":true}'


def test_a_bare_string_is_text() -> None:
    """Some models are typed to answer with the text itself, with or without an envelope."""
    assert decode(enveloped("Ahoy.")).text == "Ahoy."
    assert decode(b'"Ahoy."').text == "Ahoy."


@pytest.mark.parametrize(
    "output", [{}, None, 5, [], {"status": "queued", "request_id": "r"}, {"shape": [1], "data": []}]
)
def test_what_is_no_answer(output: Any) -> None:
    """`{}` for a streamed request, which gpt-oss is reported to give, or another shape is no silent empty reply."""
    with pytest.raises(DecodeError):
        decode(enveloped(output), request())


def test_flat_calls() -> None:
    """Flat calls have an object for arguments, no id, and a null response beside them."""
    calls = [{"name": "add", "arguments": {"a": 1}}, {"arguments": {"a": 2}, "name": "add"}]
    for result in both({"response": None, "tool_calls": calls}):
        assert [(call.name, call.arguments) for call in result.tool_calls] == [("add", {"a": 1}), ("add", {"a": 2})]
        assert len({call.id for call in result.tool_calls}) == 2
        assert result.finish_reason is None


def test_nested_calls() -> None:
    """Nested calls have JSON text for arguments; the response is absent."""
    call = {"id": "chatcmpl-tool-1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
    for result in both({"tool_calls": [call], "usage": USAGE}):
        (made,) = result.tool_calls
        assert (made.id, made.name, made.arguments, made.arguments_raw) == (
            "chatcmpl-tool-1",
            "add",
            {"a": 1},
            '{"a": 1}',
        )


def test_calls_in_pieces() -> None:
    """Pieces belong together by index, the arguments may come first, and a closing piece of nothing is dropped."""
    result = stream(
        [
            {"tool_calls": [{"index": 0, "id": "one", "function": {"arguments": '{"a"'}}], "p": "x"},
            {"tool_calls": [{"index": 0, "type": "function", "function": {"name": "add"}}]},
            {"tool_calls": [{"index": 1, "id": "two", "function": {"name": "sub", "arguments": "{}"}}]},
            {"tool_calls": [{"index": 0, "function": {"arguments": ": 1}"}}]},
            {"tool_calls": [{"index": 0, "id": None, "function": {"name": None, "arguments": None}}]},
        ]
    )
    made = [(call.id, call.name, call.arguments) for call in result.tool_calls]
    assert made == [("one", "add", {"a": 1}), ("two", "sub", {})]


def test_arguments_whose_name_never_comes() -> None:
    """They are kept as a call without a name, which no tool answers to."""
    (call,) = stream([{"tool_calls": [{"index": 0, "function": {"arguments": '{"a": 1}'}}]}]).tool_calls
    assert (call.name, call.arguments) == ("", {"a": 1})


def test_another_operation() -> None:
    """An answer is only read for a request that can have been sent."""
    with pytest.raises(UnsupportedOperation):
        PROVIDER.decode_response(ImageRequest(model="m", prompt="a cat"), answer(enveloped({"response": "Hi"})))


def test_repeated_ids_do_not_merge_calls() -> None:
    """Two calls with one id stay two calls, with two ids, in both modes."""
    calls = [
        {"index": index, "id": "functions.add:0", "function": {"name": "add", "arguments": f'{{"a": {index}}}'}}
        for index in range(2)
    ]
    for result in both({"tool_calls": calls}):
        assert [call.arguments for call in result.tool_calls] == [{"a": 0}, {"a": 1}]
        assert len({call.id for call in result.tool_calls}) == 2


def test_made_up_ids_differ_between_replies() -> None:
    """The id of a call that came without one depends on the request id, so that two turns do not share it."""
    output = enveloped({"tool_calls": [{"name": "add", "arguments": {}}]})
    ids = {decode(output, headers={"cf-ai-req-id": name}).tool_calls[0].id for name in ("a", "b")}
    assert len(ids) == 2


def test_arguments_that_are_no_object_stay_readable() -> None:
    """Rubbish in place of arguments is data with an error, not an exception."""
    (call,) = decode(enveloped({"tool_calls": [{"name": "add", "arguments": [1]}]})).tool_calls
    assert (call.arguments, call.arguments_raw, bool(call.error)) == ({}, "[1]", True)


def test_usage() -> None:
    """Counts, cached tokens and neurons are the provider's own; what it does not say is None."""
    usage = {**USAGE, "prompt_tokens_details": {"cached_tokens": 0}, "neurons": 1.5}
    for result in both({"response": "Hi", "usage": usage}):
        assert result.usage is not None
        counts = (result.usage.input_tokens, result.usage.output_tokens, result.usage.total_tokens)
        assert (*counts, result.usage.cached_tokens, result.usage.reasoning_tokens) == (5, 2, 7, 0, None)
        assert result.usage.raw == usage
        assert result.provider_data == {"neurons": 1.5}


def test_usage_of_zeros_is_unknown() -> None:
    """A backend that does not count sends zeros, which no prompt has."""
    for result in both({"response": "Hi", "usage": dict.fromkeys(USAGE, 0)}):
        assert result.usage is not None
        assert (result.usage.input_tokens, result.usage.output_tokens, result.usage.total_tokens) == (None, None, None)


def test_no_usage_is_none() -> None:
    """A schema's object comes without usage; nothing is counted in its place."""
    assert decode(enveloped({"response": {"a": 1}})).usage is None


def test_the_finish_reason_is_not_made_up() -> None:
    """Nothing is sent, so nothing is known; a word that is sent is mapped, an unknown one kept."""
    assert [one.finish_reason for one in both({"response": "Hi", "usage": USAGE})] == [None, None]
    known, unknown = both({"response": "Hi", "finish_reason": "length"})[1], both({"finish_reason": "bored"})[0]
    assert (known.finish_reason, known.finish_reason_raw) == (FinishReason.LENGTH, "length")
    assert (unknown.finish_reason, unknown.finish_reason_raw) == (FinishReason.OTHER, "bored")


def test_the_default_limit_shows() -> None:
    """A reply of exactly 256 tokens without max_tokens is reported as probably cut; any other is not."""
    full = {"response": "Hi", "usage": {**USAGE, "completion_tokens": 256}}
    assert [[note.code for note in one.warnings] for one in both(full)] == [["default-limit"], ["default-limit"]]
    assert [one.warnings for one in both(full, max_tokens=256)] == [(), ()]
    assert [one.warnings for one in both({"response": "Hi", "usage": USAGE})] == [(), ()]


def test_reasoning_in_the_text() -> None:
    """Think tags are split off, whole and streamed, closed or cut off by a limit."""
    for result in both({"response": "<think>\nHm.\n</think>\n\nYes."}):
        assert (result.reasoning, result.text) == ("\nHm.\n", "\n\nYes.")
    pieces = ["<th", "ink>H", "m.</thi", "nk>Y", "es."]
    streamed = stream([{"response": piece} for piece in pieces])
    assert (streamed.reasoning, streamed.text) == ("Hm.", "Yes.")
    assert [one.reasoning for one in both({"response": "<think>Hm"})] == ["Hm", "Hm"]


def test_headers() -> None:
    """The request id and the neurons of the headers are on the result; a stream's 0 says nothing."""
    headers = {"cf-ai-req-id": REQUEST_ID, "cf-ai-neurons": "4.84"}
    whole = decode(enveloped({"response": "Hi"}), headers=headers)
    assert (whole.request_id, whole.id, whole.provider_data) == (REQUEST_ID, REQUEST_ID, {"neurons": 4.84})
    streamed = stream([{"response": "Hi"}], headers={**headers, "cf-ai-neurons": "0"})
    assert (streamed.request_id, streamed.id, streamed.provider_data) == (REQUEST_ID, REQUEST_ID, {})
    assert decode(enveloped({"response": "Hi"}), headers={"cf-ai-neurons": "nan"}).provider_data == {}


def test_gateway_headers() -> None:
    """How AI Gateway came by the answer is told under its own names."""
    headers = {"cf-aig-cache-status": "HIT", "cf-aig-step": "0", "cf-ray": "x"}
    assert decode(enveloped({"response": "Hi"}), headers=headers).provider_data == {
        "cf-aig-cache-status": "HIT",
        "cf-aig-step": "0",
    }


def test_image_to_text() -> None:
    """Models that describe a picture answer with `description`."""
    assert decode(enveloped({"description": "A cat."})).text == "A cat."


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ({"answer": "A cat."}, "A cat."),
        ({"caption": "A cat on a mat."}, "A cat on a mat."),
        ({"points": [{"x": 0.5, "y": 0.25}]}, '[{"x":0.5,"y":0.25}]'),
        ({"objects": []}, "[]"),
    ],
)
def test_questions_about_a_picture(answer: Any, text: str) -> None:
    """Moondream answers by what it was asked for, counts in a way of its own, and may say what it thought."""
    metrics = {"input_tokens": 9, "output_tokens": 3, "prefill_time_ms": 1.5, "decode_time_ms": 2, "ttft_ms": 3}
    whole: dict[str, Any] = {
        **answer,
        "finish_reason": "stop",
        "metrics": metrics,
        "reasoning": {"text": "Fur.", "grounding": []},
    }
    for result in (decode(enveloped(whole)), stream([whole])):
        assert (result.text, result.reasoning, result.finish_reason) == (text, "Fur.", FinishReason.STOP)
        assert result.usage is not None
        assert (result.usage.input_tokens, result.usage.output_tokens, result.usage.raw) == (9, 3, metrics)


@pytest.mark.parametrize("output", [{"response": "Hi", "surprise": 1}, {"tool_calls": [{"nom": "add"}]}])
def test_unknown_members(output: Any) -> None:
    """Drift is an error in strict mode, and harmless otherwise."""
    with pytest.raises(DecodeError):
        decode(enveloped(output))
    decode(enveloped(output), request())
