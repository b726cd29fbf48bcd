"""Streams and whole answers: where they end, what counts last, candidates, errors inside, log probabilities."""

import json
from typing import Any

import pytest
from tests.plugins.gemini_samples import USAGE, answer, both, decode, reply, request, session, stream

from jackfield.errors import DecodeError, IncompleteStream, Overloaded, ProviderError
from jackfield.hookspecs import StreamState
from jackfield.sse import Frame
from jackfield.types.events import Finish, ReasoningDelta, TextDelta, UsageUpdate
from jackfield.types.results import FinishReason
from jackfield_gemini.finish import BLOCK_REASONS, FINISH_REASONS
from jackfield_gemini.stream import GeminiParser


def test_text_and_thoughts() -> None:
    """Deltas join by kind, in both modes of decoding; empty ones say nothing."""
    chunks = [
        reply({"text": "Hm", "thought": True}, finish=None),
        reply({"text": "m.", "thought": True}, {"text": ""}, finish=None),
        reply({"text": "Ye", "thought": False}, finish=None),
        reply({"text": "s."}),
    ]
    for strict in (True, False):
        events, result = stream(*chunks, strict=strict)
        assert (result.reasoning, result.text) == ("Hmm.", "Yes.")
        assert [type(one) for one in events if isinstance(one, TextDelta | ReasoningDelta)] == [
            ReasoningDelta,
            ReasoningDelta,
            TextDelta,
            TextDelta,
        ]


def test_the_last_usage_counts() -> None:
    """Usage is a snapshot, which may go down: the last one is given, once. What is absent is None, never zero."""
    first = {**reply({"text": "a"}, finish=None), "usageMetadata": {"promptTokenCount": 46, "thoughtsTokenCount": 9}}
    last = {**reply({"text": "b"}), "usageMetadata": {"promptTokenCount": 40, "toolUsePromptTokenCount": 3}}
    for strict in (True, False):
        events, result = stream(first, last, strict=strict)
        usage = result.usage
        assert usage is not None
        assert (usage.input_tokens, usage.tool_input_tokens, usage.reasoning_tokens, usage.output_tokens) == (
            40,
            3,
            None,
            None,
        )
        assert usage.raw == last["usageMetadata"]
        assert sum(isinstance(one, UsageUpdate) for one in events) == 1


def test_an_end_without_a_finish_reason_is_a_cut() -> None:
    """There is no terminal event but the finish reason: an end before it is IncompleteStream, with all that came."""
    reading = session()
    reading.feed(f"data: {json.dumps(reply({'text': 'ab'}, finish=None))}\r\n\r\n".encode())
    assert [type(one) for one in reading.close()] == [UsageUpdate]
    with pytest.raises(IncompleteStream) as caught:
        reading.close()
    assert caught.value.partial.text == "ab"
    assert caught.value.partial.usage.total_tokens == 7


def test_more_may_follow_the_finish_reason() -> None:
    """An event after it still counts: the stream is complete, not done."""
    sources = {"groundingChunks": [{"web": {"uri": "https://a.test"}}]}
    late = {"candidates": [{"groundingMetadata": sources}], "usageMetadata": {"totalTokenCount": 99}}
    _, result = stream(reply({"text": "ab"}), late)
    assert [one.url for one in result.citations] == ["https://a.test"]
    assert result.usage is not None
    assert result.usage.total_tokens == 99


@pytest.mark.parametrize(("raw", "reason"), FINISH_REASONS.items())
def test_every_finish_reason(raw: str, reason: FinishReason) -> None:
    """Google's word is kept, ours is the one of the table."""
    for result in both({"text": "a"}, finish=raw, finishMessage="why"):
        assert (result.finish_reason, result.finish_reason_raw, result.finish_message) == (reason, raw, "why")


@pytest.mark.parametrize("raw", BLOCK_REASONS)
def test_refused_prompt(raw: str) -> None:
    """A prompt that is refused has no candidate: content_filter, and a complete stream."""
    feedback = {"blockReason": raw, "safetyRatings": [{"category": "HARM_CATEGORY_HARASSMENT", "probability": "HIGH"}]}
    value = {"promptFeedback": feedback, "usageMetadata": USAGE}
    for result in (decode(value), stream(value)[1]):
        assert (result.finish_reason, result.finish_reason_raw) == (FinishReason.CONTENT_FILTER, raw)
        assert result.provider_data["promptFeedback"] == feedback
        assert result.text == ""


def test_new_words() -> None:
    """A new reason is OTHER, and drift in strict mode."""
    value = reply({"text": "a"}, finish="MOON_PHASE")
    assert decode(value, request()).finish_reason is FinishReason.OTHER
    with pytest.raises(DecodeError):
        decode(value)
    with pytest.raises(DecodeError):
        decode({"promptFeedback": {"blockReason": "MOON_PHASE"}})


def test_several_candidates() -> None:
    """The first one's events come bare, the others' as alternatives; all of them have to finish."""
    one = {"content": {"parts": [{"text": "one"}]}, "finishReason": "STOP"}  # no index: the first
    two = {"content": {"parts": [{"functionCall": {"name": "f"}}]}, "index": 1}
    parser = GeminiParser(strict=True)
    parser.feed(Frame(json.dumps({"candidates": [one, two]}).encode()))
    states = [parser.state]
    parser.feed(Frame(json.dumps({"candidates": [{"index": 1, "finishReason": "MAX_TOKENS"}]}).encode()))
    assert [*states, parser.state] == [StreamState.OPEN, StreamState.COMPLETE]
    result = decode({"candidates": [one, {**two, "finishReason": "STOP"}]})
    assert result.text == "one"
    assert [other.tool_calls[0].name for other in result.alternatives] == ["f"]
    assert result.alternatives[0].finish_reason is FinishReason.TOOL_CALLS


def test_impossible_index() -> None:
    """A negative number of a candidate is a DecodeError."""
    with pytest.raises(DecodeError):
        decode({"candidates": [{"index": -1, "finishReason": "STOP"}]})


def test_an_empty_answer_is_named() -> None:
    """No candidate and no reason: an empty result with a warning, not an invented finish."""
    result = decode({"usageMetadata": USAGE, "modelVersion": "models/gemini-x"})
    assert (result.text, result.finish_reason, result.model) == ("", None, "gemini-x")
    assert [one.code for one in result.warnings] == ["empty-reply"]


def test_an_error_in_the_stream() -> None:
    """An error event in HTTP 200 is a typed error that carries the reply so far."""
    reading = session()
    reading.feed(f"data: {json.dumps(reply({'text': 'ab'}, finish=None))}\r\n\r\n".encode())
    error = {"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}
    with pytest.raises(Overloaded) as caught:
        reading.feed(f"data: {json.dumps(error)}\r\n\r\n".encode())
    facts = caught.value
    assert (facts.status, facts.type, facts.in_stream, facts.retryable) == (503, "UNAVAILABLE", True, True)
    assert facts.partial.text == "ab"


def test_an_error_in_a_whole_answer() -> None:
    """An error object with status 200 is an error all the same."""
    with pytest.raises(ProviderError) as caught:
        decode({"error": {"code": 500, "message": "x", "status": "INTERNAL"}})
    assert not caught.value.in_stream


def test_a_list_of_answers() -> None:
    """What the stream method gives without `alt=sse`: the elements are the events."""
    result = decode([reply({"text": "a"}, finish=None), reply({"text": "b"})])
    assert (result.text, result.finish_reason) == ("ab", FinishReason.STOP)


@pytest.mark.parametrize(
    "chunk",
    [
        pytest.param({**reply({"text": 5}, finish=None)}, id="text is a number"),
        pytest.param({**reply({"text": "a", "thought": 1}, finish=None)}, id="thought is a number"),
        pytest.param({**reply({"text": "a"}, finish=None), "usageMetadata": {"totalTokenCount": "7"}}, id="count"),
        pytest.param({**reply({"text": "a"}, finish=None), "usageMetadata": []}, id="usage is a list"),
        pytest.param({"candidates": [{"content": {"parts": ["a"]}}], "usageMetadata": {}}, id="part is a text"),
        pytest.param({"candidates": [{"content": {"parts": {"text": "a"}}}], "usageMetadata": {}}, id="parts"),
        pytest.param({"candidates": {"content": {}}}, id="candidates is an object"),
        pytest.param([1], id="number in a list"),
        pytest.param("text", id="text"),
        pytest.param(reply({"inlineData": {"mimeType": "image/png", "data": "%"}}), id="no base64"),
    ],
)
def test_wrong_types_never_pass(chunk: Any) -> None:
    """The hot path leaves what it does not know to the wire types, which say what is wrong."""
    reading = session(strict=False)
    reading.feed(f"data: {json.dumps(reply({'text': 'a'}, finish=None))}\r\n\r\n".encode())
    with pytest.raises(DecodeError):
        reading.feed(f"data: {json.dumps(chunk)}\r\n\r\n".encode())
        reading.close()  # where the last usage is read


def test_hot_path_takes_text_only() -> None:
    """Anything beside text and usage is read in full: a signature, a call, a finish reason, another candidate."""
    first = reply({"text": "a"}, finish=None)
    others = [
        reply({"text": "b", "thoughtSignature": "s"}, finish=None),
        reply({"functionCall": {"name": "f"}}, finish=None),
        {**reply({"text": "d"}, finish=None), "modelStatus": {"modelStage": "RETIRED"}},
        reply(finish="STOP"),
    ]
    events, result = stream(first, *others, strict=False)
    assert result.message.parts[1].opaque is not None  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue]
    assert result.tool_calls[0].name == "f"
    assert result.provider_data["modelStatus"] == {"modelStage": "RETIRED"}
    assert any(isinstance(one, Finish) for one in events)
    assert result.text == "abd"


def logprobs(**lists: Any) -> Any:
    """The log probabilities of a reply with these lists."""
    return decode(reply({"text": "Hi"}, logprobsResult=lists, avgLogprobs=0.1)).logprobs


def test_log_probabilities() -> None:
    """The chosen token takes its own figure from the list of the likeliest, where the chosen one's is another's."""
    hi, hello = ({"token": name, "tokenId": number} for name, number in (("Hi", 2), ("Hello", 1)))
    top = [{"candidates": [{**hello, "logProbability": -0.2}, {**hi, "logProbability": -1.8}]}]
    (token,) = logprobs(chosenCandidates=[{**hi, "logProbability": -0.2}], topCandidates=top, logProbabilitySum=-2.0)
    assert (token.token, token.logprob, token.token_id) == ("Hi", -1.8, 2)
    assert [(one.token, one.logprob) for one in token.top] == [("Hello", -0.2), ("Hi", -1.8)]


def test_log_probabilities_with_holes() -> None:
    """Integers, empty and missing lists, control tokens, and tokens that are not among the likeliest."""
    chosen = [{"token": "<ctrl100>", "tokenId": 1, "logProbability": 0}, {"token": "a"}]
    first, second = logprobs(chosenCandidates=chosen, topCandidates=[{}])
    assert (first.token, first.logprob, first.top) == ("<ctrl100>", 0, ())
    assert (second.token, second.logprob, second.top) == ("a", None, ())
    assert logprobs(topCandidates=[{}]) is None


def test_facts_under_googles_names() -> None:
    """What has no word of ours is in provider_data: ratings, averages, pages, tokens to go on."""
    facts = {
        "safetyRatings": [{"category": "HARM_CATEGORY_HARASSMENT", "probability": "LOW"}],
        "avgLogprobs": 0.001,
        "continuationToken": "bmV4dA==",
        "urlContextMetadata": {"urlMetadata": [{"retrievedUrl": "u", "urlRetrievalStatus": "s"}]},
    }
    for result in both({"text": "a"}, finish="CONTINUATION", **facts):
        assert result.provider_data == facts
        assert result.finish_reason is FinishReason.LENGTH


def test_raw_is_kept() -> None:
    """The bytes of a whole answer and the frames of a stream stay reachable."""
    value = reply({"text": "a"})
    whole, streamed = decode(value).raw, stream(value)[1].raw
    assert whole is not None
    assert whole.body == answer(value).body
    assert streamed is not None
    assert [json.loads(one) for one in streamed.frames] == [value]
