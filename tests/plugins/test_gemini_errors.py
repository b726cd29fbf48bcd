"""google.rpc errors: the class by reason, status word or HTTP status, and the facts of the details."""

from typing import Any

import pytest
from tests.plugins.gemini_samples import PROVIDER, answer, request

from jackfield.errors import (
    AuthenticationError,
    Conflict,
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

RPC = "type.googleapis.com/google.rpc."


def error(value: Any, status: int) -> ProviderError:
    """The error of an answer."""
    with pytest.raises(ProviderError) as caught:
        PROVIDER.decode_response(request(stream=True), answer(value, status))
    return caught.value


def body(status: str, *details: Any, code: int = 400, message: str = "What went wrong.") -> dict[str, Any]:
    """A google.rpc error."""
    inner: dict[str, Any] = {"code": code, "message": message, "status": status}
    return {"error": {**inner, "details": [*details]} if details else inner}


def info(reason: str) -> dict[str, Any]:
    """An ErrorInfo."""
    return {"@type": RPC + "ErrorInfo", "reason": reason, "domain": "googleapis.com", "metadata": {"service": "s"}}


@pytest.mark.parametrize(
    ("status", "word", "cls"),
    [
        (400, "INVALID_ARGUMENT", InvalidRequest),
        (400, "FAILED_PRECONDITION", InvalidRequest),
        (401, "UNAUTHENTICATED", AuthenticationError),
        (403, "PERMISSION_DENIED", PermissionDenied),
        (404, "NOT_FOUND", NotFound),
        (409, "ABORTED", Conflict),
        (409, "ALREADY_EXISTS", Conflict),
        (429, "RESOURCE_EXHAUSTED", RateLimited),
        (499, "CANCELLED", ServerError),
        (500, "INTERNAL", ServerError),
        (501, "UNIMPLEMENTED", InvalidRequest),
        (503, "UNAVAILABLE", Overloaded),
        (504, "DEADLINE_EXCEEDED", ServerError),
    ],
)
def test_class_by_status_word(status: int, word: str, cls: type[ProviderError]) -> None:
    """The word decides; message, status and code are kept as they came."""
    found = error(body(word, code=status, message="* spaces stay\n"), status)
    assert type(found) is cls
    assert (found.status, found.type, found.code, found.message) == (status, word, word, "* spaces stay\n")
    assert found.retryable is (cls.retryable_by_default and word != "ALREADY_EXISTS")


@pytest.mark.parametrize(
    ("reason", "cls"),
    [
        ("API_KEY_INVALID", AuthenticationError),
        ("CREDENTIALS_MISSING", AuthenticationError),
        ("API_KEY_SERVICE_BLOCKED", PermissionDenied),
        ("BILLING_DISABLED", PaymentRequired),
        ("RATE_LIMIT_EXCEEDED", RateLimited),
        ("SOMETHING_NEW", InvalidRequest),
    ],
)
def test_the_reason_is_stronger(reason: str, cls: type[ProviderError]) -> None:
    """A bad key is a 400 INVALID_ARGUMENT: its reason tells, and never the message."""
    found = error(body("INVALID_ARGUMENT", info(reason), message="anything"), 400)
    assert type(found) is cls
    assert (found.code, found.status) == (reason, 400)
    assert found.details["ErrorInfo"]["domain"] == "googleapis.com"


@pytest.mark.parametrize(
    ("status", "cls"),
    [
        (400, InvalidRequest),
        (401, AuthenticationError),
        (402, PaymentRequired),
        (403, PermissionDenied),
        (404, NotFound),
        (413, RequestTooLarge),
        (418, InvalidRequest),
        (429, RateLimited),
        (500, ServerError),
        (502, ServerError),
        (503, Overloaded),
        (302, ProviderError),
    ],
)
@pytest.mark.parametrize(
    "raw",
    [b"", b"<!DOCTYPE html><title>Error 404</title>", b'"text"', b"[]", b"{}", b'{"error": null}', b"\xff"],
    ids=["empty", "html", "text", "list", "object", "null", "no text"],
)
def test_bodies_that_are_no_error(status: int, cls: type[ProviderError], raw: bytes) -> None:
    """HTML, nothing at all, other JSON: the HTTP status tells, and the body is kept."""
    found = error(raw, status)
    assert type(found) is cls
    assert (found.message, found.body, found.type) == ("", raw, None)


def test_the_label_does_not_matter() -> None:
    """Errors of stream requests are plain JSON labelled as an event stream."""
    plain = answer(body("INVALID_ARGUMENT", info("API_KEY_INVALID")), 400)
    labelled = HttpResponse(status=400, headers={"content-type": "text/event-stream"}, body=plain.body)
    with pytest.raises(AuthenticationError):
        PROVIDER.decode_response(request(stream=True), labelled)


def test_a_list_of_one() -> None:
    """Some layers wrap the object."""
    assert type(error([body("NOT_FOUND", code=404)], 404)) is NotFound
    assert error({"error": "flat"}, 404).message == "flat"


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [("38s", 38.0), ("38.25s", 38.25), ("0s", 0.0), ("soon", None), (5, None), ("-1s", None), ("1e9s", None)],
)
def test_retry_delay(delay: Any, seconds: float | None) -> None:
    """RetryInfo says when to come back; there are no headers that do."""
    retry = {"@type": RPC + "RetryInfo", "retryDelay": delay}
    assert error(body("RESOURCE_EXHAUSTED", retry), 429).retry_after_s == seconds


def quota(*ids: str, value: Any = "15") -> ProviderError:
    """An error of used-up quotas."""
    violations = [{"quotaMetric": "m", "quotaId": one, "quotaValue": value} for one in ids]
    return error(body("RESOURCE_EXHAUSTED", {"@type": RPC + "QuotaFailure", "violations": violations}), 429)


def test_quotas() -> None:
    """Each violation is a limit; its id names what is counted and how long the window is."""
    found = quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "GenerateContentInputTokensPerModelPerDay")
    assert [(one.kind, one.limit, one.period_s) for one in found.rate_limits.limits] == [
        ("requests", 15, 60.0),
        ("tokens", 15, 86400.0),
    ]
    assert found.retryable
    assert found.details["QuotaFailure"]["violations"][0]["quotaMetric"] == "m"


def test_quota_of_a_day() -> None:
    """If all that is used up is a day's quota, trying again soon is pointless."""
    assert not quota("GenerateRequestsPerDayPerProjectPerModel").retryable
    assert quota("Odd", value=7).rate_limits.limits[0].limit is None


def test_field_violations() -> None:
    """The first field that is complained about is the param."""
    violations = [{"description": "odd"}, {"field": "generation_config", "description": "Unknown name"}]
    found = error(body("INVALID_ARGUMENT", {"@type": RPC + "BadRequest", "fieldViolations": violations}), 400)
    assert found.param == "generation_config"
    assert found.details["BadRequest"]["fieldViolations"] == violations


@pytest.mark.parametrize(
    "details",
    [5, {}, [None], [{}], [{"@type": 5}], [{"@type": RPC + "QuotaFailure", "violations": {"a": 1}}]],
)
def test_odd_details(details: Any) -> None:
    """Details of any shape never hide the error."""
    found = error({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": 5, "details": details}}, 429)
    assert type(found) is RateLimited
    assert found.message == ""
