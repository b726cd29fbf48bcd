"""A reply, whole or streamed: a whole message is read as a stream whose blocks come complete.

The terminal event is `message_stop`; an end before it is an `IncompleteStream`. Events of an unknown type are skipped,
as Anthropic asks of its clients, and are errors in strict mode.

Source: https://platform.claude.com/docs/en/build-with-claude/streaming (2026-11)
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from jackfield import wire
from jackfield.assembly import assemble
from jackfield.errors import DecodeError
from jackfield.hookspecs import StreamState
from jackfield.http import HttpResponse
from jackfield.sse import Frame
from jackfield.types import results
from jackfield.types.events import (
    Event,
    Finish,
    ProviderData,
    RateLimitsUpdate,
    ReasoningDelta,
    StreamStart,
    TextDelta,
    UsageUpdate,
)
from jackfield.types.requests import Request
from jackfield.types.results import FinishReason, RawReply, Result
from jackfield_anthropic.blocks import BlockReader
from jackfield_anthropic.errors import error_from, error_of, rate_limits
from jackfield_anthropic.shapes import Json, is_object
from jackfield_anthropic.wiretypes import Delta, Message, StreamEvent, Usage

FINISH_REASONS: Mapping[str, FinishReason] = {
    "end_turn": FinishReason.STOP,
    "stop_sequence": FinishReason.STOP,
    "max_tokens": FinishReason.LENGTH,
    "model_context_window_exceeded": FinishReason.LENGTH,
    "tool_use": FinishReason.TOOL_CALLS,
    "refusal": FinishReason.CONTENT_FILTER,
    "pause_turn": FinishReason.OTHER,
}
_QUICK: Mapping[str, tuple[str, type[TextDelta] | type[ReasoningDelta]]] = {
    "text_delta": ("text", TextDelta),
    "thinking_delta": ("thinking", ReasoningDelta),
}


def decode(request: Request, response: HttpResponse) -> Result[None]:
    """The result of a finished answer.

    Raises:
        ProviderError: its status is no success, or it is an error all the same.
        DecodeError: it is not what Anthropic documents.
    """
    if response.status >= 300:
        raise error_from(response)
    value = wire.loads(response.body)
    if is_object(value) and value.get("type") == "error":
        raise error_of(value, response, body=response.body)
    parser = MessageParser.of(request, response)
    events = (*parser.opening, *parser.whole(value))
    return assemble(events, raw=RawReply(status=response.status, headers=response.headers, body=response.body))


@attrs.define
class MessageParser:
    """Decodes one reply; see `jackfield.hookspecs.StreamParser`."""

    strict: bool
    response: HttpResponse
    opening: Sequence[Event] = ()
    state: StreamState = StreamState.OPEN
    _blocks: dict[int, BlockReader] = attrs.field(factory=dict[int, BlockReader], init=False)
    _usage: dict[str, Any] = attrs.field(factory=dict[str, Any], init=False)

    @classmethod
    def of(cls, request: Request, response: HttpResponse) -> "MessageParser":
        """Start with what the headers say."""
        limits = rate_limits(response.headers)
        opening = (RateLimitsUpdate(rate_limits=limits),) if limits else ()
        return cls(strict=request.strict, response=response, opening=opening)

    def feed(self, frame: Frame) -> Sequence[Event]:
        """The events of one frame. Raises as `StreamParser.feed` does."""
        value = wire.loads(frame.data)
        if not self.strict and (quick := self._quick(value)) is not None:
            return (quick,)
        if is_object(value) and value.get("type") == "error":
            raise error_of(value, self.response, in_stream=True, body=frame.data)
        event = wire.structure(value, StreamEvent, strict=self.strict)
        read = _EVENTS.get(event.type)
        if read is None and self.strict:
            raise DecodeError(f"unknown event {event.type!r}", path="type", body=frame.data)
        return list(read(self, event)) if read is not None else ()

    def close(self) -> Sequence[Event]:
        """Nothing is held back."""
        return ()

    def whole(self, value: Any) -> Iterator[Event]:
        """The events of a whole message. Raises DecodeError."""
        message = wire.structure(value, Message, strict=self.strict)
        yield self._started(message)
        for index, raw in enumerate(message.content):
            reader = BlockReader.of(index, raw, strict=self.strict)
            yield from reader.start()
            yield from reader.stop()
        yield from self._ended(message, message.usage)

    def _quick(self, value: Any) -> Event | None:
        """The event of a frame that only holds a piece of text; None: it is another one."""
        try:
            delta = value["delta"]
            name, event = _QUICK[delta["type"]]
            text = delta[name]
        except (KeyError, TypeError):
            return None
        plain = type(text) is str and text and value.get("index") in self._blocks
        return event(text) if plain else None

    # --- one method an event type, looked up in _EVENTS

    def on_start(self, event: StreamEvent) -> Iterator[Event]:
        """Who answers, and what the prompt costs."""
        if event.message is None:
            raise DecodeError("a start without a message", path="message")
        yield self._started(event.message)
        self._usage.update(event.message.usage or {})
        yield from self._billed()

    def on_block(self, event: StreamEvent) -> Iterator[Event]:
        """A block begins."""
        if event.index is None or event.content_block is None:
            raise DecodeError("a block without its place or content", path="content_block")
        reader = BlockReader.of(event.index, event.content_block, strict=self.strict)
        self._blocks[event.index] = reader
        yield from reader.start()

    def on_piece(self, event: StreamEvent) -> Iterator[Event]:
        """More of an open block."""
        yield from self._open(event).piece(event.delta)

    def on_stop(self, event: StreamEvent) -> Iterator[Event]:
        """A block is whole."""
        yield from self._open(event).stop()

    def on_delta(self, event: StreamEvent) -> Iterator[Event]:
        """How the message ends, and what it costs."""
        yield from self._ended(wire.structure(event.delta or {}, Delta, strict=self.strict), event.usage)

    def on_done(self, _event: StreamEvent) -> Iterable[Event]:
        """The terminal event."""
        self.state = StreamState.DONE
        return ()

    def on_ping(self, _event: StreamEvent) -> Iterable[Event]:
        """A sign of life."""
        return ()

    # --- what they share

    def _open(self, event: StreamEvent) -> BlockReader:
        reader = self._blocks.get(-1 if event.index is None else event.index)
        if reader is None:
            raise DecodeError(f"block {event.index} was never started", path="index")
        return reader

    def _started(self, message: Message) -> StreamStart:
        return StreamStart(id=message.id, model=message.model, request_id=self.response.headers.get("request-id"))

    def _ended(self, delta: Delta, usage: Json | None) -> Iterator[Event]:
        facts = {
            "stop_sequence": delta.stop_sequence,
            "stop_details": delta.stop_details,
            "container": delta.container,
        }
        known = {name: fact for name, fact in facts.items() if fact is not None}
        if known:
            yield ProviderData(data=known)
        if delta.stop_reason is not None:
            yield self._finish(delta.stop_reason, delta.stop_details or {})
        self._usage.update({name: count for name, count in (usage or {}).items() if count is not None})
        yield from self._billed()

    def _finish(self, word: str, details: Json) -> Finish:
        reason = FINISH_REASONS.get(word)
        if reason is None and self.strict:
            raise DecodeError(f"unknown stop reason {word!r}", path="stop_reason")
        explanation = details.get("explanation")
        message = explanation if isinstance(explanation, str) else None
        return Finish(reason=reason or FinishReason.OTHER, raw=word, message=message)

    def _billed(self) -> Iterator[Event]:
        """The counts so far, which are cumulative. `input_tokens` leaves out what the cache gave."""
        if not self._usage:
            return
        usage = wire.structure(self._usage, Usage, strict=self.strict)
        details = usage.output_tokens_details
        counts = results.Usage(
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            reasoning_tokens=details.thinking_tokens if details else None,
            cached_tokens=usage.cache_read_input_tokens,
            raw=dict(self._usage),
        )
        yield UsageUpdate(usage=counts)


_EVENTS: Mapping[str, Callable[[MessageParser, StreamEvent], Iterable[Event]]] = {
    "message_start": MessageParser.on_start,
    "content_block_start": MessageParser.on_block,
    "content_block_delta": MessageParser.on_piece,
    "content_block_stop": MessageParser.on_stop,
    "message_delta": MessageParser.on_delta,
    "message_stop": MessageParser.on_done,
    "ping": MessageParser.on_ping,
}
