"""A model's reply read back as the type or schema that was asked for.

Rule: what does not fit is an `OutputError` with the text on it; nothing is repaired but a Markdown fence around the
JSON, and that only when the text as it stands is no JSON.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import TypeVar, overload

from jackfield.errors import OutputError, UsageError
from jackfield.schema.dialect import Compiled
from jackfield.schema.functions import parameters
from jackfield.schema.nodes import MAX_DEPTH, Json, is_mapping
from jackfield.schema.restore import restore
from jackfield.schema.structure import explain, structure
from jackfield.values import frozen

T = TypeVar("T")
_FENCE = re.compile(r"```[A-Za-z]*[ \t]*\r?\n(?P<body>.*?)\r?\n?[ \t]*```", re.DOTALL)


@frozen(kw_only=True)
class ReadOutput:
    """A reply that was read.

    Attributes:
        value: the object, or the parsed JSON where a raw schema was asked for.
        validated: False when nothing could check the value against a raw schema (`jackfield[schema]` is not installed).
        fenced: the JSON stood in a Markdown fence.
    """

    value: object
    validated: bool = True
    fenced: bool = False


@overload
def parse_output(text: str, output_type: type[T], compiled: Compiled) -> T: ...
@overload
def parse_output(text: str, output_type: object, compiled: Compiled) -> object: ...
def parse_output(text: str, output_type: object, compiled: Compiled) -> object:
    """Read a reply as the type, or by the raw schema (then the parsed JSON), that `compiled` was made from.

    Raises:
        OutputError: the text is no JSON, or does not fit; `.text` is the whole reply, `.path` a JSON pointer.
    """
    return read_output(text, output_type, compiled).value


def read_output(text: str, output_type: object, compiled: Compiled) -> ReadOutput:
    """Read a reply as `parse_output` does, and say how it went.

    Raises:
        OutputError: as for `parse_output`.
    """
    parsed, fenced = _parse(text)
    value = restore(compiled, parsed)
    if is_mapping(output_type):
        return ReadOutput(value=value, validated=_validate(value, compiled, text), fenced=fenced)
    return ReadOutput(value=_structured(value, output_type, text), fenced=fenced)


def read_arguments(
    func: Callable[..., object],
    arguments: Mapping[str, Json],
    compiled: Compiled | None = None,
) -> dict[str, object]:
    """Build the keyword arguments of a tool from a model's, each as its annotation says.

    Raises:
        OutputError: an argument is missing, unknown or does not fit.
    """
    text = json.dumps(arguments)
    restored = restore(compiled, dict(arguments)) if compiled else dict(arguments)
    members = {item.name: item for item in parameters(func)}
    given = restored if isinstance(restored, dict) else {}
    for name in given.keys() - members.keys():
        raise OutputError(f"there is no argument {name!r}", text=text, path=f"/{name}")
    for item in members.values():
        if item.required and item.name not in given:
            raise OutputError(f"the argument {item.name!r} is missing", text=text, path=f"/{item.name}")
    return {name: _structured(value, members[name].type, text, f"/{name}") for name, value in given.items()}


def _parse(text: str) -> tuple[Json, bool]:
    try:
        return _loads(text), False
    except ValueError as error:
        fence = _FENCE.search(text)
        if fence:
            try:
                return _loads(fence["body"]), True
            except ValueError:
                pass
        raise OutputError(f"it is not JSON ({error})", text=text) from error


def _loads(text: str) -> Json:
    try:
        value: Json = json.loads(text, parse_constant=_no_constant)
        _bounded(value)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    return value


def _bounded(value: Json, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            _bounded(item, depth + 1)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _structured(value: Json, tp: object, text: str, path: str = "") -> object:
    try:
        return structure(value, tp)
    except Exception as error:
        where, reason = explain(error)
        raise OutputError(reason, text=text, path=path + where) from error


def _validate(value: Json, compiled: Compiled, text: str) -> bool:
    try:
        import jsonschema
        from referencing.exceptions import Unresolvable
        from referencing.jsonschema import EMPTY_REGISTRY
    except ImportError:
        return False
    # An empty registry: a reference out of the document is never fetched.
    try:
        jsonschema.validate(value, compiled.source, cls=jsonschema.Draft202012Validator, registry=EMPTY_REGISTRY)
    except jsonschema.SchemaError as error:
        raise UsageError(f"the schema is no JSON Schema (draft 2020-12): {error.message}") from error
    except jsonschema.ValidationError as error:
        path = "".join(f"/{part}" for part in error.absolute_path)
        raise OutputError(error.message, text=text, path=path) from error
    except Unresolvable as error:
        raise OutputError("the schema has a reference that leads nowhere", text=text) from error
    except RecursionError as error:
        reason = "checking it does not end: a $ref leads to itself, or the reply is nested too deep"
        raise OutputError(reason, text=text) from error
    return True
