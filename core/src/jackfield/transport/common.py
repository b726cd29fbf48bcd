"""What both transports share: requests, open bodies, and our errors for whatever httpx raised.

A client that the caller brought may be an `httpx2` one: its errors come from its own module.
"""

import time
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from jackfield.deadlines import Deadlines
from jackfield.errors import ConnectTimeout, JackfieldError, TransportError, UsageError
from jackfield.http import HttpRequest, HttpResponse, Secret
from jackfield.inflate import ACCEPTED, Inflater

JITTER = 0.1
DRAIN_S = 0.5
DRAIN_BYTES = 64 * 1024


def httpx_of(client: object) -> ModuleType:
    """The module whose client this is: httpx, or a successor with the same interface."""
    for cls in type(client).__mro__:
        root = cls.__module__.partition(".")[0]
        if root.startswith("httpx"):
            return import_module(root)
    return import_module("httpx")


def build(client: Any, httpx: ModuleType, request: HttpRequest, deadlines: Deadlines) -> Any:
    """The client's own request; the only place where a secret is revealed."""
    _hush_header_compression()
    left, connect = deadlines.left(), deadlines.timeouts.connect_s
    headers = {"accept-encoding": ACCEPTED, **request.headers}
    return client.build_request(
        request.method,
        request.url,
        headers=[(name, value.reveal() if isinstance(value, Secret) else value) for name, value in headers.items()],
        content=request.body or None,
        timeout=httpx.Timeout(left, connect=left if connect is None else min(connect, left or connect)),
    )


@cache
def _hush_header_compression() -> None:
    """HTTP/2's compressor logs every header that it packs, the key too, at DEBUG: nothing of that is let through.

    Source: https://github.com/python-hyper/hpack/blob/master/src/hpack/hpack.py (2026-11)
    """
    import logging  # loaded by httpx anyway

    logging.getLogger("hpack.hpack").addFilter(lambda record: record.levelno > logging.DEBUG)


def ours_for(error: Exception, httpx: ModuleType, deadlines: Deadlines, request: HttpRequest) -> Exception:
    """One of our errors for whatever httpx raised."""
    if isinstance(error, JackfieldError):
        return error
    due = deadlines.next_at()
    if due is not None and time.monotonic() >= due:
        return deadlines.exceeded()
    if isinstance(error, httpx.ConnectTimeout):
        return ConnectTimeout(deadlines.timeouts.connect_s or 0.0, url=request.url)
    if isinstance(error, httpx.TimeoutException | TimeoutError) or _would_block(error):
        return deadlines.exceeded()
    if isinstance(error, httpx.HTTPError | httpx.InvalidURL | httpx.StreamError | OSError):
        message = _scrubbed(f"{request.host}: {type(error).__name__}: {error}", request)
        again = isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError | httpx.ProxyError | OSError)
        return TransportError(message, url=request.url, retryable=again)
    if isinstance(error, RuntimeError):  # a client of the caller's that is closed, or belongs to another event loop
        return UsageError(_scrubbed(f"http_client cannot be used: {error}", request))
    return error


def _would_block(error: BaseException | None) -> bool:
    """Whether SO_RCVTIMEO is what ended the read."""
    while error is not None and not isinstance(error, BlockingIOError):
        error = error.__cause__ or error.__context__
    return error is not None


def _scrubbed(text: str, request: HttpRequest) -> str:
    """The text without any secret of the request, as it is or quoted, as h11 quotes a header that it refuses."""
    for value in request.headers.values():
        if isinstance(value, Secret) and value.reveal():
            text = text.replace(value.reveal(), "***").replace(repr(value.reveal())[1:-1], "***")
    return text


class Body:
    """What an open body is, read by a thread or by a task."""

    def __init__(self, response: Any, request: HttpRequest, deadlines: Deadlines, max_bytes: int) -> None:
        """Take over an httpx response of which only the head was read."""
        headers = dict(response.headers.items())
        self.head = HttpResponse(status=response.status_code, headers=headers, url=request.url)
        self.deadlines = deadlines
        self._response = response
        self._request = request
        self._inflater = Inflater(headers.get("content-encoding", ""), max_bytes)

    def _ours(self, error: Exception) -> Exception:
        return ours_for(error, httpx_of(self._response), self.deadlines, self._request)
