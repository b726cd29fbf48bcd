"""Errors, and the quotas that answers report. The class comes from the error's type, else from the status.

Source: https://platform.claude.com/docs/en/api/errors and https://platform.claude.com/docs/en/api/rate-limits (2026-11)
"""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from jackfield import wire
from jackfield.errors import (
    AuthenticationError,
    Conflict,
    DecodeError,
    InvalidRequest,
    NotFound,
    Overloaded,
    PaymentRequired,
    PermissionDenied,
    ProviderError,
    RateLimited,
    RequestTooLarge,
    ServerError,
)
from jackfield.http import HttpResponse
from jackfield.statuses import error_of_status
from jackfield.types.results import RateLimit, RateLimits
from jackfield_anthropic.shapes import PROVIDER, Json, is_object

_BY_TYPE: Mapping[str, tuple[type[ProviderError], int]] = {
    "invalid_request_error": (InvalidRequest, 400),
    "authentication_error": (AuthenticationError, 401),
    "billing_error": (PaymentRequired, 402),
    "permission_error": (PermissionDenied, 403),
    "not_found_error": (NotFound, 404),
    "conflict_error": (Conflict, 409),
    "request_too_large": (RequestTooLarge, 413),
    "rate_limit_error": (RateLimited, 429),
    "api_error": (ServerError, 500),
    "timeout_error": (ServerError, 504),
    "overloaded_error": (Overloaded, 529),
}
_SPENT = "enforced_spend_limit_reached"  # a 429 that waiting does not mend


def error_from(response: HttpResponse) -> ProviderError:
    """The error that an answer with a status of 300 or more is."""
    try:
        value: Any = wire.loads(response.body)
    except DecodeError:
        value = {"error": {"message": response.body[:2000].decode("utf-8", "replace")}}
    return error_of(value, response, body=response.body)


def error_of(value: Any, response: HttpResponse, *, in_stream: bool = False, body: bytes = b"") -> ProviderError:
    """The error that a decoded value describes; whatever it is, it gives one."""
    outer: Json = value if is_object(value) else {}
    error: Json = outer["error"] if is_object(outer.get("error")) else {}
    kind = _text(error.get("type"))
    by_type = _BY_TYPE.get(kind or "")
    status = (by_type[1] if by_type else None) if in_stream else response.status
    details: Json = error["details"] if is_object(error.get("details")) else {}
    code = _text(details.get("error_code"))
    return (by_type[0] if by_type else error_of_status(status))(
        _text(error.get("message")) or "",
        provider=PROVIDER,
        status=status,
        code=code or kind,
        type=kind,
        request_id=_text(outer.get("request_id")) or response.headers.get("request-id"),
        retry_after_s=_number(response.headers.get("retry-after")),
        retryable=False if code == _SPENT else None,
        details=details,
        body=body,
        in_stream=in_stream,
        rate_limits=rate_limits(response.headers),
    )


def rate_limits(headers: Mapping[str, str]) -> RateLimits:
    """The quotas of an answer: a minute's; resets are moments, which the answer's own date makes seconds."""
    found: list[RateLimit] = []
    for kind in ("requests", "tokens"):
        limit, remaining, reset = (
            headers.get(f"anthropic-ratelimit-{kind}-{fact}") for fact in ("limit", "remaining", "reset")
        )
        if limit is not None or remaining is not None:
            reset_s = _until(reset, headers.get("date"))
            found.append(
                RateLimit(kind=kind, limit=_count(limit), remaining=_count(remaining), reset_s=reset_s, period_s=60)
            )
    return RateLimits(tuple(found))


def _until(moment: str | None, now: str | None) -> float | None:
    try:
        return max(0.0, (datetime.fromisoformat(moment or "") - parsedate_to_datetime(now or "")).total_seconds())
    except (TypeError, ValueError):
        return None


def _count(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def _number(text: str | None) -> float | None:
    try:
        return max(0.0, float(text or ""))
    except ValueError:
        return None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
