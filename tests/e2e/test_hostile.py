"""A server that means harm: lines and bodies without end, and bombs. The client's memory and patience are bounded."""

import asyncio
import time
from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

import pytest
from tests.core.loopback import Loopback, Peer, Received
from tests.e2e.callers import Caller

from jackfield import (
    AsyncClient,
    Client,
    IncompleteStream,
    JackfieldError,
    ReplyTooLarge,
    Timeouts,
    TotalTimeout,
    TransportError,
)
from jackfield.testing import Fault, Simulator

TEN_GB = 10 * 1024**3


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    """The injected clients read bytes in the same way."""
    return str(request.param)


@pytest.mark.parametrize("spoiled", ["huge-line", "gzip-bomb"])
def test_a_line_without_end(connect: Callable[..., Caller], simulator: Simulator, spoiled: str) -> None:
    """Ten gigabytes in one line, plain or packed into little, are given up long before, and nothing is held open."""
    simulator.faults.append(Fault(body=spoiled, size=TEN_GB))  # type: ignore[arg-type]  # pytest's parameters are text
    began = time.monotonic()
    caller = connect()
    with pytest.raises(ReplyTooLarge, match="67108864 bytes"):
        caller.stream("hi")
    assert time.monotonic() - began < 30
    assert caller.generate("hi").text


@pytest.mark.parametrize("call", ["generate", "stream"])
def test_a_reply_without_end(connect: Callable[..., Caller], simulator: Simulator, call: str) -> None:
    """Events that never end, or a body that does not, end with the total deadline at the latest."""
    caller = connect(timeouts=Timeouts(total_s=0.2), strict=False)
    simulator.faults.append(Fault(body="endless", size=TEN_GB))
    simulator.pace_s = 0.001
    began = time.monotonic()
    with pytest.raises((TotalTimeout, ReplyTooLarge)):
        getattr(caller, call)("hi")
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("spoiled", ["bad-json", "bad-utf8", "html", "malformed", "empty"])
def test_rubbish_in_the_list_of_models(caller: Caller, simulator: Simulator, spoiled: str) -> None:
    """The list of models is read as carefully as a reply."""
    simulator.always = Fault(body=spoiled)  # type: ignore[arg-type]  # pytest's parameters are text
    try:
        models = caller.list_models()
    except JackfieldError:
        return
    assert spoiled == "bad-utf8"  # a name may hold what is no text
    assert models


OK = b"HTTP/1.1 200 OK\r\n"
EVENTS = OK + b"content-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
MUCH = b"a" * (1 << 20)
ENDLESS: dict[str, tuple[bytes, Iterator[bytes]]] = {
    "header line": (OK + b"x-a: ", repeat(MUCH)),
    "headers": (OK, repeat(b"x-a: y\r\n" * 1000)),
    "status line": (b"HTTP/1.1 200 ", repeat(MUCH)),
    "no HTTP": (b"", repeat(MUCH)),
    "informational answers": (b"", repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)),
    "early hints": (b"", repeat(b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" * 1000)),
    "extension of a chunk": (EVENTS + b"1;", repeat(MUCH)),
    "trailers": (EVENTS + b"0\r\n", repeat(b"x-a: y\r\n" * 1000)),
    "comments": (EVENTS, repeat(b"8000\r\n" + b": ping\n\n" * 4096 + b"\r\n")),
}
TRICKLED = {"status line": b"", "headers": OK, "comments": EVENTS}


def asked(kind: str, call: str, url: str) -> Any:
    """One call of either client; the time that it may take is bounded."""
    options: dict[str, Any] = {"model": "m", "api_key": "k", "base_url": url, "retries": 0}
    options["timeouts"] = Timeouts(first_event_s=0.2)

    def threads() -> Any:
        with Client("groq", **options) as client:
            if call == "generate":
                return client.generate("hi")
            with client.stream("hi") as stream:
                return stream.until_done()

    async def tasks() -> Any:
        async with AsyncClient("groq", **options) as client:
            if call == "generate":
                return await client.generate("hi")
            async with client.stream("hi") as stream:
                return await stream.until_done()

    return threads() if kind == "sync" else asyncio.run(tasks())


@pytest.mark.parametrize("call", ["generate", "stream"])
@pytest.mark.parametrize("what", ENDLESS)
def test_an_answer_that_never_begins(kind: str, call: str, what: str) -> None:
    """A head without end, and what may stand around a body, are given up: by their size, or in time."""
    begin, more = ENDLESS[what]

    def script(peer: Peer, _: Received) -> None:
        peer.send(begin)
        for piece in more:
            peer.send(piece)
            time.sleep(0.001)

    began = time.monotonic()
    with Loopback(script) as server, pytest.raises(JackfieldError) as caught:
        asked(kind, call, server.url)
    assert isinstance(caught.value, TransportError | ReplyTooLarge | IncompleteStream)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("call", ["generate", "stream"])
@pytest.mark.parametrize("what", TRICKLED)
def test_an_answer_that_trickles(kind: str, call: str, what: str) -> None:
    """A byte now and then is no progress."""

    def script(peer: Peer, _: Received) -> None:
        peer.send(TRICKLED[what])
        peer.drip({"status line": b"H", "headers": b"x", "comments": b"1\r\n:\r\n"}[what])

    began = time.monotonic()
    with Loopback(script) as server, pytest.raises(TransportError):
        asked(kind, call, server.url)
    assert time.monotonic() - began < 10
