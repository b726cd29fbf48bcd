"""One streamed reply, without I/O: bytes in, events out, a Result at the end.

Strategy: bytes -> frames (`sse`) -> events (the plugin's parser) -> the assembler. The drivers only read bytes and hand
them in. Rules: events that were decoded before an error are delivered before it; an error carries everything delivered
as `partial`; bytes that end before the parser says COMPLETE or DONE are an `IncompleteStream`; nothing after DONE is
looked at; whatever a parser raises or returns becomes one of our errors.
"""

from collections.abc import Callable, Sequence

from jackfield import wire
from jackfield.assembly import Assembler
from jackfield.errors import DecodeError, IncompleteStream, JackfieldError, PartialReply, PluginError, UsageError
from jackfield.hookspecs import StreamParser, StreamState
from jackfield.http import HttpResponse
from jackfield.sse import DEFAULT_MAX_BYTES, Frame, SSEParser
from jackfield.types.events import Event
from jackfield.types.fields import clipped
from jackfield.types.results import Notice, RawReply, Result

_STATES = tuple(StreamState)
_WHOLE = (StreamState.COMPLETE, StreamState.DONE)


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
        """Whether there is nothing more to read: the terminal event was seen, or an error waits to be raised."""
        return self._error is not None or self._parser.state is StreamState.DONE

    @property
    def complete(self) -> bool:
        """Whether the bytes may end here: the reply is whole, even if more could follow."""
        return self._error is None and self._parser.state in _WHOLE

    def open(self) -> Sequence[Event]:
        """The events that the headers alone give. Raises what `feed` raises."""
        return self._delivered(self._take(lambda: self._assembler.feed(self._parser.opening)))

    def feed(self, chunk: bytes) -> Sequence[Event]:
        """The events that these bytes complete.

        Raises:
            ProviderError, DecodeError, PluginError: with `partial`; events before it have been returned by then.
        """
        return self._delivered(self._frames_to_events(self._sse.feed, chunk) if self._error is None else ())

    def close(self) -> Sequence[Event]:
        """The bytes have ended: the last events. Call it again until it gives none.

        Raises:
            IncompleteStream: they ended too early.
            ProviderError, DecodeError, PluginError: see `feed`.
        """
        if self._failed() or self._closed:
            return self._delivered(())
        self._closed = True
        events = [*self._last_frame()]
        if not self._failed():
            events += self._take(lambda: self._assembler.feed(self._parser.close()))
        if not self._failed() and self._parser.state is StreamState.OPEN:
            self._fail(IncompleteStream(self._provider))
        if not self._failed():
            events += self._take(self._assembler.close)
        return self._delivered(events)

    def result(self) -> "Result[None]":
        """Everything delivered so far as a Result; final after `close`. PluginError if the events make none."""
        raw = RawReply(status=self._response.status, headers=self._response.headers, frames=tuple(self._frames))
        try:
            return self._assembler.result(raw=raw, notices=self._notices)
        except Exception as error:
            raise self._foreign(error) from error

    def partial(self) -> "Result[None] | None":
        """The same for an error to carry: None if the events make no result."""
        try:
            return self.result()
        except PluginError:
            return None

    def _failed(self) -> bool:
        return self._error is not None

    def _last_frame(self) -> Sequence[Event]:
        """A last line without its end counts unless the stream was cut inside of it."""
        return () if self.done else self._frames_to_events(self._sse.close, may_be_torn=True)

    def _frames_to_events(
        self, read: Callable[..., Sequence[Frame]], *chunk: bytes, may_be_torn: bool = False
    ) -> Sequence[Event]:
        parser, assembler = self._parser, self._assembler
        events: list[Event] = []
        try:
            for frame in read(*chunk):
                if parser.state is StreamState.DONE or (may_be_torn and _torn(frame)):
                    break
                self._frames.append(frame.data)
                events += assembler.feed(parser.feed(frame))
            if parser.state not in _STATES:
                raise self._strange_state()
        except Exception as error:  # noqa: BLE001 - as in _take; what came before is delivered first
            self._fail(error)
        return events

    def _take(self, assemble: Callable[[], Sequence[Event]]) -> Sequence[Event]:
        """Events that are assembled; an error is kept until they have been delivered."""
        events: Sequence[Event] = ()
        try:
            events = assemble()
            if self._parser.state not in _STATES:
                raise self._strange_state()
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything; it becomes one of ours
            self._fail(error)
        return events

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, JackfieldError) or isinstance(error, UsageError):  # the caller is not to blame
            ours = self._foreign(error)
            ours.__cause__ = error
            error = ours
        if isinstance(error, PartialReply):
            error.partial = self.partial()
        self._error = error

    def _foreign(self, error: Exception) -> PluginError:
        return PluginError(self._provider, f"{type(error).__name__}: {error}", hook="parse_stream")

    def _strange_state(self) -> PluginError:
        message = f"the parser's state is {clipped(self._parser.state)}, expected a StreamState"
        return PluginError(self._provider, message, hook="parse_stream")

    def _delivered(self, events: Sequence[Event]) -> Sequence[Event]:
        """The events if there are any; else the error that was kept, which a further call raises again."""
        if not events and self._error is not None:
            raise self._error
        return events


def _torn(frame: Frame) -> bool:
    """Whether JSON begins there and does not end, or has not even begun."""
    if not frame.data.strip():
        return True
    if frame.data[:1] != b"{":
        return frame.data[:1] == b"[" and not frame.data.endswith(b"]")
    try:
        wire.loads(frame.data)
    except DecodeError:
        return True
    return False
