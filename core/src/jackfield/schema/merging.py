"""`allOf` merged into one schema, for dialects that have no such keyword.

Rule: a keyword that two parts give differently, and that has no meaning taken together, is kept from the first part
and reported for the others.
"""

from collections.abc import Callable

from jackfield.schema.nodes import Json, Node, named, nodes, strings, type_names
from jackfield.schema.passes import AT, INTERNAL, Work, without

Resolve = Callable[[Node], Node]


def all_of(node: Node, work: Work, resolve: Resolve) -> Node:
    """Merge the parts of `allOf` into the schema around them; `resolve` gives the target of a part's `$ref`."""
    if "allOf" not in node or work.dialect.allows("allOf"):
        return node
    work.spend(node)
    merged = without(node, "allOf")
    for part in nodes(node["allOf"]):
        merged = _merge(merged, all_of(resolve(part), work, resolve), work)
    work.lose(node, "allOf", "rewritten", "its parts are merged into one schema")
    return merged


def _merge(first: Node, second: Node, work: Work) -> Node:
    merged = dict(first)
    for keyword, value in second.items():
        if keyword not in merged:
            merged[keyword] = value
        elif keyword in _TOGETHER:
            merged[keyword] = _TOGETHER[keyword](merged[keyword], value)
        elif keyword not in INTERNAL and merged[keyword] != value:
            _conflict(merged, second, keyword, work)
    if merged.get("enum") == []:
        raise work.refusal(second, "the parts of allOf have no enum value in common", "correct the schema")
    return merged


def _conflict(merged: Node, second: Node, keyword: str, work: Work) -> None:
    if keyword == "type":
        common = [name for name in type_names(merged) if name in type_names(second)]
        if common:
            merged["type"] = common[0] if len(common) == 1 else list[Json](common)
            return
        raise work.refusal(second, "allOf demands two types at once", "correct the schema")
    at = {AT: second.get(AT)}
    work.lose(at, keyword, "dropped", "another part of allOf gives this keyword differently")


def _both(first: Json, second: Json) -> Json:
    return list[Json](dict.fromkeys([*strings(first), *strings(second)]))


def _members(first: Json, second: Json) -> Json:
    merged: dict[str, Json] = {**named(first)}
    for name, child in named(second).items():
        seen = merged.get(name, child)
        merged[name] = child if seen == child else {"allOf": [seen, child], AT: child.get(AT)}
    return merged


def _larger(first: Json, second: Json) -> Json:
    return max((value for value in (first, second) if isinstance(value, int | float)), default=first)


def _smaller(first: Json, second: Json) -> Json:
    return min((value for value in (first, second) if isinstance(value, int | float)), default=first)


def _common(first: Json, second: Json) -> Json:
    both = [value for value in first if value in second] if isinstance(first, list) and isinstance(second, list) else []
    return list[Json](both)


_TOGETHER: dict[str, Callable[[Json, Json], Json]] = {
    "required": _both,
    "properties": _members,
    "enum": _common,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), _larger),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), _smaller),
}
