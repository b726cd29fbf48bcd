"""Native text generation, whole and streamed: every shape of answer to events.

Rules: the answer decides, never the model's name. The same model answers in several shapes, by backend, `stream`,
`tools` and `response_format`; two backends share one id (llama-3.3-70b). Text may arrive as a JSON value: its JSON
spelling is appended. A finish reason is not sent, and none is made up.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from jackfield import wire
from jackfield.errors import DecodeError
from jackfield.http import HttpResponse
from jackfield.think import ThinkSplitter
from jackfield.types.events import (
    Event,
    Finish,
    NoticeEvent,
    ProviderData,
    ReasoningDelta,
    StreamStart,
    ToolCallDelta,
    UsageUpdate,
)
from jackfield.types.requests import GenerateRequest
from jackfield.types.results import FinishReason, Notice, Usage
from jackfield.wire import is_object
from jackfield_cloudflare.wiretypes import WORDS, NativeOutput, NativeToolCall, NativeUsage, UniqueIds

DEFAULT_MAX_TOKENS = 256
"""Where native models stop when the request names no limit; nothing in the answer says so (2025-08 to 2026-08).

Source: `max_tokens` on https://developers.cloudflare.com/workers-ai/models/llama-3.2-1b-instruct/
"""

ANSWERS = ("response", "description", "answer", "caption", "points", "objects")
"""Where the text is, by family of models; places in a picture are its JSON."""

MEMBERS = frozenset({*ANSWERS, "tool_calls", "finish_reason", "usage"})
"""One of these makes an object a native answer; an event of a stream may have none."""

GATEWAY_FACTS = (
    "cf-aig-log-id", "cf-aig-cache-status", "cf-aig-step", "cf-aig-run-id", "cf-aig-request-id", "cf-aig-routed-model",
    "cf-aig-routing-reason", "cf-aig-routing-decision-id",
)  # fmt: skip
"""Headers of AI Gateway that say how an answer came about; they go into `result.provider_data`.

Source: https://developers.cloudflare.com/ai-gateway/usage/rest-api/
"""

_DECIMAL = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?")


def facts(response: HttpResponse) -> tuple[Event, ...]:
    """What the headers say beside the request id.

    Neurons, the billed unit, are 0 in the headers of every stream, which means that they are not known yet.
    """
    found: dict[str, Any] = {name: response.headers[name] for name in GATEWAY_FACTS if name in response.headers}
    neurons = _number(response.headers.get("cf-ai-neurons", ""))
    if neurons:
        found["neurons"] = neurons
    return (ProviderData(data=found),) if found else ()


def identity(response: HttpResponse) -> tuple[Event, ...]:
    """The request id, also as the reply's: native answers have no other, and ids made for calls depend on it."""
    request_id = response.headers.get("cf-ai-req-id")
    return (StreamStart(id=request_id, request_id=request_id),) if request_id else ()


def _number(text: str) -> float | None:
    return float(text) if _DECIMAL.fullmatch(text) else None


def whole(request: GenerateRequest, output: Any) -> Iterator[Event]:
    """The events of a whole answer, which is an object or plain text.

    Raises:
        DecodeError: it is empty, or has unknown members in strict mode.
    """
    if isinstance(output, str):
        output = {"response": output}
    if output == {}:
        message = "the answer is empty; some models cannot stream natively: use generate(), or endpoint='chat'"
        raise DecodeError(message, path="result")
    if not is_object(output) or not output.keys() & MEMBERS:
        raise DecodeError("the answer has none of the documented shapes", path="result")
    answer = wire.structure(output, NativeOutput, strict=request.strict)
    splitter = ThinkSplitter()
    yield from said(answer, splitter)
    yield from splitter.close()
    yield from CallPieces().whole(answer.tool_calls or ())
    yield from tail(request, answer, output)


def said(answer: NativeOutput, splitter: ThinkSplitter) -> Iterator[Event]:
    """What was thought and the text, its reasoning split off; any other value as JSON; nothing for null."""
    if answer.reasoning is not None and answer.reasoning.text:
        yield ReasoningDelta(answer.reasoning.text)
    for name in ANSWERS:
        value = getattr(answer, name)
        if value is not None:
            yield from splitter.feed(as_text(value))


def as_text(value: Any) -> str:
    """Text as it is; any other value as JSON. A model's token that reads as JSON arrives decoded (`true`)."""
    return value if isinstance(value, str) else wire.dumps_text(value)


def tail(request: GenerateRequest, answer: NativeOutput, output: dict[str, Any]) -> Iterator[Event]:
    """What a whole answer and the last event of a stream share: the finish reason if there is one, and the usage."""
    if answer.finish_reason is not None:
        yield Finish(reason=WORDS.get(answer.finish_reason, FinishReason.OTHER), raw=answer.finish_reason)
    if answer.metrics is not None:
        counts = answer.metrics
        yield UsageUpdate(
            usage=Usage(input_tokens=counts.input_tokens, output_tokens=counts.output_tokens, raw=output["metrics"])
        )
    if answer.usage is not None:
        yield UsageUpdate(usage=_usage(answer.usage, output["usage"]))
        if answer.usage.neurons is not None:
            yield ProviderData(data={"neurons": answer.usage.neurons})
        yield from limit_notice(request, answer)


def limit_notice(request: GenerateRequest, answer: NativeOutput) -> Iterator[Event]:
    """Say that the reply was probably cut by the default limit: no field of the answer does."""
    used = answer.usage.completion_tokens if answer.usage else None
    if request.max_tokens is None and used == DEFAULT_MAX_TOKENS and answer.finish_reason is None:
        message = f"the reply ends at the default limit of {used} tokens and is probably cut: set max_tokens"
        yield NoticeEvent(notice=Notice(code="default-limit", message=message, option="max_tokens"))


def _usage(usage: NativeUsage, raw: dict[str, Any]) -> Usage:
    """The counts. All of them zero means that the backend does not count (hermes-2-pro, 2025-08)."""
    prompt, completion, total = usage.prompt_tokens, usage.completion_tokens, usage.total_tokens
    if not (prompt or completion or total):
        return Usage(raw=raw)
    details, made = usage.prompt_tokens_details, usage.completion_tokens_details
    return Usage(
        input_tokens=prompt,
        output_tokens=completion,
        total_tokens=total,
        cached_tokens=details.cached_tokens if details else None,
        reasoning_tokens=made.reasoning_tokens if made else None,
        raw=raw,
    )


def _name(call: NativeToolCall) -> str | None:
    return call.function.name if call.function and call.function.name else call.name


def _arguments(call: NativeToolCall) -> str:
    """Arguments as JSON text: sent as text (llama-4) or as an object (llama-3, hermes)."""
    value = call.arguments if call.function is None or call.function.arguments is None else call.function.arguments
    return "" if value is None else as_text(value)


class CallPieces:
    """Tool calls, whole or in pieces: pieces belong together by index; a closing piece of nothing is dropped.

    Some models send arguments before the name (2026): they wait for it, so that the call begins with its name.
    """

    def __init__(self) -> None:
        self._ids = UniqueIds()
        self._named: set[int | None] = set()
        self._early: dict[int | None, tuple[str | None, str]] = {}

    def whole(self, calls: Sequence[NativeToolCall]) -> Iterator[Event]:
        """The calls of a whole answer, where a call's place is its index."""
        for index, call in enumerate(calls):
            yield from self._event(index, call.id, _name(call), _arguments(call))

    def pieces(self, calls: Sequence[NativeToolCall]) -> Iterator[Event]:
        """The deltas of one event of a stream."""
        for call in calls:
            index, call_id, name, arguments = call.index, call.id, _name(call), _arguments(call)
            if name or index not in self._named:
                early_id, early = self._early.pop(index, (None, ""))
                call_id, arguments = call_id or early_id, early + arguments
            if name:
                self._named.add(index)
            elif index not in self._named:
                self._early[index] = call_id, arguments
                continue
            yield from self._event(index, call_id, name, arguments)

    def close(self) -> Iterator[Event]:
        """What waited for a name that never came."""
        for index, (call_id, arguments) in self._early.items():
            yield from self._event(index, call_id, None, arguments)
        self._early.clear()

    def _event(self, index: int | None, call_id: str | None, name: str | None, arguments: str) -> Iterator[Event]:
        if call_id or name or arguments:
            yield ToolCallDelta(index=index, id=self._ids.unique(call_id, index), name=name, arguments=arguments)
