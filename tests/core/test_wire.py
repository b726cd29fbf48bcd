"""JSON at the edge: what is accepted is the same with and without orjson, and every failure says where."""

import base64
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given, strategies as st

from jackfield import wire
from jackfield.errors import DecodeError, UsageError
from jackfield.pieces import Base64, Pieces

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
)  # fmt: skip
DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.fixture(params=["fastest", "standard library"], autouse=True)
def decoder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test runs with whatever is installed, and with the standard library alone."""
    if request.param == "standard library":
        monkeypatch.setattr(wire, "_fast_loads", wire._std_loads)


@given(JSON)
def test_round_trip(value: Any) -> None:
    """What is encoded is decoded, equal."""
    assert wire.loads(wire.dumps(value)) == value


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"nonsense", b"[NaN]", b"[Infinity]", b"-Infinity", b'"\xff"', b'"\xed\xa0\x80"', DEEP, b"{'a': 1}"],
)
def test_not_json(data: bytes) -> None:
    """Bad syntax, bad UTF-8, constants that are not JSON and endless nesting are all DecodeErrors with the body."""
    with pytest.raises(DecodeError, match="not JSON: empty"):
        wire.loads(b" ")
    with pytest.raises(DecodeError, match="not JSON") as caught:
        wire.loads(data)
    assert caught.value.body == data[: 64 * 1024]


@pytest.mark.parametrize(
    ("data", "value"),
    [(b'"\\ud83d"', "\ud83d"), (b'{"a":1,"a":2}', {"a": 2}), (b' [1.0, -0, "\\u0000"] ', [1.0, 0, "\0"])],
)
def test_odd_json(data: bytes, value: object) -> None:
    """What the standard library takes is taken, whatever decodes first."""
    assert wire.loads(data) == value


def test_large_whole_numbers() -> None:
    """They stay exact where exactness is asked for."""
    assert wire.loads(b"[123456789012345678901]", exact=True) == [123456789012345678901]


def test_compact_utf8() -> None:
    """No spaces, no escapes."""
    assert wire.dumps({"a": ["é", 1, None, True, 0.5]}) == '{"a":["é",1,null,true,0.5]}'.encode()


@pytest.mark.parametrize("value", [math.nan, math.inf, {1, 2}, object(), b"x", datetime.now(UTC), {"a": {(1,): 2}}])
def test_what_json_cannot_express(value: object) -> None:
    """It is the caller's mistake; nothing becomes null or a string on its own."""
    with pytest.raises(UsageError, match="cannot be sent as JSON"):
        wire.dumps({"a": value})


def test_circles() -> None:
    """A value inside itself is refused."""
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(UsageError):
        wire.dumps(circle)


def test_half_a_surrogate_pair() -> None:
    """It cannot be sent, but can be escaped where that is wanted."""
    with pytest.raises(UsageError):
        wire.dumps("\ud83d")
    assert wire.loads(wire.dumps("é\ud83d", escape=True)) == "é\ud83d"
    assert wire.dumps("é", escape=True) == '"é"'.encode()


# --- pieces


LARGE = bytes(range(256)) * (wire.LARGE_BYTES // 256)
SMALL = LARGE[:-1]
MARK = "jackfield: pieces"
"""What stands in for pieces, unless a text says the same."""
TEXTS = st.text() | st.sampled_from([MARK, f'"{MARK}"', f'{MARK}"', f'"{MARK}', f'\\"{MARK}"', "\ud83d"])
LEAVES = TEXTS | st.integers(0, 5).map(lambda size: Pieces(b'"', Base64(b"x" * size), b'"'))
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner))


def plain(value: Any) -> Any:
    """The value that is left when all pieces were read."""
    if isinstance(value, Pieces):
        return wire.loads(bytes(value))
    if isinstance(value, list):
        return [plain(one) for one in value]  # pyright: ignore[reportUnknownVariableType]  # JSON edge
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}  # pyright: ignore[reportUnknownVariableType]  # as above
    return value


@given(VALUES)
def test_pieces_in_a_value(value: Any) -> None:
    """They are JSON where they stand, whatever the texts around them say: the mark, quotes, half a surrogate pair."""
    assert wire.loads(wire.dumps(value, escape=True)) == plain(value)
    assert wire.content(value, escape=True) == wire.dumps(plain(value), escape=True)


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,", 'a"\\é'])
@pytest.mark.parametrize("data", [b"", b"a", SMALL, LARGE, LARGE + b"a"], ids=len)
def test_base64_text(data: bytes, prefix: str) -> None:
    """It is the same text, written now or while it is sent; large data are not encoded before."""
    made = wire.base64_text(data, prefix)
    assert isinstance(made, Pieces) == (len(data) >= wire.LARGE_BYTES)
    assert wire.dumps([made]) == wire.dumps([prefix + base64.b64encode(data).decode()])


@pytest.mark.parametrize("data", [b"", b"a", SMALL, LARGE, LARGE + b"a"], ids=len)
def test_byte_list(data: bytes) -> None:
    """As with base64."""
    made = wire.byte_list(data)
    assert isinstance(made, Pieces) == (len(data) >= wire.LARGE_BYTES)
    assert wire.dumps([made]) == wire.dumps([list(data)])


def test_content_is_bytes_where_nothing_is_large() -> None:
    """Plain calls pay for no pieces."""
    assert wire.content({"a": wire.base64_text(b"a")}) == b'{"a":"YQ=="}'
    assert isinstance(wire.content({"a": wire.base64_text(b"a")}), bytes)
    assert isinstance(wire.content({"a": wire.base64_text(LARGE)}), Pieces)


def test_what_json_cannot_express_beside_pieces() -> None:
    """It is refused as it is without them."""
    for value in (b"x", math.nan, "\ud83d"):
        with pytest.raises(UsageError, match="cannot be sent as JSON"):
            wire.content([wire.base64_text(LARGE), value])


def test_embedded() -> None:
    """A body within another: one line, exact; pieces stay pieces, and what is no JSON is found."""
    number = b"123456789012345678901"
    assert wire.content({"body": wire.embedded(b'{\n "a":' + number + b"\n}")}) == b'{"body":{"a":' + number + b"}}"
    body = wire.content({"a": wire.base64_text(LARGE)})
    outer = wire.content({"body": wire.embedded(body)})
    assert isinstance(outer, Pieces)
    assert outer == b'{"body":' + bytes(body) + b"}"
    with pytest.raises(DecodeError):
        wire.embedded(b"{")


# --- wire types


@attrs.frozen
class Inner:
    """A part of a reply."""

    number: int
    ratio: float = 0.0


@attrs.frozen
class Outer:
    """A reply."""

    name: str
    inners: tuple[Inner, ...] = ()
    maybe: Inner | None = None
    flag: bool = False
    kind: str = attrs.field(default="none", alias="type")
    anything: Any = None
    mapping: Mapping[str, int] = attrs.field(factory=dict[str, int])


def test_structure() -> None:
    """Wire names, sequences, optional and free parts."""
    value = {
        "name": "n",
        "inners": [{"number": 1, "ratio": 2}],
        "maybe": {"number": 2},
        "flag": True,
        "type": "t",
        "anything": [{"x": None}],
        "mapping": {"a": 1},
    }
    for strict in (False, True):
        assert wire.structure(value, Outer, strict=strict) == Outer(
            name="n",
            inners=(Inner(1, 2.0),),
            maybe=Inner(2),
            flag=True,
            type="t",
            anything=[{"x": None}],
            mapping={"a": 1},
        )


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"name": 1}, "$.name"),
        ({"name": None}, "$.name"),
        ({}, "$"),
        ({"name": "n", "inners": {}}, "$.inners"),
        ({"name": "n", "inners": [{"number": 1}, {"number": "1"}]}, "$.inners[1].number"),
        ({"name": "n", "inners": [{"number": True}]}, "$.inners[0].number"),
        ({"name": "n", "inners": [{"number": 1.5}]}, "$.inners[0].number"),
        ({"name": "n", "inners": [3]}, "$.inners[0]"),
        ({"name": "n", "flag": 1}, "$.flag"),
        ({"name": "n", "maybe": []}, "$.maybe"),
        ({"name": "n", "mapping": {"a": "b"}}, "$.mapping"),
        ([], "$"),
        (None, "$"),
    ],
)
def test_what_does_not_fit(value: object, path: str) -> None:
    """Nothing is coerced, and the error says where it does not fit."""
    with pytest.raises(DecodeError, match="unexpected Outer") as caught:
        wire.structure(value, Outer)
    assert caught.value.path.startswith(path)


@pytest.mark.parametrize(
    ("value", "name"), [({"name": "n", "new": 1}, "new"), ({"name": "n", "maybe": {"number": 1, "new": 1}}, "new")]
)
def test_unknown_fields(value: object, name: str) -> None:
    """They are ignored, and in strict mode they are errors."""
    wire.structure(value, Outer)
    with pytest.raises(DecodeError, match=name):
        wire.structure(value, Outer, strict=True)


def test_without_orjson(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is optional."""

    def absent(_name: str) -> Any:
        raise ImportError

    monkeypatch.setattr(wire, "import_module", absent)
    assert wire._fastest() is wire._std_loads
