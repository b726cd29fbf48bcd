"""Events to a Result: runs, media, calls, facts, and back to events."""

import pytest
from hypothesis import given, strategies as st

from jackfield.assembly import Assembler, assemble, events_of
from jackfield.types.events import (
    Alternative,
    Event,
    Finish,
    LogprobsDelta,
    MediaDelta,
    NoticeEvent,
    ProviderData,
    RateLimitsUpdate,
    ReasoningDelta,
    StreamStart,
    TextDelta,
    TextWasReasoning,
    ToolCallDelta,
    UsageUpdate,
)
from jackfield.types.messages import assistant
from jackfield.types.parts import (
    Audio,
    Citation,
    Document,
    Image,
    Opaque,
    ProviderPart,
    Reasoning,
    ServerTool,
    Text,
    ToolCall,
    Video,
)
from jackfield.types.results import FinishReason, Notice, RateLimit, RateLimits, RawReply, Result, TokenLogprob, Usage

STATE = Opaque(provider="toy", data={"signature": "s"})
LIMITS = RateLimits((RateLimit(kind="requests", remaining=1),))
NOTICE = Notice(code="a", message="b")


def test_text_and_reasoning_grow() -> None:
    """Neighbours of one kind are one part, in the order in which they came."""
    result = assemble([ReasoningDelta("w"), ReasoningDelta("hy"), TextDelta("s"), TextDelta("o"), ReasoningDelta("?")])
    assert result.message.parts == (Reasoning("why"), Text("so"), Reasoning("?"))
    assert (result.text, result.reasoning) == ("so", "why?")


def test_opaque_state_is_a_part_of_its_own() -> None:
    """A delta with state is merged with nothing."""
    result = assemble(
        [TextDelta("a"), TextDelta("b", opaque=STATE), TextDelta("c"), TextDelta("d"), TextDelta("", opaque=STATE)]
    )
    assert result.message.parts == (Text("a"), Text("b", opaque=STATE), Text("cd"), Text("", opaque=STATE))


def test_empty_deltas_make_no_part() -> None:
    """A provider that opens with an empty text says nothing."""
    assert assemble([TextDelta(""), ReasoningDelta(""), TextDelta("")]).message.parts == ()
    assert assemble([TextDelta("a"), TextDelta("")]).message.parts == (Text("a"),)


def test_text_that_was_reasoning() -> None:
    """A closing tag that was never opened turns what came before it into reasoning, and nothing after it."""
    result = assemble([TextDelta("why"), TextWasReasoning(), TextDelta("so")])
    assert (result.text, result.reasoning) == ("so", "why")


@pytest.mark.parametrize(
    ("mime_type", "kind", "kept"),
    [
        ("image/png", Image, "image/png"),
        ("audio/wav", Audio, "audio/wav"),
        ("video/mp4", Video, "video/mp4"),
        ("application/pdf", Document, "application/pdf"),
        ("model/gltf", Document, "application/octet-stream"),
    ],
)
def test_media(mime_type: str, kind: type, kept: str) -> None:
    """Bytes that continue a medium are one with it; the part is of the kind that the type says."""
    events = [
        MediaDelta(data=b"a", mime_type=mime_type),
        MediaDelta(data=b"b", mime_type=mime_type, append=True, opaque=STATE),
        MediaDelta(data=b"c", mime_type=mime_type),
        MediaDelta(data=b"d", mime_type="audio/other", append=True),
    ]
    media = assemble(events).media
    assert [one.data for one in media] == [b"ab", b"c", b"d"]
    assert (type(media[0]), media[0].mime_type, media[0].opaque) == (kind, kept, STATE)


def test_facts() -> None:
    """What is told once stays, what is updated is replaced, what is added adds up."""
    token = TokenLogprob(token="a", logprob=-1.0)
    result = assemble(
        [
            StreamStart(id="1"),
            StreamStart(id="2", model="m", request_id="r"),
            UsageUpdate(usage=Usage(input_tokens=1)),
            LogprobsDelta(tokens=(token,)),
            LogprobsDelta(tokens=(token,)),
            LogprobsDelta(tokens=(), reasoning=True),
            RateLimitsUpdate(rate_limits=LIMITS),
            NoticeEvent(notice=NOTICE),
            ProviderData(data={"a": 1, "b": 1}),
            ProviderData(data={"b": 2}),
            Finish(reason=FinishReason.LENGTH, raw="max_tokens", message="cut"),
            UsageUpdate(usage=Usage(input_tokens=2)),
        ],
        raw=RawReply(status=200),
    )
    assert (result.id, result.model, result.request_id) == ("1", "m", "r")
    assert result.usage == Usage(input_tokens=2)
    assert (result.logprobs, result.reasoning_logprobs) == ((token, token), ())
    assert (result.rate_limits, result.warnings) == (LIMITS, (NOTICE,))
    assert result.provider_data == {"a": 1, "b": 2}
    assert (result.finish_reason, result.finish_reason_raw, result.finish_message) == ("length", "max_tokens", "cut")
    assert result.raw == RawReply(status=200)


def test_nothing_is_made_up() -> None:
    """Of what no event said, the result says nothing."""
    result = assemble([])
    assert (result.usage, result.logprobs, result.finish_reason, result.model, result.id) == (None,) * 5
    assert not result.message.parts
    assert not result.warnings


def test_calls_are_delivered_with_the_finish() -> None:
    """The caller sees a whole call before the event that ends the reply, and STOP becomes TOOL_CALLS."""
    assembler = Assembler()
    piece = ToolCallDelta(id="a", name="f", arguments="{}")
    end = Finish(reason=FinishReason.STOP, raw="stop")
    text = TextDelta("x")
    call = ToolCall(id="a", name="f", arguments={}, arguments_raw="{}")
    assert assembler.feed([text, piece, end, UsageUpdate(usage=Usage())]) == [
        text,
        piece,
        call,
        end,
        UsageUpdate(usage=Usage()),
    ]
    assert assembler.close() == []
    assert assembler.finished
    result = assembler.result()
    assert result.tool_calls == (call,)
    assert result.finish_reason is FinishReason.TOOL_CALLS
    assert result.finish_reason_raw == "stop"


def test_events_without_calls_are_handed_through() -> None:
    """The common case copies nothing."""
    events: list[Event] = [TextDelta("a"), Finish(reason=FinishReason.STOP)]
    assert Assembler().feed(events) is events


def test_calls_that_nothing_ends() -> None:
    """A reply may be over without a Finish event."""
    assembler = Assembler()
    assembler.feed([ToolCallDelta(id="a", name="f", arguments="{}")])
    assert [call.id for call in assembler.close() if isinstance(call, ToolCall)] == ["a"]


def test_a_partial_result_has_no_half_call() -> None:
    """A call that is whole counts; one that is cut off is named in a warning."""
    assembler = Assembler()
    assembler.feed([ToolCallDelta(id="a", name="f", arguments="{}"), ToolCallDelta(id="b", name="g", arguments='{"x')])
    result = assembler.result(notices=[NOTICE])
    assert [call.id for call in result.tool_calls] == ["a"]
    assert [notice.code for notice in result.warnings] == ["a", "incomplete-tool-call"]


def test_server_tools_are_replaced_by_slot() -> None:
    """A tool that ran shows its last state once; without a slot each one is its own."""
    result = assemble(
        [
            ServerTool(kind="search", index=0),
            ServerTool(kind="python", index=1),
            ServerTool(kind="search", index=0, output="found"),
            ServerTool(kind="visit"),
            ServerTool(kind="visit"),
        ]
    )
    assert [(one.kind, one.output) for one in result.server_tools] == [
        ("search", "found"),
        ("python", None),
        ("visit", None),
        ("visit", None),
    ]


def test_alternatives() -> None:
    """Further candidates are results of their own, complete when the reply is."""
    assembler = Assembler()
    assembler.feed(
        [
            TextDelta("first"),
            Alternative(index=2, event=TextDelta("third")),
            Alternative(index=1, event=ToolCallDelta(id="a", name="f")),
        ]
    )
    assembler.close()
    second, third = assembler.result().alternatives
    assert ([call.id for call in second.tool_calls], third.text) == (["a"], "third")


def test_back_to_events() -> None:
    """The events of a result make the same result."""
    token = TokenLogprob(token="a", logprob=-1.0)
    result = assemble(
        [
            StreamStart(id="1", model="m"),
            RateLimitsUpdate(rate_limits=LIMITS),
            ReasoningDelta("why", opaque=STATE),
            TextDelta("so"),
            MediaDelta(data=b"x", mime_type="image/png"),
            ToolCallDelta(id="a", name="f", arguments="{}"),
            Citation(url="https://toy.invalid"),
            ServerTool(kind="search"),
            ProviderPart(kind="x", opaque=STATE),
            LogprobsDelta(tokens=(token,)),
            NoticeEvent(notice=NOTICE),
            ProviderData(data={"a": 1}),
            Alternative(index=1, event=TextDelta("other")),
            Finish(reason=FinishReason.STOP, raw="stop"),
            UsageUpdate(usage=Usage(input_tokens=1)),
        ]
    )
    assert assemble(events_of(result)) == result


def test_media_by_url_have_no_event() -> None:
    """They are in the result, and an event would have to hold bytes that nobody has."""
    result = Result(message=assistant(Image(url="https://toy.invalid/x.png")), output=None)
    assert events_of(result) == [StreamStart()]


def test_what_is_no_event() -> None:
    """It is an error, which the caller blames on the plugin."""
    with pytest.raises(TypeError, match="a str is no event"):
        Assembler().feed(["text"])  # type: ignore[list-item]  # deliberately


PIECES = st.lists(
    st.one_of(
        st.text("ab", max_size=3).map(TextDelta),
        st.text("ab", max_size=3).map(ReasoningDelta),
        st.just(TextWasReasoning()),
        st.just(MediaDelta(data=b"x", mime_type="image/png", append=True)),
        st.just(UsageUpdate(usage=Usage())),
    )
)


@given(events=PIECES, cut=st.integers(0, 30))
def test_how_events_are_grouped_makes_no_difference(events: list[Event], cut: int) -> None:
    """One by one, all at once, or in two groups."""
    one_by_one, grouped = Assembler(), Assembler()
    for event in events:
        one_by_one.feed((event,))
    grouped.feed(events[:cut])
    grouped.feed(events[cut:])
    assert one_by_one.result() == grouped.result() == assemble(events)


def test_a_surrogate_pair_in_two_pieces() -> None:
    """It is the character, in text, reasoning and arguments; a half alone stays what it is."""
    pieces = ("\ud83d", "\ude00 \ud83d")
    events: list[Event] = [*map(ReasoningDelta, pieces), *map(TextDelta, pieces)]
    events += [ToolCallDelta(index=0, id="c", name="f", arguments=one) for one in ('{"a": "\ud83d', '\ude00"}')]
    result = assemble(events)
    assert (result.text, result.reasoning) == ("😀 \ud83d", "😀 \ud83d")
    assert [(call.arguments, call.error) for call in result.tool_calls] == [({"a": "😀"}, None)]


def test_negative_usage() -> None:
    """Less than nothing says nothing, and that is noticed; the wire object stays."""
    raw = {"prompt_tokens": -5}
    result = assemble([UsageUpdate(usage=Usage(input_tokens=-5, output_tokens=0, raw=raw))])
    assert result.usage == Usage(input_tokens=None, output_tokens=0, raw=raw)
    assert [(one.code, "input_tokens" in one.message) for one in result.warnings] == [("negative-usage", True)]
