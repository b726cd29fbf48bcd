"""One streamed reply, without I/O: bytes in, events out, a Result at the end.

Strategy: bytes -> frames (`sse`) -> events (the plugin's parser) -> the assembler. The drivers only read bytes and hand them
in. Rules: events that were decoded before an error are delivered before it; an error carries everything delivered as
`partial`; bytes that end before the parser says COMPLETE or DONE are an `IncompleteStream`; nothing after DONE is looked at.
"""

from collections.abc import Callable, Sequence

from jackfield.assembly import Assembler
from jackfield.errors import DecodeError, IncompleteStream, JackfieldError, PartialReply, PluginError
from jackfield.hookspecs import StreamParser, StreamState
from jackfield.http import HttpResponse
from jackfield.sse import DEFAULT_MAX_BYTES, Frame, SSEParser
from jackfield.types.events import Event
from jackfield.types.results import Notice, RawReply, Result


class StreamSession:
    """Decodes one stream; feed it bytes until `done`, then or at the end of the bytes `close` it."""

    def __init__(
        self,
        provider: str,
        parser: StreamParser,
        response: HttpResponse,
        *,
        notices: Sequence[Notice] = (),
        max_bytes: int = DEFAULT_MAX_BYTES,
    ) -> None:
        """Start with the answer's status and headers; `notices` come from encoding."""
        self._provider = provider
        self._parser = parser
        self._response = response
        self._notices = tuple(notices)
        self._sse = SSEParser(max_bytes)
        self._assembler = Assembler()
        self._frames: list[bytes] = []
        self._error: JackfieldError | None = None
        self._closed = False

    @property
    def done(self) -> bool:
        """Whether the terminal event was seen: there is nothing more to read."""
        return self._parser.state is StreamState.DONE

    def open(self) -> Sequence[Event]:
        """The events that the headers alone give."""
        return self._guarded(lambda: self._parser.opening)

    def feed(self, chunk: bytes) -> Sequence[Event]:
        """The events that these bytes complete.

        Raises:
            ProviderError, DecodeError, PluginError: with `partial`; events before it have been returned by then.
        """
        if self._error is not None:
            raise self._error
        try:
            frames = self._sse.feed(chunk)
        except DecodeError as error:
            raise self._with_partial(error) from error
        return self._frames_to_events(frames)

    def close(self) -> Sequence[Event]:
        """The bytes have ended: the last events.

        Raises:
            IncompleteStream: they ended too early.
        """
        if self._error is not None:
            raise self._error
        if self._closed:
            return ()
        self._closed = True
        events = [*self._last_frame(), *self._guarded(self._parser.close)]
        if self._error is None and self._parser.state is StreamState.OPEN:
            self._error = self._with_partial(IncompleteStream(self._provider))
        if self._error is None:
            return [*events, *self._assembler.close()]
        if not events:
            raise self._error
        return events  # the next close() raises

    def result(self) -> "Result[None]":
        """Everything delivered so far as a Result; final after `close`."""
        raw = RawReply(status=self._response.status, headers=self._response.headers, frames=tuple(self._frames))
        return self._assembler.result(raw=raw, notices=self._notices)

    def _last_frame(self) -> Sequence[Event]:
        """A last line without its end counts if it makes sense; else the stream was cut inside of it."""
        if self.done:
            return ()
        return self._frames_to_events(self._sse.close(), cut_is_fine=True)

    def _frames_to_events(self, frames: Sequence[Frame], *, cut_is_fine: bool = False) -> Sequence[Event]:
        parser, events = self._parser, list[Event]()
        for frame in frames:
            if parser.state is StreamState.DONE:
                break
            try:
                new = parser.feed(frame)
            except Exception as error:  # noqa: BLE001 - a plugin may raise anything; it becomes one of ours
                if cut_is_fine and isinstance(error, DecodeError):
                    break
                self._error = self._ours(error)
                break
            self._frames.append(frame.data)
            if new:
                events.extend(new)
        delivered = self._assembler.feed(events)
        if self._error is not None:
            self._with_partial(self._error)
            if not delivered:
                raise self._error
        return delivered

    def _guarded(self, produce: Callable[[], Sequence[Event]]) -> Sequence[Event]:
        try:
            return self._assembler.feed(produce())
        except Exception as error:
            raise self._with_partial(self._ours(error)) from error

    def _ours(self, error: Exception) -> JackfieldError:
        if isinstance(error, JackfieldError):
            return error
        ours = PluginError(self._provider, f"{type(error).__name__}: {error}", hook="parse_stream")
        ours.__cause__ = error
        return ours

    def _with_partial(self, error: JackfieldError) -> JackfieldError:
        if isinstance(error, PartialReply):
            error.partial = self.result()
        return error
