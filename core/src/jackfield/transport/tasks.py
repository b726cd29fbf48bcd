"""The transport of asyncio tasks.

A read rarely has to wait, and `asyncio.timeout` costs as much as the rest of it: so one timer watches all reads of a
reply. It is set anew only when it rings before it is due.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING, Any, Self
from weakref import WeakKeyDictionary

import attrs

from jackfield.deadlines import Deadlines
from jackfield.flow import Effect, Open, Send, Sleep
from jackfield.http import HttpRequest, HttpResponse
from jackfield.transport.common import DRAIN_BYTES, DRAIN_S, JITTER, Body, build, httpx_of, ours_for
from jackfield.transport.pool import HttpOptions, new_client

if TYPE_CHECKING:
    import httpx


_AFTER_HTTPX_S = 0.05


class ReadTimer:
    """Cancels the read that is under way when it is due, as `asyncio.timeout` does."""

    def __init__(self) -> None:
        """Begin with no read under way."""
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[Any] | None = None
        self._due: float | None = None
        self._cancelling = 0
        self._rung = False

    def start(self, left: float | None) -> None:
        """A read of this task begins; None: it may take for ever."""
        self._task, self._rung = asyncio.current_task(), False
        self._due = due = None if left is None else self._loop.time() + left
        if due is None or self._task is None:
            return
        self._cancelling = self._task.cancelling()
        if self._handle is None or self._handle.when() > due:
            self.close()
            self._handle = self._loop.call_at(due, self._ring)

    def stop(self) -> None:
        """The read has ended."""
        self._task = None

    def ended(self) -> bool:
        """Whether the cancellation that ended the read is this timer's alone."""
        rung, self._rung = self._rung, False
        return rung and self._task is not None and self._task.uncancel() <= self._cancelling

    def close(self) -> None:
        """No read will follow."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _ring(self) -> None:
        self._handle = None
        if self._task is None or self._due is None:
            return
        if self._loop.time() < self._due:
            self._handle = self._loop.call_at(self._due, self._ring)
            return
        self._rung = True
        self._task.cancel()


class AsyncStream(Body):
    """The open body of an answer; read it in one task."""

    def __init__(self, response: Any, request: HttpRequest, deadlines: Deadlines, max_bytes: int) -> None:
        """Take over an answer of which only the head was read."""
        super().__init__(response, request, deadlines, max_bytes)
        response.request.extensions.get("timeout", {})["read"] = None
        self._chunks: AsyncIterator[bytes] = aiter(response.stream)
        self._timer = ReadTimer()

    async def read(self) -> bytes:
        """See `SyncStream.read`."""
        while (raw := await self._raw()) is not None:
            if body := self._inflater.feed(raw):
                return body
        await self._response.aclose()
        self._inflater.close()
        return b""

    async def _raw(self) -> bytes | None:
        timer = self._timer
        try:
            timer.start(self.deadlines.left())
            return await anext(self._chunks, None)
        except asyncio.CancelledError:
            if not timer.ended():
                raise
            ours: Exception = self.deadlines.exceeded()
        except Exception as error:  # noqa: BLE001 - it is raised below, where no httpx error is its context
            ours = self._ours(error)
        finally:
            timer.stop()
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
            left = DRAIN_BYTES
            async with asyncio.timeout(DRAIN_S):
                while left > 0 and (chunk := await anext(self._chunks, None)) is not None:
                    left -= len(chunk)
        except Exception:  # noqa: BLE001, S110 - as in SyncStream.drain
            pass

    async def close(self) -> None:
        """See `SyncStream.close`."""
        self._timer.close()
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
            await asyncio.sleep(effect.seconds * (1 + random.uniform(0, JITTER)))  # noqa: S311 - jitter is no secret
            return None
        from jackfield.toolcalls import call_async

        return await asyncio.gather(*(call_async(call, effect) for call in effect.calls))

    async def _open(self, request: HttpRequest, deadlines: Deadlines) -> AsyncStream:
        client = self._given if self._given is not None else await self._client()
        deadlines.start()
        try:
            built = build(client, httpx_of(client), request, deadlines)
            left = deadlines.left()  # httpx's own timeouts go first: it never closes what is cancelled in a handshake
            async with asyncio.timeout(None if left is None else left + _AFTER_HTTPX_S):
                response = await client.send(built, stream=True, follow_redirects=False)
            return AsyncStream(response, request, deadlines, self._options.max_reply_bytes)
        except Exception as error:  # noqa: BLE001 - it is raised below, where no httpx error is its context
            ours = ours_for(error, httpx_of(client), deadlines, request)
        raise ours

    async def _client(self) -> Any:
        loop = asyncio.get_running_loop()
        if loop not in self._own:
            client = new_client(self._options, asynchronous=True)
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
