"""One way to call, four ways to do it: both clients, each over httpx and over an injected httpx2 client."""

import asyncio
import inspect
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Self

import httpx2

import jackfield
from jackfield import AsyncClient, Client, Event, Model, Result, TextDelta

KINDS = ("sync", "async", "sync-httpx2", "async-httpx2")

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Reading all certificates takes longer than the calls, and nobody speaks TLS on loopback here."""


class Caller:
    """Calls a provider the way that its kind says; everything it gives is the same for each kind."""

    def __init__(self, kind: str, provider: str, **options: Any) -> None:
        """Make the client; `options` are the client's."""
        self._runner = asyncio.Runner()
        self.injected: Any = None
        if kind.endswith("httpx2"):
            inject = httpx2.Client if kind.startswith("sync") else httpx2.AsyncClient
            self.injected = inject(verify=NO_CERTIFICATES)
            options["http_client"] = self.injected
        make: Callable[..., Any] = Client if kind.startswith("sync") else AsyncClient
        self.client: Client | AsyncClient = make(provider, **options)

    def generate(self, prompt: Any, **options: Any) -> Result[Any]:
        """A whole reply."""
        result: Result[Any] = self._done(self.client.generate(prompt, **options))
        return result

    def run_tools(self, prompt: Any, tools: Sequence[Any], **options: Any) -> Result[Any]:
        """A reply after tool calls."""
        result: Result[Any] = self._done(self.client.run_tools(prompt, tools=tools, **options))
        return result

    def list_models(self) -> list[Model]:
        """The provider's models."""
        models: list[Model] = self._done(self.client.list_models())
        return models

    def stream(self, prompt: Any, **options: Any) -> tuple[list[Event], Result[Any]]:
        """A streamed reply: its events and its result."""
        read: tuple[list[Event], Result[Any]] = self._done(self._stream(prompt, None, options))
        return read

    def leave_stream(self, prompt: Any, after: int, **options: Any) -> list[Event]:
        """Leave a stream after so many events."""
        events: list[Event] = self._done(self._stream(prompt, after, options))[0]
        return events

    def stream_tools(self, prompt: Any, tools: Sequence[Any], **options: Any) -> list[Any]:
        """Everything that a streamed tool conversation gives."""
        given: Any = self.client.stream_tools(prompt, tools, **options)
        return list(given) if isinstance(self.client, Client) else self._runner.run(_all_of(given))

    def close(self) -> None:
        """Close everything."""
        self._done(self.client.close())
        if self.injected is not None:
            close = self.injected.close if isinstance(self.injected, httpx2.Client) else self.injected.aclose
            self._done(close())
        self._runner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _done(self, value: Any) -> Any:
        """The value, awaited if it has to be."""
        return self._runner.run(_awaited(value)) if inspect.iscoroutine(value) else value

    def _stream(self, prompt: Any, after: int | None, options: dict[str, Any]) -> Any:
        if isinstance(self.client, AsyncClient):
            return _astream(self.client, prompt, after, options)
        events: list[Event] = []
        with self.client.stream(prompt, **options) as stream:
            for event in stream:
                events.append(event)
                if len(events) == after:
                    return events, stream.partial
        return events, stream.result


async def _all_of(given: AsyncIterator[Any]) -> list[Any]:
    return [one async for one in given]


async def _awaited(value: Awaitable[Any]) -> Any:
    return await value


async def _astream(
    client: AsyncClient, prompt: Any, after: int | None, options: dict[str, Any]
) -> tuple[list[Event], Result[Any] | None]:
    events: list[Event] = []
    async with client.stream(prompt, **options) as stream:
        async for event in stream:
            events.append(event)
            if len(events) == after:
                return events, stream.partial
    return events, stream.result


def text_of(events: Sequence[Event]) -> str:
    """What the text deltas add up to."""
    return "".join(event.text for event in events if isinstance(event, jackfield.TextDelta))


def is_text(event: Event) -> bool:
    """Whether it is a piece of the answer."""
    return isinstance(event, TextDelta)
