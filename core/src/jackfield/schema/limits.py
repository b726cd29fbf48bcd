"""The numeric limits of a dialect, enforced on the compiled schema.

Rule: what can be given up without changing which values fit (titles, descriptions) or at least without excluding a
valid one (long enums) is given up and reported; anything else over a limit is an error that names both numbers.
"""

import json

from jackfield.errors import UsageError
from jackfield.schema.dialect import SchemaLoss
from jackfield.schema.nodes import Json, Node, children, named, strings, walk
from jackfield.schema.passes import Work

_LONG_ENUM = 250
"""Enums of more values than this are bounded in characters too."""


def enforce(schema: Node, work: Work) -> Node:
    """Return the schema within the dialect's limits.

    Raises:
        UsageError: it cannot be brought within them.
    """
    limits = work.dialect.limits
    schema = _bounded_enums(schema, work)
    schema = _bounded_size(schema, work)
    _check(work, "nested levels", _depth(schema), limits.depth)
    count = sum(len(named(node.get("properties"))) for _, node in walk(schema))
    _check(work, "properties", count, limits.properties)
    _check(work, "characters", _size(schema), limits.characters)
    return schema


def _check(work: Work, what: str, actual: int, limit: int | None) -> None:
    if limit is not None and actual > limit:
        raise UsageError(
            f"{work.dialect.name} takes schemas of at most {limit} {what}, and this one has {actual}: "
            "ask for less at once, or for fewer and flatter types",
        )


def _size(schema: Node) -> int:
    return len(json.dumps(schema, separators=(",", ":"), ensure_ascii=False))


def _depth(node: Node) -> int:
    return 1 + max((_depth(child) for step, child in children(node) if not step.startswith("/$defs")), default=0)


def _enums(schema: Node) -> list[tuple[str, Node, list[Json]]]:
    found = [(path, node, node.get("enum")) for path, node in walk(schema)]
    return [(path, node, enum) for path, node, enum in found if isinstance(enum, list)]


def _bounded_enums(schema: Node, work: Work) -> Node:
    limits = work.dialect.limits
    enums = sorted(_enums(schema), key=lambda entry: len(entry[2]))
    total = sum(len(enum) for _, _, enum in enums)
    for path, node, enum in reversed(enums):
        long = len(enum) > _LONG_ENUM and sum(map(len, strings(enum))) > (limits.enum_characters or 1 << 62)
        if not long and total <= (limits.enum_values or 1 << 62):
            continue
        del node["enum"]
        total -= len(enum)
        reason = f"too long for {work.dialect.name}: {len(enum)} values"
        work.losses.append(SchemaLoss(path=path, keyword="enum", action="widened", reason=reason))
    return schema


def _bounded_size(schema: Node, work: Work) -> Node:
    limit = work.dialect.limits.characters
    for keyword in ("title", "description"):
        if limit is None or _size(schema) <= limit:
            break
        for path, node in walk(schema):
            if keyword in node:
                del node[keyword]
                reason = f"left out to stay within {limit} characters"
                work.losses.append(SchemaLoss(path=path, keyword=keyword, action="dropped", reason=reason))
    return schema
