"""The transport: deadlines, connections given back, hostile servers, and one suite over both kinds of client."""
# How many connections are in use, only the pool knows.
# pyright: reportPrivateUsage=false

import asyncio
import gzip
import ssl
import threading
import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
import trustme
from tests.core.loopback import Loopback, Peer, Received
from tests.core.stopwatch import Stopwatch

from jackfield.deadlines import Deadlines
from jackfield.errors import (
    BetweenEventsTimeout,
    ConnectTimeout,
    DecodeError,
    FirstEventTimeout,
    ReplyTooLarge,
    TotalTimeout,
    TransportError,
    UsageError,
)
from jackfield.flow import Effect, Open, RunTools, Send, Sleep
from jackfield.http import HttpRequest, HttpResponse, Secret
from jackfield.pieces import BLOCK, Base64, Content, Pieces
from jackfield.transport.options import HttpOptions
from jackfield.transport.tasks import AsyncTransport
from jackfield.transport.threads import SyncTransport
from jackfield.types.policies import Timeouts


class Threads:
    """Drives the synchronous transport."""

    def __init__(self, options: HttpOptions | None = None, client: Any = None) -> None:
        self.transport = SyncTransport(options or HttpOptions(), client)

    def perform(self, effect: Effect, timeouts: Timeouts | None = None) -> Any:
        """Perform one effect."""
        return self.transport.perform(effect, Deadlines(timeouts or Timeouts()))

    def read_events(self, request: HttpRequest, timeouts: Timeouts, *, seen: bytes = b"event") -> None:
        """Read a stream as a client does: chunks that hold `seen` count as events."""
        deadlines = Deadlines(timeouts)
        with self.transport.perform(Open(request), deadlines) as body:
            while chunk := body.read():
                if seen in chunk:
                    deadlines.event_seen()

    def linger(self, request: HttpRequest, timeouts: Timeouts, for_s: float) -> bytes:
        """Read once, do something else for a while, and read again."""
        deadlines = Deadlines(timeouts)
        with self.transport.perform(Open(request), deadlines) as body:
            body.read()
            deadlines.event_seen()
            time.sleep(for_s)
            chunk: bytes = body.read()
            return chunk

    def leave(self, request: HttpRequest, reads: int, *, drain: bool = False) -> None:
        """Read a stream so many times, then leave it."""
        with self.transport.perform(Open(request), Deadlines(Timeouts())) as body:
            for _ in range(reads):
                body.read()
            if drain:
                body.drain()

    def active(self) -> int:
        """How many connections are in use."""
        return _connections(self.transport._sender)

    def close(self) -> None:
        """Close what was opened."""
        self.transport.close()


class Tasks:
    """Drives the asynchronous transport, in one event loop."""

    def __init__(self, options: HttpOptions | None = None, client: Any = None) -> None:
        self.transport = AsyncTransport(options or HttpOptions(), client)
        self.runner = asyncio.Runner()

    def perform(self, effect: Effect, timeouts: Timeouts | None = None) -> Any:
        """Perform one effect."""
        return self.runner.run(self._perform(effect, Deadlines(timeouts or Timeouts())))

    async def _perform(self, effect: Effect, deadlines: Deadlines) -> Any:
        return await self.transport.perform(effect, deadlines)

    def read_events(self, request: HttpRequest, timeouts: Timeouts, *, seen: bytes = b"event") -> None:
        """Read a stream as a client does."""
        self.runner.run(self._read_events(request, timeouts, seen))

    async def _read_events(self, request: HttpRequest, timeouts: Timeouts, seen: bytes) -> None:
        deadlines = Deadlines(timeouts)
        async with await self.transport.perform(Open(request), deadlines) as body:
            while chunk := await body.read():
                if seen in chunk:
                    deadlines.event_seen()

    def linger(self, request: HttpRequest, timeouts: Timeouts, for_s: float) -> bytes:
        """Read once, do something else for a while, and read again."""

        async def read() -> bytes:
            deadlines = Deadlines(timeouts)
            async with await self.transport.perform(Open(request), deadlines) as body:
                await body.read()
                deadlines.event_seen()
                await asyncio.sleep(for_s)
                chunk: bytes = await body.read()
                return chunk

        return self.runner.run(read())

    def leave(self, request: HttpRequest, reads: int, *, drain: bool = False) -> None:
        """Read a stream so many times, then leave it."""
        self.runner.run(self._leave(request, reads, drain=drain))

    async def _leave(self, request: HttpRequest, reads: int, *, drain: bool) -> None:
        async with await self.transport.perform(Open(request), Deadlines(Timeouts())) as body:
            for _ in range(reads):
                await body.read()
            if drain:
                await body.drain()

    def active(self) -> int:
        """How many connections are in use."""
        return _connections(self.transport._given or next(iter(self.transport._own.values()))[0])

    def close(self) -> None:
        """Close what was opened."""
        self.runner.run(self.transport.close())
        self.runner.close()


def _connections(sender: Any) -> int:
    """How many connections are in use: of our own pool, or of the httpx client that was brought."""
    if hasattr(sender, "in_use"):
        count: int = sender.in_use
        return count
    return sum(not connection.is_idle() for connection in sender._client._transport._pool.connections)


Driver = Threads | Tasks
Connect = Callable[..., Driver]


@pytest.fixture(params=[Threads, Tasks])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Makes a driver, closed at the end."""
    made: list[Driver] = []

    def make(options: HttpOptions | None = None, client: Any = None) -> Driver:
        made.append(request.param(options, client))
        return made[-1]

    yield make
    for one in made:
        one.close()


def _get(url: str, **headers: str | Secret) -> HttpRequest:
    return HttpRequest(
        method="GET", url=url, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def _hello(peer: Peer, _request: Received) -> None:
    peer.answer(b"hello", content_type="text/plain")


# --- what arrives


def test_sends_what_the_request_says(connect: Connect) -> None:
    """Method, path, headers, secrets and body arrive as they are, and the answer comes back whole."""
    with Loopback(_hello) as server:
        headers: dict[str, str | Secret] = {"authorization": Secret("Bearer k"), "x-one": "1"}
        request = HttpRequest(url=f"{server.url}/a?b=c", headers=headers, body=b"{}")
        answer = connect().perform(Send(request))
    assert answer == HttpResponse(status=200, headers=answer.headers, body=b"hello", url=f"{server.url}/a?b=c")
    assert answer.headers["content-type"] == "text/plain"
    [received] = server.received
    assert (received.method, received.path, received.body) == ("POST", "/a?b=c", b"{}")
    assert received.headers["authorization"] == "Bearer k"
    assert received.headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    "given", [b"x" * (3 * BLOCK + 7), Pieces(b"[", Base64(b"abc" * BLOCK), b"]")], ids=["bytes", "pieces"]
)
def test_a_large_body(connect: Connect, given: Content) -> None:
    """It arrives whole, and its length before it, however often it is sent."""
    with Loopback(_hello) as server:
        driver, request = connect(), HttpRequest(url=server.url, body=given)
        driver.perform(Send(request))
        driver.perform(Send(request))
    for received in server.received:
        assert received.body == given
        assert received.headers["content-length"] == str(len(given))
        assert "transfer-encoding" not in received.headers


def test_an_error_is_no_stream(connect: Connect) -> None:
    """Only a successful event stream is left open; whatever else answers is read whole."""
    with Loopback(lambda peer, _: peer.answer(b"no", status=503, content_type="text/event-stream")) as server:
        answer = connect().perform(Open(_get(server.url)))
    assert isinstance(answer, HttpResponse)
    assert (answer.status, answer.body) == (503, b"no")


def test_no_redirect_is_followed(connect: Connect) -> None:
    """The key goes to the host that was asked, and to no other."""
    with Loopback(_hello) as other:
        location = f"{other.url}/stolen"
        with Loopback(lambda peer, _: peer.answer(status=307, location=location)) as server:
            answer = connect().perform(Send(_get(server.url, authorization=Secret("Bearer k"))))
        assert answer.status == 307
        assert other.received == []


def test_no_cookie_is_kept(connect: Connect) -> None:
    """An answer cannot mark the requests that follow."""
    with Loopback(lambda peer, _: peer.answer(b"x", set_cookie="a=b; Path=/")) as server:
        driver = connect()
        driver.perform(Send(_get(server.url)))
        driver.perform(Send(_get(server.url)))
    assert [request.headers.get("cookie") for request in server.received] == [None, None]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b"hello", mtime=0)),
        ("gzip", gzip.compress(b"hel", mtime=0) + gzip.compress(b"lo", mtime=0)),
        ("deflate", zlib.compress(b"hello")),
        ("deflate", zlib.compress(b"hello", wbits=-15)),
        ("identity", b"hello"),
    ],
)
def test_compressed_answers(connect: Connect, encoding: str, body: bytes) -> None:
    """Both codings that are asked for are undone, in any of their shapes."""
    with Loopback(lambda peer, _: peer.answer(body, content_encoding=encoding)) as server:
        assert connect().perform(Send(_get(server.url))).body == b"hello"


# --- hostile servers


def test_a_bomb_is_bounded(connect: Connect) -> None:
    """A small compressed body that would become large is refused at the bound."""
    bomb = gzip.compress(bytes(50_000_000))
    with Loopback(lambda peer, _: peer.answer(bomb, content_encoding="gzip")) as server:
        driver = connect(HttpOptions(max_reply_bytes=100_000))
        with pytest.raises(ReplyTooLarge):
            driver.perform(Send(_get(server.url)))
        assert driver.active() == 0


def test_an_endless_reply_is_bounded(connect: Connect) -> None:
    """A body that never ends is refused at the bound."""

    def endless(peer: Peer, _: Received) -> None:
        peer.begin_stream("application/json")
        while True:
            peer.chunk(bytes(65536))

    with Loopback(endless) as server:
        driver = connect(HttpOptions(max_reply_bytes=1_000_000))
        with pytest.raises(ReplyTooLarge):
            driver.perform(Send(_get(server.url)))


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip"])
def test_an_encoding_that_was_not_asked_for(connect: Connect, encoding: str) -> None:
    """What cannot be bounded is not decoded."""
    with Loopback(lambda peer, _: peer.answer(b"\x1f\x8b", content_encoding=encoding)) as server:
        with pytest.raises(DecodeError, match="not asked for"):
            connect().perform(Send(_get(server.url)))


def test_rubbish_instead_of_gzip(connect: Connect) -> None:
    """A body that is not what its header says is a DecodeError."""
    with Loopback(lambda peer, _: peer.answer(b"rubbish", content_encoding="gzip")) as server:
        with pytest.raises(DecodeError, match="not gzip"):
            connect().perform(Send(_get(server.url)))


def test_a_compressed_reply_that_ends_too_early(connect: Connect) -> None:
    """Half of a gzip body is no body."""
    half = gzip.compress(bytes(range(256)) * 99)[:-20]
    with Loopback(lambda peer, _: peer.answer(half, content_encoding="gzip")) as server:
        with pytest.raises(TransportError, match="too early"):
            connect().perform(Send(_get(server.url)))


def _reset(peer: Peer, _request: Received) -> None:
    peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
    raise ConnectionResetError


def _not_http(peer: Peer, _request: Received) -> None:
    peer.send(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")


@pytest.mark.parametrize("script", [_reset, _not_http])
def test_a_broken_answer(connect: Connect, script: Callable[[Peer, Received], None]) -> None:
    """A connection that breaks, or speaks something else, is a TransportError that names the host."""
    with Loopback(script) as server:
        driver = connect()
        with pytest.raises(TransportError) as caught:
            driver.perform(Send(_get(server.url)))
        assert f"127.0.0.1:{server.port}: RemoteProtocolError" in str(caught.value)
        assert caught.value.retryable
        assert driver.active() == 0


def test_nobody_listens(connect: Connect) -> None:
    """A refused connection is a TransportError that may be retried."""
    with Loopback(_hello) as server:
        pass
    with pytest.raises(TransportError, match="ConnectError") as caught:
        connect().perform(Send(_get(server.url)))
    assert caught.value.retryable


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "http://[::1/"])
def test_an_impossible_url(connect: Connect, url: str) -> None:
    """An address that cannot be used is an error at once, and sending again will not help."""
    with pytest.raises(TransportError) as caught:
        connect().perform(Send(HttpRequest(url=url)))
    assert not caught.value.retryable


# --- deadlines


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A certificate authority for loopback."""
    return trustme.CA()


@pytest.fixture(params=["plain", "tls"])
def context(request: pytest.FixtureRequest, authority: trustme.CA) -> ssl.SSLContext | None:
    """The server's side of TLS, or None for a plain socket."""
    if request.param == "plain":
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # pyOpenSSL is not there
    return context


@pytest.fixture
def options(authority: trustme.CA) -> HttpOptions:
    """Trusts the authority."""
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)  # pyright: ignore[reportUnknownMemberType]  # as above
    return HttpOptions(verify=trusted)


def _events_then(pause: Callable[[Peer], None], events: int) -> Callable[[Peer, Received], None]:
    def script(peer: Peer, _request: Received) -> None:
        peer.begin_stream()
        for _ in range(events):
            peer.chunk(b"data: event\n\n")
        pause(peer)

    return script


def _silence(peer: Peer) -> None:
    peer.wait()


def _pings(peer: Peer) -> None:
    peer.drip(b"8\r\n: ping\n\n\r\n")


@pytest.mark.parametrize("pause", [_silence, _pings])
@pytest.mark.parametrize(
    ("events", "timeouts", "expected"),
    [
        pytest.param(0, Timeouts(first_event_s=0.3), FirstEventTimeout, id="first"),
        pytest.param(2, Timeouts(first_event_s=30, between_events_s=0.3), BetweenEventsTimeout, id="between"),
        pytest.param(2, Timeouts(total_s=0.3), TotalTimeout, id="total"),
    ],
)
def test_deadlines_of_a_stream(
    connect: Connect,
    context: ssl.SSLContext | None,
    options: HttpOptions,
    pause: Callable[[Peer], None],
    events: int,
    timeouts: Timeouts,
    expected: type[Exception],
) -> None:
    """Each deadline is kept, over plain sockets and TLS, in silence and although keep-alives flow."""
    with Loopback(_events_then(pause, events), context) as server:
        driver = connect(options)
        watch = Stopwatch()
        with pytest.raises(expected, match=r"within 0\.3 s"):
            driver.read_events(_get(server.url), timeouts)
        watch.check(0.3)
        assert driver.active() == 0


def test_events_move_the_deadline(connect: Connect) -> None:
    """A stream may take as long as it likes, as long as events come."""

    def steady(peer: Peer, _request: Received) -> None:
        peer.begin_stream()
        for _ in range(8):
            peer.chunk(b"data: event\n\n")
            threading.Event().wait(0.1)
        peer.end_stream()

    with Loopback(steady) as server:
        connect().read_events(_get(server.url), Timeouts(first_event_s=0.3, between_events_s=0.3))


def test_no_deadline_at_all(connect: Connect) -> None:
    """None means none."""
    with Loopback(_finished) as server:
        never = Timeouts(connect_s=None, first_event_s=None, between_events_s=None)
        connect().read_events(_get(server.url), never)


def test_the_callers_own_time_does_not_count(connect: Connect) -> None:
    """Who looks at an event for longer than the next one may take loses nothing."""

    def two(peer: Peer, _request: Received) -> None:
        peer.begin_stream()
        peer.chunk(b"data: event\n\n")
        threading.Event().wait(0.1)
        peer.chunk(b"data: last\n\n")
        peer.end_stream()

    with Loopback(two) as server:
        driver = connect()
        assert driver.linger(_get(server.url), Timeouts(between_events_s=0.2), for_s=0.4) == b"data: last\n\n"


def test_the_deadline_of_a_whole_reply(connect: Connect, context: ssl.SSLContext | None, options: HttpOptions) -> None:
    """A body that trickles is cut off like one that does not come."""

    def trickle(peer: Peer, _request: Received) -> None:
        peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        peer.drip(b"x")

    with Loopback(trickle, context) as server:
        watch = Stopwatch()
        with pytest.raises(FirstEventTimeout):
            connect(options).perform(Send(_get(server.url)), Timeouts(first_event_s=0.3))
        watch.check(0.3)


def test_the_deadline_before_the_head(connect: Connect) -> None:
    """A server that says nothing at all is cut off too."""
    with Loopback(lambda peer, _: peer.wait()) as server:
        watch = Stopwatch()
        with pytest.raises(TotalTimeout):
            connect().perform(Send(_get(server.url)), Timeouts(total_s=0.3))
        watch.check(0.3)


def test_the_deadline_of_connecting(connect: Connect, options: HttpOptions) -> None:
    """A server that accepts and never answers the TLS handshake is a ConnectTimeout."""
    with Loopback(_hello) as server:  # plain: it waits for a request, the client for a handshake
        url = server.url.replace("http:", "https:")
        watch = Stopwatch()
        with pytest.raises(ConnectTimeout, match=r"connection within 0\.3 s"):
            connect(options).perform(Send(_get(url)), Timeouts(connect_s=0.3))
        watch.check(0.3)


def test_the_total_bounds_connecting(connect: Connect, options: HttpOptions) -> None:
    """A total shorter than the deadline of connecting comes first."""
    with Loopback(_hello) as server:
        url = server.url.replace("http:", "https:")
        watch = Stopwatch()
        with pytest.raises(TotalTimeout):
            connect(options).perform(Send(_get(url)), Timeouts(connect_s=5, total_s=0.3))
        watch.check(0.3)


def test_deadlines_of_a_transport_without_a_socket(connect: Connect) -> None:
    """Where no socket can be had, the clock is looked at after each read."""

    class Endless(httpx.SyncByteStream, httpx.AsyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b": ping\n\n"

        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                yield b": ping\n\n"

    def handler(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=Endless())

    driver = connect()
    mock = httpx.MockTransport(handler)
    client = httpx.Client(transport=mock) if isinstance(driver, Threads) else httpx.AsyncClient(transport=mock)
    driver = connect(client=client)
    with pytest.raises(FirstEventTimeout):
        driver.read_events(_get("http://toy.invalid"), Timeouts(first_event_s=0.2))


def test_sleeping_past_the_total(connect: Connect) -> None:
    """A wait that cannot end in time is not begun."""
    with pytest.raises(TotalTimeout):
        connect().perform(Sleep(5), Timeouts(total_s=1))


def test_sleeping(connect: Connect) -> None:
    """A wait is never shorter than asked, and at most a tenth longer."""
    watch = Stopwatch()
    assert connect().perform(Sleep(0.1)) is None
    watch.check(0.1)


def test_no_calls(connect: Connect) -> None:
    """Running no tool gives no answer."""
    assert connect().perform(RunTools((), ())) == []


# --- connections


def _finished(peer: Peer, _request: Received) -> None:
    peer.stream(b"data: event\n\n", b"data: last\n\n")


def test_a_finished_stream_gives_its_connection_back(
    connect: Connect, context: ssl.SSLContext | None, options: HttpOptions
) -> None:
    """What follows the terminal event is read, so that the next call needs no new connection."""
    with Loopback(_finished, context) as server:
        driver = connect(options)
        for _ in range(3):
            driver.leave(_get(server.url), reads=2, drain=True)
            assert driver.active() == 0
    assert len(server.received) == 3
    assert server.connections == 1


def test_a_connection_serves_after_a_deadline_was_set(
    connect: Connect, context: ssl.SSLContext | None, options: HttpOptions
) -> None:
    """A deadline of one reply is none of the next one's on the same socket."""

    def slow(peer: Peer, request: Received) -> None:
        if request.path == "/slow":
            time.sleep(0.4)
        peer.answer(b"x")

    with Loopback(slow, context) as server:
        driver = connect(options)
        driver.perform(Send(_get(f"{server.url}/quick")), Timeouts(first_event_s=0.3))
        assert driver.perform(Send(_get(f"{server.url}/slow"))).body == b"x"
    assert server.connections == 1


def test_leaving_a_stream_closes_its_connection(
    connect: Connect, context: ssl.SSLContext | None, options: HttpOptions
) -> None:
    """A stream that is left early holds no connection, and the server sees it closed."""
    with Loopback(_events_then(_silence, 2), context) as server:
        driver = connect(options)
        driver.leave(_get(server.url), reads=1)
        assert driver.active() == 0


def test_draining_is_bounded(connect: Connect) -> None:
    """A server that keeps a finished stream open costs half a second, then the connection."""
    with Loopback(_events_then(_silence, 1)) as server:
        driver = connect()
        watch = Stopwatch()
        driver.leave(_get(server.url), reads=1, drain=True)
        watch.check(0.5)
        assert driver.active() == 0


async def test_cancelling_closes_the_connection() -> None:
    """A cancelled read leaves no connection behind."""
    with Loopback(_events_then(_silence, 1)) as server:
        transport = AsyncTransport(HttpOptions())

        async def read() -> None:
            async with await transport.perform(Open(_get(server.url)), Deadlines(Timeouts())) as body:
                while await body.read():
                    reading.set()

        reading = asyncio.Event()
        task = asyncio.create_task(read())
        await reading.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        [(client, _)] = transport._own.values()
        assert _connections(client) == 0
        await transport.close()


def test_one_client_in_two_event_loops() -> None:
    """Each event loop has connections of its own, closed with it; nothing is left, and nothing is warned about."""
    with Loopback(_hello) as server:
        transport = AsyncTransport(HttpOptions())

        async def once() -> bytes:
            answer = await transport.perform(Send(_get(server.url)), Deadlines(Timeouts()))
            body: bytes = answer.body
            return body

        assert [asyncio.run(once()), asyncio.run(once())] == [b"hello", b"hello"]
        assert len(transport._own) == 0
    assert server.connections == 2


def test_a_closed_client_of_ours_opens_again(connect: Connect) -> None:
    """Closing gives the connections up; a later call makes new ones."""
    with Loopback(_hello) as server:
        driver = connect()
        driver.perform(Send(_get(server.url)))
        if isinstance(driver, Tasks):
            driver.runner.run(driver.transport.close())
        else:
            driver.transport.close()
        assert driver.perform(Send(_get(server.url))).body == b"hello"
    assert server.connections == 2


# --- clients of the caller's own


def _own_client(driver: type[Driver], module: Any, **options: Any) -> Any:
    return module.Client(**options) if driver is Threads else module.AsyncClient(**options)


async def _aclose(client: Any) -> None:
    await client.aclose()


@pytest.mark.parametrize("module", [httpx, httpx2], ids=["httpx", "httpx2"])
@pytest.mark.parametrize("kind", [Threads, Tasks])
def test_a_client_of_the_callers_own(kind: type[Driver], module: Any) -> None:
    """Its settings hold, it is never closed, and what it raises becomes ours: for httpx and httpx2."""
    with Loopback(_hello) as server:
        client = _own_client(kind, module, headers={"x-mine": "yes"})
        driver = kind(client=client)
        assert driver.perform(Send(_get(server.url))).body == b"hello"
        assert server.received[0].headers["x-mine"] == "yes"
        large = Pieces(Base64(b"abc" * BLOCK))
        assert driver.perform(Send(HttpRequest(url=server.url, body=large))).body == b"hello"
        assert large == server.received[1].body
        assert server.received[1].headers["content-length"] == str(len(large))
        driver.transport.close() if isinstance(driver, Threads) else driver.runner.run(driver.transport.close())
        assert not client.is_closed
    with pytest.raises(TransportError, match="ConnectError"):
        driver.perform(Send(_get(server.url)))
    with Loopback(lambda peer, _: peer.wait()) as silent:
        with pytest.raises(FirstEventTimeout):
            driver.perform(Send(_get(silent.url)), Timeouts(first_event_s=0.2))
    client.close() if isinstance(driver, Threads) else driver.runner.run(_aclose(client))
    with pytest.raises(UsageError, match="http_client cannot be used"):
        driver.perform(Send(_get(server.url)))
    driver.close()


def _challenge(peer: Peer, request: Received) -> None:
    if "authorization" in request.headers:
        return peer.answer(b"hello")
    return peer.answer(status=401, www_authenticate='Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"')


@pytest.mark.parametrize("module", [httpx, httpx2], ids=["httpx", "httpx2"])
@pytest.mark.parametrize("kind", [Threads, Tasks])
def test_a_client_that_sends_a_large_body_twice(kind: type[Driver], module: Any) -> None:
    """Its authentication asks for that: pieces can be read again."""
    large = Pieces(Base64(b"abc" * BLOCK))
    with Loopback(_challenge) as server:
        client = _own_client(kind, module, auth=module.DigestAuth("me", "secret"))
        driver = kind(client=client)
        assert driver.perform(Send(HttpRequest(url=server.url, body=large))).body == b"hello"
        client.close() if isinstance(driver, Threads) else driver.runner.run(_aclose(client))
        driver.close()
    assert [large == one.body for one in server.received] == [True, True]


def test_verify_takes_a_context(connect: Connect, authority: trustme.CA, tmp_path: Path) -> None:
    """A server whose certificate is not trusted is refused."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # pyOpenSSL is not there
    with Loopback(_hello, context) as server:
        with pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED"):
            connect().perform(Send(_get(server.url)))


def test_a_proxy_is_used(connect: Connect) -> None:
    """A request goes to the proxy, with the whole address."""
    with Loopback(_hello) as proxy:
        driver = connect(HttpOptions(proxy=proxy.url))
        assert driver.perform(Send(_get("http://toy.invalid/x"))).body == b"hello"
    assert proxy.received[0].path == "http://toy.invalid/x"


def test_a_proxy_that_does_not_answer(connect: Connect) -> None:
    """The host alone would send its user on the wrong track."""
    with Loopback(_hello) as gone:
        pass
    with pytest.raises(TransportError, match=r"^toy.invalid \(a proxy is set\): ConnectError: "):
        connect(HttpOptions(proxy=gone.url)).perform(Send(_get("http://toy.invalid/x")))


@pytest.mark.parametrize("proxy", ["nothing", "ftp://toy.invalid", "http://me:sec/ret@toy.invalid", 5])
def test_a_proxy_that_is_none(connect: Connect, proxy: Any) -> None:
    """It is the caller's mistake, and no part of a password is said."""
    with pytest.raises(UsageError, match=r"^proxy: expected an http, https or socks5 URL") as caught:
        connect(HttpOptions(proxy=proxy)).perform(Send(_get("http://toy.invalid/x")))
    assert "sec" not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_certificates_that_are_not_there(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable may be the one that is wrong."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent.pem")
    with pytest.raises(UsageError, match="SSL_CERT_FILE"):
        connect().perform(Send(_get("https://toy.invalid/x")))


def test_options_do_not_show_a_password() -> None:
    """A proxy's address may hold one."""
    assert "secret" not in repr(HttpOptions(proxy="http://me:secret@127.0.0.1:1"))
