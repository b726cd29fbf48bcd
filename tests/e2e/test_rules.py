"""Every combination rule that a plugin declares: refused before any I/O with its reason, or left out and told.

Generated from the plugins' own data: a rule that is added is tested here without a word.
"""

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

import attrs
import pytest
from tests.e2e.conftest import MODELS
from tests.e2e.own_options import OWN, own

import jackfield
from jackfield import Client, Image, Tool, UnsupportedOption, registry, user
from jackfield.testing import Simulator
from jackfield.types.provider import Rule

ADD = Tool(
    name="add",
    description="Add two whole numbers.",
    parameters={
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "required": ["a", "b"],
        "additionalProperties": False,
    },
)
SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
    "additionalProperties": False,
}
RULES = [(provider, rule) for provider in MODELS for rule in registry.load(provider).info.capabilities.rules]

WAYS: Mapping[str, Mapping[str, Any]] = {
    "json_mode": {"output": "json"},
    "schema": {"output": SCHEMA},
    "tools": {"tools": [ADD]},
    "tool_choice": {"tools": [ADD], "tool_choice": "required"},
    "forced_tool": {"tools": [ADD], "tool_choice": "required"},
    "web_search": {"web_search": True},
    "logprobs": {"top_logprobs": 1},
    "thinking": {"reasoning_effort": "low"},
    "frequency_penalty": {"frequency_penalty": 0.5},
    "presence_penalty": {"presence_penalty": 0.5},
    "system": {"system": "Be brief."},
    "image": {},
    "stream": {},
}
"""How a caller asks for each feature that a rule may name, beside those of `own_options`."""


def model_of(rule: Rule) -> str:
    """A model that the rule holds for."""
    for pattern in rule.models:
        for filling in ("", "1", "x", "2.5-flash", "3"):
            name = pattern.replace("[13]", "1").replace("*", filling)
            if name and rule.refuses(name, frozenset(rule.when)):
                return name
    pytest.fail(f"no model for {rule.models}")


def _named(case: Any) -> str:
    return "-".join((*case.when, case.models[0])) if isinstance(case, Rule) else str(case)


def call_of(provider: str, rule: Rule, calling: Client) -> Callable[..., Any]:
    """What a caller does to break the rule."""
    options: dict[str, Any] = {"model": model_of(rule), **own(provider, *rule.when)}
    for feature in rule.when:
        options |= {} if feature.partition("=")[0] in OWN[provider] else WAYS[feature]
    for feature in rule.unless:
        options.pop(feature, None)
    parts = [Image.from_bytes(b"\x89PNG\r\n\x1a\n")] if "image" in rule.when else []
    method = calling.stream if "stream" in rule.when else calling.generate

    def call(**more: Any) -> Any:
        return method([user("Say hello.", *parts)], **options, **more)

    return call


@pytest.mark.parametrize(("provider", "rule"), RULES, ids=_named)
def test_refused_with_its_reason(simulator: Simulator, provider: str, rule: Rule) -> None:
    """The error has the rule's reason and source, and names what to leave out; nothing is sent."""
    url, settings = simulator.base_url, simulator.settings
    with Client(provider, base_url=url, settings=settings, retries=0) as calling:
        with pytest.raises(UnsupportedOption) as refused:
            call_of(provider, rule, calling)()
    assert rule.reason in str(refused.value)
    assert rule.source in str(refused.value)
    assert all(word in refused.value.option for word in rule.when) or refused.value.option == rule.drop
    assert simulator.requests == []


class Watch:
    """Sees what is asked; the simulator does not have every model that a rule is about."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self.asked: list[Any] = []

    @jackfield.hookimpl
    def call_started(self, request: Any) -> None:
        """Keep it."""
        self.asked.append(request)


@pytest.mark.parametrize("unsupported", ["warn", "drop"])
@pytest.mark.parametrize(("provider", "rule"), [case for case in RULES if case[1].drop], ids=_named)
def test_what_can_be_left_out_is(simulator: Simulator, provider: str, rule: Rule, unsupported: Any) -> None:
    """The call is made without the option that the rule names, and the reply says so, if there is one."""
    watch, url, settings = Watch(), simulator.base_url, simulator.settings
    with Client(provider, base_url=url, settings=settings, retries=0, middleware=[watch]) as calling:
        try:
            answer = call_of(provider, rule, calling)(unsupported=unsupported)
            warnings = (_read(answer) if "stream" in rule.when else answer).warnings
        except jackfield.OutputError as error:  # nobody asked the model for JSON
            warnings = error.partial.warnings
        except jackfield.NotFound:
            warnings = None
    [asked] = watch.asked
    assert rule.drop not in asked.options()
    assert warnings is None or rule.drop in [one.option for one in warnings if one.code == "option-dropped"]
    assert len(simulator.requests) == 1


def _read(stream: Any) -> Any:
    with stream:
        return stream.until_done()


@pytest.mark.parametrize(("provider", "rule"), [case for case in RULES if not case[1].drop], ids=_named)
def test_what_makes_no_sense_without_is_refused_anyway(simulator: Simulator, provider: str, rule: Rule) -> None:
    """`warn` does not turn a refusal into another call."""
    url, settings = simulator.base_url, simulator.settings
    with Client(provider, base_url=url, settings=settings, unsupported="warn") as calling:
        with pytest.raises(UnsupportedOption):
            call_of(provider, rule, calling)(unsupported="warn")
    assert simulator.requests == []


def test_rules_hold_for_the_models_they_name() -> None:
    """A pattern that no name can fit, or that is excluded again, would be a rule that never holds."""
    assert RULES
    for _, rule in RULES:
        model = model_of(rule)
        assert any(fnmatchcase(model, pattern) for pattern in rule.models)
        for feature in rule.when:
            assert not rule.refuses(model, frozenset(rule.when) - {feature})
        for feature in rule.unless:
            assert not rule.refuses(model, frozenset((*rule.when, feature)))
        assert not attrs.evolve(rule, excluded_models=(model,)).refuses(model, frozenset(rule.when))
