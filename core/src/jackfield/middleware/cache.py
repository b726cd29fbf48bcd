"""Answers kept on disk: the same request gets the same answer, without the provider being asked.

Strategy: one file an answer, named by a hash of the HTTP request; a line of JSON with the head, then the body as it
was. A stream is kept as its bytes, so it is parsed again like the first time. Rules: no secret is in a key or a file;
only answers that were decoded to their end without an error are kept; a file that cannot be read is a miss; what the
disk refuses never fails a call. Quotas are not kept, because they are stale.

Reads and writes are short and block, in asyncio too.
"""

import hashlib
import json
import logging
import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from jackfield.hookspecs import ANSWERED_BY, hookimpl
from jackfield.http import HttpRequest, HttpResponse, Secret
from jackfield.pieces import Pieces

KEPT_HEADERS = frozenset({"content-type", "request-id", "x-request-id"})
"""Of an answer; no other header is written to disk."""
DEFAULT_MAX_BYTES = 512 * 1024 * 1024
_SUFFIX = ".answer"
_log = logging.getLogger(__name__)


def default_directory() -> Path:
    """`$JACKFIELD_CACHE_DIR`, else `jackfield` below the user's cache directory."""
    own = os.environ.get("JACKFIELD_CACHE_DIR")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(own) if own else Path(base) / "jackfield"


def key_of(request: HttpRequest) -> str:
    """The hash of everything that is sent, but for the headers that hold a secret."""
    plain = sorted((name, value) for name, value in request.headers.items() if not isinstance(value, Secret))
    digest = hashlib.sha256(json.dumps([request.method, request.url, plain], ensure_ascii=True).encode() + b"\n")
    for block in Pieces(request.content):
        digest.update(block)
    return digest.hexdigest()


@attrs.define(eq=False)
class DiskCache:
    """Middleware that answers from disk. It may be shared by clients, threads and processes.

    Keys are no part of a request's name: another account's key gets the same answer from the same directory.

    Attributes:
        directory: made on first use, for this user alone; `default_directory()` if None.
        ttl_s: seconds after which an answer is asked for again; None keeps it.
        max_bytes: of all files together; the oldest ones go first.
        hits, misses: how many requests were answered, and how many were not.
    """

    directory: Path | None = attrs.field(default=None, converter=attrs.converters.optional(Path))  # pyright: ignore[reportUnknownMemberType]  # attrs' own type
    ttl_s: float | None = attrs.field(default=None, kw_only=True)
    max_bytes: int = attrs.field(default=DEFAULT_MAX_BYTES, kw_only=True)
    hits: int = attrs.field(default=0, init=False)
    misses: int = attrs.field(default=0, init=False)

    @hookimpl
    def answer_request(self, http_request: HttpRequest) -> HttpResponse | None:
        """The kept answer, or None to let the call go on."""
        answer = self._read(self._path(http_request), http_request.url) if http_request.retryable else None
        if answer is None:
            self.misses += 1
        else:
            self.hits += 1
        return answer

    @hookimpl
    def call_answered(self, http_request: HttpRequest, response: HttpResponse) -> None:
        """Keep an answer, unless it came from a cache or asking twice does harm."""
        if not http_request.retryable or ANSWERED_BY in response.headers:
            return
        try:
            self._write(self._path(http_request), response)
        except OSError as error:
            _log.warning("the answer could not be kept: %s", error)

    def clear(self) -> int:
        """Forget every answer; how many there were."""
        files = self._files()
        for file in files:
            file.unlink(missing_ok=True)
        return len(files)

    def _folder(self) -> Path:
        return self.directory if self.directory is not None else default_directory()

    def _path(self, request: HttpRequest) -> Path:
        return self._folder() / (key_of(request) + _SUFFIX)

    def _files(self) -> list[Path]:
        return list(self._folder().glob(f"*{_SUFFIX}"))

    def _read(self, path: Path, url: str) -> HttpResponse | None:
        try:
            if self.ttl_s is not None and time.time() - path.stat().st_mtime > self.ttl_s:
                return None
            head, _, body = path.read_bytes().partition(b"\n")
            return _response(json.loads(head), body, url)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def _write(self, path: Path, response: HttpResponse) -> None:
        """Under another name first, so that nobody reads half an answer."""
        headers = {name: value for name, value in response.headers.items() if name in KEPT_HEADERS}
        head = {"status": response.status, "headers": headers, "bytes": len(response.body)}
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            try:
                file.write(json.dumps(head).encode() + b"\n" + response.body)
                file.close()
                Path(file.name).replace(path)
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise
        self._evict()

    def _evict(self) -> None:
        """Remove the oldest answers until the rest fits."""
        aged = sorted(((one.stat(), one) for one in self._files()), key=lambda item: item[0].st_mtime, reverse=True)
        left = self.max_bytes
        for facts, file in aged:
            left -= facts.st_size
            if left < 0:
                file.unlink(missing_ok=True)


def _response(head: Mapping[str, Any], body: bytes, url: str) -> HttpResponse:
    if head["bytes"] != len(body):
        msg = "the file was cut"
        raise ValueError(msg)
    headers: dict[str, str] = {**head["headers"], ANSWERED_BY: "cache"}
    return HttpResponse(status=head["status"], headers=headers, body=body, url=url)


CACHE = DiskCache()
"""The one that `middleware=["cache"]` names."""
