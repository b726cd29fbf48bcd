"""What a status means by itself."""

import pytest

from jackfield.errors import InvalidRequest, Overloaded, ProviderError, RateLimited, ServerError
from jackfield.statuses import error_of_status


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (None, ProviderError), (200, ProviderError), (302, ProviderError), (400, InvalidRequest), (418, InvalidRequest),
        (429, RateLimited), (503, Overloaded), (500, ServerError), (599, ServerError), (408, ServerError),
    ],
)  # fmt: skip
def test_error_of_status(status: int | None, error: type[ProviderError]) -> None:
    """A status that is named has its class, any other one that of its hundred."""
    assert error_of_status(status) is error
