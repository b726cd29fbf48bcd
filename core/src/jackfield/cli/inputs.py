"""What goes into a question: the prompt, standard input, attached files, a schema."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from jackfield.errors import UsageError
from jackfield.schema.nodes import is_mapping
from jackfield.types.messages import Message, user
from jackfield.types.parts import Audio, Document, Image, Media, Video, mime_type_of, read_path

_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")
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
        piped = sys.stdin.read()
        piped.encode("utf-8")  # in the C locale, bytes that are no text come as halves of surrogate pairs
    except UnicodeError as error:
        msg = "standard input is not UTF-8; next: attach files with -a"
        raise UsageError(msg) from error
    return piped


def attachment(where: str) -> Media:
    """A file, or a URL that the provider fetches by itself, as the part that its type asks for.

    Raises:
        UsageError: it cannot be read, or its type cannot be told.
    """
    if where.startswith(("http://", "https://", "gs://")):
        return _of_kind(_by_name(where.partition("?")[0]), otherwise=Image).from_url(where)
    name, data = read_path(Path(where).expanduser())
    found = mime_type_of(data, name) or _by_name(name) or ("text/plain" if _is_text(data) else "")
    if not found:
        msg = f"the type of {where} cannot be told from its bytes or name; next: give it the ending of its type"
        raise UsageError(msg)
    made = _of_kind(found, otherwise=Document).from_bytes(data, mime_type=found)
    return attrs.evolve(made, filename=name)


def _by_name(name: str) -> str:
    import mimetypes

    found = mimetypes.guess_type(f"file{Path(name).suffix.lower()}")[0] or ""
    return "" if found == "application/octet-stream" else found  # which says nothing


def _is_text(data: bytes) -> bool:
    try:
        return not _BINARY.search(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _of_kind(mime_type: str, *, otherwise: type[Media]) -> type[Media]:
    return next((kind for kind in _KINDS if mime_type.startswith(kind.prefixes)), otherwise)


def schema(text: str) -> Mapping[str, Any]:
    """A JSON Schema, from a file or written out.

    Raises:
        UsageError: it cannot be read, or is no JSON object.
    """
    written_out = text.lstrip().startswith(("{", "["))
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
