"""A provider's own typed options, put on the wire by their names.

A plugin's options class is a plain attrs class. Each field that is not None goes into the body under its name; inner
attrs objects become JSON objects in the same way. The metadata of a field may say otherwise:
`attrs.field(default=None, metadata={"wire": "name"})` renames it, `{"header": "x-name"}` sends it as a header,
`{"members": True}` puts what is in it there, as it is, and `{"wire": None}` keeps it for the plugin's own encoder.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from jackfield.dialects.chat_completions.differences import Json
from jackfield.errors import UsageError


def body_of(extra: object) -> Json:
    """The fields that go into the body; of those that hold members of it, the members, which win."""
    body: dict[str, Any] = {}
    members: dict[str, Any] = {}
    for field, value in _set_fields(extra):
        wire = field.metadata.get("wire", field.name)
        if "members" in field.metadata:
            members.update(as_json(value))
        elif wire and "header" not in field.metadata:
            body[wire] = as_json(value)
    return {**body, **members}


def headers_of(extra: object) -> Mapping[str, str]:
    """The fields that are headers."""
    return {field.metadata["header"]: str(value) for field, value in _set_fields(extra) if "header" in field.metadata}


def _set_fields(extra: object) -> Iterator[tuple["attrs.Attribute[Any]", Any]]:
    cls: type[object] = type(extra)
    for field in attrs.fields(cls) if attrs.has(cls) else ():
        value = getattr(extra, field.name)
        if value is not None:
            yield field, value


def check_type(extra: Any, options_type: type | None, *, provider: str) -> None:
    """Refuse another provider's options.

    Raises:
        UsageError: `extra` is of another class than the one that the provider exports.
    """
    if extra is not None and (options_type is None or not isinstance(extra, options_type)):
        wanted = (
            f"{options_type.__module__.partition('.')[0]}.{options_type.__name__}" if options_type else "no options"
        )
        raise UsageError(f"{provider}: extra= takes {wanted}, not {type(extra).__name__}")


def as_json(value: Any) -> Any:
    """A value as JSON has it: attrs objects without their unset fields, tuples as lists."""
    if _is_attrs(value):
        return body_of(value)
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # JSON edge
    if isinstance(value, frozenset | set):
        raise UsageError("extra: a set is not JSON: give a list")
    if isinstance(value, tuple | list):
        return [as_json(item) for item in value]  # pyright: ignore[reportUnknownVariableType]  # JSON edge
    return value


def _is_attrs(value: object) -> bool:
    return attrs.has(type(value))
