"""Files, as this format keeps them: uploaded as a form, referred to by id.

Rules: every flow raises ProviderError where the answer is an error, and DecodeError where it is not what is documented.

Source: https://platform.openai.com/docs/api-reference/files
"""

from collections.abc import Generator, Mapping
from typing import Any
from urllib.parse import quote

from jackfield import wire
from jackfield.dialects.chat_completions.differences import Differences
from jackfield.dialects.chat_completions.encode import headers, url_of
from jackfield.dialects.chat_completions.faults import error_of_body
from jackfield.errors import DecodeError
from jackfield.hookspecs import Flow
from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.pieces import Content
from jackfield.types.files import File, Upload
from jackfield.values import frozen
from jackfield.wire import is_object

FILES = "/files"
BATCH = "batch"
"""What files are for, unless the caller says otherwise."""


@frozen(kw_only=True)
class StoredFile:
    """A file on the wire."""

    id: str
    filename: str | None = None
    bytes: int | None = None
    created_at: int | None = None
    expires_at: int | None = None


def ask(
    differences: Differences,
    settings: Settings,
    path: str,
    *,
    method: str = "GET",
    body: Mapping[str, Any] | None = None,
) -> Generator[HttpRequest, HttpResponse, HttpResponse]:
    """One request and its answer; a body goes as JSON, and is sent once, because it creates something."""
    sent = {**headers(differences, settings), "accept": "application/json"}
    if body is not None:
        sent["content-type"] = "application/json"
    response = yield HttpRequest(
        method=method,
        url=url_of(differences, settings, path),
        headers=sent,
        body=b"" if body is None else wire.dumps(body),
        retryable=body is None,
    )
    return checked(differences, response)


def checked(differences: Differences, response: HttpResponse) -> HttpResponse:
    """The answer, unless it is an error."""
    if response.status >= 300:
        raise error_of_body(response, differences)
    return response


def upload_file(differences: Differences, upload: Upload, settings: Settings) -> Flow[File]:
    """Upload a file, in one request."""
    purpose = upload.purpose or BATCH
    return store(differences, settings, upload.data, purpose=purpose, name=upload.name, mime_type=upload.mime_type)


def store(
    differences: Differences, settings: Settings, file: Content, *, purpose: str, name: str, mime_type: str
) -> Flow[File]:
    """Upload what may be in pieces."""
    from jackfield.dialects.chat_completions.multipart import encode_form

    content_type, body = encode_form({"purpose": purpose}, file, name=name, mime_type=mime_type)
    sent = {**headers(differences, settings), "accept": "application/json", "content-type": content_type}
    response = yield HttpRequest(url=url_of(differences, settings, FILES), headers=sent, body=body)
    return file_of(differences, wire.loads(checked(differences, response).body))


def get_file(differences: Differences, file_id: str, settings: Settings) -> Flow[File]:
    """Look one up."""
    response = yield from ask(differences, settings, f"{FILES}/{quote(file_id, safe='')}")
    return file_of(differences, wire.loads(response.body))


def list_files(differences: Differences, settings: Settings) -> Flow[list[File]]:
    """All of them: this list has no pages."""
    response = yield from ask(differences, settings, FILES)
    return [file_of(differences, entry) for entry in entries_of(response)]


def delete_file(differences: Differences, file_id: str, settings: Settings) -> Flow[None]:
    """Delete one."""
    yield from ask(differences, settings, f"{FILES}/{quote(file_id, safe='')}", method="DELETE")


def download_file(differences: Differences, file_id: str, settings: Settings) -> Flow[bytes]:
    """What is in one."""
    response = yield from ask(differences, settings, f"{FILES}/{quote(file_id, safe='')}/content")
    return response.body


def entries_of(response: HttpResponse) -> list[Any]:
    """The objects of a list."""
    value = wire.loads(response.body)
    entries: Any = value.get("data") if is_object(value) else None
    if isinstance(entries, list):
        return entries  # pyright: ignore[reportUnknownVariableType]  # JSON edge
    raise DecodeError("expected a list", path="data", body=response.body)


def file_of(differences: Differences, value: Any) -> File:
    """A file from its wire object."""
    stored = wire.structure(value, StoredFile)
    return File(
        id=stored.id,
        provider=differences.provider,
        name=stored.filename,
        size_bytes=stored.bytes,
        created_s=stored.created_at,
        expires_s=stored.expires_at,
        raw=value,
    )
