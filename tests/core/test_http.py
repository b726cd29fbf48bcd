"""Requests and answers as values."""

import attrs
import pytest

from jackfield.http import HttpRequest, HttpResponse, Secret, Settings
from jackfield.types.results import Notice

REQUEST = HttpRequest(url="https://toy.invalid:1/a?b#c", headers={"authorization": Secret("Bearer k")}, body=b"{}")


def test_requests_are_values() -> None:
    """Equal facts are equal requests; a change is a new one."""
    same = HttpRequest(url=REQUEST.url, headers={"authorization": Secret("Bearer k")}, body=b"{}")
    assert same == REQUEST
    for change in (
        {"url": "https://other.invalid"},
        {"headers": {"authorization": Secret("Bearer other")}},
        {"body": b""},
        {"method": "GET"},
        {"notices": (Notice(code="a", message="b"),)},
        {"retryable": False},
    ):
        assert attrs.evolve(REQUEST, **change) != REQUEST


def test_a_request_shows_no_body_and_no_key() -> None:
    """Its repr is short, whatever is sent."""
    large = attrs.evolve(REQUEST, body=b"x" * 1000)
    assert "<1000 bytes>" in repr(large)
    assert "Bearer" not in repr(large)


@pytest.mark.parametrize(
    ("url", "origin", "host"),
    [
        ("https://toy.invalid:1/a?b#c", "https://toy.invalid:1", "toy.invalid:1"),
        ("http://toy.invalid", "http://toy.invalid", "toy.invalid"),
        ("http://toy.invalid?x=/y/z", "http://toy.invalid", "toy.invalid"),
        ("http://[::1/", "http://[::1", "[::1"),
        ("nonsense", "nonsense", "nonsense"),
    ],
)
def test_where_a_request_goes(url: str, origin: str, host: str) -> None:
    """Scheme, host and port, even of what is no address."""
    request = HttpRequest(url=url)
    assert (request.origin, request.host) == (origin, host)


@pytest.mark.parametrize(
    ("status", "content_type", "streams"),
    [
        (200, "text/event-stream", True),
        (206, "Text/Event-Stream; charset=utf-8", True),
        (200, "application/json", False),
        (500, "text/event-stream", False),
        (304, "text/event-stream", False),
        (200, "", False),
    ],
)
def test_what_is_a_stream(status: int, content_type: str, *, streams: bool) -> None:
    """A success of the right type, and nothing else."""
    response = HttpResponse(status=status, headers={"content-type": content_type} if content_type else {})
    assert response.is_event_stream is streams


def test_settings() -> None:
    """Text and secrets, either way round."""
    settings = Settings(provider="toy", base_url="http://x", values={"key": Secret("k"), "region": "eu"})
    assert settings.secret("key") == Secret("k")
    assert settings.secret("region") == Secret("eu")
    assert settings.text("key") == "k"
    assert settings.text("region") == "eu"
    assert settings.text("absent", "there") == "there"
    with pytest.raises(KeyError):
        settings.secret("absent")
