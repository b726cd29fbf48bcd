"""Bytes that are made while they are read: so a body with large media is never in memory as a whole.

Rules: what was given is neither changed nor copied; reading again gives the same bytes, so that a retry can; the length
is known before anything is made.
"""

from binascii import b2a_base64
from collections.abc import Iterator

BLOCK = 64 * 1024
"""The most bytes that are made at a time."""
_DIGITS = tuple(map(str, range(256)))
_BELOW_10, _BELOW_100 = bytes(range(10)), bytes(range(100))


class Pieces:
    """Bytes in pieces: `len()` says how many, iterating gives them in blocks, `bytes()` all at once."""

    __slots__ = ("_length", "_parts")

    def __init__(self, *parts: "bytes | Pieces | Base64 | Numbers") -> None:
        """Put them one behind the other."""
        self._parts = parts
        self._length = sum(map(len, parts))

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        """Blocks of at most BLOCK bytes; small parts go together."""
        waiting: list[bytes] = []
        size = 0
        for made in self._made():
            if size + len(made) > BLOCK:
                yield b"".join(waiting)
                waiting, size = [], 0
            waiting.append(made)
            size += len(made)
        if waiting:
            yield b"".join(waiting)

    def _made(self) -> Iterator[bytes]:
        for part in self._parts:
            if isinstance(part, bytes):
                yield from (part[at : at + BLOCK] for at in range(0, len(part), BLOCK))
            else:
                yield from part

    def __bytes__(self) -> bytes:
        return b"".join(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, bytes | Pieces):
            return NotImplemented
        return len(self) == len(other) and bytes(self) == bytes(other)

    def __hash__(self) -> int:
        return hash(bytes(self))

    def __repr__(self) -> str:
        return f"Pieces(<{len(self)} bytes>)"


Content = bytes | Pieces
"""What a request sends."""


class Base64:
    """The base64 of these bytes."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        """Keep them as they are."""
        self._data = data

    def __len__(self) -> int:
        return (len(self._data) + 2) // 3 * 4

    def __iter__(self) -> Iterator[bytes]:
        size = BLOCK // 4 * 3  # a multiple of three, so that no block but the last is padded
        for block in _blocks(self._data, size):
            yield b2a_base64(block, newline=False)


class Numbers:
    """These bytes as decimal numbers with commas between."""

    __slots__ = ("_data", "_length")

    def __init__(self, data: bytes) -> None:
        """Keep them as they are, and count the digits."""
        self._data = data
        self._length = sum(map(_written, _blocks(data, BLOCK))) + max(0, len(data) - 1)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        comma = ""
        for block in _blocks(self._data, BLOCK // len("255,")):
            yield (comma + ",".join(map(_DIGITS.__getitem__, block))).encode("ascii")
            comma = ","


def _blocks(data: bytes, size: int) -> Iterator[memoryview]:
    view = memoryview(data)
    return (view[at : at + size] for at in range(0, len(view), size))


def _written(block: memoryview) -> int:
    """How many digits its numbers have."""
    most, data = 3 * len(block), bytes(block)
    return most - sum(len(data) - len(data.translate(None, fewer)) for fewer in (_BELOW_10, _BELOW_100))
