"""One conversation, several providers: what the next one cannot read is left out, and said so."""

import itertools
import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from tests.e2e.conftest import MODELS

import jackfield
from jackfield import Client, Message, ToolCall
from jackfield.testing import Simulator

PAIRS = list(itertools.permutations(sorted(MODELS), 2))


def add(a: int, b: int) -> int:
    """Add two whole numbers."""
    return a + b


def client(simulator: Simulator, provider: str, **options: Any) -> Client:
    """A client of one of the simulated providers."""
    settings = simulator.settings_of(provider)
    url = simulator.base_urls[provider]
    return Client(provider, model=MODELS[provider], base_url=url, settings=settings, strict=True, **options)


def begun(calling: Client) -> list[Message]:
    """A conversation in which a tool was called and answered."""
    conversation = [jackfield.user("What is 3214 + 5632?")]
    first = calling.generate(conversation, tools=[add])
    assert first.tool_calls
    answers = [jackfield.tool_result(call, str(add(**call.arguments))) for call in first.tool_calls]
    return [*conversation, first.message, *answers]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_another_provider_goes_on(first: str, second: str) -> None:
    """A call made by one model is answered by another, on another provider."""
    with Simulator(first, second) as simulator:
        with client(simulator, first) as one, client(simulator, second) as two:
            result = two.generate(begun(one), tools=[add])
        assert "8846" in result.text
        assert simulator.failures == ()


@pytest.mark.parametrize("second", sorted(set(MODELS) - {"gemini"}))
def test_foreign_state_is_left_out_and_reported(second: str) -> None:
    """A thought signature goes to nobody else, and a warning tells."""
    with Simulator("gemini", second) as simulator:
        gemini = client(simulator, "gemini")
        conversation = [
            jackfield.user("Think: what is 3214 + 5632?"),
            gemini.generate("Think: what is 3214 + 5632?", tools=[add], reasoning_budget=512).message,
        ]
        calls = [part for part in conversation[1].parts if isinstance(part, ToolCall)]
        states: list[Any] = [getattr(part, "opaque", None) for part in conversation[1].parts]
        signed: list[Mapping[str, Any]] = [state.data for state in states if state is not None]
        assert signed
        conversation += [jackfield.tool_result(call, "8846") for call in calls]
        simulator.requests.clear()
        with client(simulator, second) as other:
            result = other.generate(conversation, tools=[add])
        gemini.close()
        assert "foreign-state" in [notice.code for notice in result.warnings]
        signature = next(iter(signed[0].values()))
        assert str(signature) not in simulator.requests[-1].body.decode()


SAVE = "import sys, jackfield; sys.stdout.write(jackfield.dumps(jackfield.loads(sys.stdin.read())))"


@pytest.mark.parametrize("provider", sorted(MODELS))
def test_a_conversation_survives_another_process(provider: str) -> None:
    """Saved, loaded elsewhere, saved again and loaded here: the same request goes out, opaque state bit for bit."""
    with Simulator(provider) as simulator, client(simulator, provider) as calling:
        conversation = begun(calling)
        travelled = subprocess.run(
            [sys.executable, "-c", SAVE],
            input=jackfield.dumps(conversation),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        bodies: list[bytes] = []
        for messages in (conversation, list(jackfield.loads(travelled))):
            simulator.reset()
            calling.generate(messages, tools=[add])
            bodies.append(simulator.requests[0].body)
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize("provider", sorted(MODELS))
def test_results_in_any_order(provider: str) -> None:
    """Two calls of one tool, answered in the other order: each answer stands by its own call."""
    calls = (
        ToolCall(id="call_one", name="add", arguments={"a": 1, "b": 2}, arguments_raw='{"a":1,"b":2}'),
        ToolCall(id="call_two", name="add", arguments={"a": 3, "b": 4}, arguments_raw='{"a":3,"b":4}'),
    )
    asked = [jackfield.user("Add them."), jackfield.assistant(*calls)]
    answers = [jackfield.tool_result(calls[0], "three"), jackfield.tool_result(calls[1], "seven")]
    bodies: list[Any] = []
    with Simulator(provider) as simulator, client(simulator, provider) as calling:
        for order in (answers, answers[::-1]):
            simulator.reset()
            calling.generate([*asked, *order], tools=[add])
            bodies.append(json.loads(simulator.requests[0].body))
    text = json.dumps(bodies[0])
    assert text.index("three") < text.index("seven")
    assert bodies[0] == bodies[1] or _by_id(bodies[0]) == _by_id(bodies[1])


def _by_id(body: Any) -> dict[str, str]:
    return {one["tool_call_id"]: str(one["content"]) for one in body["messages"] if one["role"] == "tool"}
