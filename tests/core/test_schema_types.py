"""Python types and functions as JSON Schema: what is refused and why, and what a docstring gives."""

import datetime as dt
import enum
import functools
import re
import types
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar

import attrs
import pytest
from attrs import validators
from typing_extensions import Doc, TypeAliasType

from jackfield.errors import UsageError
from jackfield.schema import STANDARD, Json, compile_schema, function_schema, json_schema
from jackfield.schema.docs import parse_docs
from jackfield.schema.nodes import lookup

T = TypeVar("T")


@attrs.frozen
class Box(Generic[T]):
    """Holds one thing."""

    content: T


@attrs.frozen
class Pair(Generic[T]):
    """Two things, in three ways."""

    both: tuple[T, T]
    boxed: Box[T]
    by_name: dict[str, list[T]] = attrs.field(factory=dict[str, Any])


class Bits(enum.Flag):
    """Combinable."""

    A = 1


class Odd(enum.Enum):
    """Values that are no JSON."""

    A = (1, 2)


@attrs.frozen
class Deep:
    """Holds something without a schema, two levels down."""

    inner: "list[Inner]"


@attrs.frozen
class Inner:
    """Holds a function."""

    call: Callable[[], None]


@attrs.frozen
class Unresolved:
    """Names a class that does not exist."""

    inner: "Nowhere"  # type: ignore[name-defined]  # noqa: F821 # pyright: ignore[reportUndefinedVariable]


class Coordinates(NamedTuple):
    """Where it is.

    Attributes:
        latitude: Degrees north.
    """

    latitude: float
    longitude: float = 0.0


@pytest.mark.parametrize(
    ("tp", "message"),
    [
        (Deep, r"Deep\.inner\[\]\.call has no JSON Schema: Callable"),
        (Unresolved, r"Unresolved: the annotation 'Nowhere' cannot be found"),
        (dict[int, str], "its keys are int; JSON has string keys only"),
        (dict[float, Any], "its keys are float"),
        (Bits, "is a Flag"),
        (Odd, "not all strings"),
        (Box, "stands for no type yet"),
        (complex, "complex has no form in JSON"),
        (dt.timedelta, "timedelta has no form in JSON"),
        (types.GenericAlias(list, ("Nowhere",)), "was not resolved"),
        (Annotated[int, ["x"]], "cannot be hashed"),
        (types.SimpleNamespace, "use a class with fields"),
        (7, "7 has no form in JSON"),
    ],
)
def test_types_without_a_schema(tp: object, message: str) -> None:
    """The error names the path to the type, the reason, and what to do."""
    with pytest.raises(UsageError, match=message):
        json_schema(tp)


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"type": "STRING"}, "lower case"),
        ({"type": []}, "it must be one of"),
        ({"properties": []}, "a mapping of names to schemas"),
        ({"items": 3}, "a schema or a boolean"),
        ({"anyOf": [1]}, "a list of schemas"),
        ({"required": True}, "a list of property names"),
        ({"enum": []}, "at least one value"),
        ({"description": 1}, "must be a string"),
        ({"default": float("nan")}, "nan at /default is not JSON"),
        ({"default": {1: 2}}, "the key 1 at /default is not a string"),
        ({"default": object()}, "a object at /default is not JSON"),
        ({"$ref": "https://example.org/schema.json"}, "a reference inside the document"),
        ({"properties": {"a/b": {"items": {"type": 5}}}}, "at /properties/a~1b/items"),
    ],
)
def test_malformed_schemas(schema: Mapping[str, object], message: str) -> None:
    """A raw schema is checked: JSON, and keywords of the right shape, named by place."""
    with pytest.raises(UsageError, match=message):
        json_schema(schema)


def test_a_cyclic_schema_is_refused() -> None:
    """A cycle of Python objects ends in an error, not in a RecursionError."""
    schema: dict[str, object] = {}
    schema["items"] = schema
    with pytest.raises(UsageError, match="break the cycle"):
        json_schema(schema)


def test_a_raw_schema_is_copied() -> None:
    """The caller's mapping is neither changed nor kept."""
    schema = {"type": "object", "properties": {"a": {"enum": (1, 2)}}}
    made = json_schema(schema)
    assert made == {"type": "object", "properties": {"a": {"enum": [1, 2]}}}
    assert made is not schema


def test_generic_classes() -> None:
    """The type arguments reach every field, nested generics too."""
    schema: Any = json_schema(Pair[int])
    assert schema["properties"]["both"]["prefixItems"] == [{"type": "integer"}, {"type": "integer"}]
    assert schema["properties"]["boxed"]["properties"] == {"content": {"type": "integer"}}
    assert schema["properties"]["by_name"]["additionalProperties"] == {"type": "array", "items": {"type": "integer"}}


def test_two_classes_of_one_name() -> None:
    """Classes that share a name have each its own definition."""
    first = attrs.make_class("Same", {"a": attrs.field(type=int)})
    second = attrs.make_class("Same", {"b": attrs.field(type=str)})
    holder: Any = attrs.make_class(
        "Holder",
        {name: attrs.field(type=tp) for name, tp in {"w": first, "x": second, "y": first, "z": second}.items()},
    )
    schema: Any = json_schema(holder)
    assert set(schema["$defs"]) == {"Same", "Same_2"}
    assert schema["properties"]["w"] == schema["properties"]["y"] == {"$ref": "#/$defs/Same"}


def test_named_tuples_are_objects() -> None:
    """Names help a model more than places do."""
    assert json_schema(Coordinates) == {
        "type": "object",
        "description": "Where it is.",
        "properties": {
            "latitude": {"type": "number", "description": "Degrees north."},
            "longitude": {"type": "number", "default": 0.0},
        },
        "required": ["latitude"],
    }


def test_constraints_from_elsewhere() -> None:
    """Patterns and validators of every form are read; those that say nothing about JSON are passed over."""
    validated: dict[str, tuple[Any, Any]] = {
        "code": (Annotated[str, re.compile("^x")], None),
        "start": (str, validators.matches_re("a", func=re.match)),
        "some": (str, validators.matches_re("a", func=re.search)),
        "raw": (bytes, validators.matches_re(re.compile(b"a"))),
        "bare": (list, validators.deep_iterable(validators.ge(1))),
        "odd": (int, validators.in_([1, None])),
        "kind": (int, validators.instance_of(int)),
        "either": (int | str, validators.max_len(3)),
    }
    fields = {name: attrs.field(type=tp, validator=validator) for name, (tp, validator) in validated.items()}
    schema: Any = json_schema(attrs.make_class("Constrained", fields))
    assert schema["properties"] == {
        "code": {"type": "string", "pattern": "^x"},
        "start": {"type": "string", "pattern": "^(?:a)"},
        "some": {"type": "string", "pattern": "a"},
        "raw": {"type": "string", "contentEncoding": "base64"},
        "bare": {"type": "array"},
        "odd": {"type": "integer"},
        "kind": {"type": "integer"},
        "either": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
    }


class NoSchema:
    """Looks like a pydantic model, but is none."""

    model_json_schema = list
    model_validate = list


def test_a_model_without_a_schema() -> None:
    """What claims to describe itself must do so."""
    with pytest.raises(UsageError, match="gave no mapping"):
        json_schema(NoSchema)


Words = TypeAliasType("Words", list[str])


def test_type_aliases_and_documentation() -> None:
    """What a `type` statement names is described; PEP 727 documents."""
    members: dict[str, Any] = {"words": Words, "one": Annotated[str, Doc("A word")]}
    fields = {name: attrs.field(type=tp) for name, tp in members.items()}
    schema: Any = json_schema(attrs.make_class("Documented", fields))
    assert schema["properties"] == {
        "words": {"type": "array", "items": {"type": "string"}},
        "one": {"type": "string", "description": "A word"},
    }


def test_bare_containers() -> None:
    """Containers without arguments hold anything."""
    expected: list[tuple[object, Json]] = [
        (list, {"type": "array"}),
        (dict, {"type": "object"}),
        (tuple, {"type": "array"}),
        (set, {"type": "array", "uniqueItems": True}),
        (int | Any, {}),
    ]
    assert [json_schema(tp) for tp, _ in expected] == [schema for _, schema in expected]


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"$ref": "#/nope"},
        {"$ref": "#nope"},
        {"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
        {"properties": {"a": {"$ref": "#/$defs/b"}}},
    ],
)
def test_references_that_lead_nowhere(schema: dict[str, Json]) -> None:
    """They are refused when the schema is read and when it is compiled, whatever the dialect: nothing is sent."""
    with pytest.raises(UsageError, match="refer"):
        json_schema(schema)
    with pytest.raises(UsageError, match="refer"):
        compile_schema(schema, STANDARD)


def test_anchors() -> None:
    """A reference may name an anchor instead of a place."""
    schema: dict[str, Json] = {"$defs": {"a": {"$anchor": "here", "type": "string"}}, "$ref": "#here"}
    assert json_schema(schema) == schema
    assert lookup(schema, "#here") == {"$anchor": "here", "type": "string"}


def test_lookup_follows_escapes_and_indices() -> None:
    """A reference is a JSON pointer."""
    schema: dict[str, Json] = {"$defs": {"a/b~c": {"anyOf": [{"type": "null"}]}}}
    assert lookup(schema, "#/$defs/a~1b~0c/anyOf/0") == {"type": "null"}
    for wrong in ("#/$defs/none", "#/$defs/a~1b~0c/anyOf/1", "#/$defs/a~1b~0c/anyOf", "#anchor"):
        with pytest.raises(UsageError, match="the schema refers to"):
            lookup(schema, wrong)


def weather(  # noqa: D417 -- two parameters are described elsewhere or not at all
    city: str,
    unit: Annotated[Literal["C", "F"], "Celsius or Fahrenheit"] = "C",
    days: int = 1,
    at: Coordinates | None = None,
) -> str:
    """Forecast the weather.

    Use it for questions about the next days.

    Args:
        city: Its name,
            in English.
        days (int): How many days.
        unknown: Not a parameter.

    Returns:
        A sentence.
    """
    return f"{city} {unit} {days} {at}"


def test_function_schema() -> None:
    """Name, description and parameters come from the function alone."""
    name, description, parameters = function_schema(weather)
    assert name == "weather"
    assert description == "Forecast the weather.\n\nUse it for questions about the next days."
    properties: Any = parameters["properties"]
    assert parameters["required"] == ["city"]
    assert properties["city"] == {"type": "string", "description": "Its name, in English."}
    assert properties["unit"] == {
        "type": "string",
        "enum": ["C", "F"],
        "description": "Celsius or Fahrenheit",
        "default": "C",
    }
    assert properties["days"] == {"type": "integer", "description": "How many days.", "default": 1}
    assert properties["at"]["default"] is None


def test_async_methods_and_wrapped_functions() -> None:
    """A tool may be a coroutine function, a bound method or a decorated function."""

    class Service:
        async def look_up(self, key: str) -> str:
            """Look a key up."""
            return key

    def traced(func: Callable[..., object]) -> Callable[..., object]:
        @functools.wraps(func)
        def call(*args: object, **kwargs: object) -> object:
            return func(*args, **kwargs)

        return call

    assert function_schema(Service().look_up).parameters["properties"] == {"key": {"type": "string"}}
    assert function_schema(traced(weather)) == function_schema(weather)


def no_description(x: int) -> int:  # noqa: D103
    return x


def no_annotation(x: Any) -> Any:
    """Double x."""
    return x * 2


del no_annotation.__annotations__["x"]


def starred(*args: int) -> int:
    """Sum up."""
    return sum(args)


def double_starred(**kwargs: int) -> int:
    """Sum up."""
    return sum(kwargs.values())


def positional(x: int, /) -> int:
    """Double x."""
    return x * 2


def unresolved(x: int) -> None:
    """Do nothing."""


unresolved.__annotations__["x"] = "Nowhere"


def unspeakable(x: complex) -> None:
    """Do nothing."""


partial: Callable[..., object] = functools.partial(weather, "Bern")


@pytest.mark.parametrize(
    ("func", "message"),
    [
        (no_description, "the tool no_description has no description"),
        (no_annotation, "the parameter x has no annotation"),
        (starred, "the parameter args takes any number"),
        (double_starred, "the parameter kwargs takes any keyword"),
        (positional, "positional-only"),
        (unresolved, "the annotation 'Nowhere' cannot be found"),
        (unspeakable, r"unspeakable\.x has no JSON Schema"),
        (lambda: None, "cannot be a tool's name"),
        (partial, "cannot be a tool's name"),
        (int, "its parameters are unknown"),
    ],
)
def test_functions_that_are_no_tools(func: Callable[..., object], message: str) -> None:
    """A function that does not say enough is refused before anything is sent."""
    with pytest.raises(UsageError, match=message):
        function_schema(func)


def test_docstrings() -> None:
    """Sections end the text; an entry may take several lines; what is no section is text."""
    docs = parse_docs(
        "Summary: of sorts.\n\nNot A Section:\n  text\n\n"
        "Args:\n  a (int): One\n    more.\n\n  *b: Two.\nRaises:\n  X: y",
    )
    assert docs.text == "Summary: of sorts.\n\nNot A Section:\n  text"
    assert docs.members == {"a": "One more.", "b": "Two."}
    assert parse_docs(None).text == ""
