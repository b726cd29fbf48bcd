"""The transport of threads. How a blocking read is made to give up is in `sockets`.

While the headers arrive, a thread has httpx's read timeout and a look at the clock behind it.
"""

import random
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self

import attrs

from jackfield.deadlines import Deadlines
from jackfield.flow import Effect, Open, Send, Sleep
from jackfield.http import HttpRequest, HttpResponse
from jackfield.sockets import ReadDeadline
from jackfield.transport.common import DRAIN_BYTES, DRAIN_S, JITTER, Body, build, httpx_of, ours_for
from jackfield.transport.pool import HttpOptions, new_client

if TYPE_CHECKING:
    import httpx


class SyncStream(Body):
    """The open body of an answer; read it in one thread."""

    def __init__(self, response: Any, request: HttpRequest, deadlines: Deadlines, max_bytes: int) -> None:
        """Take over an answer of which only the head was read."""
        super().__init__(response, request, deadlines, max_bytes)
        self._deadline = ReadDeadline(response)
        self._chunks: Iterator[bytes] = iter(response.stream)

    def read(self) -> bytes:
        """The next bytes, whatever their number; empty at the end.

        Raises:
            TimeoutExceeded, TransportError, ReplyTooLarge, DecodeError: see each.
        """
        while (raw := self._raw()) is not None:
            if body := self._inflater.feed(raw):
                return body
        self._response.close()
        self._inflater.close()
        return b""

    def _raw(self) -> bytes | None:
        try:
            self._deadline.arm(self.deadlines.left())
            return next(self._chunks, None)
        except Exception as error:  # noqa: BLE001 - it is raised below, where no httpx error is its context
            ours = self._ours(error)
        raise ours

    def read_all(self) -> HttpResponse:
        """The whole answer, the connection given back."""
        with self:
            return attrs.evolve(self.head, body=b"".join(iter(self.read, b"")))

    def drain(self) -> None:
        """After the terminal event: read what little follows, so that the connection can be used again."""
        try:
            self._deadline.arm(DRAIN_S)
            left = DRAIN_BYTES
            while left > 0 and (chunk := next(self._chunks, None)) is not None:
                left -= len(chunk)
        except Exception:  # noqa: BLE001, S110 - the reply is complete; a failure here only costs the connection
            pass

    def close(self) -> None:
        """Give the connection back if the body was read to its end, else close it."""
        self._deadline.disarm()
        self._response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


class SyncTransport:
    """Performs effects in the calling thread."""

    def __init__(self, options: HttpOptions, client: "httpx.Client | None" = None) -> None:
        """Use the caller's client, which is never closed here, or make one on first use."""
        self._options = options
        self._client: Any = client
        self._owned = client is None
        self._lock = threading.Lock()

    def perform(self, effect: Effect, deadlines: Deadlines) -> Any:
        """Do what the effect says."""
        if isinstance(effect, Send):
            return self._open(effect.request, deadlines).read_all()
        if isinstance(effect, Open):
            stream = self._open(effect.request, deadlines)
            return stream if stream.head.is_event_stream else stream.read_all()
        if isinstance(effect, Sleep):
            deadlines.check_sleep(effect.seconds)
            time.sleep(effect.seconds * (1 + random.uniform(0, JITTER)))  # noqa: S311 - jitter is no secret
            return None
        from jackfield.toolcalls import call_sync

        return [call_sync(call, effect) for call in effect.calls]

    def _open(self, request: HttpRequest, deadlines: Deadlines) -> SyncStream:
        client = self._connected()
        deadlines.start()
        try:
            built = build(client, httpx_of(client), request, deadlines)
            response = client.send(built, stream=True, follow_redirects=False)
            return SyncStream(response, request, deadlines, self._options.max_reply_bytes)
        except Exception as error:  # noqa: BLE001 - it is raised below, where no httpx error is its context
            ours = ours_for(error, httpx_of(client), deadlines, request)
        raise ours

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = new_client(self._options, asynchronous=False)
            return self._client

    def close(self) -> None:
        """Close the connections of a client of our own."""
        with self._lock:
            if self._owned and self._client is not None:
                self._client.close()
                self._client = None
