"""The decorator of our values: `attrs.frozen`, at half its price when a program starts.

attrs writes and compiles `__eq__`, `__hash__` and `__repr__` anew for each class, and there are many. Here all classes
share the three below, which go by the fields as attrs declares them, and do what attrs' own would. Rule: values that
are compared or hashed in a loop are better off with `attrs.frozen`, whose methods take a fraction of the time.
"""

from collections.abc import Iterator
from functools import partial
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:  # type checkers know what that one does
    from attrs import frozen
else:

    def frozen(cls: type | None = None, **options: Any) -> Any:
        """Make a class of immutable values. The arguments are those of `attrs.frozen`."""
        if cls is None:
            return partial(frozen, **options)
        for name, method in _SHARED.items():
            if name not in vars(cls):
                setattr(cls, name, method)  # attrs leaves alone what a class defines itself
        return attrs.frozen(cls, **options)


__all__ = ["frozen"]


def _eq(self: Any, other: Any) -> Any:
    """Whether the class and all fields are equal."""
    if other.__class__ is not self.__class__:
        return NotImplemented
    return all(_compared(self, field) == _compared(other, field) for field in self.__attrs_attrs__ if field.eq)


def _hash(self: Any) -> int:
    """The hash of the class and of the fields that count in a comparison."""
    counted = [field for field in self.__attrs_attrs__ if (field.eq if field.hash is None else field.hash)]
    return hash((self.__class__, *(_compared(self, field) for field in counted)))


@recursive_repr()
def _repr(self: Any) -> str:
    """The class and its fields, as they are written in Python."""
    return f"{self.__class__.__qualname__.rpartition('>.')[2]}({', '.join(_shown(self))})"


def _compared(self: Any, field: Any) -> Any:
    value = getattr(self, field.name)
    return value if field.eq_key is None else field.eq_key(value)


def _shown(self: Any) -> Iterator[str]:
    for field in self.__attrs_attrs__:
        if field.repr:
            show = field.repr if callable(field.repr) else repr
            yield f"{field.name}={show(getattr(self, field.name))}"


_SHARED = {"__eq__": _eq, "__hash__": _hash, "__repr__": _repr}
