"""Reads of asyncio that give up, for replies whose connection cannot: brought clients, and connections that are shared.

A read rarely has to wait, and `asyncio.timeout` costs as much as the rest of it: so one timer watches all reads of a
reply. It is set anew only when it rings before it is due.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from jackfield.pieces import Content, Pieces
from jackfield.transport.common import Limit


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


async def timed(chunks: AsyncIterator[bytes], limit: Limit) -> AsyncIterator[bytes]:
    """The chunks, each within its limit.

    Raises:
        TimeoutExceeded: one did not come in time.
    """
    timer = ReadTimer()
    try:
        while (chunk := await _next(chunks, timer, limit)) is not None:
            yield chunk
    finally:
        timer.close()


async def _next(chunks: AsyncIterator[bytes], timer: ReadTimer, limit: Limit) -> bytes | None:
    try:
        timer.start(limit.deadlines.left())
        return await anext(chunks, None)
    except asyncio.CancelledError:
        if not timer.ended():
            raise
    finally:
        timer.stop()
    raise limit.deadlines.exceeded()


def awaitable(body: Content) -> Any:
    """A body as an asynchronous client takes it: bytes as they are, pieces block by block."""
    return body if isinstance(body, bytes) else _Awaited(body)


class _Awaited:
    """Pieces that can be read again, as the others can: a client's authentication may send a request twice."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for block in self._pieces:
            yield block
