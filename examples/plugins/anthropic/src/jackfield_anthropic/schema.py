"""What Anthropic makes of a JSON Schema under constraint.

Source: https://platform.claude.com/docs/en/build-with-claude/structured-outputs (2026-11): closed objects, `$ref` and
`$defs` without recursion, enum, const, anyOf; no bounds of numbers, lengths or list sizes. An optional property may
stay optional.
"""

import attrs

from jackfield.schema import STANDARD, STRICT, Limits

SOURCE = "https://platform.claude.com/docs/en/build-with-claude/structured-outputs"

CONSTRAINED = attrs.evolve(
    STRICT,
    name="Anthropic",
    source=SOURCE,
    keywords={
        "any": frozenset({"type", "enum", "const", "anyOf", "description", "title", "default", "$ref", "$defs"}),
        "string": frozenset({"format"}),
        "array": frozenset({"items"}),
        "object": frozenset({"properties", "required", "additionalProperties"}),
    },
    formats=frozenset({"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"}),
    recursion="unroll",
    require_all=False,
    limits=Limits(),
)
"""For an output schema, and for tools with `strict`."""

HINT = attrs.evolve(STANDARD, name="Anthropic tools", source=SOURCE, object_root=True)
"""For the other tools."""
