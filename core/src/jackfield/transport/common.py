"""What both transports share: a reply as HTTP gave it, its body as it is read, and our errors for whatever was raised.

What HTTP libraries raise is told by the name of its class: httpcore, httpx and httpx2 have each their own classes with
the same names, and none of the three need be loaded to ask.
"""

import time
from collections.abc import Callable
from typing import Any

import attrs

from jackfield.deadlines import Deadlines
from jackfield.errors import ConnectTimeout, JackfieldError, TransportError, UsageError
from jackfield.http import HttpRequest, HttpResponse, Secret
from jackfield.inflate import ACCEPTED, Inflater
from jackfield.pieces import BLOCK, Content, Pieces
from jackfield.types.policies import Timeouts

JITTER = 0.1
DRAIN_BYTES = 64 * 1024
DRAINING = Timeouts(total_s=0.5)
"""How long a finished reply may take to end its body."""

_LIBRARIES = ("httpcore", "httpx")
_BUILT_IN = (OSError, UnicodeError)  # the latter for a host that is no name
_NETWORK = frozenset({"NetworkError", "RemoteProtocolError", "ProxyError", "OSError"})
_OTHER = frozenset({"HTTPError", "InvalidURL", "StreamError", "ProtocolError", "UnsupportedProtocol", "UnicodeError"})


class Limit:
    """How long a read may take. It is handed through the HTTP library as its timeout, to the line that reads.

    Attributes:
        deadlines: those of the call; while a finished reply is drained, others.
        line: the line of asyncio that it came down to.
    """

    __slots__ = ("_connect_at", "deadlines", "line")

    def __init__(self, deadlines: Deadlines) -> None:
        self.deadlines = deadlines
        self.line: Any = None
        self._connect_at: float | None = None

    def left(self) -> float | None:
        """Seconds for the read that begins now, 0 if there are none, None if it may take for ever."""
        return self.deadlines.wait_s()

    def left_to_connect(self) -> float | None:
        """The same for a connection; TLS, which comes after it, gets what is left."""
        left, allowed = self.left(), self.deadlines.timeouts.connect_s
        if allowed is None:
            return left
        now = time.monotonic()
        if self._connect_at is None:
            self._connect_at = now + allowed
        to_connect = max(self._connect_at - now, 0.0)
        return to_connect if left is None else min(left, to_connect)


@attrs.define(eq=False, repr=False)
class Reply:
    """An answer of which only the head was read.

    Attributes:
        headers: lower-case names; repeated ones joined with `, `.
        chunks: the body as it was sent, compressed or not: an iterator, or an asynchronous one.
        close: gives the connection back if the body was read to its end, else closes it; to be awaited in asyncio.
    """

    status: int
    headers: dict[str, str]
    chunks: Any
    close: Callable[[], Any]


def outgoing_headers(request: HttpRequest) -> dict[str, str]:
    """The headers in the clear: the only place where a secret is revealed."""
    headers = {"accept-encoding": ACCEPTED, **request.headers}
    return {name: value.reveal() if isinstance(value, Secret) else value for name, value in headers.items()}


def outgoing_content(request: HttpRequest) -> Content:
    """The body: a large one in blocks, because what takes it as a whole copies it."""
    return Pieces(request.content) if len(request.content) > BLOCK else request.content


def ours_for(
    error: Exception, deadlines: Deadlines, request: HttpRequest, *, closed: bool, proxied: bool = False
) -> Exception:
    """One of our errors for whatever was raised.

    Args:
        error: what an HTTP library or Python raised.
        deadlines: those of the call.
        request: what was sent.
        closed: the client was closed since.
        proxied: a proxy may be what could not be reached.
    """
    if isinstance(error, JackfieldError):
        return error
    if closed:
        return UsageError("the client was closed while this reply was read: close it when the reply has ended")
    due = deadlines.next_at()
    if due is not None and time.monotonic() >= due:
        return deadlines.exceeded()
    kinds = _kinds(error)
    if "ConnectTimeout" in kinds:
        return ConnectTimeout(deadlines.timeouts.connect_s or 0.0, url=request.url)
    if "TimeoutException" in kinds or isinstance(error, TimeoutError) or _would_block(error):
        return deadlines.exceeded()
    if kinds & (_NETWORK | _OTHER):
        where = f"{request.host} (a proxy is set)" if proxied else request.host
        message = _scrubbed(f"{where}: {type(error).__name__}: {error}", request)
        return TransportError(message, url=request.url, retryable=bool(kinds & _NETWORK))
    if isinstance(error, RuntimeError):  # a client of the caller's that is closed, or belongs to another event loop
        return UsageError(_scrubbed(f"http_client cannot be used: {error}", request))
    return error


def _kinds(error: Exception) -> set[str]:
    """The names of its classes, as far as an HTTP library or Python's network modules define them."""
    classes = type(error).__mro__
    return {cls.__name__ for cls in classes if cls in _BUILT_IN or cls.__module__.startswith(_LIBRARIES)}


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

    def __init__(
        self, reply: Reply, request: HttpRequest, limit: Limit, max_bytes: int, closed: Callable[[], bool]
    ) -> None:
        """Take over a reply of which only the head was read; `closed` tells whether its client was closed since."""
        self.head = HttpResponse(status=reply.status, headers=reply.headers, url=request.url)
        self.deadlines = limit.deadlines
        self._limit = limit
        self._chunks = reply.chunks
        self._close = reply.close
        self._request = request
        self._closed = closed
        self._inflater = Inflater(reply.headers.get("content-encoding", ""), max_bytes)

    def _ours(self, error: Exception) -> Exception:
        return ours_for(error, self._limit.deadlines, self._request, closed=self._closed())
