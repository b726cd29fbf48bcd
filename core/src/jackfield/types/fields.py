"""Fields that refuse a value of the wrong type, as their annotations say: for the values that callers make.

A class with the decorator `checked`, in place of `values.frozen`, looks at itself as soon as it is made. Rules: the
error names the class, the field, what was expected and what came; a field that does not show in `repr` does not show
here either; a list may be given for a tuple. Values that a plugin makes for each chunk are not looked at.
"""

import math
from collections.abc import Callable, Mapping
from functools import cache, partial
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs

from jackfield.errors import UsageError
from jackfield.values import frozen

_WORDS: Mapping[Any, str] = {
    str: "a text", bytes: "bytes", bool: "True or False", int: "a whole number", float: "a number", NoneType: "None",
    Mapping: "a mapping", dict: "a dict", Callable: "a function",
}  # fmt: skip
_SHOWN = 80

__all__ = ["checked", "clipped", "expect", "is_finite", "misfit", "refusal"]

Expected = tuple[str, Callable[[Any], bool]]
"""What is expected, in words, and whether a value is that."""


def refusal(name: str, expected: str, value: object, *, shown: bool = True) -> UsageError:
    """The error for an argument that is something else than expected; its value shows unless it may be a secret."""
    return UsageError(f"{name}: expected {expected}, got {clipped(value) if shown else _only_type(value)}")


def clipped(value: object) -> str:
    """The value as an error shows it: clipped, however large it is."""
    try:
        what = repr(value)
    except ValueError:  # a whole number of thousands of digits
        return _only_type(value)
    return what if len(what) <= _SHOWN else what[:_SHOWN] + "..."


def _only_type(value: object) -> str:
    return f"something of type {type(value).__name__}"


def is_finite(number: float) -> bool:
    """Whether it is neither NaN nor infinite, nor a whole number beyond all floats."""
    try:
        return math.isfinite(number)
    except OverflowError:
        return False


def expect(name: str, wanted: Any, value: object, *, shown: bool = True) -> None:
    """UsageError if the value is not of the type `wanted`, which may be any annotation."""
    expected, fits = _expected(wanted)
    if not fits(value):
        raise refusal(name, expected, value, shown=shown)


def misfit(value: Any) -> str | None:
    """What the first field of the wrong type expects, for a value that nobody has looked at; None if all fit."""
    for name, default, (expected, fits), several in _fields(value.__class__):
        given: Any = getattr(value, name)
        if given is not default and not fits(_as_tuple(given) if several else given):
            field = f"{value.__class__.__name__}.{getattr(attrs.fields(value.__class__), name).alias}"
            return str(refusal(field, expected, given, shown=False))
    return None


if TYPE_CHECKING:  # type checkers know what that one does
    from attrs import frozen as checked
else:

    def checked(cls: type | None = None, **options: Any) -> Any:
        """Make a class of immutable values that are looked at. The arguments are those of `attrs.frozen`."""
        if cls is None:
            return partial(checked, **options)
        own = vars(cls).get("__attrs_post_init__")
        if own is not None or not hasattr(cls, "__attrs_post_init__"):
            cls.__attrs_post_init__ = _check if own is None else _both(own)
        return frozen(cls, **options)


def _both(own: Callable[[Any], None]) -> Callable[[Any], None]:
    def check(self: Any) -> None:
        _check(self)
        own(self)

    return check


def _check(self: Any) -> None:
    """Look at each field that is not at its default: that is right, and what the most of them are at."""
    cls: Any = self.__class__
    for name, default, (expected, fits), several in _fields(cls):
        value: Any = getattr(self, name)
        if value is default:
            continue
        if several:
            value = _as_tuple(value)
            object.__setattr__(self, name, value)
        if not fits(value):
            field = getattr(attrs.fields(cls), name)
            raise refusal(f"{cls.__name__}.{field.alias}", expected, value, shown=field.repr is True)


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # any


@cache
def _fields(cls: Any) -> tuple[tuple[str, Any, Expected, bool], ...]:
    """Each field: its name and default, what it expects, and whether that is several.

    Resolved on first use, because an annotation may name what comes further down.
    """
    annotations, fields = get_type_hints(cls), attrs.fields(cls)
    return tuple(
        (one.name, one.default, _expected(annotations[one.name]), _holds_tuple(annotations[one.name]))
        for one in fields
        if one.init
    )


def _holds_tuple(annotation: Any) -> bool:
    return any(get_origin(one) is tuple for one in (annotation, *get_args(annotation)))


@cache
def _expected(annotation: Any) -> Expected:
    """What an annotation expects."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation is Any or annotation is object or isinstance(annotation, TypeVar):
        return "anything", lambda _: True
    if origin in (Union, UnionType):
        return _either([_expected(one) for one in arguments])
    if origin is Literal:
        return "one of " + ", ".join(map(str, arguments)), lambda value: _among(value, arguments)
    if origin is tuple:
        return _several(_expected(arguments[0]))
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(*map(_expected, arguments))
    if annotation in (int, float):
        accepted = (int, float) if annotation is float else (int,)
        return _WORDS[annotation], lambda value: isinstance(value, accepted) and not isinstance(value, bool)
    cls = origin or annotation
    if cls is Callable:
        return _WORDS[cls], callable
    return _WORDS.get(cls, cls.__name__), lambda value: isinstance(value, cls)


def _among(value: object, choices: tuple[Any, ...]) -> bool:
    """Whether it is one of them; True is no 1."""
    return not isinstance(value, bool) and any(isinstance(value, type(one)) and value == one for one in choices)


def _either(choices: list[Expected]) -> Expected:
    words = [word for word, _ in choices]
    return " or ".join((", ".join(words[:-1]), words[-1])), lambda value: any(fits(value) for _, fits in choices)


def _several(item: Expected) -> Expected:
    word, fits = item
    return f"a tuple, each {word}", lambda value: isinstance(value, tuple) and all(map(fits, value))  # pyright: ignore[reportUnknownArgumentType]  # any


def _mapping(key: Expected, item: Expected) -> Expected:
    def fits(value: Any) -> bool:
        return isinstance(value, Mapping) and all(key[1](one) and item[1](value[one]) for one in value)  # pyright: ignore[reportUnknownVariableType]  # any

    return f"a mapping from {key[0]} to {item[0]}", fits
