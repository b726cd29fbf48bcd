"""Properties of the schema compiler over types and values that nobody thought of."""

import base64
import datetime as dt
import enum
import json
import types
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import attrs
import jsonschema
from hypothesis import given, settings, strategies as st

from jackfield.errors import OutputError, UsageError
from jackfield.schema import STANDARD, STRICT, Compiled, Dialect, Json, compile_schema, json_schema, parse_output
from jackfield.schema.nodes import Node, is_mapping, is_sequence, type_names, walk
from jackfield_cerebras.schema import CEREBRAS_STRICT
from jackfield_cloudflare.schema import CLOUDFLARE
from jackfield_gemini.schema import GEMINI_JSON, GEMINI_OPENAPI
from jackfield_groq.schema import GROQ_STRICT

DIALECTS = (STANDARD, STRICT, GROQ_STRICT, CEREBRAS_STRICT, CLOUDFLARE, GEMINI_OPENAPI, GEMINI_JSON)
Typed = tuple[Any, Any]
"""A type, and a value of it."""


class Color(enum.Enum):
    """Two colours."""

    RED = "red"
    BLUE = "blue"


@attrs.frozen
class Branch:
    """A small tree."""

    label: str
    children: "list[Branch]" = attrs.field(factory=list[Any])
    best: "Branch | None" = None


names = st.text("klmxyz", min_size=1, max_size=5)
text = st.text(max_size=8)
numbers = st.floats(allow_nan=False, allow_infinity=False)
scalars: st.SearchStrategy[Typed] = st.one_of(
    text.map(lambda value: (str, value)),
    st.integers().map(lambda value: (int, value)),
    numbers.map(lambda value: (float, value)),
    st.booleans().map(lambda value: (bool, value)),
    st.sampled_from(Color).map(lambda value: (Color, value)),
    st.sampled_from(["a", "b"]).map(lambda value: (Literal["a", "b"], value)),
    st.dates().map(lambda value: (dt.date, value)),
    st.datetimes().map(lambda value: (dt.datetime, value)),
    st.uuids().map(lambda value: (uuid.UUID, value)),
    st.binary(max_size=6).map(lambda value: (bytes, value)),
    text.map(lambda value: (str | None, value)),
    st.just((int | None, None)),
    st.integers().map(lambda value: (int | str, value)),
    text.map(lambda value: (bool | float | str, value)),
)


@st.composite
def containers(draw: st.DrawFn, inner: st.SearchStrategy[Typed]) -> Typed:
    """A list, tuple, dict or optional of a type."""
    tp, value = draw(inner)
    other, second = draw(inner)
    optional: Any = tp | None
    choices: list[Typed] = [
        (types.GenericAlias(list, (tp,)), [value]),
        (types.GenericAlias(list, (tp,)), []),
        (types.GenericAlias(tuple, (tp, other)), (value, second)),
        (types.GenericAlias(tuple, (tp, ...)), (value, value)),
        (types.GenericAlias(dict, (str, tp)), {"k": value, "": value}),
        (optional, None),
    ]
    return draw(st.sampled_from(choices))


@st.composite
def records(draw: st.DrawFn, inner: st.SearchStrategy[Typed]) -> Typed:
    """An attrs class with some required and some optional fields, some of them left out."""
    members = draw(st.dictionaries(names, st.tuples(inner, st.booleans()), max_size=4))
    fields: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for name, ((tp, value), optional) in sorted(members.items(), key=lambda item: item[1][1]):
        fields[name] = attrs.field(type=tp, default=value) if optional else attrs.field(type=tp)
        if not optional or draw(st.booleans()):
            values[name] = value
    cls: Any = attrs.make_class(f"R{len(fields)}", fields, frozen=True)
    return cls, cls(**values)


typed = st.recursive(scalars, lambda inner: containers(inner) | records(inner), max_leaves=5)


def as_json(value: Any, *, entries: bool = False) -> Json:
    """Write a value as a model would; dicts as lists of entries where the dialect wants it."""
    if attrs.has(value.__class__):
        members: tuple[attrs.Attribute[Any], ...] = attrs.fields(value.__class__)
        return {item.name: as_json(getattr(value, item.name), entries=entries) for item in members}
    if is_sequence(value):
        return [as_json(item, entries=entries) for item in value]
    if is_mapping(value):
        made = {str(key): as_json(item, entries=entries) for key, item in value.items()}
        return [{"key": key, "value": item} for key, item in made.items()] if entries else {**made}
    return next((write(value) for tp, write in WRITERS.items() if isinstance(value, tp)), value)


WRITERS: Mapping[type, Callable[[Any], Json]] = {
    enum.Enum: lambda value: value.value,
    bytes: lambda value: base64.b64encode(value).decode(),
    dt.date: lambda value: value.isoformat(),
    uuid.UUID: str,
}


def answered(value: Any, compiled: Compiled) -> Json:
    """Write a value in the form that the compiled schema asks for."""
    shaped = as_json(value, entries=compiled.maps_are_entries)
    return {compiled.unwrap: shaped} if compiled.unwrap else shaped


def compiled_or_none(tp: object, dialect: Dialect) -> Compiled | None:
    """Compile, unless the type is over a limit of the dialect."""
    try:
        return compile_schema(json_schema(tp), dialect)
    except UsageError:
        return None


@given(typed, st.sampled_from(DIALECTS))
@settings(max_examples=300)
def test_values_come_back(pair: Typed, dialect: Dialect) -> None:
    """A value written as the compiled schema asks comes back as it was, in every dialect."""
    tp, value = pair
    compiled = compiled_or_none(tp, dialect)
    if compiled is not None:
        assert parse_output(json.dumps(answered(value, compiled)), tp, compiled) == value


@given(typed, st.sampled_from((STANDARD, STRICT, GROQ_STRICT, CEREBRAS_STRICT, CLOUDFLARE, GEMINI_JSON)))
@settings(max_examples=300)
def test_a_valid_value_stays_valid(pair: Typed, dialect: Dialect) -> None:
    """The compiled schema is JSON Schema, and a value that fits the source fits it too: nothing is narrowed."""
    tp, value = pair
    compiled = compiled_or_none(tp, dialect)
    if compiled is not None:
        jsonschema.validate(answered(value, compiled), compiled.schema, cls=jsonschema.Draft202012Validator)


@given(typed, st.sampled_from(DIALECTS))
@settings(max_examples=300)
def test_only_allowed_keywords(pair: Typed, dialect: Dialect) -> None:
    """No keyword reaches a provider that does not know it."""
    compiled = compiled_or_none(pair[0], dialect)
    if compiled is None:
        return
    for path, node in walk(compiled.schema):
        kinds = [kind.lower() for kind in type_names(node)]
        unknown = [key for key in node if not dialect.allows(key, *kinds) and (path or key != "$defs")]
        assert unknown == [], path


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | numbers | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)


@given(typed, json_values)
@settings(max_examples=300)
def test_any_reply_fits_or_is_refused(pair: Typed, reply: Any) -> None:
    """Any JSON gives an object or an OutputError with the text on it, never another error."""
    compiled = compile_schema(json_schema(pair[0]), STANDARD)
    words = json.dumps(reply)
    try:
        parse_output(words, pair[0], compiled)
    except OutputError as error:
        kept = error.text
    else:
        kept = words
    assert kept == words


KEYWORDS: Mapping[str, Sequence[Json]] = {
    "type": ("string", "integer", "array", "object", ["string", "null"], ["integer", "string"]),
    "enum": ([1], ["a", None], ["a", 1], [None], [True, False]),
    "const": (1, "a", None),
    "description": ("words",),
    "minimum": (0, 3),
    "pattern": ("^a",),
    "format": ("date", "uri"),
    "nullable": (True, False),
    "required": (["a"], []),
    "$ref": ("#/$defs/A", "#/$defs/B", "#"),
}


@st.composite
def raw_schemas(draw: st.DrawFn, inner: st.SearchStrategy[Node]) -> Node:
    """A schema with some of everything, sensible or not."""
    node: Node = {
        key: draw(st.sampled_from(KEYWORDS[key]))
        for key in draw(st.sets(st.sampled_from(sorted(KEYWORDS)), max_size=3))
    }
    for key in draw(st.sets(st.sampled_from(["anyOf", "oneOf", "allOf", "prefixItems"]), max_size=1)):
        node[key] = list[Json](draw(st.lists(inner, min_size=1, max_size=2)))
    for key in draw(st.sets(st.sampled_from(["items", "additionalProperties", "not"]), max_size=1)):
        node[key] = draw(inner | st.booleans())
    if draw(st.booleans()):
        node["properties"] = {**draw(st.dictionaries(names, inner, max_size=2))}
    return node


schemas = st.recursive(st.just(Node()), raw_schemas, max_leaves=4)


@given(schemas, schemas, schemas, st.sampled_from(DIALECTS))
@settings(max_examples=500)
def test_any_schema_compiles_or_is_refused(root: Node, first: Node, second: Node, dialect: Dialect) -> None:
    """Any raw schema gives a schema of allowed keywords, or a UsageError: no hang, no other error."""
    try:
        compiled = compile_schema({**root, "$defs": {"A": first, "B": second}}, dialect)
    except UsageError:
        return
    for path, node in walk(compiled.schema):
        assert not any(key.startswith("\0") for key in node), path
        kinds = [kind.lower() for kind in type_names(node)]
        assert [key for key in node if not dialect.allows(key, *kinds) and (path or key != "$defs")] == []


def test_a_tree_comes_back() -> None:
    """Recursion survives where the dialect keeps it, and within the levels that are unrolled."""
    value = Branch("a", [Branch("b", [], Branch("c"))])
    for dialect in DIALECTS:
        compiled = compile_schema(json_schema(Branch), dialect)
        assert parse_output(json.dumps(answered(value, compiled)), Branch, compiled) == value
