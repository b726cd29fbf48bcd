"""Questions to resources, and lists of them that come page by page.

Rules: an answer that is an error raises ProviderError, one that is not what is documented DecodeError.
"""

from collections.abc import Generator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from jackfield import wire
from jackfield.errors import DecodeError
from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.wire import is_object
from jackfield_gemini.address import address, headers
from jackfield_gemini.errors import error_from
from jackfield_gemini.shapes import is_list


def ask(
    settings: Settings, path: str, *, method: str = "GET", body: Mapping[str, Any] | None = None
) -> Generator[HttpRequest, HttpResponse, Any]:
    """One request, and the JSON of its answer; a body is sent once, because it creates something."""
    sent = headers(settings) if body is None else {**headers(settings), "content-type": "application/json"}
    content = b"" if body is None else wire.content(body, escape=True)
    response = yield HttpRequest(
        method=method, url=address(settings, path), headers=sent, body=content, retryable=body is None
    )
    return wire.loads(checked(response).body)


def checked(response: HttpResponse) -> HttpResponse:
    """The answer, unless it is an error."""
    if not 200 <= response.status < 300:
        raise error_from(response)
    return response


def entries(
    settings: Settings, path: str, field: str, page_size: int
) -> Generator[HttpRequest, HttpResponse, list[Any]]:
    """Everything in a list, which is absent where it is empty."""
    found: list[Any] = []
    read: set[str] = set()
    token = ""
    while True:
        more = f"&pageToken={quote(token, safe='', errors='surrogatepass')}" if token else ""
        page = yield from ask(settings, f"{path}?pageSize={page_size}{more}")
        listed: Any = page.get(field, []) if is_object(page) else None
        if not is_list(listed):
            raise DecodeError("expected a list", path=field)
        found += listed
        read.add(token)
        token = str(page.get("nextPageToken") or "")
        if not token:
            return found
        if token in read:
            raise DecodeError("the list repeats a page", path="nextPageToken")


def seconds(time: str | None) -> int | None:
    """Seconds since 1970 of a time in RFC 3339; None if there is none, or it is written otherwise."""
    try:
        return None if time is None else int(datetime.fromisoformat(time).timestamp())
    except ValueError:
        return None


def whole(number: str | int | None) -> int | None:
    """A number of 64 bits, which protocol buffers write as text."""
    return int(number) if number is not None and (isinstance(number, int) or number.isdecimal()) else None
