"""The compiler and its reports, on dialects made up for the purpose."""

from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from jackfield.errors import UsageError
from jackfield.schema import STANDARD, STRICT, Compiled, Dialect, Json, Limits, SchemaLoss, compile_schema, restore

WORDS: Mapping[str, Json] = {
    "type": "object",
    "title": "Words",
    "description": "Some words, described at length.",
    "properties": {"word": {"type": "string", "enum": ["a", "b", "c"]}, "other": {"type": "string", "enum": ["x"]}},
    "required": ["word", "other"],
}
TREE: Mapping[str, Json] = {
    "$ref": "#/$defs/Tree",
    "$defs": {
        "Tree": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "left": {"$ref": "#/$defs/Tree", "description": "Below"}},
            "required": ["name"],
        },
    },
}


def limited(**limits: int) -> Dialect:
    """Make a dialect with nothing but limits."""
    return Dialect(name="small", limits=Limits(**limits))


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"depth": 1}, "at most 1 nested levels, and this one has 2"),
        ({"properties": 1}, "at most 1 properties, and this one has 2"),
        ({"characters": 50}, "at most 50 characters, and this one has 1"),
    ],
)
def test_limits_that_nothing_helps(limits: dict[str, int], message: str) -> None:
    """A schema over a limit is refused, with both numbers."""
    with pytest.raises(UsageError, match=message):
        compile_schema(WORDS, limited(**limits))


def test_words_go_before_the_schema_is_refused() -> None:
    """Titles and then descriptions are left out to save characters, and that is no inexact loss."""
    compiled = compile_schema(WORDS, limited(characters=160))
    assert [(loss.path, loss.keyword, loss.action) for loss in compiled.losses] == [
        ("", "title", "dropped"),
        ("", "description", "dropped"),
    ]
    assert compiled.inexact == ()
    assert "description" in compiled.source


def test_the_longest_enum_goes_first() -> None:
    """Enums over the limit are widened to their type, the longest first, until the rest fits."""
    compiled = compile_schema(WORDS, limited(enum_values=2))
    assert compiled.schema["properties"] == {"word": {"type": "string"}, "other": {"type": "string", "enum": ["x"]}}
    assert compiled.inexact == (
        SchemaLoss(
            path="/properties/word",
            keyword="enum",
            reason="too long for small: 3 values",
            action="widened",
        ),
    )


def test_a_long_enum_is_bounded_in_characters() -> None:
    """Only an enum of more than 250 values is."""
    schema: dict[str, Json] = {"enum": [f"value {number}" for number in range(251)]}
    assert "enum" not in compile_schema(schema, limited(enum_characters=1000)).schema
    assert "enum" in compile_schema(schema, limited(enum_characters=10_000)).schema


def test_the_standard_changes_nothing() -> None:
    """The schema goes as it is, in a copy."""
    compiled = compile_schema(TREE, STANDARD)
    assert compiled == Compiled(schema={**TREE}, source={**TREE}, dialect=STANDARD.name)
    assert compiled.schema is not compiled.source


def recursive(recursion: Any, **options: Any) -> Dialect:
    """Make a dialect for a kind of recursion."""
    return Dialect(name="test", recursion=recursion, **options)


def test_recursion_kept() -> None:
    """A kept reference loses what stands beside it where the dialect wants it alone."""
    compiled = compile_schema(TREE, recursive("keep", ref_siblings=False, references="inline"))
    tree: Any = compiled.schema["$defs"]
    assert tree["Tree"]["properties"]["left"] == {"$ref": "#/$defs/Tree"}
    assert [loss.keyword for loss in compiled.losses] == ["description"]


def test_recursion_refused() -> None:
    """A dialect may have no answer to recursion."""
    with pytest.raises(UsageError, match=r"test cannot express the schema at /\$defs/Tree/properties/left"):
        compile_schema(TREE, recursive("refuse"))
    with pytest.raises(UsageError, match="it contains itself"):
        compile_schema(TREE, recursive("widen", anything=None))


def test_recursion_unrolled() -> None:
    """Levels are copied as deep as the dialect says; the next is left out, and said to be."""
    compiled = compile_schema(TREE, recursive("unroll", unroll_levels=2))
    node: Any = compiled.schema
    depth = 0
    while "left" in node["properties"]:
        node, depth = node["properties"]["left"], depth + 1
    assert depth == 2
    assert [(loss.keyword, loss.action) for loss in compiled.inexact] == [("$ref", "dropped")]
    assert "at most 2 levels" in compiled.inexact[0].reason


def test_fewer_levels_where_the_limits_are_tight() -> None:
    """Unrolling gives up levels before it gives up."""
    compiled = compile_schema(TREE, recursive("unroll", limits=Limits(depth=3)))
    assert "at most 1 levels" in compiled.inexact[0].reason


def test_recursion_without_end() -> None:
    """Nothing optional on the way round: no finite schema says that, in lists and alternatives neither."""
    loops: list[Json] = [
        {"$ref": "#"},
        {"anyOf": [{"type": "array", "items": {"$ref": "#"}}]},
        {"type": "array", "items": {"$ref": "#"}},
    ]
    loops.append({"type": "array", "prefixItems": [{"$ref": "#"}]})
    for loop in loops:
        schema: dict[str, Json] = {"type": "object", "properties": {"a": loop}, "required": ["a"]}
        with pytest.raises(UsageError, match="recursion must end somewhere"):
            compile_schema(schema, recursive("unroll"))
        wrapper: dict[str, Json] = {"type": "object", "properties": {"a": {"$ref": "#/$defs/E"}}, "required": ["a"]}
        holder: dict[str, Json] = {
            "properties": {"w": {"$ref": "#/$defs/W"}},
            "$defs": {"W": wrapper, "E": {**wrapper}},
        }
        with pytest.raises(UsageError, match="recursion must end somewhere"):
            compile_schema(holder, recursive("unroll"))


@pytest.mark.repeats
def test_references_that_multiply() -> None:
    """Copies in place of references are bounded: 2 to the power of 30 of them are refused."""
    definitions: dict[str, Json] = {"D30": {"type": "string"}}
    for number in range(30):
        ref: Json = {"$ref": f"#/$defs/D{number + 1}"}
        definitions[f"D{number}"] = {"type": "object", "properties": {"a": ref, "b": ref}}
    with pytest.raises(UsageError, match="over 20000 schemas"):
        compile_schema({"$ref": "#/$defs/D0", "$defs": definitions}, Dialect(name="test", references="inline"))


def test_a_reference_to_itself() -> None:
    """References that only point at each other are no schema."""
    schema: dict[str, Json] = {"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/B"}, "B": {"$ref": "#/$defs/A"}}}
    rounds: list[dict[str, Json]] = [schema, {"allOf": [{"$ref": "#"}]}, {"anyOf": [{"type": "null"}, {"$ref": "#"}]}]
    for dialect in (STRICT, recursive("unroll"), recursive("refuse")):
        for turning in rounds:
            with pytest.raises(UsageError, match="lead nowhere"):
                compile_schema(turning, dialect)


@pytest.mark.repeats
def test_a_long_chain_of_references() -> None:
    """A chain longer than a schema may be deep is refused, not a RecursionError."""
    definitions: dict[str, Json] = {
        f"D{number}": {"items": {"$ref": f"#/$defs/D{number + 1}"}} for number in range(999)
    }
    chain: dict[str, Json] = {"$ref": "#/$defs/D0", "$defs": {**definitions, "D999": {"type": "string"}}}
    with pytest.raises(UsageError, match="lead too deep"):
        compile_schema(chain, Dialect(name="test", references="inline"))


@pytest.mark.repeats
def test_merging_multiplies() -> None:
    """Parts of parts of allOf are bounded."""
    definitions: dict[str, Json] = {"D30": {"type": "string"}}
    for number in range(30):
        ref: Json = {"$ref": f"#/$defs/D{number + 1}"}
        definitions[f"D{number}"] = {"allOf": [ref, ref]}
    with pytest.raises(UsageError, match="over 20000 schemas"):
        compile_schema({"$ref": "#/$defs/D0", "$defs": definitions}, STRICT)


def test_definitions_of_one_name() -> None:
    """Two definitions whose references end in the same word stay two."""
    schema: dict[str, Json] = {
        "type": "object",
        "properties": {"a": {"$ref": "#/$defs/X"}, "b": {"$ref": "#/definitions/X"}},
        "$defs": {"X": {"type": "string"}},
        "definitions": {"X": {"type": "integer"}},
    }
    compiled = compile_schema(schema, Dialect(name="test", typed=True))
    assert compiled.schema["$defs"] == {"X": {"type": "string"}, "X_2": {"type": "integer"}}


def merged(*parts: Json) -> Compiled:
    """Merge parts in a dialect without allOf."""
    return compile_schema({"allOf": list(parts)}, Dialect(name="test", keywords=KEYWORDS))


KEYWORDS = {"any": frozenset({"type", "enum", "minimum", "maximum", "properties", "required", "pattern"})}


def test_all_of() -> None:
    """Bounds tighten, enums intersect, properties and types meet; what cannot meet is reported."""
    compiled = merged({"minimum": 1, "maximum": 9, "enum": [1, 2]}, {"minimum": 2, "maximum": 5, "enum": [2, 3]})
    assert compiled.schema == {"minimum": 2, "maximum": 5, "enum": [2]}
    properties: Any = merged(
        {"properties": {"a": {"type": ["string", "integer"]}}},
        {"properties": {"a": {"type": ["integer", "null"]}}},
    ).schema["properties"]
    assert properties == {"a": {"type": "integer"}}
    compiled = merged({"pattern": "^a"}, {"pattern": "b$"})
    assert compiled.schema == {"pattern": "^a"}
    assert [(loss.keyword, loss.action) for loss in compiled.inexact] == [("pattern", "dropped")]


@pytest.mark.parametrize("parts", [({"type": "string"}, {"type": "object"}), ({"enum": [1]}, {"enum": [2]})])
def test_all_of_that_nothing_fits(parts: tuple[Json, ...]) -> None:
    """A contradiction is an error."""
    with pytest.raises(UsageError, match="correct the schema"):
        merged(*parts)


def test_anything_may_be_inexpressible() -> None:
    """A dialect without a schema for "any value" refuses one."""
    with pytest.raises(UsageError, match="it accepts any value; give it a type"):
        compile_schema({"type": "array"}, Dialect(name="test", typed=True, anything=None))


def test_types_beside_alternatives() -> None:
    """A list of types beside anyOf cannot be split, and is given up."""
    schema: dict[str, Json] = {"type": ["string", "integer"], "anyOf": [{"type": "string"}, {"type": "integer"}]}
    compiled = compile_schema(schema, Dialect(name="test", type_arrays=False))
    assert "type" not in compiled.schema
    assert [(loss.keyword, loss.action) for loss in compiled.inexact] == [("type", "widened")]


def test_closing_an_open_object() -> None:
    """Free keys that cannot be sent as entries are reported when the object is closed."""
    compiled = compile_schema({"type": "object", "additionalProperties": True}, Dialect(name="test", closed=True))
    assert compiled.schema == {"type": "object", "properties": {}, "additionalProperties": False}
    assert [loss.keyword for loss in compiled.inexact] == ["additionalProperties"]


def test_null_in_every_style() -> None:
    """Each way of writing "or null" is read, and each style written."""
    ways: list[dict[str, Json]] = [
        {"type": ["string", "null"]},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        {"type": "string", "nullable": True},
    ]
    styles: dict[Any, Json] = {
        "type_array": {"type": ["string", "null"]},
        "any_of": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "flag": {"type": "string", "nullable": True},
    }
    for style, expected in styles.items():
        dialect = Dialect(name="test", nullable=style)
        assert [compile_schema(way, dialect).schema for way in ways] == [expected] * 3
    assert compile_schema({"enum": ["a", None]}, Dialect(name="test", nullable="any_of")).schema == {
        "anyOf": [{"enum": ["a"]}, {"type": "null"}],
    }


def test_a_plugin_evolves_strict() -> None:
    """A few lines make a dialect of one's own."""
    own = attrs.evolve(STRICT, name="own", maps="keep", closed=False, require_all=False, ordering="order")
    schema: dict[str, Json] = {"type": "object", "properties": {"b": {"type": "null"}, "a": {"type": "string"}}}
    with pytest.raises(AttributeError):
        own.name = "other"  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]
    assert compile_schema(schema, own).schema["order"] == ["b", "a"]


def test_losses_speak() -> None:
    """A loss is a sentence, and data."""
    loss = compile_schema({"type": "string", "minLength": 1}, attrs.evolve(STRICT, object_root=False)).losses[0]
    assert str(loss) == "schema /: minLength dropped: strict does not support it here"
    assert attrs.asdict(loss)["action"] == "dropped"


ITEM: dict[str, Json] = {
    "type": "object",
    "properties": {
        "kind": {"const": "item"},
        "size": {"type": "integer", "default": 1},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "counts": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Count"}},
    },
    "required": ["kind"],
}
HOLDER: Mapping[str, Json] = {
    "type": "object",
    "properties": {
        "one": {"anyOf": [{"$ref": "#/$defs/Other"}, {"$ref": "#/$defs/Item"}]},
        "pair": {"type": "array", "prefixItems": [{"$ref": "#/$defs/Item"}], "items": {"$ref": "#/$defs/Item"}},
        "merged": {"allOf": [{"$ref": "#/$defs/Item"}]},
    },
    "required": ["one"],
    "$defs": {
        "Item": ITEM,
        "Other": {"type": "object", "properties": {"kind": {"enum": ["other"]}, "size": {"type": "null"}}},
        "Count": {"anyOf": [{"type": "number"}, {"type": "null"}]},
    },
}


def test_restore() -> None:
    """Nulls for absent properties go, nulls that were asked for stay, entries become objects again."""
    compiled = compile_schema(HOLDER, STRICT)
    entries: Json = [{"key": "a", "value": 1}, {"key": "b", "value": None}]
    item: Json = {"kind": "item", "size": None, "note": None, "counts": entries}
    plain: Json = {"kind": "item", "note": None, "counts": {"a": 1, "b": None}}
    sent: Json = {"one": item, "pair": [item, item], "merged": item}
    assert restore(compiled, sent) == {"one": plain, "pair": [plain, plain], "merged": plain}
    other: Json = {"kind": "other", "size": None}
    assert restore(compiled, {"one": other, "pair": None}) == {"one": other}


@pytest.mark.parametrize("value", [3, "x", None, [1], {"one": 5, "pair": {"a": 1}, "more": [None]}])
def test_restore_leaves_strangers_alone(value: Json) -> None:
    """What has another shape than asked for is left for the reader to judge."""
    assert restore(compile_schema(HOLDER, STRICT), value) == value
