"""From google.rpc errors to the error tree.

The class comes from the reason of the `ErrorInfo` detail, else from the status word, else from the HTTP status: a bad
key is a 400 INVALID_ARGUMENT with the reason API_KEY_INVALID (2026-08). Errors of stream requests are plain JSON
labelled as an event stream, some errors are HTML or empty, and some layers wrap the object in a list of one.

Source: https://ai.google.dev/gemini-api/docs/troubleshooting and
https://cloud.google.com/apis/design/errors#error_details
"""

import re
from collections.abc import Mapping
from typing import Any

import attrs

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
    ServerError,
)
from jackfield.http import HttpResponse
from jackfield.statuses import error_of_status
from jackfield.types.results import RateLimit, RateLimits
from jackfield.wire import is_object
from jackfield_gemini.shapes import is_list, objects

Json = Mapping[str, Any]
ErrorClass = type[ProviderError]

# https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto
_BY_REASON: Mapping[str, ErrorClass] = {
    "API_KEY_INVALID": AuthenticationError,
    "CREDENTIALS_MISSING": AuthenticationError,
    "ACCESS_TOKEN_EXPIRED": AuthenticationError,
    "ACCESS_TOKEN_TYPE_UNSUPPORTED": AuthenticationError,
    "ACCOUNT_STATE_INVALID": AuthenticationError,
    "SESSION_COOKIE_INVALID": AuthenticationError,
    "API_KEY_SERVICE_BLOCKED": PermissionDenied,
    "API_KEY_HTTP_REFERRER_BLOCKED": PermissionDenied,
    "API_KEY_IP_ADDRESS_BLOCKED": PermissionDenied,
    "API_KEY_ANDROID_APP_BLOCKED": PermissionDenied,
    "API_KEY_IOS_APP_BLOCKED": PermissionDenied,
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": PermissionDenied,
    "SERVICE_DISABLED": PermissionDenied,
    "CONSUMER_INVALID": PermissionDenied,
    "CONSUMER_SUSPENDED": PermissionDenied,
    "USER_PROJECT_DENIED": PermissionDenied,
    "BILLING_DISABLED": PaymentRequired,
    "RATE_LIMIT_EXCEEDED": RateLimited,
    "RESOURCE_QUOTA_EXCEEDED": RateLimited,
}
# https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
_BY_STATUS: Mapping[str, ErrorClass] = {
    "INVALID_ARGUMENT": InvalidRequest,
    "FAILED_PRECONDITION": InvalidRequest,
    "OUT_OF_RANGE": InvalidRequest,
    "UNIMPLEMENTED": InvalidRequest,
    "UNAUTHENTICATED": AuthenticationError,
    "PERMISSION_DENIED": PermissionDenied,
    "NOT_FOUND": NotFound,
    "ALREADY_EXISTS": Conflict,
    "ABORTED": Conflict,
    "RESOURCE_EXHAUSTED": RateLimited,
    "CANCELLED": ServerError,
    "UNKNOWN": ServerError,
    "INTERNAL": ServerError,
    "DATA_LOSS": ServerError,
    "DEADLINE_EXCEEDED": ServerError,
    "UNAVAILABLE": Overloaded,
}
_NOT_WORTH_A_RETRY = frozenset({"ALREADY_EXISTS", "UNIMPLEMENTED"})
_SECONDS = re.compile(r"(\d{1,9}(?:\.\d+)?)s")
_WINDOWS: Mapping[str, float] = {"PerMinute": 60.0, "PerHour": 3600.0, "PerDay": 86400.0}


def error_from(response: HttpResponse) -> ProviderError:
    """The error that an answer with a status of 300 or more is."""
    try:
        payload = wire.loads(response.body)
    except DecodeError:
        payload = None
    return error_of(payload, status=response.status, body=response.body)


def error_of(payload: Any, *, status: int | None, body: bytes = b"", in_stream: bool = False) -> ProviderError:
    """The error that a decoded JSON value describes; whatever it is, it gives one."""
    error = _inner(payload)
    facts = _Details.of(error.get("details"))
    word = _text(error.get("status"))
    code = error.get("code")
    http = status if status is not None else code if type(code) is int else None
    cls = _BY_REASON.get(facts.reason or "") or _BY_STATUS.get(word or "") or error_of_status(http)
    return cls(
        _text(error.get("message")) or "",
        provider="gemini",
        status=http,
        code=facts.reason or word or (None if code is None else str(code)),
        type=word,
        param=facts.param,
        retry_after_s=facts.retry_after_s,
        retryable=False if facts.all_day or word in _NOT_WORTH_A_RETRY else None,
        details=facts.kept,
        body=body,
        in_stream=in_stream,
        rate_limits=RateLimits(facts.quotas) if facts.quotas else None,
    )


def _inner(payload: Any) -> Json:
    """The error object, wherever it is; empty if there is none."""
    if is_list(payload) and len(payload) == 1:
        payload = payload[0]
    error = payload.get("error") if is_object(payload) else None
    if isinstance(error, str):
        return {"message": error}
    return error if is_object(error) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


@attrs.define(eq=False, repr=False)
class _Details:
    """What the `details` of an error say.

    Attributes:
        all_day: every quota that is named is one of a day, so that the delay asked for means nothing.
    """

    reason: str | None = None
    param: str | None = None
    retry_after_s: float | None = None
    quotas: tuple[RateLimit, ...] = ()
    all_day: bool = False
    kept: dict[str, Any] = attrs.field(factory=dict[str, Any])

    @classmethod
    def of(cls, details: Any) -> "_Details":
        """Read the details that are objects; each kind is kept under its own name."""
        found = cls()
        for detail in objects(details):
            name = (_text(detail.get("@type")) or "").rpartition(".")[2]
            if name:
                found.kept[name] = {key: value for key, value in detail.items() if key != "@type"}
        found._read()
        return found

    def _read(self) -> None:
        self.reason = _text(self.kept.get("ErrorInfo", {}).get("reason"))
        delay = _SECONDS.fullmatch(_text(self.kept.get("RetryInfo", {}).get("retryDelay")) or "")
        self.retry_after_s = float(delay[1]) if delay else None
        fields = objects(self.kept.get("BadRequest", {}).get("fieldViolations"))
        self.param = next((name for one in fields if (name := _text(one.get("field")))), None)
        self.quotas = tuple(_quota(one) for one in objects(self.kept.get("QuotaFailure", {}).get("violations")))
        self.all_day = bool(self.quotas) and all(one.period_s == _WINDOWS["PerDay"] for one in self.quotas)


def _quota(violation: Json) -> RateLimit:
    """The quota that was passed, from its id such as `GenerateRequestsPerDayPerProjectPerModel-FreeTier`."""
    name = _text(violation.get("quotaId")) or ""
    limit = _text(violation.get("quotaValue")) or ""
    return RateLimit(
        kind="tokens" if "Token" in name else "requests",
        limit=int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 19 else None,
        period_s=next((seconds for word, seconds in _WINDOWS.items() if word in name), None),
    )
