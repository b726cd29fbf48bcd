"""From events to a Result, for whole and streamed replies alike.

Strategy: a plugin turns either kind of reply into the same events; the assembler here collects them, so that
`generate(...)` and `stream(...).result` cannot differ. Rules: text and reasoning grow as lists of pieces (no quadratic
joins); a delta with opaque state is a part of its own; tool calls are assembled as `toolparts` says.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

import attrs

from jackfield.toolparts import OpenCall, OpenCalls, make_tool_call, parse_arguments, synthetic_id
from jackfield.types.events import (
    Alternative,
    Event,
    Finish,
    LogprobsDelta,
    MediaDelta,
    NoticeEvent,
    ProviderData,
    RateLimitsUpdate,
    ReasoningDelta,
    StreamStart,
    TextDelta,
    TextWasReasoning,
    ToolCallDelta,
    UsageUpdate,
)
from jackfield.types.messages import Message
from jackfield.types.parts import (
    Audio,
    Citation,
    Document,
    Image,
    Media,
    Opaque,
    Part,
    ProviderPart,
    Reasoning,
    ServerTool,
    Text,
    ToolCall,
    Video,
)
from jackfield.types.results import FinishReason, Notice, RawReply, Result, TokenLogprob, Usage
from jackfield.wire import joined

__all__ = ["Assembler", "assemble", "events_of", "make_tool_call", "parse_arguments", "synthetic_id"]

_MEDIA: tuple[type[Media], ...] = (Image, Audio, Video, Document)


@attrs.define(eq=False, repr=False)
class _Run:
    """Text or reasoning that grows."""

    kind: type[Text] | type[Reasoning]
    pieces: list[str]
    opaque: Opaque | None = None

    def part(self) -> Part:
        return self.kind(joined(self.pieces), opaque=self.opaque)


@attrs.define(eq=False, repr=False)
class _Medium:
    """One medium that grows."""

    mime_type: str
    pieces: list[bytes]
    opaque: Opaque | None = None

    def part(self) -> Part:
        cls = next((one for one in _MEDIA if self.mime_type.startswith(one.prefixes)), Document)
        mime_type = self.mime_type if self.mime_type.startswith(cls.prefixes) else "application/octet-stream"
        return cls(data=b"".join(self.pieces), mime_type=mime_type, opaque=self.opaque)


class Assembler:
    """Collects the events of one reply."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._items: list[_Run | _Medium | OpenCall | Part] = []
        self._calls = OpenCalls()
        self._server_tools: dict[int, int] = {}
        self._facts: dict[str, Any] = {}
        self._notices: list[Notice] = []
        self._provider_data: dict[str, Any] = {}
        self._logprobs: dict[bool, list[TokenLogprob]] = {}
        self._others: dict[int, Assembler] = {}
        self._text: list[str] | None = None
        self.finished = False

    def feed(self, events: Sequence[Event]) -> Sequence[Event]:
        """Take events in; return what the caller is to see: the same events, and the tool calls that became whole.

        Raises:
            TypeError: it is no event, or its text is none, which is the plugin's fault.
        """
        delivered: list[Event] | None = None
        for position, event in enumerate(events):
            if (
                type(event) is TextDelta
                and event.opaque is None
                and self._text is not None
                and event.text.__class__ is str
            ):
                self._text.append(event.text)
            else:
                self._text = None
                before = self._finish_calls() if type(event) is Finish else ()
                if before and delivered is None:
                    delivered = list(events[:position])
                if delivered is not None:
                    delivered.extend(before)
                take = self._take.get(type(event))
                if take is None:
                    msg = f"a {type(event).__name__} is no event"
                    raise TypeError(msg)
                take(self, event)
            if delivered is not None:
                delivered.append(event)
        return events if delivered is None else delivered

    def close(self) -> Sequence[Event]:
        """The reply is complete: the tool calls that no Finish event closed."""
        for other in self._others.values():
            other.close()
        return self._finish_calls()

    def result(self, *, raw: RawReply | None = None, notices: Iterable[Notice] = ()) -> "Result[None]":
        """Everything so far as a Result. Tool calls that are still open and not whole are named in a warning."""
        parts = tuple(part for item in self._items if (part := self._part(item)) is not None)
        calls = any(isinstance(part, ToolCall) for part in parts)
        facts = dict(self._facts)
        negative = _negative_counts(facts.get("usage"))
        if negative:
            facts["usage"] = attrs.evolve(facts["usage"], **dict.fromkeys(negative))
            message = f"the provider counted less than nothing, which says nothing: {', '.join(negative)}"
            notices = (*notices, Notice(code="negative-usage", message=message))
        if calls and facts.get("finish_reason") is FinishReason.STOP:
            facts["finish_reason"] = FinishReason.TOOL_CALLS
        return Result(
            message=Message(role="assistant", parts=parts),
            output=None,
            logprobs=tuple(self._logprobs[False]) if False in self._logprobs else None,
            reasoning_logprobs=tuple(self._logprobs[True]) if True in self._logprobs else None,
            warnings=(*notices, *self._notices, *self._calls.cut_off()),
            provider_data=dict(self._provider_data),
            alternatives=tuple(self._others[index].result() for index in sorted(self._others)),
            raw=raw,
            **facts,
        )

    # --- one method an event class, looked up in _take

    def _take_text(self, event: TextDelta) -> None:
        self._text = self._grow(Text, event.text, event.opaque)

    def _take_reasoning(self, event: ReasoningDelta) -> None:
        self._grow(Reasoning, event.text, event.opaque)

    def _grow(self, kind: type[Text] | type[Reasoning], text: Any, opaque: Opaque | None) -> list[str] | None:
        if not isinstance(text, str):
            msg = f"a delta of text holds a {type(text).__name__}"
            raise TypeError(msg)
        last = self._items[-1] if self._items else None
        if opaque is None and isinstance(last, _Run) and last.kind is kind and last.opaque is None:
            last.pieces.append(text)
            return last.pieces
        if not text and opaque is None:
            return None
        run = _Run(kind, [text], opaque)
        self._items.append(run)
        return run.pieces if opaque is None else None

    def _take_text_was_reasoning(self, _event: TextWasReasoning) -> None:
        for item in self._items:
            if isinstance(item, _Run):
                item.kind = Reasoning

    def _take_delta(self, delta: ToolCallDelta) -> None:
        begun = self._calls.take(delta)
        if begun is not None:
            self._items.append(begun)

    def _take_part(self, event: Part) -> None:
        self._items.append(event)

    def _take_server_tool(self, event: ServerTool) -> None:
        place = len(self._items)
        if event.index is not None:
            place = self._server_tools.setdefault(event.index, place)
        self._items[place : place + 1] = [event]  # behind the last one, this appends

    def _take_media(self, event: MediaDelta) -> None:
        last = self._items[-1] if self._items else None
        if event.append and isinstance(last, _Medium) and last.mime_type == event.mime_type:
            last.pieces.append(event.data)
            last.opaque = last.opaque or event.opaque
        else:
            self._items.append(_Medium(event.mime_type, [event.data], event.opaque))

    def _take_logprobs(self, event: LogprobsDelta) -> None:
        self._logprobs.setdefault(event.reasoning, []).extend(event.tokens)

    def _take_start(self, event: StreamStart) -> None:
        for name in ("id", "model", "request_id"):
            value = getattr(event, name)
            if value is not None:
                self._facts.setdefault(name, value)

    def _take_usage(self, event: UsageUpdate) -> None:
        self._facts["usage"] = event.usage

    def _take_rate_limits(self, event: RateLimitsUpdate) -> None:
        self._facts["rate_limits"] = event.rate_limits

    def _take_finish(self, event: Finish) -> None:
        self._facts.update(finish_reason=event.reason, finish_reason_raw=event.raw, finish_message=event.message)
        self.finished = True

    def _take_notice(self, event: NoticeEvent) -> None:
        self._notices.append(event.notice)

    def _take_provider_data(self, event: ProviderData) -> None:
        self._provider_data.update(event.data)

    def _take_alternative(self, event: Alternative) -> None:
        self._others.setdefault(event.index, Assembler()).feed((event.event,))

    _take: ClassVar[Mapping[type, Callable[[Any, Any], None]]] = {
        TextDelta: _take_text,
        ReasoningDelta: _take_reasoning,
        TextWasReasoning: _take_text_was_reasoning,
        ToolCallDelta: _take_delta,
        ToolCall: _take_part,
        ServerTool: _take_server_tool,
        Citation: _take_part,
        ProviderPart: _take_part,
        MediaDelta: _take_media,
        LogprobsDelta: _take_logprobs,
        StreamStart: _take_start,
        UsageUpdate: _take_usage,
        RateLimitsUpdate: _take_rate_limits,
        Finish: _take_finish,
        NoticeEvent: _take_notice,
        ProviderData: _take_provider_data,
        Alternative: _take_alternative,
    }

    # --- tool calls

    def _finish_calls(self) -> Sequence[ToolCall]:
        return self._calls.finish(self._facts.get("id"))

    def _part(self, item: "_Run | _Medium | OpenCall | Part") -> Part | None:
        if isinstance(item, OpenCall):
            return item.call(self._facts.get("id")) if item.finished is None and item.whole() else item.finished
        return item.part() if isinstance(item, _Run | _Medium) else item


def _negative_counts(usage: Usage | None) -> Sequence[str]:
    counts: Mapping[str, Any] = {} if usage is None else attrs.asdict(usage, filter=lambda one, _: one.name != "raw")
    return [name for name, count in counts.items() if count is not None and count < 0]


def assemble(events: Iterable[Event], *, raw: RawReply | None = None) -> "Result[None]":
    """The Result of a whole reply's events."""
    assembler = Assembler()
    assembler.feed(tuple(events))
    assembler.close()
    return assembler.result(raw=raw)


def events_of(result: "Result[None]") -> Sequence[Event]:
    """The events that would have made this result, for a provider that answers whole although it was asked to stream.

    Media of which there is only a URL have no event; they are in the result.
    """
    events: list[Event] = [StreamStart(id=result.id, model=result.model, request_id=result.request_id)]
    if result.rate_limits:
        events.append(RateLimitsUpdate(rate_limits=result.rate_limits))
    events += [event for part in result.message.parts if (event := _event(part)) is not None]
    events += [
        LogprobsDelta(tokens=tokens, reasoning=reasoning)
        for tokens, reasoning in ((result.logprobs, False), (result.reasoning_logprobs, True))
        if tokens is not None
    ]
    events += [NoticeEvent(notice=notice) for notice in result.warnings]
    if result.provider_data:
        events.append(ProviderData(data=result.provider_data))
    if result.finish_reason is not None:
        events.append(Finish(reason=result.finish_reason, raw=result.finish_reason_raw, message=result.finish_message))
    if result.usage is not None:
        events.append(UsageUpdate(usage=result.usage))
    for index, other in enumerate(result.alternatives, 1):
        events += [Alternative(index=index, event=event) for event in events_of(other)]
    return events


def _event(part: Part) -> Event | None:
    if isinstance(part, Text):
        return TextDelta(part.text, opaque=part.opaque)
    if isinstance(part, Reasoning):
        return ReasoningDelta(part.text, opaque=part.opaque)
    if isinstance(part, Media) and part.data is not None:
        return MediaDelta(data=part.data, mime_type=part.mime_type or "", opaque=part.opaque)
    return part if isinstance(part, ToolCall | ServerTool | Citation | ProviderPart) else None
