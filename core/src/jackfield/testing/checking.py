"""Tables that say what a request body may hold, and the refusal of one that holds something else.

Rules: a table has one check a field; a check says what is wrong with a value, or None. A field that is not in the
table is refused, like the providers do, so that a misspelt field of an encoder is seen.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from jackfield.errors import DecodeError
from jackfield.http import HttpRequest, Secret
from jackfield.wire import loads

Json = dict[str, Any]
Check = Callable[[Any], str | None]
Table = Mapping[str, Check]


class Refused(Exception):
    """The simulated provider refuses the request; how that is written is its own affair."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        param: str | None = None,
        code: str | None = None,
        failed_generation: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.param = param
        self.code = code
        self.failed_generation = failed_generation


def is_record(value: object) -> TypeGuard[Json]:
    """Whether it is an object."""
    return isinstance(value, dict)


def is_sequence(value: object) -> TypeGuard[list[Any]]:
    """Whether it is a list."""
    return isinstance(value, list)


def record(value: object) -> Json:
    """The object, or an empty one if it is something else."""
    return value if is_record(value) else {}


def sequence(value: object) -> list[Any]:
    """The list, or an empty one if it is something else."""
    return value if is_sequence(value) else []


def text(value: Any) -> str | None:
    """A string."""
    return None if isinstance(value, str) else "value must be a string"


def boolean(value: Any) -> str | None:
    """True or false."""
    return None if isinstance(value, bool) else "value must be a boolean"


def items(value: Any) -> str | None:
    """A list."""
    return None if isinstance(value, list) else "value must be an array"


def mapping(value: Any) -> str | None:
    """An object."""
    return None if isinstance(value, dict) else "value must be an object"


def anything(_value: Any) -> str | None:
    """Any JSON."""
    return None


def whole(low: int | None = None, high: int | None = None) -> Check:
    """An integer within bounds."""

    def check(value: Any) -> str | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return "value must be an integer"
        return _outside(value, low, high)

    return check


def real(low: float | None = None, high: float | None = None) -> Check:
    """A number within bounds."""

    def check(value: Any) -> str | None:
        if not isinstance(value, int | float) or isinstance(value, bool):
            return "value must be a number"
        return _outside(value, low, high)

    return check


def _outside(value: float, low: float | None, high: float | None) -> str | None:
    if low is not None and value < low:
        return f"number must be at least {low:g}"
    return f"number must be at most {high:g}" if high is not None and value > high else None


def one_of(*words: Any) -> Check:
    """One of these values."""
    return lambda value: None if value in words else f"value must be one of {list(words)}"


def either(*checks: Check) -> Check:
    """What passes any of the checks; the last one explains a failure."""

    def check(value: Any) -> str | None:
        faults = [one(value) for one in checks]
        return None if None in faults else faults[-1]

    return check


def nullable(check: Check) -> Check:
    """Null, or what passes the check."""
    return lambda value: None if value is None else check(value)


def listed(check: Check, most: int | None = None) -> Check:
    """A list whose items all pass."""

    def many(value: Any) -> str | None:
        if not is_sequence(value):
            return "value must be an array"
        if most is not None and len(value) > most:
            return f"maximum number of items is {most}"
        return next((fault for fault in map(check, value) if fault), None)

    return many


def fields(table: Table, *, required: tuple[str, ...] = ()) -> Check:
    """An object that holds nothing but what the table knows."""

    def check(value: Any) -> str | None:
        if not is_record(value):
            return "value must be an object"
        missing = next((name for name in required if name not in value), None)
        if missing:
            return f"property '{missing}' is missing"
        for name, one in value.items():
            fault = table[name](one) if name in table else "is unsupported"
            if fault:
                return f"property '{name}' {fault}"
        return None

    return check


def body_of(request: HttpRequest) -> Json:
    """The JSON object in a request.

    Raises:
        Refused: it is something else.
    """
    try:
        value = loads(request.body)
    except DecodeError as error:
        raise Refused("the request body is not valid JSON") from error
    if not is_record(value):
        raise Refused("the request body must be a JSON object")
    return value


def header(request: HttpRequest, name: str) -> str:
    """A header's text, or an empty one."""
    value = request.headers.get(name, "")
    return value.reveal() if isinstance(value, Secret) else value


def key_is_bad(key: str) -> bool:
    """Simulators take every key, but for an empty one and those that begin with `bad`."""
    return not key or key.lower().startswith("bad")
