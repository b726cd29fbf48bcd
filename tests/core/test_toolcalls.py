"""Calling tools: whatever goes wrong is told to the model, in threads and in tasks."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from jackfield.flow import RunTools
from jackfield.operations.build import tool
from jackfield.operations.generate import tool_message
from jackfield.toolcalls import Answer, call_async, call_sync
from jackfield.types.parts import Image, Text, ToolCall, ToolResult
from jackfield.types.requests import Tool

PICTURE = Image(data=b"x", mime_type="image/png")


def add(a: int, b: int = 1) -> int:
    """Add two numbers."""
    return a + b


async def add_later(a: int, b: int = 1) -> int:
    """Add two numbers, later."""
    await asyncio.sleep(0)
    return a + b


def fail(a: int) -> int:
    """Fail."""
    raise ValueError(f"{a} is too much")


def thread_name() -> str:
    """Say where it runs."""
    return threading.current_thread().name


TOOLS = (
    tool(add),
    tool(add_later),
    tool(fail),
    tool(thread_name),
    Tool(name="plain", description="x", parameters={}, function=dict[str, object]),
    Tool(name="nobody", description="x", parameters={}),
)


def _in_thread(call: ToolCall) -> Answer:
    return call_sync(call, RunTools((call,), TOOLS))


def _in_task(call: ToolCall) -> Answer:
    return asyncio.run(call_async(call, RunTools((call,), TOOLS)))


@pytest.mark.parametrize("answer", [_in_thread, _in_task])
@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("add", {"a": 1, "b": 2}, (3, False)),
        ("add", {"a": 1}, (2, False)),
        ("add_later", {"a": 1, "b": 2}, (3, False)),
        ("plain", {"x": [1]}, ({"x": [1]}, False)),
        ("fail", {"a": 9}, ("ValueError: 9 is too much", True)),
    ],
)
def test_calls(answer: Callable[[ToolCall], Answer], name: str, arguments: dict[str, Any], expected: Answer) -> None:
    """A function's value, or what it raised."""
    assert answer(ToolCall(id="1", name=name, arguments=arguments)) == expected


@pytest.mark.parametrize("answer", [_in_thread, _in_task])
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (ToolCall(id="1", name="sub"), "there is no tool named 'sub'; there are: add, add_later"),
        (ToolCall(id="1", name="nobody"), "there is no tool named 'nobody'"),
        (ToolCall(id="1", name="add", error="not JSON: x"), "the arguments are not a JSON object: not JSON: x"),
        (ToolCall(id="1", name="add", arguments={"a": "one"}), "a"),
        (ToolCall(id="1", name="add", arguments={}), "a"),
    ],
)
def test_calls_that_cannot_be_made(answer: Callable[[ToolCall], Answer], call: ToolCall, message: str) -> None:
    """The model is told why."""
    text, is_error = answer(call)
    assert is_error
    assert message in text


async def test_a_coroutine_where_a_loop_runs() -> None:
    """A synchronous client may be used in a notebook, whose loop is running; a coroutine gets a loop of its own."""
    assert _in_thread(ToolCall(id="1", name="add_later", arguments={"a": 1})) == (2, False)


async def test_plain_functions_hold_up_nothing() -> None:
    """In asyncio they run in other threads, and together."""
    both = threading.Barrier(2, timeout=5)

    def meet() -> str:
        """Wait for the other one."""
        both.wait()
        return threading.current_thread().name

    tools = (tool(meet),)
    calls = tuple(ToolCall(id=str(number), name="meet") for number in range(2))
    answers = await asyncio.gather(*(call_async(call, RunTools(calls, tools)) for call in calls))
    assert [is_error for _, is_error in answers] == [False, False]
    assert threading.current_thread().name not in {name for name, _ in answers}


@attrs.frozen
class Weather:
    """What a tool may give."""

    celsius: float
    tags: frozenset[str] = frozenset()


class Model:
    """Looks like pydantic's."""

    def model_dump(self, mode: str) -> dict[str, str]:
        """As pydantic does."""
        return {"mode": mode}


@pytest.mark.parametrize(
    ("value", "content"),
    [
        ("text", (Text("text"),)),
        (5, (Text("5"),)),
        (None, (Text("null"),)),
        ([1, "a"], (Text('[1,"a"]'),)),
        ((1, 2), (Text("[1,2]"),)),
        ({"a": Weather(1.5, frozenset({"x"}))}, (Text('{"a":{"celsius":1.5,"tags":["x"]}}'),)),
        (Model(), (Text('{"mode":"json"}'),)),
        (PICTURE, (PICTURE,)),
        (["look", PICTURE], (Text("look"), PICTURE)),
        ([], (Text("[]"),)),
    ],
)
def test_answers(value: object, content: tuple[object, ...]) -> None:
    """Text and media as they are, everything else as JSON."""
    message = tool_message(ToolCall(id="1", name="f"), value)
    assert message.role == "tool"
    assert message.parts == (ToolResult(call_id="1", name="f", content=content),)  # type: ignore[arg-type]  # any part


def test_an_answer_that_is_no_json() -> None:
    """It is an error of the tool, and the model is told."""
    [part] = tool_message(ToolCall(id="1", name="f"), object()).parts
    assert isinstance(part, ToolResult)
    assert part.is_error
    assert "cannot be sent as JSON" in part.text


def test_an_answer_that_holds_itself() -> None:
    """Unstructuring it does not end: an error of the tool like any other."""
    value: list[object] = []
    value.append(value)
    [part] = tool_message(ToolCall(id="1", name="f"), value).parts
    assert isinstance(part, ToolResult)
    assert part.is_error
    assert "has no JSON: RecursionError" in part.text


def stop(a: int) -> int:
    """Stop."""
    raise StopIteration(a)


@pytest.mark.parametrize("answer", [_in_thread, _in_task])
def test_a_tool_that_stops_an_iteration(answer: Callable[[ToolCall], Answer]) -> None:
    """No Future takes a StopIteration: it is caught where the tool runs, and told as any other."""
    call = ToolCall(id="1", name="stop", arguments={"a": 7})
    job = RunTools((call,), (tool(stop),))
    told = call_sync(call, job) if answer is _in_thread else asyncio.run(asyncio.wait_for(call_async(call, job), 20))
    assert told == ("StopIteration: 7", True)


@pytest.mark.parametrize("value", ["half \ud83d", ["half \ud83d", PICTURE], {"half": "\ud83d"}])
def test_half_a_surrogate_pair_from_a_tool(value: object) -> None:
    """It cannot be sent: the model is told, as of NaN."""
    (result,) = tool_message(ToolCall(id="1", name="add"), value).parts
    assert isinstance(result, ToolResult)
    assert result.is_error
    assert "surrogates not allowed" in result.text
    result.text.encode("utf-8")


def test_half_a_surrogate_pair_in_an_error() -> None:
    """The rest of the message is readable, and the half is spelled out."""
    (result,) = tool_message(ToolCall(id="1", name="add"), "ValueError: half \ud83d", is_error=True).parts
    assert isinstance(result, ToolResult)
    assert (result.text, result.is_error) == ("ValueError: half \\ud83d", True)
