"""The two clients: the same names, one for threads, one for asyncio.

Rules: no logic here. A call is built and prepared (which raises everything that is wrong with it, before any I/O), then
a flow is driven by the transport. A key is a `Secret` from the first line on: tracebacks may show local variables.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TypeVar, Unpack, overload

from jackfield.deadlines import Deadlines
from jackfield.flow import Steps, arun, pages, run
from jackfield.http import Secret
from jackfield.operations.build import CommonOptions, GenerateOptions, Prompt, ToolLike, Unsupported
from jackfield.operations.generate import Rounds, answer_calls, generate, run_tools
from jackfield.operations.setup import Setup, check_connection, image_call, tool_call
from jackfield.operations.streaming import Opened, StreamCore, open_stream
from jackfield.settings import seal
from jackfield.streams import AsyncStream, Stream
from jackfield.transport.options import HttpOptions, check_client
from jackfield.transport.threads import SyncTransport
from jackfield.types.events import Event
from jackfield.types.messages import Message
from jackfield.types.policies import Retries, Timeouts
from jackfield.types.provider import ProviderInfo
from jackfield.types.requests import Tool
from jackfield.types.results import Result
from jackfield.types.tiers import Tier

if TYPE_CHECKING:
    import httpx

    from jackfield.resources import AsyncBatches, AsyncFiles, Batches, Files
    from jackfield.transport.tasks import AsyncTransport
    from jackfield.types.models import Model

T = TypeVar("T")
HttpClientT = TypeVar("HttpClientT")


class _Base(Generic[HttpClientT]):
    def __init__(
        self,
        provider: str,
        *,
        model: str | Tier | None = None,
        api_key: str | Secret | None = None,
        base_url: str | None = None,
        settings: Mapping[str, str | Secret] | None = None,
        http_client: HttpClientT | None = None,
        proxy: str | None = None,
        verify: Any = True,
        timeouts: Timeouts | float | None = None,
        retries: Retries | int | None = None,
        unsupported: Unsupported = "error",
        strict: bool = False,
        middleware: Sequence[object] = (),
    ) -> None:
        """Set up a provider; nothing is imported that is not needed, and nothing is sent.

        Args:
            provider: its id, or `provider:model` in one string.
            model: for calls that name none; a Tier is looked up in the provider's scoreboard.
            api_key: instead of the environment variable.
            base_url: instead of the provider's own; no other host is ever contacted.
            settings: whatever else `provider_info()` declares, such as `account_id`.
            http_client: an `httpx` client of your own; it is never closed here, and `proxy` and `verify` are its
                business.
            proxy: URL of an HTTP or SOCKS proxy.
            verify: True, False, or an `ssl.SSLContext`.
            timeouts: deadlines; a number is the total in seconds.
            retries: how to retry; a number is the limit. 0 sends once.
            unsupported: what to do with an option that the provider cannot be given: `error` raises, `warn` and `drop`
                leave it out (`result.warnings` says so).
            strict: unknown fields in answers are errors.
            middleware: names of installed middleware, or objects with hook implementations.

        Raises:
            PluginError: the provider is not installed or does not work.
            MissingCredential, UsageError: see each.
        """
        given = seal(settings, api_key)
        api_key, settings = None, None
        check_connection(proxy, verify)
        self._setup = Setup.make(
            provider,
            model=model,
            preferred=_preferred,
            nearest=_nearest,
            given=given,
            base_url=base_url,
            timeouts=timeouts,
            retries=retries,
            unsupported=unsupported,
            strict=strict,
            middleware=middleware,
        )
        self._connect(HttpOptions(proxy=proxy, verify=verify), http_client)

    def _connect(self, options: HttpOptions, http_client: HttpClientT | None) -> None:
        raise NotImplementedError

    @property
    def info(self) -> ProviderInfo:
        """What the provider's plugin declares."""
        return self._setup.provider.info

    @property
    def model(self) -> str | None:
        """The model for calls that name none."""
        return self._setup.model

    def __repr__(self) -> str:
        if not hasattr(self, "_setup"):  # shown in the traceback of its own making
            return f"{type(self).__name__}(...)"
        base_url = self._setup.settings.base_url
        return f"{type(self).__name__}({self.info.id!r}, model={self.model!r}, base_url={base_url!r})"


def _preferred(provider: str, tier: str) -> str:
    from jackfield.scoreboard import preferred

    return preferred(provider, tier)


def _nearest(provider: str, model: str) -> str | None:
    from jackfield.scoreboard import nearest

    return nearest(provider, model)


class Client(_Base["httpx.Client"]):
    """A provider, called from threads. Use it as a context manager, or `close` it; it may be shared by threads."""

    def _connect(self, options: HttpOptions, http_client: "httpx.Client | None") -> None:
        check_client(http_client, asynchronous=False)
        self._transport = SyncTransport(options, http_client)

    @cached_property
    def files(self) -> "Files":
        """The files that the provider keeps."""
        from jackfield.resources import Files  # most programs do without

        return Files(self._setup, self._run)

    @cached_property
    def batches(self) -> "Batches":
        """Batches of requests, answered later."""
        from jackfield.resources import Batches  # as above

        return Batches(self._setup, self._run)

    @overload
    def generate(self, prompt: Prompt, *, output: None = None, **options: Unpack[GenerateOptions]) -> Result[None]: ...
    @overload
    def generate(self, prompt: Prompt, *, output: type[T], **options: Unpack[GenerateOptions]) -> Result[T]: ...
    @overload
    def generate(
        self, prompt: Prompt, *, output: Mapping[str, Any] | Literal["json"], **options: Unpack[GenerateOptions]
    ) -> Result[Any]: ...
    def generate(self, prompt: Prompt, *, output: Any = None, **options: Unpack[GenerateOptions]) -> Result[Any]:
        """Ask for one whole reply.

        Args:
            prompt: a text, a message, or a conversation.
            output: a type, a JSON Schema, or `"json"`: the reply is read as it, see `result.output`.
            options: see `GenerateOptions`.

        Raises:
            UsageError: the call is wrong; nothing was sent.
            ProviderError, TransportError, DecodeError: see each; retried as `retries` says.
            OutputError: the reply does not fit `output`; `.partial` is the whole result.
        """
        call = self._setup.call(prompt, options, output, stream=False)
        return self._run(generate(call, call.prepared()))

    @overload
    def stream(self, prompt: Prompt, *, output: None = None, **options: Unpack[GenerateOptions]) -> Stream[None]: ...
    @overload
    def stream(self, prompt: Prompt, *, output: type[T], **options: Unpack[GenerateOptions]) -> Stream[T]: ...
    @overload
    def stream(
        self, prompt: Prompt, *, output: Mapping[str, Any] | Literal["json"], **options: Unpack[GenerateOptions]
    ) -> Stream[Any]: ...
    def stream(self, prompt: Prompt, *, output: Any = None, **options: Unpack[GenerateOptions]) -> Stream[Any]:
        """Ask for one reply as it is made: `with client.stream(...) as stream: for event in stream: ...`.

        Args and errors are those of `generate`; see `Stream` for what reading raises.
        """
        call = self._setup.call(prompt, options, output, stream=True)
        return Stream(StreamCore(call, call.prepared()), self._open)

    @overload
    def run_tools(
        self, prompt: Prompt, tools: Sequence[ToolLike], *, max_rounds: int = 8, output: None = None,
        **options: Unpack[CommonOptions],
    ) -> Result[None]: ...  # fmt: skip
    @overload
    def run_tools(
        self, prompt: Prompt, tools: Sequence[ToolLike], *, max_rounds: int = 8, output: type[T],
        **options: Unpack[CommonOptions],
    ) -> Result[T]: ...  # fmt: skip
    def run_tools(
        self, prompt: Prompt, tools: Sequence[ToolLike], *, max_rounds: int = 8, output: Any = None,
        **options: Unpack[CommonOptions],
    ) -> Result[Any]:  # fmt: skip
        """Generate, call the tools that the model asks for, and go on until it answers.

        A tool that fails is reported to the model as an error result. Calls of one reply are made one after another.

        Args:
            prompt: see `generate`.
            tools: plain typed functions, or `Tool` objects with a function.
            max_rounds: most requests.
            output: see `generate`; it is read from the last reply.
            options: see `GenerateOptions`; a forced tool_choice holds for the first round.

        Raises:
            ToolLoopLimit: the model still asks for tools after `max_rounds` requests.
        """
        call, found = tool_call(self._setup, prompt, tools, options, output, stream=False)
        return self._run(run_tools(call, found, max_rounds))

    def stream_tools(
        self, prompt: Prompt, tools: Sequence[ToolLike], *, max_rounds: int = 8, output: Any = None,
        **options: Unpack[CommonOptions],
    ) -> Iterator[Event | Message | Result[Any]]:  # fmt: skip
        """`run_tools` as a stream: the events of each round, its Result, then the Message of each tool's answer."""
        call, found = tool_call(self._setup, prompt, tools, options, output, stream=True)
        return self._stream_tools(Rounds(call, max_rounds), found)

    def make_image(self, prompt: str, **options: Any) -> Result[None]:
        """Make pictures from a text: `result.media`. The options are the fields of `ImageRequest`."""
        call = image_call(self._setup, prompt, options)
        return self._run(generate(call, call.prepared()))

    def list_models(self) -> "list[Model]":
        """The models that the provider lists, every page of them."""
        setup = self._setup
        return self._run(pages(setup.provider.list_models(setup.settings), setup.retries))

    def close(self) -> None:
        """Close the connections, an `http_client` of your own excepted; a later call opens new ones."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _run(self, flow: Steps[T], deadlines: Deadlines | None = None) -> T:
        due = deadlines or Deadlines(self._setup.timeouts)
        return run(flow, lambda effect: self._transport.perform(effect, due))

    def _open(self, core: StreamCore, deadlines: Deadlines | None = None) -> Opened:
        return self._run(open_stream(core.call, core.prepared), deadlines)

    def _stream_tools(self, rounds: Rounds, tools: tuple[Tool, ...]) -> Iterator[Event | Message | Result[Any]]:
        deadlines = Deadlines(self._setup.timeouts)
        while True:
            prepared = rounds.call.prepared()
            with Stream[Any](StreamCore(rounds.call, prepared), partial(self._open, deadlines=deadlines)) as stream:
                yield from stream
            yield stream.result
            if rounds.ended_by(stream.result):
                return
            answers = self._run(answer_calls(stream.result, tools, prepared.http), deadlines)
            yield from answers
            rounds.take(answers)


class AsyncClient(_Base["httpx.AsyncClient"]):
    """A provider, called from asyncio tasks: the names of `Client`, awaited. It may outlive an event loop."""

    def _connect(self, options: HttpOptions, http_client: "httpx.AsyncClient | None") -> None:
        check_client(http_client, asynchronous=True)
        self._made_with = (options, http_client)

    @cached_property
    def _transport(self) -> "AsyncTransport":
        from jackfield.transport.tasks import AsyncTransport  # with asyncio, which a Client does without

        return AsyncTransport(*self._made_with)

    @cached_property
    def files(self) -> "AsyncFiles":
        """See `Client.files`."""
        from jackfield.resources import AsyncFiles  # most programs do without

        return AsyncFiles(self._setup, self._run)

    @cached_property
    def batches(self) -> "AsyncBatches":
        """See `Client.batches`."""
        from jackfield.resources import AsyncBatches  # as above

        return AsyncBatches(self._setup, self._run)

    @overload
    async def generate(
        self, prompt: Prompt, *, output: None = None, **options: Unpack[GenerateOptions]
    ) -> Result[None]: ...
    @overload
    async def generate(self, prompt: Prompt, *, output: type[T], **options: Unpack[GenerateOptions]) -> Result[T]: ...
    @overload
    async def generate(
        self, prompt: Prompt, *, output: Mapping[str, Any] | Literal["json"], **options: Unpack[GenerateOptions]
    ) -> Result[Any]: ...
    async def generate(self, prompt: Prompt, *, output: Any = None, **options: Unpack[GenerateOptions]) -> Result[Any]:
        """See `Client.generate`."""
        call = self._setup.call(prompt, options, output, stream=False)
        return await self._run(generate(call, call.prepared()))

    @overload
    def stream(
        self, prompt: Prompt, *, output: None = None, **options: Unpack[GenerateOptions]
    ) -> AsyncStream[None]: ...
    @overload
    def stream(self, prompt: Prompt, *, output: type[T], **options: Unpack[GenerateOptions]) -> AsyncStream[T]: ...
    @overload
    def stream(
        self, prompt: Prompt, *, output: Mapping[str, Any] | Literal["json"], **options: Unpack[GenerateOptions]
    ) -> AsyncStream[Any]: ...
    def stream(self, prompt: Prompt, *, output: Any = None, **options: Unpack[GenerateOptions]) -> AsyncStream[Any]:
        """See `Client.stream`; `async with`, `async for`."""
        call = self._setup.call(prompt, options, output, stream=True)
        return AsyncStream(StreamCore(call, call.prepared()), self._open)

    @overload
    async def run_tools(
        self, prompt: Prompt, tools: Sequence[ToolLike], *, max_rounds: int = 8, output: None = None,
        **options: Unpack[CommonOptions],
    ) -> Result[None]: ...  # fmt: skip
    @overload
    async def run_tools(
        self, prompt: Prompt, tools: Sequence[ToolLike], *, max_rounds: int = 8, output: type[T],
        **options: Unpack[CommonOptions],
    ) -> Result[T]: ...  # fmt: skip
    async def run_tools(
        self, prompt: Prompt, tools: Sequence[ToolLike], *, max_rounds: int = 8, output: Any = None,
        **options: Unpack[CommonOptions],
    ) -> Result[Any]:  # fmt: skip
        """See `Client.run_tools`; the calls of one reply are made concurrently."""
        call, found = tool_call(self._setup, prompt, tools, options, output, stream=False)
        return await self._run(run_tools(call, found, max_rounds))

    def stream_tools(
        self, prompt: Prompt, tools: Sequence[ToolLike], *, max_rounds: int = 8, output: Any = None,
        **options: Unpack[CommonOptions],
    ) -> AsyncIterator[Event | Message | Result[Any]]:  # fmt: skip
        """See `Client.stream_tools`; `async for`."""
        call, found = tool_call(self._setup, prompt, tools, options, output, stream=True)
        return self._stream_tools(Rounds(call, max_rounds), found)

    async def make_image(self, prompt: str, **options: Any) -> Result[None]:
        """See `Client.make_image`."""
        call = image_call(self._setup, prompt, options)
        return await self._run(generate(call, call.prepared()))

    async def list_models(self) -> "list[Model]":
        """See `Client.list_models`."""
        setup = self._setup
        return await self._run(pages(setup.provider.list_models(setup.settings), setup.retries))

    async def close(self) -> None:
        """Close this event loop's connections. See `Client.close`."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()

    async def _run(self, flow: Steps[T], deadlines: Deadlines | None = None) -> T:
        due = deadlines or Deadlines(self._setup.timeouts)
        return await arun(flow, lambda effect: self._transport.perform(effect, due))

    async def _open(self, core: StreamCore, deadlines: Deadlines | None = None) -> Opened:
        return await self._run(open_stream(core.call, core.prepared), deadlines)

    async def _stream_tools(
        self, rounds: Rounds, tools: tuple[Tool, ...]
    ) -> AsyncIterator[Event | Message | Result[Any]]:
        deadlines = Deadlines(self._setup.timeouts)
        open_ = partial(self._open, deadlines=deadlines)
        while True:
            prepared = rounds.call.prepared()
            async with AsyncStream[Any](StreamCore(rounds.call, prepared), open_) as stream:
                async for event in stream:
                    yield event
            yield stream.result
            if rounds.ended_by(stream.result):
                return
            answers = await self._run(answer_calls(stream.result, tools, prepared.http), deadlines)
            for answer in answers:
                yield answer
            rounds.take(answers)
