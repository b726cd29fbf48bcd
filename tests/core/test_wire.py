"""JSON at the edge: what is accepted is the same with and without orjson, and every failure says where."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given, strategies as st

from jackfield import wire
from jackfield.errors import DecodeError, UsageError

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
