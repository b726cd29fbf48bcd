"""Schemas: compiled to the provider's dialect, every loss reported, and refused where the caller wants no loss."""

from collections.abc import Mapping
from typing import Any

import pytest

from jackfield.errors import UnsupportedOption, UsageError
from jackfield.operations.prepare import Prepared
from jackfield.schema import Compiled
from jackfield.testing.contract.base import ContractBase
from jackfield.testing.contract.subject import ADD, Subject
from jackfield.testing.contract.verdict import broken
from jackfield.types.requests import OutputSchema, Tool

SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "plain": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
        "required": ["name", "age"],
        "additionalProperties": False,
    },
    "nested": {
        "type": "object",
        "properties": {"items": {"type": "array", "items": {"$ref": "#/$defs/item"}}},
        "required": ["items"],
        "$defs": {"item": {"type": "object", "properties": {"n": {"type": "number"}}, "required": ["n"]}},
    },
    "optional": {"type": "object", "properties": {"a": {"type": ["string", "null"]}, "b": {"type": "string"}}},
    "choices": {"type": "object", "properties": {"c": {"enum": ["one", "two"]}}, "required": ["c"]},
    "bounds": {
        "type": "object",
        "properties": {
            "s": {"type": "string", "pattern": "^a", "maxLength": 3},
            "n": {"type": "integer", "maximum": 9},
        },
        "required": ["s", "n"],
    },
    "map": {"type": "object", "additionalProperties": {"type": "integer"}},
    "recursive": {
        "type": "object",
        "properties": {"child": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}},
        "required": ["child"],
    },
    "list": {"type": "array", "items": {"type": "string"}},
}


class Schemas(ContractBase):
    """The wanted output, and the parameters of tools."""

    @pytest.mark.parametrize("name", SCHEMAS)
    def test_output_schema(self, subject: Subject, name: str) -> None:
        """Sent with its compiled form at hand, its inexact losses reported; or refused."""
        if "schema" not in subject.info.capabilities.options:
            pytest.skip(f"{subject.id} takes no schema")
        for model in subject.models():
            loose, strict = (_prepared(subject, model, name, strict=one) for one in (False, True))
            if isinstance(loose, Prepared):
                compiled = _compiled(subject, loose)
                told = [notice for notice in loose.notices if notice.code == "schema-loss"]
                if compiled.inexact and not told:
                    what = f"the schema {name!r} is changed and nothing says so: {compiled.inexact[0]}"
                    broken(subject.id, "schemas", what)
                if told and isinstance(strict, Prepared) and any(n.code == "schema-loss" for n in strict.notices):
                    broken(subject.id, "schemas", f"strict_schema=True lets a loss through: {told[0].message}")

    @pytest.mark.parametrize("name", SCHEMAS)
    def test_tool_schema(self, subject: Subject, name: str) -> None:
        """The parameters of a tool are sent with their compiled form at hand, or refused."""
        if "tools" not in subject.info.capabilities.options or name == "list":
            pytest.skip(f"{subject.id} takes no tools, or no tool takes a list")
        tool = Tool(name="act", description="Act.", parameters=SCHEMAS[name])
        for model in subject.models():
            try:
                http = subject.prepare(subject.request(model=model, tools=(ADD, tool))).http
            except UsageError:
                continue
            if not isinstance(http.tool_schemas.get("act"), Compiled):
                broken(subject.id, "schemas", "tool_schemas lacks a tool: its arguments could not be read back")


def _prepared(subject: Subject, model: str, name: str, *, strict: bool) -> Prepared | UsageError:
    schema = OutputSchema(name="wanted", schema=SCHEMAS[name], strict=strict)
    try:
        return subject.prepare(subject.request(model=model, schema=schema))
    except UnsupportedOption as error:
        return error


def _compiled(subject: Subject, prepared: Prepared) -> Compiled:
    compiled = prepared.http.output_schema
    if not isinstance(compiled, Compiled):
        broken(subject.id, "schemas", f"output_schema of the request is {type(compiled).__name__}, expected Compiled")
    return compiled
