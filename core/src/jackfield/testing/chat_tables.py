"""The tables that chat-completions providers share: parts, messages, calls, tools, and a walk over schemas."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jackfield.testing.checking import (
    Check,
    Json,
    anything,
    boolean,
    either,
    fields,
    is_record,
    listed,
    mapping,
    nullable,
    one_of,
    record,
    sequence,
    text,
)

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NO_SCHEMAS = frozenset({"const", "default", "enum", "examples", "required"})


def tool_name(value: Any) -> str | None:
    """At most 64 letters, digits, underscores and dashes."""
    return None if isinstance(value, str) and _NAME.fullmatch(value) else "must match [A-Za-z0-9_-]{1,64}"


TEXT_PART = fields({"type": text, "text": text}, required=("text",))
IMAGE_PART = fields(
    {"type": text, "image_url": fields({"url": text, "detail": one_of("auto", "low", "high")}, required=("url",))},
    required=("image_url",),
)
CALL_FIELDS: Mapping[str, Check] = {
    "id": text,
    "type": one_of("function"),
    "function": fields({"name": text, "arguments": text}, required=("name", "arguments")),
}
FUNCTION = fields(
    {"name": tool_name, "description": text, "parameters": mapping, "strict": nullable(boolean)}, required=("name",)
)
_NAMED = fields({"name": text}, required=("name",))
TOOL_CHOICE = either(
    one_of("none", "auto", "required"),
    fields({"type": one_of("function"), "function": _NAMED}, required=("function",)),
)
JSON_SCHEMA: Mapping[str, Check] = {
    "name": anything,
    "description": text,
    "schema": mapping,
    "strict": nullable(boolean),
}
RESPONSE_FORMAT = fields(
    {"type": one_of("text", "json_object", "json_schema"), "json_schema": mapping}, required=("type",)
)


def content_of(parts: Mapping[str, Check]) -> Check:
    """A text, or a list of parts of these types."""

    def part(value: Any) -> str | None:
        kind = str(record(value).get("type"))
        return parts[kind](value) if kind in parts else f"content part type '{kind}' is invalid"

    return either(text, listed(part))


def message_of(roles: Mapping[str, Check]) -> Check:
    """A message of one of these roles."""

    def check(value: Any) -> str | None:
        role = str(record(value).get("role"))
        return roles[role](value) if role in roles else "discriminator property 'role' has invalid value"

    return check


def nodes(schema: Any, place: str = "#") -> Iterator[tuple[str, Json]]:
    """Every object of a JSON Schema that may be a schema or a map of schemas, with its place."""
    for at, one in enumerate(sequence(schema)):
        yield from nodes(one, f"{place}/{at}")
    found = record(schema)
    if found:
        yield place, found
    for key, one in found.items():
        if key not in _NO_SCHEMAS:
            yield from nodes(one, f"{place}/{key}")


def open_objects(schema: Any) -> Iterator[tuple[str, Json]]:
    """Every object type of a schema that takes further properties, with its place."""
    for place, node in nodes(schema):
        is_object = node.get("type") == "object" or (
            is_record(node.get("properties")) and not place.endswith("/properties")
        )
        if is_object and node.get("additionalProperties") is not False:
            yield place, node
