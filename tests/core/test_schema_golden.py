"""The schemas and losses of many types in every dialect, compared with files that a person has read.

The docstrings of the types are part of their schemas: those without one are without on purpose.

After a change that is meant, write them again with `python tests/core/test_schema_golden.py`, and read the diff.
"""

# ruff: noqa: D101
import dataclasses
import datetime as dt
import decimal
import enum
import json
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, NotRequired, Required, TypedDict, TypeVar

import attrs
import pydantic
import pytest
from attrs import validators

from jackfield.errors import UsageError
from jackfield.schema import STANDARD, STRICT, Dialect, compile_schema, json_schema
from jackfield.schema.nodes import Json, Node, named, type_names, walk
from jackfield_cerebras.schema import CEREBRAS_STRICT
from jackfield_cloudflare.schema import CLOUDFLARE
from jackfield_gemini.schema import GEMINI_JSON, GEMINI_OPENAPI
from jackfield_groq.schema import GROQ_BEST_EFFORT, GROQ_STRICT

GOLDEN = Path(__file__).parents[1] / "golden" / "schema"
DIALECTS: Mapping[str, Dialect] = {
    "standard": STANDARD,
    "strict": STRICT,
    "groq_strict": GROQ_STRICT,
    "groq_best_effort": GROQ_BEST_EFFORT,
    "cerebras_strict": CEREBRAS_STRICT,
    "cloudflare": CLOUDFLARE,
    "gemini_openapi": GEMINI_OPENAPI,
    "gemini_json": GEMINI_JSON,
}
T = TypeVar("T")


@attrs.frozen
class Point:
    """A place on a map."""

    x: float
    y: float


@attrs.frozen
class Step:
    """One step of a recipe.

    Attributes:
        text: What to do, in one sentence.
        minutes: How long it takes.
    """

    text: str
    minutes: int | None = None


@attrs.frozen
class Recipe:
    """Something to cook."""

    title: Annotated[str, "Its name on the menu"]
    steps: list[Step]
    tags: set[str] = attrs.field(factory=set[str])
    servings: int = 4


@attrs.frozen
class Bounded:
    age: int = attrs.field(validator=[validators.ge(0), validators.lt(150)])
    code: str = attrs.field(validator=validators.matches_re(r"[A-Z]{3}"))
    name: str = attrs.field(validator=validators.and_(validators.min_len(1), validators.max_len(40)))
    size: str = attrs.field(validator=validators.in_(["s", "m", "l"]))
    marks: list[int] = attrs.field(validator=validators.deep_iterable(validators.le(6), validators.min_len(1)))
    note: str | None = attrs.field(default=None, validator=validators.optional(validators.max_len(10)))


@attrs.frozen(kw_only=True)
class Limit:
    gt: int | None = None
    multiple_of: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


@attrs.frozen
class Between:
    """Numbers between limits, as annotated_types and pydantic write them."""

    ratio: Annotated[float, pydantic.Field(ge=0, le=1, description="A share")]
    count: Annotated[int, Limit(gt=0, multiple_of=5)]
    words: Annotated[list[str], Limit(min_length=1, max_length=3)]
    nick: Annotated[str | None, Limit(min_length=2, pattern="^[a-z]+$")] = None


@attrs.frozen
class Empty:
    """Nothing at all."""


@attrs.frozen
class Line:
    start: Point
    end: Point


@attrs.frozen
class Tree:
    """A node and those below it."""

    label: str
    children: "list[Tree]" = attrs.field(factory=list[Any])


@attrs.frozen
class Chain:
    value: int
    next: "Chain | None" = None


@attrs.frozen
class Endless:
    """Recursion that never ends: no such value exists."""

    inner: "Endless"


@attrs.frozen
class Folder:
    name: str
    files: "list[File]" = attrs.field(factory=list[Any])


@attrs.frozen
class File:
    name: str
    folder: Folder | None = None


@dataclasses.dataclass
class Address:
    """Where someone lives."""

    street: str
    city: str = "Bern"
    lines: list[str] = dataclasses.field(default_factory=list[str])


@dataclasses.dataclass
class Undocumented:
    x: int


class Movie(TypedDict, total=False):
    """A film."""

    title: Required[str]
    year: int
    cast: Annotated[list[str], "Actors, most important first"]


class Track(TypedDict):
    name: str
    album: NotRequired[str | None]


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int = 100


class Color(enum.Enum):
    """A colour of the flag."""

    RED = "red"
    WHITE = "white"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Mood(enum.StrEnum):
    HAPPY = "happy"


class Mixed(enum.Enum):
    ONE = 1
    TWO = "two"
    NONE = None


@attrs.frozen
class Choices:
    color: Color
    level: Level = Level.LOW
    mood: Mood | None = None
    mixed: Mixed = Mixed.ONE
    unit: Literal["m", "km"] = "m"
    version: Literal[2] = 2
    flag: Literal[True, False] | None = None


@attrs.frozen
class Circle:
    kind: Literal["circle"]
    radius: float


@attrs.frozen
class Square:
    kind: Literal["square"]
    side: float


@attrs.frozen
class Drawing:
    shape: Circle | Square
    label: str | int | None = None
    other: Circle | Square | None = None


@attrs.frozen
class Maps:
    counts: dict[str, int]
    places: Mapping[str, Point] = attrs.field(factory=dict[Any, Any])
    free: dict[str, Any] = attrs.field(factory=dict[Any, Any])
    by_color: dict[Color, list[str]] = attrs.field(factory=dict[Any, Any])


@attrs.frozen
class Sequences:
    pair: tuple[int, str]
    row: tuple[float, ...]
    matrix: list[list[float]]
    unique: frozenset[int]
    any_list: list[Any]
    several: Sequence[int | str]


@attrs.frozen
class Formats:
    when: dt.datetime
    day: dt.date
    at: dt.time
    id: uuid.UUID
    price: decimal.Decimal
    data: bytes


@attrs.frozen
class Loose:
    anything: Any
    something: object = None


@attrs.frozen
class Page(Generic[T]):
    items: list[T]
    total: int


@attrs.frozen
class _Private:
    _hidden: str
    shown: int = 1


Meters = NewType("Meters", float)


class User(pydantic.BaseModel):
    """A pydantic model."""

    name: str = pydantic.Field(description="Full name", min_length=1)
    emails: list[str] = []
    home: Address | None = None


class Cat(pydantic.BaseModel):
    pet: Literal["cat"]
    lives: int = 9


class Dog(pydantic.BaseModel):
    pet: Literal["dog"]
    tricks: list[str] = []


class Owner(pydantic.BaseModel):
    animal: Cat | Dog = pydantic.Field(discriminator="pet")


class Thread(pydantic.BaseModel):
    text: str
    replies: "list[Thread]" = []


@attrs.frozen
class Team:
    lead: User
    members: list[User]


RAW: Mapping[str, Node] = {
    "raw_definitions": {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": {"a": {"$ref": "#/definitions/A"}, "b": {"$ref": "#/definitions/A", "description": "The other"}},
        "definitions": {"A": {"type": "string", "enum": ["x", "y"]}},
    },
    "raw_root_reference": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "child": {"$ref": "#"}},
        "required": ["name"],
    },
    "raw_all_of": {
        "allOf": [
            {"$ref": "#/$defs/Base"},
            {"properties": {"extra": {"type": "integer", "minimum": 3}}, "required": ["extra"]},
        ],
        "$defs": {"Base": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}},
    },
    "raw_one_of": {"oneOf": [{"type": "string", "maxLength": 3}, {"type": "string", "pattern": "^a"}]},
    "raw_types": {
        "type": "object",
        "properties": {
            "several": {"type": ["string", "integer", "null"], "minLength": 1, "minimum": 0},
            "openapi": {"type": "string", "nullable": True},
            "untyped": {"minimum": 1},
            "nothing": {"type": "null"},
            "constant": {"const": 3},
            "open": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": True},
        },
        "required": ["several", "openapi"],
    },
    "raw_conditions": {
        "type": "object",
        "properties": {"a": {"type": "integer", "not": {"const": 0}}},
        "if": {"required": ["a"]},
        "then": {"required": ["b"]},
        "minProperties": 1,
        "patternProperties": {"^x-": {"type": "string"}},
    },
    "raw_long_enum": {
        "type": "object",
        "properties": {"word": {"type": "string", "enum": [f"w{number}" for number in range(501)]}},
        "required": ["word"],
    },
    "raw_deep": {
        "type": "array",
        "items": {"type": "array", "items": {"type": "array", "items": {"type": "array", "items": {"type": "array"}}}},
    },
}
TYPES: Mapping[str, object] = {
    "int": int,
    "list_of_strings": list[str],
    "optional_int": int | None,
    "literal_root": Literal["yes", "no"],
    "union_root": Circle | Square,
    "map_root": dict[str, float],
    "newtype": list[Meters],
    "generic": Page[Point],
    "private": _Private,
    **{
        cls.__name__.lower(): cls
        for cls in (
            *(Point, Step, Recipe, Bounded, Between, Empty, Line, Tree, Chain, Endless, Folder, Address, Undocumented),
            *(Movie, Track, Size, Color, Level, Mixed, Choices, Drawing, Maps, Sequences, Formats, Loose),
            *(User, Owner, Thread, Team),
        )
    },
    **RAW,
}


def golden(name: str) -> Json:
    """What the file of a type holds: per dialect the schema and its losses, or the error."""
    return {dialect: _outcome(TYPES[name], rules) for dialect, rules in DIALECTS.items()}


def _outcome(tp: object, dialect: Dialect) -> Json:
    try:
        compiled = compile_schema(json_schema(tp), dialect)
    except UsageError as error:
        return {"error": str(error)}
    losses: list[Json] = [f"{loss}{'' if loss.exact else ' (inexact)'}" for loss in compiled.losses]
    return {"schema": compiled.schema, "unwrap": compiled.unwrap, "losses": losses}


def test_the_corpus_is_large() -> None:
    """At least 30 types, and a file for each, and no file without a type."""
    assert len(TYPES) >= 30
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(TYPES)


@pytest.mark.parametrize("name", sorted(TYPES))
def test_golden(name: str) -> None:
    """Each type compiles to what was reviewed."""
    assert golden(name) == json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(TYPES))
@pytest.mark.parametrize("dialect", [pytest.param(rules, id=name) for name, rules in DIALECTS.items()])
def test_only_allowed_keywords(name: str, dialect: Dialect) -> None:
    """A compiled schema holds no keyword, format or open object that its dialect refuses."""
    try:
        schema = compile_schema(json_schema(TYPES[name]), dialect).schema
    except UsageError:
        pytest.skip("the dialect cannot express it")
    for path, node in walk(schema):
        assert_allowed(path, node, dialect)


def assert_allowed(path: str, node: Node, dialect: Dialect) -> None:
    """Check one schema against the tables of its dialect."""
    kinds = [kind.lower() for kind in type_names(node)]
    extra = {"$defs"} if not path else set[str]()
    for keyword in node.keys() - extra:
        assert dialect.allows(keyword, *kinds), (path, keyword)
    if dialect.closed and "object" in kinds:
        assert node["additionalProperties"] is False
    if dialect.require_all and "object" in kinds:
        assert node["required"] == list(named(node["properties"]))
    if dialect.typed:
        assert node.keys() & {"type", "$ref", "anyOf"}, path
    if dialect.formats is not None and "format" in node:
        assert node["format"] in dialect.formats


def write() -> None:
    """Write every golden file anew."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for path in GOLDEN.glob("*.json"):
        path.unlink()
    for name in TYPES:
        text = json.dumps(golden(name), indent=1, ensure_ascii=False)
        (GOLDEN / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
