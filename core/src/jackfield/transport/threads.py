"""The transport of threads."""

import os
import random
import threading
import time
from typing import TYPE_CHECKING, Any, Self

import attrs

from jackfield.deadlines import Deadlines
from jackfield.flow import Effect, Open, Send, Sleep
from jackfield.http import HttpRequest, HttpResponse
from jackfield.transport.common import DRAIN_BYTES, DRAINING, JITTER, Body, Limit, ours_for
from jackfield.transport.options import HttpOptions, behind_proxy, has_engine

if TYPE_CHECKING:
    import httpx


class SyncBody(Body):
    """The open body of an answer; read it in one thread."""

    def read(self) -> bytes:
        """The next bytes, whatever their number; empty at the end.

        Raises:
            TimeoutExceeded, TransportError, ReplyTooLarge, DecodeError: see each.
        """
        try:
            for raw in self._chunks:
                if body := self._inflater.feed(raw):
                    return body
            self._close()
            self._inflater.close()
        except Exception as error:  # noqa: BLE001 - it is raised below, where no HTTP library's error is its context
            ours = self._ours(error)
        else:
            return b""
        raise ours

    def read_all(self) -> HttpResponse:
        """The whole answer, the connection given back."""
        with self:
            return attrs.evolve(self.head, body=b"".join(iter(self.read, b"")))

    def drain(self) -> None:
        """After the terminal event: read what little follows, so that the connection can be used again."""
        try:
            self._limit.deadlines = Deadlines(DRAINING)
            left = DRAIN_BYTES
            while left > 0 and (chunk := next(self._chunks, None)) is not None:
                left -= len(chunk)
        except Exception:  # noqa: BLE001, S110 - the reply is complete; a failure here only costs the connection
            pass

    def close(self) -> None:
        """Give the connection back if the body was read to its end, else close it."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


class SyncTransport:
    """Performs effects in the calling thread."""

    def __init__(self, options: HttpOptions, client: "httpx.Client | None" = None) -> None:
        """Use the caller's client, which is never closed here, or make one on first use."""
        self._options = options
        self._given = client
        self._sender: Any = None
        self._lock = threading.Lock()
        self._process = os.getpid()

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

    def _open(self, request: HttpRequest, deadlines: Deadlines) -> SyncBody:
        sender = self._connected()
        deadlines.start()

        def closed() -> bool:
            return self._sender is not sender

        try:
            limit = Limit(deadlines)
            return SyncBody(sender.send(request, limit), request, limit, self._options.max_reply_bytes, closed)
        except Exception as error:  # noqa: BLE001 - as above
            proxied = self._given is None and behind_proxy(self._options)
            ours = ours_for(error, deadlines, request, closed=closed(), proxied=proxied)
        raise ours

    def _connected(self) -> Any:
        self._mine()
        with self._lock:
            if self._sender is None:
                self._sender = self._made()
            return self._sender

    def _mine(self) -> None:
        """After a fork, the connections, and a lock that may be held, are the parent's."""
        if self._process != os.getpid():
            self._process, self._lock, self._sender = os.getpid(), threading.Lock(), None

    def _made(self) -> Any:
        if self._given is None and has_engine() and not behind_proxy(self._options):
            from jackfield.transport.lines import Pool

            return Pool(self._options)
        from jackfield.transport.brought import BroughtClient, proxied_client

        if self._given is not None:
            return BroughtClient(self._given, owned=False)
        return BroughtClient(proxied_client(self._options, asynchronous=False), owned=True)

    def close(self) -> None:
        """Close the connections of a client of our own, and wake who reads from them; a later call opens new ones."""
        self._mine()
        with self._lock:
            sender, self._sender = self._sender, None
        if sender is not None:
            sender.close()
