"""Durations, counts and waiting times in headers become numbers, or None where they cannot be read."""

import pytest
from hypothesis import given, strategies as st

from jackfield.dialects.chat_completions import Quota
from jackfield.dialects.chat_completions.quotas import rate_limits, retry_after_s, seconds, should_retry
from jackfield.types.results import RateLimit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("172ms", 0.172),
        ("1.036s", 1.036),
        ("2m59.56s", 179.56),
        ("1h0m0s", 3600.0),
        ("24h", 86400.0),
        ("5us", 5e-6),
        ("5µs", 5e-6),
        ("7ns", 7e-9),
        (".5s", 0.5),
        ("12", 12.0),
        ("8855.222900390625", 8855.222900390625),
        (" 3s ", 3.0),
        ("0", 0.0),
    ],
)
def test_seconds(text: str, expected: float) -> None:
    """As Go writes them, or plain seconds."""
    assert seconds(text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "s", "3x", "1s!", "-1s", "1 s", "soon", "1m 2s", "nan", "inf", "1e3", "٣s"])
def test_not_seconds(text: str) -> None:
    """Anything else is None, never a guess."""
    assert seconds(text) is None


@given(st.text())
def test_any_text(text: str) -> None:
    """No header can raise, and no wait is negative."""
    found = (seconds(text), retry_after_s({"retry-after": text, "date": text}), should_retry({"x-should-retry": text}))
    assert all(one is None or one >= 0 for one in found)


QUOTAS = (
    Quota(kind="requests", period_s=86400, limit="x-limit", remaining="x-left", reset="x-reset"),
    Quota(kind="tokens", remaining="x-tokens"),
)


def test_rate_limits() -> None:
    """Each quota by its headers; one without any is left out."""
    headers = {"x-limit": "10", "x-left": "9", "x-reset": "1m"}
    assert rate_limits(headers, QUOTAS).limits == (
        RateLimit(kind="requests", limit=10, remaining=9, reset_s=60.0, period_s=86400),
    )
    assert rate_limits({"x-tokens": "0"}, QUOTAS).limits == (RateLimit(kind="tokens", remaining=0),)
    assert not rate_limits({"": "1", "x-tokens": "many", "x-reset": "later"}, QUOTAS)
    assert rate_limits({"x-tokens": "-3"}, QUOTAS).limits[0].remaining == -3


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500", "retry-after": "7"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 30.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT", "date": "Wed, 21 Oct 2026 07:28:30 GMT"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00", "date": "Wed, 21 Oct 2026 07:28:30 GMT"}, None),
        ({"retry-after": "later"}, None),
    ],
)
def test_retry_after(headers: dict[str, str], expected: float | None) -> None:
    """Seconds, milliseconds first, or a date against the answer's own; no clock is read."""
    assert retry_after_s(headers) == expected
