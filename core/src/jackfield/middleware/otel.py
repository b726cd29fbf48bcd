"""OpenTelemetry spans and metrics by the semantic conventions for generative AI, v0.1.0 (in development, 2026-11).

Strategy: a span from `call_started` to the call's end, a child of whatever span is current then; it is not made current
itself. Rules: no text that a user or a model wrote is recorded unless `content=True`, error messages included; a count
that the provider did not give is not recorded; input includes what came from a cache and output includes reasoning, as
the conventions have it, so what a provider counts apart is added. Needs `pip install 'jackfield[otel]'` and, to see
anything, an SDK that the application sets up.

Source: https://github.com/open-telemetry/semantic-conventions-genai/blob/v0.1.0/docs/gen-ai/client-inference.md and
gen-ai-token-metrics.md beside it
"""

import json
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import attrs

from jackfield.errors import ProviderError
from jackfield.hookspecs import ANSWERED_BY, hookimpl
from jackfield.http import HttpRequest
from jackfield.middleware.cost import counted_apart
from jackfield.types.messages import Message
from jackfield.types.parts import Media, Part, Reasoning, Text, ToolCall, ToolResult
from jackfield.types.requests import GenerateRequest, Request
from jackfield.types.results import Result, Usage

try:
    from opentelemetry import metrics, trace
    from opentelemetry.trace import Span, SpanKind, Status, StatusCode
except ImportError as error:
    msg = "tracing needs OpenTelemetry's API: pip install 'jackfield[otel]'"
    raise ImportError(msg) from error

SCOPE = "jackfield"
PROVIDER_NAMES: Mapping[str, str] = {
    "gemini": "gcp.gemini", "mistral": "mistral_ai", "moonshot": "moonshot_ai", "openai-compatible": "openai",
    "xai": "x_ai",
}  # fmt: skip
"""The conventions' own names, where they differ from the provider's id."""
DURATIONS_S = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
TOKENS = tuple(4**power for power in range(14))
COUNTS: Mapping[str, str] = {
    "input_tokens": "Input tokens used, those from a cache included.",
    "output_tokens": "Output tokens used, those of reasoning included.",
    "cache_read.input_tokens": "Input tokens that came from the provider's cache.",
    "reasoning.output_tokens": "Output tokens used for reasoning.",
}
"""The conventions' counts, below `gen_ai.usage` on spans and `gen_ai.client.inference.usage` in metrics."""
_OPTIONS: Mapping[str, str] = {
    "temperature": "temperature", "top_p": "top_p", "top_k": "top_k", "max_tokens": "max_tokens", "seed": "seed",
    "stop": "stop_sequences", "frequency_penalty": "frequency_penalty", "presence_penalty": "presence_penalty",
}  # fmt: skip


@attrs.define(eq=False)
class _Open:
    """A call that has not ended."""

    provider: str
    span: Span
    common: dict[str, Any]
    start_s: float
    streamed: bool
    first_s: float | None = None
    last_s: float = 0.0


class Telemetry:
    """Middleware that traces and measures calls. It may be shared by clients and threads."""

    def __init__(
        self,
        *,
        tracer_provider: "trace.TracerProvider | None" = None,
        meter_provider: "metrics.MeterProvider | None" = None,
        content: bool = False,
    ) -> None:
        """Take the application's providers, the global ones unless given; `content` records prompts and replies."""
        self._tracer = trace.get_tracer(SCOPE, tracer_provider=tracer_provider)
        meter = metrics.get_meter(SCOPE, meter_provider=meter_provider)
        self._content = content
        self._lock = threading.Lock()
        self._calls: dict[str, _Open] = {}
        self._duration, self._first, self._between = (
            meter.create_histogram(
                f"gen_ai.client.inference.{name}",
                unit="s",
                description=what,
                explicit_bucket_boundaries_advisory=DURATIONS_S,
            )
            for name, what in (
                ("duration", "How long inference took."),
                ("time_to_first_chunk", "Time to receive the first chunk."),
                ("time_per_output_chunk", "Time between chunks after the first one."),
            )
        )
        self._used = {
            name: meter.create_counter(f"gen_ai.client.inference.usage.{name}", unit="{token}", description=what)
            for name, what in COUNTS.items()
        }
        self._each = {
            name: meter.create_histogram(
                f"gen_ai.client.inference.operation.{name}",
                unit="{token}",
                description=f"{COUNTS[name]} By operation.",
                explicit_bucket_boundaries_advisory=TOKENS,
            )
            for name in ("input_tokens", "output_tokens")
        }

    @hookimpl
    def call_started(self, provider: str, call_id: str, request: Request, http_request: HttpRequest) -> None:
        """Begin a span."""
        common = _common(provider, request, http_request)
        streamed = isinstance(request, GenerateRequest) and request.stream
        span = self._tracer.start_span(
            f"{common['gen_ai.operation.name']} {request.model}",
            kind=SpanKind.CLIENT,
            attributes={**common, **_asked(request)},
        )
        if self._content and isinstance(request, GenerateRequest) and span.is_recording():
            span.set_attributes(_said("input", request.messages))
        with self._lock:
            self._calls[call_id] = _Open(provider, span, common, time.perf_counter(), streamed)

    @hookimpl
    def call_event(self, call_id: str) -> None:
        """Measure how a stream comes."""
        call = self._calls.get(call_id)
        if call is None:
            return
        now = time.perf_counter()
        if call.first_s is None:
            call.first_s = now - call.start_s
            self._first.record(call.first_s, call.common)
            call.span.set_attribute("gen_ai.response.time_to_first_chunk", call.first_s)
        else:
            self._between.record(now - call.last_s, call.common)
        call.last_s = now

    @hookimpl
    def call_finished(self, call_id: str, result: Result[Any]) -> None:
        """End the span with what came back."""
        call = self._taken(call_id)
        if call is None:
            return
        if result.model is not None:
            call.common["gen_ai.response.model"] = result.model
        counts = _counts(result.usage, counted_apart(call.provider))
        call.span.set_attributes(_answered(result))
        call.span.set_attributes({f"gen_ai.usage.{name}": count for name, count in counts.items()})
        if self._content and call.span.is_recording():
            call.span.set_attributes(_said("output", (result.message,)))
        if result.raw is None or ANSWERED_BY not in result.raw.headers:
            self._count(call, counts)
        self._end(call)

    @hookimpl
    def call_failed(self, call_id: str, error: BaseException) -> None:
        """End the span with the kind of error; its words only if content is wanted."""
        call = self._taken(call_id)
        if call is None:
            return
        code = error.code if isinstance(error, ProviderError) else None
        call.common["error.type"] = code or type(error).__name__
        call.span.set_attribute("error.type", call.common["error.type"])
        if call.first_s is not None:
            call.span.set_attribute("gen_ai.response.finish_reasons", ("error",))
        call.span.set_status(Status(StatusCode.ERROR, str(error) if self._content else type(error).__name__))
        self._end(call)

    def _taken(self, call_id: str) -> _Open | None:
        with self._lock:
            return self._calls.pop(call_id, None)

    def _count(self, call: _Open, counts: Mapping[str, int]) -> None:
        for name, count in counts.items():
            self._used[name].add(count, {**call.common, "gen_ai.token.modality": "unknown"})
            if name in self._each:
                self._each[name].record(count, call.common)

    def _end(self, call: _Open) -> None:
        self._duration.record(time.perf_counter() - call.start_s, call.common)
        call.span.end()


def _common(provider: str, request: Request, http: HttpRequest) -> dict[str, Any]:
    """What spans and metrics share."""
    parts = urlsplit(http.url)
    return {
        "gen_ai.operation.name": "chat" if isinstance(request, GenerateRequest) else "generate_content",
        "gen_ai.provider.name": PROVIDER_NAMES.get(provider, provider),
        "gen_ai.request.model": request.model,
        "server.address": parts.hostname or "",
        "server.port": parts.port or (443 if parts.scheme == "https" else 80),
    }


def _asked(request: Request) -> dict[str, Any]:
    """The options that the conventions know."""
    if not isinstance(request, GenerateRequest):
        return {"gen_ai.output.type": "image"}
    set_options = ((wire, getattr(request, ours)) for ours, wire in _OPTIONS.items())
    found = {f"gen_ai.request.{wire}": value for wire, value in set_options if value is not None}
    if request.stream:
        found["gen_ai.request.stream"] = True
    if request.json_mode or request.schema is not None:
        found["gen_ai.output.type"] = "json"
    return found


def _answered(result: Result[Any]) -> dict[str, Any]:
    """What the reply says about itself."""
    reasons = tuple(str(one.finish_reason) for one in (result, *result.alternatives) if one.finish_reason is not None)
    facts = {
        "gen_ai.response.id": result.id,
        "gen_ai.response.model": result.model,
        "gen_ai.response.finish_reasons": reasons or None,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _counts(usage: Usage | None, apart: frozenset[str]) -> dict[str, int]:
    """The provider's counts by the conventions' names; what it counts apart belongs to the total there."""
    if usage is None:
        return {}
    parts = {"cached": usage.cached_tokens, "tool_input": usage.tool_input_tokens, "reasoning": usage.reasoning_tokens}
    added = {name: count or 0 if name in apart else 0 for name, count in parts.items()}
    told, said = usage.input_tokens, usage.output_tokens
    counts = {
        "input_tokens": None if told is None else told + added["cached"] + added["tool_input"],
        "output_tokens": None if said is None else said + added["reasoning"],
        "cache_read.input_tokens": usage.cached_tokens,
        "reasoning.output_tokens": usage.reasoning_tokens,
    }
    return {name: count for name, count in counts.items() if count is not None}


# --- content, only where it is wanted


def _said(direction: str, messages: tuple[Message, ...]) -> dict[str, str]:
    """Messages as the conventions' JSON. Media are named, their bytes are not recorded."""
    rest = [
        {"role": one.role, "parts": [_part(part) for part in one.parts]} for one in messages if one.role != "system"
    ]
    found = {f"gen_ai.{direction}.messages": json.dumps(rest, ensure_ascii=False)}
    told = [{"type": "text", "content": one.text} for one in messages if one.role == "system"]
    return {**found, **({"gen_ai.system_instructions": json.dumps(told, ensure_ascii=False)} if told else {})}


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"type": "text", "content": part.text}
    if isinstance(part, Reasoning):
        return {"type": "reasoning", "content": part.text}
    if isinstance(part, ToolCall):
        return {"type": "tool_call", "id": part.id, "name": part.name, "arguments": dict(part.arguments)}
    if isinstance(part, ToolResult):
        return {"type": "tool_call_response", "id": part.call_id, "response": part.text}
    kind = part.kind
    return {"type": kind, "mime_type": part.mime_type} if isinstance(part, Media) else {"type": kind}


def __getattr__(name: str) -> Any:
    """`TELEMETRY`, the one that `middleware=["otel"]` names: made on first use, when the application is set up."""
    if name != "TELEMETRY":
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    made = globals()["TELEMETRY"] = Telemetry()
    return made
