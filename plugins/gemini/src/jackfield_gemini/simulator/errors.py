"""Errors as google.rpc writes them.

Source: recorded answers of 2025 and 2026,
https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto
"""

from collections.abc import Mapping

from jackfield.testing.checking import Json, Refused
from jackfield.testing.faults import Fault

_TYPE = "type.googleapis.com/google.rpc."
_STATUSES: Mapping[int, tuple[str, str]] = {
    400: ("INVALID_ARGUMENT", "Request contains an invalid argument."),
    401: ("UNAUTHENTICATED", "Request had invalid authentication credentials."),
    403: ("PERMISSION_DENIED", "The caller does not have permission"),
    404: ("NOT_FOUND", "Requested entity was not found."),
    429: ("RESOURCE_EXHAUSTED", "You exceeded your current quota."),
    499: ("CANCELLED", "The operation was cancelled."),
    500: ("INTERNAL", "An internal error has occurred. Please retry"),
    501: ("UNIMPLEMENTED", "Not implemented."),
    503: ("UNAVAILABLE", "The model is overloaded. Please try again later."),
    504: ("DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
}
_BAD_KEY = "API key not valid. Please pass a valid API key."


def _error(status: int, message: str, details: list[Json] | None = None, name: str | None = None) -> Json:
    found = name or _STATUSES.get(status, ("UNKNOWN", ""))[0]
    return {"error": {"code": status, "message": message, "status": found, **({"details": details} if details else {})}}


def refusal_body(refusal: Refused) -> Json:
    """A refusal; one that names a field has it as a violation."""
    details = None
    if refusal.param is not None:
        violation = {"field": refusal.param, "description": refusal.message}
        details = [{"@type": f"{_TYPE}BadRequest", "fieldViolations": [violation]}]
    return _error(refusal.status, refusal.message, details)


def bad_key(*, missing: bool) -> tuple[int, Json]:
    """A wrong key is a 400, and none at all a 403. Recorded 2025-08."""
    if missing:
        message = "Method doesn't allow unregistered callers (callers without established identity)."
        return 403, _error(403, message)
    info: Json = {
        "@type": f"{_TYPE}ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
        "metadata": {"service": "generativelanguage.googleapis.com"},
    }
    localized = {"@type": f"{_TYPE}LocalizedMessage", "locale": "en-US", "message": _BAD_KEY}
    return 400, _error(400, _BAD_KEY, [info, localized])


def failure(fault: Fault) -> Json:
    """The error of a status that was asked for."""
    status = fault.status or 500
    message = _STATUSES.get(status, ("", f"Simulated status {status}"))[1]
    details: list[Json] = []
    if status == 429:
        violation = {
            "quotaMetric": "generativelanguage.googleapis.com/generate_content_requests",
            "quotaId": "GenerateRequestsPerMinutePerProjectPerModel",
            "quotaDimensions": {"location": "global", "model": "simulated"},
        }
        details.append({"@type": f"{_TYPE}QuotaFailure", "violations": [violation]})
    if fault.retry_after_s is not None:
        details.append({"@type": f"{_TYPE}RetryInfo", "retryDelay": f"{fault.retry_after_s:g}s"})
    return _error(status, message, details, fault.error)
