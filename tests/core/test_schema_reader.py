"""Replies read back: what fits, what does not and where, and what is never converted."""

import builtins
import dataclasses
import datetime as dt
import decimal
import enum
import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple, TypedDict

import attrs
import pydantic
import pytest
from attrs import validators

from jackfield.errors import OutputError, UsageError
from jackfield.schema import (
    STANDARD,
    STRICT,
    Json,
    compile_schema,
    function_schema,
    json_schema,
    parse_output,
    read_arguments,
    read_output,
)


class Color(str, enum.Enum):  # noqa: UP042 -- older code writes it so, and cattrs finds it by str
    """A colour."""

    RED = "red"


class Level(enum.IntEnum):
    """A level."""

    LOW = 1


class Size(NamedTuple):
    """A size."""

    width: int
    height: int = 1


class Movie(TypedDict, total=False):
    """A film."""

    title: str
    year: int


@attrs.frozen
class Step:
    """A step."""

    text: str = attrs.field(default="", validator=validators.max_len(5))


@attrs.frozen
class Cat:
    """A cat."""

    name: str


@attrs.frozen
class Dog:
    """A dog, which is more than a cat."""

    name: str
    tricks: Annotated[list[str], "what it can do"] = attrs.field(factory=list[str])


@attrs.frozen
class Recipe:
    """Something to cook."""

    steps: list[Step]
    pet: Cat | Dog | None = None
    _hidden: int = 0


RECIPE: Any = Recipe  # type checkers differ on the name of a private attribute's argument


@dataclasses.dataclass
class Plain:
    """A dataclass."""

    color: Color
    sizes: dict[str, Size] = dataclasses.field(default_factory=dict[str, Size])


class Model(pydantic.BaseModel):
    """A pydantic model."""

    name: str
    step: int = 0


@attrs.frozen
class Holder:
    """An attrs class with a pydantic model inside."""

    model: Model


def read(text: str, tp: Any) -> Any:
    """Read with the standard dialect."""
    return parse_output(text, tp, compile_schema(json_schema(tp), STANDARD))


@pytest.mark.parametrize(
    ("tp", "text", "value"),
    [
        (int, "3.0", 3),
        (float, "3", 3.0),
        (Any, '{"a": [1]}', {"a": [1]}),
        (dict, '{"a": 1}', {"a": 1}),
        (list, "[1]", [1]),
        (set[int], "[1, 1]", {1}),
        (frozenset[str], '["a"]', frozenset({"a"})),
        (tuple[int, ...], "[1, 2]", (1, 2)),
        (tuple, "[1]", (1,)),
        (Size, '{"width": 2}', Size(2)),
        (Movie, '{"title": "x"}', {"title": "x"}),
        (Color, '"red"', Color.RED),
        (Level, "1", Level.LOW),
        (Literal["a", 1] | None, "null", None),
        (dt.datetime, '"2026-11-01T10:00:00Z"', dt.datetime(2026, 11, 1, 10, tzinfo=dt.UTC)),
        (decimal.Decimal, "1.10", decimal.Decimal("1.1")),
        (decimal.Decimal, '"1.10"', decimal.Decimal("1.10")),
        (Recipe, '{"steps": [{}], "hidden": 2, "more": 1}', RECIPE([Step()], hidden=2)),
        (Cat | Dog, '{"name": "x", "tricks": ["sit"]}', Dog("x", ["sit"])),
        (Cat | Dog, '{"name": "x"}', Cat("x")),
        (Plain, '{"color": "red", "sizes": {"a": {"width": 1}}}', Plain(Color.RED, {"a": Size(1)})),
        (Model, '{"name": "x"}', Model(name="x")),
        (Holder, '{"model": {"name": "x"}}', Holder(Model(name="x"))),
        (bool | int, "true", True),
        (Annotated[int, "a number"], "4", 4),
    ],
)
def test_replies_that_fit(tp: Any, text: str, value: object) -> None:
    """Each kind of type is built from JSON."""
    result = read(text, tp)
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    ("tp", "text", "path", "reason"),
    [
        (int, '"12"', "", "'12' is not an integer"),
        (int, "true", "", "True is not an integer"),
        (int, "1.5", "", "1.5 is not an integer"),
        (str, "12", "", "12 is not a string"),
        (bool, "1", "", "1 is not a boolean"),
        (float, '"1"', "", "'1' is not a number"),
        (float, "true", "", "True is not a number"),
        (list[str], '"ab"', "", "'ab' is not a list"),
        (list[str], '["a", 2]', "/1", "2 is not a string"),
        (dict[str, int], "[1]", "", "[1] is not an object"),
        (dict[str, int], '{"a": "1"}', "/a", "'1' is not an integer"),
        (tuple[int, str], "[1]", "", "a list of 1 where 2 are wanted"),
        (Step, '"text"', "", "'text' is not an object"),
        (Recipe, "{}", "/steps", "the key 'steps' is missing"),
        (Recipe, '{"steps": [{}, {"text": 1}]}', "/steps/1/text", "1 is not a string"),
        (Recipe, '{"steps": [{"text": "too long"}]}', "/steps/0", "'text' must be <= 5"),
        (Recipe, '{"steps": [], "pet": {"tricks": 1}}', "/pet", "no alternative fits"),
        (Color, '"blue"', "", "'blue' is none of 'red'"),
        (Literal[1], "true", "", "True is none of 1"),
        (dt.date, '"soon"', "", "'soon' is not a date"),
        (dt.date, "20261101", "", "is not a date (ISO 8601) in a string"),
        (bytes, '"~"', "", "is not base64"),
        (decimal.Decimal, '"x"', "", "is not a decimal number"),
        (decimal.Decimal, "true", "", "is not a decimal number in a string"),
        (Size, '{"height": 2}', "/width", "is missing"),
        (Movie, '{"year": "x"}', "/year", "'x' is not an integer"),
        (Model, "{}", "", "Field required"),
        (int, '"' + "x" * 200 + '"', "", "xxx..."),
        (Any, "NaN", "", "NaN is not JSON"),
        (Any, "Infinity", "", "Infinity is not JSON"),
        (Any, "", "", "it is not JSON"),
        (Any, '{"a": 1', "", "it is not JSON"),
        (Any, "[" * 150 + "]" * 150, "", "nested deeper than 100 levels"),
        (Any, "[" * 100_000, "", "nested too deep"),
    ],
)
def test_replies_that_do_not_fit(tp: Any, text: str, path: str, reason: str) -> None:
    """The error has the text, the place and the reason; nothing is converted to make it fit."""
    with pytest.raises(OutputError) as caught:
        read(text, tp)
    assert caught.value.text == text
    assert caught.value.path == path
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    "text",
    [
        '```json\n{"text": "a"}\n```',
        'Here you are:\n```\n{"text": "a"}\n```\nEnjoy!',
        '```JSON \r\n{"text": "a"}\r\n```',
    ],
)
def test_a_fence_is_a_second_try(text: str) -> None:
    """JSON in a Markdown fence is read, and said to have been fenced."""
    output = read_output(text, Step, compile_schema(json_schema(Step), STANDARD))
    assert output.value == Step("a")
    assert output.fenced


def test_a_fence_inside_json_is_text() -> None:
    """A reply that is JSON as it stands is never cut."""
    text = json.dumps("```json\n1\n```")
    assert read(text, str) == "```json\n1\n```"
    with pytest.raises(OutputError):
        read("```json\nnot JSON\n```", str)


RAW: Mapping[str, Json] = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}


def test_raw_schemas_are_validated() -> None:
    """The reply to a raw schema is parsed JSON that the source schema accepts."""
    compiled = compile_schema(RAW, STRICT)
    assert parse_output('{"a": 1}', RAW, compiled) == {"a": 1}
    with pytest.raises(OutputError) as caught:
        parse_output('{"a": "1"}', RAW, compiled)
    assert caught.value.path == "/a"


def test_a_raw_schema_may_be_wrong() -> None:
    """A keyword that only a validator understands is judged by it: the caller's mistake."""
    schema = {"type": "string", "minLength": "three"}
    with pytest.raises(UsageError, match="is no JSON Schema"):
        parse_output('"x"', schema, compile_schema(schema, STANDARD))


def test_a_raw_schema_that_refers_to_itself() -> None:
    """Checking a reply against it does not end; the reply, which was paid for, is in the error."""
    schema = {"not": {"$ref": "#"}}
    with pytest.raises(OutputError, match="does not end") as caught:
        parse_output('"x"', schema, compile_schema(schema, STANDARD))
    assert caught.value.text == '"x"'


def test_a_reference_that_only_the_validator_follows() -> None:
    """It leads to nothing: an error of ours, with the reply, which was paid for."""
    schema = {"$dynamicRef": "#nowhere"}
    with pytest.raises(OutputError, match="a reference that leads nowhere") as caught:
        parse_output('"x"', schema, compile_schema(schema, STANDARD))
    assert caught.value.text == '"x"'


def test_without_a_validator(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where jsonschema is not installed the parsed JSON comes back, and says that it was not validated."""
    real = builtins.__import__

    def missing(name: str, *args: Any) -> Any:
        if name == "jsonschema":
            raise ImportError(name)
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", missing)
    output = read_output('{"a": "1"}', RAW, compile_schema(RAW, STANDARD))
    assert output.value == {"a": "1"}
    assert not output.validated


def lay(table: Size, colors: list[Color], name: str = "x") -> None:
    """Lay the table."""


def test_arguments() -> None:
    """Arguments are built as the annotations say, in the dialect that they were asked in."""
    compiled = compile_schema(function_schema(lay).parameters, STRICT)
    built = read_arguments(lay, {"table": {"width": 1, "height": None}, "colors": ["red"], "name": None}, compiled)
    assert built == {"table": Size(1), "colors": [Color.RED]}
    assert read_arguments(lay, {"table": {"width": 1}, "colors": []}) == {"table": Size(1), "colors": []}


@pytest.mark.parametrize(
    ("arguments", "path", "reason"),
    [
        ({"table": {"width": 1}}, "/colors", "'colors' is missing"),
        ({"table": {"width": 1}, "colors": [], "other": 1}, "/other", "there is no argument 'other'"),
        ({"table": {"width": "1"}, "colors": []}, "/table/width", "'1' is not an integer"),
    ],
)
def test_arguments_that_do_not_fit(arguments: Mapping[str, Json], path: str, reason: str) -> None:
    """A model's mistake is an OutputError that can be told to the model."""
    with pytest.raises(OutputError) as caught:
        read_arguments(lay, arguments)
    assert caught.value.path == path
    assert reason in caught.value.reason


def test_imports_are_late() -> None:
    """Importing the package brings in none of what only a reply needs."""
    code = "import sys, jackfield.schema; print([m for m in ('cattrs', 'pydantic', 'jsonschema') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
