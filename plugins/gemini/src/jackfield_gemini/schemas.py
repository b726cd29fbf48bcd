"""Schemas in the dialect of their field."""

from __future__ import annotations  # schemas are imported by the first request that has one

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from jackfield.errors import UnsupportedOption, UsageError
from jackfield_gemini.families import SchemaField

if TYPE_CHECKING:
    from jackfield.schema import Compiled, Json


@attrs.define(eq=False, repr=False)
class SchemaWriter:
    """Compiles the schemas of one request."""

    field: SchemaField

    def compile(self, schema: Mapping[str, object], *, option: str) -> Compiled:
        """The schema to send.

        Raises:
            UnsupportedOption: the dialect cannot express it.
        """
        from jackfield.schema import compile_schema
        from jackfield_gemini.schema import DIALECTS

        try:
            return compile_schema(schema, DIALECTS[self.field])
        except UsageError as error:
            raise UnsupportedOption(option, str(error), provider="gemini", droppable=False) from error


def says_nothing(schema: Mapping[str, Json]) -> bool:
    """Whether a function takes no arguments: old models refuse an object without properties, so none is sent."""
    return not schema.keys() - {"type", "properties", "additionalProperties", "title"} and not schema.get("properties")
