"""Pictures and sounds that a simulator can truly make: a plain PNG, and a tone."""

import struct
import zlib
from math import pi, sin

from jackfield.testing.tokens import number


def png(prompt: str, *, width: int = 64, height: int = 64) -> bytes:
    """A picture of one colour, which the prompt decides."""
    seed = number("colour", prompt)
    row = b"\x00" + bytes((seed & 0xFF, seed >> 8 & 0xFF, seed >> 16 & 0xFF)) * width
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pieces = ((b"IHDR", head), (b"IDAT", zlib.compress(row * height)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in pieces
    )


def pcm(prompt: str, *, seconds: float = 0.25, rate: int = 24_000) -> bytes:
    """A tone as signed 16-bit little-endian mono samples; the prompt decides its pitch."""
    pitch = 220 + number("pitch", prompt) % 440
    count = int(seconds * rate)
    return struct.pack(f"<{count}h", *(int(8000 * sin(2 * pi * pitch * at / rate)) for at in range(count)))
