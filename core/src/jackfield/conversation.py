"""Conversations as JSON text and back: `loads(dumps(messages))` gives equal messages, opaque state bit for bit.

Format: `{"jackfield": 1, "messages": [...]}`; each part is an object with its class name under `part`; bytes are
base64; what is at its default is left out. Half of a surrogate pair is escaped, so that it survives too.
"""

from binascii import a2b_base64
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from jackfield import wire
from jackfield.errors import DecodeError, UsageError
from jackfield.types.fields import expect
from jackfield.types.messages import Message
from jackfield.types.parts import (
    Audio,
    Citation,
    Document,
    Image,
    Media,
    Opaque,
    Part,
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
    try:
        given = iter(messages)
    except TypeError as error:
        msg = f"a conversation is made of messages: give a list of messages, not {_a(messages)}"
        raise UsageError(msg) from error
    document = {"jackfield": VERSION, "messages": [_encode_message(message) for message in given]}
    return wire.dumps(document, escape=True).decode("utf-8")


def loads(text: str | bytes) -> tuple[Message, ...]:
    """The messages of a text that `dumps` made.

    Raises:
        UsageError: it is no text.
        DecodeError: it is not one, or of a newer version; `path` says where.
    """
    expect("loads", str | bytes, text)
    value = wire.loads_text(text) if isinstance(text, str) else wire.loads(text, exact=True)
    document = _object(value, "", "not a conversation")
    version = document.get("jackfield")
    if type(version) is not int or version != VERSION:  # JSON's true and 1.0 are equal to 1 in Python
        msg = f"not a conversation of version {VERSION}"
        raise DecodeError(msg)
    messages = _list(document.get("messages"), "messages")
    return tuple(_message(one, f"messages[{position}]") for position, one in enumerate(messages))


# --- out


def _a(value: object) -> str:
    name = type(value).__name__
    return f"an {name}" if name[0] in "aeiouAEIOU" else f"a {name}"


def _encode_message(message: object) -> dict[str, Any]:
    if not isinstance(message, Message):
        msg = f"a conversation is made of messages, not of {_a(message)}"
        raise UsageError(msg)
    parts: tuple[Any, ...] = message.parts  # callers may have no type checker
    strange = [type(part).__name__ for part in parts if not isinstance(part, Part)]
    if strange:
        msg = f"a message is made of parts, not of a {strange[0]}"
        raise UsageError(msg)
    return _encode_fields(message)


def _encode_fields(value: Message | Part) -> dict[str, Any]:
    fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(type(value))
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


def _encode(value: object) -> Any:
    cls = type(value)
    if isinstance(value, bytes):
        return wire.base64_text(value)
    if isinstance(value, Opaque):
        return {"provider": value.provider, "data": value.data}
    if isinstance(value, Part) and _PARTS.get(cls.__name__) is cls:
        return {"part": cls.__name__, **_encode_fields(value)}
    if isinstance(value, tuple):
        return [_encode(one) for one in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # any
    if attrs.has(cls):
        msg = f"a {cls.__name__} cannot be saved: leave `extra` out of the parts to be saved"
        raise UsageError(msg)
    return value


# --- in


def _object(value: Any, path: str, otherwise: str = "expected an object") -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DecodeError(otherwise, path=path)
    return value  # pyright: ignore[reportUnknownVariableType]  # JSON edge


def _list(value: Any, path: str) -> list[Any]:
    if not isinstance(value, list):
        msg = "expected a list"
        raise DecodeError(msg, path=path)
    return value  # pyright: ignore[reportUnknownVariableType]  # JSON edge


def _typed(*types: type) -> Callable[[Any, str], Any]:
    """A check for a value of one of these types; True is no number."""
    names = " or ".join(one.__name__ for one in types)

    def check(value: Any, path: str) -> Any:
        if isinstance(value, types) and (not isinstance(value, bool) or bool in types):
            return value
        msg = f"expected {names}, got {type(value).__name__}"
        raise DecodeError(msg, path=path)

    return check


_text = _typed(str)


def _data(value: Any, path: str) -> bytes:
    try:
        return a2b_base64(_text(value, path), strict_mode=True)
    except ValueError as error:
        msg = "not base64"
        raise DecodeError(msg, path=path) from error


def _opaque(value: Any, path: str) -> Opaque:
    fields = _object(value, path)
    data = _object(fields.get("data"), f"{path}.data")
    return Opaque(provider=_text(fields.get("provider"), f"{path}.provider"), data=data)


def _parts(value: Any, path: str) -> tuple[Any, ...]:
    return tuple(_part(one, f"{path}[{position}]") for position, one in enumerate(_list(value, path)))


def _content(value: Any, path: str) -> tuple[Any, ...]:
    parts = _parts(value, path)
    if not all(isinstance(part, Text | Media) for part in parts):
        msg = "a tool's answer is made of text and media"
        raise DecodeError(msg, path=path)
    return parts


_FIELDS: Mapping[str, Callable[[Any, str], Any]] = {
    "opaque": _opaque,
    "data": _data,
    "content": _content,
    "arguments": _object,
    "raw": _object,
    "is_error": _typed(bool),
    "index": _typed(int),
    "start": _typed(int),
    "end": _typed(int),
    "extra": lambda value, _path: value,
}
"""How a field is read; every other one is text."""


def _message(value: Any, path: str) -> Message:
    fields = _object(value, path)
    role = fields.get("role")
    if role not in _ROLES:
        msg = f"expected a message with a role: one of {', '.join(_ROLES)}"
        raise DecodeError(msg, path=path)
    name = fields.get("name")
    return Message(
        role=role,
        parts=_parts(fields.get("parts"), f"{path}.parts"),
        name=None if name is None else _text(name, f"{path}.name"),
    )


def _part(value: Any, path: str) -> Any:
    fields = _object(value, path)
    cls = _PARTS.get(str(fields.get("part")))
    if cls is None:
        msg = f"expected a part: one of {', '.join(_PARTS)}"
        raise DecodeError(msg, path=path)
    known = {name: _FIELDS.get(name, _text)(one, f"{path}.{name}") for name, one in fields.items() if name != "part"}
    try:
        return cls(**known)
    except (TypeError, UsageError) as error:
        raise DecodeError(str(error), path=path) from error
