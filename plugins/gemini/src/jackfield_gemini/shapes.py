"""Which shape a decoded JSON value has, told to the type checkers too."""

from collections.abc import Sequence
from typing import Any, TypeGuard

from jackfield.wire import is_object


def is_list(value: object) -> TypeGuard[Sequence[Any]]:
    """Whether it is a list, or the tuple by which we write one."""
    return isinstance(value, list | tuple)


def objects(value: object) -> list[dict[str, Any]]:
    """The objects among a list's items; none if it is no list."""
    return [one for one in value if is_object(one)] if is_list(value) else []
