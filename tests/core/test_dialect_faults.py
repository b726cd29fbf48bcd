"""Errors in every shape that hosts send them become one typed error with all its facts."""

import json
from typing import Any

import attrs
import pytest

from jackfield.dialects.chat_completions import Differences, Fault, Quota, provider_error
from jackfield.dialects.chat_completions.faults import error_of_body
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

PLAIN = Differences(
    provider="acme",
    error_codes={"no_room": Fault(error=Overloaded, retryable=False)},
    error_types={"no_money": Fault(error=PaymentRequired)},
    error_statuses={418: Fault(error=Overloaded)},
    quotas=(Quota(kind="tokens", remaining="x-left"),),
)


def error(value: Any, *, status: int = 400, differences: Differences = PLAIN, **headers: str) -> ProviderError:
    """The error of an answer; a text is sent as it is."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return error_of_body(HttpResponse(status=status, headers=named, body=body), differences)


FACTS = {"message": "bad", "type": "t", "code": "c", "param": "p", "failed_generation": "f", "schema_path": "/a"}


@pytest.mark.parametrize("value", [{"error": FACTS}, FACTS])
def test_wrapped_and_flat(value: dict[str, Any]) -> None:
    """Both say the same; what has no name of ours is kept in details."""
    made = error(value, x_left="3", x_request_id="req", retry_after="1.5")
    assert (made.message, made.type, made.code, made.param, made.failed_generation) == ("bad", "t", "c", "p", "f")
    assert (made.provider, made.status, made.request_id, made.retry_after_s) == ("acme", 400, "req", 1.5)
    assert made.details == {"schema_path": "/a"}
    assert made.rate_limits.tokens.remaining == 3
    assert json.loads(made.body) == value
    assert not made.in_stream


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"error": "no such thing"}, "no such thing"),
        ({"detail": "Not Found"}, "Not Found"),
        ({"detail": [{"loc": ["body"]}]}, '[{"loc":["body"]}]'),
        ({"error": {"code": 7}}, ""),
        (["odd"], '["odd"]'),
        (None, ""),
        (b"<html>Bad Gateway</html>", "<html>Bad Gateway</html>"),
        (b"", ""),
        (b"\xff", "\ufffd"),
    ],
)
def test_other_shapes(value: Any, message: str) -> None:
    """Bare texts, pages and lists are readable; nothing raises anything else."""
    made = error(value, status=502)
    assert type(made) is ServerError
    assert made.message == message


@pytest.mark.parametrize(
    ("status", "expected", "retryable"),
    [
        (302, ProviderError, False),
        (400, InvalidRequest, False),
        (401, AuthenticationError, False),
        (402, PaymentRequired, False),
        (403, PermissionDenied, False),
        (404, NotFound, False),
        (408, ServerError, True),
        (409, Conflict, True),
        (413, RequestTooLarge, False),
        (418, Overloaded, True),
        (422, InvalidRequest, False),
        (429, RateLimited, True),
        (451, InvalidRequest, False),
        (500, ServerError, True),
        (503, Overloaded, True),
        (529, Overloaded, True),
        (599, ServerError, True),
    ],
)
def test_status(status: int, expected: type[ProviderError], retryable: bool) -> None:  # noqa: FBT001 - a parameter
    """The class by the status, the provider's table first."""
    made = error({"error": {"message": "x"}}, status=status)
    assert (type(made), made.retryable) == (expected, retryable)


def test_code_and_type_before_status() -> None:
    """A code decides before a type, a type before the status; a code may say that trying again is no use."""
    made = error({"code": "no_room", "type": "no_money"})
    assert (type(made), made.retryable) == (Overloaded, False)
    assert type(error({"code": "other", "type": "no_money"})) is PaymentRequired
    assert error({"code": 42}).code == "42"


def test_status_in_the_body() -> None:
    """What the body says about the status counts before HTTP's, inside and beside the error."""
    assert type(error({"status_code": 429, "error": {"message": "x"}})) is RateLimited
    assert error({"error": {"message": "x", "status_code": 404}}).status == 404


@pytest.mark.parametrize(
    ("code", "expected"),
    [("rate_limit_exceeded", RateLimited), (429, RateLimited), ("503", Overloaded), ("200", ProviderError)],
)
def test_streamed_error_with_a_code_alone(code: object, expected: type[ProviderError]) -> None:
    """Where neither status nor type says anything, the code does."""
    value = {"error": {"message": "x", "type": "tokens", "code": code}}
    made = provider_error(value, HttpResponse(status=200), PLAIN, in_stream=True)
    assert (type(made), made.status, made.retryable) == (expected, None, expected.retryable_by_default)


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("rate_limit_error", RateLimited),
        ("server_error", ServerError),
        ("unheard_of", ProviderError),
        (None, ProviderError),
    ],
)
def test_streamed_error_without_a_status(type_: str | None, expected: type[ProviderError]) -> None:
    """Inside a stream the status was 200: the type decides, and no status is made up."""
    head = HttpResponse(status=200, headers={"x-should-retry": "true"})
    made = provider_error({"error": {"message": "x", "type": type_}}, head, PLAIN, in_stream=True, body=b"raw")
    assert (type(made), made.status, made.in_stream, made.body) == (expected, None, True, b"raw")
    assert made.retryable is expected.retryable_by_default


@pytest.mark.parametrize(
    ("status", "advice", "retryable"),
    [(400, "true", True), (503, "false", False), (503, "maybe", True), (400, "", False)],
)
def test_should_retry(status: int, advice: str, retryable: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """The provider's advice counts before the table."""
    assert error({}, status=status, x_should_retry=advice).retryable is retryable


def test_request_id_headers() -> None:
    """The first header that is there."""
    two = attrs.evolve(PLAIN, request_id_headers=("x-request-id", "cf-ray"))
    assert error({}, differences=two, cf_ray="ray").request_id == "ray"
    assert error({}, differences=two, cf_ray="ray", x_request_id="req").request_id == "req"
    assert error({}, cf_ray="ray").request_id is None
