"""The plugin under test: its hooks called as the core calls them, its simulator asked without a socket.

Rules: what a plugin may raise (refusals, provider errors) is passed on; what it must not raise or return fails the
running test by the clause `hooks`. Samples come from the plugin's own `simulate` hook, or there are none.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlsplit

import attrs
import pytest

from jackfield import registry
from jackfield.assembly import Assembler
from jackfield.errors import JackfieldError, PluginError, UnsupportedOperation, UsageError
from jackfield.hookspecs import StreamParser
from jackfield.http import HttpRequest, HttpResponse, Secret, Settings
from jackfield.operations.prepare import Prepared, prepare
from jackfield.registry import Provider
from jackfield.session import StreamSession
from jackfield.sse import Frame, SSEParser
from jackfield.testing.contract.verdict import broken, cannot_show
from jackfield.testing.faults import HEADER
from jackfield.testing.simulator import NUMBER_HEADER, ORIGIN_HEADER
from jackfield.types.events import Event
from jackfield.types.messages import Message, user
from jackfield.types.models import Model
from jackfield.types.requests import GenerateRequest, Request, Tool
from jackfield.types.results import Result
from jackfield.types.simulated import SimulatedReply

T = TypeVar("T")

CANARY = "canary-7f3a91c2e4"
"""Begins every secret setting of the subject; whatever shows it has leaked a key."""
PLAIN = "Why is the sky blue?"
MOST_PAGES = 50
MOST_MODELS = 12

ADD = Tool(
    name="add",
    description="Add two whole numbers.",
    parameters={
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "required": ["a", "b"],
    },
)
SUMS = "Use add: what is 3214 + 5632, and what is 17 + 25?"


@attrs.frozen
class Sample:
    """A request, and how the plugin's simulator answered it with 200."""

    request: GenerateRequest
    reply: SimulatedReply


class Subject:
    """A loaded plugin with settings of its own."""

    def __init__(
        self, provider: str, plugin: object | None, *, model: str | None, settings: Mapping[str, str] | None = None
    ) -> None:
        """Load it: by its id, or from the plugin object where one is given. Raises PluginError."""
        self.provider: Provider = registry.load(provider) if plugin is None else registry.build(provider, plugin)
        self.plugin = plugin
        self.id = self.provider.id
        self.info = self.provider.info
        self.settings = _settings(self.provider, settings or {})
        self._model = model
        self._samples: dict[tuple[Any, ...], Sample | None] = {}

    # --- encoding

    def models(self) -> Sequence[str]:
        """Models to ask: the one that the test class names, else the first ones that the simulator lists."""
        if self._model is not None:
            return (self._model,)
        return tuple(model.id for model in self._listed)[:MOST_MODELS] or ("some-model",)

    @cached_property
    def _listed(self) -> Sequence[Model]:
        """Found once; a simulator without a list is no fault here (see the clause `models`)."""
        try:
            return self.list_models(self.answer)
        except (JackfieldError, pytest.fail.Exception, pytest.skip.Exception):
            return ()

    def request(self, *messages: Message, model: str | None = None, **options: Any) -> GenerateRequest:
        """A request, of the first model unless another is named."""
        wanted = messages or (user(PLAIN),)
        return GenerateRequest(model=model or self.models()[0], messages=wanted, **options)

    def prepare(self, request: Request) -> Prepared:
        """Checked and encoded like a client does. Raises UsageError and what is below it."""
        return self.ours(lambda: prepare(self.provider, request, self.settings))

    def ours(self, act: Callable[[], T]) -> T:
        """What `act` gives; a PluginError fails the test."""
        try:
            return act()
        except PluginError as error:
            return broken(self.id, "hooks", str(error))

    # --- the simulator

    def answer(self, request: HttpRequest, fault: str = "") -> SimulatedReply:
        """What the simulator says. Skips the test if there is none."""
        facts = {HEADER: fault, NUMBER_HEADER: "1", ORIGIN_HEADER: _origin(self.info.base_url)}
        plain = {name: one.reveal() if isinstance(one, Secret) else one for name, one in request.headers.items()}
        asked = attrs.evolve(request, headers={**plain, **facts})
        try:
            return self.ours(lambda: self.provider.optional("simulate", SimulatedReply, request=asked, store={}))
        except UnsupportedOperation:
            cannot_show(self.id, "simulator", "the plugin has no simulate hook")

    def sample(
        self,
        prompt: str = PLAIN,
        *,
        model: str | None = None,
        prove: Callable[[Sample], bool] | None = None,
        **options: Any,
    ) -> Sample:
        """A request that the simulator answers with 200, by the first model that can. Skips the test if none can.

        Args:
            prompt: what to ask.
            model: the only one to ask.
            prove: whether an answer is of the kind that is wanted.
            options: fields of `GenerateRequest`.
        """
        found = self.find(prompt, model=model, prove=prove, **options)
        if found is None:
            asked = ", ".join(options) or "plain text"
            cannot_show(self.id, "simulator", f"no model of the simulator answers as wanted a request with {asked}")
        return found

    def find(
        self,
        prompt: str = PLAIN,
        *,
        model: str | None = None,
        prove: Callable[[Sample], bool] | None = None,
        **options: Any,
    ) -> Sample | None:
        """Like `sample`, or None."""
        key = (prompt, model, repr(sorted(options)), getattr(prove, "__qualname__", None))
        if key not in self._samples:
            tries = (self._try(prompt, one, options) for one in ([model] if model else self.models()))
            self._samples[key] = next((one for one in tries if one and (prove is None or prove(one))), None)
        return self._samples[key]

    def _try(self, prompt: str, model: str, options: Mapping[str, Any]) -> Sample | None:
        request = self.request(user(prompt), model=model, **options)
        try:
            http = self.prepare(request).http
        except UsageError:
            return None
        reply = self.answer(http)
        return Sample(request, reply) if reply.status == 200 else None

    # --- decoding

    def decode(self, request: GenerateRequest, body: bytes, *, status: int = 200, **headers: str) -> "Result[None]":
        """A whole answer. Raises ProviderError and DecodeError."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = HttpResponse(status=status, headers={"content-type": "application/json", **named}, body=body)
        return self.ours(lambda: self.provider.decode_response(request, response))

    def whole(self, sample: Sample, body: bytes | None = None, *, strict: bool = False) -> "Result[None]":
        """The sample's reply decoded whole, or another body in its place."""
        response = HttpResponse(
            status=sample.reply.status,
            headers=sample.reply.headers,
            body=sample.reply.content if body is None else body,
        )
        request = attrs.evolve(sample.request, strict=strict)
        return self.ours(lambda: self.provider.decode_response(request, response))

    def session(self, sample: Sample, *, strict: bool = False) -> StreamSession:
        """A session that decodes the sample's stream."""
        head, parser = self.parser(sample, strict=strict)
        return StreamSession(self.id, parser, head)

    def parser(self, sample: Sample, *, strict: bool = False) -> tuple[HttpResponse, StreamParser]:
        """The plugin's own parser for the sample's stream."""
        head = HttpResponse(status=sample.reply.status, headers=sample.reply.headers)
        request = attrs.evolve(sample.request, strict=strict)
        return head, self.ours(lambda: self.provider.parse_stream(request, head))

    def read(self, sample: Sample, chunks: Sequence[bytes], *, strict: bool = False) -> "Reading":
        """The stream in these chunks, to its end or to the error."""
        reading = Reading(self.session(sample, strict=strict))
        reading.run(chunks)
        if isinstance(reading.error, PluginError):
            broken(self.id, "hooks", str(reading.error))
        return reading

    # --- models

    def list_models(self, answer: Callable[[HttpRequest], SimulatedReply]) -> Sequence[Model]:
        """Drive the listing; fails the test if it does not end. Raises ProviderError and DecodeError."""
        flow = self.ours(lambda: self.provider.list_models(self.settings))
        try:
            request = self.ours(lambda: next(flow))
            for _ in range(MOST_PAGES):
                reply = answer(request)
                response = HttpResponse(status=reply.status, headers=reply.headers, body=reply.content)
                request = self.ours(lambda response=response: flow.send(response))  # type: ignore[misc]  # bound now
        except StopIteration as stop:
            return self._checked_models(stop.value)
        finally:
            flow.close()
        return broken(self.id, "models", f"the listing asks for page after page: {MOST_PAGES} requests and no end")

    def _checked_models(self, value: Any) -> Sequence[Model]:
        if isinstance(value, list) and all(isinstance(one, Model) for one in value):  # pyright: ignore[reportUnknownVariableType]  # any plugin's
            return value  # pyright: ignore[reportUnknownVariableType]  # as above
        return broken(self.id, "hooks", "list_models did not return a list of Model")


class Reading:
    """A stream read to its end: what was delivered, and how it ended."""

    def __init__(self, session: StreamSession) -> None:
        """Nothing is read yet."""
        self.session = session
        self.events: list[Event] = []
        self.error: JackfieldError | None = None

    def run(self, chunks: Sequence[bytes]) -> None:
        """Read them all, as a client does."""
        try:
            self.events += self.session.open()
            for chunk in chunks:
                if self.session.done:
                    break
                self.events += self.session.feed(chunk)
            while events := self.session.close():
                self.events += events
        except JackfieldError as error:
            self.error = error

    @property
    def result(self) -> "Result[None]":
        """Everything that was read."""
        return self.session.result()

    def delivered(self) -> "Result[None]":
        """What the events alone add up to."""
        assembler = Assembler()
        assembler.feed(self.events)
        return assembler.result()


def frames_of(reply: SimulatedReply) -> Sequence[Frame]:
    """The frames of a simulated stream."""
    parser = SSEParser()
    return (*parser.feed(reply.content), *parser.close())


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _settings(provider: Provider, given: Mapping[str, str]) -> Settings:
    values: dict[str, str | Secret] = {}
    for setting in provider.info.settings:
        if setting.secret:
            values[setting.name] = Secret(given.get(setting.name, f"{CANARY}-{setting.name}"))
        elif setting.name in given or setting.default is not None or setting.required:
            values[setting.name] = given.get(setting.name, setting.default or f"simulated-{setting.name}")
    return Settings(provider=provider.id, base_url=provider.info.base_url, values=values)
