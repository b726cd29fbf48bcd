"""JSON Schema as plain JSON values: the types, where schemas nest, and the check of a schema that a caller wrote.

Rules: everything behind `checked` is JSON (string keys, finite numbers, no cycles) and has the shape that JSON Schema
demands of the keywords in the tables below, so that later code never tests for it again.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias, TypeGuard

from jackfield.errors import UsageError

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Node: TypeAlias = dict[str, Json]

ONE = frozenset(
    {
        "additionalProperties",
        "contains",
        "else",
        "if",
        "items",
        "not",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
    },
)
"""Keywords whose value is one schema, or a boolean."""
MANY = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
"""Keywords whose value is a list of schemas."""
NAMED = frozenset({"$defs", "definitions", "dependentSchemas", "patternProperties", "properties"})
"""Keywords whose value maps names to schemas."""
TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")

MAX_DEPTH = 100
"""Deepest nesting of a schema or reply that is read, in levels of objects and lists."""


def is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    """Tell whether a value of unknown origin is a mapping."""
    return isinstance(value, Mapping)


def is_sequence(value: object) -> TypeGuard[list[object] | tuple[object, ...]]:
    """Tell whether a value of unknown origin is a list or a tuple."""
    return isinstance(value, list | tuple)


def to_json(value: object, path: str = "", depth: int = 0) -> Json:
    """Copy a value as JSON.

    Raises:
        UsageError: something in it is not JSON, or it is nested deeper than `MAX_DEPTH` (a cycle, for instance).
    """
    if depth > MAX_DEPTH:
        raise UsageError(f"the schema is nested deeper than {MAX_DEPTH} levels at {path[:80]}...: break the cycle")
    if isinstance(value, str):
        return _text(value, path)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        if math.isfinite(value):
            return value
        raise UsageError(f"{value} at {path or '/'} is not JSON: use a finite number")
    if is_sequence(value):
        return [to_json(item, f"{path}/{index}", depth + 1) for index, item in enumerate(value)]
    if is_mapping(value):
        return {_key(key, path): to_json(item, f"{path}/{key}", depth + 1) for key, item in value.items()}
    raise UsageError(f"a {type(value).__name__} at {path or '/'} is not JSON: use plain JSON values in a schema")


def _text(text: str, path: str) -> str:
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UsageError(f"the schema at {path or '/'} has half a surrogate pair, which cannot be sent") from error
    return text


def _key(key: object, path: str) -> str:
    if isinstance(key, str):
        return _text(key, path)
    raise UsageError(f"the key {key!r} at {path or '/'} is not a string: JSON objects have string keys")


def checked(schema: Mapping[Any, object]) -> Node:
    """Copy a schema that a caller wrote, after a look at its shape.

    Raises:
        UsageError: it is not JSON, or a keyword has a value that JSON Schema does not allow there.
    """
    node: Node = {_key(key, ""): to_json(value, f"/{key}", 1) for key, value in schema.items()}
    for path, part in walk(node):
        _check_node(part, path or "/")
    return node


def _check_node(node: Node, path: str) -> None:
    for keyword, value in node.items():
        wanted = _SHAPES.get(keyword)
        if wanted and not wanted[0](value):
            raise UsageError(f"the schema has {keyword}: {str(value)[:60]!r} at {path}, but it must be {wanted[1]}")


def _is_type(value: Json) -> bool:
    names = value if isinstance(value, list) else [value]
    return bool(names) and all(name in TYPES for name in names)


def _is_schema(value: Json) -> bool:
    return isinstance(value, dict | bool)


def _is_schema_map(value: Json) -> bool:
    return isinstance(value, dict) and all(_is_schema(item) for item in value.values())


def _is_schema_list(value: Json) -> bool:
    return isinstance(value, list) and all(_is_schema(item) for item in value)


def _is_names(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_choice(value: Json) -> bool:
    return isinstance(value, list) and bool(value)


def _is_local(value: Json) -> bool:
    return isinstance(value, str) and value.startswith("#")


_Shape: TypeAlias = tuple[Callable[[Json], bool], str]
_SHAPES: dict[str, _Shape] = {
    **dict.fromkeys(ONE, (_is_schema, "a schema or a boolean")),
    **dict.fromkeys(MANY, (_is_schema_list, "a list of schemas")),
    **dict.fromkeys(NAMED, (_is_schema_map, "a mapping of names to schemas")),
    "type": (_is_type, f"one of {', '.join(TYPES)} (lower case), or a list of them"),
    "required": (_is_names, "a list of property names"),
    "enum": (_is_choice, "a list of at least one value"),
    "description": (lambda value: isinstance(value, str), "a string"),
    **dict.fromkeys(("$ref", "$dynamicRef"), (_is_local, "a reference inside the document (#/$defs/...)")),
}


def escape(name: str) -> str:
    """Escape a name for a JSON pointer.

    Source: https://www.rfc-editor.org/rfc/rfc6901#section-3
    """
    return name.replace("~", "~0").replace("/", "~1")


def children(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield each schema directly inside this one, with its JSON pointer from here."""
    for keyword, value in node.items():
        if keyword in ONE and isinstance(value, dict):
            yield f"/{escape(keyword)}", value
        elif keyword in MANY and isinstance(value, list):
            yield from ((f"/{keyword}/{index}", item) for index, item in enumerate(value) if isinstance(item, dict))
        elif keyword in NAMED and isinstance(value, dict):
            yield from ((f"/{keyword}/{escape(k)}", item) for k, item in value.items() if isinstance(item, dict))


def walk(node: Node, path: str = "") -> Iterator[tuple[str, Node]]:
    """Yield a schema and every schema inside it, outermost first, with their JSON pointers."""
    yield path, node
    for step, child in children(node):
        yield from walk(child, path + step)


def lookup(root: Node, ref: str) -> Node:
    """Find what a `$ref` inside the same document points at.

    Raises:
        UsageError: it points outside the document, or at nothing.
    """
    pointer = ref == "#" or ref.startswith("#/")
    if not pointer and ref.startswith("#") and (anchored := _anchored(root, ref[1:])) is not None:
        return (
            anchored  # found by a walk, which a pointer can do without: a long chain of references would take for ever
        )
    if not pointer:
        raise UsageError(f"the schema refers to {ref!r}: only references inside the document (#/$defs/...) can be sent")
    found: Json = root
    for part in ref[1:].split("/")[1:]:
        found = _member(found, part.replace("~1", "/").replace("~0", "~"))
    if isinstance(found, dict):
        return found
    raise UsageError(f"the schema refers to {ref!r}, but there is no schema at that place")


def target(root: Node, node: Node) -> Node:
    """Follow the references of a schema, that `check_progress` let pass, to what they stand for."""
    while isinstance(ref := node.get("$ref"), str):
        node = lookup(root, ref)
    return node


def check_progress(root: Node) -> None:
    """Refuse a schema that must be met in order to be met, through nothing but references and combinations.

    Raises:
        UsageError: there is such a round, or a chain of more than `MAX_DEPTH`.
    """
    done: set[int] = set()

    def visit(node: Node, above: tuple[int, ...]) -> None:
        if id(node) in done:
            return
        if id(node) in above or len(above) > MAX_DEPTH:
            raise UsageError(
                f"the schema's references lead nowhere: {str(node.get('$ref', node))[:80]} stands for itself"
            )
        ref = node.get("$ref")
        inner = [node[key] for key in ("allOf", "anyOf", "oneOf") if key in node]
        found = [item for value in inner for item in (value if isinstance(value, list) else [])]
        found += [lookup(root, ref)] if isinstance(ref, str) else []
        for item in found:
            if isinstance(item, dict):
                visit(item, (*above, id(node)))
        done.add(id(node))

    for _, node in walk(root):
        visit(node, ())


def _anchored(root: Node, anchor: str) -> Node | None:
    return next((node for _, node in walk(root) if anchor and node.get("$anchor") == anchor), None)


def _member(value: Json, name: str) -> Json:
    if isinstance(value, list):
        return value[int(name)] if name.isdecimal() and int(name) < len(value) else None
    return value.get(name) if isinstance(value, dict) else None


def strings(value: Json) -> list[str]:
    """Return the strings of a JSON list; an empty list for anything else."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def nodes(value: Json) -> list[Node]:
    """Return the schemas of a JSON list; boolean schemas written out; an empty list for anything else."""
    return [as_node(item) for item in value] if isinstance(value, list) else []


def named(value: Json) -> dict[str, Node]:
    """Return the schemas of a JSON object by name; boolean schemas written out."""
    return {name: as_node(item) for name, item in value.items()} if isinstance(value, dict) else {}


def as_node(value: Json) -> Node:
    """Return a schema as a mapping: `true` is `{}`, `false` is `{"not": {}}`."""
    if isinstance(value, dict):
        return value
    return {} if value is True else {"not": {}}


def is_map(node: Node) -> bool:
    """Tell whether a schema is an object with free keys and no named ones."""
    extra = node.get("additionalProperties", "properties" not in node)
    return node.get("type") == "object" and not node.get("properties") and extra is not False


def type_names(node: Node) -> list[str]:
    """Return the types that a schema names: none, one or several."""
    value = node.get("type")
    return [value] if isinstance(value, str) else strings(value)


def json_type(value: Json) -> str:
    """Name the JSON Schema type of a value; a whole number is an integer."""
    return _JSON_TYPES[type(value)]


_JSON_TYPES: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
