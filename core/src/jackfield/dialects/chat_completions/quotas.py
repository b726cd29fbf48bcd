"""Rate-limit and retry headers as numbers.

Rules: a header that is absent or cannot be read is None, never a guess; times are seconds. A duration is written as
Go writes it (`2m59.56s`, `172ms`) or as plain seconds.

Source: https://pkg.go.dev/time#ParseDuration
"""

import re
from collections.abc import Mapping, Sequence

from jackfield.dialects.chat_completions.differences import Quota
from jackfield.types.results import RateLimit, RateLimits

_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ns": 1e-9}
_PIECE = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(h|ms|us|µs|μs|ns|m|s)", re.ASCII)
_SECONDS = re.compile(r"\d+(?:\.\d*)?|\.\d+", re.ASCII)


def seconds(text: str) -> float | None:
    """A duration in seconds, or None if it is not one."""
    text = text.strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    pieces = list(_PIECE.finditer(text))
    if not pieces or "".join(piece[0] for piece in pieces) != text:
        return None
    return sum(float(piece[1]) * _UNITS[piece[2]] for piece in pieces)


def rate_limits(headers: Mapping[str, str], quotas: Sequence[Quota]) -> RateLimits:
    """The quotas that an answer reports; those without any header are left out."""
    found: list[RateLimit] = []
    for quota in quotas:
        texts = [headers.get(name) if name else None for name in (quota.limit, quota.remaining, quota.reset)]
        limit, remaining, reset = _count(texts[0]), _count(texts[1]), seconds(texts[2] or "")
        if (limit, remaining, reset) != (None, None, None):
            found.append(
                RateLimit(kind=quota.kind, limit=limit, remaining=remaining, reset_s=reset, period_s=quota.period_s)
            )
    return RateLimits(tuple(found))


def _count(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """How long the answer asks to wait, in seconds, or None.

    `retry-after-ms` counts before `retry-after`; a date there is measured from the answer's own `date`.

    Source: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    milliseconds = seconds(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after", "")
    return seconds(text) if seconds(text) is not None else _until(text, headers.get("date", ""))


def _until(when: str, now: str) -> float | None:
    from email.utils import parsedate_to_datetime  # dates are rare, the module is not small

    try:
        return max(0.0, (parsedate_to_datetime(when) - parsedate_to_datetime(now)).total_seconds())
    except (ValueError, TypeError):
        return None


def should_retry(headers: Mapping[str, str]) -> bool | None:
    """What `x-should-retry` says, or None if it is not there."""
    return {"true": True, "false": False}.get(headers.get("x-should-retry", "").strip().lower())
