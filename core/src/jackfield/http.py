"""HTTP requests and answers as plain values, and secrets that do not leak.

Rules: header names are lower case; a value that holds a key is a `Secret`; nothing here does I/O.
"""

import re
from collections.abc import Mapping
from typing import Any, NoReturn

import attrs

from jackfield.errors import UsageError
from jackfield.pieces import Content
from jackfield.types.results import Notice
from jackfield.values import frozen


class Secret:
    """Text that never shows: not in repr, str, format, logs, pickles or tracebacks. `reveal()` gives it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        given: Any = text  # callers may have no type checker
        if not isinstance(given, str):
            msg = f"Secret: expected a text, got something of type {type(given).__name__}"
            raise UsageError(msg)
        self._text = text

    def reveal(self) -> str:
        """The text itself; call it only where it goes onto the wire."""
        return self._text

    def prefixed(self, prefix: str) -> "Secret":
        """The same secret with something in front, for instance `Bearer `."""
        return Secret(prefix + self._text)

    def __repr__(self) -> str:
        return "Secret('***')"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, _memo: object) -> "Secret":
        return self

    def __reduce__(self) -> NoReturn:
        msg = "a Secret cannot be pickled"
        raise TypeError(msg)


def origin_of(url: str) -> str:
    """Scheme, host and port of an absolute URL, as they are written."""
    return "/".join(re.split("[/?#]", url, maxsplit=3)[:3])


@frozen(kw_only=True)
class HttpRequest:
    """One HTTP request, complete and ready to send: `HttpRequest(url=..., body=...)`.

    Attributes:
        url: absolute, scheme and host included.
        headers: lower-case names; a value that holds a key is a `Secret`.
        content: what was given as `body`: bytes, or `Pieces` where large media are encoded while they are sent; empty
            means no body.
        notices: what encoding had to leave out or change; they end up in `result.warnings`.
        retryable: False if sending it twice could do harm.
        output_schema: the `schema.Compiled` of the wanted output, with which the reply is read back.
        tool_schemas: tool name -> the `schema.Compiled` of its parameters.
    """

    method: str = "POST"
    url: str
    headers: Mapping[str, str | Secret] = attrs.field(factory=dict[str, str | Secret])
    content: Content = attrs.field(default=b"", alias="body", repr=lambda content: f"<{len(content)} bytes>")
    notices: tuple[Notice, ...] = ()
    retryable: bool = True
    output_schema: Any = attrs.field(default=None, repr=False)
    tool_schemas: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)

    @property
    def body(self) -> bytes:
        """All bytes of the content. Those of large media are made anew each time, and held in memory."""
        return bytes(self.content)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return origin_of(self.url)

    @property
    def host(self) -> str:
        """Host and port, for messages."""
        return self.origin.rpartition("/")[2]


@frozen(kw_only=True)
class HttpResponse:
    """One HTTP answer; for a stream the body is empty and arrives as frames.

    Attributes:
        headers: lower-case names; repeated ones joined with `, `.
        body: the whole body, decompressed.
    """

    status: int
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    body: bytes = attrs.field(default=b"", repr=lambda body: f"<{len(body)} bytes>")
    url: str = ""

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters; empty if there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_event_stream(self) -> bool:
        """Whether this is a stream to parse; anything else is read whole and decoded."""
        return 200 <= self.status < 300 and self.content_type == "text/event-stream"


@frozen(kw_only=True)
class Settings:
    """What a provider was set up with: base URL, and the values its `ProviderInfo.settings` declare.

    Attributes:
        base_url: without a trailing slash.
        values: setting name -> text, or `Secret` for the secret ones; an optional setting that is not set is absent.
    """

    provider: str
    base_url: str
    values: Mapping[str, str | Secret] = attrs.field(factory=dict[str, str | Secret])

    def secret(self, name: str) -> Secret:
        """The setting as a Secret, to be put into a header. KeyError if it is not set."""
        value = self.values[name]
        return value if isinstance(value, Secret) else Secret(value)

    def text(self, name: str, default: str = "") -> str:
        """A setting that is not secret, or `default`."""
        value = self.values.get(name, default)
        return value.reveal() if isinstance(value, Secret) else value
