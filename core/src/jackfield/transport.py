"""The only file that does I/O: sockets through httpx, and sleeping.

Strategy: an effect of a flow is performed here, once for threads and once for asyncio; both halves share deadlines, header
handling and the mapping of errors. Bodies are read in raw chunks with a bound on their size.

Deadlines: see `deadlines`. asyncio reads under `asyncio.timeout_at`. A thread cannot be interrupted in `recv`,
so its socket gets SO_RCVTIMEO before each read and is otherwise blocking; where no socket is exposed (another httpx
transport), httpx's own read timeout and a look at the clock after each read are what remains.

httpx is imported on first use. A client that the caller brought may be an `httpx2` one: its errors come from its own module.
"""

import asyncio
import random
import socket
import struct
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import attrs

from jackfield.deadlines import Deadlines
from jackfield.errors import ConnectTimeout, ReplyTooLarge, TransportError
from jackfield.flow import Effect, Open, Send, Sleep
from jackfield.http import HttpRequest, HttpResponse, Secret
from jackfield.toolcalls import call_async, call_sync

if TYPE_CHECKING:
    import httpx

MAX_REPLY_BYTES = 256 * 1024 * 1024
_JITTER = 0.1
_DRAIN_S = 0.5
_DRAIN_BYTES = 64 * 1024


@attrs.frozen(kw_only=True)
class HttpOptions:
    """How a client of our own is made; ignored for one that the caller brought."""

    proxy: str | None = None
    verify: Any = True
    max_reply_bytes: int = MAX_REPLY_BYTES


# --- what both halves share ----------------------------------------------------------------------------------------------


def _httpx_of(client: object) -> ModuleType:
    """The module whose client this is: httpx, or a successor with the same interface."""
    for cls in type(client).__mro__:
        root = cls.__module__.partition(".")[0]
        if root.startswith("httpx"):
            return import_module(root)
    return import_module("httpx")


def _new_client(class_name: str, options: HttpOptions) -> Any:
    httpx = import_module("httpx")
    http2 = find_spec("h2") is not None
    return getattr(httpx, class_name)(proxy=options.proxy, verify=options.verify, http2=http2, follow_redirects=False)


def _build(client: Any, httpx: ModuleType, request: HttpRequest, deadlines: Deadlines) -> Any:
    """The client's own request; the only place where a secret is revealed."""
    timeouts = deadlines.timeouts
    left = deadlines.left()
    return client.build_request(
        request.method,
        request.url,
        headers=[
            (name, value.reveal() if isinstance(value, Secret) else value) for name, value in request.headers.items()
        ],
        content=request.body or None,
        timeout=httpx.Timeout(left, connect=timeouts.connect_s, pool=timeouts.connect_s),
    )


def _head(response: Any) -> HttpResponse:
    return HttpResponse(status=response.status_code, headers=dict(response.headers), url=str(response.url))


def _chunks(response: Any) -> tuple[str, str]:
    """Names of the httpx methods that give the body, synchronously and asynchronously: raw where nothing is compressed."""
    encoded = response.headers.get("content-encoding", "identity") != "identity"
    return ("iter_bytes", "aiter_bytes") if encoded else ("iter_raw", "aiter_raw")


def _translate(error: Exception, httpx: ModuleType, deadlines: Deadlines, request: HttpRequest) -> Exception:
    """One of our errors for whatever httpx raised."""
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return ConnectTimeout(deadlines.timeouts.connect_s or 0.0, url=request.url)
    due = deadlines.next_at()
    if isinstance(error, httpx.TimeoutException | TimeoutError) or (due is not None and time.monotonic() >= due):
        return deadlines.exceeded()
    if isinstance(error, httpx.HTTPError | httpx.InvalidURL | httpx.StreamError | OSError):
        return TransportError(f"{request.host}: {error or type(error).__name__}", url=request.url)
    return error


@contextmanager
def _translated(httpx: ModuleType, deadlines: Deadlines, request: HttpRequest) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        ours = _translate(error, httpx, deadlines, request)
        if ours is error:
            raise
        raise ours from error


class _Meter:
    """Counts a body's bytes against the bound."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._left = max_bytes

    def count(self, chunk: bytes) -> None:
        self._left -= len(chunk)
        if self._left < 0:
            raise ReplyTooLarge("the reply", max_bytes=self._max_bytes)


# --- threads -------------------------------------------------------------------------------------------------------------


class _SocketTimeout:
    """Makes a blocking `recv` of this response's socket give up when the deadline is due."""

    def __init__(self, response: Any) -> None:
        stream = response.extensions.get("network_stream")
        found = stream.get_extra_info("socket") if stream is not None else None
        self._socket: socket.socket | None = found if isinstance(found, socket.socket) else None
        if self._socket is not None:
            response.request.extensions["timeout"]["read"] = None

    def arm(self, left: float | None) -> None:
        """Give up after `left` seconds; None: never."""
        if self._socket is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _timeval(left or 0.0))

    def disarm(self) -> None:
        """Leave the socket as it was; its connection may serve others."""
        if self._socket is not None and self._socket.fileno() >= 0:
            self.arm(None)


def _timeval(seconds: float) -> bytes:
    if sys.platform == "win32":
        return struct.pack("L", int(seconds * 1000))
    whole = int(seconds)
    return struct.pack("ll", whole, int((seconds - whole) * 1_000_000) or (0 if seconds == 0 else 1))


class SyncStream:
    """The open body of an answer; read it in one thread."""

    def __init__(
        self, response: Any, httpx: ModuleType, request: HttpRequest, deadlines: Deadlines, meter: _Meter
    ) -> None:  # noqa: PLR0913, E501 - made in one place
        self.head = _head(response)
        self.deadlines = deadlines
        self._response = response
        self._httpx = httpx
        self._request = request
        self._meter = meter
        self._chunks: Iterator[bytes] = getattr(response, _chunks(response)[0])()
        self._timeout = _SocketTimeout(response)

    def read(self) -> bytes:
        """The next bytes, whatever their number; empty at the end.

        Raises:
            TimeoutExceeded, TransportError, ReplyTooLarge: see each.
        """
        self._timeout.arm(self.deadlines.left())
        with _translated(self._httpx, self.deadlines, self._request):
            chunk = next(self._chunks, b"")
        self._meter.count(chunk)
        return chunk

    def read_all(self) -> HttpResponse:
        """The whole answer, the connection given back."""
        with self:
            return attrs.evolve(self.head, body=b"".join(iter(self.read, b"")))

    def drain(self) -> None:
        """After the terminal event: read what little follows, so that the connection can be used again."""
        try:
            self._timeout.arm(_DRAIN_S)
            left = _DRAIN_BYTES
            while left > 0 and (chunk := next(self._chunks, b"")):
                left -= len(chunk)
        except Exception:  # noqa: BLE001, S110 - the reply is complete; a failure here only costs the connection
            pass

    def close(self) -> None:
        """Give the connection back if the body was read to its end, else close it."""
        self._timeout.disarm()
        self._response.close()

    def __enter__(self) -> "SyncStream":
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


class SyncTransport:
    """Performs effects in the calling thread."""

    def __init__(self, options: HttpOptions, client: "httpx.Client | None" = None) -> None:
        """Use the caller's client, which is never closed here, or make one on first use."""
        self._options = options
        self._client: Any = client
        self._owned = client is None

    def perform(self, effect: Effect, deadlines: Deadlines) -> Any:
        """Do what the effect says."""
        if isinstance(effect, Send):
            return self._open(effect.request, deadlines).read_all()
        if isinstance(effect, Open):
            stream = self._open(effect.request, deadlines)
            return stream if stream.head.is_event_stream else stream.read_all()
        if isinstance(effect, Sleep):
            deadlines.check_sleep(effect.seconds)
            time.sleep(effect.seconds * (1 + random.uniform(0, _JITTER)))  # noqa: S311 - jitter is no secret
            return None
        return [call_sync(call, effect) for call in effect.calls]

    def _open(self, request: HttpRequest, deadlines: Deadlines) -> SyncStream:
        if self._client is None:
            self._client = _new_client("Client", self._options)
        client, httpx = self._client, _httpx_of(self._client)
        deadlines.start()
        with _translated(httpx, deadlines, request):
            response = client.send(_build(client, httpx, request, deadlines), stream=True, follow_redirects=False)
        return SyncStream(response, httpx, request, deadlines, _Meter(self._options.max_reply_bytes))

    def close(self) -> None:
        """Close the connections of a client of our own."""
        if self._owned and self._client is not None:
            self._client.close()
            self._client = None


# --- asyncio -------------------------------------------------------------------------------------------------------------


class AsyncStream:
    """The open body of an answer; read it in one task."""

    def __init__(
        self, response: Any, httpx: ModuleType, request: HttpRequest, deadlines: Deadlines, meter: _Meter
    ) -> None:  # noqa: PLR0913, E501 - made in one place
        self.head = _head(response)
        self.deadlines = deadlines
        self._response = response
        self._httpx = httpx
        self._request = request
        self._meter = meter
        response.request.extensions["timeout"]["read"] = None
        self._chunks: AsyncIterator[bytes] = getattr(response, _chunks(response)[1])()

    async def read(self) -> bytes:
        """See `SyncStream.read`."""
        with _translated(self._httpx, self.deadlines, self._request):
            async with asyncio.timeout(self.deadlines.left()):
                chunk = await anext(self._chunks, b"")
        self._meter.count(chunk)
        return chunk

    async def read_all(self) -> HttpResponse:
        """See `SyncStream.read_all`."""
        async with self:
            pieces: list[bytes] = []
            while chunk := await self.read():
                pieces.append(chunk)
            return attrs.evolve(self.head, body=b"".join(pieces))

    async def drain(self) -> None:
        """See `SyncStream.drain`."""
        try:
            left = _DRAIN_BYTES
            async with asyncio.timeout(_DRAIN_S):
                while left > 0 and (chunk := await anext(self._chunks, b"")):
                    left -= len(chunk)
        except Exception:  # noqa: BLE001, S110 - as in SyncStream.drain
            pass

    async def close(self) -> None:
        """See `SyncStream.close`."""
        await self._response.aclose()

    async def __aenter__(self) -> "AsyncStream":
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()


class AsyncTransport:
    """Performs effects in asyncio tasks.

    A client of our own belongs to the event loop that it was made in: each loop gets one, closed when the loop ends. For
    that an async generator is started in it, which `asyncio.run` closes before it closes the loop.
    """

    def __init__(self, options: HttpOptions, client: "httpx.AsyncClient | None" = None) -> None:
        """Use the caller's client, which is never closed here, or make one a loop on first use."""
        self._options = options
        self._given: Any = client
        self._own: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[Any, AsyncGenerator[None]]] = WeakKeyDictionary()

    async def perform(self, effect: Effect, deadlines: Deadlines) -> Any:
        """Do what the effect says."""
        if isinstance(effect, Send):
            return await (await self._open(effect.request, deadlines)).read_all()
        if isinstance(effect, Open):
            stream = await self._open(effect.request, deadlines)
            return stream if stream.head.is_event_stream else await stream.read_all()
        if isinstance(effect, Sleep):
            deadlines.check_sleep(effect.seconds)
            await asyncio.sleep(effect.seconds * (1 + random.uniform(0, _JITTER)))  # noqa: S311 - jitter is no secret
            return None
        return await asyncio.gather(*(call_async(call, effect) for call in effect.calls))

    async def _open(self, request: HttpRequest, deadlines: Deadlines) -> AsyncStream:
        client = self._given if self._given is not None else await self._client()
        httpx = _httpx_of(client)
        deadlines.start()
        with _translated(httpx, deadlines, request):
            async with asyncio.timeout(deadlines.left()):
                response = await client.send(
                    _build(client, httpx, request, deadlines), stream=True, follow_redirects=False
                )
        return AsyncStream(response, httpx, request, deadlines, _Meter(self._options.max_reply_bytes))

    async def _client(self) -> Any:
        loop = asyncio.get_running_loop()
        if loop not in self._own:
            client = _new_client("AsyncClient", self._options)
            guard = _close_with_loop(client)
            await anext(guard)
            self._own[loop] = (client, guard)
        return self._own[loop][0]

    async def close(self) -> None:
        """Close the connections that this loop's client of our own holds."""
        mine = self._own.pop(asyncio.get_running_loop(), None)
        if mine is not None:
            await mine[1].aclose()


async def _close_with_loop(client: Any) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        await client.aclose()
