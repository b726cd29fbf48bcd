"""The compiler: one schema and one dialect in, the schema to send and its losses out.

Strategy: copy the source with each schema's place marked; then, from the root down, follow references, run the steps of
`passes`, go on with the schemas inside, and write the result in the dialect's spelling; then definitions that are still
referred to; then the numeric limits. Pure: nothing is read but the arguments.
"""

from collections.abc import Mapping

import attrs

from jackfield.errors import UsageError
from jackfield.schema.dialect import Compiled, Dialect
from jackfield.schema.limits import enforce
from jackfield.schema.merging import all_of
from jackfield.schema.nodes import (
    MANY,
    MAX_DEPTH,
    NAMED,
    ONE,
    Json,
    Node,
    check_progress,
    checked,
    is_map,
    lookup,
    named,
    nodes,
    strings,
    target,
    walk,
)
from jackfield.schema.passes import AT, INTERNAL, NULL, STEPS, Work, gather_null, keywords, one_of, without

WRAPPED = "value"
"""The property that holds the value where a dialect wants an object at the root."""


def compile_schema(schema: Mapping[str, object], dialect: Dialect) -> Compiled:
    """Write a JSON Schema in a provider's dialect.

    Spelling that changes nothing (type names in capitals, the form of "or null", the names in `$defs`) is not reported
    as a loss; everything else is.

    Raises:
        UsageError: the schema is malformed, its references lead nowhere, or the dialect cannot express it even widened.
    """
    source = checked(schema)
    check_progress(source)
    try:
        return _compile(source, dialect)
    except UsageError:
        if dialect.recursion != "unroll" or dialect.unroll_levels <= 1:
            raise
    # Over a limit, perhaps, for want of a shallower end to the recursion.
    return compile_schema(source, attrs.evolve(dialect, unroll_levels=dialect.unroll_levels - 1))


def _compile(source: Node, dialect: Dialect) -> Compiled:
    if attrs.evolve(dialect, name="", source="") == Dialect(name=""):
        return Compiled(schema=checked(source), source=source, dialect=dialect.name)
    work = Work(dialect=dialect)
    compiler = _Compiler(work=work, root=_marked(source))
    wrap = dialect.object_root and not compiler.has_object_root()
    made = enforce(compiler.run(wrap=wrap), work)
    return Compiled(
        schema=made,
        losses=tuple(work.losses),
        source=source,
        dialect=dialect.name,
        unwrap=WRAPPED if wrap else None,
        null_is_absent=dialect.require_all,
        maps_are_entries=dialect.maps == "entries",
    )


def _marked(source: Node) -> Node:
    root = checked(source)
    for path, node in list(walk(root)):
        node[AT] = path
    return root


@attrs.define(kw_only=True)
class _Compiler:
    work: Work
    root: Node
    kept: dict[str, str] = attrs.field(factory=dict[str, str])
    recursive: dict[str, bool] = attrs.field(factory=dict[str, bool])

    @property
    def dialect(self) -> Dialect:
        return self.work.dialect

    def has_object_root(self) -> bool:
        node = target(self.root, self.root)
        return node.get("type") == "object" and not (self.dialect.maps == "entries" and is_map(node))

    def run(self, *, wrap: bool) -> Node:
        root = without(self.root, "$defs", "definitions")
        if wrap:
            self.work.lose(root, "type", "rewritten", f"the root must be an object: sent as its property {WRAPPED!r}")
            wrapper: Node = {"type": "object", "properties": {WRAPPED: root}, "required": [WRAPPED], AT: ""}
            root = wrapper
        elif self.dialect.object_root or self.dialect.recursion != "keep":
            root = self._inline_root(root)
        made = self.convert(root, ())
        if made is None:
            raise self._endless(root)
        return self._with_definitions(made)

    def _inline_root(self, node: Node) -> Node:
        while isinstance(ref := node.get("$ref"), str):
            node = {**lookup(self.root, ref), **without(node, "$ref", "$defs", "definitions")}
        return node

    def _with_definitions(self, made: Node) -> Node:
        definitions: dict[str, Json] = {}
        while waiting := [ref for ref, name in self.kept.items() if name not in definitions]:
            for ref in waiting:
                definition = without(lookup(self.root, ref), "$defs", "definitions")
                converted = self.convert(definition, (ref,))
                if converted is None:
                    raise self._endless(definition)
                definitions[self.kept[ref]] = converted
        return {**made, "$defs": definitions} if definitions else made

    def _endless(self, node: Node) -> UsageError:
        advice = "make the place where it contains itself optional (a default, or `| None`)"
        return self.work.refusal(node, "it contains itself and recursion must end somewhere", advice)

    def convert(self, node: Node, stack: tuple[str, ...]) -> Node | None:
        """Write one schema and those inside it in the dialect; None where recursion was cut off."""
        self.work.spend(node)
        if len(stack) > MAX_DEPTH:
            raise self.work.refusal(node, "its references lead too deep", "use a flatter type")
        node, stack, cut = self._simplify(node, stack)
        if cut:
            return {"type": self._spell("null")} if NULL in node else None
        for step in STEPS:
            node = step(node, self.work)
        converted = self._children(node, stack)
        return converted and self._spelled(converted)

    def _simplify(self, node: Node, stack: tuple[str, ...]) -> tuple[Node, tuple[str, ...], bool]:
        while True:
            before = node
            if isinstance(ref := node.get("$ref"), str) and not self._keeps(node, ref):
                if ref in stack and self._ends(ref, stack, node):
                    return self._last_level(node, stack)
                copied = lookup(self.root, ref)
                self.work.lose(node, "$ref", "inlined", f"a copy of {ref} stands in its place")
                beside = without(keywords(without(node, "$ref"), self.work), AT)
                node = {**without(copied, "$defs", "definitions"), **beside}
                stack = (*stack, ref)
            node = all_of(node, self.work, self._resolved)
            node = gather_null(one_of(node, self.work), self.work)
            if node is before:
                return self._name_kept(node), stack, False

    def _resolved(self, part: Node) -> Node:
        while isinstance(ref := part.get("$ref"), str):
            part = {**lookup(self.root, ref), **without(part, "$ref")}
        return part

    def _keeps(self, node: Node, ref: str) -> bool:
        """Whether a reference may stay one."""
        recursive = self._is_recursive(ref)
        if self.dialect.recursion != "keep" if recursive else self.dialect.references == "inline":
            return False
        return self.dialect.ref_siblings or recursive or not node.keys() - INTERNAL - {"$ref"}

    def _name_kept(self, node: Node) -> Node:
        """Point a reference that stays one to its definition in the result."""
        ref = node.get("$ref")
        if not isinstance(ref, str):
            return node
        if ref not in self.kept:
            base = ref.rsplit("/", 1)[-1].lstrip("#") or "Root"
            taken = set(self.kept.values())
            self.kept[ref] = next(name for name in _numbered(base) if name not in taken)
        if not self.dialect.ref_siblings:
            for keyword in node.keys() - INTERNAL - {"$ref"}:
                self.work.lose(node, keyword, "dropped", "nothing may stand beside $ref")
            node = {key: value for key, value in node.items() if key in INTERNAL or key == "$ref"}
        return {**node, "$ref": f"#/$defs/{self.kept[ref]}"}

    def _is_recursive(self, ref: str) -> bool:
        if ref not in self.recursive:
            reached: set[str] = set()
            waiting = [ref]
            while waiting:
                inside = without(lookup(self.root, waiting.pop()), "$defs", "definitions")
                fresh = {found for _, part in walk(inside) if isinstance(found := part.get("$ref"), str)} - reached
                reached |= fresh
                waiting.extend(fresh)
            self.recursive[ref] = ref in reached
        return self.recursive[ref]

    def _ends(self, ref: str, stack: tuple[str, ...], node: Node) -> bool:
        if self.dialect.recursion == "refuse":
            advice = "use a type that does not contain itself"
            raise self.work.refusal(node, "it contains itself", advice)
        return self.dialect.recursion != "unroll" or stack.count(ref) >= self.dialect.unroll_levels

    def _last_level(self, node: Node, stack: tuple[str, ...]) -> tuple[Node, tuple[str, ...], bool]:
        if self.dialect.recursion == "unroll":
            levels = self.dialect.unroll_levels
            self.work.lose(node, "$ref", "dropped", f"recursion is unrolled: at most {levels} levels can be answered")
            return node, stack, True
        if self.dialect.anything is None:
            raise self.work.refusal(node, "it contains itself", "use a type that does not")
        self.work.lose(node, "$ref", "widened", "recursion ends here: any value is accepted")
        return {**self.dialect.anything, **without(node, "$ref")}, stack, False

    def _children(self, node: Node, stack: tuple[str, ...]) -> Node | None:
        """Convert the schemas inside; None when a required one among them was cut off."""
        made: Node = {}
        for keyword, value in node.items():
            if keyword in ONE and isinstance(value, dict):
                if (child := self.convert(value, stack)) is None:
                    return None
                made[keyword] = child
            elif keyword in MANY and isinstance(value, list):
                branches = [self.convert(branch, stack) for branch in nodes(value)]
                kept = [branch for branch in branches if branch is not None]
                if not kept or (len(kept) < len(branches) and keyword not in {"anyOf", "oneOf"}):
                    return None
                made[keyword] = list[Json](kept)
            elif keyword in NAMED and isinstance(value, dict):
                if (members := self._members(node, named(value), stack)) is None:
                    return None
                made[keyword] = members
            else:
                made[keyword] = value
        return self._only_existing(made)

    def _members(self, node: Node, members: dict[str, Node], stack: tuple[str, ...]) -> Node | None:
        made: Node = {}
        for name, child in members.items():
            converted = self.convert(child, stack)
            if converted is not None:
                made[name] = converted
            elif name in strings(node.get("required")):
                return None
        return made

    def _only_existing(self, node: Node) -> Node:
        """Write `propertyOrdering` or its like for the properties that are left."""
        properties = node.get("properties")
        if isinstance(properties, dict) and properties and self.dialect.ordering:
            return {**node, self.dialect.ordering: list[Json](properties)}
        return node

    def _spelled(self, node: Node) -> Node:
        made = without(node, *INTERNAL)
        if isinstance(name := made.get("type"), str):
            made["type"] = self._spell(name)
        elif isinstance(names := made.get("type"), list):
            made["type"] = [self._spell(name) for name in strings(names)]
        return self._or_null(made) if NULL in node else made

    def _spell(self, name: str) -> str:
        return name.upper() if self.dialect.upper_case_types else name

    def _or_null(self, node: Node) -> Node:
        null: Node = {"type": self._spell("null")}
        branches, enum, type_ = nodes(node.get("anyOf")), node.get("enum"), node.get("type")
        if type_ == null["type"] or null in branches:
            return node
        if self.dialect.nullable == "flag":
            return {**node, "nullable": True}
        refused = isinstance(enum, list) and "null" not in (self.dialect.enum_types or {"null"})
        if self.dialect.nullable == "type_array" and type_ and not refused and "const" not in node:
            more: Node = {"enum": [*enum, None]} if isinstance(enum, list) else {}
            return {**node, "type": [*strings(type_ if isinstance(type_, list) else [type_]), "null"], **more}
        if branches and not isinstance(type_, str):
            return {**node, "anyOf": list[Json]([*branches, null])}
        words = {key: value for key, value in node.items() if key in {"description", "title"}}
        return {**words, "anyOf": [without(node, *words), null]}


def _numbered(base: str) -> list[str]:
    return [base, *(f"{base}_{number}" for number in range(2, 1000))]
