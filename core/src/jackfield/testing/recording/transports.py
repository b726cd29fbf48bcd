"""The httpx transports that record and replay: the one file beside `jackfield.transport` that imports httpx.

A test gives them to a client of its own (`httpx.Client(transport=...)`); nothing in the core uses them.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import httpx

from jackfield.testing.recording.cassette import Cassette
from jackfield.testing.recording.tape import Chunk, RecordedAnswer, RecordedRequest

_LEFT = "the caller left"


class RecordingTransport(httpx.BaseTransport):
    """Replays or records for `httpx.Client`."""

    def __init__(self, cassette: Cassette, inner: httpx.BaseTransport | None = None, *, pace: float = 0.0) -> None:
        """Send through `inner` while recording; replay with the recorded waits times `pace`."""
        self._cassette = cassette
        self._inner = inner or (httpx.HTTPTransport() if cassette.recording else None)
        self._pace = pace

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer from the tape, or from the network."""
        asked = _recorded(request, request.read())
        if self._inner is None or not self._cassette.recording:
            answer = self._cassette.answer_to(asked)
            return httpx.Response(answer.status, headers=dict(answer.headers), stream=_Replay(answer, self._pace))
        request.headers["accept-encoding"] = "identity"
        response = self._inner.handle_request(request)
        taping = _Taping(self._cassette, asked, response)
        return httpx.Response(
            response.status_code, headers=taping.headers, stream=taping, extensions=response.extensions
        )

    def close(self) -> None:
        """Close the inner transport."""
        if self._inner is not None:
            self._inner.close()


class AsyncRecordingTransport(httpx.AsyncBaseTransport):
    """Replays or records for `httpx.AsyncClient`."""

    def __init__(self, cassette: Cassette, inner: httpx.AsyncBaseTransport | None = None, *, pace: float = 0.0) -> None:
        """See `RecordingTransport`."""
        self._cassette = cassette
        self._inner = inner or (httpx.AsyncHTTPTransport() if cassette.recording else None)
        self._pace = pace

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """See `RecordingTransport.handle_request`."""
        asked = _recorded(request, await request.aread())
        if self._inner is None or not self._cassette.recording:
            answer = self._cassette.answer_to(asked)
            return httpx.Response(answer.status, headers=dict(answer.headers), stream=_AsyncReplay(answer, self._pace))
        request.headers["accept-encoding"] = "identity"
        response = await self._inner.handle_async_request(request)
        taping = _AsyncTaping(self._cassette, asked, response)
        return httpx.Response(
            response.status_code, headers=taping.headers, stream=taping, extensions=response.extensions
        )

    async def aclose(self) -> None:
        """Close the inner transport."""
        if self._inner is not None:
            await self._inner.aclose()


def _recorded(request: httpx.Request, body: bytes) -> RecordedRequest:
    return RecordedRequest(method=request.method, url=str(request.url), headers=dict(request.headers), body=body)


class _Reel:
    """Collects the chunks of one answer with their waits, and puts it on the tape once."""

    def __init__(self, cassette: Cassette, asked: RecordedRequest, response: httpx.Response) -> None:
        self._cassette = cassette
        self._asked = asked
        self._response = response
        self._chunks: list[Chunk] = []
        self._last = time.monotonic()
        self._taped = False
        encoded = "content-encoding" in response.headers
        dropped = {"content-encoding", "content-length"} if encoded else set[str]()
        self.headers = {name: value for name, value in response.headers.items() if name not in dropped}

    def _take(self, data: bytes) -> bytes:
        now = time.monotonic()
        self._chunks.append(Chunk(data=data, after_s=now - self._last))
        self._last = now
        return data

    def _tape(self, ending: str) -> None:
        if not self._taped:
            self._taped = True
            answer = RecordedAnswer(
                status=self._response.status_code, headers=self.headers, chunks=tuple(self._chunks), ending=ending
            )
            self._cassette.add(self._asked, answer)


class _Taping(_Reel, httpx.SyncByteStream):
    def __iter__(self) -> Iterator[bytes]:
        try:
            for data in self._response.iter_bytes():
                yield self._take(data)
        except httpx.HTTPError as error:
            self._tape(f"{type(error).__name__}: {error}")
            raise
        self._tape("complete")

    def close(self) -> None:
        self._tape(_LEFT)
        self._response.close()


class _AsyncTaping(_Reel, httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for data in self._response.aiter_bytes():
                yield self._take(data)
        except httpx.HTTPError as error:
            self._tape(f"{type(error).__name__}: {error}")
            raise
        self._tape("complete")

    async def aclose(self) -> None:
        self._tape(_LEFT)
        await self._response.aclose()


def _end(answer: RecordedAnswer) -> None:
    """The end of a body that did not end by itself is an error, as it was or would have been."""
    if answer.ending != "complete":
        raise httpx.ReadError(f"the recording ends here: {answer.ending}")


class _Replay(httpx.SyncByteStream):
    def __init__(self, answer: RecordedAnswer, pace: float) -> None:
        self._answer = answer
        self._pace = pace

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._answer.chunks:
            if self._pace:
                time.sleep(chunk.after_s * self._pace)
            yield chunk.data
        _end(self._answer)


class _AsyncReplay(httpx.AsyncByteStream):
    def __init__(self, answer: RecordedAnswer, pace: float) -> None:
        self._answer = answer
        self._pace = pace

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._answer.chunks:
            if self._pace:
                await asyncio.sleep(chunk.after_s * self._pace)
            yield chunk.data
        _end(self._answer)
