"""Our values behave as attrs' own: each test compares `frozen` with `attrs.frozen` on the same class."""

import pickle
from typing import Any

import attrs
import pytest

from jackfield import values
from jackfield.types.parts import Image, Text

DECORATORS: dict[str, Any] = {"ours": values.frozen, "attrs": attrs.frozen}
"""The reference is tested with the same tests, so that they cannot ask for more than it gives."""


def _made(decorator: Any) -> Any:
    @decorator(kw_only=True)
    class Value:
        text: str
        number: float = 0.0
        quiet: Any = attrs.field(default=None, repr=False, eq=False)
        data: bytes = attrs.field(default=b"", repr=lambda data: f"<{len(data)} bytes>")
        folded: str = attrs.field(default="", eq=str.lower)
        hashed: tuple[int, ...] = attrs.field(default=(), hash=False)

    return Value


@pytest.fixture(params=DECORATORS)
def value(request: pytest.FixtureRequest) -> Any:
    """The class, made by ours and by attrs'."""
    return _made(DECORATORS[request.param])


def test_equal(value: Any) -> None:
    """Fields are compared as they are declared, in the same class only."""
    assert value(text="a") == value(text="a", quiet=1)
    assert value(text="a", folded="X") == value(text="a", folded="x")
    assert value(text="a") != value(text="b")
    assert value(text="a", hashed=(1,)) != value(text="a")
    assert value(text="a").__eq__(object()) is NotImplemented
    nan = float("nan")
    assert value(text="a", number=nan) != value(text="a", number=nan)


def test_not_equal_to_a_subclass(value: Any) -> None:
    """A subclass is another class, even without fields of its own."""
    Further: Any = type("Further", (value,), {"__slots__": ()})  # noqa: N806 - a class
    assert value(text="a") != Further(text="a")
    assert Further(text="a") != value(text="a")
    assert Further(text="a") == Further(text="a")


def test_hash(value: Any) -> None:
    """What is equal has one hash; a field may be left out of it, and one that cannot be hashed is refused."""
    assert hash(value(text="a", folded="X")) == hash(value(text="a", quiet=[], folded="x"))
    assert hash(value(text="a", hashed=(1,))) == hash(value(text="a"))
    assert len({hash(value(text=text)) for text in "abcdef"}) > 1
    with pytest.raises(TypeError, match="unhashable"):
        hash(value(text=["a"]))


def test_repr(value: Any) -> None:
    """Class and fields, without those that are hidden; a value inside of itself is not shown for ever."""
    assert repr(value(text="a", data=b"xyz")) == "Value(text='a', number=0.0, data=<3 bytes>, folded='', hashed=())"
    inside: list[Any] = []
    inside.append(value(text=inside))
    assert repr(inside[0]).startswith("Value(text=[...], number=0.0")


def test_the_rest_is_left_to_attrs(value: Any) -> None:
    """Frozen, slotted, keyword-only, with fields to be listed and changed."""
    one = value(text="a")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        one.text = "b"
    assert not hasattr(one, "__dict__")
    assert value.__match_args__ == ()
    assert [field.name for field in attrs.fields(value)] == ["text", "number", "quiet", "data", "folded", "hashed"]
    assert attrs.evolve(one, text="b") == value(text="b")


@pytest.mark.parametrize("decorator", DECORATORS.values(), ids=DECORATORS)
def test_what_a_class_defines_itself(decorator: Any) -> None:
    """It is kept; a class that compares in a way of its own and has no hash gets none."""

    class Plain:  # noqa: PLW1641 - Python takes the hash away, and so it stays
        text: str

        def __eq__(self, _other: object) -> bool:
            return True

        def __repr__(self) -> str:
            return "own"

    Own = decorator(Plain)  # noqa: N806 - a class
    assert (Own("a") == Own("b"), repr(Own("a"))) == (True, "own")
    with pytest.raises(TypeError, match="unhashable"):
        hash(Own("a"))


def test_types_of_ours() -> None:
    """In use: positional fields match, pickling keeps everything."""
    match Text("hello"):
        case Text(text):
            assert text == "hello"
    image = Image(data=b"\x89PNG\r\n\x1a\n", mime_type="image/png")
    assert pickle.loads(pickle.dumps(image)) == image  # noqa: S301 - our own
    assert repr(Text("hello")) == "Text(text='hello')"
