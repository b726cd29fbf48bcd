"""A server on loopback that does exactly what a test says, byte by byte: real sockets, and as rude as need be."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Self

import attrs


@attrs.frozen
class Received:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Peer:
    """One connection, seen from the server."""

    def __init__(self, connection: socket.socket, stopped: threading.Event) -> None:
        """Take over a connection."""
        self._connection = connection
        self._stopped = stopped
        self._buffer = b""

    def requests(self) -> Iterator[Received]:
        """The requests on this connection, until it is closed."""
        while self._fill(lambda: b"\r\n\r\n" in self._buffer):
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            length = int(headers.get("content-length", "0"))
            self._fill(lambda length=length: len(self._buffer) >= length)  # type: ignore[misc]  # bound at once
            body, self._buffer = self._buffer[:length], self._buffer[length:]
            method, path, _ = first.split(" ")
            yield Received(method, path, headers, body)

    def _fill(self, enough: Callable[[], bool]) -> bool:
        while not enough():
            data = self._connection.recv(65536)
            if not data:
                return False
            self._buffer += data
        return True

    def send(self, *pieces: bytes) -> None:
        """Send bytes as they are."""
        for piece in pieces:
            self._connection.sendall(piece)

    def answer(self, body: bytes = b"", *, status: int = 200, **headers: str) -> None:
        """Send a whole answer; `_` in a header's name stands for `-`."""
        lines = [f"HTTP/1.1 {status} Toy", f"content-length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def begin_stream(self, content_type: str = "text/event-stream") -> None:
        """Send the head of a chunked answer."""
        head = f"HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ntransfer-encoding: chunked\r\n\r\n"
        self.send(head.encode())

    def chunk(self, data: bytes) -> None:
        """Send one chunk of a chunked answer."""
        self.send(b"%x\r\n%b\r\n" % (len(data), data))

    def end_stream(self) -> None:
        """Send the last chunk."""
        self.send(b"0\r\n\r\n")

    def stream(self, *events: bytes) -> None:
        """A whole chunked event stream."""
        self.begin_stream()
        for event in events:
            self.chunk(event)
        self.end_stream()

    def wait(self) -> None:
        """Say nothing until the client hangs up, or the server is stopped."""
        self._connection.settimeout(0.05)
        while not self._stopped.is_set():
            with contextlib.suppress(TimeoutError):
                if not self._connection.recv(65536):
                    return

    def drip(self, data: bytes, every_s: float = 0.05) -> None:
        """Send the same bytes again and again until the client hangs up, or the server is stopped."""
        while not self._stopped.wait(every_s):
            self.send(data)


Script = Callable[[Peer, Received], None]


class Loopback:
    """Serves each request with a script; use it as a context manager."""

    def __init__(self, script: Script, context: ssl.SSLContext | None = None) -> None:
        """Listen; with `context`, speak TLS."""
        self._script = script
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self._connections: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]
        self.received: list[Received] = []
        self.connections = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{'https' if self._context else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port)).close()  # wakes accept
        self._listener.close()
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)  # wakes recv
        for thread in self._threads:
            thread.join(5)

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:  # closed
                return
            if self._stopped.is_set():
                connection.close()
                return
            self.connections += 1
            self._connections.append(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.callback(connection.close)
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
                stack.callback(connection.close)
                self._connections.append(connection)
            connection.settimeout(10)
            peer = Peer(connection, self._stopped)
            for request in peer.requests():
                self.received.append(request)
                self._script(peer, request)
