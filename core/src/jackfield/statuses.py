"""Which error an HTTP status means, where nothing in the answer says more."""

from collections.abc import Mapping

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

_NAMED: Mapping[int, type[ProviderError]] = {
    401: AuthenticationError,
    402: PaymentRequired,
    403: PermissionDenied,
    404: NotFound,
    408: ServerError,
    409: Conflict,
    413: RequestTooLarge,
    429: RateLimited,
    503: Overloaded,
    529: Overloaded,
}


def error_of_status(status: int | None) -> type[ProviderError]:
    """The class for a status; `ProviderError` itself for one that is no error, or unknown (None)."""
    if status is None or status < 400:
        return ProviderError
    return _NAMED.get(status) or (ServerError if status >= 500 else InvalidRequest)
