"""The rewriting steps of the compiler: each takes one schema and returns it in a form nearer to the dialect.

Rules: a step looks at one schema, not at those inside it; it returns the very same object when it changes nothing;
what it changes it reports with `Work.lose`. Between steps a schema carries two keys that are not JSON Schema: `AT`,
its JSON pointer in the source, and `NULL`, present when null is valid beside the rest. The compiler removes both.
"""

from collections.abc import Callable
from typing import Literal

import attrs

from jackfield.errors import UsageError
from jackfield.schema.dialect import ANNOTATIONS, Dialect, SchemaLoss
from jackfield.schema.nodes import Json, Node, is_map, json_type, named, nodes, strings, type_names

AT = "\0at"
NULL = "\0null"
MAX_CONVERTED = 20_000
"""Schemas converted for one result."""
INTERNAL = frozenset({AT, NULL})


@attrs.define(kw_only=True)
class Work:
    """One compilation: the dialect, and what was lost so far."""

    dialect: Dialect
    losses: list[SchemaLoss] = attrs.field(factory=list[SchemaLoss])
    spent: int = 0

    def spend(self, node: Node) -> None:
        """Count a schema that is converted: copied in place, references multiply.

        Raises:
            UsageError: there are more than `MAX_CONVERTED`.
        """
        self.spent += 1
        if self.spent > MAX_CONVERTED:
            raise self.refusal(node, f"its references stand for over {MAX_CONVERTED} schemas", "use fewer of them")

    def lose(
        self,
        node: Node,
        keyword: str,
        action: Literal["dropped", "rewritten", "inlined", "widened"],
        reason: str,
    ) -> None:
        """Report a difference, once."""
        loss = SchemaLoss(path=place(node), keyword=keyword, action=action, reason=reason)
        if loss not in self.losses:
            self.losses.append(loss)

    def refusal(self, node: Node, reason: str, advice: str) -> UsageError:
        """Build the error for a schema that cannot be sent at all."""
        return UsageError(f"{self.dialect.name} cannot express the schema at {place(node) or '/'}: {reason}; {advice}")


Step = Callable[[Node, Work], Node]


def place(node: Node) -> str:
    """Return the JSON pointer of a schema in the source."""
    at = node.get(AT)
    return at if isinstance(at, str) else ""


def without(node: Node, *keywords: str) -> Node:
    """Copy a schema without some keywords."""
    return {keyword: value for keyword, value in node.items() if keyword not in keywords}


def _annotations(node: Node) -> Node:
    return {keyword: value for keyword, value in node.items() if keyword in ANNOTATIONS or keyword in INTERNAL}


def one_of(node: Node, work: Work) -> Node:
    """Write `oneOf` as `anyOf`: the same values where the alternatives exclude each other."""
    if "oneOf" not in node or work.dialect.allows("oneOf"):
        return node
    apart = "discriminator" in node or _disjoint(nodes(node["oneOf"]))
    reason = "written as anyOf" + ("" if apart else ", which also accepts a value that fits several alternatives")
    work.lose(node, "oneOf", "rewritten" if apart else "widened", reason)
    return {**without(node, "oneOf"), "anyOf": node["oneOf"]}


def _disjoint(branches: list[Node]) -> bool:
    types = [set(type_names(branch)) for branch in branches]
    return all(types) and sum(map(len, types)) == len(set[str]().union(*types))


def gather_null(node: Node, work: Work) -> Node:
    """Fold each way of writing "or null" into the `NULL` mark, and an `anyOf` of one into its place."""
    if work.dialect.nullable == "keep":
        return node
    types, enum, branches = type_names(node), node.get("enum"), nodes(node.get("anyOf"))
    if len(types) > 1 and "null" in types:
        rest: list[Json] = [name for name in types if name != "null"]
        return {**node, "type": rest[0] if len(rest) == 1 else rest, NULL: True}
    if node.get("nullable") is True and "type" in node:
        return {**without(node, "nullable"), NULL: True}
    if isinstance(enum, list) and None in enum and len(enum) > 1:
        return {**node, "enum": [value for value in enum if value is not None], NULL: True}
    kept = [branch for branch in branches if branch.get("type") != "null"]
    if branches and len(kept) == 1:
        mark: Node = {NULL: True} if len(branches) > 1 else {}
        return {**kept[0], **without(keywords(without(node, "anyOf"), work), AT), **mark}
    if kept and len(kept) < len(branches):
        return {**node, "anyOf": list[Json](kept), NULL: True}
    return node


def split_types(node: Node, work: Work) -> Node:
    """Write a list of types as alternatives, each with the keywords of its type."""
    types = type_names(node)
    if len(types) < 2 or work.dialect.type_arrays:
        return node
    if "anyOf" in node:
        work.lose(node, "type", "widened", "a list of types cannot stand beside anyOf")
        return without(node, "type")
    outer = _annotations(node)
    inner = without(node, "type", *outer)
    branches: list[Json] = []
    for name in types:
        keep = {key: value for key, value in inner.items() if key not in _OF_TYPE or name in _OF_TYPE[key]}
        if isinstance(enum := keep.get("enum"), list):
            fitting = [value for value in enum if json_type(value) == name]
            keep = {**keep, "enum": fitting} if fitting else without(keep, "enum")
        branches.append({"type": name, **keep, AT: place(node)})
    work.lose(node, "type", "rewritten", "several types are written as anyOf")
    return {**outer, "anyOf": branches}


_NUMBERS = frozenset({"number", "integer"})
_OF_TYPE: dict[str, frozenset[str]] = {
    **dict.fromkeys(("pattern", "format", "minLength", "maxLength"), frozenset({"string"})),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), _NUMBERS),
    **dict.fromkeys(("items", "prefixItems", "minItems", "maxItems", "uniqueItems"), frozenset({"array"})),
    **dict.fromkeys(
        ("properties", "required", "additionalProperties", "minProperties", "maxProperties", "propertyNames"),
        frozenset({"object"}),
    ),
}


def const_to_enum(node: Node, work: Work) -> Node:
    """Write `const` as an `enum` of one value."""
    if "const" not in node or work.dialect.allows("const", *type_names(node)):
        return node
    if node["const"] is None:
        return {**without(node, "const"), "type": "null"}
    work.lose(node, "const", "rewritten", "written as an enum of one value")
    return {**without(node, "const"), "enum": [node["const"]]}


def name_type(node: Node, work: Work) -> Node:
    """Add the type that an enum or a keyword implies, where the dialect wants one."""
    if not work.dialect.typed or {"type", "anyOf", "$ref", "oneOf", "allOf", "not"} & node.keys():
        return node
    values = node.get("enum", [node["const"]] if "const" in node else None)
    if isinstance(values, list):
        types = sorted({json_type(value) for value in values})
        return {**node, "type": types[0] if len(types) == 1 else list[Json](types)}
    implied = {name for keyword in node for name in _OF_TYPE.get(keyword, ())}
    if implied >= _NUMBERS:
        return {**node, "type": "number"}
    if len(implied) == 1:
        return {**node, "type": implied.pop()}
    return _anything(node, work)


def _anything(node: Node, work: Work) -> Node:
    if work.dialect.anything is None:
        raise work.refusal(node, "it accepts any value", "give it a type")
    work.lose(node, "type", "widened", "any value is written as the nearest thing that the dialect has")
    return {**work.dialect.anything, **_annotations(node)}


def enum_values(node: Node, work: Work) -> Node:
    """Leave out an enum whose values the dialect cannot take; its type stays."""
    enum, allowed = node.get("enum"), work.dialect.enum_types
    if not isinstance(enum, list) or allowed is None or all(json_type(value) in allowed for value in enum):
        return node
    values = ", ".join(str(value) for value in enum[:20])
    work.lose(node, "enum", "widened", f"enum values must be {' or '.join(sorted(allowed))}")
    return _hint(without(node, "enum"), f"one of {values}")


def entries(node: Node, work: Work) -> Node:
    """Write an object with free keys as a list of entries, and leave free keys beside named ones out."""
    extra = node.get("additionalProperties")
    if node.get("type") != "object" or work.dialect.maps == "keep" or extra is False:
        return node
    if not is_map(node):
        if "additionalProperties" in node:
            work.lose(node, "additionalProperties", "dropped", "keys beyond the named properties cannot be sent")
        return without(node, "additionalProperties")
    work.lose(node, "additionalProperties", "rewritten", "an object with free keys is sent as a list of entries")
    for keyword in node.keys() - _OF_MAPS.keys() - _annotations(node).keys():
        work.lose(node, keyword, "dropped", "it has no form in a list of entries")
    names, at = node.get("propertyNames"), {AT: place(node)}
    key: Json = {"type": "string", **(names if isinstance(names, dict) else {}), **at}
    value: Json = {**at, **extra} if isinstance(extra, dict) else {**at}
    item: Json = {"type": "object", "properties": {"key": key, "value": value}, "required": ["key", "value"], **at}
    bounds = {_OF_MAPS[bound]: node[bound] for bound in ("minProperties", "maxProperties") if bound in node}
    return {"type": "array", **_annotations(node), **bounds, "items": item}


_OF_MAPS: dict[str, str] = {
    "type": "type",
    "additionalProperties": "items",
    "properties": "",
    "propertyNames": "",
    "minProperties": "minItems",
    "maxProperties": "maxItems",
}


def close(node: Node, work: Work) -> Node:
    """Put `additionalProperties: false` on an object."""
    if not work.dialect.closed or node.get("type") != "object":
        return node
    if node.get("additionalProperties", False) is not False:
        work.lose(node, "additionalProperties", "dropped", "every object must be closed")
    return {**node, "properties": node.get("properties", {}), "additionalProperties": False}


def require_all(node: Node, work: Work) -> Node:
    """Make every property required; those that were optional become nullable."""
    if not work.dialect.require_all or node.get("type") != "object":
        return node
    required, properties = strings(node.get("required")), named(node.get("properties"))
    made: dict[str, Json] = {}
    for name, child in properties.items():
        made[name] = child if name in required else {**child, NULL: True}
        if name not in required:
            work.lose(child, "required", "rewritten", "optional is written as required but nullable")
    return {**node, "properties": made, "required": list[Json](made)}


def tuples(node: Node, work: Work) -> Node:
    """Write a list with one schema per place as a list of any of them."""
    if "prefixItems" not in node or work.dialect.allows("prefixItems", "array"):
        return node
    branches = nodes(node["prefixItems"])
    if isinstance(rest := node.get("items"), dict):
        branches.append(rest)
    unique: list[Json] = []
    for branch in branches:
        if all(without(branch, AT) != without(nodes([seen])[0], AT) for seen in unique):
            unique.append(branch)
    work.lose(node, "prefixItems", "widened", "each place of the list accepts what any place does")
    items: Json = unique[0] if len(unique) == 1 else {"anyOf": unique, AT: place(node)}
    return {**without(node, "prefixItems"), "items": items}


def list_items(node: Node, work: Work) -> Node:
    """Give a list without `items` (or with boolean ones) the schema of any value, where items must have a type."""
    if node.get("type") != "array" or not work.dialect.typed or isinstance(node.get("items"), dict):
        return node
    if "prefixItems" in node:
        return node
    return {**node, "items": {AT: place(node)}}


def formats(node: Node, work: Work) -> Node:
    """Leave out a `format` that the dialect does not list."""
    value, allowed = node.get("format"), work.dialect.formats
    if value is None or allowed is None or value in allowed or not work.dialect.allows("format", *type_names(node)):
        return node
    work.lose(node, "format", "dropped", f"the format {value!r} is not supported")
    return _hint(without(node, "format"), f"format {value}")


def keywords(node: Node, work: Work) -> Node:
    """Leave out keywords that the dialect does not know; a constraint is put into the description in words."""
    types = type_names(node)
    refused = [key for key in node if key not in INTERNAL and not work.dialect.allows(key, *types)]
    for key in refused:
        work.lose(node, key, "dropped", f"{work.dialect.name} does not support it here")
    result = without(node, *refused) if refused else node
    for key in refused:
        if key in _HINTS:
            result = _hint(result, _HINTS[key] if node[key] is True else f"{_HINTS[key]} {node[key]}")
    return result


_HINTS: dict[str, str] = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
    "multipleOf": "a multiple of",
    "minLength": "shortest length",
    "maxLength": "longest length",
    "minItems": "fewest items",
    "maxItems": "most items",
    "pattern": "matches",
    "format": "format",
    "contentEncoding": "encoded as",
    "uniqueItems": "no duplicates",
}


def _hint(node: Node, words: str) -> Node:
    before = node.get("description")
    return {**node, "description": f"{before} ({words})" if isinstance(before, str) else f"({words})"}


STEPS: tuple[Step, ...] = (
    split_types,
    const_to_enum,
    name_type,
    split_types,
    gather_null,
    enum_values,
    entries,
    close,
    require_all,
    tuples,
    list_items,
    formats,
    keywords,
)
"""What happens to each schema, in this order, once its references and merges are resolved."""
