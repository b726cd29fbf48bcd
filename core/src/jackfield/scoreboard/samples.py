"""The sample files that live probes send when the caller has none of their own.

Rules: nothing is downloaded. A page with a word and a picture of a fruit are made here, byte by byte. What needs an
encoder lies in `media`: the same picture in other formats, a word spoken by eSpeak NG, and a film of a written word,
all encoded by FFmpeg.
"""

import struct
import zlib
from functools import cache
from importlib.resources import files
from pathlib import Path

from jackfield.scoreboard.probes import MEDIA

_WIDTH = 160
_WHITE, _YELLOW, _BROWN = (255, 255, 255), (245, 205, 40), (90, 60, 20)


def sample(name: str, directory: Path | None = None) -> bytes | None:
    """The bytes of a sample, such as `image.png`: the caller's own first; None if there is none."""
    own = directory / name if directory is not None else None
    if own is not None and own.is_file():
        return own.read_bytes()
    maker = {"document.pdf": document, "image.png": picture}.get(name)
    if maker is not None:
        return maker()
    shipped = files("jackfield.scoreboard").joinpath("media", name)
    return shipped.read_bytes() if shipped.is_file() else None


@cache
def document() -> bytes:
    """A PDF of one page that holds one word."""
    word = MEDIA["Document"][2].capitalize()
    text = f"BT /F1 48 Tf 60 120 Td ({word}) Tj ET".encode()
    bodies = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 240] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 5 0 R >> >>",
    )
    made, places = b"%PDF-1.4\n", list[int]()
    for number, body in enumerate(bodies, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(bodies) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (size, table, trailer)


@cache
def picture() -> bytes:
    """A PNG of a banana: a yellow crescent with brown ends on white."""
    rows = b"".join(b"\0" + bytes(part for x in range(_WIDTH) for part in _colour(x, y)) for y in range(_WIDTH))
    header = struct.pack(">IIBBBBB", _WIDTH, _WIDTH, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def _colour(x: int, y: int) -> tuple[int, int, int]:
    outer = (x - 80) ** 2 + (y - 60) ** 2 < 66**2
    inner = (x - 80) ** 2 + (y - 28) ** 2 < 66**2
    if not outer or inner:
        return _WHITE
    return _BROWN if abs(x - 80) > 58 else _YELLOW
