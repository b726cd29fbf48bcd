"""JSON on the wire: bytes to values to wire types, and back.

Rules: every failure is a `DecodeError` that says where; nothing is coerced (a number in quotes is not a number);
unknown fields are ignored, or errors when `strict`. cattrs is imported on first use, because most streamed chunks never
need it. Where it is installed (extra `[fast]`), `orjson` decodes; what it refuses, the standard library decides, so
that both accept the same. It does not encode: it would send NaN as null, and dates in a shape of its own.
"""

import json
import re
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

from jackfield.errors import DecodeError, UsageError
from jackfield.pieces import Base64, Content, Numbers, Pieces

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")

LARGE_BYTES = 32 * 1024
"""From this size on, a medium is encoded while it is sent."""
_PRIMITIVES: Mapping[type, tuple[type, ...]] = {str: (str,), int: (int,), float: (float, int), bool: (bool,)}
_HALF = re.compile("[\ud800-\udfff]")


def _refuse_constant(name: str) -> Any:
    msg = f"{name} is not JSON"
    raise ValueError(msg)


_decoder = json.JSONDecoder(parse_constant=_refuse_constant)
_scan: Callable[[str, int], tuple[Any, int]] = vars(_decoder)["scan_once"]
_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_escaping_encoder = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def _std_loads(data: bytes) -> Any:
    """What `decode` does, without its two looks for white space where there is none."""
    text = data.decode("utf-8")
    try:
        value, end = _scan(text, 0)
    except StopIteration:
        return _decoder.decode(text)
    return value if end == len(text) else _decoder.decode(text)


def _fastest() -> Callable[[bytes], Any]:
    try:
        return import_module("orjson").loads  # type: ignore[no-any-return]  # an extra: its types may not be there
    except ImportError:
        return _std_loads


_fast_loads = _fastest()


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether decoded JSON is an object: the one place where the type of JSON is taken on trust."""
    return isinstance(value, dict)


def loads(data: bytes, *, exact: bool = False) -> Any:
    """Decode JSON.

    Args:
        data: the text in UTF-8.
        exact: keep whole numbers beyond 64 bits exact, which `orjson` makes floats.

    Raises:
        DecodeError: it is not JSON, not UTF-8, or nested too deeply.
    """
    if not exact:
        try:
            return _fast_loads(data)
        except (ValueError, RecursionError):
            pass  # the standard library has the last word; contextlib.suppress would take longer than the decoding
    try:
        return _std_loads(data)
    except (ValueError, RecursionError) as error:
        msg = f"not JSON: {error}" if data.strip() else "not JSON: empty"
        raise DecodeError(msg, body=data) from error


def is_json(data: bytes) -> bool:
    """Whether that can be decoded."""
    try:
        loads(data)
    except DecodeError:
        return False
    return True


def loads_text(text: str) -> Any:
    """Decode JSON that is text already, whole numbers exact. Raises DecodeError: it is none, or nested too deeply."""
    try:
        return _decoder.decode(text)
    except (ValueError, RecursionError) as error:
        msg = f"not JSON: {error}"
        raise DecodeError(msg, body=text.encode("utf-8", "surrogatepass")) from error


def dumps_text(value: Any, *, ascii_only: bool = False) -> str:
    """Decoded JSON as compact text again; with `ascii_only`, fit for a header.

    Raises:
        DecodeError: it is nested too deeply, or holds what JSON cannot.
    """
    try:
        return (_escaping_encoder if ascii_only else _encoder).encode(value)
    except (TypeError, ValueError, RecursionError) as error:
        msg = f"cannot be written as JSON: {error}"
        raise DecodeError(msg) from error


def dumps(value: Any, *, escape: bool = False) -> bytes:
    """Encode JSON, compact, in UTF-8.

    Args:
        value: made of dicts, lists or tuples, text, numbers, True, False and None; and of `Pieces` that are JSON.
        escape: write all but ASCII as escapes if there is half a surrogate pair, which UTF-8 cannot express.

    Raises:
        UsageError: the value holds something that JSON cannot express.
    """
    return bytes(content(value, escape=escape))


def content(value: Any, *, escape: bool = False) -> Content:
    """What `dumps` gives, but in pieces if there are pieces in the value: a body, to be sent. See `dumps`."""
    try:
        try:
            return _encoder.encode(value).encode("utf-8")
        except TypeError:
            return _around_pieces(value, escape=escape)
        except UnicodeEncodeError:
            if not escape:
                raise
            return _escaping_encoder.encode(value).encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        msg = f"cannot be sent as JSON: {error}"
        raise UsageError(msg) from error


def _around_pieces(value: Any, *, escape: bool) -> Pieces:
    """Encode with a mark in the place of each of the pieces, then cut the marks out."""
    try:
        return _cut(value, ensure_ascii=False)
    except UnicodeEncodeError:
        if not escape:
            raise
        return _cut(value, ensure_ascii=True)


def _cut(value: Any, *, ensure_ascii: bool) -> Pieces:
    mark = "jackfield: pieces"
    text, found = _marked(value, mark, ensure_ascii=ensure_ascii)
    if text.count(f'"{mark}"') != len(found):  # some text of the caller's says the same, but none holds its own hash
        from hashlib import sha256

        mark = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        text, found = _marked(value, mark, ensure_ascii=ensure_ascii)
    first, *texts = (one.encode("utf-8") for one in text.split(f'"{mark}"'))
    parts: list[bytes | Pieces] = [first]
    for leaf, behind in zip(found, texts, strict=True):
        parts += (leaf, behind)
    return Pieces(*parts)


def _marked(value: Any, mark: str, *, ensure_ascii: bool) -> tuple[str, list[Pieces]]:
    """JSON with the mark, as a string, for each of the pieces; and those, in the same order."""
    found: list[Pieces] = []

    def stand_in(leaf: object) -> str:
        if not isinstance(leaf, Pieces):
            msg = f"Object of type {type(leaf).__name__} is not JSON serializable"
            raise TypeError(msg)
        found.append(leaf)
        return mark

    encoder = json.JSONEncoder(ensure_ascii=ensure_ascii, separators=(",", ":"), allow_nan=False, default=stand_in)
    return encoder.encode(value), found


def joined(pieces: Iterable[str]) -> str:
    """The pieces as one text; halves of a surrogate pair that meet where two pieces do become the character."""
    text = "".join(pieces)
    if text.isascii() or not _HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def check_text(text: str) -> None:
    """UsageError if there is half a surrogate pair, which UTF-8 cannot express."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        msg = f"cannot be sent as text: {error}"
        raise UsageError(msg) from error


def base64_text(data: bytes, prefix: str = "") -> str | Pieces:
    """A JSON string: the prefix, then these bytes in base64. Large ones are encoded while they are sent.

    The result goes into a value for `content` or `dumps`.
    """
    if len(data) < LARGE_BYTES:
        return prefix + b2a_base64(data, newline=False).decode("ascii")
    return Pieces(dumps(prefix)[:-1], Base64(data), b'"')


def byte_list(data: bytes) -> list[int] | Pieces:
    """These bytes as a JSON list of numbers; see `base64_text`."""
    return list(data) if len(data) < LARGE_BYTES else Pieces(b"[", Numbers(data), b"]")


def embedded(body: Content) -> Any:
    """JSON that was encoded before, as a part of a value for `content`, where it takes one line.

    Raises:
        DecodeError: it is not JSON.
    """
    return body if isinstance(body, Pieces) else loads(body, exact=True)


def _primitive_hook(accepted: tuple[type, ...]) -> Callable[[Any, Any], Any]:
    names = " or ".join(one.__name__ for one in accepted)

    def hook(value: Any, _type: Any) -> Any:
        if isinstance(value, accepted) and (not isinstance(value, bool) or bool in accepted):
            return value
        msg = f"expected {names}, got {type(value).__name__}"
        raise TypeError(msg)

    return hook


def _sequence_hook(converter: "Converter", *, detailed: bool) -> Callable[[Any], Callable[[Any, Any], Any]]:
    def factory(wanted: Any) -> Callable[[Any, Any], Any]:
        item = wanted.__args__[0]

        def hook(value: Any, _type: Any) -> Any:
            if not isinstance(value, list):
                msg = f"expected a list, got {type(value).__name__}"
                raise TypeError(msg)
            items: list[Any] = value  # pyright: ignore[reportUnknownVariableType]  # JSON edge
            structure_item = converter.get_structure_hook(item)
            if detailed:
                _each(structure_item, items, item)
            return tuple(structure_item(one, item) for one in items)

        return hook

    return factory


def _each(structure_item: Callable[[Any, Any], Any], items: list[Any], item: Any) -> None:
    """Structure each, and say at which index it fails."""
    from cattrs import IterableValidationError, IterableValidationNote

    for index, one in enumerate(items):
        try:
            structure_item(one, item)
        except Exception as error:
            note = IterableValidationNote(f"at index {index}", index, item)
            error.__notes__ = [note]
            msg = "an item does not fit"
            raise IterableValidationError(msg, [error], tuple) from error  # pyright: ignore[reportCallIssue]  # a group's own


@cache
def _converter(*, strict: bool, detailed: bool) -> "Converter":
    """One converter a mode; the detailed one is slower and says where it failed."""
    import attrs
    from cattrs import Converter
    from cattrs.gen import make_dict_structure_fn

    converter = Converter(detailed_validation=detailed, forbid_extra_keys=strict)

    def attrs_hook(cls: type) -> Callable[[Any, Any], Any]:
        unknown: Any = cls  # which one is known only when a plugin calls
        inner: Callable[[Any, Any], Any] = make_dict_structure_fn(
            unknown,
            converter,
            _cattrs_use_alias=True,
            _cattrs_forbid_extra_keys=strict,
            _cattrs_detailed_validation=detailed,
        )

        def hook(value: Any, wanted: Any) -> Any:
            if not isinstance(value, dict):
                msg = f"expected an object, got {type(value).__name__}"
                raise TypeError(msg)
            return inner(value, wanted)  # pyright: ignore[reportUnknownArgumentType]  # JSON edge

        return hook

    converter.register_structure_hook_factory(attrs.has, attrs_hook)
    for primitive, accepted in _PRIMITIVES.items():
        converter.register_structure_hook(primitive, _primitive_hook(accepted))
    converter.register_structure_hook_factory(
        lambda wanted: getattr(wanted, "__origin__", None) is tuple and wanted.__args__[1:] == (Ellipsis,),
        _sequence_hook(converter, detailed=detailed),
    )
    return converter


def structure(value: Any, cls: type[T], *, strict: bool = False) -> T:
    """Turn decoded JSON into a wire type.

    A field may carry its wire name as its attrs `alias`. Sequences are `tuple[X, ...]`.

    Args:
        value: what `loads` gave.
        cls: an attrs class that mirrors what the provider sends.
        strict: unknown fields are errors.

    Raises:
        DecodeError: it does not fit; `path` says where.
    """
    try:
        return _converter(strict=strict, detailed=False).structure(value, cls)
    except Exception as error:
        raise _explain(value, cls, strict=strict, error=error) from error


def _explain(value: Any, cls: type, *, strict: bool, error: Exception) -> DecodeError:
    """Structure again, slowly, to find out where it fails."""
    from cattrs import transform_error

    try:
        _converter(strict=strict, detailed=True).structure(value, cls)
    except Exception as detailed:  # noqa: BLE001 - whatever it is becomes the explanation
        message, _, path = transform_error(detailed)[0].partition(" @ ")
        return DecodeError(f"unexpected {cls.__name__}: {message}", path=path)
    return DecodeError(f"unexpected {cls.__name__}: {error}")
