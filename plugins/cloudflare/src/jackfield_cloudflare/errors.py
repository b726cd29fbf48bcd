"""Cloudflare's envelope, and its error codes as a table.

Rules: the envelope's code decides the class, the HTTP status only where the code is unknown; `success: false` is an
error whatever the status; the message stays as it was sent.

Source: https://developers.cloudflare.com/workers-ai/platform/errors/
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from jackfield import wire
from jackfield.dialects.chat_completions.differences import Differences, Fault
from jackfield.dialects.chat_completions.faults import provider_error
from jackfield.errors import (
    AuthenticationError,
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
from jackfield.wire import is_object
from jackfield_cloudflare.wiretypes import is_list

PROVIDER = "cloudflare"

# A 400 can be a wrong token (10001), a 403 a missing feature (5023), one 429 is final and the other passes: the code
# says. 4006 and 3036 are the allocation of free neurons; it is new at 00:00 UTC, which is no wait for a client.
CODES: Mapping[str, Fault] = {
    "3003": Fault(error=InvalidRequest),
    "3006": Fault(error=RequestTooLarge),
    "3007": Fault(error=ServerError, retryable=True),
    "3008": Fault(error=ServerError, retryable=True),
    "3023": Fault(error=PermissionDenied),
    "3036": Fault(error=RateLimited, retryable=False),
    "3039": Fault(error=InvalidRequest),
    "3040": Fault(error=Overloaded, retryable=True),
    "3041": Fault(error=PermissionDenied),
    "3042": Fault(error=NotFound),
    "4006": Fault(error=RateLimited, retryable=False),
    "5004": Fault(error=InvalidRequest),
    "5005": Fault(error=InvalidRequest),
    "5006": Fault(error=InvalidRequest),
    "5007": Fault(error=NotFound),
    "5016": Fault(error=PermissionDenied),
    "5018": Fault(error=PermissionDenied),
    "5019": Fault(error=InvalidRequest),
    "5023": Fault(error=InvalidRequest),
    "5025": Fault(error=InvalidRequest),
    "5035": Fault(error=PaymentRequired),
    "7000": Fault(error=NotFound),
    "8001": Fault(error=InvalidRequest),
    "8006": Fault(error=InvalidRequest),
    "10000": Fault(error=AuthenticationError),
    "10001": Fault(error=AuthenticationError),
}
FAULTS = Differences(provider=PROVIDER, request_id_headers=("cf-ai-req-id",), error_codes=CODES)

_REQUEST_ID = re.compile(r"\(([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)\s*$")
_LEADING_CODE = re.compile(r"(\d{4,5}): ")


def error_objects(body: Mapping[str, Any]) -> list[Any]:
    """What the body holds in place of an answer; empty if it is one.

    The envelope has `errors`, the OpenAI-compatible endpoints have `error`, and `success: false` or `state: Failed`
    count without either.
    """
    error = body.get("error")
    if error:
        return [error]
    errors = body.get("errors")
    if body.get("success") is False or body.get("state") == "Failed":
        return errors if is_list(errors) and errors else [{}]
    return errors if is_list(errors) and errors and body.get("success") is not True else []


def error_of(response: HttpResponse, errors: Sequence[Any], *, in_stream: bool = False) -> ProviderError:
    """The error that this answer, or this event of a stream, is; `errors` as `error_objects` finds them.

    Refusals come without a request id in a header: it then stands at the end of the message.
    """
    text = response.body[:2000].decode("utf-8", "replace").strip()
    error = provider_error(_with_code(errors[0] if errors else text), response, FAULTS, in_stream=in_stream)
    if error.request_id is None:
        named = _REQUEST_ID.search(error.message)
        error.request_id = named.group(1) if named else None
    if len(errors) > 1:
        error.details["errors"] = list(errors)
    return error


def _with_code(error: Any) -> Any:
    """The error with its code, which may stand in front of the message: `4006: you have used up ...` (2026-11)."""
    message = error.get("message") if is_object(error) else error
    found = _LEADING_CODE.match(message) if isinstance(message, str) else None
    if found is None or (is_object(error) and error.get("code") is not None):
        return error
    return {**(error if is_object(error) else {"message": message}), "code": found.group(1)}


def json_body(response: HttpResponse) -> Any:
    """The JSON of a whole answer.

    Raises:
        ProviderError: the status is 300 or more (no redirect is followed), or the body is an error whatever the status.
        DecodeError: it is no JSON.
    """
    try:
        body = wire.loads(response.body)
    except DecodeError:
        if response.status >= 300:
            raise error_of(response, ()) from None
        raise
    errors = error_objects(body) if is_object(body) else []
    if response.status >= 300 or errors:
        raise error_of(response, errors)
    return body


ENVELOPE = frozenset({"errors", "messages", "result", "result_info", "state", "success"})


def unwrapped(body: Any, *, strict: bool = False) -> Any:
    """The output inside the envelope, or the body itself where there is none (`/ai/v1`, some gateways).

    Raises:
        DecodeError: the envelope has unknown members in strict mode.
    """
    if is_object(body) and "result" in body and ("success" in body or "state" in body):
        unknown = sorted(body.keys() - ENVELOPE)
        if strict and unknown:
            raise DecodeError(f"unexpected members of the envelope: {', '.join(unknown)}")
        return body["result"]
    return body
