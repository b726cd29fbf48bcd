"""What Workers AI makes of a JSON Schema.

Source: https://developers.cloudflare.com/workers-ai/features/json-mode/ (2026-11). The page names no keyword that is
refused, and recorded requests with `$schema`, `additionalProperties` and `enum` were accepted (2026-09). Whether `$ref`
is understood depends on the server behind each model: references are copied in place and recursion ends in any value.
"""

from jackfield.schema import Dialect

CLOUDFLARE = Dialect(
    name="Cloudflare",
    source="https://developers.cloudflare.com/workers-ai/features/json-mode/",
    references="inline",
    recursion="widen",
    object_root=True,
)
"""For JSON mode and for the parameters of tools."""
