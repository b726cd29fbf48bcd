"""Files: uploaded in two steps, kept for 48 hours, referred to by their address.

Rules: the address to which the contents go comes with the first answer; of it the path and the query are taken, while
the host stays that of the base URL, so that no other one is contacted. Only files that Gemini made can be fetched; a
redirect on that way is an error.

Source: https://ai.google.dev/gemini-api/docs/files and https://ai.google.dev/api/files (2026-11)
"""

from typing import Any
from urllib.parse import quote

from jackfield import wire
from jackfield.errors import DecodeError
from jackfield.hookspecs import Flow
from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.types.files import File, FileState, Upload
from jackfield_gemini.address import address, headers
from jackfield_gemini.mirror import mirror
from jackfield_gemini.paging import ask, checked, entries, seconds, whole
from jackfield_gemini.shapes import is_object

_PAGE_SIZE = 100
_UPLOAD = "/upload/"
STATES = {
    "PROCESSING": FileState.PROCESSING,
    "ACTIVE": FileState.ACTIVE,
    "FAILED": FileState.FAILED,
}


@mirror
class StoredFile:
    """A file on the wire."""

    name: str
    display_name: str | None = None
    mime_type: str | None = None
    size_bytes: str | None = None
    create_time: str | None = None
    expiration_time: str | None = None
    uri: str | None = None
    state: str | None = None
    error: Any = None


def send(given: Upload, settings: Settings) -> Flow[File]:
    """Announce the file, then send it."""
    start = _upload_address(settings)
    asked = {
        **headers(settings),
        "content-type": "application/json",
        "x-goog-upload-protocol": "resumable",
        "x-goog-upload-command": "start",
        "x-goog-upload-header-content-length": str(len(given.data)),
        "x-goog-upload-header-content-type": given.mime_type,
    }
    body = wire.dumps({"file": {"displayName": given.name, "mimeType": given.mime_type}}, escape=True)
    begun = checked((yield HttpRequest(url=start, headers=asked, body=body)))
    sent = {
        **headers(settings),
        "x-goog-upload-offset": "0",
        "x-goog-upload-command": "upload, finalize",
    }
    # Once: what a second attempt has to send depends on how much of the first one arrived.
    url = _target(start, begun)
    ended = checked((yield HttpRequest(url=url, headers=sent, body=given.data, retryable=False)))
    value = wire.loads(ended.body)
    return file_of(value.get("file") if is_object(value) else value)


def _upload_address(settings: Settings) -> str:
    """`/upload` stands before the version."""
    base, _, version = address(settings, "files").removesuffix("/files").rpartition("/")
    return f"{base}{_UPLOAD}{version}/files"


def _target(start: str, begun: HttpResponse) -> str:
    """Where the contents go, below our own base URL."""
    _, found, rest = begun.headers.get("x-goog-upload-url", "").partition(_UPLOAD)
    if not found:
        raise DecodeError("the upload has no address", path="x-goog-upload-url", body=begun.body)
    return start.partition(_UPLOAD)[0] + _UPLOAD + rest


def path_of(name: str) -> str:
    """The path of a file, from its id with or without the collection."""
    return f"files/{quote(name.removeprefix('files/'), safe='')}"


def get(file_id: str, settings: Settings) -> Flow[File]:
    """Look one up."""
    value = yield from ask(settings, path_of(file_id))
    return file_of(value)


def list_pages(settings: Settings) -> Flow[list[File]]:
    """All of them."""
    found = yield from entries(settings, "files", "files", _PAGE_SIZE)
    return [file_of(one) for one in found]


def delete(file_id: str, settings: Settings) -> Flow[None]:
    """Delete one."""
    yield from ask(settings, path_of(file_id), method="DELETE")


def download(file_id: str, settings: Settings) -> Flow[bytes]:
    """What is in one that Gemini made."""
    url = address(settings, f"{path_of(file_id)}:download?alt=media")
    response = yield HttpRequest(method="GET", url=url, headers=headers(settings))
    return checked(response).body


def file_of(value: Any) -> File:
    """A file from its wire object."""
    stored = wire.structure(value, StoredFile)
    error = stored.error if is_object(stored.error) else None
    return File(
        id=stored.name,
        provider="gemini",
        name=stored.display_name,
        mime_type=stored.mime_type,
        size_bytes=whole(stored.size_bytes),
        state=STATES.get(stored.state or "ACTIVE", FileState.OTHER),
        created_s=seconds(stored.create_time),
        expires_s=seconds(stored.expiration_time),
        url=stored.uri,
        error=None if error is None else str(error.get("message") or error),
        raw=value,
    )
