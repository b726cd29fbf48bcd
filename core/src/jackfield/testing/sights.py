"""What can truly be told about a picture, a sound or a document by computing, and nothing that would take a model.

Rules: a fact is read from the bytes or left out; broken files give fewer facts, never an exception. Decompression is
bounded.
"""

import re
import struct
import zlib
from collections.abc import Callable, Mapping

import attrs

from jackfield.types.parts import sniff_mime_type

_MOST_BYTES = 1024 * 1024
"""The largest picture whose colour is computed: it takes Python about half a second."""
_COLOURS: Mapping[str, tuple[int, int, int]] = {
    "black": (0, 0, 0), "white": (255, 255, 255), "grey": (128, 128, 128), "red": (220, 30, 30),
    "green": (30, 160, 50), "blue": (30, 60, 220), "yellow": (240, 220, 40), "orange": (240, 140, 30),
    "purple": (130, 40, 160), "pink": (240, 150, 190), "brown": (120, 75, 40), "cyan": (40, 200, 220),
}  # fmt: skip
_JPEG_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_CHANNELS: Mapping[int, int] = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


@attrs.frozen(kw_only=True)
class Sight:
    """One medium of a prompt.

    Attributes:
        kind: `image`, `audio`, `video` or `document`.
        mime_type: what its bytes say it is, else what the caller said.
        facts: what the bytes show, such as `640 x 480 pixels`.
        words: the text in it, if it is plain text.
    """

    kind: str
    mime_type: str
    facts: tuple[str, ...] = ()
    words: str = ""

    def __str__(self) -> str:
        return ", ".join((f"{self.kind} ({self.mime_type})", *self.facts))


def look(data: bytes, mime_type: str | None = None) -> Sight:
    """Look at bytes."""
    found = sniff_mime_type(data) or (mime_type or "application/octet-stream").partition(";")[0].lower()
    reader = _READERS.get(found)
    try:
        facts = reader(data) if reader else ()
    except (struct.error, LookupError, ValueError, zlib.error):
        facts = ("damaged",)
    words = data.decode("utf-8", "replace") if found.startswith("text/") else ""
    return Sight(kind=kind_of(found), mime_type=found, facts=(*facts, f"{len(data)} bytes"), words=words)


def glimpse(url: str, mime_type: str | None = None) -> Sight:
    """A medium that is only named: nothing is fetched."""
    found = mime_type or "unknown type"
    return Sight(kind=kind_of(found) if mime_type else "image", mime_type=found, facts=(f"at {url}, not fetched",))


def kind_of(mime_type: str) -> str:
    """The kind of part for a media type."""
    top = mime_type.partition("/")[0]
    return top if top in {"image", "audio", "video"} else "document"


def _pixels(width: int, height: int) -> str:
    return f"{width} x {height} pixels"


def _png(data: bytes) -> tuple[str, ...]:
    width, height, depth, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", data, 16)
    facts = [_pixels(width, height)]
    if b"IDAT" not in data:
        return tuple(facts)
    if depth == 8 and not interlaced and colour in _CHANNELS and width * height * _CHANNELS[colour] <= _MOST_BYTES:
        facts.append(f"mostly {_nearest(_png_average(data, width, height, colour))}")
    return tuple(facts)


def _png_average(data: bytes, width: int, height: int, colour: int) -> tuple[int, int, int]:
    """The average colour of an eight-bit picture."""
    chunks: dict[bytes, bytes] = {}
    place = 8
    while place + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, place)
        chunks[name] = chunks.get(name, b"") + data[place + 8 : place + 8 + length]
        place += 12 + length
    channels = _CHANNELS[colour]
    stride = width * channels
    raw = zlib.decompressobj().decompress(chunks[b"IDAT"], height * (stride + 1))
    totals = [0, 0, 0]
    above = bytes(stride)
    for row in range(height):
        start = row * (stride + 1)
        above = _unfilter(raw[start], raw[start + 1 : start + 1 + stride], above, channels)
        if colour == 3:
            palette = chunks[b"PLTE"]
            for index in above:
                for channel in range(3):
                    totals[channel] += palette[index * 3 + channel]
        else:
            for channel in range(3):
                totals[channel] += sum(above[(channel if channels > 2 else 0) :: channels])
    red, green, blue = (total // max(1, width * height) for total in totals)
    return red, green, blue


def _unfilter(method: int, line: bytes, above: bytes, channels: int) -> bytes:
    """Undo a PNG line filter. Source: <https://www.w3.org/TR/png-3/#9Filters>."""
    if method == 0:
        return line
    out = bytearray(line)
    for place, value in enumerate(line):
        left = out[place - channels] if place >= channels else 0
        corner = above[place - channels] if place >= channels else 0
        up = above[place]
        guess = (0, left, up, (left + up) // 2, _paeth(left, up, corner))[method]
        out[place] = (value + guess) & 0xFF
    return bytes(out)


def _paeth(left: int, up: int, corner: int) -> int:
    estimate = left + up - corner
    return min((left, up, corner), key=lambda value: abs(estimate - value))


def _nearest(colour: tuple[int, int, int]) -> str:
    def distance(name: str) -> int:
        return sum((one - other) ** 2 for one, other in zip(colour, _COLOURS[name], strict=True))

    return f"{min(_COLOURS, key=distance)} (#{bytes(colour).hex()} on average)"


def _jpeg(data: bytes) -> tuple[str, ...]:
    place = 2
    while data[place] == 0xFF:
        if data[place + 1] in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, place + 5)
            return (_pixels(width, height),)
        place += 2 + struct.unpack_from(">H", data, place + 2)[0]
    return ()


def _gif(data: bytes) -> tuple[str, ...]:
    return (_pixels(*struct.unpack_from("<HH", data, 6)),)


def _webp(data: bytes) -> tuple[str, ...]:
    if data[12:16] == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
    elif data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = (size & 0x3FFF for size in struct.unpack_from("<HH", data, 26))
    return (_pixels(width, height),)


def _wav(data: bytes) -> tuple[str, ...]:
    channels, rate, byte_rate = struct.unpack_from("<HII", data, 22)
    where = data.find(b"data", 12)
    length = struct.unpack_from("<I", data, where + 4)[0] if where >= 0 else 0
    return (f"{length / max(1, byte_rate):.2f} seconds", f"{rate} Hz", f"{channels} channels")


def _pdf(data: bytes) -> tuple[str, ...]:
    pages = len(re.findall(rb"/Type\s*/Page(?![a-zA-Z])", data))
    version = data[5:8].decode("ascii", "replace")
    return (f"PDF {version}", *((f"{pages} page objects",) if pages else ()))


_READERS: Mapping[str, Callable[[bytes], tuple[str, ...]]] = {
    "image/png": _png, "image/jpeg": _jpeg, "image/gif": _gif, "image/webp": _webp,
    "audio/wav": _wav, "application/pdf": _pdf,
}  # fmt: skip
