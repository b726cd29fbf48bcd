"""What is wrong with a call is said before anything is sent, by the name that the caller used."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.e2e.callers import Caller
from tests.e2e.conftest import MODELS

import jackfield
from jackfield import (
    Client,
    Document,
    Image,
    MissingCredential,
    NotFound,
    PluginNotFound,
    Tool,
    UnsupportedOption,
    UsageError,
    registry,
)
from jackfield.testing import Fault, Simulator


def undescribed(a: int) -> int:  # noqa: D103 - that is what is wrong with it
    return a


def untyped(a) -> int:  # type: ignore[no-untyped-def]  # that is what is wrong with it  # noqa: ANN001
    """Do something."""
    return id(a)  # pyright: ignore[reportUnknownArgumentType]  # as above


LOSSY = {
    "type": "object",
    "properties": {"a": {"if": {"const": 1}, "then": {"minimum": 3}}},
    "required": ["a"],
    "additionalProperties": False,
}
"""A condition, which no strict dialect can say."""
TWICE = Tool(name="add", description="Add.", parameters={"type": "object", "properties": {}})

WRONG: dict[str, tuple[Any, dict[str, Any], str]] = {
    "no text": ("", {}, "empty"),
    "no messages": ([], {}, "empty"),
    "blank message": ([jackfield.user("  ")], {}, "message 0 is empty"),
    "text among messages": ([jackfield.user("hi"), "hi"], {}, r"message 1 is a str.*user\("),
    "bytes": (b"hi", {}, "prompt"),
    "a number": (7, {}, "prompt"),
    "a dict": ({"role": "user"}, {}, "prompt"),
    "system is no text": ("hi", {"system": 7}, "system: expected a text"),
    "negative max_tokens": ("hi", {"max_tokens": -1}, "max_tokens: expected a whole number of at least 1, got -1"),
    "no max_tokens": ("hi", {"max_tokens": 0}, "max_tokens"),
    "max_tokens is text": ("hi", {"max_tokens": "10"}, "max_tokens.*'10'"),
    "half a token": ("hi", {"max_tokens": 1.5}, "max_tokens"),
    "True is no number": ("hi", {"seed": True}, "seed"),
    "temperature is no number": ("hi", {"temperature": float("nan")}, "temperature"),
    "top_p above 1": ("hi", {"top_p": 1.1}, "top_p: expected a number from 0 to 1"),
    "empty stop": ("hi", {"stop": [""]}, "stop"),
    "an unknown option": ("hi", {"max_token": 10}, "unknown option: max_token; did you mean max_tokens"),
    "an unknown effort": ("hi", {"reasoning_effort": "hard"}, "reasoning_effort: expected one of none, minimal"),
    "two ways to think": ("hi", {"reasoning_effort": "low", "reasoning_budget": 9}, "exclude each other"),
    "a tool without a description": ("hi", {"tools": [undescribed]}, "undescribed.*descri"),
    "a tool without types": ("hi", {"tools": [untyped]}, "untyped.*a"),
    "a tool that is none": ("hi", {"tools": [7]}, "tools"),
    "two tools of one name": ("hi", {"tools": [TWICE, TWICE]}, "two tools are named add"),
    "a choice without tools": ("hi", {"tool_choice": "required"}, "tool_choice: there are no .* to choose from"),
    "a choice that is not there": ("hi", {"tools": [TWICE], "tool_choice": "sub"}, "'sub'.*not among the tools: add"),
    "a type that is no schema": ("hi", {"output": complex}, "complex"),
    "a schema that is malformed": ("hi", {"output": {"type": "thing"}}, "thing"),
    "an output that is no type": ("hi", {"output": "xml"}, "output"),
    "extra of nobody": ("hi", {"extra": {"a": 1}}, "extra"),
    "unsupported": ("hi", {"unsupported": "ignore"}, "unsupported"),
    "a model that is no name": ("hi", {"model": 7}, "model"),
    "a model without a name": ("hi", {"model": ""}, "model: expected a model's name, got ''"),
}


@pytest.fixture
def silent(simulator: Simulator) -> Iterator[Simulator]:
    """A simulator that must not be asked anything."""
    yield simulator
    assert simulator.requests == []


@pytest.mark.parametrize(("prompt", "options", "words"), WRONG.values(), ids=list(WRONG))
@pytest.mark.parametrize("kind", ["sync", "async"], indirect=True)
def test_refused_before_anything_is_sent(
    connect: Callable[..., Caller], silent: Simulator, prompt: Any, options: dict[str, Any], words: str
) -> None:
    """Whole and streamed; the message says what was expected."""
    caller = connect()
    for call in (caller.generate, caller.stream):
        with pytest.raises(UsageError, match=f"(?is){words}"):
            call(prompt, **options)


@pytest.mark.parametrize("kind", ["sync"], indirect=True)
def test_a_schema_that_cannot_be_expressed(connect: Callable[..., Caller], simulator: Simulator, provider: str) -> None:
    """With `strict_schema` a loss is an error that says where and what is lost; without it, a warning."""
    caller = connect()
    if provider == "cloudflare":  # takes any JSON Schema as it is
        caller.generate("hi", output=LOSSY, strict_schema=True)
        return
    with pytest.raises(UsageError, match=r"schema.*/properties/a\b"):
        caller.generate("hi", output=LOSSY, strict_schema=True)
    assert simulator.requests == []
    assert any("/properties/a" in one.message for one in caller.generate("hi", output=LOSSY).warnings)


def test_media_of_unknown_type(tmp_path: Any) -> None:
    """What a file holds must be known before it is sent."""
    odd = tmp_path / "thing.bin"
    odd.write_bytes(b"\x00\x01\x02")
    with pytest.raises(UsageError, match="mime_type="):
        Image.from_path(odd)
    with pytest.raises(UsageError, match="mime_type="):
        Image.from_bytes(b"\x00\x01")
    with pytest.raises(UsageError, match="cannot read"):
        Image.from_path(tmp_path / "nothing.png")
    with pytest.raises(UsageError, match="application/pdf"):
        Image.from_bytes(b"%PDF-1.7")
    with pytest.raises(UsageError, match="absolute URL"):
        Document.from_url("file:///etc/passwd")


@pytest.mark.parametrize("make", [Client, jackfield.AsyncClient])
def test_without_a_key(provider: str, monkeypatch: pytest.MonkeyPatch, make: Any) -> None:
    """The error names each variable, and the page where to get a key."""
    for setting in registry.load(provider).info.settings:
        for variable in setting.variables:
            monkeypatch.delenv(variable, raising=False)
    with pytest.raises(MissingCredential) as missing:
        make(provider)
    assert missing.value.variables
    assert all(variable in str(missing.value) for variable in missing.value.variables)
    assert str(missing.value.url).startswith("https://")
    assert str(missing.value.url) in str(missing.value)


def test_an_unknown_provider() -> None:
    """The error says what is installed, and the nearest name."""
    with pytest.raises(PluginNotFound, match="did you mean 'groq'") as unknown:
        Client("grok", api_key="k")
    assert set(MODELS) <= set(unknown.value.installed)
    assert all(name in str(unknown.value) for name in MODELS)


@pytest.mark.parametrize("kind", ["sync", "async"], indirect=True)
def test_an_unknown_model(connect: Callable[..., Caller], provider: str) -> None:
    """The provider says that it has no such model; the nearest name that is known comes with it, whole and streamed."""
    caller = connect(model=MODELS[provider] + "x")
    for call in (caller.generate, caller.stream):
        with pytest.raises(NotFound, match="did you mean") as unknown:
            call("hi")
        assert unknown.value.nearest
        assert f"did you mean {unknown.value.nearest!r}?" in str(unknown.value)


@pytest.mark.parametrize("kind", ["sync"], indirect=True)
def test_a_known_model_that_is_gone(connect: Callable[..., Caller], simulator: Simulator) -> None:
    """No other name is suggested for one that is spelled right."""
    simulator.always = Fault(status=404)
    with pytest.raises(NotFound) as gone:
        connect().generate("hi")
    assert gone.value.nearest is None
    assert "did you mean" not in str(gone.value)


@pytest.mark.parametrize("kind", ["sync"], indirect=True)
def test_a_refusal_is_no_provider_error(connect: Callable[..., Caller], silent: Simulator, provider: str) -> None:
    """An option that the provider lacks is refused by name, before anything is sent."""
    lacks = {"groq": "top_k", "cerebras": "top_k", "cloudflare": "top_logprobs", "gemini": "parallel_tool_calls"}
    option = lacks[provider]
    value: dict[str, Any] = {option: {"top_k": 3, "top_logprobs": 3, "parallel_tool_calls": True}[option]}
    with pytest.raises(UnsupportedOption) as refused:
        connect().generate("hi", tools=[TWICE], **value)
    assert refused.value.option == option
