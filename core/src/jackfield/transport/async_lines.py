"""The lines of tasks: asyncio's transports under httpcore's pool, which give up when a deadline is due.

Strategy: one object is asyncio's protocol and httpcore's stream. What arrives is kept until it is read, up to a bound,
so that a read rarely has to wait; one that does is a future, which the protocol resolves. One timer watches all waits
of a connection: it is set anew only when it rings before it is due. httpcore's usual way to asyncio pays for each read
a reader's registration and two scopes of cancellation.

What is written waits for the next read, so that a small request is one packet. Over HTTP/2, where others may be
reading, nothing waits, and no read has a limit: it serves all, so that a reply's own timer watches it (`tasks`).
"""

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpcore

from jackfield.http import HttpRequest
from jackfield.transport.common import Limit, Reply, outgoing_content
from jackfield.transport.options import HttpOptions
from jackfield.transport.pool import incoming_headers, outgoing, pool_options
from jackfield.transport.timed import awaitable, timed

_TOGETHER = 64 * 1024
_KEPT = 16 * 1024
"""Bytes that may wait to be read before the other side has to wait."""


class AsyncLine(httpcore.AsyncNetworkStream, asyncio.BufferedProtocol):
    """A connected transport of asyncio."""

    def __init__(self, buffer: memoryview) -> None:
        """Begin unconnected; `connection_made` follows. All lines of an event loop may share the buffer."""
        self._loop = asyncio.get_running_loop()
        self._buffer = buffer
        self._transport: Any = None
        self._shared = False
        self._arrived: deque[bytes] = deque()
        self._kept = 0
        self._ended = False
        self._broken: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._limit: Limit | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._unsent: list[bytes] = []
        self._unsent_bytes = 0
        self._writable = asyncio.Event()
        self._writable.set()
        self._closed = asyncio.Event()

    # --- asyncio calls these

    def connection_made(self, transport: Any) -> None:
        """It is connected."""
        self._transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where to put what arrives; a buffer of its own for each `recv` would cost more than the call."""
        del sizehint
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Keep what arrived, and wake who waits for it."""
        self._arrived.append(bytes(self._buffer[:nbytes]))
        self._kept += nbytes
        if self._kept > _KEPT:
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        """Nothing more will arrive; the transport closes itself."""
        self._ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed, by whomever."""
        self._ended, self._broken = True, self._broken or exc
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._wake()
        self._writable.set()
        self._closed.set()

    def pause_writing(self) -> None:
        """Too much is unsent."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """There is room again."""
        self._writable.set()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    # --- httpcore calls these

    async def read(self, max_bytes: int, timeout: Any = None) -> bytes:  # noqa: ASYNC109 - httpcore's signature
        """What has arrived. ReadTimeout at the limit, ReadError if the connection is broken."""
        if self._unsent:
            await self._flush()
        if not self._arrived and not self._ended:
            await self._wait(timeout)
        if self._arrived:
            return self._taken(max_bytes)
        if self._broken is not None:
            raise httpcore.ReadError(str(self._broken))
        return b""

    def _taken(self, max_bytes: int) -> bytes:
        data = self._arrived.popleft()
        if len(data) > max_bytes:
            self._arrived.appendleft(data[max_bytes:])
            data = data[:max_bytes]
        if self._kept > _KEPT >= self._kept - len(data):
            self._transport.resume_reading()
        self._kept -= len(data)
        return data

    async def _wait(self, limit: Limit | None) -> None:
        if limit is not None:
            limit.line = self
        self._limit = None if self._shared else limit
        left = None if self._limit is None else self._limit.left()
        if left is not None:
            self._watch(left)
        self._reader = self._loop.create_future()
        try:
            await self._reader
        finally:
            self._reader = None

    def _watch(self, left: float) -> None:
        if left == 0:
            raise httpcore.ReadTimeout
        self._due = self._loop.time() + left
        if self._timer is None or self._timer.when() > self._due:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = self._loop.call_at(self._due, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._reader is None or self._reader.done() or self._limit is None:
            return
        if self._loop.time() < self._due:
            self._timer = self._loop.call_at(self._due, self._ring)
        else:
            self._reader.set_exception(httpcore.ReadTimeout())

    async def write(self, buffer: bytes, timeout: Any = None) -> None:  # noqa: ASYNC109 - as above
        """Send, now or before the next read."""
        del timeout  # the reply's own timer watches a request that is being sent
        if not buffer:
            return
        self._unsent.append(buffer)
        self._unsent_bytes += len(buffer)
        if self._shared or self._unsent_bytes >= _TOGETHER:
            await self._flush()

    async def _flush(self) -> None:
        data = self._unsent[0] if len(self._unsent) == 1 else b"".join(self._unsent)
        self._unsent, self._unsent_bytes = [], 0
        self._transport.write(data)
        if not self._writable.is_set():
            await self._writable.wait()

    async def aclose(self) -> None:
        """At once; who still reads gets an error, for this is no end of what was sent."""
        if self._transport is not None:
            self._broken = self._broken or ConnectionAbortedError("closed by this side")
            self._transport.abort()
            await self._closed.wait()

    def abandon(self) -> None:
        """Close it, unless others use it as well."""
        if self._transport is not None and not self._shared:
            self._transport.abort()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: Any = None,  # noqa: ASYNC109 - as above
    ) -> httpcore.AsyncNetworkStream:
        """The same connection with TLS. ConnectTimeout, ConnectError."""
        plain = self._transport
        try:
            async with asyncio.timeout(_to_connect(timeout)):
                self._transport = await self._loop.start_tls(plain, self, ssl_context, server_hostname=server_hostname)
        except TimeoutError:
            raise httpcore.ConnectTimeout from None
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        finally:
            if self._transport is plain:  # nobody else would close it
                plain.abort()
        self._shared = self.get_extra_info("ssl_object").selected_alpn_protocol() == "h2"
        return self

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks for: the TLS object, whether an idle connection has something to read."""
        if info == "is_readable":
            return self._ended or bool(self._arrived)
        return self._transport.get_extra_info(info)


def _to_connect(limit: Limit | None) -> float | None:
    return None if limit is None else limit.left_to_connect()


class AsyncLines(httpcore.AsyncNetworkBackend):
    """Connects lines, in one event loop."""

    def __init__(self) -> None:
        """With a buffer for all of them: what a line receives is copied out of it at once."""
        self._buffer = memoryview(bytearray(_TOGETHER))

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: Any = None,  # noqa: ASYNC109 - as above
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A new line. ConnectTimeout, ConnectError."""
        del local_address, socket_options  # of our pools, none asks for them
        loop = asyncio.get_running_loop()
        eyeballs: Any = {"happy_eyeballs_delay": 0.25} if isinstance(loop, asyncio.BaseEventLoop) else {}  # not uvloop
        try:
            async with asyncio.timeout(_to_connect(timeout)):
                _, line = await loop.create_connection(lambda: AsyncLine(self._buffer), host, port, **eyeballs)
        except TimeoutError:
            raise httpcore.ConnectTimeout from None
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        if timeout is not None:
            timeout.line = line
        return line


class AsyncPool:
    """The connections of one client in one event loop."""

    def __init__(self, options: HttpOptions) -> None:
        """Nothing is connected yet."""
        self._options = options
        self._pools: dict[bytes, httpcore.AsyncConnectionPool] = {}

    async def send(self, request: HttpRequest, limit: Limit) -> Reply:
        """Send, and read the head of the answer."""
        made = outgoing(request, limit, awaitable(outgoing_content(request)))
        scheme = made.url.scheme
        if scheme not in self._pools:
            options = pool_options(scheme, self._options)
            self._pools[scheme] = httpcore.AsyncConnectionPool(network_backend=AsyncLines(), **options)
        response: Any = await self._pools[scheme].handle_async_request(made)
        chunks: AsyncIterator[bytes] = aiter(response.stream)
        if response.extensions["http_version"] == b"HTTP/2":
            chunks = timed(chunks, limit)
        return Reply(response.status, incoming_headers(response.headers), chunks, response.aclose)

    @property
    def in_use(self) -> int:
        """How many connections are serving a request."""
        return sum(not one.is_idle() for pool in self._pools.values() for one in pool.connections)

    async def aclose(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            await pool.aclose()
        self._pools = {}
