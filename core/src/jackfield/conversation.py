"""Conversations as JSON text and back: `loads(dumps(messages))` gives equal messages, opaque state bit for bit.

Format: `{"jackfield": 1, "messages": [...]}`; each part is an object with its class name under `part`; bytes are base64; what
is at its default is left out.
"""

import base64
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from jackfield import wire
from jackfield.errors import DecodeError, UsageError
from jackfield.types.messages import Message
from jackfield.types.parts import (
    Audio,
    Citation,
    Document,
    Image,
    Opaque,
    ProviderPart,
    Reasoning,
    ServerTool,
    Text,
    ToolCall,
    ToolResult,
    Video,
)

VERSION = 1
_PARTS: Mapping[str, type] = {
    cls.__name__: cls
    for cls in (
        Text,
        Reasoning,
        Image,
        Audio,
        Video,
        Document,
        ToolCall,
        ToolResult,
        ServerTool,
        Citation,
        ProviderPart,
    )
}
_ROLES = ("system", "user", "assistant", "tool")


def dumps(messages: Iterable[Message]) -> str:
    """The messages as JSON text.

    Raises:
        UsageError: a part holds something that JSON cannot express, such as a provider's typed part options.
    """
    document = {"jackfield": VERSION, "messages": [_encode_fields(message) for message in messages]}
    return wire.dumps(document).decode("utf-8")


def loads(text: str | bytes) -> tuple[Message, ...]:
    """The messages of a text that `dumps` made.

    Raises:
        DecodeError: it is not one, or of a newer version.
    """
    document = wire.loads(text.encode("utf-8") if isinstance(text, str) else text)
    if not isinstance(document, dict) or document.get("jackfield") != VERSION:
        msg = f"not a conversation of version {VERSION}"
        raise DecodeError(msg)
    messages = document.get("messages")
    if not isinstance(messages, list):
        msg = "messages: expected a list"
        raise DecodeError(msg)
    return tuple(_message(one, f"messages[{position}]") for position, one in enumerate(messages))


def _encode_fields(value: Any) -> dict[str, Any]:
    fields = attrs.fields(type(value))
    return {
        field.name: _encode(getattr(value, field.name))
        for field in fields
        if not _is_default(field, getattr(value, field.name))
    }


def _is_default(field: "attrs.Attribute[Any]", value: Any) -> bool:
    default: Any = field.default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # Factory is a class at run time, a function for mypy
        default = default.factory()
    return type(default) is type(value) and default == value


def _encode(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Opaque):
        return {"provider": value.provider, "data": value.data}
    if type(value).__name__ in _PARTS and type(value) is _PARTS[type(value).__name__]:
        return {"part": type(value).__name__, **_encode_fields(value)}
    if isinstance(value, tuple):
        return [_encode(one) for one in value]
    if attrs.has(type(value)):
        msg = f"a {type(value).__name__} cannot be saved: leave `extra` out of the parts to be saved"
        raise UsageError(msg)
    return value


def _message(value: Any, path: str) -> Message:
    if not isinstance(value, dict) or value.get("role") not in _ROLES:
        msg = "expected a message with a role"
        raise DecodeError(msg, path=path)
    parts = _decode_parts(value.get("parts", []), f"{path}.parts")
    return Message(role=value["role"], parts=parts, name=value.get("name"))


def _decode_parts(values: Any, path: str) -> tuple[Any, ...]:
    if not isinstance(values, list):
        msg = "expected a list"
        raise DecodeError(msg, path=path)
    return tuple(_part(one, f"{path}[{position}]") for position, one in enumerate(values))


def _part(value: Any, path: str) -> Any:
    cls = _PARTS.get(value.get("part", "")) if isinstance(value, dict) else None
    if cls is None:
        msg = f"expected a part: one of {', '.join(_PARTS)}"
        raise DecodeError(msg, path=path)
    fields = {name: _decode(cls, name, one, path) for name, one in value.items() if name != "part"}
    try:
        return cls(**fields)
    except (TypeError, UsageError) as error:
        raise DecodeError(str(error), path=path) from error


def _decode(cls: type, name: str, value: Any, path: str) -> Any:
    if name == "opaque" and isinstance(value, dict):
        return Opaque(provider=str(value.get("provider")), data=value.get("data", {}))
    if name == "content" and cls is ToolResult:
        return _decode_parts(value, f"{path}.content")
    if name == "data" and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except ValueError as error:
            msg = "not base64"
            raise DecodeError(msg, path=f"{path}.data") from error
    return value
