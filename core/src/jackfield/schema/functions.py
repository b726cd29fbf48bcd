"""A plain typed function as a tool: its name, its description and the schema of its parameters.

Rule: a model can only use what it is told, so what a function does not say (annotations, a description) is an error
here rather than a guess.
"""

import re
import typing
from collections.abc import Callable, Mapping
from typing import NamedTuple

from jackfield.errors import UsageError
from jackfield.schema.builder import describe_fields
from jackfield.schema.docs import Docs, parse_docs
from jackfield.schema.nodes import Node
from jackfield.schema.records import MISSING, Field

if typing.TYPE_CHECKING:
    import inspect

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")


class FunctionSchema(NamedTuple):
    """What a provider is told of a function."""

    name: str
    description: str
    parameters: Node


def function_schema(func: Callable[..., object]) -> FunctionSchema:
    """Describe a function, sync or async, as a tool.

    The description is the docstring up to its first section; parameters are described by `Annotated` or under `Args:`.
    Every parameter must be annotated and can be passed by name; the return annotation is not used.

    Raises:
        UsageError: the function has no usable name (letters, digits, `_` and `-`, at most 64) or no description; a
            parameter is `*args`, `**kwargs` or positional-only, has no annotation, or one without a JSON Schema.
    """
    name = _function_name(func)
    docs = parse_docs(getattr(func, "__doc__", None))
    if not docs.text:
        raise UsageError(f"the tool {name} has no description: give it a docstring that says what it does and when")
    members = parameters(func)
    described = [_described(item, docs) for item in members]
    return FunctionSchema(name, docs.text, describe_fields(described, name))


def parameters(func: Callable[..., object]) -> tuple[Field, ...]:
    """List the parameters of a function as fields.

    Raises:
        UsageError: as for `function_schema`.
    """
    import inspect

    name = _function_name(func)
    try:
        hints: Mapping[str, object] = typing.get_type_hints(_hinted(func), include_extras=True)
    except NameError as error:
        raise UsageError(
            f"the tool {name}: the annotation {error.name!r} cannot be found: define it at module level"
        ) from error
    try:
        found = inspect.signature(func).parameters.values()
    except ValueError as error:  # some classes and functions written in C
        raise UsageError(f"the tool {name}: its parameters are unknown: wrap it in a function with `def`") from error
    return tuple(_field(item, hints, name) for item in found)


def _function_name(func: Callable[..., object]) -> str:
    name: object = getattr(func, "__name__", None)
    if isinstance(name, str) and _NAME.fullmatch(name):
        return name
    raise UsageError(
        f"{name or func!r} cannot be a tool's name: pass a function defined with `def`, named with at most 64 letters, "
        "digits, _ and -",
    )


def _hinted(func: Callable[..., object]) -> object:
    import inspect

    return inspect.unwrap(func)


_REFUSED = {
    "VAR_POSITIONAL": "takes any number of positional arguments: name each one",
    "VAR_KEYWORD": "takes any keyword: name each one, or take a dict",
    "POSITIONAL_ONLY": "is positional-only, but arguments arrive by name: remove the `/`",
}


def _field(item: "inspect.Parameter", hints: Mapping[str, object], tool: str) -> Field:
    if item.kind.name in _REFUSED:
        raise UsageError(f"the tool {tool}: the parameter {item.name} {_REFUSED[item.kind.name]}")
    if item.name not in hints:
        raise UsageError(f"the tool {tool}: the parameter {item.name} has no annotation: write {item.name}: <type>")
    missing = item.default is item.empty
    return Field(
        name=item.name,
        type=hints[item.name],
        required=missing,
        default=MISSING if missing else item.default,
    )


def _described(item: Field, docs: Docs) -> Field:
    import attrs

    return attrs.evolve(item, description=docs.members.get(item.name))
