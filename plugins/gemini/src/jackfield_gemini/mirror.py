"""How this plugin's values are spelled on the wire: `finish_reason` here is `finishReason` there.

Rules: requests and answers use lowerCamelCase; a field may name another spelling in its metadata (`wire`). None is
never sent: it means "not asked for".
"""

from typing import Any, TypeVar, dataclass_transform

import attrs

from jackfield.values import frozen
from jackfield.wire import is_object
from jackfield_gemini.shapes import is_list

T = TypeVar("T")


def camel(name: str) -> str:
    """The wire's spelling of a field name."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _spelled(field: "attrs.Attribute[Any]") -> str:
    name: str = field.metadata.get("wire", camel(field.name))
    return name


def _with_aliases(_cls: type, fields: list["attrs.Attribute[Any]"]) -> list["attrs.Attribute[Any]"]:
    return [field.evolve(alias=_spelled(field)) for field in fields]


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(attrs.field,))
def mirror(cls: type[T]) -> type[T]:
    """A class that mirrors an object of an answer: frozen, and structured by its wire names."""
    return frozen(cls, kw_only=True, field_transformer=_with_aliases)


def as_wire(value: Any) -> Any:
    """An option object as JSON: attrs classes become objects without their None fields, tuples become lists."""
    cls = value.__class__
    if attrs.has(cls):
        named = {_spelled(field): getattr(value, field.name) for field in attrs.fields(cls)}
        return {name: as_wire(item) for name, item in named.items() if item is not None}
    if is_object(value):
        return {name: as_wire(item) for name, item in value.items()}
    if is_list(value):
        return [as_wire(item) for item in value]
    return value


def members(options: Any, place: str) -> dict[str, Any]:
    """The fields of an option object that go to one place on the wire (metadata `in`), by their wire names."""
    mine = [field for field in attrs.fields(options.__class__) if field.metadata.get("in") == place]
    return {_spelled(field): as_wire(value) for field in mine if (value := getattr(options, field.name)) is not None}
