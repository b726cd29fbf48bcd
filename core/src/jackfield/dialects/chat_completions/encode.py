"""A request of ours as an HTTP request of the chat-completions format."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from jackfield import wire
from jackfield.dialects.chat_completions.differences import Differences, Encoding, Json
from jackfield.dialects.chat_completions.extras import body_of, headers_of
from jackfield.dialects.chat_completions.messages import encode_messages
from jackfield.dialects.chat_completions.options import encode_options
from jackfield.http import HttpRequest, Secret, Settings
from jackfield.types.requests import GenerateRequest


def encode_body(encoding: Encoding) -> dict[str, Any]:
    """The body: what is fixed first, then the options, then the provider's own.

    Raises:
        UnsupportedOption: an option, a value or a part cannot be expressed.
    """
    for check in encoding.differences.checks:
        check(encoding)
    request = encoding.request
    body: dict[str, Any] = {"model": request.model, "messages": encode_messages(encoding)}
    if request.stream:
        body["stream"] = True
        if encoding.differences.stream_usage:
            body["stream_options"] = {"include_usage": True}
    for piece in (*encode_options(encoding), *encoding.pieces, body_of(request.extra)):
        merge(body, piece)
    if "tool_choice" in body and not body.get("tools"):
        raise encoding.refusal("tool_choice", "there are no tools to choose from")
    return body


def merge(body: dict[str, Any], piece: Json) -> None:
    """Add a piece to a body: lists are joined, objects merged, anything else is replaced."""
    for name, value in piece.items():
        present = body.get(name)
        if isinstance(present, list) and isinstance(value, list):
            body[name] = [*present, *value]
        elif isinstance(present, dict) and isinstance(value, Mapping):
            body[name] = {**present, **value}
        else:
            body[name] = value


def url_of(differences: Differences, settings: Settings, path: str) -> str:
    """The URL of a path. The prefix is added to a bare host, not to a base URL that has a path of its own."""
    base = settings.base_url.rstrip("/")
    prefix = "" if urlsplit(base).path else differences.prefix
    return f"{base}{prefix}{path}"


def headers(differences: Differences, settings: Settings, extra: object = None) -> dict[str, str | Secret]:
    """The headers of every request: who asks, and what the provider wants to be told."""
    key = {"authorization": settings.secret("api_key").prefixed("Bearer ")} if "api_key" in settings.values else {}
    return {**key, **differences.headers, **headers_of(extra)}


def encode_chat(differences: Differences, request: GenerateRequest, settings: Settings, path: str) -> HttpRequest:
    """The HTTP request of one reply.

    Raises:
        UnsupportedOption: an option, a value or a part cannot be expressed.
    """
    encoding = Encoding(differences=differences, request=request)
    body = encode_body(encoding)
    accept = "text/event-stream" if request.stream else "application/json"
    return HttpRequest(
        url=url_of(differences, settings, path),
        headers={**headers(differences, settings, request.extra), "content-type": "application/json", "accept": accept},
        body=wire.content(body, escape=True),
        notices=tuple(encoding.notices),
        output_schema=encoding.output_schema,
        tool_schemas=encoding.tool_schemas,
    )
