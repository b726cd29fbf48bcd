"""The open stream that a caller reads, for threads and for asyncio: two thin loops around `operations.streaming`.

Rule: once the reply is whole, a connection that breaks or falls silent is an end like any other.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from jackfield.errors import TransportError, UsageError
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
        self._at_end = False
        self._left = False
        self._reading = False

    @property
    def result(self) -> Result[OutputT_co]:
        """The same Result that `generate` would have given.

        Raises:
            UsageError: the stream has not been read to its end, or was left or failed before it.
        """
        return self._core.result

    @property
    def partial(self) -> Result[Any] | None:
        """Everything delivered so far; None before anything was."""
        return self._core.partial

    def _check_entering(self) -> None:
        if self._opened is not None:
            msg = "a stream is entered once, for it sends the request: make another with client.stream(...)"
            raise UsageError(msg)

    def _left_early(self) -> bool:
        """Whether the caller left the loop, but not yet the block."""
        return self._started and not self._core.ended

    def _failure(self, error: Exception) -> BaseException:
        """The error to raise for this one, of which the observers are told."""
        failure = self._core.failure(_left_block() if self._left and not self._finished else error)
        self._core.leave(failure)
        return failure

    def _check_skipping(self) -> None:
        if self._reading:
            msg = "the stream is being read by another thread or task: only one can"
            raise UsageError(msg)

    def _begin(self) -> Opened:
        if self._opened is None:
            msg = "enter the stream first: with client.stream(...) as stream: (async with, for AsyncClient)"
            raise UsageError(msg)
        if self._left and not self._finished:
            raise _left_block()
        if self._started:
            rest = "stream.result has the whole reply" if self._finished else "stream.until_done() reads the rest"
            msg = f"a stream is iterated over once, and its events are gone; {rest}"
            raise UsageError(msg)
        self._started = True
        return self._opened

    @property
    def _finished(self) -> bool:
        return self._core.finished


def _left_block() -> UsageError:
    return UsageError(
        "the `with` block of this stream was left, which closed its connection: read it inside of the block; "
        "stream.partial is what came so far"
    )


class Stream(_Base[OutputT_co]):
    """A streamed reply. Use it as a context manager, and iterate over it once; leaving the block closes the connection.

    Iterating raises, each with `.partial`: ProviderError (an error inside the stream), IncompleteStream (it was cut),
    a TimeoutExceeded, DecodeError, and OutputError (the complete reply does not fit `output=`).
    """

    def __enter__(self) -> Self:
        """Send the request. Raises what `Client.generate` raises before the first event."""
        self._check_entering()
        self._opened = self._opener(self._core)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection; a reply that was read to its end gives it back."""
        self._left = True
        try:
            if self._opened is not None and self._opened.body is not None:
                self._opened.body.close()
        finally:
            self._core.leave(error)

    def __iter__(self) -> Iterator[Event]:
        """The events, as they come."""
        opened = self._begin()
        try:
            events: Sequence[Event] | None = self._core.start(opened)
            while events is not None:
                for event in events:
                    yield event
                    if self._left:
                        raise _left_block()
                events = self._more(opened.body)
        except Exception as error:  # noqa: BLE001 - it goes on, with what was delivered
            failure = self._failure(error)
            raise failure from failure.__cause__
        self._core.leave(None)

    def _more(self, body: Any) -> Sequence[Event] | None:
        """The next events; None after the last ones."""
        core = self._core
        while body is not None and not self._at_end and core.reading:
            self._reading = True
            try:
                chunk = body.read()
            except (TransportError, UsageError):  # the latter if the client was closed
                if not core.complete:
                    raise
                chunk = b""
            finally:
                self._reading = False
            if events := core.feed(chunk) if chunk else ():
                body.deadlines.event_seen()
                return events
            self._at_end = not chunk
        if last := core.end():
            return last
        if body is not None:
            body.drain()
        return None

    def until_done(self) -> Result[OutputT_co]:
        """Read what is left and give the result."""
        if not self._started:
            for _ in self:
                pass
        elif self._left_early():
            self._skip(self._opened.body if self._opened is not None else None)
        return self.result

    def _skip(self, body: Any) -> None:
        """Read on behind a loop that was left; what it has not seen is in the result."""
        self._check_skipping()
        try:
            while self._more(body) is not None:
                pass
        except Exception as error:  # noqa: BLE001 - as in __iter__
            failure = self._failure(error)
            raise failure from failure.__cause__
        self._core.leave(None)


class AsyncStream(_Base[OutputT_co]):
    """See `Stream`; the same with `async with` and `async for`."""

    async def __aenter__(self) -> Self:
        """See `Stream`."""
        self._check_entering()
        opening: Awaitable[Opened] = self._opener(self._core)
        self._opened = await opening
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """See `Stream`."""
        self._left = True
        try:
            if self._opened is not None and self._opened.body is not None:
                await self._opened.body.close()
        finally:
            self._core.leave(error)

    async def __aiter__(self) -> AsyncIterator[Event]:
        """See `Stream`."""
        opened = self._begin()
        try:
            events: Sequence[Event] | None = self._core.start(opened)
            while events is not None:
                for event in events:
                    yield event
                    if self._left:
                        raise _left_block()
                events = await self._more(opened.body)
        except Exception as error:  # noqa: BLE001 - it goes on, with what was delivered
            failure = self._failure(error)
            raise failure from failure.__cause__
        self._core.leave(None)

    async def _more(self, body: Any) -> Sequence[Event] | None:
        """See `Stream`."""
        core = self._core
        while body is not None and not self._at_end and core.reading:
            self._reading = True
            try:
                chunk = await body.read()
            except (TransportError, UsageError):  # the latter if the client was closed
                if not core.complete:
                    raise
                chunk = b""
            finally:
                self._reading = False
            if events := core.feed(chunk) if chunk else ():
                body.deadlines.event_seen()
                return events
            self._at_end = not chunk
        if last := core.end():
            return last
        if body is not None:
            await body.drain()
        return None

    async def until_done(self) -> Result[OutputT_co]:
        """See `Stream`."""
        if not self._started:
            async for _ in self:
                pass
        elif self._left_early():
            await self._skip(self._opened.body if self._opened is not None else None)
        return self.result

    async def _skip(self, body: Any) -> None:
        """See `Stream`."""
        self._check_skipping()
        try:
            while await self._more(body) is not None:
                pass
        except Exception as error:  # noqa: BLE001 - as in __aiter__
            failure = self._failure(error)
            raise failure from failure.__cause__
        self._core.leave(None)
