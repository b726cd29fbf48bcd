"""One shape asked for in every way that Python has, over the wire of each provider, whole and streamed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict

import attrs
import pydantic
import pytest
import typing_extensions
from tests.e2e.callers import Caller

from jackfield import OutputError
from jackfield.testing import Simulator


@attrs.frozen(kw_only=True)
class AttrsSoup:
    """A soup."""

    name: str
    minutes: int
    vegetarian: bool


@dataclass(frozen=True, kw_only=True)
class DataclassSoup:
    """A soup."""

    name: str
    minutes: int
    vegetarian: bool


class DictSoup(TypedDict):
    """A soup."""

    name: str
    minutes: int
    vegetarian: bool


class ExtensionsSoup(typing_extensions.TypedDict):
    """A soup; before Python 3.12, `typing` does not know this class for what it is."""

    name: str
    minutes: int
    vegetarian: bool


class PydanticSoup(pydantic.BaseModel):
    """A soup."""

    name: str
    minutes: int
    vegetarian: bool


SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "minutes": {"type": "integer"}, "vegetarian": {"type": "boolean"}},
    "required": ["name", "minutes", "vegetarian"],
    "additionalProperties": False,
}
SHAPES: dict[str, tuple[Any, type]] = {
    "attrs": (AttrsSoup, AttrsSoup),
    "dataclass": (DataclassSoup, DataclassSoup),
    "TypedDict": (DictSoup, dict),
    "TypedDict of typing_extensions": (ExtensionsSoup, dict),
    "pydantic": (PydanticSoup, PydanticSoup),
    "schema": (SCHEMA, dict),
}
STREAMS_NO_SCHEMA = {"groq"}


def fields_of(value: Any) -> dict[str, Any]:
    """The fields, whatever holds them."""
    read: Callable[[str], Any] = getattr(value, "__getitem__" if isinstance(value, dict) else "__getattribute__")
    return {name: read(name) for name in SCHEMA["properties"]}


@pytest.mark.parametrize(("asked", "kind_of_output"), SHAPES.values(), ids=list(SHAPES))
@pytest.mark.parametrize("kind", ["sync", "async"], indirect=True)
def test_every_way_to_ask_for_a_shape(caller: Caller, provider: str, asked: Any, kind_of_output: type) -> None:
    """The output is of the type that was asked for, its fields of theirs; a stream gives an equal one."""
    result = caller.generate("A soup.", output=asked)
    assert isinstance(result.output, kind_of_output)
    fields = fields_of(result.output)
    assert [type(fields[name]) for name in ("name", "minutes", "vegetarian")] == [str, int, bool]
    if provider not in STREAMS_NO_SCHEMA:
        assert caller.stream("A soup.", output=asked)[1].output == result.output


@pytest.mark.parametrize("kind", ["sync", "async"], indirect=True)
def test_any_json(caller: Caller) -> None:
    """JSON mode gives whatever JSON the model wrote."""
    assert isinstance(caller.generate("A soup, as JSON.", output="json").output, dict)


@pytest.mark.parametrize("kind", ["sync", "async"], indirect=True)
def test_a_reply_that_does_not_fit(connect: Callable[..., Caller], simulator: Simulator, provider: str) -> None:
    """A reply that was cut by its limit, or that is another shape, raises with its text and the whole result."""
    caller = connect()
    cut = {"max_tokens": 3}
    with pytest.raises(OutputError) as caught:
        caller.generate("A soup.", output=AttrsSoup, **cut)
    assert caught.value.partial is not None
    assert caught.value.text == caught.value.partial.text
    assert caught.value.partial.finish_reason == "length" or provider == "cloudflare"
    assert simulator.requests
