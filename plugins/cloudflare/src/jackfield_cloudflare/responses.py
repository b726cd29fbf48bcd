"""The Responses-shaped answers of gpt-oss, whole and streamed, to events.

Rules: one event name, one function, in a table; a reasoning item is kept whole as opaque state, because it may be sent
back; a streamed reply ends with `response.completed` or `response.incomplete`. Documented and typed by the vendor,
never recorded.

Source: https://developers.cloudflare.com/workers-ai/models/gpt-oss-120b/
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jackfield import wire
from jackfield.errors import DecodeError
from jackfield.http import HttpResponse
from jackfield.types.events import Event, Finish, ReasoningDelta, StreamStart, TextDelta, ToolCallDelta, UsageUpdate
from jackfield.types.parts import Opaque
from jackfield.types.results import FinishReason, Usage
from jackfield.values import frozen
from jackfield.wire import is_object
from jackfield_cloudflare.errors import PROVIDER
from jackfield_cloudflare.wiretypes import is_list

_STATUS = {"completed": FinishReason.STOP, "cancelled": FinishReason.OTHER, "failed": FinishReason.ERROR}
_UNDER_WAY: Mapping[str, None] = {"in_progress": None, "queued": None}
_INCOMPLETE = {"max_output_tokens": FinishReason.LENGTH, "content_filter": FinishReason.CONTENT_FILTER}


@frozen(kw_only=True)
class InputDetails:
    """Part of the input tokens."""

    cached_tokens: int | None = None


@frozen(kw_only=True)
class OutputDetails:
    """Part of the output tokens."""

    reasoning_tokens: int | None = None


@frozen(kw_only=True)
class ResponsesUsage:
    """Tokens of one reply."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    total_tokens: int | None = None
    input_tokens_details: InputDetails | None = None
    output_tokens_details: OutputDetails | None = None


@frozen(kw_only=True)
class Content:
    """A piece of a message or of reasoning: `output_text`, `refusal`, `reasoning_text`, `summary_text`."""

    type: str
    text: str | None = None
    refusal: str | None = None
    annotations: Any = None
    logprobs: Any = None


@frozen(kw_only=True)
class Item:
    """One output item: a message, reasoning, or a function call."""

    type: str
    id: str | None = None
    status: str | None = None
    role: str | None = None
    content: tuple[Content, ...] | None = None
    summary: tuple[Content, ...] | None = None
    encrypted_content: str | None = None
    call_id: str | None = None
    name: str | None = None
    arguments: str | None = None


@frozen(kw_only=True)
class Incomplete:
    """Why a reply is not complete."""

    reason: str | None = None


@frozen(kw_only=True)
class Reply:
    """What is read of a response object; the rest of it repeats the request."""

    id: str | None = None
    model: str | None = None
    status: str | None = None
    output: tuple[Item, ...] = ()
    usage: ResponsesUsage | None = None
    incomplete_details: Incomplete | None = None


_REPEATED = frozenset(
    {
        "object", "created_at", "output_text", "error", "instructions", "metadata", "parallel_tool_calls",
        "temperature", "tool_choice", "tools", "top_p", "background", "conversation", "max_output_tokens",
        "max_tool_calls", "previous_response_id", "prompt", "prompt_cache_key", "reasoning",
        "safety_identifier", "service_tier", "text", "top_logprobs", "truncation", "user", "store",
    }
)  # fmt: skip


def is_reply(output: Mapping[str, Any]) -> bool:
    """Whether an answer is of this shape."""
    return output.get("object") == "response" or is_list(output.get("output"))


def is_event(chunk: Mapping[str, Any]) -> bool:
    """Whether an event of a stream is of this shape."""
    name = chunk.get("type")
    return isinstance(name, str) and name.startswith("response.")


def errors(chunk: Mapping[str, Any]) -> list[Any]:
    """The error that an event of a stream is, in a list; empty if it is none."""
    name = chunk.get("type")
    if name == "error":
        return [chunk.get("error") or chunk]
    if name != "response.failed":
        return []
    reply = chunk.get("response")
    return [(reply.get("error") if is_object(reply) else None) or {}]


def _reply(value: Any, *, strict: bool) -> Reply:
    if not is_object(value):
        raise DecodeError("expected a response object", path="response")
    known = {name: one for name, one in value.items() if one is not None and name not in _REPEATED}
    return wire.structure(known, Reply, strict=strict)


def whole(output: Mapping[str, Any], response: HttpResponse, *, strict: bool) -> Iterator[Event]:
    """The events of a whole answer.

    Raises:
        DecodeError: it is not what the vendor documents.
    """
    reply = _reply(output, strict=strict)
    yield _start(reply, response)
    raw_items = output.get("output") or ()
    for index, (item, raw) in enumerate(zip(reply.output, raw_items, strict=True)):
        yield from _item(index, item, raw)
    yield from _end(output, reply)


def _start(reply: Reply, response: HttpResponse) -> Event:
    return StreamStart(id=reply.id, model=reply.model, request_id=response.headers.get("cf-ai-req-id"))


def _item(index: int, item: Item, raw: Mapping[str, Any]) -> Iterator[Event]:
    for content in item.content or ():
        text = content.text or content.refusal or ""
        if text:
            yield ReasoningDelta(text) if item.type == "reasoning" else TextDelta(text)
    if item.type == "reasoning":
        yield from (ReasoningDelta(one.text) for one in item.summary or () if one.text)
        yield _kept(raw)
    elif item.type == "function_call":
        yield ToolCallDelta(index=index, id=item.call_id, name=item.name, arguments=item.arguments or "")


def _kept(item: Mapping[str, Any]) -> Event:
    return ReasoningDelta("", opaque=Opaque(provider=PROVIDER, data={"item": dict(item)}))


def _end(raw: Mapping[str, Any], reply: Reply) -> Iterator[Event]:
    reason = reply.incomplete_details.reason if reply.incomplete_details else None
    if reason is not None:
        yield Finish(reason=_INCOMPLETE.get(reason, FinishReason.OTHER), raw=reason)
    elif reply.status is not None:
        yield Finish(
            reason=_STATUS.get(reply.status, _UNDER_WAY.get(reply.status, FinishReason.OTHER)), raw=reply.status
        )
    if reply.usage is not None:
        cached, made = reply.usage.input_tokens_details, reply.usage.output_tokens_details
        yield UsageUpdate(
            usage=Usage(
                input_tokens=reply.usage.input_tokens,
                output_tokens=reply.usage.output_tokens,
                total_tokens=reply.usage.total_tokens,
                cached_tokens=cached.cached_tokens if cached else None,
                reasoning_tokens=made.reasoning_tokens if made else None,
                raw=raw.get("usage"),
            )
        )


class ResponsesEvents:
    """Reads the events of one stream."""

    def __init__(self, response: HttpResponse, *, strict: bool) -> None:
        """With `strict`, an unknown event is an error. `ended` after the last event."""
        self.ended = False
        self._response = response
        self._strict = strict
        self._begun = False
        self._with_arguments: set[int] = set()
        self._readers: Mapping[str, Callable[[Mapping[str, Any]], Iterator[Event]]] = {
            "response.created": self._started,
            "response.output_text.delta": self._text,
            "response.refusal.delta": self._text,
            "response.reasoning_text.delta": self._reasoning,
            "response.reasoning_summary_text.delta": self._reasoning,
            "response.function_call_arguments.delta": self._arguments,
            "response.output_item.added": self._added,
            "response.output_item.done": self._done,
            "response.completed": self._last,
            "response.incomplete": self._last,
        }

    def events(self, chunk: Mapping[str, Any]) -> Iterator[Event]:
        """The events of one chunk.

        Raises:
            DecodeError: it is not what the vendor documents.
        """
        name = chunk.get("type")
        strange = sorted(chunk.keys() - _MEMBERS) if self._strict else ()
        if strange:
            raise DecodeError(f"unexpected members of an event: {', '.join(strange)}")
        read = self._readers.get(name) if isinstance(name, str) else None
        if read is not None:
            yield from read(chunk)
        elif self._strict and name not in _IGNORED:
            raise DecodeError(f"unknown event {name!r}", path="type")

    def _started(self, chunk: Mapping[str, Any]) -> Iterator[Event]:
        self._begun = True
        yield _start(_reply(chunk.get("response"), strict=self._strict), self._response)

    def _text(self, chunk: Mapping[str, Any]) -> Iterator[Event]:
        yield TextDelta(_delta(chunk))

    def _reasoning(self, chunk: Mapping[str, Any]) -> Iterator[Event]:
        yield ReasoningDelta(_delta(chunk))

    def _arguments(self, chunk: Mapping[str, Any]) -> Iterator[Event]:
        index = _index(chunk)
        self._with_arguments.add(index)
        yield ToolCallDelta(index=index, arguments=_delta(chunk))

    def _added(self, chunk: Mapping[str, Any]) -> Iterator[Event]:
        item = wire.structure(chunk.get("item"), Item, strict=self._strict)
        if item.type == "function_call":
            yield ToolCallDelta(index=_index(chunk), id=item.call_id, name=item.name)

    def _done(self, chunk: Mapping[str, Any]) -> Iterator[Event]:
        raw = chunk.get("item")
        item = wire.structure(raw, Item, strict=self._strict)
        if item.type == "reasoning" and is_object(raw):
            yield _kept(raw)
        elif item.type == "function_call" and _index(chunk) not in self._with_arguments:
            yield ToolCallDelta(index=_index(chunk), arguments=item.arguments or "")

    def _last(self, chunk: Mapping[str, Any]) -> Iterator[Event]:
        self.ended = True
        raw = chunk.get("response")
        reply = _reply(raw, strict=self._strict)
        if not self._begun:
            yield _start(reply, self._response)
        yield from _end(raw if is_object(raw) else {}, reply)


def _delta(chunk: Mapping[str, Any]) -> str:
    delta = chunk.get("delta")
    if not isinstance(delta, str):
        raise DecodeError(f"expected text, got {type(delta).__name__}", path="delta")
    return delta


def _index(chunk: Mapping[str, Any]) -> int:
    index = chunk.get("output_index")
    if not isinstance(index, int):
        raise DecodeError(f"expected a number, got {type(index).__name__}", path="output_index")
    return index


# Of any event: https://developers.openai.com/api/reference/resources/responses/streaming-events
_MEMBERS = frozenset(
    (
        "type", "sequence_number", "response", "output_index", "item_id", "item", "content_index", "summary_index",
        "part", "delta", "text", "refusal", "arguments", "name", "annotation", "annotation_index", "logprobs",
        "obfuscation", "code", "message", "param",
    )
)  # fmt: skip
_IGNORED = frozenset(
    {
        "response.in_progress", "response.queued", "response.content_part.added", "response.content_part.done",
        "response.output_text.done", "response.refusal.done", "response.reasoning_text.done",
        "response.reasoning_summary_part.added", "response.reasoning_summary_part.done",
        "response.reasoning_summary_text.done", "response.function_call_arguments.done",
        "response.output_text.annotation.added",
    }
)  # fmt: skip
"""What repeats the deltas, or says nothing."""
