"""Constraints that Python types carry (attrs validators, `Annotated` metadata), as JSON Schema keywords.

Rule: a constraint is recognised by the shape of the object, so that neither `annotated_types` nor pydantic is needed;
one that is not recognised says nothing about the schema, and the class checks it when the reply is read.
"""

from collections.abc import Callable, Iterable, Mapping

from jackfield.schema.nodes import Json, Node, is_sequence, nodes, type_names

_LENGTHS: Mapping[str, tuple[str, str]] = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}
_BOUNDS: Mapping[str, str] = {
    "ge": "minimum",
    "le": "maximum",
    "gt": "exclusiveMinimum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
}
_OPERATORS: Mapping[str, str] = {">=": "ge", "<=": "le", ">": "gt", "<": "lt"}


def constrain(node: Node, metadata: Iterable[object]) -> Node:
    """Add what `Annotated` metadata says: `ge`, `gt`, `le`, `lt`, `multiple_of`, `min_length`, `max_length`, `pattern`.

    Objects of `annotated_types`, msgspec's `Meta` and pydantic's `Field` all have these attributes.
    """
    for item in metadata:
        parts = getattr(item, "metadata", ())
        if is_sequence(parts):
            node = constrain(node, parts)
        facts = {name: getattr(item, name, None) for name in (*_BOUNDS, "min_length", "max_length", "pattern")}
        node = _with_facts(node, facts)
    return node


def validate_with(node: Node, validator: object) -> Node:
    """Add what an attrs validator demands.

    Source: https://www.attrs.org/en/stable/api.html#module-attrs.validators
    """
    read = _VALIDATORS.get(type(validator).__name__)
    return read(node, validator) if read else node


def _with_facts(node: Node, facts: Mapping[str, object]) -> Node:
    shortest, longest = _length_keywords(node)
    names = {**_BOUNDS, "min_length": shortest, "max_length": longest}
    made: dict[str, Json] = {}
    for name, value in facts.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if name == "pattern" and isinstance(words := getattr(value, "pattern", value), str):
            made["pattern"] = words
        elif number and isinstance(value, int | float) and names.get(name):
            made[names[name]] = value
    return _onto(node, made)


def _length_keywords(node: Node) -> tuple[str, str]:
    types = [name for name in type_names(_inner(node)) if name in _LENGTHS]
    return _LENGTHS[types[0]] if types else ("", "")


def _inner(node: Node) -> Node:
    """Return the schema that a constraint on `X | None` is about: that of X."""
    branches = node.get("anyOf")
    if not isinstance(branches, list):
        return node
    kept = [branch for branch in branches if isinstance(branch, dict) and branch.get("type") != "null"]
    return kept[0] if len(kept) == 1 else node


def _onto(node: Node, made: Node) -> Node:
    inner = _inner(node)
    if inner is node or not made:
        return {**node, **made}
    kept: list[Json] = [{**branch, **made} if branch is inner else branch for branch in nodes(node.get("anyOf"))]
    return {**node, "anyOf": kept}


def _number(node: Node, validator: object) -> Node:
    operator = _OPERATORS.get(str(getattr(validator, "compare_op", "")), "")
    return _with_facts(node, {operator: getattr(validator, "bound", None)})


def _min_length(node: Node, validator: object) -> Node:
    return _with_facts(node, {"min_length": getattr(validator, "min_length", None)})


def _max_length(node: Node, validator: object) -> Node:
    return _with_facts(node, {"max_length": getattr(validator, "max_length", None)})


def _matches(node: Node, validator: object) -> Node:
    pattern: object = getattr(getattr(validator, "pattern", None), "pattern", None)
    if not isinstance(pattern, str):
        return node
    how = getattr(getattr(validator, "match_func", None), "__name__", "")
    anchored = {"fullmatch": f"^(?:{pattern})$", "match": f"^(?:{pattern})"}.get(how, pattern)
    return _with_facts(node, {"pattern": anchored})


def _and(node: Node, validator: object) -> Node:
    parts: object = getattr(validator, "_validators", ())
    for part in parts if is_sequence(parts) else ():
        node = validate_with(node, part)
    return node


def _optional(node: Node, validator: object) -> Node:
    return validate_with(node, getattr(validator, "validator", None))


def _in(node: Node, validator: object) -> Node:
    options: object = getattr(validator, "_original_options", getattr(validator, "options", ()))
    values = options if is_sequence(options) else ()
    scalars: list[Json] = [value for value in values if isinstance(value, str | int | float)]
    return _onto(node, {"enum": scalars}) if scalars and len(scalars) == len(values) else node


def _deep(node: Node, validator: object) -> Node:
    node = validate_with(node, getattr(validator, "iterable_validator", None))
    items = node.get("items")
    if not isinstance(items, dict):
        return node
    return {**node, "items": validate_with(items, getattr(validator, "member_validator", None))}


_VALIDATORS: Mapping[str, Callable[[Node, object], Node]] = {
    "_NumberValidator": _number,
    "_MinLengthValidator": _min_length,
    "_MaxLengthValidator": _max_length,
    "_MatchesReValidator": _matches,
    "_AndValidator": _and,
    "_OptionalValidator": _optional,
    "_InValidator": _in,
    "_DeepIterable": _deep,
}
