"""What goes into a question: the prompt, standard input, attached files, a schema."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jackfield.errors import UsageError
from jackfield.schema.nodes import is_mapping
from jackfield.types.messages import Message, user
from jackfield.types.parts import Audio, Document, Image, Media, Video, sniff_mime_type

_KINDS: tuple[type[Media], ...] = (Image, Audio, Video, Document)


def question(words: Sequence[str], attached: Sequence[str]) -> Message | None:
    """The question of one call; None if there is nothing to ask with, and a person at the terminal.

    A piped standard input comes after the words: `git diff | jackfield chat "Write a commit message."`

    Raises:
        UsageError: an attachment cannot be read, or there is nothing to ask.
    """
    piped = "" if sys.stdin is None or sys.stdin.isatty() else _read_stdin()
    texts = [text for text in (" ".join(words).strip(), piped.strip("\n")) if text.strip()]
    if not texts and not attached:
        if sys.stdin is not None and sys.stdin.isatty():
            return None
        msg = 'there is nothing to ask; next: jackfield chat "a question", or pipe one in'
        raise UsageError(msg)
    return user(*(["\n\n".join(texts)] if texts else []), *map(attachment, attached))


def _read_stdin() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        msg = "standard input is not text; next: attach files with -a"
        raise UsageError(msg) from error


def attachment(where: str) -> Media:
    """A file, or a URL that the provider fetches by itself, as the part that its type asks for.

    Raises:
        UsageError: it cannot be read, or its type cannot be told.
    """
    if where.startswith(("http://", "https://", "gs://")):
        return _of_kind(None, Path(where.partition("?")[0]).suffix, otherwise=Image).from_url(where)
    path = Path(where).expanduser()
    try:
        with path.open("rb") as file:
            found = sniff_mime_type(file.read(64))
    except OSError as error:
        msg = f"cannot read {where}: {error.strerror or error}"
        raise UsageError(msg) from error
    return _of_kind(found, path.suffix, otherwise=Document).from_path(path)


def _of_kind(mime_type: str | None, suffix: str, *, otherwise: type[Media]) -> type[Media]:
    import mimetypes

    found = mime_type or mimetypes.guess_type(f"file{suffix.lower()}")[0] or ""
    return next((kind for kind in _KINDS if found.startswith(kind.prefixes)), otherwise)


def schema(text: str) -> Mapping[str, Any]:
    """A JSON Schema, from a file or written out.

    Raises:
        UsageError: it cannot be read, or is no JSON object.
    """
    written_out = text.lstrip().startswith("{")
    try:
        found: Any = json.loads(text if written_out else Path(text).expanduser().read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"--schema: cannot read {text}: {error.strerror or error}"
        raise UsageError(msg) from error
    except ValueError as error:
        msg = f"--schema: {'the text' if written_out else text} is not JSON: {error}"
        raise UsageError(msg) from error
    if not is_mapping(found):
        msg = '--schema: a JSON Schema is an object, such as {"type": "object", ...}'
        raise UsageError(msg)
    return {str(key): value for key, value in found.items()}
