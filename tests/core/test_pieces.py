"""Pieces are the bytes that they stand for, however they are read, and never more than a block of them at a time."""

import base64
import json
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from jackfield.pieces import BLOCK, Base64, Numbers, Pieces

EDGES = (0, 1, 2, 3, BLOCK // 4 * 3 - 1, BLOCK // 4 * 3, BLOCK // 4 * 3 + 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7)
"""Sizes at which a block is begun, filled or exceeded."""
PARTS = st.lists(
    st.binary(max_size=50)
    | st.sampled_from(EDGES).map(lambda size: b"x" * size)
    | st.binary(max_size=50).map(Base64)
    | st.binary(max_size=50).map(Numbers)
)


def data_of(size: int) -> bytes:
    """Bytes of all values, so many of them."""
    return (bytes(range(256)) * (size // 256 + 1))[:size]


def holds(pieces: Pieces, wanted: bytes) -> None:
    """Length, blocks, a second reading and the whole agree."""
    blocks = list(pieces)
    assert b"".join(blocks) == wanted
    assert len(pieces) == len(wanted)
    assert all(0 < len(block) <= BLOCK for block in blocks)
    assert list(pieces) == blocks
    assert bytes(pieces) == wanted


@given(PARTS)
def test_parts_of_every_kind(parts: list[bytes | Base64 | Numbers]) -> None:
    """They stand one behind the other; what is nested is no different."""
    wanted = b"".join(part if isinstance(part, bytes) else b"".join(part) for part in parts)
    holds(Pieces(*parts), wanted)
    holds(Pieces(b"[", Pieces(*parts), b"]"), b"[" + wanted + b"]")


@given(PARTS)
def test_small_parts_go_together(parts: list[bytes | Base64 | Numbers]) -> None:
    """No two neighbouring blocks would have fitted into one."""
    sizes = [len(block) for block in Pieces(*parts)]
    assert all(one + other > BLOCK for one, other in pairwise(sizes))


@pytest.mark.parametrize("size", EDGES)
def test_base64(size: int) -> None:
    """Encoded in blocks, it is the same text, padded at its end alone."""
    data = data_of(size)
    holds(Pieces(Base64(data)), base64.b64encode(data))


@pytest.mark.parametrize("size", EDGES)
def test_numbers(size: int) -> None:
    """Written in blocks, it is the same list."""
    data = data_of(size)
    holds(Pieces(b"[", Numbers(data), b"]"), json.dumps(list(data), separators=(",", ":")).encode())


@given(st.binary())
def test_the_length_of_numbers(data: bytes) -> None:
    """It is known before they are written."""
    assert len(Numbers(data)) == len(",".join(map(str, data)))


def test_what_is_given_is_not_copied() -> None:
    """A block that fits is handed on as it is."""
    part = b"x" * BLOCK
    assert [one is part for one in Pieces(b"a", part)] == [False, True]


def test_equality() -> None:
    """Pieces equal the bytes that they stand for, and what stands for the same."""
    pieces = Pieces(b"a", Base64(b"abc"))
    assert pieces == b"aYWJj"
    assert pieces == Pieces(b"aYWJ", b"j")
    assert hash(pieces) == hash(b"aYWJj")
    assert pieces != b"aYWJk"
    assert pieces != b"aYWJjj"
    assert pieces != "aYWJj"


def test_the_repr_shows_no_contents() -> None:
    """It may be 20 MB."""
    assert repr(Pieces(b"secret")) == "Pieces(<6 bytes>)"
