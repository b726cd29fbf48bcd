"""Classes with named fields (attrs, dataclass, TypedDict, NamedTuple) seen as one thing: a list of `Field`.

Rule: nothing here imports a third party besides attrs; a pydantic model is recognised by `model_json_schema`.
"""

import dataclasses
import typing
from collections.abc import Callable, Mapping, Sequence

import attrs

from jackfield.errors import UsageError
from jackfield.values import frozen

MISSING: object = object()
"""Stands for "no default", which None would not."""


@frozen(kw_only=True)
class Field:
    """One field as a reply names it; `default` is `MISSING` where there is none that JSON could show."""

    name: str
    type: object
    required: bool
    default: object = MISSING
    description: str | None = None
    validator: object = None


def is_record(cls: object) -> typing.TypeGuard[type]:
    """Tell whether a class has named fields that `fields` can list."""
    kinds: tuple[Callable[[object], bool], ...] = (
        _is_attrs,
        dataclasses.is_dataclass,
        is_typed_dict,
        is_named_tuple,
    )
    return isinstance(cls, type) and any(is_kind(cls) for is_kind in kinds)


def _is_attrs(cls: object) -> bool:
    return isinstance(cls, type) and attrs.has(cls)


def is_typed_dict(cls: object) -> typing.TypeGuard[type]:
    """Tell whether a class is a TypedDict: of `typing`, or of `typing_extensions`, which older Pythons keep apart."""
    return isinstance(cls, type) and dict in cls.__mro__ and hasattr(cls, "__required_keys__")


def is_named_tuple(cls: object) -> typing.TypeGuard[type]:
    """Tell whether a class was made by `NamedTuple` or `namedtuple`."""
    return isinstance(cls, type) and tuple in cls.__mro__ and hasattr(cls, "_fields")


def is_pydantic(cls: object) -> typing.TypeGuard[type]:
    """Tell whether a class is a pydantic model, without importing pydantic."""
    return isinstance(cls, type) and hasattr(cls, "model_json_schema") and hasattr(cls, "model_validate")


def fields(cls: type, path: str) -> Sequence[Field]:
    """List the fields of a class.

    Raises:
        UsageError: an annotation names something that does not exist where the class was defined.
    """
    hints = _hints(cls, path)
    if attrs.has(cls):
        return _attrs_fields(cls, hints)
    if is_typed_dict(cls):
        return _typed_dict_fields(cls, hints)
    if is_named_tuple(cls):
        return _tuple_fields(cls, hints)
    return _dataclass_fields(cls, hints)


def _hints(cls: type, path: str) -> Mapping[str, object]:
    try:
        return typing.get_type_hints(cls, include_extras=True)
    except NameError as error:
        raise UsageError(
            f"{path}: the annotation {error.name!r} cannot be found: define it, and the class, at module level",
        ) from error


def _attrs_fields(cls: type, hints: Mapping[str, object]) -> list[Field]:
    found: Sequence[attrs.Attribute[object]] = attrs.fields(cls)
    return [
        Field(
            name=item.alias or item.name,
            type=hints.get(item.name, item.type or object),
            required=item.default is attrs.NOTHING,
            default=MISSING if item.default is attrs.NOTHING or _is_factory(item.default) else item.default,
            description=_text(item.metadata.get("description")),
            validator=item.validator,
        )
        for item in found
        if item.init
    ]


def _is_factory(default: object) -> bool:
    return type(default).__name__ == "Factory"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _dataclass_fields(cls: type, hints: Mapping[str, object]) -> list[Field]:
    members: Callable[[type], tuple[dataclasses.Field[object], ...]] = dataclasses.fields
    return [
        Field(
            name=item.name,
            type=hints.get(item.name, object),
            required=item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING,
            default=MISSING if item.default is dataclasses.MISSING else item.default,
            description=_text(item.metadata.get("description")),
        )
        for item in members(cls)
        if item.init
    ]


def _typed_dict_fields(cls: type, hints: Mapping[str, object]) -> list[Field]:
    required: frozenset[str] = getattr(cls, "__required_keys__", frozenset[str]())
    return [
        Field(name=name, type=_without_marker(hint), required=_is_required(hint, name in required))
        for name, hint in hints.items()
    ]


def _is_required(hint: object, default: bool) -> bool:  # noqa: FBT001 -- a predicate's own verdict
    origin = typing.get_origin(hint)
    if origin is typing.Annotated:
        return _is_required(typing.get_args(hint)[0], default)
    if origin is typing.NotRequired:
        return False
    return origin is typing.Required or default


def _without_marker(hint: object) -> object:
    """Strip `Required`, `NotRequired` and `ReadOnly`, which say nothing about the value."""
    name = getattr(typing.get_origin(hint), "_name", "")
    return _without_marker(typing.get_args(hint)[0]) if name in {"Required", "NotRequired", "ReadOnly"} else hint


def _tuple_fields(cls: type, hints: Mapping[str, object]) -> list[Field]:
    names: tuple[str, ...] = getattr(cls, "_fields", ())
    defaults: Mapping[str, object] = getattr(cls, "_field_defaults", {})
    return [
        Field(
            name=name,
            type=hints.get(name, object),
            required=name not in defaults,
            default=defaults.get(name, MISSING),
        )
        for name in names
    ]
