"""How long to wait, and how often to try again."""

from typing import Any

import attrs

from jackfield.errors import UsageError
from jackfield.types.fields import checked, clipped, is_finite


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and is_finite(value)


def _positive(_instance: object, attribute: "attrs.Attribute[Any]", value: float | None) -> None:
    if value is not None and not (_is_number(value) and value > 0):
        msg = f"{attribute.name} must be a number of seconds above 0, or None for no limit: {clipped(value)}"
        raise UsageError(msg)


def _not_negative(_instance: object, attribute: "attrs.Attribute[Any]", value: float) -> None:
    if not (_is_number(value) and value >= 0):
        msg = f"{attribute.name} must be a number and not negative: {clipped(value)}"
        raise UsageError(msg)


def _whole(_instance: object, attribute: "attrs.Attribute[Any]", value: float) -> None:
    if not isinstance(value, int):
        msg = f"{attribute.name} must be a whole number: {value!r}"
        raise UsageError(msg)


@checked(kw_only=True)
class Timeouts:
    """Four deadlines in seconds; None means none. Comments and keep-alives of a stream reset none of them.

    Attributes:
        connect_s: until connected, TLS included.
        first_event_s: until the first event, or until a whole reply has arrived.
        between_events_s: from one event to the next.
        total_s: for the whole call, retries and waits included.
    """

    connect_s: float | None = attrs.field(default=10.0, validator=_positive)
    first_event_s: float | None = attrs.field(default=600.0, validator=_positive)
    between_events_s: float | None = attrs.field(default=60.0, validator=_positive)
    total_s: float | None = attrs.field(default=None, validator=_positive)


@checked(kw_only=True)
class Retries:
    """When to send again: connection failures and answers that call themselves retryable, before the first event.

    Attributes:
        limit: further attempts after the first; 0 sends once.
        first_wait_s: wait before the first retry where the provider names none; doubles each time.
        max_wait_s: longest wait; a provider that asks for more gets no retry, the error says how long.
    """

    limit: int = attrs.field(default=2, validator=[_not_negative, _whole])
    first_wait_s: float = attrs.field(default=0.5, validator=_not_negative)
    max_wait_s: float = attrs.field(default=60.0, validator=_not_negative)
