"""The transport of asyncio tasks."""

import asyncio
import random
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any, Self

import attrs

from jackfield.deadlines import Deadlines
from jackfield.flow import Effect, Open, Send, Sleep
from jackfield.http import HttpRequest, HttpResponse
from jackfield.transport.common import DRAIN_BYTES, DRAINING, JITTER, Body, Limit, Reply, ours_for, outgoing_content
from jackfield.transport.options import HttpOptions, behind_proxy, has_engine
from jackfield.transport.timed import awaitable, timed

if TYPE_CHECKING:
    import httpx

_AFTERWARDS_S = 0.05


class AsyncBody(Body):
    """The open body of an answer; read it in one task."""

    _closing: asyncio.Future[Any] | None = None

    async def read(self) -> bytes:
        """See `SyncBody.read`."""
        try:
            async for raw in self._chunks:
                if body := self._inflater.feed(raw):
                    return body
            await self.close()
            self._inflater.close()
        except asyncio.CancelledError:
            if self._closing is None:
                _abandon(self._limit)
            raise
        except Exception as error:  # noqa: BLE001 - it is raised below, where no HTTP library's error is its context
            ours = self._ours(error)
        else:
            return b""
        raise ours

    async def read_all(self) -> HttpResponse:
        """See `SyncBody.read_all`."""
        async with self:
            pieces: list[bytes] = []
            while chunk := await self.read():
                pieces.append(chunk)
            return attrs.evolve(self.head, body=b"".join(pieces))

    async def drain(self) -> None:
        """See `SyncBody.drain`."""
        try:
            self._limit.deadlines = Deadlines(DRAINING)
            left = DRAIN_BYTES
            while left > 0 and (chunk := await anext(self._chunks, None)) is not None:
                left -= len(chunk)
        except Exception:  # noqa: BLE001, S110 - as in SyncBody.drain
            pass

    async def close(self) -> None:
        """See `SyncBody.close`. httpcore must not be cancelled in it: it would not take the connection back."""
        if self._closing is None:
            closing: asyncio.Future[Any] = asyncio.ensure_future(self._close())
            self._closing = closing
            await asyncio.shield(closing)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()


class AsyncBroughtClient:
    """Sends through an httpx client, in a task. See `brought.BroughtClient`."""

    def __init__(self, client: Any) -> None:
        """Take over a client; who owns it closes it."""
        self._client = client

    async def send(self, request: HttpRequest, limit: Limit) -> Reply:
        """Send, and read the head of the answer."""
        from jackfield.transport.brought import built

        made = built(self._client, request, limit, awaitable(outgoing_content(request)))
        response = await self._client.send(made, stream=True, follow_redirects=False)
        response.request.extensions.get("timeout", {})["read"] = None
        chunks = timed(aiter(response.stream), limit)
        return Reply(response.status_code, dict(response.headers.items()), chunks, response.aclose)

    async def aclose(self) -> None:
        """Close the client."""
        await self._client.aclose()


async def _sent(sender: Any, request: HttpRequest, limit: Limit) -> Reply:
    try:
        reply: Reply = await sender.send(request, limit)
    except asyncio.CancelledError:
        _abandon(limit)
        raise
    return reply


def _abandon(limit: Limit) -> None:
    """Close the line of a call that was cancelled: httpcore forgets to if that came while it waited for a lock."""
    if limit.line is not None:
        limit.line.abandon()


class AsyncTransport:
    """Performs effects in asyncio tasks.

    A client of our own belongs to the event loop that it was made in: each loop gets one, closed when the loop ends.
    For that an async generator is started in it, which `asyncio.run` closes before it closes the loop. A loop that was
    closed without that has lost its connections; what is left of it goes when the next loop comes.
    """

    def __init__(self, options: HttpOptions, client: "httpx.AsyncClient | None" = None) -> None:
        """Use the caller's client, which is never closed here, or make one a loop on first use."""
        self._options = options
        self._given = AsyncBroughtClient(client) if client is not None else None
        self._own: dict[asyncio.AbstractEventLoop, tuple[Any, AsyncGenerator[None]]] = {}

    async def perform(self, effect: Effect, deadlines: Deadlines) -> Any:
        """Do what the effect says."""
        if isinstance(effect, Send):
            return await (await self._open(effect.request, deadlines)).read_all()
        if isinstance(effect, Open):
            stream = await self._open(effect.request, deadlines)
            return stream if stream.head.is_event_stream else await stream.read_all()
        if isinstance(effect, Sleep):
            deadlines.check_sleep(effect.seconds)
            await asyncio.sleep(effect.seconds * (1 + random.uniform(0, JITTER)))  # noqa: S311 - jitter is no secret
            return None
        from jackfield.toolcalls import call_async

        return await asyncio.gather(*(call_async(call, effect) for call in effect.calls))

    async def _open(self, request: HttpRequest, deadlines: Deadlines) -> AsyncBody:
        sender = self._given if self._given is not None else await self._sender()
        deadlines.start()

        def closed() -> bool:
            return not self._is_open(sender)

        try:
            limit = Limit(deadlines)
            left = deadlines.left()  # the HTTP library's own timeouts go first, for they say what was waited for
            async with asyncio.timeout(None if left is None else left + _AFTERWARDS_S):
                reply = await _sent(sender, request, limit)
            return AsyncBody(reply, request, limit, self._options.max_reply_bytes, closed)
        except Exception as error:  # noqa: BLE001 - it is raised below, where no HTTP library's error is its context
            proxied = self._given is None and behind_proxy(self._options)
            ours = ours_for(error, deadlines, request, closed=closed(), proxied=proxied)
        raise ours

    def _is_open(self, sender: Any) -> bool:
        return sender is self._given or any(sender is own for own, _ in self._own.values())

    async def _sender(self) -> Any:
        loop = asyncio.get_running_loop()
        if loop not in self._own:
            self._own = {one: kept for one, kept in self._own.items() if not one.is_closed()}
            sender = self._made()
            guard = self._close_with_loop(loop, sender)
            await anext(guard)
            self._own[loop] = (sender, guard)
        return self._own[loop][0]

    def _made(self) -> Any:
        if has_engine() and not behind_proxy(self._options):
            from jackfield.transport.async_lines import AsyncPool

            return AsyncPool(self._options)
        from jackfield.transport.brought import proxied_client

        return AsyncBroughtClient(proxied_client(self._options, asynchronous=True))

    async def _close_with_loop(self, loop: asyncio.AbstractEventLoop, sender: Any) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            self._own.pop(loop, None)
            await sender.aclose()

    async def close(self) -> None:
        """Close the connections that this loop's client of our own holds."""
        mine = self._own.get(asyncio.get_running_loop())
        if mine is not None:
            await mine[1].aclose()
