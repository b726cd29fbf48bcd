"""`-o name=value`: read by the types of jackfield's options, or of the provider's own."""

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from jackfield import wire
from jackfield.errors import DecodeError, UsageError
from jackfield.operations.build import GenerateOptions
from jackfield.types.fields import expect
from jackfield.types.provider import ProviderInfo

_ELSEWHERE: Mapping[str, str] = {
    "model": "give it with -m provider:model",
    "system": "give it with -s",
    "tools": "a command line has no functions to call; use jackfield.Client.run_tools",
    "tool_choice": "there are no tools to choose from",
    "parallel_tool_calls": "there are no tools to call",
    "extra": "give the provider's own options one by one, each with -o name=value",
}


def read_options(pairs: Sequence[str], info: ProviderInfo) -> GenerateOptions:
    """The options of a call, the provider's own among them as `extra`.

    Raises:
        UsageError: one has no value, an unknown name, or a value of another type.
    """
    own = get_type_hints(GenerateOptions)
    theirs = get_type_hints(info.options_type) if info.options_type is not None else {}
    values: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for name, text in map(_pair, pairs):
        if name in _ELSEWHERE:
            msg = f"-o {name}: {_ELSEWHERE[name]}"
            raise UsageError(msg)
        if name in own:
            values[name] = _again(values.get(name), _value(name, text, own[name]))
        elif name in theirs:
            extra[name] = _own(name, text, theirs[name])
        else:
            known = (*(one for one in own if one not in _ELSEWHERE), *theirs)
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it has: {', '.join(known)}"
            msg = f"-o {name}: {info.name} has no such option; {hint}"
            raise UsageError(msg)
    if extra and info.options_type is not None:
        values["extra"] = _extra(extra, info.options_type)
    options: Any = values  # each name is one of GenerateOptions, as was just checked
    checked: GenerateOptions = options
    return checked


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        msg = f"-o {text}: expected name=value, such as -o temperature=0.2"
        raise UsageError(msg)
    return name.strip().replace("-", "_"), value


def _again(before: Any, value: Any) -> Any:
    """An option given twice: both stop sequences count, of anything else the last one."""
    return (
        [*([before] if isinstance(before, str) else before), value]
        if before is not None and isinstance(value, str)
        else value
    )


def _value(name: str, text: str, hint: Any) -> Any:
    """The value as its type says: text as it is, everything else as JSON."""
    if any(_is_text(leaf) for leaf in _leaves(hint)) and not text.startswith("["):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        msg = f"-o {name}: expected {_expected(hint)}, got {text!r}"
        raise UsageError(msg) from error


def _own(name: str, text: str, hint: Any) -> Any:
    """An option of the provider's own; a plain one is looked at here, the others as a whole, later."""
    value = _value(name, text, hint)
    leaves = tuple(_leaves(hint))
    if all(one in _WORDS or _is_text(one) for one in leaves):
        expect(f"-o {name}", Union[leaves], value)  # noqa: UP007 - made here
    return value


def _leaves(hint: Any) -> Iterator[Any]:
    if get_origin(hint) in (Union, UnionType):
        for one in get_args(hint):
            yield from _leaves(one)
    elif hint is not type(None):
        yield hint


def _is_text(leaf: Any) -> bool:
    return leaf is str or (get_origin(leaf) is Literal and all(isinstance(one, str) for one in get_args(leaf)))


_WORDS: Mapping[Any, str] = {bool: "true or false", int: "a whole number", float: "a number"}


def _expected(hint: Any) -> str:
    return " or ".join(_WORDS.get(leaf, "JSON") for leaf in _leaves(hint))


def _extra(values: Mapping[str, Any], options_type: type[Any]) -> object:
    try:
        made: object = wire.structure(dict(values), options_type, strict=True)
    except DecodeError as error:
        msg = f"-o {error.path.removeprefix('$.')}: {error}"
        raise UsageError(msg) from error
    return made
