"""An error answer, or an error inside a stream, as one error of the tree.

Rules: the class comes from the code, else the type, else the status, by tables; never from the message. Wrapped errors
(`{"error": {...}}`), flat ones and bare texts are read alike; what the body says about the status counts before HTTP's.
"""

from collections.abc import Mapping
from typing import Any

from jackfield import wire
from jackfield.dialects.chat_completions.differences import Differences, Fault
from jackfield.dialects.chat_completions.quotas import rate_limits, retry_after_s, should_retry
from jackfield.errors import (
    AuthenticationError,
    DecodeError,
    NotFound,
    Overloaded,
    ProviderError,
    RateLimited,
    ServerError,
)
from jackfield.http import HttpResponse
from jackfield.statuses import error_of_status
from jackfield.wire import is_object

TYPES: Mapping[str, Fault] = {
    "rate_limit_error": Fault(error=RateLimited),
    "rate_limit_exceeded": Fault(error=RateLimited),
    "overloaded_error": Fault(error=Overloaded),
    "service_unavailable": Fault(error=Overloaded),
    "api_error": Fault(error=ServerError),
    "server_error": Fault(error=ServerError),
    "internal_server_error": Fault(error=ServerError),
    "authentication_error": Fault(error=AuthenticationError),
    "not_found_error": Fault(error=NotFound),
}
"""What a type, else a code, means where a status is not there: an error inside a stream may have none."""

_KNOWN = frozenset({"message", "type", "code", "param", "status_code", "failed_generation"})


def provider_error(
    value: Any, response: HttpResponse, differences: Differences, *, in_stream: bool = False, body: bytes = b""
) -> ProviderError:
    """The error that `value`, a decoded JSON body, describes.

    Args:
        value: an object with `error`, or the error itself; anything else becomes the message.
        response: its status and headers count too.
        differences: the provider's tables.
        in_stream: it came inside a stream whose status was 200.
        body: the raw bytes, for the error's `body`.
    """
    facts = _facts(value)
    status = _status(value, facts, None if in_stream else response.status)
    code, type_ = _word(facts.get("code")), _word(facts.get("type"))
    fault = _fault(differences, code, type_, status)
    advised = None if in_stream else should_retry(response.headers)
    return fault.error(
        str(facts.get("message") or ""),
        provider=differences.provider,
        status=status,
        code=code,
        type=type_,
        param=_word(facts.get("param")),
        request_id=request_id(response.headers, differences),
        retry_after_s=retry_after_s(response.headers),
        retryable=fault.retryable if advised is None else advised,
        failed_generation=_text(facts.get("failed_generation")),
        details={name: fact for name, fact in facts.items() if name not in _KNOWN},
        body=body or response.body,
        in_stream=in_stream,
        rate_limits=rate_limits(response.headers, differences.quotas),
    )


def error_of_body(response: HttpResponse, differences: Differences) -> ProviderError:
    """The error of a whole answer, whatever its body is."""
    return provider_error(loads_or_text(response.body), response, differences)


def loads_or_text(body: bytes) -> Any:
    """Decoded JSON, or the beginning of a text that is none: proxies answer with pages."""
    try:
        return wire.loads(body)
    except DecodeError:
        return body[:2000].decode("utf-8", "replace")


def request_id(headers: Mapping[str, str], differences: Differences) -> str | None:
    """The id to quote to the provider's support, if a header has it."""
    return next((headers[name] for name in differences.request_id_headers if headers.get(name)), None)


def _facts(value: Any) -> Mapping[str, Any]:
    """The error object itself: what is inside `error`, or the value."""
    inner = value.get("error", value) if is_object(value) else value
    if is_object(inner):
        facts = dict(inner)
        facts.setdefault("message", _text(facts.get("detail")) or "")
        return facts
    return {"message": _text(inner) or ""}


def _status(value: Any, facts: Mapping[str, Any], http: int | None) -> int | None:
    outer = value.get("status_code") if is_object(value) else None
    return next((one for one in (facts.get("status_code"), outer) if type(one) is int), http)


def _fault(differences: Differences, code: str | None, type_: str | None, status: int | None) -> Fault:
    if code is not None and code in differences.error_codes:
        return differences.error_codes[code]
    if type_ is not None and type_ in differences.error_types:
        return differences.error_types[type_]
    if status is not None and status >= 300:
        return differences.error_statuses.get(status) or Fault(error=error_of_status(status))
    if code is not None and code.isdecimal() and 400 <= int(code[:4]) < 600:
        return Fault(error=error_of_status(int(code)))
    return TYPES.get(type_ or "") or TYPES.get(code or "") or Fault(error=ProviderError)


def _word(value: Any) -> str | None:
    return None if value is None else str(value)


def _text(value: Any) -> str | None:
    """Text as it is, anything else as JSON."""
    if value is None or isinstance(value, str):
        return value
    return wire.dumps_text(value)
