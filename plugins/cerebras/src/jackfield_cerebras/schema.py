"""What Cerebras makes of a JSON Schema in strict mode.

Source: https://inference-docs.cerebras.ai/capabilities/structured-outputs (2026-11): the root is an object, every
object is closed (a 400 otherwise, since 2026-07-21), no recursion, `prefixItems` only with `items: false`, no
`pattern`, `format`, `minItems` or `maxItems`; an optional property is left out of `required` and may then be absent.
Objects with free keys are sent as entries, because a closed object has none.
"""

from jackfield.schema import SCALARS, Dialect, Limits

_NUMBER = frozenset({"minimum", "maximum", "multipleOf"})

CEREBRAS_STRICT = Dialect(
    name="Cerebras strict",
    source="https://inference-docs.cerebras.ai/capabilities/structured-outputs",
    keywords={
        "any": frozenset({"type", "enum", "anyOf", "description", "title", "$ref", "$defs", "$schema"}),
        "number": _NUMBER,
        "integer": _NUMBER,
        "array": frozenset({"items", "prefixItems"}),
        "object": frozenset({"properties", "required", "additionalProperties"}),
    },
    recursion="unroll",
    ref_siblings=False,
    nullable="any_of",
    type_arrays=False,
    typed=True,
    anything=SCALARS,
    maps="entries",
    closed=True,
    object_root=True,
    limits=Limits(depth=10, properties=500, characters=5000, enum_values=500, enum_characters=7500),
)
"""For `strict: true`, of a response format or of a function."""
