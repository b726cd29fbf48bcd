"""Files: uploaded in two steps, kept for 48 hours, referred to by their address.

Rules: the address to which the contents go, or from which they come, is in the first answer; of it the path and the
query are taken, while the host stays that of the base URL, so that no other one is contacted. Only files that Gemini
made can be fetched; any other redirect on that way is an error.

Source: https://ai.google.dev/gemini-api/docs/files and https://ai.google.dev/api/files (2026-11)
"""

from typing import Any
from urllib.parse import quote

from jackfield import wire
from jackfield.errors import DecodeError
from jackfield.hookspecs import Flow
from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.types.files import File, FileState, Upload
from jackfield.wire import is_object
from jackfield_gemini.address import address, headers
from jackfield_gemini.mirror import mirror
from jackfield_gemini.paging import ask, checked, entries, seconds, whole

_PAGE_SIZE = 100
_UPLOAD, _DOWNLOAD = "/upload/", "/download/"
_MOVED = frozenset({302, 307})
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
    url = start.partition(_UPLOAD)[0] + _below(begun, "x-goog-upload-url", _UPLOAD)
    ended = checked((yield HttpRequest(url=url, headers=sent, body=given.data, retryable=False)))
    value = wire.loads(ended.body)
    return file_of(value.get("file") if is_object(value) else value)


def _upload_address(settings: Settings) -> str:
    """`/upload` stands before the version."""
    base, version = _root(settings)
    return f"{base}{_UPLOAD}{version}/files"


def _root(settings: Settings) -> tuple[str, str]:
    """The base URL without its version, and the version."""
    base, _, version = address(settings, "files").removesuffix("/files").rpartition("/")
    return base, version


def _below(answer: HttpResponse, header: str, place: str) -> str:
    """The path to which an answer leads, below a place that is known."""
    _, found, rest = answer.headers.get(header, "").partition(place)
    if not found:
        raise DecodeError(f"the answer has no address below {place}", path=header, body=answer.body)
    return place + rest


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
    """What is in one that Gemini made; its address is known by one redirect (302, 2025-08)."""
    url = address(settings, f"{path_of(file_id)}:download?alt=media")
    response = yield HttpRequest(method="GET", url=url, headers=headers(settings))
    if response.status in _MOVED and _DOWNLOAD in response.headers.get("location", ""):
        url = _root(settings)[0] + _below(response, "location", _DOWNLOAD)
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
