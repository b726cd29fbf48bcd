"""An HTTP/1.1 server on loopback that sends simulated replies, faults included.

Strategy: the standard library's threading server reads the requests; a reply is a plan of steps, which are carried
out one by one, each wait on an event that `stop` sets, so that no fault outlives the server. Rules: it listens on the
address that it is told and contacts nobody; nothing is printed; what went wrong inside is kept in `failures`.
"""

import contextlib
import gzip
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

import attrs

from jackfield.testing.faults import End, Ending, Plan, Wait
from jackfield.types.simulated import SIMULATOR

MOST_BODY_BYTES = 64 * 1024 * 1024
_IDLE_S = 120.0
_JOIN_S = 5.0

Writing = Literal["event", "whole"] | int
"""How the bytes of a stream are cut: event by event, all at once, or in pieces of so many bytes."""


@attrs.frozen(kw_only=True)
class Received:
    """A request as it came in.

    Attributes:
        target: path and query.
        headers: lower-case names.
        body: decompressed.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


Answerer = Callable[[Received], Plan]


class Server(ThreadingHTTPServer):
    """Listens until stopped; one thread a connection."""

    request_queue_size = 128

    def __init__(self, host: str, port: int, answer: Answerer) -> None:
        """Bind; `answer` is called in the connection's thread."""
        self.answer = answer
        self.writing: Writing = "event"
        self.stopping = threading.Event()
        self.failures: list[BaseException] = []
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        super().__init__((host, port), _Handler)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        host, port = self.server_address[:2]
        name = host.decode() if isinstance(host, bytes | bytearray) else str(host)
        return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"

    def start(self) -> None:
        """Serve in the background."""
        self._thread.start()

    def stop(self) -> None:
        """End every answer and connection, and wait for the threads."""
        self.stopping.set()
        if self._thread.is_alive():
            self.shutdown()
        self.server_close()
        for connection, thread in tuple(self._connections.items()):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(_JOIN_S)

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Handle the connection in a thread of its own, which `stop` joins."""
        thread = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        self._connections[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection and close it."""
        self._connections.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: what matters is in `failures`, the rest is clients that went away."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server  # type: ignore[mutable-override]  # it is made by that server alone

    def setup(self) -> None:
        """Prepare the connection; one that stays idle is closed."""
        super().setup()
        self.connection.settimeout(_IDLE_S)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Print nothing."""

    def version_string(self) -> str:
        """The Server header."""
        return SIMULATOR

    def _serve(self) -> None:
        try:
            body = self._body()
            if body is None:
                self.send_error(413)
                self.close_connection = True
                return
            headers: dict[str, str] = {}
            for name, value in self.headers.items():
                known = headers.get(name.lower())
                headers[name.lower()] = value if known is None else f"{known}, {value}"
            received = Received(method=self.command, target=self.path, headers=headers, body=body)
            self._send(self.server.answer(received))
        except OSError:
            self.close_connection = True  # the client has gone, or the server stops
        except Exception as error:  # noqa: BLE001 - a broken simulator must not hang its client
            self.server.failures.append(error)
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.send_error(500, f"the simulator failed: {type(error).__name__}")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - the base class looks for these names

    def _body(self) -> bytes | None:
        """The request's body; None if it is too large."""
        if "chunked" in self.headers.get("transfer-encoding", "").lower():
            raw = b"".join(self._chunks())
        else:
            length = int(self.headers.get("content-length") or 0)
            if length > MOST_BODY_BYTES:
                return None
            raw = self.rfile.read(length)
        if self.headers.get("content-encoding", "").lower() == "gzip":
            raw = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(raw, MOST_BODY_BYTES + 1)
        return raw if len(raw) <= MOST_BODY_BYTES else None

    def _chunks(self) -> Iterator[bytes]:
        total = 0
        while size := int(self.rfile.readline(100).partition(b";")[0], 16):
            total += size
            if total > MOST_BODY_BYTES:
                msg = "chunked body is too large"
                raise ValueError(msg)
            yield self.rfile.read(size)
            self.rfile.readline(100)
        while self.rfile.readline(65537).strip():
            pass

    def _send(self, plan: Plan) -> None:
        """Status line, headers, and the steps of the body."""
        self.server.stopping.wait(plan.latency_s)
        self.send_response_only(plan.status)
        self.send_header("date", self.date_time_string())
        self.send_header("server", self.version_string())
        for name, value in plan.headers.items():
            self.send_header(name, value)
        if plan.length is None:
            self.send_header("transfer-encoding", "chunked")
        else:
            self.send_header("content-length", str(plan.length))
        self.end_headers()
        chunked = plan.length is None
        writer = _Writer(self.wfile.write, self.server.writing if chunked else "event", chunked=chunked)
        how = self._carry_out(plan, writer)
        if how == "clean":
            writer.finish()
            return
        writer.flush()
        self.close_connection = True
        if how == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def _carry_out(self, plan: Plan, writer: "_Writer") -> Ending:
        """Send the body; how it ended."""
        end_s = time.monotonic() + (plan.most_s or float("inf"))
        for step in plan.steps:
            if isinstance(step, End):
                return step.how
            if isinstance(step, Wait):
                self.server.stopping.wait(step.seconds)
            elif step.data:
                writer.write(step.data)
            if self.server.stopping.is_set() or time.monotonic() > end_s:
                break
        return "reset"


class _Writer:
    """Cuts and frames the body."""

    def __init__(self, write: Callable[[bytes], object], writing: Writing, *, chunked: bool) -> None:
        self._write = write
        self._writing = writing
        self._chunked = chunked
        self._held: list[bytes] = []

    def write(self, data: bytes) -> None:
        if self._writing == "whole":
            self._held.append(data)
            return
        size = self._writing if isinstance(self._writing, int) else len(data)
        for at in range(0, len(data), size):
            self._write(self._framed(data[at : at + size]))

    def flush(self) -> None:
        if self._held:
            self._write(self._framed(b"".join(self._held)))
            self._held.clear()

    def finish(self) -> None:
        self.flush()
        if self._chunked:
            self._write(b"0\r\n\r\n")

    def _framed(self, data: bytes) -> bytes:
        return b"%x\r\n%b\r\n" % (len(data), data) if self._chunked else data


def compressed(body: bytes) -> bytes:
    """The body as gzip."""
    return gzip.compress(body, compresslevel=1, mtime=0)
