"""A tape: recorded HTTP exchanges, chunk by chunk, as one file of JSON, or of YAML where its name ends so.

Format: `{"jackfield_recording": 1, "exchanges": [{"request": {...}, "response": {...}}]}`. A body is under `json` if it
is JSON, under `text` if it is other text, else under `base64`; a chunk of an answer is `{"after_s": seconds since the
chunk before, "text" or "base64": ...}`. Rules: what is on a tape has been scrubbed; header names are lower case.
"""

import base64
import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import attrs

from jackfield.errors import UsageError

VERSION = 1
YAML = (".yaml", ".yml")


@attrs.frozen(kw_only=True)
class Chunk:
    """Bytes as they came in.

    Attributes:
        after_s: seconds since the chunk before, or since the request was sent.
    """

    data: bytes = attrs.field(repr=lambda data: f"<{len(data)} bytes>")
    after_s: float = 0.0


@attrs.frozen(kw_only=True)
class RecordedRequest:
    """What was asked."""

    method: str
    url: str
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    body: bytes = attrs.field(default=b"", repr=lambda body: f"<{len(body)} bytes>")


@attrs.frozen(kw_only=True)
class RecordedAnswer:
    """What came back.

    Attributes:
        ending: `complete`; else why the body ends here (the caller left, or the connection failed).
    """

    status: int
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    chunks: tuple[Chunk, ...] = ()
    ending: str = "complete"

    @property
    def body(self) -> bytes:
        """Every chunk, joined."""
        return b"".join(chunk.data for chunk in self.chunks)


@attrs.frozen(kw_only=True)
class Exchange:
    """One request with its answer."""

    request: RecordedRequest
    answer: RecordedAnswer


def save(path: Path, exchanges: tuple[Exchange, ...]) -> None:
    """Write the tape, its folder too.

    Raises:
        OSError: it cannot be written.
        UsageError: it is to be YAML, and PyYAML is missing.
    """
    document = {"jackfield_recording": VERSION, "exchanges": [_written(one) for one in exchanges]}
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix in YAML:
        text: str = yaml().safe_dump(document, allow_unicode=True, sort_keys=False, width=1_000_000)
    else:
        text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    path.write_text(text, encoding="utf-8")


def load(path: Path) -> tuple[Exchange, ...]:
    """Read a tape.

    Raises:
        UsageError: there is none, it is no tape of this version, or it is YAML and PyYAML is missing.
    """
    try:
        text = path.read_text(encoding="utf-8")
        document = read_yaml(text) if path.suffix in YAML else json.loads(text)
        if document["jackfield_recording"] != VERSION:
            raise UsageError(f"{path} is a recording of version {document['jackfield_recording']}, not {VERSION}")
        return tuple(_read(one) for one in document["exchanges"])
    except OSError as error:
        raise UsageError(f"there is no recording {path}: record it first (mode='record')") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is no recording: {type(error).__name__}: {error}") from error


def yaml() -> Any:
    """PyYAML. UsageError if it is not installed."""
    try:
        return import_module("yaml")
    except ImportError as error:
        raise UsageError("YAML needs PyYAML: pip install 'jackfield[vcr]'") from error


def read_yaml(text: str) -> Any:
    """What a YAML document says.

    Raises:
        ValueError: it is none.
        UsageError: PyYAML is not installed.
    """
    parser = yaml()
    try:
        return parser.safe_load(text)
    except parser.YAMLError as error:
        raise ValueError(str(error)) from error


def _written(one: Exchange) -> dict[str, Any]:
    request, answer = one.request, one.answer
    return {
        "request": {
            "method": request.method,
            "url": request.url,
            "headers": dict(request.headers),
            **body_fields(request.body),
        },
        "response": {
            "status": answer.status,
            "headers": dict(answer.headers),
            "chunks": [{"after_s": round(chunk.after_s, 6), **_text_fields(chunk.data)} for chunk in answer.chunks],
            **({} if answer.ending == "complete" else {"ending": answer.ending}),
        },
    }


def _read(one: Any) -> Exchange:
    request, answer = one["request"], one["response"]
    return Exchange(
        request=RecordedRequest(
            method=request["method"], url=request["url"], headers=request["headers"], body=_bytes(request)
        ),
        answer=RecordedAnswer(
            status=answer["status"],
            headers=answer["headers"],
            chunks=tuple(Chunk(data=_bytes(chunk), after_s=chunk["after_s"]) for chunk in answer["chunks"]),
            ending=answer.get("ending", "complete"),
        ),
    )


def body_fields(body: bytes) -> dict[str, Any]:
    """A body as fields of a JSON object: readable where that loses nothing."""
    try:
        value = json.loads(body) if body else None
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair cannot be written as a character
    except ValueError:
        return _text_fields(body)
    return {"json": value} if body else {}


def _text_fields(data: bytes) -> dict[str, Any]:
    try:
        return {"text": data.decode("utf-8")}
    except UnicodeDecodeError:  # binary, or a character that is cut by the end of a chunk
        return {"base64": base64.b64encode(data).decode("ascii")}


def _bytes(fields: Mapping[str, Any]) -> bytes:
    if "json" in fields:
        return json.dumps(fields["json"], ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    if "base64" in fields:
        return base64.b64decode(fields["base64"], validate=True)
    return str(fields.get("text", "")).encode("utf-8")
