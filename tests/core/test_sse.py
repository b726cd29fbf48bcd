"""Server-sent events: any split, any line end, and bounds."""

from itertools import pairwise

import pytest
from hypothesis import example, given, strategies as st

from jackfield.errors import ReplyTooLarge
from jackfield.sse import RESIDUE, Frame, SSEParser

STREAM = (
    b"\xef\xbb\xbf: a comment\n\n"
    b"data: one\n\n"
    b"data:two\ndata: lines\n\n"
    b"event: named\nid: 7\nretry: 10\ndata: three\n\n"
    b": ping\n\n"
    b"event: lost without data\n\n"
    b"data\n\n"
    b"data:  leading space\n\n"
    b"data: \xc2\x85 \xe2\x80\xa8 \xe2\x80\xa9 are text\n\n"
    b"unknown: field\ndata: last\n\n"
)
FRAMES = [
    Frame(b"one"),
    Frame(b"two\nlines"),
    Frame(b"three", "named"),
    Frame(b""),
    Frame(b" leading space"),
    Frame(b"\xc2\x85 \xe2\x80\xa8 \xe2\x80\xa9 are text"),
    Frame(b"last"),
]
LINE_ENDS = (b"\n", b"\r", b"\r\n")


def _parse(*chunks: bytes, max_bytes: int = 1000) -> list[Frame]:
    parser = SSEParser(max_bytes)
    frames = [frame for chunk in chunks for frame in parser.feed(chunk)]
    return [*frames, *parser.close()]


@pytest.mark.parametrize("end", LINE_ENDS)
def test_line_ends(end: bytes) -> None:
    """LF, CR and CRLF mean the same."""
    assert _parse(STREAM.replace(b"\n", end)) == FRAMES


@pytest.mark.parametrize("end", LINE_ENDS)
def test_every_split_in_two(end: bytes) -> None:
    """Wherever the bytes are split, the frames are the same."""
    stream = STREAM.replace(b"\n", end)
    for position in range(len(stream) + 1):
        assert _parse(stream[:position], stream[position:]) == FRAMES, position


@pytest.mark.parametrize("end", LINE_ENDS)
def test_byte_by_byte(end: bytes) -> None:
    """One byte at a time, with nothing in between at times."""
    stream = STREAM.replace(b"\n", end)
    chunks = [piece for index in range(len(stream)) for piece in (stream[index : index + 1], b"")]
    assert _parse(*chunks) == FRAMES


@given(
    lines=st.lists(st.sampled_from([b"data: x", b"data:", b"data: ", b"event: e", b": c", b"", b"data: \xc2\x85"])),
    ends=st.lists(st.sampled_from(LINE_ENDS), min_size=1),
    cuts=st.lists(st.integers(0, 200)),
)
@example(lines=[b"", b"data: x", b""], ends=[b"\r", b"\n"], cuts=[1])
def test_any_split_of_anything(lines: list[bytes], ends: list[bytes], cuts: list[int]) -> None:
    """Whatever the lines and their ends, no split changes the frames."""
    stream = b"".join(line + ends[index % len(ends)] for index, line in enumerate(lines))
    places = sorted({min(cut, len(stream)) for cut in cuts} | {0, len(stream)})
    chunks = [stream[start:end] for start, end in pairwise(places)]
    assert _parse(*chunks) == _parse(stream)


@given(
    end=st.sampled_from(LINE_ENDS),
    events=st.lists(st.sampled_from([b"data: x", b"data: ", b"data: y", b": c", b"data: a\rdata: b", b"event: e"])),
    cuts=st.lists(st.integers(0, 200)),
)
def test_any_split_of_whole_events(end: bytes, events: list[bytes], cuts: list[int]) -> None:
    """Events of one data line go a shorter way, from wherever in a chunk to wherever; a byte at a time never does."""
    stream = b"".join(event + end + end for event in events)
    places = sorted({min(cut, len(stream)) for cut in cuts} | {0, len(stream)})
    whole = _parse(*(stream[start:end] for start, end in pairwise(places)))
    assert whole == _parse(*(stream[at : at + 1] for at in range(len(stream))))


@pytest.mark.parametrize("rest", [b"data: end", b"data: end\n", b"data: end\r", b"data: end\r\n"])
def test_a_server_that_forgets_the_end(rest: bytes) -> None:
    """The last line end and the blank line may be missing."""
    assert _parse(b"data: one\n\n" + rest) == [Frame(b"one"), Frame(b"end")]


def test_an_end_without_anything() -> None:
    """Closing an empty stream, or a finished one, gives nothing more."""
    assert _parse() == []
    assert _parse(b"data: one\n\n") == [Frame(b"one")]
    parser = SSEParser()
    parser.feed(b"data: x")
    assert parser.close() == [Frame(b"x")]
    assert parser.close() == []


def test_bom_only_at_the_start() -> None:
    """A byte order mark elsewhere makes the line no field."""
    two = Frame(b"\xef\xbb\xbfdata: two", RESIDUE)
    assert _parse(b"\xef\xbb\xbfdata: one\n\n\xef\xbb\xbfdata: two\n\n") == [Frame(b"one"), two]


@pytest.mark.parametrize("end", [b"\n\n", b"\n", b""])
def test_what_is_no_event(end: bytes) -> None:
    """An error object or a page in the middle of a stream is handed on, not swallowed."""
    stray = b'{"error":\n "no"}'
    assert _parse(b"data: one\n\n" + stray + end) == [Frame(b"one"), Frame(stray, RESIDUE)]


@pytest.mark.parametrize(
    "endless",
    [
        pytest.param(b"data: x", id="data line"),
        pytest.param(b": comment", id="comment"),
        pytest.param(b"data: x\n", id="data lines"),
        pytest.param(b"data:\n", id="empty data lines"),
        pytest.param(b"<html>\n", id="lines of a page"),
    ],
)
def test_bounds(endless: bytes) -> None:
    """Neither a line nor the data of one event can take memory without end."""
    parser = SSEParser(max_bytes=100)
    with pytest.raises(ReplyTooLarge):
        for _ in range(200):
            parser.feed(endless)
    with pytest.raises(ReplyTooLarge):
        parser.feed(b"\n\ndata: more\n\n")
    with pytest.raises(ReplyTooLarge):
        parser.close()


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n"])
def test_the_bound_of_an_event_that_comes_whole(end: bytes) -> None:
    """One that arrives in a piece is held to it as well."""
    assert SSEParser(max_bytes=100).feed(b"data: " + b"x" * 94 + end) == [Frame(b"x" * 94)]
    with pytest.raises(ReplyTooLarge):
        SSEParser(max_bytes=100).feed(b"data: " + b"x" * 101 + end)


def test_frames_before_the_bound_count() -> None:
    """What was complete before a line became too long is delivered first."""
    parser = SSEParser(max_bytes=10)
    assert parser.feed(b"data: one\n\ndata: " + b"x" * 20) == [Frame(b"one")]
    with pytest.raises(ReplyTooLarge):
        parser.feed(b"x")


def test_long_streams_are_no_problem() -> None:
    """The bound is for one event, not for the stream."""
    assert len(_parse(*[b"data: x\n\n"] * 500, max_bytes=20)) == 500
