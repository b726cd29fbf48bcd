"""What is closed while others still use it: they are told so at once, and nothing that was cut off looks whole."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import pytest
from tests.core.loopback import Loopback, Peer, Received
from tests.core.stopwatch import Stopwatch

from jackfield import AsyncClient, Client, Stream, Timeouts, UsageError
from jackfield.deadlines import Deadlines
from jackfield.errors import ConnectTimeout
from jackfield.flow import Send
from jackfield.http import HttpRequest
from jackfield.testing import Simulator
from jackfield.transport.common import Limit
from jackfield.transport.options import HttpOptions
from jackfield.transport.tasks import AsyncTransport
from jackfield.transport.threads import SyncTransport

CLOSED = "the client was closed while this reply was read"
UNTIL_CLOSED = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n"
PATIENCE_S = 10.0
FOR_EVER = Timeouts(connect_s=None, first_event_s=None, between_events_s=None)


@pytest.fixture
def held() -> Iterator[threading.Event]:
    """Until it is set, the server holds back what is left."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture(params=[b"", UNTIL_CLOSED, UNTIL_CLOSED + b'{"half": '], ids=["nothing", "head", "half a body"])
def server(request: pytest.FixtureRequest, held: threading.Event) -> Iterator[Loopback]:
    """One that never ends its answer, whose end nothing but the connection's would tell."""

    def script(peer: Peer, _: Received) -> None:
        peer.send(request.param)
        asked.set()
        held.wait(PATIENCE_S)

    asked = threading.Event()
    with Loopback(script) as started:
        started.asked = asked  # type: ignore[attr-defined]  # for these tests
        yield started
        held.set()


def _wait_until_asked(server: Any) -> None:
    assert server.asked.wait(PATIENCE_S)


def test_a_thread_that_reads_is_woken(server: Loopback) -> None:
    """It does not wait for the server, and nothing is sent again."""
    transport = SyncTransport(HttpOptions())
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(transport.perform, Send(HttpRequest(url=server.url)), Deadlines(FOR_EVER))
        _wait_until_asked(server)
        time.sleep(0.1)  # it has read what was sent, and waits for more
        transport.close()
        with pytest.raises(UsageError, match=CLOSED):
            reading.result(PATIENCE_S / 2)
    assert len(server.received) == 1


async def test_a_task_that_reads_is_woken(server: Loopback) -> None:
    """The same for asyncio."""
    transport = AsyncTransport(HttpOptions())
    sending = transport.perform(Send(HttpRequest(url=server.url)), Deadlines(FOR_EVER))
    reading = asyncio.ensure_future(sending)
    await asyncio.to_thread(_wait_until_asked, server)
    await transport.close()
    with pytest.raises(UsageError, match=CLOSED):
        await asyncio.wait_for(reading, PATIENCE_S / 2)
    assert len(server.received) == 1


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """One that takes its time."""
    with Simulator("groq") as simulator:
        simulator.pace_s = 0.01
        yield simulator


def _arguments(simulator: Simulator) -> dict[str, Any]:
    return {"model": "openai/gpt-oss-20b", "base_url": simulator.base_url, "settings": simulator.settings}


async def test_a_stream_that_another_task_leaves(simulator: Simulator) -> None:
    """That is no cut either."""
    async with AsyncClient("groq", **_arguments(simulator)) as client:
        stream = client.stream("Write 500 words.")
        await stream.__aenter__()
        events = aiter(stream)
        await anext(events)
        reading = asyncio.ensure_future(_rest(events))
        await asyncio.sleep(0)
        await stream.__aexit__(None, None, None)
        with pytest.raises(UsageError, match="the `with` block of this stream was left"):
            await reading


async def _rest(events: Any) -> list[Any]:
    return [one async for one in events]


async def test_two_tasks_that_read_one_stream(simulator: Simulator) -> None:
    """The second is refused, and the first gets everything."""
    async with AsyncClient("groq", **_arguments(simulator)) as client, client.stream("Write 30 words.") as stream:
        events = aiter(stream)
        await anext(events)
        reading = asyncio.ensure_future(_rest(events))
        await asyncio.sleep(0)
        with pytest.raises(UsageError, match="read by another"):
            await stream.until_done()
        assert await reading
        assert stream.result.text


def test_two_threads_that_read_one_stream(simulator: Simulator) -> None:
    """The same for threads."""
    begun = threading.Event()
    simulator.pace_s = 0.03  # nearly all the time, the first one waits

    def read(stream: Stream[None]) -> int:
        count = 0
        for _ in stream:
            count += 1
            begun.set()
        return count

    with (
        Client("groq", **_arguments(simulator)) as client,
        client.stream("Write 30 words.") as stream,
        ThreadPoolExecutor(1) as pool,
    ):
        reading = pool.submit(read, stream)
        assert begun.wait(PATIENCE_S)
        with pytest.raises(UsageError, match="read by another"):
            stream.until_done()
        assert reading.result(PATIENCE_S) > 10
        assert stream.result.text


@pytest.mark.parametrize(
    "moment",
    ["_response_closed", "_send_request_headers", "_receive_response_headers", "_receive_response_body"],
)
async def test_a_task_that_is_cancelled_in_its_library(moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it does just then, the connection is given back or closed, and no request is kept."""
    module = import_module("httpcore._async.http11")
    real = getattr(module.AsyncHTTP11Connection, moment)

    def at_once(*arguments: Any, **more: Any) -> Any:
        task = asyncio.current_task()
        assert task is not None
        if task is call:
            call.cancel()
        return real(*arguments, **more)

    monkeypatch.setattr(module.AsyncHTTP11Connection, moment, at_once)
    with Loopback(lambda peer, _: peer.answer(b"hello")) as server:
        transport = AsyncTransport(HttpOptions())
        call = asyncio.ensure_future(transport.perform(Send(HttpRequest(url=server.url)), Deadlines(FOR_EVER)))
        outcome = await asyncio.gather(call, return_exceptions=True)
        await asyncio.sleep(0.01)
        ((sender, _),) = transport._own.values()
        assert sender.in_use == 0, outcome
        await transport.close()


# --- connecting


@pytest.fixture
def deaf() -> Iterator[tuple[str, int]]:
    """An address whose queue is full: whoever connects waits."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        address = listening.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)  # noqa: FBT003 - the standard library's
            one.connect_ex(address)
        yield address
        for one in waiting:
            one.close()


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have the host of `_ask` lead to these addresses."""
    others: Any = socket.getaddrinfo

    def set_up(*addresses: tuple[str, int]) -> None:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", one) for one in addresses]

        def resolved(host: Any, *more: Any) -> Any:
            return found if host == "toy.invalid" else others(host, *more)

        monkeypatch.setattr(socket, "getaddrinfo", resolved)

    return set_up


def _ask(timeouts: Timeouts) -> bytes:
    transport = SyncTransport(HttpOptions())
    try:
        answer = transport.perform(Send(HttpRequest(url="http://toy.invalid/")), Deadlines(timeouts))
    finally:
        transport.close()
    body: bytes = answer.body
    return body


def test_one_deadline_for_all_addresses(deaf: tuple[str, int], resolve: Callable[..., None]) -> None:
    """However many there are."""
    resolve(deaf, deaf, deaf, deaf)
    watch = Stopwatch()
    with pytest.raises(ConnectTimeout):
        _ask(Timeouts(connect_s=0.4))
    watch.check(0.4)


def test_the_next_address_gets_its_share(deaf: tuple[str, int], resolve: Callable[..., None]) -> None:
    """One that does not answer, or is refused, does not use up the time of those that would."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        refused = closed.getsockname()
    with Loopback(lambda peer, _: peer.answer(b"hello")) as server:
        host, _, port = server.url.removeprefix("http://").partition(":")
        resolve(refused, deaf, (host, int(port.rstrip("/"))))
        watch = Stopwatch()
        assert _ask(Timeouts(connect_s=1.2)) == b"hello"
        watch.check(0.55)


def test_tls_gets_what_is_left() -> None:
    """There is one limit for the connection and its handshake."""
    limit = Limit(Deadlines(Timeouts(connect_s=10)))
    first = limit.left_to_connect()
    time.sleep(0.05)
    second = limit.left_to_connect()
    assert first is not None
    assert second is not None
    assert second + 0.05 <= first + 1e-6 <= 10.001
