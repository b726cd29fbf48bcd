"""What a provider makes of JSON Schema, as data: one `Dialect` per target, which its plugin owns.

Rules: a dialect says what is allowed, never how to get there; the passes in `compiler` do that for every dialect
alike. A new provider quirk is a new field here with a neutral default, not a branch on the provider's name.
"""

from collections.abc import Mapping
from typing import Literal

import attrs

from jackfield.schema.nodes import Json, Node
from jackfield.values import frozen

Keywords = Mapping[str, frozenset[str]]

ANNOTATIONS = frozenset(
    {
        "$comment",
        "$id",
        "$schema",
        "default",
        "deprecated",
        "description",
        "discriminator",
        "example",
        "examples",
        "readOnly",
        "title",
        "writeOnly",
    },
)
"""Keywords that say something to a reader and change nothing about which values are valid."""


@frozen(kw_only=True)
class SchemaLoss:
    """One place where the schema that is sent differs from the one that was asked for.

    Attributes:
        path: JSON pointer into the source schema, `""` for its root. A schema reached through `$ref` is named by its
            place in `$defs`.
        keyword: the JSON Schema keyword concerned.
        reason: why, in words for the caller.
        action: `inlined` and `rewritten`: the same values, written in another way (and read back by
            `restore`); `dropped`: the keyword was left out; `widened`: the provider may answer values that
            the source schema excludes.
    """

    path: str
    keyword: str
    reason: str
    action: Literal["dropped", "rewritten", "inlined", "widened"]

    @property
    def exact(self) -> bool:
        """Whether the values that are valid stayed the same; `strict_schema=True` refuses all other losses."""
        return self.action in {"rewritten", "inlined"} or self.keyword in ANNOTATIONS

    def __str__(self) -> str:
        return f"schema {self.path or '/'}: {self.keyword} {self.action}: {self.reason}"


@frozen(kw_only=True)
class Limits:
    """The numbers that a provider refuses to pass; None is no limit.

    Attributes:
        depth: levels of nested schemas, the root being the first.
        properties: properties of all objects together.
        characters: length of the whole schema as compact JSON.
        enum_values: values of all enums together.
        enum_characters: characters of one string enum with more than 250 values.
    """

    depth: int | None = None
    properties: int | None = None
    characters: int | None = None
    enum_values: int | None = None
    enum_characters: int | None = None


@frozen(kw_only=True)
class Dialect:
    """What one target accepts. The defaults accept all of JSON Schema draft 2020-12.

    Attributes:
        name: shown in losses and errors, such as `"groq strict"`.
        source: URL of the page that states these rules.
        keywords: the keywords allowed per JSON type; those under `"any"` are allowed everywhere. None allows all.
        formats: the values allowed for `format`; None allows all.
        references: keep `$defs` and `$ref`, or copy the target in place.
        recursion: what to do with a schema that contains itself. `keep` it; `unroll` it `unroll_levels` deep and leave
            out the optional place where the next level would go (an error where that place is required); `widen` the
            next level to `anything`; or `refuse`.
        ref_siblings: whether other keywords may stand beside `$ref`.
        nullable: how "or null" is written: `keep` as it came, `type_array` (`["string", "null"]`), `any_of`, or
            the OpenAPI `flag` (`nullable: true`).
        type_arrays: whether `type` may list several types besides null.
        enum_types: the JSON types that enum values may have; None allows all.
        typed: whether every schema must name a type, a reference, an enum or alternatives.
        anything: the schema for "any value". None means that there is none: such a schema is an error.
        maps: objects with free keys: `keep` `additionalProperties`, or send a list of `entries`
            (`{"key": ..., "value": ...}`) that `restore` turns back.
        closed: put `additionalProperties: false` on every object.
        require_all: make every property required, and nullable where it was optional.
        object_root: the root must be an object; another one is sent as the property `value`.
        upper_case_types: write `STRING` for `string`.
        ordering: keyword that lists the property names in order, such as `propertyOrdering`.
        limits: numbers that must not be passed.
    """

    name: str
    source: str = ""
    keywords: Keywords | None = None
    formats: frozenset[str] | None = None
    references: Literal["keep", "inline"] = "keep"
    recursion: Literal["keep", "unroll", "widen", "refuse"] = "keep"
    unroll_levels: int = 3
    ref_siblings: bool = True
    nullable: Literal["keep", "type_array", "any_of", "flag"] = "keep"
    type_arrays: bool = True
    enum_types: frozenset[str] | None = None
    typed: bool = False
    anything: Mapping[str, Json] | None = attrs.field(factory=dict[str, Json])
    maps: Literal["keep", "entries"] = "keep"
    closed: bool = False
    require_all: bool = False
    object_root: bool = False
    upper_case_types: bool = False
    ordering: str | None = None
    limits: Limits = Limits()

    def allows(self, keyword: str, *types: str) -> bool:
        """Tell whether a keyword may stand in a schema of these types (of any type, if none is named)."""
        if self.keywords is None or keyword in self.keywords.get("any", ()):
            return True
        return any(keyword in self.keywords.get(name, ()) for name in types or self.keywords)


@frozen(kw_only=True)
class Compiled:
    """A schema ready to be sent, and what is needed to read the reply to it.

    Attributes:
        schema: what goes on the wire. It holds no reference to the source schema: change it freely.
        losses: how it differs from the source, in order of appearance.
        source: the schema that was asked for.
        dialect: the dialect's name.
        unwrap: the property that holds the value, where the root had to be made an object.
        null_is_absent: optional properties were made nullable, so null stands for an absent one.
        maps_are_entries: objects with free keys come as lists of `{"key": ..., "value": ...}`.
    """

    schema: Node
    losses: tuple[SchemaLoss, ...] = ()
    source: Node
    dialect: str
    unwrap: str | None = None
    null_is_absent: bool = False
    maps_are_entries: bool = False

    @property
    def inexact(self) -> tuple[SchemaLoss, ...]:
        """The losses that change which values are valid: those to warn of, or to refuse with `strict_schema=True`."""
        return tuple(loss for loss in self.losses if not loss.exact)


_BASE = frozenset({"type", "enum", "const", "anyOf", "description", "title", "$ref", "$defs"})
_NUMBER = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
SCALARS: Mapping[str, Json] = {"anyOf": [{"type": name} for name in ("string", "number", "boolean", "null")]}
"""The nearest thing to "any value" where every object must be closed: any value that is no list and no object."""

STANDARD = Dialect(name="JSON Schema 2020-12", source="https://json-schema.org/draft/2020-12")
"""Everything goes through unchanged, for providers that take the schema as a hint."""

STRICT = Dialect(
    name="strict",
    source="https://platform.openai.com/docs/guides/structured-outputs#supported-schemas",
    keywords={
        "any": _BASE,
        "string": frozenset({"pattern", "format"}),
        "number": _NUMBER,
        "integer": _NUMBER,
        "array": frozenset({"items", "minItems", "maxItems"}),
        "object": frozenset({"properties", "required", "additionalProperties"}),
    },
    formats=frozenset({"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}),
    ref_siblings=False,
    nullable="type_array",
    type_arrays=False,
    typed=True,
    anything=SCALARS,
    maps="entries",
    closed=True,
    require_all=True,
    object_root=True,
    limits=Limits(depth=10, properties=5000, characters=120_000, enum_values=1000, enum_characters=15_000),
)
"""Constrained decoding as OpenAI defined it: closed objects, every property required, no free keys.

A provider with the same rules and fewer keywords evolves it: `attrs.evolve(STRICT, name=..., keywords=...)`.
"""
