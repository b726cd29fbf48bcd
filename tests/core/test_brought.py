"""Clients of the caller's own that are more than plain httpx: subclasses, and the one that goes through aiohttp.

What holds for every brought client is in test_transport; here is what another transport below httpx could change.
"""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from httpx_aiohttp import HttpxAiohttpClient
from tests.core.loopback import Loopback, Peer, Received
from tests.core.stopwatch import GRACE_S, Stopwatch

from jackfield.deadlines import Deadlines
from jackfield.errors import BetweenEventsTimeout, FirstEventTimeout, TotalTimeout, TransportError
from jackfield.flow import Open, Send
from jackfield.http import HttpRequest
from jackfield.transport.options import HttpOptions
from jackfield.transport.tasks import AsyncTransport
from jackfield.transport.threads import SyncTransport
from jackfield.types.policies import Timeouts


def _get(url: str) -> HttpRequest:
    return HttpRequest(method="GET", url=url)


def _hello(peer: Peer, _request: Received) -> None:
    peer.answer(b"hello")


class _Pieces:
    """A body that is made while it is sent; it can be sent twice."""

    def __len__(self) -> int:
        return 4 * 70_000

    def __iter__(self) -> Iterator[bytes]:
        return (letter * 70_000 for letter in (b"a", b"b", b"c", b"d"))


def test_a_brought_client_of_a_subclass(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package may subclass httpx's client, and be called httpx-something itself."""

    class Theirs(httpx.Client):
        pass

    monkeypatch.setattr(Theirs, "__module__", "httpx_theirs.client")
    with Loopback(_hello) as server, Theirs() as client:
        assert SyncTransport(HttpOptions(), client).perform(Send(_get(server.url)), Deadlines(Timeouts())).status == 200


def test_a_brought_client_keeps_its_own_ways() -> None:
    """It sends what httpx sends, and a body in pieces has its length in front, too."""
    with Loopback(_hello) as server, httpx.Client() as client:
        transport = SyncTransport(HttpOptions(), client)
        body: Any = _Pieces()
        request = HttpRequest(url=server.url, body=body)
        assert transport.perform(Send(request), Deadlines(Timeouts())).body == b"hello"
        assert server.received[0].headers["user-agent"].startswith("python-httpx/")
        assert server.received[0].headers["content-length"] == "280000"
        assert server.received[0].body == b"".join(body)


# --- through aiohttp


@pytest.fixture
async def through_aiohttp() -> AsyncIterator[AsyncTransport]:
    """A transport over httpx over aiohttp."""
    async with HttpxAiohttpClient(timeout=60) as client:
        yield AsyncTransport(HttpOptions(), client)


async def test_whole_replies_through_aiohttp(through_aiohttp: AsyncTransport) -> None:
    """A compressed answer is undone once, a body in pieces has its length in front, a connection is used again."""

    def answer(peer: Peer, _request: Received) -> None:
        peer.answer(gzip.compress(b"hello", mtime=0), content_encoding="gzip")

    with Loopback(answer) as server:
        body: Any = _Pieces()
        for request in (_get(server.url), HttpRequest(url=server.url, body=body)):
            assert (await through_aiohttp.perform(Send(request), Deadlines(Timeouts()))).body == b"hello"
    assert server.received[1].body == b"".join(body)
    assert server.received[1].headers["content-length"] == "280000"
    assert server.connections == 1


async def test_no_redirect_through_aiohttp(through_aiohttp: AsyncTransport) -> None:
    """It follows none by itself."""
    with Loopback(_hello) as other, Loopback(lambda peer, _: peer.answer(status=307, location=other.url)) as server:
        assert (await through_aiohttp.perform(Send(_get(server.url)), Deadlines(Timeouts()))).status == 307
        assert other.received == []


def _silence(peer: Peer) -> None:
    peer.wait()


def _pings(peer: Peer) -> None:
    peer.drip(b"8\r\n: ping\n\n\r\n")


@pytest.mark.parametrize("pause", [_silence, _pings])
@pytest.mark.parametrize(
    ("events", "timeouts", "expected"),
    [
        (0, Timeouts(first_event_s=0.3), FirstEventTimeout),
        (2, Timeouts(first_event_s=30, between_events_s=0.3), BetweenEventsTimeout),
        (2, Timeouts(total_s=0.3), TotalTimeout),
    ],
)
async def test_deadlines_through_aiohttp(
    through_aiohttp: AsyncTransport,
    pause: Callable[[Peer], None],
    events: int,
    timeouts: Timeouts,
    expected: type[Exception],
) -> None:
    """Each is kept, in silence and although keep-alives flow."""

    def script(peer: Peer, _request: Received) -> None:
        peer.begin_stream()
        for _ in range(events):
            peer.chunk(b"data: event\n\n")
        pause(peer)

    with Loopback(script) as server:
        deadlines = Deadlines(timeouts)
        watch = Stopwatch()
        with pytest.raises(expected):
            async with await through_aiohttp.perform(Open(_get(server.url)), deadlines) as body:
                while chunk := await body.read():
                    if b"event" in chunk:
                        deadlines.event_seen()
        watch.check(0.3)


async def test_a_cut_and_a_left_stream_through_aiohttp(through_aiohttp: AsyncTransport) -> None:
    """A body that breaks off is an error; one that is left closes its connection at once."""
    closed = asyncio.Event()
    loop = asyncio.get_running_loop()

    def script(peer: Peer, request: Received) -> None:
        peer.begin_stream()
        peer.chunk(b"data: event\n\n")
        if request.path == "/cut":
            raise ConnectionResetError
        peer.wait()
        loop.call_soon_threadsafe(closed.set)

    with Loopback(script) as server:
        with pytest.raises(TransportError):
            async with await through_aiohttp.perform(Open(_get(f"{server.url}/cut")), Deadlines(Timeouts())) as body:
                while await body.read():
                    pass
        async with await through_aiohttp.perform(Open(_get(server.url)), Deadlines(Timeouts())) as body:
            await body.read()
        await asyncio.wait_for(closed.wait(), GRACE_S)
