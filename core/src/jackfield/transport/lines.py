"""The lines of threads: blocking sockets under httpcore's pool, which give up when a deadline is due.

Strategy: a thread cannot be interrupted in `recv`, and a timeout that is set before each read costs more system calls
than the read. So the socket has a limit of its own, which is set anew only when it would be wrong by a tenth of a
second: SO_RCVTIMEO on a plain socket, which otherwise blocks, and `settimeout` under TLS and where gevent or eventlet
have put sockets of theirs in the place of Python's. What is written waits for the next read, so that a small request is
one packet. Over HTTP/2, where others may be reading, nothing waits.

httpcore passes a read's timeout on untouched: here it is a `Limit`, which is asked when the read begins. So headers
that trickle are cut off like a body that does.
"""

import select
import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

import httpcore

from jackfield.http import HttpRequest
from jackfield.sockets import LATE_S, is_near, set_limit
from jackfield.transport.common import Limit, Reply, outgoing_content
from jackfield.transport.options import HttpOptions
from jackfield.transport.pool import incoming_headers, outgoing, pool_options

_TOGETHER = 64 * 1024
_SHORTEST_S = 0.001


class Line(httpcore.NetworkStream):
    """A connected socket."""

    def __init__(self, connected: socket.socket) -> None:
        """Take over a socket without a timeout."""
        self._socket = connected
        self._secure = connected if isinstance(connected, ssl.SSLSocket) else None
        self._blocks = type(connected).__module__ == "socket"  # neither TLS nor a green socket (gevent, eventlet)
        self._shared = self._secure is not None and self._secure.selected_alpn_protocol() == "h2"
        self._limits: dict[bool, float | None] = {True: None, False: None}
        self._unsent: list[bytes] = []
        self._unsent_bytes = 0
        self._closed = False

    def read(self, max_bytes: int, timeout: Any = None) -> bytes:
        """What has arrived. ReadTimeout at the limit, ReadError if the connection is broken."""
        if self._unsent:
            with suppress(httpcore.WriteError):  # the answer may have been sent before the request was read to its end
                self._flush(timeout)
        try:
            self._limit(timeout, receiving=True)
            data = self._socket.recv(max_bytes)
        except (TimeoutError, BlockingIOError):
            raise httpcore.ReadTimeout from None
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error
        if not data and self._closed:
            raise httpcore.ReadError("closed by this side")
        return data

    def write(self, buffer: bytes, timeout: Any = None) -> None:
        """Send, now or before the next read. WriteTimeout at the limit, WriteError if the connection is broken."""
        if not buffer:
            return
        self._unsent.append(buffer)
        self._unsent_bytes += len(buffer)
        if self._shared or self._unsent_bytes >= _TOGETHER:
            self._flush(timeout)

    def _flush(self, timeout: Any) -> None:
        data = self._unsent[0] if len(self._unsent) == 1 else b"".join(self._unsent)
        self._unsent, self._unsent_bytes = [], 0
        try:
            self._limit(timeout, receiving=False)
            self._socket.sendall(data)
        except (TimeoutError, BlockingIOError):
            raise httpcore.WriteTimeout from None
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def _limit(self, limit: Limit | None, *, receiving: bool) -> None:
        """Let what follows give up in time: a little late, but never early."""
        left = None if limit is None else limit.left()
        if left == 0:
            raise TimeoutError
        if is_near(self._limits[receiving], left):
            return
        late = self._limits[receiving] = None if left is None else left + LATE_S
        if self._blocks:
            set_limit(self._socket, late, receiving=receiving)
        else:
            self._socket.settimeout(late)
            self._limits[not receiving] = late

    def close(self) -> None:
        """At once; a thread that still reads is woken and gets an error, for this is no end of what was sent."""
        self._closed = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: Any = None
    ) -> httpcore.NetworkStream:
        """The same connection with TLS. ConnectTimeout, ConnectError."""
        try:
            self._socket.settimeout(_to_connect(timeout))
            secure = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
            secure.settimeout(None)
            return Line(secure)
        except TimeoutError:
            self.close()
            raise httpcore.ConnectTimeout from None
        except OSError as error:
            self.close()
            raise httpcore.ConnectError(str(error)) from error

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks for: the TLS object, the socket, whether an idle connection has something to read."""
        if info == "ssl_object":
            return self._secure
        if info == "is_readable":
            return _is_readable(self._socket)
        return self._socket if info == "socket" else None


def _to_connect(limit: Limit | None) -> float | None:
    left = None if limit is None else limit.left_to_connect()
    return left if left is None else max(left, _SHORTEST_S)


def _connected(host: str, port: int, limit: Limit | None) -> socket.socket:
    """A socket connected to the first address of a host that answers, each in its share of the time. OSError."""
    failure = OSError(f"{host} has no address")
    found = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
    for tried, (family, kind, protocol, _, address) in enumerate(found):
        one = socket.socket(family, kind, protocol)
        try:
            left = _to_connect(limit)
            one.settimeout(None if left is None else left / (len(found) - tried))
            one.connect(address)
        except OSError as error:
            one.close()
            failure = error
        except BaseException:
            one.close()
            raise
        else:
            return one
    raise failure


def _is_readable(one: socket.socket) -> bool:
    if one.fileno() < 0:
        return True
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([one], [], [], 0)[0])
    poll = select.poll()
    poll.register(one, select.POLLIN)
    return bool(poll.poll(0))


class Lines(httpcore.NetworkBackend):
    """Connects lines."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: Any = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A new line. ConnectTimeout, ConnectError."""
        del local_address, socket_options  # of our pools, none asks for them
        try:
            connected = _connected(host, port, timeout)
        except TimeoutError:
            raise httpcore.ConnectTimeout from None
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        connected.settimeout(None)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Line(connected)


class Pool:
    """The connections of one client; made on first use, and again after `close`."""

    def __init__(self, options: HttpOptions) -> None:
        """Nothing is connected yet."""
        self._options = options
        self._pools: dict[bytes, httpcore.ConnectionPool] = {}

    def send(self, request: HttpRequest, limit: Limit) -> Reply:
        """Send, and read the head of the answer."""
        made = outgoing(request, limit, outgoing_content(request))
        scheme = made.url.scheme
        pool = self._pools.get(scheme)
        if pool is None:
            pool = httpcore.ConnectionPool(network_backend=Lines(), **pool_options(scheme, self._options))
            pool = self._pools.setdefault(scheme, pool)
        response: Any = pool.handle_request(made)
        chunks: Iterator[bytes] = iter(response.stream)
        return Reply(response.status, incoming_headers(response.headers), chunks, response.close)

    @property
    def in_use(self) -> int:
        """How many connections are serving a request."""
        return sum(not one.is_idle() for pool in self._pools.values() for one in pool.connections)

    def close(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            pool.close()
        self._pools = {}
