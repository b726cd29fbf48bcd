"""Short ways to encode for and to decode from Workers AI, shared by the tests of its modules."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import jackfield_cloudflare
from jackfield.http import HttpRequest, HttpResponse, Secret, Settings
from jackfield.registry import Provider, build
from jackfield.session import StreamSession
from jackfield.types.messages import user
from jackfield.types.requests import GenerateRequest, Tool
from jackfield.types.results import Result
from jackfield_cloudflare import CloudflareOptions

MODEL = "@cf/acme/chat-1b"
REQUEST_ID = "7d4f3a10-0000-4000-8000-00000000beef"
ADD = Tool(
    name="add",
    description="Adds two numbers.",
    parameters={"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}}},
)
PROVIDER: Provider = build("cloudflare", jackfield_cloudflare)


def settings(**values: str) -> Settings:
    """Settings with an account, a key, and what is given; `base_url` included."""
    base_url = values.pop("base_url", PROVIDER.info.base_url)
    secrets = {name: Secret(text) if name.endswith("api_key") else text for name, text in values.items()}
    return Settings(
        provider="cloudflare",
        base_url=base_url,
        values={"api_key": Secret("canary"), "account_id": "0123", **secrets},
    )


def request(**options: Any) -> GenerateRequest:
    """A request with one message, and these options."""
    given: dict[str, Any] = {"model": MODEL, "messages": (user("Hi"),), **options}
    return GenerateRequest(**given)


def encode(wanted: GenerateRequest, **values: str) -> tuple[HttpRequest, Any]:
    """The HTTP request, and the JSON of its body."""
    made = PROVIDER.encode_request(wanted, settings(**values))
    return made, json.loads(made.body)


def on(endpoint: Any, **options: Any) -> CloudflareOptions:
    """Options that choose an endpoint."""
    return CloudflareOptions(endpoint=endpoint, **options)


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A whole answer with this JSON, or these bytes."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpResponse(status=status, headers={"content-type": "application/json", **(headers or {})}, body=data)


def enveloped(output: Any) -> Any:
    """An output in the envelope of a success."""
    return {"result": output, "success": True, "errors": [], "messages": []}


def decode(body: Any, wanted: GenerateRequest | None = None, **how: Any) -> Result[None]:
    """The result of a whole answer."""
    return PROVIDER.decode_response(wanted or request(strict=True), answer(body, **how))


def stream(
    chunks: Iterable[Any],
    wanted: GenerateRequest | None = None,
    *,
    done: bool = True,
    headers: Mapping[str, str] | None = None,
) -> Result[None]:
    """The result of a streamed answer of these chunks, and of `[DONE]`."""
    head = HttpResponse(status=200, headers={"content-type": "text/event-stream", **(headers or {})})
    session = StreamSession("cloudflare", PROVIDER.parse_stream(wanted or request(strict=True), head), head)
    session.open()
    lines = [json.dumps(chunk) if not isinstance(chunk, str) else chunk for chunk in chunks]
    for line in [*lines, *(["[DONE]"] if done else [])]:
        session.feed(f"data: {line}\n\n".encode())
    session.close()
    session.close()  # where it has events to deliver, it raises the second time only
    return session.result()
