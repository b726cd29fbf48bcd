"""Parts and messages: media from anywhere, told by their bytes, and turns built by hand."""

from pathlib import Path
from typing import Any

import pytest

from jackfield.errors import UsageError
from jackfield.types.files import File
from jackfield.types.messages import Message, assistant, system, tool_result, user
from jackfield.types.parts import (
    Audio,
    Document,
    Image,
    Media,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
    Video,
    sniff_mime_type,
)
from jackfield.types.results import RateLimit, RateLimits

PNG = b"\x89PNG\r\n\x1a\n rest"


@pytest.mark.parametrize(
    ("data", "mime_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"\0\0\0\x18ftypheic", "image/heic"),
        (b"\0\0\0\x18ftypM4A ", "audio/mp4"),
        (b"\0\0\0\x18ftypisom", "video/mp4"),
        (b"\0\0\0\x14ftypqt  ", "video/quicktime"),
        (b"%PDF-1.7", "application/pdf"),
        (b"ID3\x04", "audio/mpeg"),
        (b"fLaC", "audio/flac"),
        (b"OggS", "audio/ogg"),
        (b"\x1aE\xdf\xa3", "video/webm"),
        (b"who knows", None),
        (b"", None),
    ],
)
def test_telling_by_the_bytes(data: bytes, mime_type: str | None) -> None:
    """The first bytes say what it is, or nothing does."""
    assert sniff_mime_type(data) == mime_type


def test_from_bytes() -> None:
    """What the caller says comes before what the bytes say."""
    assert Image.from_bytes(PNG, detail="high") == Image(data=PNG, mime_type="image/png", detail="high")
    assert Image.from_bytes(b"x", mime_type="image/x").mime_type == "image/x"
    with pytest.raises(UsageError, match="Audio cannot hold 'image/png'"):
        Audio.from_bytes(PNG)


def test_from_a_file(tmp_path: Path) -> None:
    """Bytes come before the extension; the name is kept."""
    picture, text, odd = tmp_path / "a.gif", tmp_path / "b.TXT", tmp_path / "c.odd"
    picture.write_bytes(PNG)
    text.write_text("hi", encoding="utf-8")
    odd.write_bytes(b"?")
    assert Image.from_path(picture) == Image(data=PNG, mime_type="image/png", filename="a.gif")
    assert Document.from_path(str(text)).mime_type == "text/plain"
    assert Document.from_path(odd, mime_type="text/x").data == b"?"
    with pytest.raises(UsageError, match=r"the type of .*c\.odd cannot be told"):
        Document.from_path(odd)
    with pytest.raises(UsageError, match=r"cannot read .*absent: No such file"):
        Image.from_path(tmp_path / "absent")


@pytest.mark.parametrize(
    ("cls", "url", "mime_type"),
    [
        (Image, "https://toy.invalid/a.png?size=2", "image/png"),
        (Audio, "https://toy.invalid/a.png", None),
        (Image, "https://toy.invalid/", None),
        (Video, "gs://bucket/a.mp4", "video/mp4"),
    ],
)
def test_from_a_url(cls: type[Media], url: str, mime_type: str | None) -> None:
    """It is not fetched; its extension is a hint if it fits."""
    made = cls.from_url(url)
    assert (made.url, made.mime_type, made.data) == (url, mime_type, None)


@pytest.mark.parametrize("url", ["a.png", "file:///etc/passwd", ""])
def test_what_is_no_url(url: str) -> None:
    """Local files are read by `from_path` only."""
    with pytest.raises(UsageError, match="not an absolute URL"):
        Image.from_url(url)


def test_from_an_uploaded_file() -> None:
    """Its id is enough."""
    assert Video.from_file("files/1", mime_type="video/mp4").file_id == "files/1"
    kept = File(id="files/1", provider="gemini", mime_type="video/mp4")
    assert Video.from_file(kept) == Video(file_id="files/1", mime_type="video/mp4")
    kept = File(id="files/1", provider="gemini", mime_type="video/mp4", url="https://toy.invalid/1")
    assert Video.from_file(kept).file_id == "https://toy.invalid/1"
    with pytest.raises(UsageError, match="Image cannot hold 'video/mp4'"):
        Image.from_file(kept)


def test_nothing_to_send(tmp_path: Path) -> None:
    """An empty file is a mistake, and bytes without their type would be one."""
    empty = tmp_path / "a.png"
    empty.write_bytes(b"")
    with pytest.raises(UsageError, match=r"a\.png is empty"):
        Image.from_path(empty)
    with pytest.raises(UsageError, match="this image is empty"):
        Image.from_bytes(b"", mime_type="image/png")
    with pytest.raises(UsageError, match="Image: pass mime_type= with data="):
        Image(data=b"x")


@pytest.mark.parametrize("sources", [{}, {"data": b"x", "url": "y"}, {"url": "x", "file_id": "y"}])
def test_exactly_one_source(sources: dict[str, Any]) -> None:
    """Bytes, a URL or a file."""
    with pytest.raises(UsageError, match="Image needs exactly one of data, url, file_id"):
        Image(**sources)


def test_no_bytes_in_the_repr() -> None:
    """A part can be printed, however large it is."""
    assert "<1000 bytes>" in repr(Image(data=bytes(1000), mime_type="image/png"))
    assert "data=None" in repr(Image(url="x"))


def test_building_messages() -> None:
    """Texts become parts; text and reasoning read together."""
    picture = Image(data=PNG, mime_type="image/png")
    assert system("a") == Message(role="system", parts=(Text("a"),))
    assert user("a", picture, name="me") == Message(role="user", parts=(Text("a"), picture), name="me")
    message = assistant(Reasoning("why"), "a", "b")
    assert (message.text, message.reasoning) == ("ab", "why")
    for make in (user, assistant):
        with pytest.raises(UsageError, match="needs at least one part"):
            make()


def test_answers_to_calls() -> None:
    """They name the call, and may hold media."""
    call = ToolCall(id="1", name="f")
    picture = Image(data=PNG, mime_type="image/png")
    message = tool_result(call, "a", picture, is_error=True)
    assert message.parts == (ToolResult(call_id="1", name="f", content=(Text("a"), picture), is_error=True),)
    [part] = message.parts
    assert isinstance(part, ToolResult)
    assert part.text == "a"
    assert message.media == (picture,)
    assert user(picture, "x").media == (picture,)


def test_the_tightest_quota() -> None:
    """Of several quotas of a kind, the one with the shortest period."""
    minute = RateLimit(kind="requests", period_s=60)
    day = RateLimit(kind="requests", period_s=86400)
    limits = RateLimits((day, minute))
    assert limits.requests is minute
    assert limits.tokens is None
    assert limits
    assert not RateLimits()
