"""The hooks that a provider or a middleware implements, and what they exchange.

Rules: every provider hook is synchronous and pure: no I/O, clock, environment or randomness. It is called with values
and answers with values; a conversation of several requests is a generator (`Flow`) that yields `HttpRequest`s and is
sent the answers. Work for each event of a stream never goes through pluggy: `parse_stream` returns an object that is
called directly.
"""

from collections.abc import Callable, Collection, Generator, MutableMapping, Sequence
from enum import Enum
from functools import wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

import pluggy

from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.sse import Frame
from jackfield.types.events import Event
from jackfield.types.provider import ProviderInfo
from jackfield.types.requests import Request
from jackfield.types.results import Result

if TYPE_CHECKING:  # most programs do without these
    from jackfield.types.batches import Batch, BatchEntry, BatchItem
    from jackfield.types.files import File, Upload
    from jackfield.types.models import Model
    from jackfield.types.simulated import SimulatedReply

API_VERSION = "1.2"
"""The version of these hooks. A plugin works if its major is the same and its minor is not newer."""

PROJECT = "jackfield"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

T = TypeVar("T")
Flow = Generator[HttpRequest, HttpResponse, T]
"""A conversation of several requests; returns a T."""


class StreamState(Enum):
    """How far a stream is."""

    OPEN = "open"
    """More must come; an end here is an IncompleteStream."""
    COMPLETE = "complete"
    """The reply is whole, yet more may come; an end here is fine."""
    DONE = "done"
    """The terminal event was seen; nothing that follows counts."""


@runtime_checkable
class StreamParser(Protocol):
    """Decodes one stream. One object a stream, never shared.

    Attributes:
        state: set by `feed` and `close`.
        opening: events known from the headers alone; read once, before the first `feed`.
    """

    state: StreamState
    opening: Sequence[Event]

    def feed(self, frame: Frame) -> Sequence[Event]:
        """The events of one frame.

        Raises:
            ProviderError: the frame carries an error.
            DecodeError: the frame is not what the provider documents.
        """
        ...

    def close(self) -> Sequence[Event]:
        """The events that were still held back; called once, after the last frame."""
        ...


class ProviderHooks:
    """The hooks of a provider. Each is `firstresult`: one provider answers, middleware may wrap it."""

    @hookspec(firstresult=True)
    def provider_info(self) -> ProviderInfo:  # type: ignore[empty-body]  # a specification has no body
        """Describe the provider. Called once; must not fail. Since 1.0."""

    @hookspec(firstresult=True)
    def encode_request(self, request: Request, settings: Settings) -> HttpRequest:  # type: ignore[empty-body]  # as above
        """Turn a request into HTTP.

        Raises:
            UnsupportedOperation: the provider does not do this kind of request.
            UnsupportedOption: it cannot be given an option, a value or a part, which is named.

        Since 1.0.
        """

    @hookspec(firstresult=True)
    def decode_response(self, request: Request, response: HttpResponse) -> "Result[None]":  # type: ignore[empty-body]  # as above
        """Turn a finished HTTP answer, whatever its status, into a result.

        Raises:
            ProviderError: the answer is an error.
            DecodeError: the answer is not what the provider documents.

        Since 1.0.
        """

    @hookspec(firstresult=True)
    def parse_stream(self, request: Request, response: HttpResponse) -> StreamParser:  # type: ignore[empty-body]  # as above
        """Start decoding a streamed reply; called for status 200 and an event stream only, with an empty body.

        Since 1.0.
        """

    @hookspec(firstresult=True)
    def list_models(self, settings: Settings) -> "Flow[list[Model]]":  # type: ignore[empty-body]  # as above
        """List the provider's models, page by page if it has pages. Since 1.0."""

    @hookspec(firstresult=True)
    def upload_file(self, upload: "Upload", settings: Settings) -> "Flow[File]":  # type: ignore[empty-body]  # as above
        """Upload a file. Optional. Since 1.1."""

    @hookspec(firstresult=True)
    def get_file(self, file_id: str, settings: Settings) -> "Flow[File]":  # type: ignore[empty-body]  # as above
        """Look a file up. Optional. Since 1.1."""

    @hookspec(firstresult=True)
    def list_files(self, settings: Settings) -> "Flow[list[File]]":  # type: ignore[empty-body]  # as above
        """List the files, every page of them. Optional. Since 1.1."""

    @hookspec(firstresult=True)
    def delete_file(self, file_id: str, settings: Settings) -> Flow[None]:  # type: ignore[empty-body]  # as above
        """Delete a file. Optional. Since 1.1."""

    @hookspec(firstresult=True)
    def download_file(self, file_id: str, settings: Settings) -> Flow[bytes]:  # type: ignore[empty-body]  # as above
        """Fetch what is in a file. Optional. Since 1.1."""

    @hookspec(firstresult=True)
    def create_batch(self, entries: "Sequence[BatchEntry]", settings: Settings) -> "Flow[Batch]":  # type: ignore[empty-body]  # as above
        """Begin a batch of requests for one model, which `encode_request` has encoded. Optional. Since 1.1."""

    @hookspec(firstresult=True)
    def get_batch(self, batch_id: str, settings: Settings) -> "Flow[Batch]":  # type: ignore[empty-body]  # as above
        """Look a batch up. Optional. Since 1.1."""

    @hookspec(firstresult=True)
    def list_batches(self, settings: Settings) -> "Flow[list[Batch]]":  # type: ignore[empty-body]  # as above
        """List the batches, every page of them. Optional. Since 1.1."""

    @hookspec(firstresult=True)
    def cancel_batch(self, batch_id: str, settings: Settings) -> Flow[None]:  # type: ignore[empty-body]  # as above
        """Ask for a batch to be cancelled. Optional. Since 1.1."""

    @hookspec(firstresult=True)
    def batch_results(self, batch: "Batch", settings: Settings, strict: bool) -> "Flow[list[BatchItem]]":  # type: ignore[empty-body]  # noqa: FBT001 - pluggy calls by name
        """Fetch and decode the results of a batch that has ended, in any order.

        A request that failed is a `BatchItem` with its error; only what concerns the whole batch is raised. `strict`:
        as in a request. Optional. Since 1.1.
        """

    @hookspec(firstresult=True)
    def simulate(self, request: HttpRequest, store: MutableMapping[str, bytes]) -> "SimulatedReply | None":
        """Answer like the provider, refusals included, for `jackfield.testing`; the URL is the provider's own.

        `store` (since 1.1) is empty when the server starts and lasts as long as it does: what was uploaded has to be
        somewhere. An implementation may do without it.

        Optional. Since 1.0.
        """


def deferred(hook: str, target: str, *given: object) -> Any:
    """An implementation whose code is imported when the hook is first called: most programs do without most hooks.

        upload_file = deferred("upload_file", "jackfield_acme.files:upload")

    Since 1.2.

    Args:
        hook: its name in `ProviderHooks`, whose signature the implementation takes over.
        target: `module:function`; it is called with all arguments of the hook, by position.
        given: what the function gets before these.
    """

    @hookimpl
    @wraps(getattr(ProviderHooks, hook), updated=())
    def call(*arguments: object) -> Any:
        module, _, name = target.partition(":")
        return getattr(import_module(module), name)(*given, *arguments)

    return call


def deferred_names(module: str, names: Collection[str]) -> Callable[[str], Any]:
    """The `__getattr__` of a plugin's package, for names in another module: most programs do without its options.

        __getattr__ = deferred_names("jackfield_acme.options", __all__)

    Since 1.2.
    """

    def find(name: str) -> Any:
        if name in names:
            return getattr(import_module(module), name)
        raise AttributeError(f"module {module.rpartition('.')[0]!r} has no attribute {name!r}")

    return find


ANSWERED_BY = "x-jackfield-answered-by"
"""Header that middleware puts on an answer of its own, with its name, so that others can tell it from a provider's."""


class MiddlewareHooks:
    """Observer hooks for middleware; all of them are optional.

    `provider` is the provider's id, `call_id` is the same for one call. Middleware may also wrap the provider hooks
    (`@hookimpl(wrapper=True)`).
    """

    @hookspec(firstresult=True)
    def answer_request(
        self, provider: str, call_id: str, request: Request, http_request: HttpRequest
    ) -> HttpResponse | None:
        """Answer in place of the provider, for instance from a cache; None lets the call go on.

        For a stream that is a whole event stream, as `call_answered` got it. Since 1.0.
        """

    @hookspec
    def call_started(self, provider: str, call_id: str, request: Request, http_request: HttpRequest) -> None:
        """A call begins; `http_request` is what will be sent first. Since 1.0."""

    @hookspec
    def call_event(self, provider: str, call_id: str, request: Request, event: Event) -> None:
        """A streamed event is about to be delivered. Since 1.0."""

    @hookspec
    def call_answered(
        self, provider: str, call_id: str, request: Request, http_request: HttpRequest, response: HttpResponse
    ) -> None:
        """An HTTP answer was received and decoded without error.

        A stream counts once it was read to its end: then the body is its bytes. They are kept for this only where some
        middleware implements the hook. Since 1.0.
        """

    @hookspec
    def call_finished(self, provider: str, call_id: str, request: Request, result: "Result[Any]") -> None:
        """A call ended with a result. Since 1.0."""

    @hookspec
    def call_failed(self, provider: str, call_id: str, request: Request, error: BaseException) -> None:
        """A call ended with an error, or was abandoned (GeneratorExit). Since 1.0."""
