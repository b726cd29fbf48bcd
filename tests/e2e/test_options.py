"""Every option with every provider: it is sent, or refused by name, or left out and reported, never in silence."""

import contextlib
from typing import Any

import attrs
import pytest
from tests.e2e.conftest import MODELS
from tests.e2e.own_options import OWN, options_type, own

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


def client(simulator: Simulator, provider: str, **settings: str) -> Client:
    """A client of the simulated provider."""
    known = {**simulator.settings, **settings}
    return Client(provider, model=MODELS[provider], base_url=simulator.base_url, settings=known, retries=0)


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


# --- what only one provider knows ------------------------------------------------------------------------------------

# Beside which other options an own one says something.
BESIDE: dict[str, dict[str, Any]] = {
    "allowed_function_names": {"tools": [add], "tool_choice": "required"},
    "image_input": {"picture": True},
    "include_server_side_tool_invocations": {"tools": [add]},
    "queue_threshold_ms": {"also": ["service_tier"]},
    "schema_field": {"output": SCHEMA},
    "schema_form": {"output": SCHEMA},
    "text_tool_calls": {"tools": [add]},
    "tool_mode": {"tools": [add]},
}
# Read by the plugin when it decodes, or for another operation; nothing goes on the wire.
UNSENT = {("cloudflare", "text_tool_calls"), ("gemini", "imagen")}
# What the endpoint does anyway.
USUAL = {("endpoint", "chat"), ("schema_form", "chat")}


@pytest.mark.parametrize("provider", sorted(MODELS))
def test_the_matrix_of_own_options_is_complete(provider: str) -> None:
    """An option that is added to a plugin must be added here."""
    assert set(OWN[provider]) == {field.name for field in attrs.fields(options_type(provider))}


ENDPOINTS: dict[str, tuple[dict[str, str], ...]] = {
    "cloudflare": ({"endpoint": "native"}, {"endpoint": "chat"}, {"endpoint": "responses"}),
}
OWN_CASES = [
    pytest.param(provider, option, settings, id="-".join((provider, option, *settings.values())))
    for provider in OWN
    for option in OWN[provider]
    for settings in ENDPOINTS.get(provider, ({},))
]


@pytest.mark.parametrize(("provider", "option", "settings"), OWN_CASES)
def test_an_own_option_is_sent_or_refused(
    simulator: Simulator, provider: str, option: str, settings: dict[str, str]
) -> None:
    """With the option the request is another one; or the call is refused, naming the option, before any I/O."""
    beside = dict(BESIDE.get(option, {}))
    also = beside.pop("also", [])
    picture = [jackfield.Image.from_bytes(b"\x89PNG\r\n\x1a\n")] if beside.pop("picture", False) else []
    prompt = [jackfield.user("Say hello.", *picture)]
    refused: UnsupportedOption | None = None
    changed: object = None
    with client(simulator, provider, **settings) as calling:
        plain = request_of(simulator, calling, prompt, {**beside, **own(provider, *also)})
        try:
            changed = request_of(simulator, calling, prompt, {**beside, **own(provider, option, *also)})
        except UnsupportedOption as error:
            refused = error
    if refused is None:
        is_same = (provider, option) in UNSENT or (option, settings.get("endpoint")) in USUAL
        assert (changed == plain) == is_same
    else:
        assert option in str(refused)
        assert simulator.requests == []


def request_of(simulator: Simulator, calling: Client, prompt: Any, options: dict[str, Any]) -> object:
    """What is sent: address, headers and body."""
    simulator.reset()
    with contextlib.suppress(jackfield.ProviderError, jackfield.OutputError):
        calling.generate(prompt, **options)
    one = simulator.requests[0]
    return one.url, one.headers, one.body
