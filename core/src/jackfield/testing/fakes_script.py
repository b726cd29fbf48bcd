"""What a fake client is told to answer, and the provider behind it that answers so.

Rules: the provider is a plugin like any other, so that everything above it (options, streams, tool loops, outputs,
errors with what was delivered, middleware) is the real thing; nothing is sent anywhere.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any

import attrs

from jackfield import registry, wire
from jackfield.assembly import assemble, events_of
from jackfield.errors import JackfieldError
from jackfield.hookspecs import API_VERSION, Flow, StreamState, hookimpl
from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.registry import Provider
from jackfield.schema import STANDARD, compile_schema
from jackfield.sse import Frame
from jackfield.types.events import Event, Finish, MediaDelta, TextDelta
from jackfield.types.models import Model
from jackfield.types.parts import Media, ToolCall
from jackfield.types.provider import Capabilities, ProviderInfo
from jackfield.types.requests import GENERATE_OPTIONS, GenerateRequest, ImageRequest, Request
from jackfield.types.results import FinishReason, Result

Piece = str | Media | Event | JackfieldError
Reply = str | Media | ToolCall | Result[Any] | JackfieldError | Sequence[Piece]
"""One scripted reply.

A text, a medium, a tool call, or a sequence of these: a whole reply. A `Result`: that reply. An error: it is raised in
place of a reply. A sequence with other events is delivered as it is: without a `Finish` the stream is cut, and an error
in it is raised there.
"""
Script = Reply | Callable[[Any], Reply]
"""A reply, or a function that is given the request and gives one."""

NUMBER = "x-fake-number"
_MEDIA = frozenset({"image", "audio", "video", "document"})


class ScriptExhausted(AssertionError):
    """More was asked than the script answers. No error of jackfield: a test fails."""


@attrs.frozen
class Playing:
    """One scripted reply, ready to be played.

    Attributes:
        pieces: events, and the errors between them.
        whole: the result itself, where one was scripted.
    """

    pieces: tuple[Event | JackfieldError, ...]
    whole: Result[Any] | None = None


def playing(reply: Reply) -> Playing:
    """A reply as events. Raises TypeError for what is none."""
    if isinstance(reply, Result):
        found: Result[Any] = reply
        return Playing(tuple(events_of(found)), found)
    pieces: tuple[Any, ...] = tuple(reply) if isinstance(reply, list | tuple) else (reply,)
    events = tuple(_event(piece) for piece in pieces)
    if all(isinstance(piece, str | Media | ToolCall) for piece in pieces):
        calls = any(isinstance(piece, ToolCall) for piece in pieces)
        reason = FinishReason.TOOL_CALLS if calls else FinishReason.STOP
        return Playing((*(one for event in events for one in _split(event)), Finish(reason=reason, raw=reason.value)))
    return Playing(events)


def _event(piece: Any) -> Event | JackfieldError:
    if isinstance(piece, str):
        return TextDelta(piece)
    if isinstance(piece, ToolCall):
        raw = wire.dumps(dict(piece.arguments)).decode() if piece.arguments_raw == "{}" else piece.arguments_raw
        return attrs.evolve(piece, arguments_raw=raw)
    if isinstance(piece, Media):
        if piece.data is None:
            raise TypeError("a scripted medium needs its bytes")
        return MediaDelta(data=piece.data, mime_type=piece.mime_type or "")
    if isinstance(piece, Event | JackfieldError):
        return piece
    raise TypeError(
        f"a script holds texts, media, tool calls, results, events and errors, not a {type(piece).__name__}"
    )


def _split(event: Event | JackfieldError) -> Iterator[Event | JackfieldError]:
    """Text word by word, so that a stream of it has several events."""
    if type(event) is TextDelta and event.opaque is None and " " in event.text:
        words = event.text.split(" ")
        yield from (TextDelta(word + " ") for word in words[:-1])
        yield TextDelta(words[-1])
    else:
        yield event


class FakePlugin:
    """The provider of one fake client: it encodes everything, and plays the script."""

    def __init__(self, provider: str, script: Sequence[Script], models: Sequence[Model]) -> None:
        """Nothing is asked yet."""
        self._provider = provider
        self._models = list(models)
        self._encoded: dict[str, Request] = {}
        self._playing: dict[str, Playing] = {}
        self.script: list[Script] = list(script)
        self.played = 0
        self.requests: list[Request] = []

    def load(self, middleware: Sequence[object]) -> Provider:
        """The provider, as a client wants it."""
        return registry.build(self._provider, self, middleware)

    def play(self, http: HttpRequest) -> Playing:
        """Note what is sent, and take the next reply. Raises ScriptExhausted, and the error if that is the reply."""
        number = str(http.headers[NUMBER])
        request = self._encoded[number]
        self.requests.append(request)
        if self.played >= len(self.script):
            raise ScriptExhausted(
                f"the script has {self.played} replies, and none for request {len(self.requests)}: {request}"
            )
        scripted = self.script[self.played]
        self.played += 1
        made = playing(scripted(request) if callable(scripted) else scripted)
        self._playing[number] = made
        if len(made.pieces) == 1 and isinstance(made.pieces[0], JackfieldError):
            raise made.pieces[0]
        return made

    @hookimpl
    def provider_info(self) -> ProviderInfo:
        """Everything can be asked."""
        return ProviderInfo(
            id=self._provider,
            name=self._provider.capitalize(),
            base_url=f"https://{self._provider}.invalid",
            settings=(),
            api_version=API_VERSION,
            docs_url=f"https://{self._provider}.invalid/docs",
            options_type=object,
            capabilities=Capabilities(
                operations=(GenerateRequest, ImageRequest), options=frozenset(GENERATE_OPTIONS), media=_MEDIA
            ),
        )

    @hookimpl
    def encode_request(self, request: Request, settings: Settings) -> HttpRequest:
        """Number it; compile the schemas, so that outputs and arguments are read like real ones."""
        number = str(len(self._encoded) + 1)
        self._encoded[number] = request
        tools = (request.tools or ()) if isinstance(request, GenerateRequest) else ()
        schema = request.schema if isinstance(request, GenerateRequest) else None
        return HttpRequest(
            url=f"{settings.base_url}/{number}",
            headers={NUMBER: number},
            output_schema=compile_schema(schema.schema, STANDARD) if schema else None,
            tool_schemas={tool.name: compile_schema(tool.parameters, STANDARD) for tool in tools},
        )

    @hookimpl
    def decode_response(self, request: Request, response: HttpResponse) -> "Result[None]":  # noqa: ARG002 - the hook's signature
        """The scripted reply, whole."""
        made = self._playing[response.headers[NUMBER]]
        if made.whole is not None:
            return made.whole
        events: list[Event] = []
        for piece in made.pieces:
            if isinstance(piece, JackfieldError):
                raise piece
            events.append(piece)
        return assemble(events)

    @hookimpl
    def parse_stream(self, request: Request, response: HttpResponse) -> "FakeParser":  # noqa: ARG002 - as above
        """The scripted reply, event by event."""
        return FakeParser(self._playing[response.headers[NUMBER]])

    @hookimpl
    def list_models(self, settings: Settings) -> "Flow[list[Model]]":  # noqa: ARG002 - as above
        """The models that the client was given."""
        return self._list()

    def _list(self) -> Generator[HttpRequest, HttpResponse, list[Model]]:
        yield from ()
        return self._models


class FakeParser:
    """Gives one scripted event for each frame; a frame holds its number."""

    def __init__(self, made: Playing) -> None:
        """Play from the beginning."""
        self.state = StreamState.OPEN
        self.opening: Sequence[Event] = ()
        self._pieces = made.pieces
        self._finishes = made.whole is not None

    def feed(self, frame: Frame) -> Sequence[Event]:
        """The event, or the scripted error."""
        piece = self._pieces[int(frame.data)]
        if isinstance(piece, JackfieldError):
            raise piece
        if isinstance(piece, Finish) or self._finishes:
            self.state = StreamState.COMPLETE
        return (piece,)

    def close(self) -> Sequence[Event]:
        """Nothing is held back."""
        return ()


def frames(made: Playing) -> Iterator[bytes]:
    """The stream that makes `FakeParser` play these pieces."""
    return (b"data: %d\n\n" % number for number in range(len(made.pieces)))


def head(http: HttpRequest, *, streamed: bool) -> HttpResponse:
    """The status line and headers of every answer."""
    headers: Mapping[str, str] = {
        NUMBER: str(http.headers[NUMBER]),
        "content-type": "text/event-stream" if streamed else "application/json",
    }
    return HttpResponse(status=200, headers=headers, url=http.url)
