"""Cassettes of vcrpy, in YAML or JSON, as recordings: `python -m jackfield.testing.recording.cassettes OLD NEW`.

YAML needs the extra `[vcr]` (PyYAML). A cassette knows no chunks: an event stream is cut after each event, every other
body is one chunk. Everything is scrubbed on the way.

Source: https://vcrpy.readthedocs.io/en/latest/
"""

import base64
import json
import re
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jackfield.errors import UsageError
from jackfield.testing.recording.scrubbing import Scrubber
from jackfield.testing.recording.tape import Chunk, Exchange, RecordedAnswer, RecordedRequest, read_yaml, save

_EVENT = re.compile(rb".*?(?:\r\n\r\n|\n\n|\r\r)|.+\Z", re.DOTALL)
_ZLIB_OR_GZIP = 47


def read_vcr(path: Path, scrubber: Scrubber | None = None) -> tuple[Exchange, ...]:
    """The exchanges of a cassette.

    Raises:
        UsageError: it cannot be read, is no cassette, or is YAML and PyYAML is missing.
    """
    clean = scrubber or Scrubber()
    document = _document(path)
    try:
        interactions = document["interactions"]
        return tuple(clean.exchange(_request(one["request"]), _answer(one["response"])) for one in interactions)
    except (KeyError, TypeError, ValueError, AttributeError, zlib.error) as error:
        raise UsageError(f"{path} is no cassette of vcrpy: {type(error).__name__}: {error}") from error


def convert(old: Path, new: Path, scrubber: Scrubber | None = None) -> int:
    """Write a cassette as a recording; gives the number of exchanges. Raises UsageError and OSError."""
    exchanges = read_vcr(old, scrubber)
    save(new, exchanges)
    return len(exchanges)


def _document(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path}: {error}") from error
    try:
        return json.loads(text)
    except ValueError:
        pass  # YAML, then
    try:
        return read_yaml(text)
    except ValueError as error:
        raise UsageError(f"{path} is neither JSON nor YAML: {error}") from error


def _request(value: Any) -> RecordedRequest:
    return RecordedRequest(
        method=value["method"], url=value["uri"], headers=_headers(value.get("headers")), body=_body(value.get("body"))
    )


def _answer(value: Any) -> RecordedAnswer:
    """An answer, in the shape of requests and urllib3, or in that of older versions for httpx."""
    headers = _headers(value["headers"])
    status = value["status"]["code"] if "status" in value else value["status_code"]
    body = _body(value["body"] if "body" in value else value.get("content"))
    encoding = headers.pop("content-encoding", "identity")
    headers.pop("content-length", None)
    headers.pop("transfer-encoding", None)
    if encoding in ("gzip", "deflate") and body[:2] in (b"\x1f\x8b", b"\x78\x9c", b"\x78\x01", b"\x78\xda"):
        body = zlib.decompress(body, _ZLIB_OR_GZIP)
    streamed = headers.get("content-type", "").startswith("text/event-stream")
    pieces = _EVENT.findall(body) if streamed else [body] if body else []
    return RecordedAnswer(status=int(status), headers=headers, chunks=tuple(Chunk(data=one) for one in pieces))


def _headers(value: Any) -> dict[str, str]:
    """Lower-case names; vcrpy keeps a list of values for each."""
    given: Mapping[str, Any] = value or {}
    return {name.lower(): one if isinstance(one, str) else ", ".join(map(str, one)) for name, one in given.items()}


def _body(value: Any) -> bytes:
    if isinstance(value, Mapping):
        fields: Mapping[str, Any] = value  # pyright: ignore[reportUnknownVariableType]  # the cassette's edge
        encoded = fields.get("base64_string")
        return base64.b64decode(encoded) if encoded else _body(fields.get("string"))
    if value is None:
        return b""
    return value if isinstance(value, bytes) else str(value).encode("utf-8")


def main(arguments: list[str]) -> int:
    """Convert one cassette; 2 for a wrong call, 1 for one that cannot be read."""
    if len(arguments) != 2:
        print("usage: python -m jackfield.testing.recording.cassettes OLD NEW", file=sys.stderr)  # noqa: T201 - a command
        return 2
    try:
        count = convert(Path(arguments[0]), Path(arguments[1]))
    except UsageError as error:
        print(error, file=sys.stderr)  # noqa: T201 - as above
        return 1
    print(f"{count} exchanges written to {arguments[1]}")  # noqa: T201 - as above
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
