"""Every option with every provider: it is sent, or refused by name, or left out and reported, never in silence."""

import contextlib
from typing import Any

import pytest
from tests.e2e.conftest import MODELS

import jackfield
from jackfield import Client, UnsupportedOption, registry
from jackfield.testing import Simulator
from jackfield.types.requests import GENERATE_OPTIONS


def add(a: int, b: int) -> int:
    """Add two whole numbers."""
    return a + b


SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}

VALUES: dict[str, dict[str, Any]] = {
    "temperature": {"temperature": 0.5},
    "top_p": {"top_p": 0.9},
    "top_k": {"top_k": 20},
    "max_tokens": {"max_tokens": 100},
    "stop": {"stop": ["END"]},
    "seed": {"seed": 7},
    "frequency_penalty": {"frequency_penalty": 0.1},
    "presence_penalty": {"presence_penalty": 0.1},
    "top_logprobs": {"top_logprobs": 2},
    "json_mode": {"output": "json"},
    "schema": {"output": SCHEMA},
    "tools": {"tools": [add]},
    "tool_choice": {"tools": [add], "tool_choice": "required"},
    "parallel_tool_calls": {"tools": [add], "parallel_tool_calls": False},
    "web_search": {"web_search": True},
    "reasoning_effort": {"reasoning_effort": "low"},
    "reasoning_budget": {"reasoning_budget": 1024},
}


def client(simulator: Simulator, provider: str, **options: Any) -> Client:
    """A client of the simulated provider."""
    return Client(provider, model=MODELS[provider], base_url=simulator.base_url, settings=simulator.settings, **options)


def sent(simulator: Simulator, calling: Client, options: dict[str, Any]) -> bytes:
    """The body that these options make."""
    simulator.reset()
    # What the simulated model makes of it is not the question here.
    with contextlib.suppress(jackfield.ProviderError, jackfield.OutputError):
        calling.generate("Say hello.", **options)
    return simulator.requests[0].body


def test_the_matrix_is_complete() -> None:
    """An option that is added to the core must be added here."""
    assert set(VALUES) == set(GENERATE_OPTIONS)


@pytest.mark.parametrize("option", GENERATE_OPTIONS)
def test_sent_or_refused(simulator: Simulator, provider: str, option: str) -> None:
    """With the option the body differs from the one without it; or the call is refused, naming it, before any I/O."""
    without = {name: value for name, value in VALUES[option].items() if name == "tools" and option != "tools"}
    refused: UnsupportedOption | None = None
    body = plain = b""
    with client(simulator, provider) as calling:
        plain = sent(simulator, calling, without)
        try:
            body = sent(simulator, calling, VALUES[option])
        except UnsupportedOption as error:
            refused = error
    if refused is None:
        assert body != plain
    else:
        assert option in str(refused)
        assert simulator.requests == []


REFUSED = [
    (provider, option)
    for provider in MODELS
    for option in GENERATE_OPTIONS
    if option not in registry.load(provider).info.capabilities.options
]


@pytest.mark.parametrize("unsupported", ["warn", "drop"])
@pytest.mark.parametrize(("provider", "option"), REFUSED)
def test_what_is_left_out_is_reported(simulator: Simulator, provider: str, option: str, unsupported: Any) -> None:
    """What `error` refuses, `warn` and `drop` leave out, and the result says so."""
    with client(simulator, provider) as calling:
        with pytest.raises(UnsupportedOption) as refused:
            calling.generate("Say hello.", **VALUES[option])
        result = calling.generate("Say hello.", unsupported=unsupported, **VALUES[option])
    assert refused.value.option == option
    assert [notice.option for notice in result.warnings if notice.code == "option-dropped"] == [option]
