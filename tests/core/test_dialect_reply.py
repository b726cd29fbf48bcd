"""Replies, whole and streamed, become the same events; plain chunks are read straight and mean the same."""

import json
from collections.abc import Sequence
from typing import Any

import attrs
import pytest
from hypothesis import given, strategies as st

from jackfield.dialects.chat_completions import ChatCompletions, ModelTraits, Quota
from jackfield.errors import DecodeError, IncompleteStream, Overloaded, ProviderError
from jackfield.http import HttpResponse, Secret, Settings
from jackfield.session import StreamSession
from jackfield.types.events import Event, Finish, ReasoningDelta, StreamStart, TextDelta
from jackfield.types.messages import user
from jackfield.types.requests import GenerateRequest
from jackfield.types.results import FinishReason, RateLimit, Result, TokenLogprob, Usage

ACME = ChatCompletions(
    provider="acme",
    name="Acme",
    base_url="https://api.acme.example",
    docs_url="https://acme.example/docs",
    key_variables=("ACME_API_KEY",),
    quotas=(Quota(kind="requests", period_s=60, remaining="x-left", reset="x-reset"),),
    facts=(("created", ("created",)), ("tier", ("service_tier",)), ("deep", ("usage", "nothing"))),
)
USAGE = {
    "prompt_tokens": 3,
    "completion_tokens": 5,
    "total_tokens": 8,
    "prompt_tokens_details": {"cached_tokens": 1},
    "completion_tokens_details": {"reasoning_tokens": 2},
}
HEAD = {"id": "r1", "object": "chat.completion.chunk", "created": 1, "model": "m-1"}


def request(*, strict: bool = True) -> GenerateRequest:
    """A request that says how strictly to read."""
    return GenerateRequest(model="m", messages=(user("hi"),), stream=True, strict=strict)


def response(value: Any, *, status: int = 200, **headers: str) -> HttpResponse:
    """A whole answer."""
    return HttpResponse(status=status, headers=headers, body=json.dumps(value).encode())


def whole(message: dict[str, Any], dialect: ChatCompletions = ACME, **rest: Any) -> Result[None]:
    """The result of a whole reply with that message."""
    choice = {"index": 0, "message": message, "finish_reason": "stop", **rest}
    return dialect.decode(request(), response({**HEAD, "choices": [choice], "usage": USAGE}))


def chunk(delta: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """A chunk with that delta."""
    return {**HEAD, "choices": [{"index": 0, "delta": delta, "finish_reason": None, **rest}]}


def calls_chunk(*calls: dict[str, Any]) -> dict[str, Any]:
    """A chunk with these pieces of calls."""
    return chunk({"tool_calls": list(calls)})


def session(
    *, dialect: ChatCompletions = ACME, strict: bool = True, headers: dict[str, str] | None = None
) -> StreamSession:
    """A session for a stream."""
    head = HttpResponse(status=200, headers=headers or {})
    return StreamSession("acme", dialect.parse(request(strict=strict), head), head)


def wire(chunks: Sequence[Any], *, done: bool = True) -> bytes:
    """Chunks as an event stream."""
    data = [json.dumps(one) for one in chunks] + ["[DONE]"] * done
    return "".join(f"data: {one}\n\n" for one in data).encode()


def streamed(*chunks: Any, done: bool = True, **options: Any) -> tuple[list[Event], Result[None]]:
    """The events and the result of a stream."""
    reading = session(**options)
    events = [*reading.open(), *reading.feed(wire(chunks, done=done)), *reading.close()]
    return events, reading.result()


def test_whole_reply() -> None:
    """Every fact of a whole reply."""
    result = whole({"role": "assistant", "content": "pong", "reasoning": "hm"})
    assert (result.text, result.reasoning) == ("pong", "hm")
    assert (result.id, result.model, result.finish_reason, result.finish_reason_raw) == ("r1", "m-1", "stop", "stop")
    assert result.usage == Usage(
        input_tokens=3, output_tokens=5, total_tokens=8, cached_tokens=1, reasoning_tokens=2, raw=USAGE
    )
    assert result.provider_data == {"created": 1}
    assert result.raw is not None
    assert result.raw.status == 200


@pytest.mark.parametrize("strict", [True, False])
def test_streamed_reply(strict: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """The same facts from chunks; straight reading and wire types agree."""
    _, result = streamed(
        chunk({"role": "assistant", "content": ""}),
        chunk({"reasoning": "h"}),
        chunk({"reasoning": "m"}),
        chunk({"content": "po"}, logprobs=None),
        chunk({"content": "ng"}),
        chunk({}, finish_reason="stop"),
        {**HEAD, "id": "r2", "created": 2, "choices": [], "usage": USAGE, "service_tier": "gold"},
        strict=strict,
    )
    expected = whole({"role": "assistant", "content": "pong", "reasoning": "hm"})
    expected = attrs.evolve(expected, provider_data={"created": 1, "tier": "gold"}, raw=None)
    assert attrs.evolve(result, raw=None) == expected


def test_plain_chunks_are_single_events() -> None:
    """A piece of text is one event, a piece of reasoning is one event, an empty piece is none."""
    reading = session(strict=False)
    reading.feed(wire([chunk({"role": "assistant", "content": "a"})], done=False))
    assert list(reading.feed(wire([chunk({"content": "b"})], done=False))) == [TextDelta("b")]
    assert list(reading.feed(wire([chunk({"reasoning": "c"})], done=False))) == [ReasoningDelta("c")]
    assert list(reading.feed(wire([chunk({"content": ""})], done=False))) == []
    nulls = chunk({"content": "d", "tool_calls": [], "refusal": None}, logprobs=None)
    assert list(reading.feed(wire([{**nulls, "usage": None}], done=False))) == [TextDelta("d")]


@pytest.mark.parametrize(
    "odd",
    [
        chunk({"content": "x", "reasoning": "y"}),
        chunk({"content": "x"}, finish_reason="stop"),
        chunk({"content": "x"}, logprobs={"content": [{"token": "x", "logprob": -1.0}]}),
        {**chunk({"content": "x"}), "usage": USAGE},
        {**chunk({"content": "x"}), "choices": [{"index": 1, "delta": {"content": "x"}}]},
        {**chunk({"content": "x"}), "choices": [{"delta": {"content": "x"}}, {"index": 1, "delta": {"content": "y"}}]},
        chunk({"content": None, "tool_calls": [{"index": 0, "id": "c", "function": {"name": "f", "arguments": "{}"}}]}),
    ],
)
def test_no_chunk_is_plain_by_mistake(odd: dict[str, Any]) -> None:
    """Whatever holds more than a piece of text gives the same events in both modes."""
    first = chunk({"role": "assistant", "content": "a"})
    loose, strict = (streamed(first, odd, strict=strict)[0] for strict in (False, True))
    assert loose == strict
    assert len(loose) > 2


WORDS = st.sampled_from([None, "", "a", "b"])
CALL_PIECES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "index": st.sampled_from([None, 0, 1]),
        "id": WORDS,
        "type": st.sampled_from([None, "function"]),
        "function": st.fixed_dictionaries({}, optional={"name": WORDS, "arguments": WORDS | st.just({"a": 1})}),
    },
)


@given(st.lists(st.lists(CALL_PIECES, max_size=3), max_size=4), st.sampled_from([None, "assistant"]))
def test_pieces_of_calls(deltas: list[list[dict[str, Any]]], role: str | None) -> None:
    """Read straight or through the wire types, they are the same events."""
    first = chunk({"role": "assistant", "content": "a"})
    chunks = [chunk({"role": role, "content": None, "tool_calls": calls}) for calls in deltas]
    loose, strict = (streamed(first, *chunks, strict=strict)[0] for strict in (False, True))
    assert loose == strict


@pytest.mark.parametrize("call", [{"index": 0, "function": {"arguments": 1, "name": 2}}, {"index": True}, 1, "x", [1]])
def test_pieces_of_calls_that_are_none(call: Any) -> None:
    """What has a wrong type is a DecodeError, as it is in strict mode."""
    for strict in (False, True):
        with pytest.raises(DecodeError):
            streamed(chunk({"content": "a"}), chunk({"tool_calls": [call]}), strict=strict)


JUNK: list[Any] = [[], 1, "x", None, {"choices": [{"delta": 1}]}, {"choices": 1}, {"choices": [[]]}]


@pytest.mark.parametrize("junk", [*JUNK, chunk({"content": ["x"]})])
@pytest.mark.parametrize("strict", [True, False])
def test_junk(junk: Any, strict: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A chunk that is no chunk is a DecodeError with what came before it; nothing is coerced."""
    with pytest.raises(DecodeError) as caught:
        streamed(chunk({"content": "a"}), junk, strict=strict)
    assert caught.value.partial.text == "a"


def test_tool_calls() -> None:
    """Whole calls, decoded arguments, pieces over chunks, several in one delta: they come out intact."""
    calls = [
        {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}},
        {"id": "c2", "type": "function", "function": {"name": "f", "arguments": {"a": 2}}},
        {"id": "", "type": "function", "function": {"name": "f", "arguments": None}},
    ]
    result = whole({"role": "assistant", "tool_calls": calls})
    assert [(call.name, call.arguments) for call in result.tool_calls] == [("f", {"a": 1}), ("f", {"a": 2}), ("f", {})]
    assert [call.id for call in result.tool_calls][:2] == ["c1", "c2"]
    assert result.tool_calls[2].id
    assert (result.finish_reason, result.finish_reason_raw) == (FinishReason.TOOL_CALLS, "stop")
    _, result = streamed(
        calls_chunk({"index": 0, "id": "c1", "type": "function", "function": {"name": "f", "arguments": ""}}),
        calls_chunk(
            {"index": 0, "function": {"arguments": '{"a'}}, {"index": 1, "id": "c2", "function": {"name": "g"}}
        ),
        calls_chunk({"index": 1, "function": {"arguments": "{}"}}, {"index": 0, "function": {"arguments": '": 1}'}}),
        chunk({}, finish_reason="tool_calls"),
    )
    made = [(call.id, call.name, call.arguments) for call in result.tool_calls]
    assert made == [("c1", "f", {"a": 1}), ("c2", "g", {})]


def test_repeated_ids() -> None:
    """One id for two calls, which some models send, makes neither one call nor two of one id."""
    calls: list[dict[str, Any]] = [
        {"index": index, "id": "f:0", "function": {"name": "f", "arguments": json.dumps({"a": index})}}
        for index in (0, 1)
    ]
    streams = (streamed(calls_chunk(*calls))[1], streamed(*(calls_chunk(call) for call in calls))[1])
    for result in (whole({"tool_calls": calls}), *streams):
        assert [call.arguments for call in result.tool_calls] == [{"a": 0}, {"a": 1}]
        assert result.tool_calls[0].id == "f:0" != result.tool_calls[1].id


@pytest.mark.parametrize(
    ("think", "text", "split"),
    [
        ("inline", "<think>hm</think>yes", ("hm", "yes")),
        ("inline", "hm</think>yes", ("", "hm</think>yes")),
        ("unopened", "hm</think>yes", ("hm", "yes")),
        ("none", "<think>hm</think>yes", ("", "<think>hm</think>yes")),
        ("inline", "<think>hm", ("hm", "")),
        ("inline", "<thi", ("", "<thi")),
    ],
)
def test_think_tags(think: Any, text: str, split: tuple[str, str]) -> None:
    """Split by the model's traits, the same way whole, in one chunk and in chunks of one character."""
    dialect = attrs.evolve(ACME, models=(ModelTraits(think=think),))
    results = [
        whole({"role": "assistant", "content": text}, dialect),
        streamed(chunk({"content": text}), chunk({}, finish_reason="stop"), dialect=dialect)[1],
        streamed(*(chunk({"content": one}) for one in text), dialect=dialect, strict=False)[1],
    ]
    assert [(result.reasoning, result.text) for result in results] == [split] * 3


def test_text_held_back_comes_before_the_finish() -> None:
    """What might have begun a tag is delivered before the reason to stop."""
    events, _ = streamed(chunk({"content": "<thi"}), chunk({}, finish_reason="stop"))
    assert events[-2:] == [TextDelta("<thi"), Finish(reason=FinishReason.STOP, raw="stop")]


def test_several_replies() -> None:
    """Further choices become alternatives, with their own think tags."""
    pieces = [{"index": index, "delta": {"content": text}} for index, text in ((0, "<thi"), (1, "<thi"), (1, "nk>b</"))]
    _, result = streamed(*({**HEAD, "choices": [piece]} for piece in pieces))
    assert (result.text, result.reasoning) == ("<thi", "")
    (other,) = result.alternatives
    assert (other.text, other.reasoning) == ("", "b</")


def test_logprobs() -> None:
    """Tokens with their bytes and the likeliest others; bytes out of range are an error."""
    top = [{"token": "pong", "logprob": -0.1, "bytes": [112]}, {"token": "ping", "logprob": -2.0}]
    tokens = {"content": [{"token": "pong", "logprob": -0.1, "bytes": None, "top_logprobs": top}]}
    result = whole({"content": "pong"}, logprobs=tokens)
    likely = (TokenLogprob(token="pong", logprob=-0.1, data=b"p"), TokenLogprob(token="ping", logprob=-2.0))
    assert result.logprobs == (TokenLogprob(token="pong", logprob=-0.1, top=likely),)
    assert whole({"content": "x"}, logprobs={"content": None}).logprobs is None
    with pytest.raises(DecodeError, match="not bytes"):
        whole({"content": "x"}, logprobs={"content": [{"token": "x", "bytes": [256]}]})


def test_unknown_finish_reason() -> None:
    """A new word is kept; in strict mode it is an error."""
    _, result = streamed(chunk({"content": "a"}), chunk({}, finish_reason="tired"), strict=False)
    assert (result.finish_reason, result.finish_reason_raw) == (FinishReason.OTHER, "tired")
    with pytest.raises(DecodeError, match="tired"):
        streamed(chunk({"content": "a"}), chunk({}, finish_reason="tired"))


def test_unknown_fields() -> None:
    """Drift is seen in strict mode only."""
    odd = {**chunk({"content": "a"}), "novelty": 1}
    assert streamed(odd, strict=False)[1].text == "a"
    for number in (1, None):
        with pytest.raises(DecodeError, match="novelty"):
            streamed(chunk({"content": "a"}), {**odd, "novelty": number})


def test_quota_and_request_id() -> None:
    """Headers count: the quota at once, the id with the first chunk."""
    headers = {"x-left": "4", "x-reset": "1m2.5s", "x-request-id": "req"}
    events, result = streamed(chunk({"content": "a"}), headers=headers)
    assert result.rate_limits.limits == (RateLimit(kind="requests", remaining=4, reset_s=62.5, period_s=60),)
    assert events[1] == StreamStart(id="r1", model="m-1", request_id="req")
    assert result.request_id == "req"


FINISHED = (chunk({"content": "a"}), chunk({}, finish_reason="stop"))


def test_terminal_event() -> None:
    """[DONE] alone ends a stream, unless the provider is known to leave it out after the finish reason."""
    with pytest.raises(IncompleteStream) as caught:
        streamed(*FINISHED, done=False)
    assert caught.value.partial.text == "a"
    lax = attrs.evolve(ACME, ends_with="finish")
    assert streamed(*FINISHED, done=False, dialect=lax)[1].text == "a"
    with pytest.raises(IncompleteStream):
        streamed(FINISHED[0], done=False, dialect=lax)
    two = {**HEAD, "choices": [{"index": 1, "delta": {"content": "b"}}]}
    with pytest.raises(IncompleteStream):
        streamed(two, *FINISHED, done=False, dialect=lax)


def test_nothing_counts_after_done() -> None:
    """What follows the terminal event is not looked at."""
    reading = session()
    reading.feed(wire(FINISHED) + b"data: {broken\n\n")
    assert reading.done
    assert reading.result().text == "a"


@pytest.mark.parametrize(
    "frame",
    [
        b'data: {"error": {"message": "full", "type": "overloaded_error"}}\n\n',
        b'event: error\ndata: {"message": "full", "type": "overloaded_error"}\n\n',
        b'event: error\ndata: {"error": {"message": "full", "type": "overloaded_error"}}\n\n',
    ],
)
def test_error_inside_a_stream(frame: bytes) -> None:
    """An error event or key becomes a typed error with what was delivered."""
    reading = session(headers={"x-request-id": "req"})
    reading.feed(wire([chunk({"content": "a"})], done=False))
    with pytest.raises(Overloaded, match="full") as caught:
        reading.feed(frame)
    assert (caught.value.in_stream, caught.value.status, caught.value.retryable) == (True, None, True)
    assert (caught.value.partial.text, caught.value.request_id) == ("a", "req")


def test_error_event_that_is_no_json() -> None:
    """Its text becomes the message."""
    with pytest.raises(ProviderError, match="upstream went away"):
        session().feed(b"event: error\ndata: upstream went away\n\n")


def test_error_in_a_whole_200() -> None:
    """A success that holds an error is none."""
    with pytest.raises(ProviderError, match="no luck") as caught:
        ACME.decode(request(), response({"error": {"message": "no luck"}}))
    assert caught.value.status == 200


@pytest.mark.parametrize(
    "value", [{**HEAD, "choices": []}, {**HEAD, "choices": None}, [], "x", {"choices": [{"index": "0"}]}]
)
def test_whole_reply_that_is_none(value: Any) -> None:
    """A whole answer without a reply is a DecodeError."""
    with pytest.raises(DecodeError):
        ACME.decode(request(), response(value))


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("chunks", [[], [{**HEAD, "choices": []}]])
def test_a_stream_without_choices(chunks: list[Any], *, strict: bool) -> None:
    """It is no reply, as a whole one without choices is none."""
    with pytest.raises(DecodeError, match="no choices"):
        streamed(*chunks, strict=strict)


def test_choices_may_come_late() -> None:
    """A first chunk without any, as some hosts send it, changes nothing."""
    _, result = streamed({**HEAD, "choices": []}, chunk({"content": "a"}), chunk({"content": "b"}), strict=False)
    assert (result.text, result.id) == ("ab", "r1")


def test_half_a_surrogate_pair_goes_back() -> None:
    """The model's own words are data: what UTF-8 cannot express is escaped, in texts, reasoning and arguments."""
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": {"a": "\ud83d"}}}
    reply = whole({"role": "assistant", "content": "half \ud83d", "tool_calls": [call]})
    turn = GenerateRequest(model="m", messages=(user("hi"), reply.message))
    settings = Settings(provider="acme", base_url=ACME.base_url, values={"api_key": Secret("canary")})
    sent = json.loads(bytes(ACME.encode(turn, settings).content))["messages"][1]
    assert sent["content"] == "half \ud83d"
    assert json.loads(sent["tool_calls"][0]["function"]["arguments"]) == {"a": "\ud83d"}
