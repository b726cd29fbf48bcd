"""A parsed reply brought back from the form that the dialect forced upon it to the shape of the source schema.

Rule: what does not look as asked for is left as it is; whoever structures or validates it says what is wrong.
"""

from jackfield.schema.dialect import Compiled
from jackfield.schema.nodes import Json, Node, as_node, is_map, json_type, named, nodes, strings, target, type_names


def restore(compiled: Compiled, value: Json) -> Json:
    """Undo what `compiled` did: unwrap the root, drop nulls that stand for absent properties, rebuild free keys."""
    if compiled.unwrap and isinstance(value, dict) and compiled.unwrap in value:
        value = value[compiled.unwrap]
    if compiled.null_is_absent or compiled.maps_are_entries:
        return _restore(value, compiled.source, compiled)
    return value


def _restore(value: Json, node: Node, compiled: Compiled) -> Json:
    node = target(compiled.source, node)
    if branch := _branch(value, node, compiled):
        return _restore(value, branch, compiled)
    for part in nodes(node.get("allOf")):
        value = _restore(value, part, compiled)
    if isinstance(value, dict):
        return _restore_object(value, node, compiled)
    if isinstance(value, list):
        return _restore_list(value, node, compiled)
    return value


def _restore_object(value: dict[str, Json], node: Node, compiled: Compiled) -> Json:
    members, required = named(node.get("properties")), strings(node.get("required"))
    extra = as_node(node.get("additionalProperties", True))
    made: dict[str, Json] = {}
    for name, item in value.items():
        child = members.get(name)
        if item is None and compiled.null_is_absent and child is not None and name not in required:
            if _fits(None, child, compiled):
                made[name] = None
        else:
            made[name] = _restore(item, extra if child is None else child, compiled)
    return made


def _restore_list(value: list[Json], node: Node, compiled: Compiled) -> Json:
    if compiled.maps_are_entries and is_map(node) and all(_is_entry(item) for item in value):
        extra = as_node(node.get("additionalProperties", True))
        items = [item for item in value if isinstance(item, dict)]
        return {str(item["key"]): _restore(item["value"], extra, compiled) for item in items}
    places, rest = nodes(node.get("prefixItems")), as_node(node.get("items", True))
    return [
        _restore(item, places[index] if index < len(places) else rest, compiled) for index, item in enumerate(value)
    ]


def _branch(value: Json, node: Node, compiled: Compiled) -> Node | None:
    """Pick the alternative that the value was written for: the first that fits."""
    branches = [*nodes(node.get("anyOf")), *nodes(node.get("oneOf"))]
    return next((branch for branch in branches if _fits(value, branch, compiled)), None)


def _fits(value: Json, node: Node, compiled: Compiled) -> bool:
    node = target(compiled.source, node)
    if "anyOf" in node or "oneOf" in node:
        return _branch(value, node, compiled) is not None
    if ("const" in node and node["const"] != value) or value not in _choice(node, value):
        return False
    if compiled.maps_are_entries and is_map(node) and isinstance(value, list):
        return all(_is_entry(item) for item in value)
    types = type_names(node)
    if types and json_type(value) not in types and not (json_type(value) == "integer" and "number" in types):
        return False
    return _fits_members(value, node, compiled) if isinstance(value, dict) and "properties" in node else True


def _choice(node: Node, value: Json) -> list[Json]:
    enum = node.get("enum")
    return enum if isinstance(enum, list) else [value]


def _fits_members(value: dict[str, Json], node: Node, compiled: Compiled) -> bool:
    members, required = named(node.get("properties")), strings(node.get("required"))
    if any(name not in value for name in required) or any(name not in members for name in value):
        return False
    optional = compiled.null_is_absent
    return all(
        (item is None and optional and name not in required) or _fits(item, members[name], compiled)
        for name, item in value.items()
    )


def _is_entry(item: Json) -> bool:
    return isinstance(item, dict) and item.keys() == {"key", "value"} and isinstance(item["key"], str)
