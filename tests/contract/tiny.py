"""A whole provider in one small file, with a wire format of its own: the good plugin that the broken ones start from.

Every line that `broken.py` changes stands alone here.
"""

# ruff: noqa: D101, D102, D103 - one docstring says it all; the hooks are documented in jackfield.hookspecs

import json
from collections.abc import Generator, Iterator, Sequence
from typing import Any

import attrs

from jackfield import wire
from jackfield.assembly import assemble
from jackfield.errors import (
    AuthenticationError,
    DecodeError,
    InvalidRequest,
    NotFound,
    Overloaded,
    PermissionDenied,
    ProviderError,
    RateLimited,
    ServerError,
    UnsupportedOption,
)
from jackfield.hookspecs import Flow, StreamState, hookimpl
from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.schema import STANDARD, Compiled, compile_schema
from jackfield.sse import Frame
from jackfield.testing.answers import Function, Prompt, Turn
from jackfield.testing.checking import header, record, sequence
from jackfield.testing.faults import fault_of
from jackfield.testing.responder import respond
from jackfield.types.events import Event, Finish, ReasoningDelta, StreamStart, TextDelta, ToolCallDelta, UsageUpdate
from jackfield.types.messages import Message
from jackfield.types.models import Model
from jackfield.types.parts import Image, Opaque, Part, Reasoning, Text, ToolCall, ToolResult
from jackfield.types.provider import Capabilities, ProviderInfo, Setting
from jackfield.types.requests import GenerateRequest, Tool
from jackfield.types.results import FinishReason, Notice, RawReply, Result, Usage
from jackfield.types.simulated import SimulatedReply

Json = dict[str, Any]
COUNT: list[int] = []
CLASSES: dict[int, type[ProviderError]] = {
    400: InvalidRequest,
    401: AuthenticationError,
    403: PermissionDenied,
    404: NotFound,
    422: InvalidRequest,
    429: RateLimited,
    503: Overloaded,
}
REASONS = {"stop": FinishReason.STOP, "length": FinishReason.LENGTH, "tool_calls": FinishReason.TOOL_CALLS}


# --- info


@hookimpl
def provider_info() -> ProviderInfo:
    return ProviderInfo(
        id="tiny",
        name="Tiny",
        base_url="https://api.tiny.example",
        settings=(Setting(name="api_key", description="The key.", variables=("TINY_API_KEY",), secret=True),),
        api_version="1.0",
        docs_url="https://tiny.example/docs",
        capabilities=Capabilities(
            operations=(GenerateRequest,),
            options=frozenset({"temperature", "max_tokens", "seed", "tools", "tool_choice"}),
            media=frozenset({"image"}),
        ),
    )


# --- encoding


class Writing:
    def __init__(self) -> None:
        self.notices: list[Notice] = []

    def state(self, opaque: Opaque | None) -> Json:
        if opaque is None:
            return {}
        if opaque.provider != "tiny":
            self.notices.append(Notice(code="foreign-state", message=f"state of {opaque.provider} was left out"))
            return {}
        return dict(opaque.data)

    def part(self, part: Part) -> Json | None:
        if isinstance(part, Text):
            return {"say": part.text, **self.state(part.opaque)}
        if isinstance(part, Reasoning):
            return {"think": part.text, **self.state(part.opaque)}
        if isinstance(part, ToolCall):
            return {"call": {"id": part.id, "name": part.name, "args": part.arguments_raw}, **self.state(part.opaque)}
        if isinstance(part, ToolResult):
            return {"gave": {"id": part.call_id, "text": part.text}}
        if isinstance(part, Image) and part.data is not None:
            return {"see": part.data.hex()}
        self.state(getattr(part, "opaque", None))
        return None

    def message(self, message: Message) -> Json:
        written = [wire_part for part in message.parts if (wire_part := self.part(part)) is not None]
        return {"role": message.role, "parts": written}


def tools_of(tools: Sequence[Tool]) -> tuple[list[Json], dict[str, Compiled]]:
    compiled = {tool.name: compile_schema(tool.parameters, STANDARD) for tool in tools}
    wired = [{"name": t.name, "about": t.description, "takes": compiled[t.name].schema} for t in tools]
    return wired, compiled


@hookimpl
def encode_request(request: GenerateRequest, settings: Settings) -> HttpRequest:
    writing = Writing()
    body: Json = {"model": request.model, "turns": [writing.message(one) for one in request.messages]}
    tools, compiled = tools_of(request.tools or ())
    if tools:
        body["tools"] = tools
    if request.tool_choice is not None:
        if not tools:
            raise UnsupportedOption("tool_choice", "there are no tools to choose from", provider="tiny")
        body["choice"] = request.tool_choice if isinstance(request.tool_choice, str) else request.tool_choice.name
    if request.temperature is not None:
        body["heat"] = request.temperature
    if request.max_tokens is not None:
        body["limit"] = request.max_tokens
    if request.seed is not None:
        body["seed"] = request.seed
    if request.stream:
        body["stream"] = True
    key = settings.secret("api_key")
    return HttpRequest(
        url=f"{settings.base_url}/ask",
        headers={"content-type": "application/json", "authorization": key.prefixed("Bearer ")},
        body=wire.dumps(body),
        notices=tuple(writing.notices),
        tool_schemas=compiled,
    )


# --- decoding


@attrs.frozen(kw_only=True)
class WireCall:
    slot: int
    id: str | None = None
    name: str | None = None
    args: str = ""


@attrs.frozen(kw_only=True)
class WireEnd:
    why: str
    read: int
    wrote: int


@attrs.frozen(kw_only=True)
class WireEvent:
    id: str | None = None
    model: str | None = None
    say: str | None = None
    think: str | None = None
    seal: str | None = None
    call: WireCall | None = None
    end: WireEnd | None = None


@attrs.frozen(kw_only=True)
class WireReply:
    events: tuple[WireEvent, ...]


def sealed(seal: str | None) -> Opaque | None:
    return None if seal is None else Opaque(provider="tiny", data={"seal": seal})


def events_of(one: WireEvent) -> Iterator[Event]:
    if one.id is not None:
        yield StreamStart(id=one.id, model=one.model)
    if one.think is not None:
        yield ReasoningDelta(one.think, opaque=sealed(one.seal))
    if one.say is not None:
        yield TextDelta(one.say)
    if one.call is not None:
        yield ToolCallDelta(index=one.call.slot, id=one.call.id, name=one.call.name, arguments=one.call.args)
    if one.end is not None:
        yield Finish(reason=REASONS.get(one.end.why, FinishReason.OTHER), raw=one.end.why)
        yield UsageUpdate(usage=Usage(input_tokens=one.end.read, output_tokens=one.end.wrote))


def error_of(body: bytes, status: int | None, headers: dict[str, str]) -> ProviderError:
    try:
        value: Any = wire.loads(body)
        message = value["error"]["message"]
    except (DecodeError, KeyError, TypeError, IndexError):
        message = None
    cls = CLASSES.get(status or 0, ServerError)
    text = message if isinstance(message, str) else ""
    return cls(text, provider="tiny", status=status, body=body)


@hookimpl
def decode_response(request: GenerateRequest, response: HttpResponse) -> "Result[None]":
    if response.status != 200:
        raise error_of(response.body, response.status, dict(response.headers))
    reply = wire.structure(wire.loads(response.body), WireReply, strict=request.strict)
    if not reply.events:
        raise DecodeError("an empty reply")
    raw = RawReply(status=response.status, headers=response.headers, body=response.body)
    return assemble((event for one in reply.events for event in events_of(one)), raw=raw)


class Parser:
    def __init__(self, *, strict: bool) -> None:
        self.state = StreamState.OPEN
        self.opening: Sequence[Event] = ()
        self._strict = strict

    def feed(self, frame: Frame) -> Sequence[Event]:
        if frame.event == "error":
            raise error_of(frame.data, None, {})
        one = wire.structure(wire.loads(frame.data), WireEvent, strict=self._strict)
        if one.end is not None:
            self.state = StreamState.DONE
        return tuple(events_of(one))

    def close(self) -> Sequence[Event]:
        return ()


@hookimpl
def parse_stream(request: GenerateRequest, response: HttpResponse) -> Parser:
    return Parser(strict=request.strict)


# --- models


@hookimpl
def list_models(settings: Settings) -> "Flow[list[Model]]":
    return pages(settings)


def pages(settings: Settings) -> Generator[HttpRequest, HttpResponse, list[Model]]:
    models: list[Model] = []
    page: int | None = 1
    headers = {"authorization": settings.secret("api_key").prefixed("Bearer ")}
    while page is not None:
        response = yield HttpRequest(method="GET", url=f"{settings.base_url}/models?page={page}", headers=headers)
        if response.status != 200:
            raise error_of(response.body, response.status, {})
        value = record(wire.loads(response.body))
        if "models" not in value:
            raise DecodeError("not a page of models")
        models += [Model(id=str(one), provider="tiny") for one in sequence(value["models"])]
        page = value.get("next")
        if page is not None and page <= len(models):
            raise DecodeError("the list leads back to a page that was read")
    return models


# --- the simulator


@hookimpl
def simulate(request: HttpRequest) -> SimulatedReply:
    if header(request, "authorization").removeprefix("Bearer ").startswith("bad"):
        return refusal(401, "that is no key of ours")
    fault = fault_of(request)
    if fault.status is not None:
        return refusal(fault.status, "the simulator was told to fail")
    if request.method == "GET":
        second = request.url.endswith("page=2")
        return reply({"models": ["tiny-2"]} if second else {"models": ["tiny-1"], "next": 2})
    body = json.loads(request.body)
    if set(body) - {"model", "turns", "tools", "choice", "heat", "limit", "seed", "stream"}:
        return refusal(400, "what is that field?")
    made = list(answer(body))
    if not body.get("stream"):
        return reply({"events": made})
    chunks = tuple(b"data: " + json.dumps(one).encode() + b"\n\n" for one in made)
    if fault.stream_error_after is not None:
        error = b'event: error\ndata: {"error":{"message":"it broke in the middle"}}\n\n'
        chunks = (*chunks[: fault.stream_error_after], error)
    return SimulatedReply(headers={"content-type": "text/event-stream"}, body=chunks)


def reply(value: Json, status: int = 200) -> SimulatedReply:
    return SimulatedReply(status=status, headers={"content-type": "application/json"}, body=json.dumps(value).encode())


def refusal(status: int, message: str) -> SimulatedReply:
    return reply({"error": {"message": message}}, status)


def turn_of(value: Json) -> Turn:
    parts = value["parts"]
    said = " ".join(part["say"] for part in parts if "say" in part)
    gave = " ".join(part["gave"]["text"] for part in parts if "gave" in part)
    return Turn(role=value["role"], text=said or gave)


def answer(body: Json) -> Iterator[Json]:
    functions = tuple(
        Function(name=tool["name"], description=tool["about"], parameters=tool["takes"])
        for tool in body.get("tools", ())
    )
    prompt = Prompt(
        model=body["model"],
        turns=tuple(turn_of(one) for one in body["turns"]),
        max_tokens=body.get("limit"),
        seed=body.get("seed"),
        functions=functions,
        choice=body.get("choice", "auto"),
        thoughts=2,
    )
    made = respond(prompt)
    yield {"id": "reply-1", "model": body["model"]}
    if made.reasoning:
        yield {"think": "".join(made.reasoning), "seal": "c2VhbA=="}
    for token in made.tokens:
        yield {"say": token.text}
    for slot, call in enumerate(made.calls):
        yield {"call": {"slot": slot, "id": f"call-{slot}", "name": call.name}}
    half = [(slot, call.arguments[:9], call.arguments[9:]) for slot, call in enumerate(made.calls)]
    yield from ({"call": {"slot": slot, "args": first}} for slot, first, _ in half)
    yield from ({"call": {"slot": slot, "args": second}} for slot, _, second in half)
    yield {"end": {"why": made.ending, "read": made.input_tokens, "wrote": made.output_tokens}}
