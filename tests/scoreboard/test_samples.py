"""The samples are what they are called, and the caller's own go first."""

import re
import struct
import zlib
from pathlib import Path

import pytest

from jackfield.scoreboard.probes import MEDIA
from jackfield.scoreboard.samples import document, picture, sample
from jackfield.types.parts import sniff_mime_type


def test_the_page_is_a_pdf_with_its_word() -> None:
    """Each place in its table is the start of that object."""
    data = document()
    assert sniff_mime_type(data) == "application/pdf"
    assert b"(Orange) Tj" in data
    table = data[int(data.rsplit(b"startxref\n", 1)[1].split()[0]) :]
    places = [int(one) for one in re.findall(rb"(\d{10}) 00000 n", table)]
    assert [data[place:].split(b" ", 1)[0] for place in places] == [b"1", b"2", b"3", b"4", b"5", b"6"]


def test_the_picture_is_a_png_that_is_partly_yellow() -> None:
    """Sound chunks, and more than one colour."""
    data = picture()
    assert sniff_mime_type(data) == "image/png"
    width, height = struct.unpack_from(">II", data, 16)
    start = data.index(b"IDAT") + 4
    (length,) = struct.unpack_from(">I", data, start - 8)
    assert struct.unpack_from(">I", data, start + length)[0] == zlib.crc32(data[start - 4 : start + length])
    pixels = zlib.decompress(data[start : start + length])
    assert len(pixels) == height * (1 + 3 * width)
    assert bytes((245, 205, 40)) in pixels
    assert bytes((255, 255, 255)) in pixels


@pytest.mark.parametrize(
    ("name", "mime_type"),
    [
        (f"{kind.lower()}.{extension}", mime_type)
        for kind, (_, _, _, formats) in MEDIA.items()
        for extension, mime_type in formats
    ],
)
def test_there_is_a_sample_in_every_format(name: str, mime_type: str) -> None:
    """Its bytes are what its name says, and few."""
    data = sample(name)
    assert data is not None
    assert sniff_mime_type(data) == mime_type
    assert len(data) < 32 * 1024


def test_the_callers_own_sample_goes_first(tmp_path: Path) -> None:
    """Ours are for who has none."""
    (tmp_path / "document.pdf").write_bytes(b"mine")
    assert sample("document.pdf", tmp_path) == b"mine"
    assert sample("document.pdf") == document()
    assert sample("image.tiff", tmp_path) is None
