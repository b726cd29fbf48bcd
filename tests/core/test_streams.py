"""What may still be done with a stream whose block was left: both clients say what happened."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from jackfield import AsyncClient, Client, IncompleteStream, UsageError
from jackfield.testing import Fault, Simulator

CLOSED = "the client was closed while this reply was read"
LEFT = "the `with` block of this stream was left.* stream.partial"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """One that streams; nothing is left open."""
    with Simulator("groq") as simulator:
        yield simulator


def arguments(simulator: Simulator) -> dict[str, Any]:
    """What a client of it needs."""
    return {"model": "openai/gpt-oss-20b", "base_url": simulator.base_url, "settings": simulator.settings}


@pytest.mark.parametrize("events", [1, 4])
def test_an_iterator_that_was_kept(simulator: Simulator, events: int) -> None:
    """It is the caller's mistake and no cut: nothing more is given, not even what had arrived."""
    with Client("groq", **arguments(simulator)) as client:
        with client.stream("hi") as stream:
            kept = iter(stream)
            for _ in range(events):
                next(kept)
        with pytest.raises(UsageError, match=LEFT):
            next(kept)
        for read in (lambda: list(stream), stream.until_done, lambda: stream.result):
            with pytest.raises(UsageError, match="was left"):
                read()
        assert stream.partial is not None


async def test_an_iterator_that_was_kept_awaited(simulator: Simulator) -> None:
    """The same for asyncio."""
    async with AsyncClient("groq", **arguments(simulator)) as client:
        async with client.stream("hi") as stream:
            kept = aiter(stream)
            await anext(kept)
        with pytest.raises(UsageError, match=LEFT):
            await anext(kept)
        with pytest.raises(UsageError, match="was left"):
            await stream.until_done()


def test_a_stream_that_was_never_read(simulator: Simulator) -> None:
    """Its request was sent, and its answer is gone."""
    with Client("groq", **arguments(simulator)) as client:
        with client.stream("hi") as stream:
            pass
        for read in (lambda: list(stream), stream.until_done):
            with pytest.raises(UsageError, match=LEFT):
                read()

    async def later() -> None:
        async with AsyncClient("groq", **arguments(simulator)) as client:
            async with client.stream("hi") as stream:
                pass
            with pytest.raises(UsageError, match=LEFT):
                await stream.until_done()

    asyncio.run(later())


def test_a_stream_that_was_read(simulator: Simulator) -> None:
    """Its result stays, and its events are gone."""
    with Client("groq", **arguments(simulator)) as client:
        with client.stream("hi") as stream:
            result = stream.until_done()
        assert stream.until_done() is stream.result is result
        with pytest.raises(UsageError, match=r"iterated over once.*stream\.result has the whole reply"):
            list(stream)


def test_a_loop_that_was_left(simulator: Simulator) -> None:
    """A second loop would miss what the first one got: until_done reads the rest."""
    with Client("groq", **arguments(simulator)) as client, client.stream("hi") as stream:
        for _ in stream:
            break
        with pytest.raises(UsageError, match=r"iterated over once.*stream\.until_done\(\) reads the rest"):
            list(stream)
        assert stream.until_done().text


def test_the_result_of_a_stream_that_failed(simulator: Simulator) -> None:
    """There is none, and reading on would not make one."""
    simulator.always = Fault(cut_after_events=3)
    with Client("groq", **arguments(simulator)) as client, client.stream("hi") as stream:
        with pytest.raises(IncompleteStream):
            list(stream)
        with pytest.raises(UsageError, match=r"there is no result.*failed.*\.partial"):
            _ = stream.result


def test_a_client_that_is_closed_too_early(simulator: Simulator) -> None:
    """It is the caller's mistake and no cut; the client can be used again."""
    simulator.pace_s = 0.01
    with Client("groq", **arguments(simulator)) as client:
        with client.stream("Write 500 words.") as stream:
            events = iter(stream)
            next(events)
            client.close()
            with pytest.raises(UsageError, match=CLOSED):
                list(events)
        assert stream.partial is not None
        assert client.generate("Say hello.").text == "Hello."


async def test_a_client_that_is_closed_too_early_awaited(simulator: Simulator) -> None:
    """The same for asyncio."""
    simulator.pace_s = 0.01
    async with AsyncClient("groq", **arguments(simulator)) as client:
        async with client.stream("Write 500 words.") as stream:
            events = aiter(stream)
            await anext(events)
            await client.close()
            with pytest.raises(UsageError, match=CLOSED):
                [one async for one in events]
        assert stream.partial is not None
        assert (await client.generate("Say hello.")).text == "Hello."
