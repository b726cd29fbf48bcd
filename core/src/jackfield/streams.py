"""The open stream that a caller reads, for threads and for asyncio: two thin loops around `operations.streaming`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from jackfield.errors import UsageError
from jackfield.operations.streaming import Opened, StreamCore
from jackfield.types.events import Event
from jackfield.types.results import Result

OutputT_co = TypeVar("OutputT_co", covariant=True)


class _Base(Generic[OutputT_co]):
    def __init__(self, core: StreamCore, opener: Callable[[StreamCore], Any]) -> None:
        """Made by `Client.stream`; nothing is sent until the `with` block is entered."""
        self._core = core
        self._opener = opener
        self._opened: Opened | None = None
        self._started = False

    @property
    def result(self) -> Result[OutputT_co]:
        """The same Result that `generate` would have given.

        Raises:
            UsageError: the stream has not been read to its end.
        """
        return self._core.result

    @property
    def partial(self) -> Result[Any] | None:
        """Everything delivered so far; None before anything was."""
        return self._core.partial

    def _begin(self) -> Opened:
        if self._opened is None:
            msg = "enter the stream first: with client.stream(...) as stream: (async with, for AsyncClient)"
            raise UsageError(msg)
        if self._started:
            msg = "a stream can be read once; its events are gone, stream.result has the whole reply"
            raise UsageError(msg)
        self._started = True
        return self._opened


class Stream(_Base[OutputT_co]):
    """A streamed reply. Use it as a context manager, and iterate over it once; leaving the block closes the connection.

    Iterating raises, each with `.partial`: ProviderError (an error inside the stream), IncompleteStream (it was cut),
    a TimeoutExceeded, DecodeError, and OutputError (the complete reply does not fit `output=`).
    """

    def __enter__(self) -> Self:
        """Send the request. Raises what `Client.generate` raises before the first event."""
        self._opened = self._opener(self._core)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection; a reply that was read to its end gives it back."""
        if self._opened is not None and self._opened.body is not None:
            self._opened.body.close()
        self._core.leave(error)

    def __iter__(self) -> Iterator[Event]:
        """The events, as they come."""
        opened, core = self._begin(), self._core
        body = opened.body
        try:
            yield from core.start(opened)
            while not core.done and body is not None:
                chunk = body.read()
                if not chunk:
                    break
                events = core.feed(chunk)
                if events:
                    body.deadlines.event_seen()
                    yield from events
            if body is not None:
                body.drain()
            while events := core.end():
                yield from events
        except Exception as error:
            failure = core.failure(error)
            core.leave(failure)
            raise failure from failure.__cause__
        core.leave(None)

    def until_done(self) -> Result[OutputT_co]:
        """Read what is left and give the result."""
        if not self._started:
            for _ in self:
                pass
        return self.result


class AsyncStream(_Base[OutputT_co]):
    """See `Stream`; the same with `async with` and `async for`."""

    async def __aenter__(self) -> Self:
        """See `Stream`."""
        opening: Awaitable[Opened] = self._opener(self._core)
        self._opened = await opening
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """See `Stream`."""
        if self._opened is not None and self._opened.body is not None:
            await self._opened.body.close()
        self._core.leave(error)

    async def __aiter__(self) -> AsyncIterator[Event]:
        """See `Stream`."""
        opened, core = self._begin(), self._core
        body = opened.body
        try:
            for event in core.start(opened):
                yield event
            while not core.done and body is not None:
                chunk = await body.read()
                if not chunk:
                    break
                events = core.feed(chunk)
                if events:
                    body.deadlines.event_seen()
                    for event in events:
                        yield event
            if body is not None:
                await body.drain()
            while events := core.end():
                for event in events:
                    yield event
        except Exception as error:
            failure = core.failure(error)
            core.leave(failure)
            raise failure from failure.__cause__
        core.leave(None)

    async def until_done(self) -> Result[OutputT_co]:
        """See `Stream`."""
        if not self._started:
            async for _ in self:
                pass
        return self.result
