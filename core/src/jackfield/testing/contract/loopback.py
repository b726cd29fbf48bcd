"""The whole way: client, transport, plugin and the plugin's simulator on loopback, in threads and in asyncio."""

import asyncio
from collections.abc import Callable

from jackfield.errors import AuthenticationError, Overloaded, ProviderError, RateLimited
from jackfield.http import Secret
from jackfield.operations.setup import Setup
from jackfield.testing.contract.base import ContractBase
from jackfield.testing.contract.streams import said
from jackfield.testing.contract.subject import ADD, CANARY, PLAIN, SUMS, Subject
from jackfield.testing.contract.verdict import broken, cannot_show
from jackfield.testing.fakes_given import GivenAsyncClient, GivenClient, given_setup
from jackfield.testing.faults import Fault
from jackfield.testing.simulator import Simulator
from jackfield.types.results import Result


class Loopback(ContractBase):
    """Real sockets, real HTTP; nothing leaves the machine."""

    def test_round_trip(self, subject: Subject) -> None:
        """A reply over the wire is the reply, whole and streamed."""
        model = subject.sample().request.model
        with Simulator(subject.provider) as simulator:
            with _client(subject, simulator, model) as client:
                whole = client.generate(PLAIN)
                with client.stream(PLAIN) as stream:
                    streamed = stream.until_done()
            _same(subject, whole, streamed, simulator)

    def test_round_trip_async(self, subject: Subject) -> None:
        """The same in asyncio, from the same plugin."""
        model = subject.sample().request.model
        with Simulator(subject.provider) as simulator:
            whole, streamed = asyncio.run(_ask(subject, simulator, model))
            _same(subject, whole, streamed, simulator)

    def test_models_round_trip(self, loaded: Subject) -> None:
        """The models are listed over the wire."""
        expected = [model.id for model in loaded.list_models(loaded.answer)]
        with Simulator(loaded.provider) as simulator, _client(loaded, simulator, None) as client:
            found = [model.id for model in client.list_models()]
        if found != expected:
            broken(loaded.id, "simulator", f"over the wire other models are listed: {found[:5]}")

    def test_max_tokens(self, subject: Subject) -> None:
        """The simulator ends a long reply where `max_tokens` says."""
        self.excuse("finish_reason")
        if "max_tokens" not in subject.info.capabilities.options:
            cannot_show(subject.id, "simulator", "max_tokens is not declared")
        model = subject.sample().request.model
        with Simulator(subject.provider) as simulator, _client(subject, simulator, model) as client:
            result = client.generate("Write 500 words.", max_tokens=20)
        if result.finish_reason != "length":
            broken(subject.id, "simulator", f"max_tokens=20 on a long reply ends with {result.finish_reason}")

    def test_run_tools(self, subject: Subject) -> None:
        """A tool loop goes round: the call arrives, its result is sent back, the model answers."""
        if "tools" not in subject.info.capabilities.options:
            cannot_show(subject.id, "simulator", "it takes no tools")
        sample = subject.sample(SUMS, tools=(ADD,), prove=lambda one: bool(subject.whole(one).tool_calls))
        seen: list[tuple[int, int]] = []

        def add(a: int, b: int) -> int:
            """Add two whole numbers."""
            seen.append((a, b))
            return a + b

        with Simulator(subject.provider) as simulator, _client(subject, simulator, sample.request.model) as client:
            result = client.run_tools(SUMS, [add])
        if not seen or str(sum(seen[0])) not in result.text:
            broken(subject.id, "tools", f"called with {seen}, the loop ended with {result.text!r}")

    def test_faults(self, subject: Subject) -> None:
        """What the simulator is told to do wrong reaches the caller as the right error."""
        model = subject.sample().request.model
        with Simulator(subject.provider) as simulator, _client(subject, simulator, model) as client:
            simulator.faults.append(Fault(status=429, retry_after_s=7))
            _raises(subject, lambda: client.generate(PLAIN), (RateLimited, Overloaded), retry_after_s=7.0)
        key = next((one.name for one in subject.info.settings if one.secret and one.required), None)
        if key is not None:
            with Simulator(subject.provider) as simulator, _client(subject, simulator, model, **{key: "bad"}) as client:
                _raises(subject, lambda: client.generate(PLAIN), AuthenticationError)


def _setup(subject: Subject, simulator: Simulator, model: str | None, **changed: str) -> Setup:
    values: dict[str, str | Secret] = {**subject.settings.values, **simulator.settings, **changed}
    return given_setup(subject.provider, values, model=model, base_url=simulator.base_url, strict=True)


def _client(subject: Subject, simulator: Simulator, model: str | None, **changed: str) -> GivenClient:
    return GivenClient(_setup(subject, simulator, model, **changed))


async def _ask(subject: Subject, simulator: Simulator, model: str) -> tuple[Result[None], Result[None]]:
    async with GivenAsyncClient(_setup(subject, simulator, model)) as client:
        whole = await client.generate(PLAIN)
        async with client.stream(PLAIN) as stream:
            return whole, await stream.until_done()


def _same(subject: Subject, whole: Result[None], streamed: Result[None], simulator: Simulator) -> None:
    if simulator.failures:
        broken(subject.id, "simulator", f"the simulator itself failed: {simulator.failures[0]!r}")
    if said(whole)[:5] != said(streamed)[:5]:
        broken(subject.id, "simulator", f"streamed {said(streamed)[:5]}, whole {said(whole)[:5]}")
    if CANARY in repr((whole, streamed)):
        broken(subject.id, "secrets", "the key shows in a result")


def _raises(
    subject: Subject,
    act: Callable[[], object],
    wanted: type[ProviderError] | tuple[type[ProviderError], ...],
    **facts: object,
) -> None:
    try:
        act()
    except ProviderError as error:
        wrong = {name: getattr(error, name) for name, value in facts.items() if getattr(error, name) != value}
        if not isinstance(error, wanted) or wrong:
            broken(subject.id, "errors", f"expected {wanted} with {facts}, got {error!r} with {wrong}")
        return
    broken(subject.id, "errors", f"the simulator was told to fail, and no {wanted} came")
