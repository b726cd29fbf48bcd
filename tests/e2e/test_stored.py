"""Files and batches over real sockets, with both clients."""

import asyncio
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.e2e.conftest import MODELS

from jackfield import AsyncClient, Client, InvalidRequest, NotFound, PermissionDenied, ProviderError, UsageError
from jackfield.testing import Simulator
from jackfield.types.batches import BatchState
from jackfield.types.files import FileState

POLL_S = 0.001
FILM = b"\0\0\0\x18ftypmp42" + bytes(range(256))
BATCHING = ("cerebras", "gemini", "groq")

Done = Callable[[Any], Any]


@pytest.fixture(params=["sync", "async"])
def done(request: pytest.FixtureRequest) -> Iterator[Done]:
    """Gives a value, or awaits one."""
    with asyncio.Runner() as runner:

        async def awaited(value: Any) -> Any:
            return await value

        yield lambda value: runner.run(awaited(value)) if inspect.iscoroutine(value) else value


@pytest.fixture
def connect(done: Done, request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Connects to a simulated provider; what the simulator did wrong fails the test."""
    made: list[tuple[Any, Simulator]] = []
    cls = Client if request.node.callspec.params["done"] == "sync" else AsyncClient

    def make(provider: str) -> Any:
        simulator = Simulator(provider)
        simulator.start()
        made.append(
            (
                cls(
                    provider, model=MODELS[provider], base_url=simulator.base_url, strict=True, retries=0,
                    settings=simulator.settings,
                ),
                simulator,
            )
        )  # fmt: skip
        return made[-1][0]

    yield make
    for client, simulator in made:
        done(client.close())
        simulator.stop()
        assert simulator.failures == ()


@pytest.mark.parametrize("provider", BATCHING)
def test_a_batch_from_end_to_end(provider: str, connect: Callable[..., Any], done: Done) -> None:
    """Each result is that of its own request, whatever the order, and the same as alone."""
    client = connect(provider)
    prompts = {"one": "Say apple.", "two": "Say pear."}
    batch = done(client.batches.create(prompts, max_tokens=400))
    with pytest.raises(UsageError, match="has not ended"):
        done(client.batches.results(batch))
    ended = done(client.batches.wait(batch, poll_s=POLL_S))
    assert (ended.state, ended.counts.total) == (BatchState.SUCCEEDED, 2)
    results = done(client.batches.results(batch.id))
    assert results.keys() == prompts.keys()
    for name, prompt in prompts.items():
        alone = done(client.generate(prompt, max_tokens=400))
        assert results[name].result.text == alone.text
        assert results[name].result.usage == alone.usage


@pytest.mark.parametrize("provider", BATCHING)
def test_a_batch_is_cancelled(provider: str, connect: Callable[..., Any], done: Done) -> None:
    """It ends, and has no results."""
    client = connect(provider)
    batch = done(client.batches.create(["Say apple."]))
    assert done(client.batches.cancel(batch)) is None
    if provider != "cerebras":  # no list of batches is documented there
        assert [one.id for one in done(client.batches.list())] == [batch.id]
    ended = done(client.batches.wait(batch, poll_s=POLL_S))
    assert ended.state is BatchState.CANCELLED


@pytest.mark.parametrize("provider", ["gemini", "groq"])
def test_a_refused_request_is_its_own_failure(provider: str, connect: Callable[..., Any], done: Done) -> None:
    """The batch succeeds nevertheless, as the providers say."""
    client = connect(provider)
    unknown = {"groq": "no-such-model", "gemini": "gemini-2.5-flash"}[provider]
    option = {} if provider == "groq" else {"temperature": 5.0}
    batch = done(client.batches.create({"a": "Why?"}, model=unknown, **option))
    done(client.batches.wait(batch, poll_s=POLL_S))
    item = done(client.batches.results(batch))["a"]
    assert item.result is None
    assert isinstance(item.error, ProviderError)


@pytest.mark.parametrize(("provider", "error"), [("groq", NotFound), ("gemini", PermissionDenied)])
def test_the_life_of_a_file(provider: str, error: type[ProviderError], connect: Callable[..., Any], done: Done) -> None:
    """Uploaded, found, listed, deleted; afterwards it is missing in the provider's own way."""
    client = connect(provider)
    file = done(client.files.upload(FILM, name="a film"))
    assert (file.name, file.size_bytes) == ("a film", len(FILM))
    assert done(client.files.get(file)).id == file.id
    assert [one.id for one in done(client.files.list())] == [file.id]
    assert done(client.files.delete(file)) is None
    with pytest.raises(error):
        done(client.files.get(file.id))


def test_the_contents_of_a_file(connect: Callable[..., Any], done: Done) -> None:
    """Groq gives back what it was given; Gemini only what it made itself."""
    groq, gemini = connect("groq"), connect("gemini")
    assert done(groq.files.download(done(groq.files.upload(FILM)))) == FILM
    with pytest.raises(InvalidRequest):
        done(gemini.files.download(done(gemini.files.upload(FILM))))


def test_a_film_is_waited_for(connect: Callable[..., Any], done: Done) -> None:
    """It is processed first."""
    client = connect("gemini")
    file = done(client.files.upload(FILM))
    assert file.state is FileState.PROCESSING
    assert done(client.files.wait(file, poll_s=POLL_S)).state is FileState.ACTIVE


def test_an_empty_file(connect: Callable[..., Any], done: Done) -> None:
    """There is nothing to upload: it is refused before anything is sent."""
    client = connect("gemini")
    with pytest.raises(UsageError, match="the file is empty"):
        done(client.files.upload(b"", mime_type="text/plain"))
    assert done(client.files.list()) == []
