"""Undoing content-encoding: split anywhere, bounded, and honest about truncation."""

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st

from jackfield.errors import DecodeError, ReplyTooLarge, TransportError
from jackfield.inflate import Inflater

Compress = Callable[[bytes], bytes]


def _raw_deflate(data: bytes) -> bytes:
    return zlib.compress(data, wbits=-15)


def _in_two_members(data: bytes) -> bytes:
    return gzip.compress(data[:9]) + gzip.compress(data[9:])


def _inflate(encoding: str, *chunks: bytes, max_bytes: int = 10_000) -> bytes:
    inflater = Inflater(encoding, max_bytes)
    body = b"".join(inflater.feed(chunk) for chunk in chunks)
    inflater.close()
    return body


@given(data=st.binary(max_size=300), cut=st.integers(0, 400))
@pytest.mark.parametrize(
    ("encoding", "compress"),
    [
        ("gzip", gzip.compress),
        ("X-GZIP", gzip.compress),
        ("gzip", _in_two_members),
        ("deflate", zlib.compress),
        ("deflate", _raw_deflate),
        ("identity", bytes),
        ("", bytes),
    ],
)
def test_any_split(encoding: str, compress: Compress, data: bytes, cut: int) -> None:
    """The body comes back, in one piece or two."""
    packed = compress(data)
    assert _inflate(encoding, packed) == data
    assert _inflate(encoding, packed[:cut], packed[cut:]) == data


@pytest.mark.parametrize(("encoding", "compress"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("", bytes)])
def test_the_bound(encoding: str, compress: Compress) -> None:
    """One byte more than the bound is too much."""
    assert len(_inflate(encoding, compress(bytes(100)), max_bytes=100)) == 100
    with pytest.raises(ReplyTooLarge):
        _inflate(encoding, compress(bytes(101)), max_bytes=100)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_is_not_unpacked(encoding: str) -> None:
    """No more than the bound is ever made of it, not even to be thrown away."""
    inflater = Inflater(encoding, 1_000_000)
    bomb = (gzip.compress if encoding == "gzip" else zlib.compress)(bytes(50_000_000))
    with pytest.raises(ReplyTooLarge):
        inflater.feed(bomb)
    assert inflater._out <= 1_000_001


def test_what_gives_nothing_is_bounded_too() -> None:
    """Empty members of a gzip are bytes all the same."""
    inflater = Inflater("gzip", 1000)
    with pytest.raises(ReplyTooLarge):
        for _ in range(100):
            inflater.feed(gzip.compress(b""))


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_rubbish(encoding: str) -> None:
    """What is not compressed as it says is a DecodeError."""
    with pytest.raises(DecodeError, match="not "):
        _inflate(encoding, b"\xff\xff\xff\xff\xff")


def test_rubbish_in_the_middle() -> None:
    """So is what stops being so."""
    packed = bytearray(zlib.compress(bytes(range(256))))
    packed[40:60] = b"\xff" * 20
    with pytest.raises(DecodeError):
        _inflate("deflate", bytes(packed[:30]), bytes(packed[30:]))


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress])
def test_truncation(compress: Compress) -> None:
    """Half a body is an error at its end."""
    with pytest.raises(TransportError, match="too early"):
        _inflate("gzip", compress(b"hello" * 50)[:-5])


def test_no_body_at_all() -> None:
    """A compressed nothing is nothing."""
    assert _inflate("gzip") == b""


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip"])
def test_what_was_not_asked_for(encoding: str) -> None:
    """It is refused by name, and only if there is a body."""
    assert _inflate(encoding) == b""
    with pytest.raises(DecodeError, match=encoding):
        _inflate(encoding, b"x")
