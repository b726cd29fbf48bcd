"""Making a thread's blocking read give up when a deadline is due.

Strategy: a thread cannot be interrupted in `recv`. A plain socket gets SO_RCVTIMEO and is otherwise blocking; the limit
is relative to the read, so it is set anew only when it would be wrong by a tenth of a second: a system call for each
event costs more than decoding it.

`ReadDeadline` does it from outside, for an httpx client that the caller brought; httpx fixes its read timeout for a
whole body. Python's TLS sockets start a read again after SO_RCVTIMEO, so theirs is `settimeout`, which httpcore calls
before each `recv`: while a reply is read, it sets what is left instead. Over HTTP/2, where replies share a socket, and
where no socket is exposed (another httpx transport), httpx's own timeout is all there is; it is set before each read,
which HTTP/2 heeds.
"""

import socket
import struct
import sys
import time
from typing import Any

LATE_S = 0.05
"""How much later than its deadline a read gives up, so that the deadline is seen to have passed."""

_SHORTEST_S = 0.001


def is_near(armed_s: float | None, left_s: float | None) -> bool:
    """Whether a limit that is set would end a read neither too early nor too late."""
    if armed_s is None or left_s is None:
        return armed_s is left_s
    return 0 <= armed_s - left_s <= 2 * LATE_S


def set_limit(one: socket.socket, seconds: float | None, *, receiving: bool) -> None:
    """Let a plain socket's `recv`, or its `send`, give up after so many seconds; None: never."""
    option = socket.SO_RCVTIMEO if receiving else socket.SO_SNDTIMEO
    one.setsockopt(socket.SOL_SOCKET, option, _timeval(seconds or 0.0))


class ReadDeadline:
    """The deadline of the reads of one reply."""

    def __init__(self, response: Any) -> None:
        """Find the socket of an httpx response that is open."""
        self._timeouts: dict[str, float | None] = response.request.extensions.get("timeout", {})
        self._until: float | None = None
        self._armed: float | None = -1.0
        self._socket = None if response.http_version == "HTTP/2" else _socket_of(response)
        if self._socket is not None:
            self._timeouts["read"] = None
        self._tls = _is_tls(self._socket)
        if self._tls:
            vars(self._socket)["settimeout"] = self._settimeout  # see the strategy

    def arm(self, left: float | None) -> None:
        """Let a read give up after `left` seconds; None: never."""
        if self._socket is None:
            self._timeouts["read"] = left
        elif self._tls:
            self._until = None if left is None else time.monotonic() + left
        elif not is_near(self._armed, left):
            self._armed = None if left is None else left + LATE_S
            set_limit(self._socket, self._armed, receiving=True)

    def disarm(self) -> None:
        """Leave the socket as it was: its connection may serve others."""
        if self._tls:
            vars(self._socket).pop("settimeout", None)
        elif self._socket is not None and self._socket.fileno() >= 0:
            self.arm(None)

    def _settimeout(self, _seconds: float | None) -> None:
        assert self._socket is not None  # noqa: S101 - it belongs to that socket
        left = None if self._until is None else max(self._until - time.monotonic(), _SHORTEST_S)
        type(self._socket).settimeout(self._socket, left)


def _is_tls(found: socket.socket | None) -> bool:
    import ssl  # loaded by httpx, when there is a socket

    return isinstance(found, ssl.SSLSocket)


def _socket_of(response: Any) -> socket.socket | None:
    stream = response.extensions.get("network_stream")
    found = stream.get_extra_info("socket") if stream is not None else None
    return found if isinstance(found, socket.socket) else None


def _timeval(seconds: float) -> bytes:
    if sys.platform == "win32":
        return struct.pack("L", int(seconds * 1000))
    whole = int(seconds)
    return struct.pack("ll", whole, int((seconds - whole) * 1_000_000) or (0 if seconds == 0 else 1))
