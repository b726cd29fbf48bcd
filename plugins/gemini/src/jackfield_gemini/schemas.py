"""Schemas in the dialect of their field, with what was lost on the way."""

from __future__ import annotations  # schemas are imported by the first request that has one

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from jackfield.errors import UnsupportedOption, UsageError
from jackfield.types.results import Notice
from jackfield_gemini.families import SchemaField

if TYPE_CHECKING:
    from jackfield.schema import Compiled, Json


@attrs.define(eq=False, repr=False)
class SchemaWriter:
    """Compiles the schemas of one request, and collects their losses."""

    field: SchemaField
    notices: list[Notice] = attrs.field(factory=list[Notice])

    def compile(self, schema: Mapping[str, object], *, option: str, strict: bool = False) -> Compiled:
        """The schema to send.

        Raises:
            UnsupportedOption: the dialect cannot express it, or `strict` and only with a loss.
        """
        from jackfield.schema import compile_schema
        from jackfield_gemini.schema import DIALECTS

        try:
            compiled = compile_schema(schema, DIALECTS[self.field])
        except UsageError as error:
            raise UnsupportedOption(option, str(error), provider="gemini", droppable=False) from error
        losses = [loss for loss in compiled.losses if not loss.exact]
        if strict and losses:
            reason = "; ".join(map(str, losses))
            raise UnsupportedOption(option, reason, provider="gemini", droppable=False)
        self.notices += [Notice(code="schema-loss", message=str(loss), option=option) for loss in losses]
        return compiled


def says_nothing(schema: Mapping[str, Json]) -> bool:
    """Whether a function takes no arguments: old models refuse an object without properties, so none is sent."""
    return not schema.keys() - {"type", "properties", "additionalProperties", "title"} and not schema.get("properties")
