"""Plain functions as tools: described by their annotations, called in both worlds, bounded, streamed, concurrent."""

import asyncio
import threading
from collections.abc import Callable, Generator
from typing import Annotated, Any

import attrs
import pytest
from tests.e2e.callers import Caller
from tests.e2e.conftest import MODELS

import jackfield
from jackfield import AsyncClient, Message, Result, ToolCall, ToolLoopLimit, ToolName
from jackfield.testing import Simulator

SUMS = "Use add: what is 3214 + 5632, and what is 17 + 25?"


@attrs.frozen(kw_only=True)
class Place:
    """Where.

    Attributes:
        city: its name in English.
    """

    city: str


def weather(place: Place, unit: Annotated[str, "celsius or kelvin"] = "celsius", days: int = 1) -> str:
    """Tell the weather of a place.

    Args:
        place: where.
        unit: how to measure.
        days: how many days ahead.
    """
    return f"{place.city}: 7 {unit} for {days}"


async def add(a: Annotated[int, "one number"], b: Annotated[int, "another number"]) -> int:
    """Add two whole numbers."""
    await asyncio.sleep(0)
    return a + b


def again(what: str) -> str:
    """Look something up, and ask for more."""
    return f"{what}: look it up again"


@pytest.mark.parametrize("kind", ["sync"], indirect=True)
def test_descriptions_reach_the_wire(caller: Caller, simulator: Simulator) -> None:
    """The docstring, its arguments, `Annotated` and the docstring of a class are all there for the model to read."""
    caller.generate("How is the weather?", tools=[weather])
    body = simulator.requests[0].body.decode()
    for words in ("Tell the weather of a place.", "celsius or kelvin", "how many days ahead", "its name in English"):
        assert words in body


def test_an_async_tool_in_both_worlds(caller: Caller, simulator: Simulator) -> None:
    """A coroutine function answers in threads and in asyncio alike."""
    result = caller.run_tools("What is 3214 + 5632?", [add])
    assert "8846" in result.text
    assert len(simulator.requests) == 2


@pytest.mark.parametrize("kind", ["sync", "async"], indirect=True)
def test_one_tool_by_name(caller: Caller) -> None:
    """A choice by name forces that tool, as text or as ToolName; `none` forbids all."""
    for choice in ("again", ToolName("again")):
        result = caller.generate("What is 3214 + 5632?", tools=[add, again], tool_choice=choice)
        assert {call.name for call in result.tool_calls} == {"again"}
    assert caller.generate("What is 3214 + 5632?", tools=[add], tool_choice="none").tool_calls == ()


@pytest.mark.parametrize("kind", ["sync", "async"], indirect=True)
def test_rounds_are_bounded(caller: Caller, simulator: Simulator) -> None:
    """The last reply that still asks for tools comes with the error; its calls are not made."""
    made: list[str] = []

    def look(what: str) -> str:
        """Look something up."""
        made.append(what)
        return "nothing"

    with pytest.raises(ToolLoopLimit) as limit:
        caller.run_tools("Look up the weather.", [look], tool_choice="required", max_rounds=1)
    assert limit.value.partial is not None
    assert limit.value.partial.tool_calls
    assert made == []
    assert len(simulator.requests) == 1


def test_streamed_rounds(caller: Caller, simulator: Simulator) -> None:
    """The events of each round, its result, each answer, and the final words."""
    seen = caller.stream_tools("What is 3214 + 5632?", [add])
    results: list[Result[Any]] = [one for one in seen if isinstance(one, Result)]
    answers = [one for one in seen if isinstance(one, Message)]
    assert [bool(one.tool_calls) for one in results] == [True, False]
    assert [one.role for one in answers] == ["tool"]
    assert seen.index(results[0]) < seen.index(answers[0]) < seen.index(results[1])
    assert "8846" in results[-1].text
    assert "".join(one.text for one in seen if isinstance(one, jackfield.TextDelta)).endswith(results[-1].text)
    assert len(simulator.requests) == 2


@pytest.mark.parametrize("wait", ["coroutines", "threads"])
async def test_parallel_calls_run_together(simulator: Simulator, provider: str, wait: str) -> None:
    """Two calls of one reply wait for each other: neither would end if they were made one after the other."""
    barrier, meeting = threading.Barrier(2, timeout=5), asyncio.Barrier(2)

    def plain(a: int, b: int) -> int:
        """Add two whole numbers."""
        barrier.wait()
        return a + b

    async def coroutine(a: int, b: int) -> int:
        """Add two whole numbers."""
        async with asyncio.timeout(5):
            await meeting.wait()
        return a + b

    tool = jackfield.tool(plain if wait == "threads" else coroutine)
    url, settings = simulator.base_url, simulator.settings
    model = {**MODELS, "groq": "llama-3.3-70b-versatile", "cerebras": "zai-glm-4.7"}[provider]
    async with AsyncClient(provider, model=model, base_url=url, settings=settings, retries=0) as client:
        result = await client.run_tools(SUMS, [attrs.evolve(tool, name="add")])
    assert "8846" in result.text
    assert "42" in result.text


@pytest.mark.parametrize("kind", ["sync", "async"], indirect=True)
def test_arguments_that_do_not_fit_are_told(connect: Callable[..., Caller], simulator: Simulator) -> None:
    """A call with wrong arguments, or of a tool that is not there, becomes an error result for the model."""
    calls = (
        ToolCall(id="call_one", name="add", arguments={"a": "x"}, arguments_raw='{"a":"x"}'),
        ToolCall(id="call_two", name="sub", arguments={}, arguments_raw="{}"),
    )
    watch = Answered(calls)
    caller = connect(middleware=[watch])
    caller.run_tools("What is 3214 + 5632?", [add])
    body = simulator.requests[-1].body.decode()
    assert "there is no tool named" in body
    assert "add" in body


class Answered:
    """Middleware that gives the first reply other calls than the model made."""

    def __init__(self, calls: tuple[ToolCall, ...]) -> None:
        """Once."""
        self._calls = calls

    @jackfield.hookimpl(wrapper=True)
    def decode_response(self) -> Generator[None, Result[None], Result[None]]:
        """Replace the calls of the first reply that has any."""
        result = yield
        if not self._calls or not result.tool_calls:
            return result
        kept = [part for part in result.message.parts if not isinstance(part, ToolCall)]
        message = attrs.evolve(result.message, parts=(*kept, *self._calls))
        self._calls = ()
        return attrs.evolve(result, message=message)
