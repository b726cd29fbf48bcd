"""What the type checkers see: each way to call has one exact type. mypy and pyright check the `assert_type`s."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, assert_type

import attrs
import pytest

import jackfield
from jackfield import AsyncClient, AsyncStream, Client, Event, Message, Model, Result, Stream
from jackfield.testing import Simulator


@attrs.frozen(kw_only=True)
class Soup:
    """A soup."""

    name: str
    minutes: int


def add(a: int, b: int) -> int:
    """Add two whole numbers."""
    return a + b


def threads(client: Client) -> None:
    """The types of the client for threads."""
    assert_type(client.generate("hi"), Result[None])
    assert_type(client.generate("hi", output=Soup), Result[Soup])
    assert_type(client.generate("hi", output=Soup).output, Soup)
    assert_type(client.generate("Say hi in JSON.", output="json"), Result[Any])
    assert_type(client.generate("hi", output={"type": "object"}), Result[Any])
    assert_type(client.stream("hi"), Stream[None])
    assert_type(client.stream("hi", output=Soup), Stream[Soup])
    with client.stream("hi", output=Soup) as stream:
        assert_type(stream, Stream[Soup])
        for event in stream:
            assert_type(event, Event)
        assert_type(stream.result, Result[Soup])
    assert_type(client.run_tools("3 + 4?", [add]), Result[None])
    assert_type(client.run_tools("3 + 4?", [add], output=Soup), Result[Soup])
    assert_type(client.stream_tools("3 + 4?", [add]), Iterator[Event | Message | Result[Any]])
    assert_type(client.list_models(), list[Model])


async def tasks(client: AsyncClient) -> None:
    """The types of the client for asyncio."""
    assert_type(await client.generate("hi"), Result[None])
    assert_type(await client.generate("hi", output=Soup), Result[Soup])
    assert_type(client.stream("hi", output=Soup), AsyncStream[Soup])
    async with client.stream("hi") as stream:
        async for event in stream:
            assert_type(event, Event)
        assert_type(stream.result, Result[None])
    assert_type(await client.run_tools("3 + 4?", [add], output=Soup), Result[Soup])
    assert_type(client.stream_tools("3 + 4?", [add]), AsyncIterator[Event | Message | Result[Any]])
    assert_type(await client.list_models(), list[Model])


async def test_the_types_hold_at_run_time() -> None:
    """What the checkers are told is what happens."""
    with Simulator("gemini") as simulator:
        url, settings, model = simulator.base_url, simulator.settings, "gemini-3.6-flash"
        with Client("gemini", model=model, base_url=url, settings=settings) as client:
            threads(client)
        async with AsyncClient("gemini", model=model, base_url=url, settings=settings) as client:
            await tasks(client)


@pytest.mark.parametrize("tier", [jackfield.CHEAP, jackfield.GOOD, jackfield.BEST])
def test_a_model_may_be_named_by_what_it_is_good_for(tier: jackfield.Tier) -> None:
    """CHEAP, GOOD and BEST come from the scoreboard that the plugin ships."""
    with Client("groq", model=tier, api_key="not-a-key") as client:
        assert client.model
