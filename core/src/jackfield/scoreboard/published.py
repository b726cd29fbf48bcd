"""The JSON Schema of `scoreboard.json`, made from the types that decode it, so that both always agree."""

import json
import types
from collections.abc import Mapping
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs

from jackfield.scoreboard.model import Score

_PRIMITIVES: Mapping[type, str] = {str: "string", int: "integer", bool: "boolean", float: "number", type(None): "null"}
URL = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema, draft 2020-12."""
    definitions: dict[str, Any] = {}
    root = _of(Score, definitions)
    return {
        "$schema": URL,
        "title": "jackfield scoreboard",
        "description": "What each model of a provider can really do, and how that is known.",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def encode() -> bytes:
    """The schema as it is published."""
    return (json.dumps(schema(), indent=1, ensure_ascii=False) + "\n").encode()


def _of(wanted: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, arguments = get_origin(wanted), get_args(wanted)
    if attrs.has(wanted):
        return _object(wanted, definitions)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is tuple:
        return {"type": "array", "items": _of(arguments[0], definitions)}
    if origin is not None and issubclass(origin if isinstance(origin, type) else object, Mapping):
        names = {"propertyNames": _of(arguments[0], definitions)} if get_origin(arguments[0]) is Literal else {}
        return {"type": "object", **names, "additionalProperties": _of(arguments[1], definitions)}
    if origin in (types.UnionType, Union):
        return {"anyOf": [_of(one, definitions) for one in arguments]}
    return {"type": _PRIMITIVES[wanted]}


def _object(cls: type, definitions: dict[str, Any]) -> dict[str, Any]:
    name = cls.__name__
    if name not in definitions:
        definitions[name] = {}
        hints = get_type_hints(cls)
        fields = attrs.fields(cls)
        required = [field.name for field in fields if field.default is attrs.NOTHING]
        definitions[name] = {
            "type": "object",
            "description": (cls.__doc__ or "").partition("\n")[0],
            "properties": {field.name: _of(hints[field.name], definitions) for field in fields},
            **({"required": required} if required else {}),
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}
