"""HTTP/2: answers, deadlines, shared connections, and no key in the compressor's logs."""

import asyncio
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import trustme
from h2 import config, connection
from tests.core.stopwatch import Stopwatch
from tests.core.toy import KEY

from jackfield.deadlines import Deadlines
from jackfield.errors import BetweenEventsTimeout
from jackfield.flow import Open, Send
from jackfield.http import HttpRequest, Secret
from jackfield.pieces import Base64, Content, Pieces
from jackfield.transport.options import HttpOptions
from jackfield.transport.tasks import AsyncTransport
from jackfield.transport.threads import SyncTransport
from jackfield.types.policies import Timeouts

EVENT = b"data: event\n\n"


class Server:
    """Speaks HTTP/2 over TLS; `/stream` sends two events, then comments for ever, anything else is answered whole."""

    def __init__(self, authority: trustme.CA) -> None:
        """Listen."""
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.set_alpn_protocols(["h2"])
        authority.issue_cert("127.0.0.1").configure_cert(self._context)  # pyright: ignore[reportUnknownMemberType]  # pyOpenSSL is not there
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        self.connections = 0
        self.authorizations: list[str] = []
        self.received = b""
        self._asked: dict[tuple[Any, int], dict[str, str]] = {}
        self._stopped = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self._stopped.set()
        self._listener.close()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(plain,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        with plain, self._context.wrap_socket(plain, server_side=True) as secure:
            http: Any = connection.H2Connection(config.H2Configuration(client_side=False, header_encoding="utf-8"))
            http.initiate_connection()
            secure.settimeout(0.05)
            endless: list[int] = []
            while not self._stopped.is_set() and self._turn(http, secure, endless):
                pass

    def _turn(self, http: Any, secure: ssl.SSLSocket, endless: list[int]) -> bool:
        secure.sendall(http.data_to_send())
        try:
            data = secure.recv(65536)
        except TimeoutError:
            for stream in endless:
                http.send_data(stream, b": ping\n\n")
            return True
        except OSError:
            return False
        for event in http.receive_data(data) if data else ():
            self._take(http, event, endless)
        return bool(data)

    def _take(self, http: Any, event: Any, endless: list[int]) -> None:
        kind = type(event).__name__
        if kind == "RequestReceived":
            self._asked[http, event.stream_id] = dict(event.headers)
        elif kind == "DataReceived":
            self.received += event.data
            http.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif kind == "StreamEnded":
            endless += self._answer(http, event.stream_id)
        elif kind == "StreamReset" and event.stream_id in endless:
            endless.remove(event.stream_id)

    def _answer(self, http: Any, stream: int) -> list[int]:
        headers = self._asked.pop((http, stream))
        self.authorizations.append(headers.get("authorization", ""))
        streams = headers[":path"] == "/stream"
        kind = "text/event-stream" if streams else "text/plain"
        http.send_headers(stream, [(":status", "200"), ("content-type", kind)])
        http.send_data(stream, EVENT + EVENT if streams else b"hello", end_stream=not streams)
        return [stream] if streams else []


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Issues the server's certificate."""
    return trustme.CA()


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[Server]:
    """Runs for one test."""
    server = Server(authority)
    yield server
    server.close()


@pytest.fixture
def options(authority: trustme.CA) -> HttpOptions:
    """Trusts the server."""
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)  # pyright: ignore[reportUnknownMemberType]  # as above
    return HttpOptions(verify=trusted)


def _request(server: Server, path: str = "/", body: Content = b"") -> HttpRequest:
    method = "POST" if body else "GET"
    headers: dict[str, str | Secret] = {"authorization": Secret(f"Bearer {KEY}")}
    return HttpRequest(method=method, url=server.url + path, headers=headers, body=body)


def _send(options: HttpOptions, server: Server, times: int, body: Content = b"") -> list[bytes]:
    transport = SyncTransport(options)
    bodies = [transport.perform(Send(_request(server, body=body)), Deadlines(Timeouts())).body for _ in range(times)]
    transport.close()
    return bodies


def _send_async(options: HttpOptions, server: Server, times: int, body: Content = b"") -> list[bytes]:
    async def main() -> list[bytes]:
        transport = AsyncTransport(options)
        send = Send(_request(server, body=body))
        answers = await asyncio.gather(*(transport.perform(send, Deadlines(Timeouts())) for _ in range(times)))
        await transport.close()
        return [answer.body for answer in answers]

    return asyncio.run(main())


@pytest.mark.parametrize("send", [_send, _send_async])
def test_answers(
    send: Callable[..., list[bytes]], options: HttpOptions, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """Several answers over few connections; the key arrives, and is in no log."""
    caplog.set_level(logging.DEBUG)
    assert send(options, server, 3) == [b"hello"] * 3
    assert server.authorizations == [f"Bearer {KEY}"] * 3
    assert KEY not in caplog.text
    assert "httpcore.http2" in {record.name for record in caplog.records}


@pytest.mark.parametrize("send", [_send, _send_async])
def test_a_large_body(send: Callable[..., list[bytes]], options: HttpOptions, server: Server) -> None:
    """It goes block by block, however much the server takes at a time."""
    body = Pieces(b'"', Base64(bytes(range(256)) * 2000), b'"')
    assert send(options, server, 1, body) == [b"hello"]
    assert server.received == bytes(body)


def _read(options: HttpOptions, server: Server, timeouts: Timeouts) -> None:
    transport = SyncTransport(options)
    deadlines = Deadlines(timeouts)
    try:
        with transport.perform(Open(_request(server, "/stream")), deadlines) as body:
            while chunk := body.read():
                if EVENT in chunk:
                    deadlines.event_seen()
    finally:
        transport.close()


def _read_async(options: HttpOptions, server: Server, timeouts: Timeouts) -> None:
    async def main() -> None:
        transport = AsyncTransport(options)
        deadlines = Deadlines(timeouts)
        try:
            async with await transport.perform(Open(_request(server, "/stream")), deadlines) as body:
                while chunk := await body.read():
                    if EVENT in chunk:
                        deadlines.event_seen()
        finally:
            await transport.close()

    asyncio.run(main())


@pytest.mark.parametrize("read", [_read, _read_async])
def test_deadlines(read: Callable[..., None], options: HttpOptions, server: Server) -> None:
    """Comments move no deadline here either."""
    watch = Stopwatch()
    with pytest.raises(BetweenEventsTimeout):
        read(options, server, Timeouts(between_events_s=0.3))
    watch.check(0.3, 0.8)  # the TLS handshake included


def test_threads_share_a_connection(options: HttpOptions, server: Server) -> None:
    """An answer arrives although another thread waits for a stream on the same connection."""
    transport = SyncTransport(options)
    with transport.perform(Open(_request(server, "/stream")), Deadlines(Timeouts())) as body:
        assert EVENT in body.read()
        assert transport.perform(Send(_request(server)), Deadlines(Timeouts())).body == b"hello"
        assert body.read()
    transport.close()
    assert server.connections == 1
