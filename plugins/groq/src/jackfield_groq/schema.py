"""What Groq makes of a JSON Schema, strict and best effort.

Source: https://console.groq.com/docs/structured-outputs (2026-11): in strict mode every property is required, every
object closed, an optional value is a union with null; string, number, boolean, integer, object, array, enum and anyOf,
with `$defs`, `$ref` and recursion. Constraints are not listed, so strict mode is sent none: they go into descriptions.
"""

import attrs

from jackfield.schema import STANDARD, STRICT, Limits

SOURCE = "https://console.groq.com/docs/structured-outputs"

GROQ_STRICT = attrs.evolve(
    STRICT,
    name="Groq strict",
    source=SOURCE,
    keywords={
        "any": frozenset({"type", "enum", "anyOf", "description", "title", "$ref", "$defs"}),
        "array": frozenset({"items"}),
        "object": frozenset({"properties", "required", "additionalProperties"}),
    },
    formats=None,
    limits=Limits(),
)
"""For `strict: true`: the models that decode under constraint (gpt-oss-20b and gpt-oss-120b)."""

GROQ_BEST_EFFORT = attrs.evolve(STANDARD, name="Groq best effort", source=SOURCE)
"""For `strict: false` and for tools: the schema is a hint, and goes as it is."""
