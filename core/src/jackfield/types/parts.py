"""The parts that a message is made of, and the media types that we can recognize.

Rules: parts are immutable values; what only one provider understands rides along as `Opaque` on the part that it
belongs to, and is sent back bit for bit or not at all.
"""

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import attrs

from jackfield.errors import UsageError
from jackfield.types.fields import checked, expect

if TYPE_CHECKING:
    from jackfield.types.files import File

Detail = Literal["auto", "low", "medium", "high"]

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypM4A", "audio/mp4"),
    (0, b"%PDF-", "application/pdf"),
    (8, b"WAVE", "audio/wav"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"\xff\xf9", "audio/aac"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)
_EXTENSIONS: Mapping[str, str] = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
    ".heic": "image/heic", ".heif": "image/heif", ".bmp": "image/bmp", ".pdf": "application/pdf",
    ".wav": "audio/wav", ".mp3": "audio/mpeg", ".aac": "audio/aac", ".flac": "audio/flac", ".ogg": "audio/ogg",
    ".opus": "audio/ogg", ".m4a": "audio/mp4", ".aiff": "audio/aiff",
    ".mp4": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm", ".mpeg": "video/mpeg", ".mpg": "video/mpeg",
    ".txt": "text/plain", ".md": "text/markdown", ".csv": "text/csv", ".html": "text/html",
    ".jsonl": "application/jsonl",
}  # fmt: skip


def sniff_mime_type(data: bytes) -> str | None:
    """The media type that the first bytes show, or None."""
    for offset, magic, mime_type in _MAGIC:
        if data.startswith(magic, offset):
            return mime_type
    return None


def mime_type_of(data: bytes, name: str) -> str | None:
    """The media type that the first bytes show, else the one that the file's name does, or None."""
    return sniff_mime_type(data) or _EXTENSIONS.get(Path(name).suffix.lower())


def read_path(path: str | PathLike[str]) -> tuple[str, bytes]:
    """The file's name, as text that can be sent, and what is in it.

    Raises:
        UsageError: it is no path, or cannot be read.
    """
    expect("path", str | PathLike, path)
    where = Path(path)
    try:
        return where.name.encode("utf-8", "replace").decode("utf-8"), where.read_bytes()
    except OSError as error:
        msg = f"cannot read {where}: {error.strerror or error}"
        raise UsageError(msg) from error
    except ValueError as error:  # a zero byte, or half a surrogate pair
        msg = f"cannot read {str(where)!r}: no file can have that name"
        raise UsageError(msg) from error


@checked(kw_only=True)
class Opaque:
    """State that only `provider` understands (a thought signature, encrypted reasoning); returned to it unchanged."""

    provider: str
    data: Mapping[str, Any]


@checked
class Text:
    """Plain text."""

    text: str
    opaque: Opaque | None = attrs.field(default=None, kw_only=True, repr=False)


@checked
class Reasoning:
    """What the model thought before it answered, as far as the provider shows it."""

    text: str
    opaque: Opaque | None = attrs.field(default=None, kw_only=True, repr=False)


@checked(kw_only=True)
class Media:
    """Bytes, a URL, or a file uploaded earlier: exactly one of `data`, `url`, `file_id`.

    Build one with `from_path`, `from_bytes`, `from_url` or `from_file`.

    Attributes:
        mime_type: such as `image/png`; may be None only for a URL or an uploaded file.
        detail: how closely the model should look, for providers that know it.
        extra: the provider's own typed options for this part; another provider refuses it.
    """

    kind: ClassVar[str] = "media"
    prefixes: ClassVar[tuple[str, ...]] = ("",)

    data: bytes | None = attrs.field(default=None, repr=lambda data: "None" if data is None else f"<{len(data)} bytes>")
    url: str | None = None
    file_id: str | None = None
    mime_type: str | None = None
    filename: str | None = None
    detail: Detail | None = None
    extra: Any = None
    opaque: Opaque | None = attrs.field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        if sum(source is not None for source in (self.data, self.url, self.file_id)) != 1:
            msg = f"{type(self).__name__} needs exactly one of data, url, file_id"
            raise UsageError(msg)
        if self.mime_type is None and self.data is not None:
            msg = f"{type(self).__name__}: pass mime_type= with data=, or use from_bytes, which can often tell it"
            raise UsageError(msg)
        if self.mime_type is not None and not self.mime_type.startswith(self.prefixes):
            msg = f"{type(self).__name__} cannot hold {self.mime_type!r}; use the part for that type"
            raise UsageError(msg)

    @classmethod
    def from_bytes(cls, data: bytes, *, mime_type: str | None = None, detail: Detail | None = None) -> Self:
        """A part from bytes; the type is read from the bytes unless given.

        Raises:
            UsageError: the type cannot be told and was not given, or it is of another kind; or they are empty.
        """
        expect("data", bytes, data)
        return cls._of(f"this {cls.kind}", data, mime_type or sniff_mime_type(data), detail=detail)

    @classmethod
    def from_path(
        cls, path: str | PathLike[str], *, mime_type: str | None = None, detail: Detail | None = None
    ) -> Self:
        """A part from a file, read now; the type comes from its bytes, else from its extension.

        Raises:
            UsageError: the file cannot be read or is empty, or its type cannot be told.
        """
        filename, data = read_path(path)
        return cls._of(filename, data, mime_type or mime_type_of(data, filename), filename=filename, detail=detail)

    @classmethod
    def _of(
        cls, what: str, data: bytes, mime_type: str | None, *, filename: str | None = None, detail: Detail | None = None
    ) -> Self:
        if not data:
            msg = f"{what} is empty: there is nothing to send"
            raise UsageError(msg)
        if mime_type is None:
            msg = f"the type of {what} cannot be told from its bytes{' or name' if filename else ''}: pass mime_type="
            raise UsageError(msg)
        return cls(data=data, mime_type=mime_type, filename=filename, detail=detail)

    @classmethod
    def from_url(cls, url: str, *, mime_type: str | None = None, detail: Detail | None = None) -> Self:
        """A part that the provider fetches by itself; jackfield never does."""
        expect("url", str, url)
        if not url.startswith(("http://", "https://", "gs://")):
            msg = f"not an absolute URL: {url[:80]!r}"
            raise UsageError(msg)
        guess = _EXTENSIONS.get(Path(url.partition("?")[0]).suffix.lower())
        return cls(
            url=url, mime_type=mime_type or (guess if guess and guess.startswith(cls.prefixes) else None), detail=detail
        )

    @classmethod
    def from_file(cls, file: "File | str", *, mime_type: str | None = None, detail: Detail | None = None) -> Self:
        """A file uploaded to the provider earlier: what `files.upload` gave, or its id or URI.

        Raises:
            UsageError: it is neither, or of another kind.
        """
        from jackfield.types.files import File  # most programs upload none

        expect("file", File | str, file)
        if isinstance(file, File):
            return cls(file_id=file.url or file.id, mime_type=mime_type or file.mime_type, detail=detail)
        return cls(file_id=file, mime_type=mime_type, detail=detail)


# The kinds have no fields of their own: they inherit all that attrs made for Media, checks included.


class Image(Media):
    """A picture."""

    __slots__ = ()
    kind: ClassVar[str] = "image"
    prefixes: ClassVar[tuple[str, ...]] = ("image/",)


class Audio(Media):
    """Sound."""

    __slots__ = ()
    kind: ClassVar[str] = "audio"
    prefixes: ClassVar[tuple[str, ...]] = ("audio/",)


class Video(Media):
    """Moving pictures."""

    __slots__ = ()
    kind: ClassVar[str] = "video"
    prefixes: ClassVar[tuple[str, ...]] = ("video/",)


class Document(Media):
    """A PDF or a text document, to be read or cited."""

    __slots__ = ()
    kind: ClassVar[str] = "document"
    prefixes: ClassVar[tuple[str, ...]] = ("application/", "text/")


@checked(kw_only=True)
class ToolCall:
    """The model asks for a function to be called.

    Attributes:
        arguments: the parsed arguments; empty if they are not a JSON object.
        arguments_raw: the arguments exactly as the model wrote them.
        error: why `arguments_raw` is not a JSON object, or None.
    """

    id: str
    name: str
    arguments: Mapping[str, Any] = attrs.field(factory=dict[str, Any])
    arguments_raw: str = "{}"
    error: str | None = None
    opaque: Opaque | None = attrs.field(default=None, repr=False)


@checked(kw_only=True)
class ToolResult:
    """The answer to a `ToolCall`.

    Attributes:
        call_id: the `id` of the call.
        name: the tool's name; some providers want it.
        content: text, or text and media.
        is_error: the tool failed, and `content` says why.
    """

    call_id: str
    name: str
    content: tuple["Text | Media", ...]
    is_error: bool = False

    @property
    def text(self) -> str:
        """The text of the answer, joined."""
        return "".join(part.text for part in self.content if isinstance(part, Text))


@checked(kw_only=True)
class ServerTool:
    """A tool that the provider ran by itself: a search, a page visit, code.

    Attributes:
        kind: the provider's word, such as `search`, `browser.open`, `python`.
        index: its slot in the reply; a later one with the same index replaces it.
        arguments_raw: what it was asked, exactly as sent, usually JSON.
        output: what it gave, or None while it runs.
        raw: the wire object, for everything else.
    """

    kind: str
    index: int | None = None
    name: str | None = None
    arguments_raw: str | None = None
    output: str | None = None
    raw: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
    opaque: Opaque | None = attrs.field(default=None, repr=False)


@checked(kw_only=True)
class Citation:
    """A source that the reply names.

    Attributes:
        kind: `web`, `document`, `tool`, `map` or `file`.
        start, end: the span of `result.text` it supports, in characters, end exclusive; None if not given.
        cited_text: the supported or quoted text.
        raw: the wire object.
    """

    kind: str = "web"
    url: str | None = None
    title: str | None = None
    document_id: str | None = None
    start: int | None = None
    end: int | None = None
    cited_text: str | None = None
    raw: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)


@checked(kw_only=True)
class ProviderPart:
    """A part that only its provider understands; kept in place and sent back to it unchanged."""

    kind: str
    opaque: Opaque


Part = Text | Reasoning | Media | ToolCall | ToolResult | ServerTool | Citation | ProviderPart
