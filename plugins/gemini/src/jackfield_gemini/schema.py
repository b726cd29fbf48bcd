"""What Gemini makes of a JSON Schema, in its two places.

Sources (2026-11): https://ai.google.dev/api/caching#Schema for `responseSchema` and `parameters`;
https://ai.google.dev/gemini-api/docs/structured-output for `responseJsonSchema` and `parametersJsonSchema`.
"""

from jackfield.schema import SCALARS, Dialect

_BASE = frozenset({"type", "title", "description", "anyOf", "enum"})
_RANGE = frozenset({"minimum", "maximum"})

GEMINI_OPENAPI = Dialect(
    name="Gemini OpenAPI subset",
    source="https://ai.google.dev/api/caching#Schema",
    keywords={
        "any": _BASE | {"nullable", "propertyOrdering", "example"},
        "string": frozenset({"format", "pattern", "minLength", "maxLength"}),
        "number": _RANGE | {"format"},
        "integer": _RANGE | {"format"},
        "array": frozenset({"items", "minItems", "maxItems"}),
        "object": frozenset({"properties", "required", "minProperties", "maxProperties"}),
    },
    formats=frozenset({"enum", "date-time", "float", "double", "int32", "int64"}),
    references="inline",
    recursion="unroll",
    nullable="flag",
    type_arrays=False,
    enum_types=frozenset({"string"}),
    typed=True,
    anything=SCALARS,
    maps="entries",
    upper_case_types=True,
    ordering="propertyOrdering",
)
"""For models before 2.5, Gemma and the Live API: no references, no free keys, one type a schema, string enums."""

GEMINI_JSON = Dialect(
    name="Gemini JSON Schema",
    source="https://ai.google.dev/gemini-api/docs/structured-output",
    keywords={
        "any": _BASE | {"$id", "$defs", "$ref", "$anchor", "oneOf", "propertyOrdering"},
        "string": frozenset({"format"}),
        "number": _RANGE,
        "integer": _RANGE,
        "array": frozenset({"items", "prefixItems", "minItems", "maxItems"}),
        "object": frozenset({"properties", "required", "additionalProperties"}),
    },
    formats=frozenset({"date-time", "date", "time"}),
    ref_siblings=False,
    nullable="type_array",
    enum_types=frozenset({"string", "number", "integer"}),
    ordering="propertyOrdering",
)
"""For 2.5 and later. Recursion passes through optional properties only, which is the service's own check."""

DIALECTS = {"openapi": GEMINI_OPENAPI, "json_schema": GEMINI_JSON}
"""By the field that a schema goes into."""
