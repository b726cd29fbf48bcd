"""JSON values into Python objects by way of cattrs, without cattrs' readiness to convert.

Rules: a string is never read as a number, nor a number as a string; a whole float is an integer and an integer is a
number, as in JSON Schema. Unknown keys are ignored, except to choose between alternatives. cattrs is imported on first
use only.
"""

import base64
import datetime as dt
import decimal
import enum
import functools
import types
import typing
import uuid
from collections import abc
from collections.abc import Callable, Iterable, Mapping

from jackfield.schema.nodes import is_mapping, is_sequence
from jackfield.schema.records import fields, is_named_tuple, is_pydantic, is_record, is_typed_dict

if typing.TYPE_CHECKING:
    from cattrs import Converter

Hook = Callable[[object, object], object]


class Misfit(ValueError):
    """A value that does not fit, in words."""


def structure(value: object, tp: object) -> object:
    """Build an object of a type from parsed JSON.

    Raises:
        Exception: whatever the type's own validators raise, in cattrs' groups; `explain` reads it.
    """
    return _hook(_converter(), tp)(value, tp)


def explain(error: BaseException) -> tuple[str, str]:
    """Return where the first misfit is (JSON pointer) and what it is."""
    path = ""
    while group := _members(error):
        error = group[0]
        path += _step(error)
    if isinstance(error, KeyError):
        return path, f"the key {error.args[0]!r} is missing"
    return path, str(error) or type(error).__name__


def _members(error: BaseException) -> tuple[BaseException, ...]:
    members: tuple[BaseException, ...] = getattr(error, "exceptions", ())
    return members if isinstance(error, BaseExceptionGroup) else ()


def _step(error: BaseException) -> str:
    """Read the note that cattrs puts on an error to say at which attribute or index it happened."""
    for note in getattr(error, "__notes__", ()):
        name: object = getattr(note, "name", getattr(note, "index", None))
        if name is not None:
            return f"/{name}"
    return ""


@functools.cache
def _converter() -> "Converter":
    from cattrs import Converter

    converter = Converter(detailed_validation=True, use_alias=True)
    for tp in (str, bytes, int, float):  # cattrs looks these up by class, and only then asks the factories
        converter.register_structure_hook(tp, _primitive)
    for predicate, factory in _FACTORIES:
        converter.register_structure_hook_factory(predicate, functools.partial(_made, factory, converter))
    return converter


def _made(factory: "Factory", converter: "Converter", tp: object) -> Hook:
    return factory(tp, converter)


def _hook(converter: "Converter", tp: object) -> Hook:
    # cattrs types this parameter as a class; it takes every annotation.
    get: Callable[[object], Hook] = converter.get_structure_hook
    return get(tp)


def _is_scalar(tp: object) -> bool:
    return isinstance(tp, type) and tp in _SCALARS


def _primitive(value: object, tp: object) -> object:
    """Read one of these four, or an enum that derives from one."""
    return _SCALARS[tp](value) if tp in _SCALARS else _choice(tp, _converter())(value, tp)


def _scalar(tp: object, _converter: "Converter") -> Hook:
    read = _SCALARS[tp]
    return lambda value, _: read(value)


def _exactly(tp: type, words: str) -> Callable[[object], object]:
    def read(value: object) -> object:
        if type(value) is tp:
            return value
        raise Misfit(f"{_shown(value)} is not {words}")

    return read


def _integer(value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise Misfit(f"{_shown(value)} is not an integer")


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise Misfit(f"{_shown(value)} is not a number")


def _from_text(parse: Callable[[str], object], words: str) -> Callable[[object], object]:
    def read(value: object) -> object:
        if not isinstance(value, str):
            raise Misfit(f"{_shown(value)} is not {words} in a string")
        try:
            return parse(value)
        except (ValueError, ArithmeticError) as error:
            raise Misfit(f"{_shown(value)} is not {words}") from error

    return read


def _decimal(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return decimal.Decimal(str(value))
    return _from_text(decimal.Decimal, "a decimal number")(value)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


_SCALARS: Mapping[object, Callable[[object], object]] = {
    str: _exactly(str, "a string"),
    bool: _exactly(bool, "a boolean"),
    types.NoneType: _exactly(types.NoneType, "null"),
    int: _integer,
    float: _number,
    object: lambda value: value,
    bytes: _from_text(functools.partial(base64.b64decode, validate=True), "base64"),
    dt.datetime: _from_text(dt.datetime.fromisoformat, "a date and time (ISO 8601)"),
    dt.date: _from_text(dt.date.fromisoformat, "a date (ISO 8601)"),
    dt.time: _from_text(dt.time.fromisoformat, "a time (ISO 8601)"),
    uuid.UUID: _from_text(uuid.UUID, "a UUID"),
    decimal.Decimal: _decimal,
}


def _origin(tp: object) -> object:
    return typing.get_origin(tp) or tp


def _is_union(tp: object) -> bool:
    return typing.get_origin(tp) in {typing.Union, types.UnionType}


def _is_choice(tp: object) -> bool:
    return typing.get_origin(tp) is typing.Literal or (isinstance(tp, type) and issubclass(tp, enum.Enum))


def _choice(tp: object, _converter: "Converter") -> Hook:
    members: list[object] = list(tp) if isinstance(tp, enum.EnumType) else list(typing.get_args(tp))
    known = [(member.value if isinstance(member, enum.Enum) else member, member) for member in members]

    def read(value: object, _: object) -> object:
        for wanted, member in known:
            if type(wanted) is type(value) and wanted == value:
                return member
        raise Misfit(f"{_shown(value)} is none of {', '.join(repr(wanted) for wanted, _ in known)}")

    return read


def _union(tp: object, converter: "Converter") -> Hook:
    """Take the first alternative that fits, those first that know every key of an object."""
    alternatives = typing.get_args(tp)

    def read(value: object, _: object) -> object:
        reasons: list[Exception] = []
        ranked = [(_unknown_keys(value, alternative), index) for index, alternative in enumerate(alternatives)]
        for alternative in (alternatives[index] for _, index in sorted(ranked)):
            try:
                return _hook(converter, alternative)(value, alternative)
            except Exception as error:  # noqa: BLE001 -- a class's own validator may raise anything: then it is no fit
                reasons.append(error)
        told = "; or ".join(dict.fromkeys(explain(reason)[1] for reason in reasons))
        raise Misfit(f"no alternative fits: {told}")

    return read


def _unknown_keys(value: object, tp: object) -> int:
    cls = _origin(typing.get_args(tp)[0] if typing.get_origin(tp) is typing.Annotated else tp)
    if is_mapping(value) and is_record(cls):
        return len(value.keys() - {item.name for item in fields(cls, cls.__name__)})
    return 0


def _each(
    converter: "Converter", items: Iterable[tuple[object, object, object]], tp: object
) -> list[tuple[object, object]]:
    """Structure (key, value, type) triples; collect what does not fit as cattrs does."""
    from cattrs.errors import IterableValidationError

    made: list[tuple[object, object]] = []
    errors: list[Exception] = []
    for key, value, inner in items:
        try:
            made.append((key, _hook(converter, inner)(value, inner)))
        except Exception as error:  # noqa: BLE001 -- collected and raised below
            error.__notes__ = [*getattr(error, "__notes__", ()), _note(key, inner)]
            errors.append(error)
    if errors:
        # It takes the class beside what every exception group takes.
        raise IterableValidationError(f"while reading {tp}", errors, object)  # pyright: ignore[reportCallIssue]
    return made


def _note(key: object, tp: object) -> str:
    from cattrs.errors import IterableValidationNote

    return IterableValidationNote(f"at {key}", key if isinstance(key, int) else str(key), tp)


def _is_collection(tp: object) -> bool:
    return _origin(tp) in _COLLECTIONS


def _collection(tp: object, converter: "Converter") -> Hook:
    make, args = _COLLECTIONS[_origin(tp)], typing.get_args(tp)

    def read(value: object, _: object) -> object:
        if not is_sequence(value):
            raise Misfit(f"{_shown(value)} is not a list")
        places = _places(tp, args, len(value))
        triples = ((index, item, places[index]) for index, item in enumerate(value))
        return make(item for _, item in _each(converter, triples, tp))

    return read


def _places(tp: object, args: tuple[object, ...], count: int) -> tuple[object, ...]:
    if _origin(tp) is not tuple or not args or args[1:] == (...,):
        return (args[0] if args else object,) * count
    if len(args) != count:
        raise Misfit(f"a list of {count} where {len(args)} are wanted")
    return args


_COLLECTIONS: Mapping[object, Callable[[Iterable[object]], object]] = {
    **dict.fromkeys((list, abc.Sequence, abc.MutableSequence, abc.Collection, abc.Iterable), list),
    **dict.fromkeys((set, abc.Set, abc.MutableSet), set),
    frozenset: frozenset,
    tuple: tuple,
}


_MAPS: frozenset[object] = frozenset({dict, abc.Mapping, abc.MutableMapping})


def _is_map(tp: object) -> bool:
    return _origin(tp) in _MAPS


def _map(tp: object, converter: "Converter") -> Hook:
    key_type, value_type = typing.get_args(tp) or (str, object)

    def read(value: object, _: object) -> object:
        if not is_mapping(value):
            raise Misfit(f"{_shown(value)} is not an object")
        keys = _each(converter, ((key, key, key_type) for key in value), tp)
        values = _each(converter, ((key, item, value_type) for key, item in value.items()), tp)
        return {key: item for (_, key), (_, item) in zip(keys, values, strict=True)}

    return read


def _has_fields(tp: object) -> bool:
    return is_record(_origin(tp)) and not is_pydantic(_origin(tp))


def _record(tp: object, converter: "Converter") -> Hook:
    """Let cattrs read the fields, but only from an object: it would take a string for one without keys."""
    read = _record_factory(tp)(tp, converter)

    def guarded(value: object, _: object) -> object:
        if not is_mapping(value):
            raise Misfit(f"{_shown(value)} is not an object")
        return read(value, tp)

    return guarded


def _record_factory(tp: object) -> "Factory":
    from cattrs import cols, gen

    if is_typed_dict(_origin(tp)):
        from cattrs.gen import typeddicts

        return _typed("make_dict_structure_fn", typeddicts)
    if is_named_tuple(_origin(tp)):
        return _typed("namedtuple_dict_structure_factory", cols)
    return _typed("make_dict_structure_fn", gen)


def _typed(name: str, module: types.ModuleType) -> "Factory":
    """Give a factory of cattrs the type that it has here; its own are partly unknown to type checkers."""
    factory: Factory = getattr(module, name)
    return factory


def _pydantic(tp: object, _converter: "Converter") -> Hook:
    validate: Callable[[object], object] = getattr(tp, "model_validate", lambda value: value)
    return lambda value, _: validate(value)


Factory = Callable[[object, "Converter"], Hook]
_FACTORIES: tuple[tuple[Callable[[object], bool], Factory], ...] = (
    (_is_scalar, _scalar),
    (_is_union, _union),
    (_is_choice, _choice),
    (_is_collection, _collection),
    (_is_map, _map),
    (_has_fields, _record),
    (is_pydantic, _pydantic),
)
"""How each kind of type is read; a later line wins over an earlier one."""
