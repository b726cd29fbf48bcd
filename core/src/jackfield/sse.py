"""Server-sent events: bytes, split anywhere, to frames.

Strategy: keep the unfinished tail as bytes, split only on LF, CR and CRLF (never on U+0085, U+2028 or U+2029, which are
text), and hand the data of each event on as bytes: the JSON decoder checks the UTF-8. A CR at the end of a chunk ends
its line at once, and an LF that follows in the next chunk is swallowed. An unfinished line, and the data of one event,
are bounded by `max_bytes`. Comments, unknown fields and events without data give no frame. Lines that are no field at
all (an error object or a page of HTML in the middle of a stream) are not swallowed, as the standard would have it: they
come as one frame of the type `RESIDUE`.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import re
from typing import NamedTuple

from jackfield.errors import ReplyTooLarge

DEFAULT_MAX_BYTES = 64 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_FIELD = re.compile(rb"[A-Za-z][A-Za-z0-9_-]*(?::|$)|:")
RESIDUE = ":residue"
"""The event type of what is not server-sent events; no stream can name a type so."""


class Frame(NamedTuple):
    """One server-sent event.

    Attributes:
        data: its data lines joined with LF.
        event: its type, `message` unless the stream names one.
    """

    data: bytes
    event: str = "message"


class SSEParser:
    """Turns bytes into frames; `feed` any number of times, then `close`."""

    def __init__(self, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        """Bound an unfinished line, and the data of one event, by `max_bytes`."""
        self._max_bytes = max_bytes
        self._tail: list[bytes] = []
        self._tail_size = 0
        self._skip_lf = False
        self._at_start = True
        self._data: list[bytes] = []
        self._data_size = 0
        self._residue: list[bytes] = []
        self._event = ""
        self._error: ReplyTooLarge | None = None

    def feed(self, chunk: bytes) -> list[Frame]:
        """The frames that this chunk completes.

        Raises:
            ReplyTooLarge: a line or the data of one event is longer than `max_bytes`; frames before it have been
                returned by then.
        """
        if self._error is not None:
            raise self._error
        if self._skip_lf and chunk:
            self._skip_lf = False
            if chunk[:1] == b"\n":
                chunk = chunk[1:]
        if (data := self._only(chunk)) is not None:
            return [Frame(data, "message")]  # a default is dear here
        frames: list[Frame] = []
        rest = self._whole(chunk, frames)
        if not rest:
            return frames
        try:
            self._split(rest, frames)
        except ReplyTooLarge as error:
            self._error = error
            if not frames:
                raise
        return frames

    def close(self) -> list[Frame]:
        """The frame that the end of the stream completes: a server may forget the last line end and the blank line.

        Raises:
            ReplyTooLarge: see `feed`.
        """
        return self.feed(b"\n\n") if self._error is not None or self._tail or self._data or self._residue else []

    def _only(self, chunk: bytes) -> bytes | None:
        """The data of a chunk that is one event of one data line, as it comes from servers that wait; else None."""
        end = chunk.find(b"\n")
        if chunk[:6] != b"data: " or self._tail or self._data or self._residue or self._event or end > self._max_bytes:
            return None
        cr = chunk.find(b"\r")
        if cr < 0:
            data = chunk[6:end] if chunk[end:] == b"\n\n" else None
        else:
            data = chunk[6:cr] if cr == end - 1 and chunk[cr:] == b"\r\n\r\n" else None
        if data is not None:
            self._at_start = False
        return data

    def _whole(self, chunk: bytes, frames: list[Frame]) -> bytes:
        """Take whole events of one data line each, as nearly all are, from the front of a chunk. What is left of it.

        Only searches for one byte are fast: so the lines are split at LF, and looked at one by one.
        """
        ends_with_cr = chunk.find(b"\r") >= 0
        whole, ended, rest = chunk.rpartition(b"\n\r\n" if ends_with_cr else b"\n\n")
        if not ended or self._data or self._residue or self._event:
            return chunk
        if self._tail:
            whole = b"".join((*self._tail, whole))
        lines = whole.split(b"\n")
        if ends_with_cr:
            found = [line[6:-1] for line in lines[::2] if line[:6] == b"data: " and line.find(b"\r") == len(line) - 1]
            blank = lines[1::2].count(b"\r")
        else:
            found = [line[6:] for line in lines[::2] if line[:6] == b"data: "]
            blank = lines[1::2].count(b"")
        if len(found) + blank != len(lines) or blank != len(found) - 1 or len(whole) > self._max_bytes:
            return chunk
        self._tail.clear()
        self._tail_size = 0
        self._at_start = False
        frames += [Frame(data, "message") for data in found]
        return rest

    def _split(self, chunk: bytes, frames: list[Frame]) -> None:
        lines = _lines(chunk)
        self._skip_lf = chunk.endswith(b"\r")
        rest = lines.pop()
        if lines:
            self._first_line(lines)
        for line in lines:
            if line:
                self._field(line)
                continue
            if self._data:
                frames.append(self._frame())
            if self._residue:
                frames.append(Frame(b"\n".join(self._residue), RESIDUE))
                self._residue.clear()
                self._data_size = 0
            self._event = ""
        if rest:
            self._tail.append(rest)
            self._tail_size += len(rest)
            if self._tail_size > self._max_bytes:
                raise ReplyTooLarge("a line of the event stream", max_bytes=self._max_bytes)

    def _first_line(self, lines: list[bytes]) -> None:
        """Put what was waiting in front of the first line; the very first one may begin with a BOM."""
        if self._tail:
            lines[0] = b"".join((*self._tail, lines[0]))
            self._tail.clear()
            self._tail_size = 0
        if self._at_start:
            self._at_start = False
            lines[0] = lines[0].removeprefix(_BOM)

    def _field(self, line: bytes) -> None:
        if line.startswith(b"data: "):  # as nearly every line does
            self._keep(line[6:], self._data)
            return
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._keep(value, self._data)
        elif name == b"event":
            self._event = value.decode("utf-8", "replace")
        elif not _FIELD.match(line):
            self._keep(line, self._residue)

    def _keep(self, line: bytes, lines: list[bytes]) -> None:
        lines.append(line)
        self._data_size += len(line) + 1  # its line end counts: empty data lines take memory too
        if self._data_size > self._max_bytes:
            raise ReplyTooLarge("one event", max_bytes=self._max_bytes)

    def _frame(self) -> Frame:
        data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
        frame = Frame(data, self._event or "message")
        self._data.clear()
        self._data_size = 0
        return frame


def _lines(chunk: bytes) -> list[bytes]:
    """The lines, of which the last one has no end yet."""
    if b"\r" in chunk:
        chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")  # a third of what a pattern takes
    return chunk.split(b"\n")
