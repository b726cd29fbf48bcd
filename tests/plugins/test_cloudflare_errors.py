"""Errors of Workers AI: the code in the envelope decides, whatever the status."""

import pytest
from tests.plugins.cloudflare_samples import REQUEST_ID, decode, enveloped

from jackfield.errors import (
    AuthenticationError,
    DecodeError,
    InvalidRequest,
    NotFound,
    Overloaded,
    PermissionDenied,
    ProviderError,
    RateLimited,
    ServerError,
)
from jackfield_cloudflare.errors import CODES


def failure(code: object, message: str = "no") -> dict[str, object]:
    """The envelope of an error."""
    return {"success": False, "errors": [{"code": code, "message": message}], "messages": [], "result": None}


@pytest.mark.parametrize(
    ("status", "code", "error", "retryable"),
    [
        (429, 3036, RateLimited, False),
        (429, 3040, Overloaded, True),
        (408, 3007, ServerError, True),
        (400, 7000, NotFound, False),
        (401, 10000, AuthenticationError, False),
        (400, 10001, AuthenticationError, False),
        (400, 5006, InvalidRequest, False),
        (403, 5023, InvalidRequest, False),
        (403, 5025, InvalidRequest, False),
        (403, 5018, PermissionDenied, False),
        (403, 99999, PermissionDenied, False),
        (429, 99999, RateLimited, True),
        (500, 99999, ServerError, True),
        (418, 99999, InvalidRequest, False),
        (200, 3040, Overloaded, True),
        (200, 99999, ProviderError, False),
    ],
)
def test_code_before_status(status: int, code: int, error: type[ProviderError], retryable: bool) -> None:  # noqa: FBT001 - as above
    """A known code names the class and whether to try again; the status counts only without one."""
    with pytest.raises(error) as caught:
        decode(failure(code), status=status)
    assert type(caught.value) is error
    assert (caught.value.status, caught.value.code, caught.value.retryable) == (status, str(code), retryable)


def test_every_code_is_text() -> None:
    """Codes come as numbers and as text; the table knows them as text."""
    assert all(code.isdecimal() for code in CODES)
    with pytest.raises(Overloaded):
        decode(failure("3040"), status=429)


@pytest.mark.parametrize(
    "body",
    [
        {"success": False, "errors": [{"code": 10001, "message": "Unable"}]},
        {"errors": [{"message": "Unable", "code": 10001}], "success": False, "result": {}, "messages": []},
        {"error": {"message": "Unable", "code": "10001"}},
        {"errors": [{"message": "Unable", "code": 10001}]},
        {"error": "10001: Unable"},
    ],
)
def test_shapes(body: object) -> None:
    """Two keys, an empty result, OpenAI's shape, no `success`, a bare sentence: all are read."""
    with pytest.raises(AuthenticationError, match="Unable"):
        decode(body, status=400)


def test_the_message_keeps_its_words_and_gives_the_request_id() -> None:
    """Refusals name the request at the end of the message, not in a header."""
    message = f"AiError: Ai: not like this. ({REQUEST_ID})"
    with pytest.raises(InvalidRequest) as caught:
        decode(failure(5006, message), status=400)
    assert (caught.value.message, caught.value.request_id) == (message, REQUEST_ID)


def test_the_code_in_front_of_the_message() -> None:
    """The spent allocation is also told in words, with its number in front."""
    with pytest.raises(RateLimited) as caught:
        decode({"error": {"message": "4006: you have used up your daily allocation"}}, status=429)
    assert (caught.value.code, caught.value.retryable) == ("4006", False)


def test_several_errors() -> None:
    """The first one is raised, all of them are kept."""
    body = {"success": False, "errors": [{"code": 3040, "message": "a"}, {"code": 5006, "message": "b"}]}
    with pytest.raises(Overloaded) as caught:
        decode(body, status=429)
    assert [one["code"] for one in caught.value.details["errors"]] == [3040, 5006]


def test_an_error_inside_of_the_result() -> None:
    """A failed Responses reply in the envelope of a success is an error."""
    with pytest.raises(ProviderError, match="boom"):
        decode(enveloped({"object": "response", "status": "failed", "error": {"message": "boom"}}))


def test_a_body_that_is_no_json() -> None:
    """A gateway's HTML page is the error of its status; with a 200 it is undecodable."""
    with pytest.raises(ServerError, match="Bad Gateway"):
        decode(b"<h1>Bad Gateway</h1>", status=502)
    with pytest.raises(DecodeError):
        decode(b"<h1>Fine</h1>")
    with pytest.raises(ServerError):
        decode(b"", status=500)


def test_when_to_come_back() -> None:
    """The header counts where there is one."""
    with pytest.raises(Overloaded) as caught:
        decode(failure(3040), status=429, headers={"retry-after": "7"})
    assert caught.value.retry_after_s == 7.0
