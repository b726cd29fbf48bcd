"""A fault survives its text form, and its steps end by themselves."""

import zlib
from itertools import islice
from typing import Any, get_args

import attrs
import pytest
from hypothesis import given, strategies as st

from jackfield.errors import UsageError
from jackfield.testing.faults import MOST_S, End, Fault, Send, Spoiled, Wait, plan
from jackfield.types.simulated import SimulatedReply

STREAM = SimulatedReply(
    headers={"content-type": "text/event-stream"}, body=(b"data: 1\n\n", b"data: 2\n\n", b"data: 3\n\n")
)
WHOLE = SimulatedReply(headers={"content-type": "application/json"}, body=b'{"answer":"plum"}')

FAULTS = st.builds(
    Fault,
    status=st.none() | st.integers(400, 599),
    retry_after_s=st.none() | st.integers(0, 90).map(float),
    should_retry=st.none() | st.booleans(),
    gap_s=st.integers(0, 8).map(lambda eighths: eighths / 8),
    cut_after_events=st.none() | st.integers(0, 5),
    cut=st.sampled_from(["clean", "drop", "reset"]),
    body=st.none() | st.sampled_from(get_args(Spoiled)),
)


def steps(reply: SimulatedReply, **fault: Any) -> list[Any]:
    """The steps of a reply with a fault."""
    return list(plan(reply, Fault(**fault)).steps)


def sent(reply: SimulatedReply, **fault: Any) -> bytes:
    """The bytes of the body."""
    return b"".join(step.data for step in steps(reply, **fault) if isinstance(step, Send))


@given(FAULTS)
def test_text_and_back(fault: Fault) -> None:
    """What a test writes into the header is what the server does."""
    assert Fault.parse(str(fault)) == fault


@pytest.mark.parametrize("text", ["latency=1", "status=many", "cut=softly", "body=nice", "status"])
def test_unknown_faults_are_refused(text: str) -> None:
    """A misspelt fault would test nothing."""
    with pytest.raises(UsageError):
        Fault.parse(text)


def test_no_fault_changes_nothing() -> None:
    """A reply without a fault is sent as it is."""
    assert steps(STREAM) == [Send(b"data: 1\n\n"), Send(b"data: 2\n\n"), Send(b"data: 3\n\n"), End("clean")]
    assert plan(STREAM, Fault()).length is None
    assert plan(WHOLE, Fault()).length == len(WHOLE.content)
    assert sent(WHOLE) == WHOLE.content


@pytest.mark.parametrize("cut", ["clean", "drop", "reset"])
def test_cuts(cut: Any) -> None:
    """A cut ends the body where it says and how it says."""
    assert steps(STREAM, cut_after_events=2, cut=cut) == [Send(b"data: 1\n\n"), Send(b"data: 2\n\n"), End(cut)]
    assert steps(STREAM, cut_after_bytes=12, cut=cut)[-2:] == [Send(b"dat"), End(cut)]
    assert steps(STREAM, cut_after_events=0, cut=cut) == [End(cut)]


def test_a_clean_cut_of_a_whole_reply_announces_its_length() -> None:
    """Nothing on the HTTP level then shows that the reply is cut; a dropped one announces more than it sends."""
    assert plan(WHOLE, Fault(cut_after_bytes=5, cut="clean")).length == 5
    assert plan(WHOLE, Fault(cut_after_bytes=5)).length == len(WHOLE.content)


def test_pings_fill_the_waits_of_streams() -> None:
    """Comments come while nothing else does; a whole reply has none."""
    made = steps(STREAM, hold_s=0.5, ping_s=0.2)
    assert made[:5] == [Wait(0.2), Send(b": ping\n\n"), Wait(0.2), Send(b": ping\n\n"), made[4]]
    assert sum(step.seconds for step in made if isinstance(step, Wait)) == pytest.approx(0.5)
    assert sent(WHOLE, hold_s=0.5, ping_s=0.2) == WHOLE.content


def test_pings_count_as_no_event() -> None:
    """A cut after events counts events."""
    made = steps(STREAM, gap_s=0.3, ping_s=0.1, cut_after_events=2)
    assert [step.data for step in made if isinstance(step, Send) and step.data[:1] != b":"] == [
        b"data: 1\n\n",
        b"data: 2\n\n",
    ]


def test_retry_headers() -> None:
    """What the client should do is said the provider's way."""
    headers = plan(WHOLE, Fault(retry_after_s=1.5, should_retry=False)).headers
    assert (headers["retry-after"], headers["x-should-retry"]) == ("1.5", "false")


@pytest.mark.parametrize("body", ["bad-json", "bad-utf8", "malformed"])
@pytest.mark.parametrize("reply", [STREAM, WHOLE], ids=["stream", "whole"])
def test_damage(body: Any, reply: SimulatedReply) -> None:
    """Something is broken, and a stream begins well."""
    made = attrs.evolve(reply, body=(b"data: {}\n\n", b'data: {"a":"b"}\n\n') if reply is STREAM else b'{"a":"b"}')
    assert sent(made, body=body) != made.content
    if reply is STREAM:
        assert sent(made, body=body).startswith(b"data: {}\n\n")


def test_other_bodies() -> None:
    """An error page, nothing, another host, a wrong label, an end that comes twice."""
    page = plan(STREAM, Fault(body="html"))
    assert (page.headers["content-type"], page.length) == ("text/html", len(sent(STREAM, body="html")))
    assert sent(STREAM, body="empty") == b""
    redirect = plan(STREAM, Fault(body="redirect", location="http://127.0.0.1:1/"))
    assert (redirect.status, redirect.headers["location"]) == (307, "http://127.0.0.1:1/")
    assert plan(STREAM, Fault(body="wrong-type")).headers["content-type"] == "application/octet-stream"
    assert sent(STREAM, body="duplicate-done").endswith(b"data: 3\n\ndata: 3\n\n")


@pytest.mark.parametrize("body", ["huge-line", "endless"])
@pytest.mark.parametrize("reply", [STREAM, WHOLE], ids=["stream", "whole"])
def test_sizes_are_bounded(body: Any, reply: SimulatedReply) -> None:
    """Even without a client that gives up, it ends."""
    made = plan(reply, Fault(body=body, size=1_000_000))
    total = sum(len(step.data) for step in made.steps if isinstance(step, Send))
    assert 900_000 < total < 1_100_000
    assert made.most_s == MOST_S
    assert made.length is None


def test_a_huge_line_is_one_line() -> None:
    """No line end comes to its rescue."""
    assert b"\n" not in sent(STREAM, body="huge-line", size=500_000).removeprefix(b"data: 1\n\n")


def test_a_bomb_inflates() -> None:
    """A little that comes becomes the promised size."""
    packed = sent(WHOLE, body="gzip-bomb", size=32 * 1024 * 1024)
    assert len(packed) < 64 * 1024
    assert len(zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(packed)) == 32 * 1024 * 1024
    assert plan(WHOLE, Fault(body="gzip-bomb")).headers["content-encoding"] == "gzip"


def test_waits_are_bounded() -> None:
    """No fault waits longer than MOST_S, however much is asked for."""
    made = plan(STREAM, Fault(latency_s=9999, hold_s=9999))
    assert made.latency_s == MOST_S
    assert list(islice(made.steps, 1)) == [Wait(MOST_S)]
