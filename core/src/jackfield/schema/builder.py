"""A Python type as JSON Schema (draft 2020-12).

Strategy: a table from types to schemas and one from generic origins to builders; classes go to `$defs` under their
name, and a class that is used once and does not contain itself is put back in its place at the end.
Rule: what JSON Schema cannot say about a type is refused with the path to it; nothing is approximated here.
"""

import datetime as dt
import decimal
import enum
import re
import types
import typing
import uuid
from collections import abc
from collections.abc import Callable, Mapping, Sequence

import attrs

from jackfield.errors import UsageError
from jackfield.schema.constraints import constrain, validate_with
from jackfield.schema.docs import class_docs, described
from jackfield.schema.nodes import (
    Json,
    Node,
    check_progress,
    checked,
    is_mapping,
    is_sequence,
    json_type,
    named,
    to_json,
    walk,
)
from jackfield.schema.records import MISSING, Field, fields, is_pydantic, is_record

_SCALARS: Mapping[object, Node] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    None: {"type": "null"},
    types.NoneType: {"type": "null"},
    object: {},
    typing.Any: {},
    bytes: {"type": "string", "contentEncoding": "base64"},
    dt.datetime: {"type": "string", "format": "date-time"},
    dt.date: {"type": "string", "format": "date"},
    dt.time: {"type": "string", "format": "time"},
    uuid.UUID: {"type": "string", "format": "uuid"},
    decimal.Decimal: {"type": "string", "format": "decimal"},
}
_LISTS = frozenset({list, abc.Sequence, abc.MutableSequence, abc.Collection, abc.Iterable})
_SETS = frozenset({set, frozenset, abc.Set, abc.MutableSet})
_MAPS = frozenset({dict, abc.Mapping, abc.MutableMapping})


def json_schema(output: object) -> Mapping[str, Json]:
    """Describe a Python type, or check a JSON Schema that is one already.

    Takes attrs classes, dataclasses, TypedDicts, NamedTuples, pydantic models, enums, `Literal`, unions, `Annotated`
    (a plain string, PEP 727 `Doc` or anything with `description` describes; `annotated_types` constrain), lists,
    tuples, sets, `dict[str, X]`, the scalars, dates, `UUID`, `Decimal`, base64 `bytes` and `Any`, nested and recursive.
    Class docstrings, their `Attributes:`, defaults and attrs validators are kept. A mapping is taken as a schema.

    Raises:
        UsageError: JSON Schema cannot express the type, with the path to it, the reason and the way out; or the mapping
            is no JSON Schema, or has references that lead nowhere.
    """
    if is_mapping(output):
        schema = checked(output)
        check_progress(schema)
        return schema
    builder = _Builder()
    root = builder.build(output, _name(output))
    return _tidy({**root, "$defs": builder.definitions} if builder.definitions else root)


def describe_fields(members: Sequence[Field], path: str) -> Node:
    """Describe an object with these fields; `path` names it in errors.

    Raises:
        UsageError: as for `json_schema`.
    """
    builder = _Builder()
    root = builder.members(members, path)
    return _tidy({**root, "$defs": builder.definitions} if builder.definitions else root)


def _name(value: object) -> str:
    return str(getattr(value, "__name__", None) or value).removeprefix("typing.")


@attrs.define
class _Builder:
    definitions: Node = attrs.field(factory=dict[str, Json])
    names: dict[object, str] = attrs.field(factory=dict[object, str])

    def build(self, tp: object, path: str) -> Node:
        """Describe one type; `path` leads to it from the type that the caller gave."""
        if not _hashable(tp):
            raise _refusal(path, f"{tp} cannot be hashed", "use metadata that can, a tuple for a list")
        origin, args = typing.get_origin(tp), typing.get_args(tp)
        if origin is typing.Annotated:
            node = constrain(self.build(args[0], path), args[1:])
            words = described(args[1:])
            return {**node, "description": words} if words else node
        if tp in _SCALARS:
            return dict(_SCALARS[tp])
        if build := _GENERIC.get(origin or tp):
            return build(self, args, path)
        if (new_type := _attribute(tp, "__supertype__")) is not None:
            return self.build(new_type, path)
        if (alias := _attribute(tp, "__value__")) is not None:
            return self._defined(tp, lambda: self.build(alias, path))
        return self._class(tp, path)

    def _class(self, tp: object, path: str) -> Node:
        cls = typing.get_origin(tp) or tp
        if is_pydantic(cls):
            return self._defined(tp, lambda: self._pydantic(tp, path))
        if is_record(cls):
            return self._defined(tp, lambda: self._record(tp, cls, path))
        if isinstance(cls, type) and issubclass(cls, enum.Enum):
            return self._defined(tp, lambda: _enum(cls, path))
        raise _refusal(path, _why(tp), "use a class with fields, a list, a dict or a scalar, or give a JSON Schema")

    def _defined(self, tp: object, build: Callable[[], Node]) -> Node:
        """Put a schema into `$defs` once, and refer to it."""
        if tp not in self.names:
            base = re.sub(r"\W+", "_", _name(tp)).strip("_") or "Type"
            self.names[tp] = self._free(base)
            self.definitions[self.names[tp]] = {}
            self.definitions[self.names[tp]] = build()
        return {"$ref": f"#/$defs/{self.names[tp]}"}

    def _free(self, base: str) -> str:
        name, number = base, 2
        while name in self.definitions:
            name, number = f"{base}_{number}", number + 1
        return name

    def _record(self, tp: object, cls: type, path: str) -> Node:
        docs = class_docs(cls)
        known = _arguments(cls, tp)
        members = [
            attrs.evolve(
                item,
                type=_substitute(item.type, known),
                description=item.description or docs.members.get(item.name),
            )
            for item in fields(cls, path)
        ]
        node = self.members(members, path)
        return {"type": "object", "description": docs.text, **node} if docs.text else node

    def members(self, members: Sequence[Field], path: str) -> Node:
        """Describe an object with these fields."""
        properties: Node = {item.name: self._field(item, f"{path}.{item.name}") for item in members}
        required: list[Json] = [item.name for item in members if item.required]
        return {"type": "object", "properties": properties, **({"required": required} if required else {})}

    def _field(self, item: Field, path: str) -> Node:
        node = validate_with(self.build(item.type, path), item.validator)
        if item.description and "description" not in node:
            node["description"] = item.description
        default = _shown(item.default)
        if default is not MISSING:
            node["default"] = to_json(default)
        return node

    def _pydantic(self, tp: object, path: str) -> Node:
        describe: Callable[[], object] = getattr(tp, "model_json_schema", dict[str, object])
        made = describe()
        if not is_mapping(made):
            raise _refusal(path, "its model_json_schema() gave no mapping", "correct the model")
        node = checked({str(key): value for key, value in made.items()})
        definitions, itself = named(node.pop("$defs", None)), node.get("$ref")
        moved = {f"#/$defs/{name}": self._taken(name, itself, self.names[tp]) for name in definitions}
        for part in (inner for top in (node, *definitions.values()) for _, inner in walk(top)):
            if isinstance(ref := part.get("$ref"), str):
                part["$ref"] = f"#/$defs/{moved[ref]}"
            if isinstance(choice := part.get("discriminator"), dict):
                choice.pop("mapping", None)  # it refers to $defs, which may go; the constants say the same
        for name, definition in definitions.items():
            self.definitions[moved[f"#/$defs/{name}"]] = definition
        return definitions[str(itself).removeprefix("#/$defs/")] if itself else node

    def _taken(self, name: str, itself: Json, own: str) -> str:
        """Take a free name in `$defs` for a model's definition, or the model's own for the model itself."""
        if itself == f"#/$defs/{name}":
            return own
        free = self._free(name)
        self.definitions[free] = {}
        return free

    def union(self, args: tuple[object, ...], path: str) -> Node:
        """Describe `X | Y`; each alternative once."""
        branches: list[Json] = []
        for arg in args:
            node = self.build(arg, path)
            inner = node.get("anyOf")
            for branch in inner if isinstance(inner, list) and len(node) == 1 else [node]:
                if branch not in branches:
                    branches.append(branch)
        if {} in branches:
            return {}
        return {"anyOf": branches} if len(branches) > 1 else self.build(args[0], path)

    def array(self, args: tuple[object, ...], path: str) -> Node:
        """Describe `list[X]`."""
        return {"type": "array", "items": self.build(args[0], f"{path}[]")} if args else {"type": "array"}

    def unique(self, args: tuple[object, ...], path: str) -> Node:
        """Describe `set[X]`."""
        return {**self.array(args, path), "uniqueItems": True}

    def places(self, args: tuple[object, ...], path: str) -> Node:
        """Describe `tuple[X, Y]` and `tuple[X, ...]`."""
        if not args or (len(args) == 2 and args[1] is ...):
            return self.array(args[:1], path)
        places: list[Json] = [self.build(arg, f"{path}[{index}]") for index, arg in enumerate(args)]
        return {"type": "array", "prefixItems": places, "items": False, "minItems": len(args), "maxItems": len(args)}

    def mapping(self, args: tuple[object, ...], path: str) -> Node:
        """Describe `dict[str, X]`."""
        if not args:
            return {"type": "object"}
        keys = self.build(args[0], f"{path} (key)")
        ref = keys.get("$ref")
        target = self.definitions[ref.removeprefix("#/$defs/")] if isinstance(ref, str) else keys
        if not isinstance(target, dict) or target.get("type") != "string":
            raise _refusal(path, f"its keys are {_name(args[0])}", "JSON has string keys only: use dict[str, ...]")
        limits: Node = {} if keys == {"type": "string"} else {"propertyNames": keys}
        return {"type": "object", **limits, "additionalProperties": self.build(args[1], f"{path}{{}}")}

    def literal(self, args: tuple[object, ...], path: str) -> Node:
        """Describe `Literal[...]`."""
        return _choice([arg.value if isinstance(arg, enum.Enum) else arg for arg in args], path)


_GENERIC: Mapping[object, Callable[[_Builder, tuple[object, ...], str], Node]] = {
    typing.Union: _Builder.union,
    types.UnionType: _Builder.union,
    typing.Literal: _Builder.literal,
    tuple: _Builder.places,
    **dict.fromkeys(_LISTS, _Builder.array),
    **dict.fromkeys(_SETS, _Builder.unique),
    **dict.fromkeys(_MAPS, _Builder.mapping),
}


def _refusal(path: str, why: str, advice: str) -> UsageError:
    return UsageError(f"{path} has no JSON Schema: {why}; {advice}")


def _why(tp: object) -> str:
    if isinstance(tp, typing.TypeVar):
        return f"{tp} stands for no type yet: name one, as in Box[int]"
    if isinstance(tp, str | typing.ForwardRef):
        return f"the annotation {tp!r} was not resolved"
    return f"{_name(tp)} has no form in JSON"


def _hashable(tp: object) -> bool:
    try:
        hash(tp)
    except TypeError:
        return False
    return True


def _attribute(tp: object, name: str) -> object:
    return getattr(tp, name, None)


def _arguments(cls: type, tp: object) -> Mapping[object, object]:
    names: tuple[object, ...] = getattr(cls, "__parameters__", ())
    return dict(zip(names, typing.get_args(tp), strict=False))


@typing.runtime_checkable
class _Subscriptable(typing.Protocol):
    def __getitem__(self, args: object, /) -> object: ...


def _substitute(tp: object, known: Mapping[object, object]) -> object:
    """Put the arguments of a generic class in the place of its type variables."""
    if not known:
        return tp
    if isinstance(tp, typing.TypeVar):
        return known.get(tp, tp)
    names: tuple[object, ...] = getattr(tp, "__parameters__", ())
    if not names or isinstance(tp, type) or not isinstance(tp, _Subscriptable):
        return tp
    args: tuple[object, ...] = tuple(known.get(name, name) for name in names)
    return tp[args if len(args) > 1 else known.get(names[0], names[0])]


def _enum(cls: type[enum.Enum], path: str) -> Node:
    if issubclass(cls, enum.Flag):
        raise _refusal(path, f"{cls.__name__} is a Flag", "use set[...] of an Enum")
    words = class_docs(cls).text
    return {**_choice([member.value for member in cls], path), **({"description": words} if words else {})}


def _choice(values: list[object], path: str) -> Node:
    scalars: list[Json] = [value for value in values if value is None or isinstance(value, str | int | float)]
    if len(scalars) < len(values) or not scalars:
        raise _refusal(path, "its values are not all strings, numbers, booleans or None", "use such values")
    kinds = sorted({json_type(value) for value in scalars})
    kind: Json = kinds[0] if len(kinds) == 1 else list[Json](kinds)
    return {"type": kind, "enum": scalars} if len(scalars) > 1 else {"type": kind, "const": scalars.pop()}


def _shown(default: object) -> object:
    """Return a default as JSON shows it, or `MISSING` where it cannot."""
    if isinstance(default, enum.Enum):
        return _shown(default.value)
    if default is None or isinstance(default, bool | int | float | str):
        return default if default == default else MISSING  # noqa: PLR0124 -- NaN differs from itself
    if is_sequence(default):
        items = [_shown(item) for item in default]
        return MISSING if MISSING in items else items
    return MISSING


def _tidy(root: Node) -> Node:
    """Put definitions that are used once, and do not contain themselves, back in their places."""
    definitions = named(root.get("$defs"))
    uses = [part.get("$ref") for _, part in walk(root)]
    single = {
        name
        for name, definition in definitions.items()
        if uses.count(f"#/$defs/{name}") == 1 and not _reaches(name, definition, definitions)
    }
    made = _put_back({key: value for key, value in root.items() if key != "$defs"}, definitions, single)
    kept: Node = {
        name: _put_back(node, definitions, single) for name, node in definitions.items() if name not in single
    }
    if isinstance(ref := made.get("$ref"), str) and len(made) == 1:
        made = dict(named(kept)[ref.removeprefix("#/$defs/")])
    return {**made, "$defs": kept} if kept else made


def _reaches(name: str, start: Node, definitions: Mapping[str, Node]) -> bool:
    waiting, seen = [start], set[str]()
    while waiting:
        found = {str(part["$ref"]).removeprefix("#/$defs/") for _, part in walk(waiting.pop()) if "$ref" in part}
        waiting += [definitions[other] for other in found - seen if other in definitions]
        seen |= found
    return name in seen


def _put_back(node: Node, definitions: Mapping[str, Node], single: set[str]) -> Node:
    ref = str(node.get("$ref", "")).removeprefix("#/$defs/")
    if ref in single:
        node = {**definitions[ref], **{key: value for key, value in node.items() if key != "$ref"}}
    return {key: _inside(value, definitions, single) for key, value in node.items()}


def _inside(value: Json, definitions: Mapping[str, Node], single: set[str]) -> Json:
    if isinstance(value, list):
        return [_inside(item, definitions, single) for item in value]
    return _put_back(value, definitions, single) if isinstance(value, dict) else value
