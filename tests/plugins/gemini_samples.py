"""Short ways to encode for and to decode from Gemini, shared by the tests of its modules."""

import json
from collections.abc import Sequence
from typing import Any

import jackfield_gemini
from jackfield.http import HttpRequest, HttpResponse, Secret, Settings
from jackfield.operations.prepare import Prepared, prepare
from jackfield.registry import Provider, build
from jackfield.session import StreamSession
from jackfield.types.events import Event
from jackfield.types.messages import user
from jackfield.types.requests import GenerateRequest, Request, Tool
from jackfield.types.results import Result
from jackfield_gemini import GeminiOptions

OLD, NEW = "gemini-2.5-flash", "gemini-3.1-flash-lite"
PROVIDER: Provider = build("gemini", jackfield_gemini)
ADD = Tool(
    name="add",
    description="Adds two numbers.",
    parameters={"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}}},
)
USAGE = {"promptTokenCount": 5, "candidatesTokenCount": 2, "totalTokenCount": 7}


def settings(**values: str) -> Settings:
    """Settings with a key and what is given; `base_url` included."""
    base_url = values.pop("base_url", PROVIDER.info.base_url)
    return Settings(provider="gemini", base_url=base_url, values={"api_key": Secret("canary"), **values})


def request(**options: Any) -> GenerateRequest:
    """A request with one message, and these options."""
    given: dict[str, Any] = {"model": OLD, "messages": (user("Hi"),), **options}
    return GenerateRequest(**given)


def encode(wanted: Request, **values: str) -> tuple[HttpRequest, Any]:
    """The HTTP request, and the JSON of its body."""
    made = PROVIDER.encode_request(wanted, settings(**values))
    return made, json.loads(made.body)


def body(extra: GeminiOptions | None = None, **options: Any) -> Any:
    """The JSON of the body for these options."""
    return encode(request(extra=extra, **options))[1]


def prepared(extra: GeminiOptions | None = None, **options: Any) -> Prepared:
    """What the core makes of a request with these options, combination rules included."""
    return prepare(PROVIDER, request(extra=extra, **options), settings())


def answer(value: Any, status: int = 200) -> HttpResponse:
    """A whole answer with this JSON, or these bytes."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return HttpResponse(status=status, headers={"content-type": "application/json"}, body=data)


def reply(*parts: Any, finish: str | None = "STOP", **candidate: Any) -> dict[str, Any]:
    """An answer, or an event of a stream, with one candidate of these parts."""
    one: dict[str, Any] = {"content": {"parts": list(parts), "role": "model"}, "index": 0, **candidate}
    if finish is not None:
        one["finishReason"] = finish
    return {"candidates": [one], "usageMetadata": USAGE, "modelVersion": "gemini-test", "responseId": "r1"}


def decode(value: Any, wanted: Request | None = None, status: int = 200) -> Result[None]:
    """The result of a whole answer, read strictly."""
    return PROVIDER.decode_response(wanted or request(strict=True), answer(value, status))


def session(*, strict: bool = True) -> StreamSession:
    """A session ready for bytes."""
    head = HttpResponse(status=200, headers={"content-type": "text/event-stream"})
    return StreamSession("gemini", PROVIDER.parse_stream(request(strict=strict, stream=True), head), head)


def stream(*chunks: Any, strict: bool = True) -> tuple[Sequence[Event], Result[None]]:
    """The events and the result of a stream of these answers."""
    reading = session(strict=strict)
    events = list(reading.open())
    for chunk in chunks:
        events += reading.feed(f"data: {json.dumps(chunk)}\r\n\r\n".encode())
    events += reading.close()
    return events, reading.result()


def both(*parts: Any, **candidate: Any) -> tuple[Result[None], Result[None]]:
    """The same parts as a whole answer, and as a stream of one event a part; the facts come with the last one."""
    early = [reply(part, finish=None) for part in parts[:-1]]
    _, streamed = stream(*early, reply(*parts[-1:], **candidate))
    return decode(reply(*parts, **candidate)), streamed
