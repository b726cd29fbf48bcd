"""A reply, whole or streamed, as events.

Strategy: a whole reply is read as a stream of one chunk whose choices hold a `message` in place of a `delta`, so that
both give the same events. What holds nothing but text or reasoning, and ids, a finish reason and usage beside it, is
read straight from its dict; everything else goes through the wire types, and in strict mode everything does: so the
wire types, and cattrs, are imported by the first reply that needs them. Rules: a key that is absent, null or
empty says nothing; ids and times may change from chunk to chunk, the first ones count; a delta is read before the
finish reason beside it.

A provider with events of its own subclasses `Reply`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jackfield import wire
from jackfield.dialects.chat_completions.differences import Differences
from jackfield.dialects.chat_completions.faults import loads_or_text, provider_error, request_id
from jackfield.dialects.chat_completions.quotas import rate_limits
from jackfield.errors import DecodeError, ProviderError
from jackfield.hookspecs import StreamState
from jackfield.http import HttpResponse
from jackfield.sse import Frame
from jackfield.think import ThinkSplitter
from jackfield.types import results
from jackfield.types.events import (
    Alternative,
    Event,
    Finish,
    LogprobsDelta,
    ProviderData,
    RateLimitsUpdate,
    ReasoningDelta,
    StreamStart,
    TextDelta,
    ToolCallDelta,
    UsageUpdate,
)
from jackfield.types.requests import GenerateRequest
from jackfield.types.results import FinishReason, TokenLogprob
from jackfield.wire import is_object

if TYPE_CHECKING:
    from jackfield.dialects.chat_completions.wiretypes import (
        Choice,
        Completion,
        Logprob,
        Logprobs,
        Message,
        ToolCall,
        TopLogprob,
    )

DONE = b"[DONE]"
_QUIET = frozenset(
    {"id", "object", "created", "model", "system_fingerprint", "choices", "delta", "role", "content", "reasoning"}
)
_CALLING = frozenset({"role", "tool_calls"})
_ENDING = frozenset({"message", "finish_reason"})
_COUNTS = {
    "input_tokens": ("prompt_tokens",),
    "output_tokens": ("completion_tokens",),
    "total_tokens": ("total_tokens",),
    "cached_tokens": ("prompt_tokens_details", "cached_tokens"),
    "reasoning_tokens": ("completion_tokens_details", "reasoning_tokens"),
}
_COUNTED = frozenset({int, type(None)})
_NAMED = frozenset({str, type(None)})


class Reply:
    """Reads one reply: a `StreamParser` for a streamed one, `whole` for the other kind."""

    def __init__(self, differences: Differences, request: GenerateRequest, response: HttpResponse) -> None:
        """Start with the answer's status and headers."""
        self.state = StreamState.OPEN
        limits = rate_limits(response.headers, differences.quotas)
        self.opening: Sequence[Event] = (RateLimitsUpdate(rate_limits=limits),) if limits else ()
        self.differences = differences
        self.response = response
        self.strict = request.strict
        self._think = differences.traits(request.model).think
        self._splitters: dict[int, ThinkSplitter | None] = {}
        self._unfinished: set[int] = set()
        self._index_of: dict[str, int] = {}
        self._facts: set[str] = set()
        self._quiet = _QUIET | differences.quiet
        paths = (*differences.usage_paths, *(path for _, path in differences.facts))
        self._simple = self._quiet | _ENDING | {path[0] for path in paths}
        if type(self).completion_events is not Reply.completion_events:
            self._simple = self._quiet
        self._whole = False
        self._started = False
        self._chosen = False

    # --- what a provider may override --------------------------------------------------------------------------------

    def message_events(self, message: "Message", index: int) -> Iterable[Event]:
        """The events of a message or delta, in the order in which its parts are to stand."""
        yield from self.reasoning(message)
        yield from self.text(message, index)
        yield from self.tool_calls(message)

    def completion_events(self, completion: "Completion") -> Iterable[Event]:  # noqa: ARG002 - for who overrides it
        """The events of the provider's own fields beside the choices. The plain format has none."""
        return ()

    def request_id(self, raw: Mapping[str, Any]) -> str | None:  # noqa: ARG002 - for who overrides it
        """The id to quote to the provider's support; `raw` is the reply or its first chunk."""
        return request_id(self.response.headers, self.differences)

    def error(self, chunk: Mapping[str, Any], frame: Frame) -> ProviderError | None:
        """The error that a frame carries instead of a chunk, or None. Frames of the type `error` do not get here."""
        if not chunk.get("error"):
            return None
        return provider_error(chunk, self.response, self.differences, in_stream=True, body=frame.data)

    # --- the stream --------------------------------------------------------------------------------------------------

    def feed(self, frame: Frame) -> Sequence[Event]:
        """The events of one frame.

        Raises:
            ProviderError: the frame carries an error.
            DecodeError: the frame is not what the provider documents.
        """
        data = frame.data
        if data == DONE:
            if not self._chosen:
                raise DecodeError("the reply has no choices", path="choices", body=data)
            self.state = StreamState.DONE
            return ()
        if frame.event == "error":
            raise provider_error(loads_or_text(data), self.response, self.differences, in_stream=True, body=data)
        chunk = wire.loads(data)
        if self._chosen and not self.strict:
            events = self._plain(chunk)
            if events is not None:
                return events
        return self._chunk(chunk, frame)

    def close(self) -> Sequence[Event]:
        """The text that was held back because it might have begun a tag."""
        return [_of(index, event) for index in sorted(self._splitters) for event in self._rest(index)]

    def whole(self, value: Any) -> Sequence[Event]:
        """The events of a whole reply.

        Raises:
            DecodeError: it is not what the provider documents.
        """
        self._whole = True
        events = list(self.opening)
        simple = self._simple_events(value)
        if simple is not None:
            return [*events, *simple, *self.close()]
        completion = wire.structure(value, self.differences.wire_type, strict=self.strict)
        if not completion.choices:
            raise DecodeError("the reply has no choices", path="choices", body=self.response.body)
        return [*events, *self._events(completion, value), *self.close()]

    def _plain(self, chunk: Any) -> Sequence[Event] | None:
        """The events of a chunk that holds a piece of text, reasoning or calls and nothing else; else None."""
        try:
            (choice,) = chunk["choices"]
            delta = choice["delta"]
            for level in (chunk, choice, delta):
                for name in level:
                    if name not in self._quiet and level[name]:
                        return self._calls_alone(delta) if name == "tool_calls" and level is delta else None
            text, thought = delta.get("content"), delta.get("reasoning")
        except (AttributeError, KeyError, TypeError, ValueError):
            return None
        if thought:
            return (ReasoningDelta(thought),) if type(thought) is str and not text else None
        return self._split(text, 0) if type(text) is str else None

    def _calls_alone(self, delta: Mapping[str, Any]) -> Sequence[Event] | None:
        """The events of a delta that holds pieces of calls and nothing else; else None. A wrong type may raise."""
        from jackfield.dialects.chat_completions.wiretypes import Function, Message, ToolCall

        if any(delta[name] for name in delta if name not in _CALLING):
            return None
        calls: list[ToolCall] = []
        for call in delta["tool_calls"]:
            function = call["function"]
            index, name, arguments = call["index"], function.get("name"), function["arguments"]
            words: set[type] = {type(name), type(call.get("id")), type(call.get("type"))}
            if type(index) is not int or type(arguments) is not str or not words <= _NAMED:
                return None
            calls.append(ToolCall(index=index, id=call.get("id"), function=Function(name=name, arguments=arguments)))
        return list(self.tool_calls(Message(tool_calls=tuple(calls))))

    def _chunk(self, chunk: Any, frame: Frame) -> Sequence[Event]:
        if not is_object(chunk):
            raise DecodeError("a chunk that is no object", body=frame.data)
        error = self.error(chunk, frame)
        if error is not None:
            raise error
        simple = self._simple_events(chunk)
        if simple is not None:
            return simple
        completion = wire.structure(chunk, self.differences.wire_type, strict=self.strict)
        return list(self._events(completion, chunk))

    def _simple_events(self, raw: Any) -> list[Event] | None:
        """The events of a reply or chunk without anything but text, ids, an ending and usage; else None."""
        try:
            (choice,) = raw["choices"]
            message = choice["message" if self._whole else "delta"]
            for level in (raw, choice, message):
                if any(level[name] for name in level if name not in self._simple):
                    return None
            word, text, thought = choice.get("finish_reason"), message.get("content"), message.get("reasoning")
            names: set[type] = {type(one) for one in (raw.get("id"), raw.get("model"), word, text, thought)}
        except (AttributeError, KeyError, TypeError, ValueError):
            return None
        if self.strict or choice.get("index", 0) != 0 or not names <= _NAMED:
            return None
        return [*self._beginning(raw), *self._body(text, thought, word), *self._beside(raw)]

    def _body(self, text: str | None, thought: str | None, word: str | None) -> Iterator[Event]:
        self._chosen = True
        self._unfinished.add(0)
        if thought:
            yield ReasoningDelta(thought)
        if text:
            yield from self._split(text, 0)
        if word:
            yield from self._rest(0)
            yield self._finish(word, 0)

    # --- one chunk ---------------------------------------------------------------------------------------------------

    def _events(self, completion: "Completion", raw: Mapping[str, Any]) -> Iterator[Event]:
        yield from self._beginning(raw)
        for choice in completion.choices:
            for event in self._choice(choice):
                yield _of(choice.index, event)
        yield from self.completion_events(completion)
        yield from self._beside(raw)

    def _beginning(self, raw: Mapping[str, Any]) -> Iterator[Event]:
        if not self._started:
            self._started = True
            yield StreamStart(id=raw.get("id"), model=raw.get("model"), request_id=self.request_id(raw))

    def _beside(self, raw: Mapping[str, Any]) -> Iterator[Event]:
        yield from self._new_facts(raw)
        usage = next((found for path in self.differences.usage_paths if (found := _at(raw, path))), None)
        if usage is not None:
            yield UsageUpdate(usage=read_usage(usage, strict=False))

    def _choice(self, choice: "Choice") -> Iterator[Event]:
        message = choice.delta if choice.message is None else choice.message
        self._chosen = True
        self._unfinished.add(choice.index)
        if message is not None:
            yield from self.message_events(message, choice.index)
        yield from self.logprobs(choice)
        if choice.finish_reason:
            yield from self._rest(choice.index)
            yield self._finish(choice.finish_reason, choice.index)

    def _finish(self, word: str, index: int) -> Finish:
        reason = self.differences.finish_reasons.get(word)
        if reason is None and self.strict:
            raise DecodeError(f"unknown finish reason {word!r}", path=f"choices[{index}].finish_reason")
        self._unfinished.discard(index)
        if not self._unfinished and self.differences.ends_with == "finish":
            self.state = StreamState.COMPLETE
        return Finish(reason=reason or FinishReason.OTHER, raw=word)

    def reasoning(self, message: "Message") -> Iterable[Event]:
        """The reasoning that has a field of its own."""
        text = message.reasoning or message.reasoning_content
        return (ReasoningDelta(text),) if text else ()

    def text(self, message: "Message", index: int) -> Sequence[Event]:
        """The text, with reasoning between think tags taken out of it."""
        return self._split(message.content, index) if message.content else ()

    def tool_calls(self, message: "Message") -> Iterable[Event]:
        """The calls, or the pieces of calls. In a whole reply a call's place is its index.

        Some models give one id to several calls (kimi, 2026): the further ones get an id from the core.
        """
        for position, call in enumerate(message.tool_calls or ()):
            index = position if self._whole else call.index
            repeated = index is not None and self._index_of.setdefault(call.id or "", index) != index
            yield _call_event(call, index, None if repeated else call.id or None)

    def logprobs(self, choice: "Choice") -> Iterable[Event]:
        """The log probabilities of a choice."""
        if choice.logprobs is not None:
            yield from logprob_events(choice.logprobs)

    def _new_facts(self, raw: Mapping[str, Any]) -> Iterable[Event]:
        found: dict[str, Any] = {}
        for name, path in self.differences.facts:
            if name not in self._facts and (value := _at(raw, path)) is not None:
                found.setdefault(name, value)
        self._facts.update(found)
        return (ProviderData(data=found),) if found else ()

    # --- think tags --------------------------------------------------------------------------------------------------

    def _split(self, text: str, index: int) -> Sequence[Event]:
        if index not in self._splitters:
            new = ThinkSplitter(unopened=self._think == "unopened") if self._think != "none" else None
            self._splitters[index] = new
        splitter = self._splitters[index]
        if splitter is None:
            return (TextDelta(text),) if text else ()
        events = splitter.feed(text)
        if splitter.done:
            self._splitters[index] = None
        return events

    def _rest(self, index: int) -> Sequence[Event]:
        splitter = self._splitters.get(index)
        return splitter.close() if splitter is not None else ()


def _of(index: int, event: Event) -> Event:
    """The event as one of that choice: the first choice's come bare."""
    return event if index == 0 else Alternative(index=index, event=event)


def _at(raw: Any, path: tuple[str, ...]) -> Any:
    """What stands there, or None."""
    for name in path:
        if not is_object(raw):
            return None
        raw = raw.get(name)
    return raw


def read_usage(raw: Mapping[str, Any], *, strict: bool) -> results.Usage:
    """Tokens billed, as far as the provider says.

    Raises:
        DecodeError: a count is no integer, or `strict` and a field is unknown.
    """
    counts = {ours: _at(raw, path) for ours, path in _COUNTS.items()}
    if strict or not _COUNTED.issuperset(map(type, counts.values())):
        from jackfield.dialects.chat_completions.wiretypes import Usage

        wire.structure(raw, Usage, strict=strict)
    return results.Usage(raw=raw, **counts)


def _call_event(call: "ToolCall", index: int | None, call_id: str | None) -> ToolCallDelta:
    arguments = call.function.arguments
    if not isinstance(arguments, str):
        arguments = "" if arguments is None else wire.dumps_text(arguments)
    return ToolCallDelta(index=index, id=call_id, name=call.function.name or None, arguments=arguments)


def logprob_events(logprobs: "Logprobs", *, reasoning: bool = False) -> Iterable[Event]:
    """The log probabilities of these tokens, if there are any."""
    tokens = (*(logprobs.content or ()), *(logprobs.refusal or ()))
    return (LogprobsDelta(tokens=tuple(map(_token, tokens)), reasoning=reasoning),) if tokens else ()


def _token(wire_token: "Logprob | TopLogprob") -> TokenLogprob:
    top: Sequence[TopLogprob] = getattr(wire_token, "top_logprobs", None) or ()
    return TokenLogprob(
        token=wire_token.token,
        logprob=wire_token.logprob,
        data=None if wire_token.bytes is None else _data(wire_token.bytes),
        top=tuple(map(_token, top)),
    )


def _data(numbers: tuple[int, ...]) -> bytes:
    try:
        return bytes(numbers)
    except ValueError as error:
        raise DecodeError(f"not bytes: {numbers[:20]}", path="logprobs") from error
