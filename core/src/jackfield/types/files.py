"""Files that a provider keeps. None means that the provider does not say."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import attrs

from jackfield.values import frozen


class FileState(StrEnum):
    """How far a file is. Compares equal to its text; the provider's own word is in `file.raw`."""

    UPLOADED = "uploaded"
    """It is there; the provider names no further state."""
    PROCESSING = "processing"
    ACTIVE = "active"
    FAILED = "failed"
    OTHER = "other"


@frozen(kw_only=True)
class Upload:
    """What is to be uploaded.

    Attributes:
        purpose: for providers that ask for one; None takes what the plugin uploads files for.
    """

    data: bytes = attrs.field(repr=lambda data: f"<{len(data)} bytes>")
    mime_type: str
    name: str
    purpose: str | None = None


@frozen(kw_only=True)
class File:
    """One file.

    Attributes:
        id: what the other operations take.
        name: what it was called by whoever uploaded it.
        created_s, expires_s: seconds since 1970, UTC.
        url: where a request may refer to it (`Image.from_file(file)` does); None where requests cannot.
        error: why it failed, in the provider's words.
        raw: the wire object.
    """

    id: str
    provider: str
    name: str | None = None
    mime_type: str | None = None
    size_bytes: int | None = None
    state: FileState = FileState.UPLOADED
    created_s: int | None = None
    expires_s: int | None = None
    url: str | None = None
    error: str | None = None
    raw: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)

    @property
    def ready(self) -> bool:
        """Whether it can be used now."""
        return self.state in (FileState.UPLOADED, FileState.ACTIVE)
