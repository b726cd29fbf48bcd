"""A Python type as JSON Schema, that schema in each provider's dialect, and the reply back as the type.

    schema = json_schema(Recipe)                       # or function_schema(func) for a tool
    compiled = compile_schema(schema, STRICT)          # .schema goes out, .losses says what was lost on the way
    recipe = parse_output(text, Recipe, compiled)      # an OutputError if it does not fit

Dialects are data: a plugin writes its own `Dialect`, or evolves `STRICT`. Rules: everything is pure; cattrs and
jsonschema are imported by the first reply that needs them, pydantic never. Every name is imported on first use, and a
dialect loads nothing of what works with it: import them inside of a function, for a plain call does without.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jackfield.schema.builder import json_schema
    from jackfield.schema.compiler import compile_schema
    from jackfield.schema.dialect import SCALARS, STANDARD, STRICT, Compiled, Dialect, Limits, SchemaLoss
    from jackfield.schema.functions import FunctionSchema, function_schema
    from jackfield.schema.nodes import Json
    from jackfield.schema.reader import ReadOutput, parse_output, read_arguments, read_output
    from jackfield.schema.restore import restore

_HOMES = {
    **dict.fromkeys(("SCALARS", "STANDARD", "STRICT", "Compiled", "Dialect", "Limits", "SchemaLoss"), "dialect"),
    "FunctionSchema": "functions",
    "Json": "nodes",
    "ReadOutput": "reader",
    "compile_schema": "compiler",
    "function_schema": "functions",
    "json_schema": "builder",
    "parse_output": "reader",
    "read_arguments": "reader",
    "read_output": "reader",
    "restore": "restore",
}

__all__ = [
    "SCALARS",
    "STANDARD",
    "STRICT",
    "Compiled",
    "Dialect",
    "FunctionSchema",
    "Json",
    "Limits",
    "ReadOutput",
    "SchemaLoss",
    "compile_schema",
    "function_schema",
    "json_schema",
    "parse_output",
    "read_arguments",
    "read_output",
    "restore",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        msg = f"module 'jackfield.schema' has no attribute {name!r}"
        raise AttributeError(msg)
    value = globals()[name] = getattr(import_module(f"jackfield.schema.{_HOMES[name]}"), name)
    return value
