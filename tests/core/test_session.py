"""One stream without I/O: cuts everywhere, errors behind their events, plugins that misbehave."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, strategies as st
from tests.core.toy import ToyParser, frames

from jackfield.errors import (
    DecodeError,
    IncompleteStream,
    JackfieldError,
    PluginError,
    ProviderError,
    ReplyTooLarge,
    UsageError,
)
from jackfield.hookspecs import StreamState
from jackfield.http import HttpResponse
from jackfield.session import StreamSession
from jackfield.sse import Frame
from jackfield.types.events import (
    Alternative,
    Event,
    Finish,
    LogprobsDelta,
    MediaDelta,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
    UsageUpdate,
)
from jackfield.types.results import Notice, Result

HEAD = HttpResponse(status=200, headers={"content-type": "text/event-stream"})
EVENTS = ({"text": "one "}, {"reasoning": "why"}, {"text": "two"}, {"call": ["f", '{"x": 1}']}, {"done": True})
STREAM = b": hello\n\n" + b"".join(frames(*EVENTS)) + b"data: ignored\n\n"


def _read(session: StreamSession, *chunks: bytes) -> list[Event]:
    events = [*session.open()]
    for chunk in chunks:
        if session.done:
            break
        events += session.feed(chunk)
    while more := session.close():
        events += more
    return events


def _result(*chunks: bytes) -> "Result[None]":
    session = StreamSession("toy", ToyParser(), HEAD)
    _read(session, *chunks)
    return session.result()


def test_a_whole_stream() -> None:
    """Text, reasoning, calls, frames and headers, in one result."""
    result = _result(STREAM)
    assert (result.text, result.reasoning) == ("one two", "why")
    assert [(call.name, call.arguments) for call in result.tool_calls] == [("f", {"x": 1})]
    assert result.raw is not None
    assert len(result.raw.frames) == len(EVENTS)
    assert result.raw.headers == HEAD.headers


@given(st.lists(st.integers(0, len(STREAM))))
def test_any_split(cuts: list[int]) -> None:
    """However the bytes are split, the result is the same, raw frames included."""
    places = [0, *sorted(cuts), len(STREAM)]
    chunks = [STREAM[start:end] for start, end in pairwise(places)]
    assert _result(*chunks) == _result(STREAM)


def test_every_cut() -> None:
    """Wherever it is cut before its end, a stream is incomplete, with all that was delivered and no half call."""
    end = STREAM.index(b'{"done":true}') + len(b'{"done":true}')
    for position in range(end):
        session = StreamSession("toy", ToyParser(), HEAD)
        events: list[Event] = []
        with pytest.raises(IncompleteStream) as caught:
            events += session.feed(STREAM[:position])
            while more := session.close():
                events += more
        delivered = "".join(event.text for event in events if isinstance(event, TextDelta))
        assert caught.value.partial.text == delivered
        assert all(call.error is None for call in caught.value.partial.tool_calls)
    assert _result(STREAM[:end]).text == "one two"


def test_a_reply_that_may_end_anywhere_behind_its_end() -> None:
    """Once the parser says COMPLETE, the bytes may end."""
    session = StreamSession("toy", ToyParser(), HEAD)
    states: list[tuple[bool, bool]] = []
    for frame in frames({"text": "a"}, {"complete": True}):
        session.feed(frame)
        states.append((session.complete, session.done))
    assert states == [(False, False), (True, False)]
    _read(session)
    assert session.result().text == "a"


def test_nothing_behind_the_end_counts() -> None:
    """Frames in the same chunk as the terminal one are not even looked at."""
    assert _result(b"".join(frames({"text": "a"}, {"done": True}, {"error": "late"}))).text == "a"


@pytest.mark.parametrize("in_one_chunk", [True, False])
def test_an_error_behind_events(*, in_one_chunk: bool) -> None:
    """Events before an error are delivered first; the session is done, so that nobody waits for more bytes."""
    session = StreamSession("toy", ToyParser(), HEAD)
    stream = frames({"text": "a"}, {"error": "no"}, {"text": "never"})
    events = session.feed(b"".join(stream)) if in_one_chunk else session.feed(stream[0])
    assert events == [TextDelta("a")]
    assert session.done is in_one_chunk
    for _ in range(2):
        with pytest.raises(ProviderError, match="no") as caught:
            session.feed(stream[1])
        assert caught.value.partial.text == "a"
    with pytest.raises(ProviderError):
        session.close()
    assert not session.complete


def test_an_error_in_the_last_line() -> None:
    """It is raised even if the server forgot to end the line."""
    session = StreamSession("toy", ToyParser(), HEAD)
    assert session.feed(b'data: {"error": "no"}') == []
    with pytest.raises(ProviderError, match="no"):
        session.close()


def test_rubbish_is_a_decode_error() -> None:
    """A frame that ends and is no JSON is not a cut."""
    session = StreamSession("toy", ToyParser(), HEAD)
    with pytest.raises(DecodeError):
        session.feed(b"data: {rubbish\n\n")
    assert session.done


@pytest.mark.parametrize("rest", [b'data: {"text": "b', b"data: [1, 2", b'data: {"text":', b"data:", b"dat"])
def test_a_torn_last_line(rest: bytes) -> None:
    """JSON that begins and does not end is a cut, not an error of its own."""
    session = StreamSession("toy", ToyParser(), HEAD)
    session.feed(b'data: {"text": "a"}\n\n' + rest)
    with pytest.raises(IncompleteStream) as caught:
        session.close()
    assert caught.value.partial.text == "a"


@pytest.mark.parametrize("rest", [b"data: rubbish", b"data: 5", b'data: {"call": 1}'])
def test_a_last_line_that_is_wrong(rest: bytes) -> None:
    """What is there in full and makes no sense is an error, line end or not."""
    session = StreamSession("toy", ToyParser(), HEAD)
    session.feed(rest)
    with pytest.raises((DecodeError, PluginError)):
        session.close()


def test_bounds() -> None:
    """An endless line is an error behind the events before it."""
    session = StreamSession("toy", ToyParser(), HEAD, max_bytes=50)
    assert session.feed(b'data: {"text": "a"}\n\ndata: ' + b"x" * 100) == [TextDelta("a")]
    with pytest.raises(ReplyTooLarge) as caught:
        session.feed(b"x")
    assert caught.value.partial.text == "a"


def test_notices_of_encoding() -> None:
    """They are warnings of the result, also of a partial one."""
    notice = Notice(code="option-dropped", message="x")
    session = StreamSession("toy", ToyParser(), HEAD, notices=[notice])
    assert session.result().warnings == (notice,)


def test_a_call_that_no_event_ends() -> None:
    """It is delivered with the end of the bytes."""
    session = StreamSession("toy", CompleteAtOnce(), HEAD)
    session.feed(b"".join(frames({"call": ["f", "{}"]})))
    assert [type(event).__name__ for event in session.close()] == ["ToolCall"]
    assert session.close() == ()


class CompleteAtOnce(ToyParser):
    """Its reply may end at any time, and no event says that it did."""

    def __init__(self) -> None:
        super().__init__()
        self.state = StreamState.COMPLETE


def _boom() -> Sequence[Event]:
    raise RuntimeError("boom")


def _blame() -> Sequence[Event]:
    raise UsageError("the caller's fault")


def _nonsense() -> Sequence[Event]:
    return ["nonsense"]  # type: ignore[list-item]  # deliberately


def _number() -> Sequence[Event]:
    return 5  # type: ignore[return-value]  # deliberately


class Misbehaving(ToyParser):
    """Does something wrong in one of its methods."""

    def __init__(self, where: str, what: Callable[[], Sequence[Event]]) -> None:
        super().__init__()
        self.where = where
        self.what = what

    def feed(self, frame: Frame) -> Sequence[Event]:
        """Misbehave, if it is the time."""
        return self.what() if self.where == "feed" and b"go" in frame.data else super().feed(frame)

    def close(self) -> Sequence[Event]:
        """Misbehave, if it is the time."""
        return self.what() if self.where == "close" else ()


class MisbehavingAtOnce(ToyParser):
    """Its very first events are wrong."""

    opening = property(lambda _self: _boom(), lambda _self, _value: None)  # pyright: ignore[reportAssignmentType]  # deliberately


@pytest.mark.parametrize("where", ["feed", "close"])
@pytest.mark.parametrize("what", [_boom, _blame, _nonsense, _number])
def test_a_plugin_that_misbehaves(where: str, what: Callable[[], Sequence[Event]]) -> None:
    """Whatever a parser raises or returns becomes a PluginError that names it, behind the events before it."""
    session = StreamSession("toy", Misbehaving(where, what), HEAD)
    events: list[Event] = []
    with pytest.raises(PluginError, match=r"plugin toy \(parse_stream\)") as caught:
        events += session.feed(b"".join(frames({"text": "a"}, {"text": "go"})))
        while more := session.close():
            events += more
        session.close()
    assert TextDelta("a") in events
    assert caught.value.partial.text.startswith("a")
    assert caught.value.__cause__ is not None


def test_a_plugin_that_misbehaves_at_once() -> None:
    """So does what it makes of the headers."""
    with pytest.raises(PluginError, match="boom"):
        StreamSession("toy", MisbehavingAtOnce(), HEAD).open()


def test_errors_of_ours_pass_unchanged() -> None:
    """A JackfieldError of a plugin is not wrapped."""

    def own() -> Sequence[Event]:
        raise JackfieldError("mine")

    session = StreamSession("toy", Misbehaving("close", own), HEAD)
    with pytest.raises(JackfieldError, match="mine"):
        session.close()


def test_finish_comes_with_the_calls() -> None:
    """The order that a caller sees: pieces, whole calls, the end."""
    session = StreamSession("toy", ToyParser(), HEAD)
    kinds = [type(event).__name__ for event in _read(session, STREAM)]
    assert kinds[-3:] == ["ToolCallDelta", "ToolCall", "Finish"]
    assert any(isinstance(event, Finish) for event in _read(StreamSession("toy", ToyParser(), HEAD), STREAM))


WRONG: Any = 5
RAW: Any = b"x"
ODD: dict[str, Event] = {
    "text": TextDelta(WRONG),
    "bytes": TextDelta(RAW),
    "reasoning": ReasoningDelta(WRONG),
    "other": Alternative(index=1, event=TextDelta(WRONG)),
    "no event": Alternative(index=1, event=WRONG),
    "data": MediaDelta(data=WRONG, mime_type="image/png"),
    "type": MediaDelta(data=b"x", mime_type=WRONG),
    "arguments": ToolCallDelta(name="f", arguments=WRONG),
    "raw arguments": ToolCallDelta(name="f", arguments=RAW),
    "name": ToolCallDelta(name=WRONG),
    "usage": UsageUpdate(usage=WRONG),
    "logprobs": LogprobsDelta(tokens=WRONG),
}


def _drained(session: StreamSession, stream: Sequence[bytes], events: list[Event]) -> "Result[None]":
    for chunk in stream:
        events += session.feed(chunk)
    while more := session.close():
        events += more
    return session.result()


@pytest.mark.parametrize("end", [{"done": True}, {"complete": True}, {"error": "no"}, {"text": "cut"}])
@pytest.mark.parametrize("odd", ODD)
def test_events_that_hold_something_else(odd: str, end: dict[str, Any]) -> None:
    """One of our errors, behind what came before; it has a partial reply if one can be made."""
    session = StreamSession("toy", Misbehaving("feed", lambda: [ODD[odd]]), HEAD)
    events: list[Event] = []
    with pytest.raises((PluginError, ProviderError, IncompleteStream)) as caught:
        _drained(session, frames({"text": "a"}, {"text": "go"}, end), events)
    assert events[0] == TextDelta("a")
    assert caught.value.partial is None or caught.value.partial.text.startswith("a")
    if "done" in end or "complete" in end:
        assert str(caught.value).startswith("plugin toy (parse_stream): ")
        assert caught.value.__cause__ is not None


def test_a_call_that_no_event_ends_and_that_is_wrong() -> None:
    """It is found at the end of the bytes."""
    parser = Misbehaving("feed", lambda: [ODD["raw arguments"]])
    parser.state = StreamState.COMPLETE
    session = StreamSession("toy", parser, HEAD)
    with pytest.raises(PluginError, match="TypeError"):
        _drained(session, frames({"text": "go"}), [])


@pytest.mark.parametrize("odd", ["text", "bytes", "reasoning"])
@pytest.mark.parametrize("before", [{"text": "a"}, {"reasoning": "a"}])
def test_text_that_is_none_is_not_delivered(odd: str, before: dict[str, Any]) -> None:
    """Neither the first of its kind nor a later one."""
    session = StreamSession("toy", Misbehaving("feed", lambda: [ODD[odd]]), HEAD)
    assert len(session.feed(frames(before)[0])) == 1
    with pytest.raises(PluginError, match=r"^plugin toy \(parse_stream\): TypeError: a delta of text holds a \w+$"):
        session.feed(frames({"text": "go"})[0])


class Strange(ToyParser):
    """Says that it is in a state that does not exist."""

    def __init__(self, when: str, state: Any) -> None:
        super().__init__()
        self.when = when
        self.strange = state
        self._get_strange("open")

    def feed(self, frame: Frame) -> Sequence[Event]:
        """As a toy does, but for the state."""
        events = super().feed(frame)
        self._get_strange("feed")
        return events

    def close(self) -> Sequence[Event]:
        """The last chance."""
        self._get_strange("close")
        return ()

    def _get_strange(self, now: str) -> None:
        if now == self.when:
            self.state = self.strange


@pytest.mark.parametrize("when", ["open", "feed", "close"])
@pytest.mark.parametrize("state", ["weird", "done", None, True, 1])
def test_a_state_that_is_none(when: str, state: object) -> None:
    """A cut stream does not look finished; what came is delivered, and nobody waits for more."""
    session = StreamSession("toy", Strange(when, state), HEAD)
    events: list[Event] = []
    with pytest.raises(PluginError) as caught:
        events += session.open()
        _drained(session, frames({"text": "a"}), events)
    assert str(caught.value) == f"plugin toy (parse_stream): the parser's state is {state!r}, expected a StreamState"
    assert events == ([] if when == "open" else [TextDelta("a")])
    assert session.done
    assert not session.complete
