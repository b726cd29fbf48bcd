"""Fake clients for the tests of applications: scripted replies, the real types, and a record of what was asked.

    client = FakeClient("Because of scattering.", RateLimited("slow down", provider="fake"))
    assert why(client) == "Because of scattering."
    client.assert_asked("sky", max_tokens=200)

They are the real `Client` and `AsyncClient` above a provider that plays a script, so that streams, tool loops, outputs
and errors behave as they do with a real provider. Nothing is sent and nothing waits.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from jackfield.client import AsyncClient, Client
from jackfield.deadlines import Deadlines
from jackfield.flow import Effect, Open, Send, Sleep
from jackfield.http import HttpRequest
from jackfield.operations.build import Unsupported
from jackfield.testing.fakes_given import given_setup
from jackfield.testing.fakes_script import FakePlugin, Reply, Script, ScriptExhausted, frames, head
from jackfield.transport.options import HttpOptions
from jackfield.transport.tasks import AsyncTransport
from jackfield.transport.threads import SyncTransport
from jackfield.types.models import Model
from jackfield.types.policies import Retries
from jackfield.types.requests import GenerateRequest, Request

__all__ = ["FakeAsyncClient", "FakeClient", "Reply", "Script", "ScriptExhausted"]


class _Asked:
    """What both fakes remember."""

    _plugin: FakePlugin

    def _remember(self, plugin: FakePlugin) -> None:
        self._plugin = plugin
        self.sleeps: list[float] = []

    @property
    def requests(self) -> Sequence[Request]:
        """Everything that was sent, in order; retries too."""
        return tuple(self._plugin.requests)

    @property
    def last(self) -> GenerateRequest:
        """The last request for a reply. AssertionError if there is none."""
        found = [one for one in self._plugin.requests if isinstance(one, GenerateRequest)]
        assert found, "nothing was asked"  # noqa: S101 - this is an assertion for tests
        return found[-1]

    def add(self, *replies: Script) -> None:
        """Put more replies at the end of the script."""
        self._plugin.script.extend(replies)

    def assert_asked(self, *texts: str, **options: Any) -> None:
        """The last request holds each of these texts in its messages, and exactly these values of these options.

        Raises:
            AssertionError: it does not; the text shows what it holds.
        """
        request = self.last
        said = [f"{message.role}: {_words(message)}" for message in request.messages]
        missing = [text for text in texts if not any(text in one for one in said)]
        assert not missing, f"not asked: {missing}; the messages were: {said}"  # noqa: S101 - as above
        wrong = {name: getattr(request, name) for name, value in options.items() if getattr(request, name) != value}
        assert not wrong, f"asked with {wrong}, expected { ({name: options[name] for name in wrong}) }"  # noqa: S101 - as above

    def assert_done(self) -> None:
        """Every scripted reply was used. AssertionError otherwise."""
        left = self._plugin.script[self._plugin.played :]
        assert not left, f"{len(left)} scripted replies were not asked for, the next is {left[0]!r}"  # noqa: S101 - as above


def _words(message: Any) -> str:
    """The text of a message, tool results included."""
    return " ".join(part.text for part in message.parts if isinstance(getattr(part, "text", None), str))


class FakeClient(_Asked, Client):
    """A `Client` that plays a script.

    Attributes:
        requests: what was sent, in order.
        sleeps: the seconds that would have been waited for retries.
    """

    def __init__(
        self,
        *script: Script,
        model: str = "fake-model",
        provider: str = "fake",
        models: Sequence[Model] = (),
        retries: Retries | int = 0,
        unsupported: Unsupported = "error",
        middleware: Sequence[object] = (),
    ) -> None:
        """Take the replies, in the order in which they are given; `models` is what `list_models` gives."""
        self._remember(FakePlugin(provider, script, models))
        policy = retries if isinstance(retries, Retries) else Retries(limit=retries)
        loaded = self._plugin.load(middleware)
        self._setup = given_setup(loaded, {}, model=model, unsupported=unsupported, retries=policy)
        self._transport = _FakeTransport(self._plugin, self.sleeps)


class FakeAsyncClient(_Asked, AsyncClient):
    """An `AsyncClient` that plays a script; see `FakeClient`."""

    def __init__(
        self,
        *script: Script,
        model: str = "fake-model",
        provider: str = "fake",
        models: Sequence[Model] = (),
        retries: Retries | int = 0,
        unsupported: Unsupported = "error",
        middleware: Sequence[object] = (),
    ) -> None:
        """See `FakeClient`."""
        self._remember(FakePlugin(provider, script, models))
        policy = retries if isinstance(retries, Retries) else Retries(limit=retries)
        loaded = self._plugin.load(middleware)
        self._setup = given_setup(loaded, {}, model=model, unsupported=unsupported, retries=policy)
        self._transport = _FakeAsyncTransport(self._plugin, self.sleeps)


class _Body:
    """An open stream of scripted events."""

    def __init__(self, http: HttpRequest, chunks: Iterator[bytes], deadlines: Deadlines) -> None:
        self.head = head(http, streamed=True)
        self.deadlines = deadlines
        self._chunks = chunks

    def read(self) -> bytes:
        return next(self._chunks, b"")

    def drain(self) -> None:
        """Nothing follows."""

    def close(self) -> None:
        """Nothing is open."""


class _AsyncBody(_Body):
    async def read(self) -> bytes:  # type: ignore[override]  # the other half of the same seam
        return next(self._chunks, b"")

    async def drain(self) -> None:  # type: ignore[override]  # as above
        """Nothing follows."""

    async def close(self) -> None:  # type: ignore[override]  # as above
        """Nothing is open."""


class _FakeTransport(SyncTransport):
    def __init__(self, plugin: FakePlugin, sleeps: list[float]) -> None:
        super().__init__(HttpOptions())
        self._plugin = plugin
        self._sleeps = sleeps

    def perform(self, effect: Effect, deadlines: Deadlines) -> Any:
        if isinstance(effect, Send):
            self._plugin.play(effect.request)
            return head(effect.request, streamed=False)
        if isinstance(effect, Open):
            return _Body(effect.request, frames(self._plugin.play(effect.request)), deadlines)
        if isinstance(effect, Sleep):
            return self._sleeps.append(effect.seconds)
        return super().perform(effect, deadlines)


class _FakeAsyncTransport(AsyncTransport):
    def __init__(self, plugin: FakePlugin, sleeps: list[float]) -> None:
        super().__init__(HttpOptions())
        self._plugin = plugin
        self._sleeps = sleeps

    async def perform(self, effect: Effect, deadlines: Deadlines) -> Any:
        if isinstance(effect, Send):
            self._plugin.play(effect.request)
            return head(effect.request, streamed=False)
        if isinstance(effect, Open):
            return _AsyncBody(effect.request, frames(self._plugin.play(effect.request)), deadlines)
        if isinstance(effect, Sleep):
            return self._sleeps.append(effect.seconds)
        return await super().perform(effect, deadlines)
