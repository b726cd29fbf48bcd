"""A picture made in code, so that the demo needs no file: a red square with a white dot, as PNG.

Source: https://www.w3.org/TR/png-3/
"""

import struct
import zlib

_RED, _WHITE = b"\xd0\x20\x20", b"\xff\xff\xff"


def red_square(size: int = 96) -> bytes:
    """The PNG file; `size` is its width and height in pixels."""
    middle = (size - 1) / 2
    rows = (b"\x00" + b"".join(_colour(x - middle, y - middle, size / 8) for x in range(size)) for y in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _colour(x: float, y: float, radius: float) -> bytes:
    return _WHITE if x * x + y * y <= radius * radius else _RED


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
