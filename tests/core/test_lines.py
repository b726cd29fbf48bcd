"""Our own connections: what reaches the socket, when it gives up, and what an address or a header turns into."""
# What a line holds, only the line knows.
# pyright: reportPrivateUsage=false

import asyncio
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpcore
import pytest
import trustme
from tests.core.loopback import Loopback, Peer, Received
from tests.core.stopwatch import GRACE_S, Stopwatch

from jackfield.deadlines import Deadlines
from jackfield.errors import FirstEventTimeout, TransportError, UsageError
from jackfield.flow import Open, Send
from jackfield.http import HttpRequest, HttpResponse, Secret
from jackfield.transport.async_lines import AsyncLine
from jackfield.transport.common import Limit
from jackfield.transport.lines import Line
from jackfield.transport.options import HttpOptions, behind_proxy
from jackfield.transport.pool import incoming_headers
from jackfield.transport.tasks import AsyncTransport
from jackfield.transport.threads import SyncTransport
from jackfield.types.policies import Timeouts

Answer = Callable[..., HttpResponse]


def _in_thread(request: HttpRequest, timeouts: Timeouts | None = None) -> HttpResponse:
    transport = SyncTransport(HttpOptions())
    try:
        answer: HttpResponse = transport.perform(Send(request), Deadlines(timeouts or Timeouts()))
    finally:
        transport.close()
    return answer


async def _awaited(request: HttpRequest, timeouts: Timeouts | None = None) -> HttpResponse:
    transport = AsyncTransport(HttpOptions())
    try:
        answer: HttpResponse = await transport.perform(Send(request), Deadlines(timeouts or Timeouts()))
    finally:
        await transport.close()
    return answer


def _in_task(request: HttpRequest, timeouts: Timeouts | None = None) -> HttpResponse:
    return asyncio.run(_awaited(request, timeouts))


def _in_uvloop(request: HttpRequest, timeouts: Timeouts | None = None) -> HttpResponse:
    uvloop: Any = pytest.importorskip("uvloop", reason="there is no uvloop for this system")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_awaited(request, timeouts))


@pytest.fixture(params=[_in_thread, _in_task, _in_uvloop], ids=["thread", "task", "uvloop"])
def send(request: pytest.FixtureRequest) -> Answer:
    """Sends one request over connections of our own."""
    found: Answer = request.param
    return found


def _get(url: str, **headers: str | Secret) -> HttpRequest:
    return HttpRequest(method="GET", url=url, headers=headers)


def _hello(peer: Peer, _request: Received) -> None:
    peer.answer(b"hello")


# --- what goes out


class _Raw:
    """A server that keeps what each `recv` gave it, and answers once the request is whole."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection:
            connection.settimeout(5)
            while not b"".join(self.pieces).endswith(b"the end"):
                self.pieces.append(connection.recv(1 << 20))
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")

    def close(self) -> None:
        """Be done."""
        self._thread.join(5)
        self._listener.close()


@pytest.fixture
def raw() -> Iterator[_Raw]:
    """One such server."""
    server = _Raw()
    yield server
    server.close()


def test_a_small_request_is_one_packet(send: Answer, raw: _Raw) -> None:
    """Head and body leave in one write: the server need not wait for the second half."""
    assert send(HttpRequest(url=raw.url, body=b"{}the end")).body == b"ok"
    assert len(raw.pieces) == 1


def test_a_large_request_arrives_whole(send: Answer, raw: _Raw) -> None:
    """A body of some megabytes leaves as the socket takes it."""
    body = bytes(range(256)) * 16384 + b"the end"
    assert send(HttpRequest(url=raw.url, body=body)).body == b"ok"
    head, _, received = b"".join(raw.pieces).partition(b"\r\n\r\n")
    assert received == body
    assert b"content-length: %d" % len(body) in head.lower()


class _Pieces:
    """A body that is made while it is sent; it can be sent twice."""

    def __len__(self) -> int:
        return 4 * 70_000 + 7

    def __iter__(self) -> Iterator[bytes]:
        for letter in (b"a", b"b", b"c", b"d"):
            yield letter * 70_000
        yield b"the end"


def test_a_body_in_pieces(send: Answer, raw: _Raw) -> None:
    """It is sent piece by piece, with its length in front, and never put together."""
    body: Any = _Pieces()
    assert send(HttpRequest(url=raw.url, body=body)).body == b"ok"
    head, _, received = b"".join(raw.pieces).partition(b"\r\n\r\n")
    assert received == b"".join(body)
    assert b"content-length: 280007" in head.lower()
    assert b"transfer-encoding" not in head.lower()


def test_an_answer_before_the_request_was_read(send: Answer) -> None:
    """A server may refuse what is too large while it is still being sent, and hang up: its answer counts."""

    def refuse(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        connection.recv(1024)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\ncontent-length: 5\r\nconnection: close\r\n\r\nlarge")
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(5)
        while connection.recv(1 << 20):
            pass
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=refuse, args=(listener,), daemon=True)
        thread.start()
        request = HttpRequest(url=f"http://127.0.0.1:{listener.getsockname()[1]}", body=bytes(1 << 20))
        assert send(request).status == 413
        thread.join(5)


@pytest.mark.parametrize(
    ("path", "sent"),
    [("", "/"), ("?a=b", "/?a=b"), ("/a%20b?c=d", "/a%20b?c=d"), ("/ä b", "/%C3%A4%20b"), ("/a#b", "/a")],
)
def test_addresses(send: Answer, path: str, sent: str) -> None:
    """The path arrives as a browser would send it."""
    with Loopback(_hello) as server:
        assert send(_get(server.url + path)).body == b"hello"
    assert server.received[0].path == sent
    assert server.received[0].headers["host"] == f"127.0.0.1:{server.port}"


def test_an_address_of_ipv6(send: Answer) -> None:
    """Its host stands in brackets, in the address and in the header."""
    if not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")

    def answer(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        heads.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        connection.close()

    heads: list[bytes] = []
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        thread = threading.Thread(target=answer, args=(listener,), daemon=True)
        thread.start()
        port = listener.getsockname()[1]
        assert send(_get(f"http://[::1]:{port}/")).body == b"ok"
        thread.join(5)
    assert f"host: [::1]:{port}\r\n".encode() in heads[0].lower()


def test_a_header_that_is_not_ascii(send: Answer) -> None:
    """A key with a stray character in it is refused by the name of its header, and not shown."""
    with pytest.raises(UsageError, match="authorization can only hold ASCII") as caught:
        send(_get("http://127.0.0.1:9/", authorization=Secret("Bearer ключ-canary")))
    assert "canary" not in repr(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_repeated_headers_are_joined() -> None:
    """Names in lower case, values in the order in which they came."""
    raw = [(b"Link", b"<a>"), (b"X-One", b"1"), (b"link", b"<b>")]
    assert incoming_headers(raw) == {"link": "<a>, <b>", "x-one": "1"}


@pytest.mark.parametrize("host", ["a..b", "a" * 64 + ".invalid"])
def test_a_host_that_is_no_name(send: Answer, host: str) -> None:
    """What cannot be looked up is an error of the connection, and sending again will not help."""
    with pytest.raises(TransportError) as caught:
        send(_get(f"http://{host}/"))
    assert not caught.value.retryable


# --- when it gives up


def test_headers_that_trickle(send: Answer) -> None:
    """A head that never ends is cut off like a body that does not come."""

    def trickle(peer: Peer, _request: Received) -> None:
        peer.send(b"HTTP/1.1 200 OK\r\n")
        peer.drip(b"x-a: b\r\n")

    with Loopback(trickle) as server:
        watch = Stopwatch()
        with pytest.raises(FirstEventTimeout):
            send(_get(server.url), Timeouts(first_event_s=0.3))
        watch.check(0.3)


def test_a_server_that_does_not_read(send: Answer) -> None:
    """A request that cannot be sent is given up at the deadline of the first event."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        watch = Stopwatch()
        with pytest.raises(FirstEventTimeout):
            send(HttpRequest(url=url, body=bytes(1 << 26)), Timeouts(first_event_s=0.3))
        watch.check(0.3, 2 * GRACE_S)  # 64 MiB are copied before


def test_a_green_socket_gives_up() -> None:
    """Where sockets of others stand in for Python's, the system's limit means nothing: theirs is set."""

    class Green(socket.socket):
        def setsockopt(self, *_arguments: Any) -> None:
            raise AssertionError

    with socket.create_server(("127.0.0.1", 0)) as listener:
        line = Line(Green(fileno=socket.create_connection(listener.getsockname()).detach()))
        watch = Stopwatch()
        with pytest.raises(httpcore.ReadTimeout):
            line.read(1, Limit(Deadlines(Timeouts(total_s=0.3))))
        watch.check(0.3)
        line.close()


def test_a_connection_that_the_server_closed(send: Answer) -> None:
    """An idle connection that was closed is not used again."""

    def once(peer: Peer, _request: Received) -> None:
        peer.answer(b"x")
        raise ConnectionResetError

    with Loopback(once) as server:
        transport = SyncTransport(HttpOptions())
        for _ in range(2):
            assert transport.perform(Send(_get(server.url)), Deadlines(Timeouts())).body == b"x"
            threading.Event().wait(0.1)
        transport.close()

        async def twice() -> None:
            transport = AsyncTransport(HttpOptions())
            for _ in range(2):
                assert (await transport.perform(Send(_get(server.url)), Deadlines(Timeouts()))).body == b"x"
                await asyncio.sleep(0.1)
            await transport.close()

        asyncio.run(twice())
    assert server.connections == 4


async def test_a_slow_reader_holds_the_server_back() -> None:
    """What arrives faster than it is read is not kept without bound."""
    sent = 0

    def flood(peer: Peer, _request: Received) -> None:
        nonlocal sent
        peer.begin_stream()
        for _ in range(512):
            peer.chunk(bytes(65536))
            sent += 65536
        peer.end_stream()

    with Loopback(flood) as server:
        transport = AsyncTransport(HttpOptions())
        async with await transport.perform(Open(_get(server.url)), Deadlines(Timeouts())) as body:
            await body.read()
            await asyncio.sleep(0.3)
            assert sent < 24 * 1024 * 1024  # the sockets of the system hold some megabytes
            total = 65536
            while chunk := await body.read():
                total += len(chunk)
        assert total >= 512 * 65536
        await transport.close()


async def test_cancelling_a_handshake_closes_the_socket() -> None:
    """A connection that is given up half made is closed."""
    accepted: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: accepted.append(listener.accept()[0]), daemon=True)
        thread.start()
        transport = AsyncTransport(HttpOptions(verify=ssl.create_default_context()))
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        task = asyncio.create_task(transport.perform(Send(_get(url)), Deadlines(Timeouts())))
        await asyncio.to_thread(thread.join, 5)
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await transport.close()
        accepted[0].settimeout(5)
        while accepted[0].recv(65536):  # the client's hello, then the end
            pass
        accepted[0].close()


async def test_a_broken_line_is_an_error() -> None:
    """What was sent before it broke is read; then the reason is raised."""
    words = b"last words"
    line = AsyncLine(memoryview(bytearray(words)))
    line.buffer_updated(len(words))
    line.connection_lost(ConnectionResetError("gone"))
    assert await line.read(4) == b"last"
    assert await line.read(65536) == b" words"
    with pytest.raises(httpcore.ReadError, match="gone"):
        await line.read(1)


# --- whose it is


FORKED = """
import os, sys
from jackfield.deadlines import Deadlines
from jackfield.flow import Send
from jackfield.http import HttpRequest
from jackfield.transport.options import HttpOptions
from jackfield.transport.threads import SyncTransport
from jackfield.types.policies import Timeouts

transport = SyncTransport(HttpOptions())


def ask(path):
    request = HttpRequest(method="GET", url=sys.argv[1] + path)
    return transport.perform(Send(request), Deadlines(Timeouts(total_s=20))).body.decode()


assert ask("/warm") == "/warm"
child = os.fork()
name = "/parent" if child else "/child"
wrong = sum(ask(f"{name}{number}") != f"{name}{number}" for number in range(50))
if child == 0:
    os._exit(wrong)
assert os.waitpid(child, 0)[1] == 0, "the child was given answers of its parent"
assert wrong == 0, "the parent was given answers of its child"
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_has_connections_of_its_own() -> None:
    """Parent and child use one client, and neither is given what the other asked for."""
    with Loopback(lambda peer, request: peer.answer(request.path.encode())) as server:
        done = subprocess.run([sys.executable, "-c", FORKED, server.url], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert server.connections == 2


def test_event_loops_that_are_closed_are_forgotten() -> None:
    """A client that outlives many loops, closed by hand, keeps none of them."""

    async def once() -> None:
        await transport.perform(Send(_get(server.url)), Deadlines(Timeouts()))
        await transport._own[asyncio.get_running_loop()][0].aclose()

    with Loopback(_hello) as server:
        transport = AsyncTransport(HttpOptions())
        loops = [asyncio.new_event_loop() for _ in range(3)]
        for loop in loops:
            loop.run_until_complete(once())
            loop.close()
        assert list(transport._own) == loops[-1:]


# --- what it takes


PLAIN_CALL = """
import sys, jackfield
with jackfield.Client("groq", model="m", api_key="k", base_url=sys.argv[1]) as client:
    assert client.generate("hi").text == "yes"
assert not {"httpx", "asyncio", "cattrs", "urllib.request", "http.client"} & set(sys.modules), sorted(sys.modules)
"""


def test_a_plain_call_loads_no_httpx() -> None:
    """The engine inside of httpx is enough; httpx is for who brings a client, and for proxies."""
    body = b'{"id":"c","model":"m","choices":[{"index":0,"message":{"content":"yes"},"finish_reason":"stop"}]}'
    with Loopback(lambda peer, _: peer.answer(body, content_type="application/json")) as server:
        done = subprocess.run(
            [sys.executable, "-c", PLAIN_CALL, server.url], capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"NO_PROXY": "*"}, False),
        ({"HTTPS_PROXY": ""}, False),
        ({"HTTPS_PROXY": "http://127.0.0.1:9"}, True),
        ({"all_proxy": "socks5://127.0.0.1:9"}, True),
    ],
)
def test_whether_there_is_a_proxy(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], *, expected: bool
) -> None:
    """Any variable that names one counts, in either case; the rules for exceptions are httpx's."""
    monkeypatch.setattr(os, "environ", environment)
    assert behind_proxy(HttpOptions()) is expected


def test_a_given_proxy_counts() -> None:
    """Whatever the environment says."""
    assert behind_proxy(HttpOptions(proxy="http://127.0.0.1:9"))


def test_certificates_are_verified_by_default(send: Answer) -> None:
    """The usual authorities do not know a certificate that was made for a test."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # pyOpenSSL is not there
    with Loopback(_hello, context) as server:
        with pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED"):
            send(_get(server.url))


def test_certificates_of_the_environment(send: Answer, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """SSL_CERT_FILE names the authorities to trust, as it does for httpx."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # pyOpenSSL is not there
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with Loopback(_hello, context) as server:
        assert send(_get(server.url)).body == b"hello"


def test_certificates_need_not_be_verified() -> None:
    """verify=False means what it means to httpx."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # pyOpenSSL is not there
    with Loopback(_hello, context) as server:
        transport = SyncTransport(HttpOptions(verify=False))
        assert transport.perform(Send(_get(server.url)), Deadlines(Timeouts())).body == b"hello"
        transport.close()
