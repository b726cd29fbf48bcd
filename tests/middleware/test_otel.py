"""Spans and metrics with the real OpenTelemetry SDK and its in-memory exporters; no content unless asked for."""

import json
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

import jackfield
from jackfield.middleware.otel import Telemetry
from jackfield.testing import Fault, Simulator

CANARY = "marmalade"
PROMPT = f"Tell me about {CANARY} as JSON."


@attrs.frozen
class Seen:
    """Where telemetry goes in a test."""

    exporter: InMemorySpanExporter
    reader: InMemoryMetricReader
    tracer_provider: TracerProvider
    meter_provider: MeterProvider

    def telemetry(self, *, content: bool = False) -> Telemetry:
        """Middleware that reports here."""
        return Telemetry(tracer_provider=self.tracer_provider, meter_provider=self.meter_provider, content=content)

    def span(self) -> ReadableSpan:
        """The one finished span."""
        (span,) = self.exporter.get_finished_spans()
        return span

    def points(self) -> dict[str, list[Any]]:
        """The data points of each metric."""
        data = self.reader.get_metrics_data()
        if data is None:
            return {}
        return {
            metric.name: list(metric.data.data_points)
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }


@pytest.fixture
def seen() -> Iterator[Seen]:
    """The SDK with in-memory exporters, set up by hand and not globally."""
    exporter, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracers, meters = TracerProvider(), MeterProvider(metric_readers=[reader])
    tracers.add_span_processor(SimpleSpanProcessor(exporter))
    yield Seen(exporter, reader, tracers, meters)
    tracers.shutdown()
    meters.shutdown()


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """Groq on loopback."""
    with Simulator("groq") as started:
        yield started


def client(simulator: Simulator, *middleware: object) -> jackfield.Client:
    """A client of the simulator."""
    return jackfield.Client(
        "groq", model="sim-chat", base_url=simulator.base_url, api_key="x", middleware=middleware, retries=0
    )


def test_a_call(seen: Seen, simulator: Simulator) -> None:
    """The span's name, kind and attributes are those of the conventions."""
    with client(simulator, seen.telemetry()) as groq:
        result = groq.generate(PROMPT, max_tokens=100, temperature=0.5, seed=7, stop="zzz", output="json")
    span = seen.span()
    assert result.usage is not None
    assert (span.name, span.kind, span.status.status_code) == ("chat sim-chat", SpanKind.CLIENT, StatusCode.UNSET)
    assert dict(span.attributes or {}) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "groq",
        "gen_ai.request.model": "sim-chat",
        "gen_ai.request.max_tokens": 100,
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.seed": 7,
        "gen_ai.request.stop_sequences": ("zzz",),
        "gen_ai.output.type": "json",
        "server.address": "127.0.0.1",
        "server.port": int(simulator.base_url.rsplit(":", 1)[1]),
        "gen_ai.response.id": result.id,
        "gen_ai.response.model": result.model,
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": result.usage.input_tokens,
        "gen_ai.usage.output_tokens": result.usage.output_tokens,
    }


def test_the_metrics_of_a_call(seen: Seen, simulator: Simulator) -> None:
    """Duration and tokens, in the conventions' buckets."""
    with client(simulator, seen.telemetry()) as groq:
        usage = groq.generate(PROMPT).usage
    points = seen.points()
    assert usage is not None
    expected = {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
    names = {f"gen_ai.client.inference.{kind}.{name}" for kind in ("usage", "operation") for name in expected}
    assert set(points) == {"gen_ai.client.inference.duration", *names}
    for name, count in expected.items():
        (counter,) = points[f"gen_ai.client.inference.usage.{name}"]
        assert (counter.value, counter.attributes["gen_ai.token.modality"]) == (count, "unknown")
        (histogram,) = points[f"gen_ai.client.inference.operation.{name}"]
        assert (histogram.sum, histogram.explicit_bounds[:4]) == (count, (1, 4, 16, 64))
        assert "gen_ai.token.modality" not in histogram.attributes
    (duration,) = points["gen_ai.client.inference.duration"]
    assert duration.explicit_bounds[:3] == (0.01, 0.02, 0.04)
    assert duration.attributes["gen_ai.request.model"] == "sim-chat"
    assert 0 < duration.sum < 10


def test_a_stream(seen: Seen, simulator: Simulator) -> None:
    """The time to the first event, and between events, beside the rest."""
    with client(simulator, seen.telemetry()) as groq, groq.stream(PROMPT) as stream:
        count = sum(1 for _ in stream)
    points = seen.points()
    span = seen.span()
    assert span.attributes is not None
    assert span.attributes["gen_ai.request.stream"] is True
    first = span.attributes["gen_ai.response.time_to_first_chunk"]
    assert isinstance(first, float)
    assert points["gen_ai.client.inference.time_to_first_chunk"][0].sum == pytest.approx(first)
    assert points["gen_ai.client.inference.time_per_output_chunk"][0].count == count - 1


def test_tokens_that_are_counted_apart(seen: Seen) -> None:
    """Gemini's thoughts are no part of its output; in the conventions' output they are, and apart, too."""
    with Simulator("gemini") as gemini:
        address = gemini.base_url
        telemetry = seen.telemetry()
        with jackfield.Client(
            "gemini", model="gemini-2.5-flash", base_url=address, api_key="x", middleware=[telemetry]
        ) as client:
            usage = client.generate(PROMPT, reasoning_budget=512).usage
    assert usage is not None
    assert usage.output_tokens
    assert usage.reasoning_tokens
    whole = usage.output_tokens + usage.reasoning_tokens
    attributes, points = seen.span().attributes or {}, seen.points()
    assert attributes["gen_ai.usage.output_tokens"] == whole
    assert attributes["gen_ai.usage.reasoning.output_tokens"] == usage.reasoning_tokens
    assert points["gen_ai.client.inference.usage.output_tokens"][0].value == whole
    assert points["gen_ai.client.inference.usage.reasoning.output_tokens"][0].value == usage.reasoning_tokens


async def test_asyncio(seen: Seen, simulator: Simulator) -> None:
    """Tasks are traced alike, and a span that is current is the parent."""
    tracer = seen.tracer_provider.get_tracer("app")
    async with jackfield.AsyncClient(
        "groq", model="sim-chat", base_url=simulator.base_url, api_key="x", middleware=[seen.telemetry()]
    ) as groq:
        with tracer.start_as_current_span("work") as work:
            await groq.generate(PROMPT)
    call = next(span for span in seen.exporter.get_finished_spans() if span.name == "chat sim-chat")
    assert call.parent is not None
    assert call.parent.span_id == work.get_span_context().span_id


def test_failures(seen: Seen, simulator: Simulator) -> None:
    """The provider's code, or the kind of error; a stream that was left is one, too."""
    simulator.faults.append(Fault(status=429))
    with client(simulator, seen.telemetry()) as groq:
        with pytest.raises(jackfield.RateLimited):
            groq.generate(PROMPT)
        with groq.stream(PROMPT) as stream:
            next(iter(stream))
    spans = seen.exporter.get_finished_spans()
    assert [(span.attributes or {})["error.type"] for span in spans] == ["rate_limit_exceeded", "GeneratorExit"]
    assert {span.status.status_code for span in spans} == {StatusCode.ERROR}
    reasons = [(span.attributes or {}).get("gen_ai.response.finish_reasons") for span in spans]
    assert reasons == [None, ("error",)], "only a reply that had begun ends so"
    durations = seen.points()["gen_ai.client.inference.duration"]
    assert {point.attributes["error.type"] for point in durations} == {"rate_limit_exceeded", "GeneratorExit"}


@pytest.mark.parametrize("fault", [None, Fault(status=400)])
def test_no_content_by_default(seen: Seen, simulator: Simulator, fault: Fault | None) -> None:
    """Neither prompt nor reply nor an error's words are anywhere."""
    simulator.faults.append(fault)
    with client(simulator, seen.telemetry()) as groq:
        try:
            said = groq.generate(f"Say {CANARY}").text
        except jackfield.InvalidRequest as error:
            said = error.message
    everything = seen.span().to_json() + repr(seen.points())
    assert CANARY not in everything
    assert said not in everything


def test_content_where_it_is_wanted(seen: Seen, simulator: Simulator) -> None:
    """As the conventions' JSON: roles, parts, instructions apart."""

    def add(a: int, b: int) -> int:
        """Add two numbers."""
        return a + b

    with client(simulator, seen.telemetry(content=True)) as groq:
        groq.run_tools("What is 3214 + 5632?", [add], system="Be brief.")
    first, second = (span.attributes or {} for span in seen.exporter.get_finished_spans())
    assert json.loads(str(first["gen_ai.system_instructions"])) == [{"type": "text", "content": "Be brief."}]
    (call,) = json.loads(str(first["gen_ai.output.messages"]))[0]["parts"]
    assert (call["type"], call["name"], call["arguments"]) == ("tool_call", "add", {"a": 3214, "b": 5632})
    roles = [message["role"] for message in json.loads(str(second["gen_ai.input.messages"]))]
    assert roles == ["user", "assistant", "tool"]
    (answer,) = json.loads(str(second["gen_ai.input.messages"]))[2]["parts"]
    assert (answer["type"], answer["response"]) == ("tool_call_response", "8846")
