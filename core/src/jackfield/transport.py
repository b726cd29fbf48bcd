"""The only file that does I/O: HTTP through httpx, and sleeping.

Strategy: an effect of a flow is performed here, once for threads and once for asyncio; both halves share deadlines,
header handling and the mapping of errors. asyncio reads under `asyncio.timeout`, a thread as `sockets` says; while the
headers arrive, a thread has httpx's read timeout and a look at the clock behind it. Bodies are read in raw chunks, and
`inflate` bounds them.

Rules: no redirect is followed and no cookie kept, so that a key goes where the plugin sent it and nowhere else. What
httpx raises holds the request with its headers in the clear, and so do the frames of its traceback: neither is chained
to what is raised here; its class and its text are in the message.

httpx is imported on first use. A client that the caller brought may be an `httpx2` one: its errors come from its own
module.
"""

import asyncio
import random
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any, Self
from weakref import WeakKeyDictionary

import attrs

from jackfield.deadlines import Deadlines
from jackfield.errors import ConnectTimeout, JackfieldError, TransportError, UsageError
from jackfield.flow import Effect, Open, Send, Sleep
from jackfield.http import HttpRequest, HttpResponse, Secret
from jackfield.inflate import ACCEPTED, Inflater
from jackfield.sockets import ReadDeadline
from jackfield.toolcalls import call_async, call_sync

if TYPE_CHECKING:
    import httpx

MAX_REPLY_BYTES = 256 * 1024 * 1024
_JITTER = 0.1
_GRACE_S = 0.1  # httpx's own timeouts come first: a connection that is cancelled in its TLS handshake is never closed
_DRAIN_S = 0.5
_DRAIN_BYTES = 64 * 1024
_IDLE_CONNECTIONS = 20


@attrs.frozen(kw_only=True)
class HttpOptions:
    """How a client of our own is made; ignored for one that the caller brought."""

    proxy: str | None = attrs.field(default=None, repr=False)  # it may hold a password
    verify: Any = True
    max_reply_bytes: int = MAX_REPLY_BYTES


# --- what both halves share


def _httpx_of(client: object) -> ModuleType:
    """The module whose client this is: httpx, or a successor with the same interface."""
    for cls in type(client).__mro__:
        root = cls.__module__.partition(".")[0]
        if root.startswith("httpx"):
            return import_module(root)
    return import_module("httpx")


def _new_client(class_name: str, options: HttpOptions) -> Any:
    httpx = import_module("httpx")
    return getattr(httpx, class_name)(
        proxy=options.proxy,
        verify=options.verify,
        http2=find_spec("h2") is not None,
        follow_redirects=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=_IDLE_CONNECTIONS),
    )


def _build(client: Any, httpx: ModuleType, request: HttpRequest, deadlines: Deadlines) -> Any:
    """The client's own request; the only place where a secret is revealed."""
    left, connect = deadlines.left(), deadlines.timeouts.connect_s
    headers = {"accept-encoding": ACCEPTED, **request.headers}
    return client.build_request(
        request.method,
        request.url,
        headers=[(name, value.reveal() if isinstance(value, Secret) else value) for name, value in headers.items()],
        content=request.body or None,
        timeout=httpx.Timeout(left, connect=left if connect is None else min(connect, left or connect)),
    )


def _ours(error: Exception, httpx: ModuleType, deadlines: Deadlines, request: HttpRequest) -> Exception:
    """One of our errors for whatever httpx raised."""
    if isinstance(error, JackfieldError):
        return error
    due = deadlines.next_at()
    if due is not None and time.monotonic() >= due:
        return deadlines.exceeded()
    if isinstance(error, httpx.ConnectTimeout):
        return ConnectTimeout(deadlines.timeouts.connect_s or 0.0, url=request.url)
    if isinstance(error, httpx.TimeoutException | TimeoutError) or _would_block(error):
        return deadlines.exceeded()
    if isinstance(error, httpx.HTTPError | httpx.InvalidURL | httpx.StreamError | OSError):
        message = _scrubbed(f"{request.host}: {type(error).__name__}: {error}", request)
        again = isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError | httpx.ProxyError | OSError)
        return TransportError(message, url=request.url, retryable=again)
    if isinstance(error, RuntimeError):  # a client of the caller's that is closed, or belongs to another event loop
        return UsageError(_scrubbed(f"http_client cannot be used: {error}", request))
    return error


def _would_block(error: BaseException | None) -> bool:
    """Whether SO_RCVTIMEO is what ended the read."""
    while error is not None and not isinstance(error, BlockingIOError):
        error = error.__cause__ or error.__context__
    return error is not None


def _scrubbed(text: str, request: HttpRequest) -> str:
    for value in request.headers.values():
        if isinstance(value, Secret) and value.reveal():
            text = text.replace(value.reveal(), "***")
    return text


class _Body:
    """What an open body is, read by a thread or by a task."""

    def __init__(self, response: Any, request: HttpRequest, deadlines: Deadlines, max_bytes: int) -> None:
        headers = dict(response.headers)
        self.head = HttpResponse(status=response.status_code, headers=headers, url=str(response.url))
        self.deadlines = deadlines
        self._response = response
        self._httpx = _httpx_of(response)
        self._request = request
        self._inflater = Inflater(headers.get("content-encoding", ""), max_bytes)

    def _ours(self, error: Exception) -> Exception:
        return _ours(error, self._httpx, self.deadlines, self._request)


# --- threads


class SyncStream(_Body):
    """The open body of an answer; read it in one thread."""

    def __init__(self, response: Any, request: HttpRequest, deadlines: Deadlines, max_bytes: int) -> None:
        """Take over an answer of which only the head was read."""
        super().__init__(response, request, deadlines, max_bytes)
        self._deadline = ReadDeadline(response)
        self._chunks: Iterator[bytes] = response.iter_raw()

    def read(self) -> bytes:
        """The next bytes, whatever their number; empty at the end.

        Raises:
            TimeoutExceeded, TransportError, ReplyTooLarge, DecodeError: see each.
        """
        while raw := self._raw():
            if body := self._inflater.feed(raw):
                return body
        self._inflater.close()
        return b""

    def _raw(self) -> bytes:
        try:
            self._deadline.arm(self.deadlines.left())
            return next(self._chunks, b"")
        except Exception as error:  # noqa: BLE001 - it is raised below, where no httpx error is its context
            ours = self._ours(error)
        raise ours

    def read_all(self) -> HttpResponse:
        """The whole answer, the connection given back."""
        with self:
            return attrs.evolve(self.head, body=b"".join(iter(self.read, b"")))

    def drain(self) -> None:
        """After the terminal event: read what little follows, so that the connection can be used again."""
        try:
            self._deadline.arm(_DRAIN_S)
            left = _DRAIN_BYTES
            while left > 0 and (chunk := next(self._chunks, b"")):
                left -= len(chunk)
        except Exception:  # noqa: BLE001, S110 - the reply is complete; a failure here only costs the connection
            pass

    def close(self) -> None:
        """Give the connection back if the body was read to its end, else close it."""
        self._deadline.disarm()
        self._response.close()

    def __enter__(self) -> Self:
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
        self._lock = threading.Lock()

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
        client = self._connected()
        httpx = _httpx_of(client)
        deadlines.start()
        try:
            built = _build(client, httpx, request, deadlines)
            response = client.send(built, stream=True, follow_redirects=False)
            return SyncStream(response, request, deadlines, self._options.max_reply_bytes)
        except Exception as error:  # noqa: BLE001 - it is raised below, where no httpx error is its context
            ours = _ours(error, httpx, deadlines, request)
        raise ours

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = _new_client("Client", self._options)
            return self._client

    def close(self) -> None:
        """Close the connections of a client of our own."""
        with self._lock:
            if self._owned and self._client is not None:
                self._client.close()
                self._client = None


# --- asyncio


class AsyncStream(_Body):
    """The open body of an answer; read it in one task."""

    def __init__(self, response: Any, request: HttpRequest, deadlines: Deadlines, max_bytes: int) -> None:
        """Take over an answer of which only the head was read."""
        super().__init__(response, request, deadlines, max_bytes)
        response.request.extensions.get("timeout", {})["read"] = None
        self._chunks: AsyncIterator[bytes] = response.aiter_raw()

    async def read(self) -> bytes:
        """See `SyncStream.read`."""
        while raw := await self._raw():
            if body := self._inflater.feed(raw):
                return body
        self._inflater.close()
        return b""

    async def _raw(self) -> bytes:
        try:
            async with asyncio.timeout(self.deadlines.left()):
                return await anext(self._chunks, b"")
        except Exception as error:  # noqa: BLE001 - it is raised below, where no httpx error is its context
            ours = self._ours(error)
        raise ours

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

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()


class AsyncTransport:
    """Performs effects in asyncio tasks.

    A client of our own belongs to the event loop that it was made in: each loop gets one, closed when the loop ends.
    For that an async generator is started in it, which `asyncio.run` closes before it closes the loop.
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
        try:
            built = _build(client, httpx, request, deadlines)
            left = deadlines.left()
            async with asyncio.timeout(None if left is None else left + _GRACE_S):
                response = await client.send(built, stream=True, follow_redirects=False)
            return AsyncStream(response, request, deadlines, self._options.max_reply_bytes)
        except Exception as error:  # noqa: BLE001 - it is raised below, where no httpx error is its context
            ours = _ours(error, httpx, deadlines, request)
        raise ours

    async def _client(self) -> Any:
        loop = asyncio.get_running_loop()
        if loop not in self._own:
            client = _new_client("AsyncClient", self._options)
            guard = self._close_with_loop(loop, client)
            await anext(guard)
            self._own[loop] = (client, guard)
        return self._own[loop][0]

    async def _close_with_loop(self, loop: asyncio.AbstractEventLoop, client: Any) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            self._own.pop(loop, None)
            await client.aclose()

    async def close(self) -> None:
        """Close the connections that this loop's client of our own holds."""
        mine = self._own.get(asyncio.get_running_loop())
        if mine is not None:
            await mine[1].aclose()
