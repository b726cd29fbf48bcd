"""A provider whose wire format is as small as it can be, for tests of the core.

A whole reply is `{"text": ...}` or `{"call": [name, arguments]}`; a stream is frames of such objects and ends with
`{"done": true}`; an error is `{"error": message}` with a status, or such a frame.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import Any

import attrs

from jackfield import registry, wire
from jackfield.assembly import assemble
from jackfield.errors import DecodeError, NotFound, ProviderError, RateLimited
from jackfield.hookspecs import StreamState, hookimpl
from jackfield.http import HttpRequest, HttpResponse, Secret, Settings
from jackfield.sse import Frame
from jackfield.types.events import Event, Finish, ReasoningDelta, TextDelta, ToolCallDelta
from jackfield.types.models import Model
from jackfield.types.provider import Capabilities, ProviderInfo, Rule, Setting
from jackfield.types.requests import GENERATE_OPTIONS, GenerateRequest, Request
from jackfield.types.results import FinishReason, Result

KEY = "sk-canary-0123456789"

INFO = ProviderInfo(
    id="toy",
    name="Toy",
    base_url="http://toy.invalid",
    settings=(
        Setting(
            name="api_key",
            description="the key",
            variables=("TOY_API_KEY", "TOY_KEY"),
            secret=True,
            url="https://toy.invalid/keys",
        ),
        Setting(name="region", description="where", variables=("TOY_REGION",), required=False),
    ),
    api_version="1.0",
    docs_url="https://toy.invalid/docs",
    capabilities=Capabilities(
        operations=(GenerateRequest,),
        options=frozenset(GENERATE_OPTIONS) - {"top_k"},
        media=frozenset({"image"}),
        rules=(
            Rule(when=("seed", "stop"), drop="seed", reason="a seed does not go with stop", source="toy docs"),
            Rule(when=("stream", "schema"), reason="a schema does not go with stream", source="toy docs"),
        ),
    ),
)


class ToyParser:
    """Decodes a toy stream."""

    def __init__(self) -> None:
        """Begin."""
        self.state = StreamState.OPEN
        self.opening: Sequence[Event] = ()

    def feed(self, frame: Frame) -> Sequence[Event]:
        """The events of one frame."""
        value = wire.loads(frame.data)
        if "error" in value:
            raise ProviderError(value["error"], provider="toy", in_stream=True)
        if "done" in value:
            self.state = StreamState.DONE
            return [Finish(reason=FinishReason.STOP, raw="done")]
        if "complete" in value:
            self.state = StreamState.COMPLETE
            return [Finish(reason=FinishReason.STOP, raw="complete")]
        return events_of(value)

    def close(self) -> Sequence[Event]:
        """Nothing is ever held back."""
        return ()


def events_of(value: Mapping[str, Any]) -> list[Event]:
    """The events of one wire object."""
    made: list[Event] = []
    if "reasoning" in value:
        made.append(ReasoningDelta(value["reasoning"]))
    if "text" in value:
        made.append(TextDelta(value["text"]))
    if "call" in value:
        name, arguments = value["call"]
        made.append(ToolCallDelta(name=name, arguments=arguments))
    return made


class Toy:
    """The plugin; `info` replaces what it declares."""

    def __init__(self, info: ProviderInfo = INFO) -> None:
        """Describe itself with `info`."""
        self.info = info

    @hookimpl
    def provider_info(self) -> ProviderInfo:
        """See `hookspecs`."""
        return self.info

    @hookimpl
    def encode_request(self, request: Request, settings: Settings) -> HttpRequest:
        """See `hookspecs`."""
        assert isinstance(request, GenerateRequest)
        body = {
            "model": request.model,
            "stream": request.stream,
            "messages": [[message.role, message.text] for message in request.messages],
        }
        key = settings.secret("api_key").prefixed("Bearer ")
        return HttpRequest(
            url=f"{settings.base_url}/generate", headers={"authorization": key, "x-toy": "1"}, body=wire.dumps(body)
        )

    @hookimpl
    def decode_response(self, request: Request, response: HttpResponse) -> "Result[None]":
        """See `hookspecs`."""
        refuse(response)
        value = wire.loads(response.body)
        if not isinstance(value, dict):
            raise DecodeError("expected an object", body=response.body)
        return assemble([*events_of(value), Finish(reason=FinishReason.STOP, raw="done")])  # pyright: ignore[reportUnknownArgumentType]  # JSON

    @hookimpl
    def parse_stream(self, request: Request, response: HttpResponse) -> ToyParser:
        """See `hookspecs`."""
        return ToyParser()

    @hookimpl
    def list_models(self, settings: Settings) -> Generator[HttpRequest, HttpResponse, list[Model]]:
        """See `hookspecs`: two pages."""
        found: list[Model] = []
        for page in (1, 2):
            response = yield HttpRequest(method="GET", url=f"{settings.base_url}/models?page={page}")
            refuse(response)
            found += [Model(id=name, provider="toy") for name in wire.loads(response.body)]
        return found


def refuse(response: HttpResponse) -> None:
    """Raise what the status says."""
    if response.status >= 400:
        cls = {404: NotFound, 429: RateLimited}.get(response.status, ProviderError)
        raise cls(response.body.decode(), provider="toy", status=response.status, retryable=response.status >= 429)


def toy_provider(info: ProviderInfo = INFO, middleware: Sequence[object] = ()) -> registry.Provider:
    """The toy, loaded."""
    return registry.build("toy", Toy(info), middleware)


def toy_settings(base_url: str = INFO.base_url) -> Settings:
    """Settings with the canary key."""
    return Settings(provider="toy", base_url=base_url, values={"api_key": Secret(KEY)})


def with_capabilities(**changes: Any) -> ProviderInfo:
    """The toy's description with other capabilities."""
    return attrs.evolve(INFO, capabilities=attrs.evolve(INFO.capabilities, **changes))


def frames(*values: object) -> list[bytes]:
    """Wire objects as the events of a stream."""
    return [b"data: " + wire.dumps(value) + b"\n\n" for value in values]


def stream_of(values: Iterable[object]) -> bytes:
    """A whole toy stream."""
    return b"".join(frames(*values))
