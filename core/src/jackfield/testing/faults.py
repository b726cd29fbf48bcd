"""What can go wrong on the way: faults as values, and a reply turned into the steps in which a server sends it.

Rules: pure; every fault ends by itself (`size`, `MOST_S`), and the server cuts any of them short when it stops. As
text, in the request header `x-simulate`, a fault is `field=value, ...` with the field names of `Fault`: `status=429,
retry_after_s=2`.
"""

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal, Self, get_args

import attrs

from jackfield.errors import UsageError
from jackfield.http import HttpRequest
from jackfield.testing.checking import header
from jackfield.types.simulated import SimulatedReply

HEADER = "x-simulate"
MOST_S = 60.0
"""The longest time that a fault lasts, in seconds."""

Ending = Literal["clean", "drop", "reset"]
Spoiled = Literal[
    "bad-json", "bad-utf8", "duplicate-done", "empty", "endless", "gzip-bomb", "html", "huge-line", "malformed",
    "redirect", "wrong-type",
]  # fmt: skip
_BLOCK = 64 * 1024
_TEXT = re.compile(rb'":\s*"')
_BOMB_BLOCK = 1024 * 1024
_HTML = b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>\n"


def _known(_instance: object, attribute: "attrs.Attribute[Any]", value: str | None) -> None:
    choices = get_args(Ending) if attribute.name == "cut" else get_args(Spoiled)
    if value is not None and value not in choices:
        msg = f"{attribute.name} must be one of {', '.join(choices)}: {value!r}"
        raise UsageError(msg)


@attrs.frozen(kw_only=True)
class Fault:
    """One thing, or several at once, that goes wrong with one answer.

    Attributes:
        status: answer with this error, in the provider's own words.
        error: the provider's code of that error, such as `tool_use_failed`, where it has several for a status.
        retry_after_s, should_retry: the headers `Retry-After` and `x-should-retry`.
        latency_s: wait before the status line.
        hold_s: wait after the headers, before the first byte of the body.
        gap_s: wait between the events of a stream.
        ping_s: while waiting after the headers of a stream, send a comment this often.
        stream_error_after: send the provider's error event after so many events, and end.
        cut_after_events, cut_after_bytes: end the body there.
        cut: how: `clean` like a complete answer, `drop` by closing the connection, `reset` with a TCP reset.
        body: what the body becomes; see `Spoiled`.
        size: bytes of a huge line, an endless stream, or what a gzip bomb inflates to.
        location: where a redirect leads.
    """

    status: int | None = None
    error: str | None = None
    retry_after_s: float | None = None
    should_retry: bool | None = None
    latency_s: float = 0.0
    hold_s: float = 0.0
    gap_s: float = 0.0
    ping_s: float | None = None
    stream_error_after: int | None = None
    cut_after_events: int | None = None
    cut_after_bytes: int | None = None
    cut: Ending = attrs.field(default="drop", validator=_known)
    body: Spoiled | None = attrs.field(default=None, validator=_known)
    size: int = 256 * 1024 * 1024
    location: str = "http://127.0.0.1:9/elsewhere"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the header's text.

        Raises:
            UsageError: it names no field of a fault, or a value of the wrong type.
        """
        facts: dict[str, Any] = {}
        for item in filter(None, (part.strip() for part in text.split(","))):
            name, _, value = item.partition("=")
            kind = _KINDS.get(name)
            if kind is None:
                msg = f"{HEADER}: no fault is called {name!r}; there are {', '.join(_KINDS)}"
                raise UsageError(msg)
            try:
                facts[name] = value == "true" if kind is bool else kind(value)
            except ValueError as error:
                msg = f"{HEADER}: {name} cannot be {value!r}"
                raise UsageError(msg) from error
        return cls(**facts)

    def __str__(self) -> str:
        """The header's text."""
        changed = ((field.name, getattr(self, field.name), field.default) for field in attrs.fields(type(self)))
        return ", ".join(f"{name}={_written(value)}" for name, value, default in changed if value != default)


_KINDS: Mapping[str, Any] = {
    "status": int, "error": str, "retry_after_s": float, "should_retry": bool, "latency_s": float, "hold_s": float,
    "gap_s": float, "ping_s": float, "stream_error_after": int, "cut_after_events": int, "cut_after_bytes": int,
    "cut": str, "body": str, "size": int, "location": str,
}  # fmt: skip


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def fault_of(request: HttpRequest) -> Fault:
    """The fault that a request carries; without any effect if it carries none."""
    return Fault.parse(header(request, HEADER))


@attrs.frozen
class Wait:
    """Let this many seconds pass."""

    seconds: float


@attrs.frozen
class Send:
    """Send these bytes of the body at once."""

    data: bytes


@attrs.frozen
class End:
    """The body is over, in this way."""

    how: Ending


Step = Wait | Send | End


@attrs.frozen(kw_only=True)
class Plan:
    """How a reply is sent.

    Attributes:
        latency_s: wait before the status line.
        length: the content length to announce; None for chunks.
        most_s: when to stop although the steps go on; None for no bound.
        steps: ends with an `End`; to be consumed once.
    """

    status: int
    headers: Mapping[str, str]
    length: int | None
    steps: Iterator[Step]
    latency_s: float = 0.0
    most_s: float | None = None


def plan(reply: SimulatedReply, fault: Fault) -> Plan:
    """The steps that send a reply with a fault."""
    reply, pieces, announced = _spoil(reply, fault)
    headers = dict(reply.headers)
    if fault.retry_after_s is not None:
        headers["retry-after"] = f"{fault.retry_after_s:g}"
    if fault.should_retry is not None:
        headers["x-should-retry"] = _written(fault.should_retry)
    return Plan(
        status=reply.status,
        headers=headers,
        length=announced,
        steps=_cut(_timed(pieces, fault if reply.streamed else attrs.evolve(fault, ping_s=None)), fault),
        latency_s=min(fault.latency_s, MOST_S),
        most_s=MOST_S if fault.body in _ENDLESS else None,
    )


def _spoil(reply: SimulatedReply, fault: Fault) -> tuple[SimulatedReply, Iterator[bytes], int | None]:
    """The reply with its body replaced, its pieces, and the length to announce."""
    body = fault.body
    headers = dict(reply.headers)
    if body in {"html", "empty", "redirect"}:
        content = _HTML if body == "html" else b""
        more = {"location": fault.location} if body == "redirect" else {"content-type": "text/html"} if content else {}
        status = 307 if body == "redirect" else reply.status
        made = SimulatedReply(status=status, headers={**headers, **more}, body=content)
        return made, iter((content,)), len(content)
    if body == "wrong-type":
        headers["content-type"] = "application/octet-stream"
    if body == "gzip-bomb":
        headers["content-encoding"] = "gzip"
    pieces = reply.body if isinstance(reply.body, tuple) else (reply.body,)
    made = attrs.evolve(reply, headers=headers)
    if body in {"huge-line", "endless", "gzip-bomb"}:
        return made, _ENDLESS[body](pieces, fault.size), None
    spoiled = tuple(_spoiled(pieces, body))
    clean = fault.cut_after_bytes is not None and fault.cut == "clean"
    length = min(sum(map(len, spoiled)), fault.cut_after_bytes or 0) if clean else sum(map(len, spoiled))
    return made, iter(spoiled), None if reply.streamed else length


def _spoiled(pieces: tuple[bytes, ...], body: Spoiled | None) -> Iterator[bytes]:
    """The pieces, with the second one (or the only one) damaged."""
    target = min(1, len(pieces) - 1)
    for place, piece in enumerate(pieces):
        if place == target and body == "bad-json":
            yield piece.replace(b"{", b"{,", 1)
        elif place == target and body == "bad-utf8":
            yield _TEXT.sub(lambda start: start[0] + b"\xff\xfe", piece, count=1)
        elif place == target and body == "malformed":
            yield bytes(range(1, 256)) + b"\n\n"
        else:
            yield piece
    if body == "duplicate-done" and pieces:
        yield pieces[-1]


def _huge_line(pieces: tuple[bytes, ...], size: int) -> Iterator[bytes]:
    """The first event, then a line that goes on and on."""
    yield pieces[0] if len(pieces) > 1 else b""
    yield b'data: {"' if len(pieces) > 1 else b'{"'
    block = b"x" * _BLOCK
    for _ in range(size // _BLOCK):
        yield block


def _endless(pieces: tuple[bytes, ...], size: int) -> Iterator[bytes]:
    """The events, and the one in the middle again and again."""
    middle = pieces[len(pieces) // 2]
    yield from pieces[: len(pieces) // 2]
    for _ in range(size // max(1, len(middle))):
        yield middle


def _bomb(_pieces: tuple[bytes, ...], size: int) -> Iterator[bytes]:
    """A gzip body of a thousandth of its true size: blanks, which any JSON may begin with."""
    header_, block = _bomb_parts()
    yield header_
    for _ in range(size // _BOMB_BLOCK):
        yield block


@cache
def _bomb_parts() -> tuple[bytes, bytes]:
    """A gzip header, and a deflate block that may be repeated."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = compressor.compress(b" " * _BOMB_BLOCK) + compressor.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"", mtime=0)[:10], block


_ENDLESS = {"huge-line": _huge_line, "endless": _endless, "gzip-bomb": _bomb}


def _timed(pieces: Iterator[bytes], fault: Fault) -> Iterator[Step]:
    """The pieces with the waits between them, comments within the waits, and the end after them."""
    yield from _waiting(fault.hold_s, fault.ping_s)
    for place, piece in enumerate(pieces):
        if place:
            yield from _waiting(fault.gap_s, fault.ping_s)
        yield Send(piece)
    yield End("clean")


def _waiting(seconds: float, ping_s: float | None) -> Iterator[Step]:
    left = min(seconds, MOST_S)
    while ping_s and left > ping_s:
        yield Wait(ping_s)
        yield Send(b": ping\n\n")
        left -= ping_s
    if left > 0:
        yield Wait(left)


def _cut(steps: Iterator[Step], fault: Fault) -> Iterator[Step]:
    """The steps until the cut."""
    events, left = fault.cut_after_events, fault.cut_after_bytes
    for step in steps:
        if isinstance(step, Send) and not step.data.startswith(b":"):
            if events == 0 or left == 0:
                break
            data = step.data if left is None else step.data[:left]
            events = None if events is None else events - 1
            left = None if left is None else left - len(data)
            yield Send(data)
        elif isinstance(step, End):
            complete = events is None and left is None
            yield step if complete else End(fault.cut)
            return
        else:
            yield step
    yield End(fault.cut)
