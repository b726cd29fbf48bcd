"""One streamed reply, as a flow that opens it and a core that both kinds of client drive.

Rules: there is no further attempt once the stream is open; an error after that carries what was delivered; observers
see an event before the caller does.
"""

from collections.abc import Sequence
from typing import Any

import attrs

from jackfield.assembly import events_of
from jackfield.errors import IncompleteStream, PartialReply, TimeoutExceeded, TransportError, UsageError
from jackfield.flow import Open, Steps, exchange
from jackfield.http import HttpResponse
from jackfield.operations.generate import Call, decoded, finish
from jackfield.operations.prepare import Prepared
from jackfield.session import StreamSession
from jackfield.types.events import Event
from jackfield.types.results import Result
from jackfield.values import frozen


@frozen(kw_only=True)
class Opened:
    """What answers a request for a stream: one of three.

    Attributes:
        body: the transport's open stream.
        response: an event stream that middleware gave whole.
        result: a reply that came whole although a stream was asked for.
    """

    body: Any = None
    response: HttpResponse | None = None
    result: "Result[None] | None" = None


def open_stream(call: Call, prepared: Prepared) -> Steps[Opened]:
    """Open the stream, retrying until the provider accepts or no attempt is left."""
    provider, request, http = call.provider, prepared.request, prepared.http
    provider.notify("call_started", call_id=call.id, request=request, http_request=http)

    def accept(outcome: Any) -> Opened:
        if not isinstance(outcome, HttpResponse):
            return Opened(body=outcome)
        if outcome.is_event_stream:
            return Opened(response=outcome)
        result = decoded(call, request, outcome)
        provider.notify("call_answered", call_id=call.id, request=request, http_request=http, response=outcome)
        return Opened(result=finish(call, prepared, result, outcome))

    try:
        answer = provider.answer_request(call.id, request, http)
        return (yield from exchange(Open(http), call.retries, accept)) if answer is None else accept(answer)
    except BaseException as error:
        provider.notify_failed(error, call_id=call.id, request=request)
        raise


class StreamCore:
    """What a stream does besides reading: bytes to events, observers, the result, errors with what was delivered."""

    def __init__(self, call: Call, prepared: Prepared) -> None:
        """Nothing is open yet."""
        self.call = call
        self.prepared = prepared
        self._session: StreamSession | None = None
        self._result: Result[Any] | None = None
        self._whole: bytes | None = None
        self._ended = False
        self._watched = call.provider.observes("call_event")
        self._kept: list[bytes] | None = [] if call.provider.observes("call_answered") else None
        self._head = HttpResponse(status=0)

    @property
    def ended(self) -> bool:
        """Whether the observers have been told how it ended: nothing more will be read."""
        return self._ended

    @property
    def finished(self) -> bool:
        """Whether there is a result."""
        return self._result is not None

    @property
    def reading(self) -> bool:
        """Whether there may be more to read."""
        return self._session is not None and not self._session.done

    @property
    def complete(self) -> bool:
        """Whether the bytes may end here."""
        return self._session is None or self._session.complete

    @property
    def result(self) -> "Result[Any]":
        """The final result.

        Raises:
            UsageError: the stream has not been read to its end, or was left or failed before it.
        """
        if self._result is None:
            msg = "the stream is not finished: read it to its end, or call until_done()"
            if self._ended:
                msg = "there is no result, because the stream was left or failed before its end"
            raise UsageError(f"{msg}; .partial is what came so far")
        return self._result

    @property
    def partial(self) -> "Result[Any] | None":
        """Everything delivered so far; None before anything was, and if a plugin's events make no result."""
        return self._result or (self._session.partial() if self._session is not None else None)

    def start(self, opened: Opened) -> Sequence[Event]:
        """The events that are there before anything is read."""
        if opened.result is not None:
            self._result = opened.result
            return self._observed(events_of(opened.result))
        head = opened.response or opened.body.head
        self._head = head
        provider = self.call.provider
        parser = provider.parse_stream(self.prepared.request, head)
        self._session = StreamSession(provider.id, parser, head, notices=self.prepared.notices)
        self._whole = opened.response.body if opened.response is not None else None
        return self._observed(self._session.open())

    def feed(self, chunk: bytes) -> Sequence[Event]:
        """The events that these bytes complete. Raises what `StreamSession.feed` raises."""
        assert self._session is not None  # noqa: S101 - a reply that came whole is never read
        if self._kept is not None:
            self._kept.append(chunk)
        events = self._session.feed(chunk)
        return self._observed(events) if self._watched else events

    def end(self) -> Sequence[Event]:
        """The last events. Call it again until it gives none; then `result` is there.

        Raises:
            IncompleteStream: the bytes ended too early.
            OutputError: the reply does not fit the wanted output.
        """
        if self._session is None:
            return ()
        if self._whole is not None:
            whole, self._whole = self._whole, None
            return self.feed(whole) or self.end()
        events = self._session.close()
        if not events and self._result is None:
            self._answered()
            self._result = finish(self.call, self.prepared, self._session.result(), None)
        return self._observed(events)

    def failure(self, error: BaseException) -> BaseException:
        """The error to raise for this one: with the partial reply, a broken connection as an IncompleteStream."""
        if isinstance(error, TransportError) and not isinstance(error, TimeoutExceeded) and self._session is not None:
            cut = IncompleteStream(self.call.provider.id)
            cut.__cause__ = error
            error = cut
        if isinstance(error, PartialReply) and error.partial is None:
            error.partial = self.partial
        return error

    def leave(self, error: BaseException | None) -> None:
        """Tell the observers how it ended, once."""
        if self._ended:
            return
        self._ended = True
        provider, call_id, request = self.call.provider, self.call.id, self.prepared.request
        if error is None and self._result is not None:
            provider.notify("call_finished", call_id=call_id, request=request, result=self._result)
        else:
            error = error or GeneratorExit("the stream was left before its end")
            provider.notify_failed(error, call_id=call_id, request=request)

    def _answered(self) -> None:
        """Tell the observers the bytes of a stream that was decoded to its end."""
        if self._kept is not None:
            response = attrs.evolve(self._head, body=b"".join(self._kept))
            self.call.provider.notify(
                "call_answered",
                call_id=self.call.id,
                request=self.prepared.request,
                http_request=self.prepared.http,
                response=response,
            )
            self._kept = None

    def _observed(self, events: Sequence[Event]) -> Sequence[Event]:
        if self._watched:
            for event in events:
                self.call.provider.notify(
                    "call_event", call_id=self.call.id, request=self.prepared.request, event=event
                )
        return events
