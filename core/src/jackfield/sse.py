"""Server-sent events: bytes, split anywhere, to frames.

Strategy: keep the unfinished tail as bytes, split only on LF, CR and CRLF (never on U+0085, U+2028 or U+2029, which are
text), and hand the data of each event on as bytes: the JSON decoder checks the UTF-8. A CR at the end of a chunk ends its line
at once, and an LF that follows in the next chunk is swallowed. A line, and the data of one event, are bounded by `max_bytes`.
Comments and events without data give no frame.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import re
from typing import NamedTuple

from jackfield.errors import ReplyTooLarge

DEFAULT_MAX_BYTES = 64 * 1024 * 1024
_LINE_END = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"


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
        """Bound a line and the data of one event by `max_bytes`."""
        self._max_bytes = max_bytes
        self._tail: list[bytes] = []
        self._tail_size = 0
        self._skip_lf = False
        self._at_start = True
        self._data: list[bytes] = []
        self._data_size = 0
        self._event = ""

    def feed(self, chunk: bytes) -> list[Frame]:
        """The frames that this chunk completes.

        Raises:
            ReplyTooLarge: a line or the data of one event is longer than `max_bytes`.
        """
        if self._skip_lf and chunk:
            self._skip_lf = False
            if chunk[:1] == b"\n":
                chunk = chunk[1:]
        if not chunk:
            return []
        lines = self._lines(chunk)
        if self._at_start and lines:
            self._at_start = False
            lines[0] = lines[0].removeprefix(_BOM)
        frames: list[Frame] = []
        for line in lines:
            if line:
                self._field(line)
            elif self._data:
                frames.append(self._frame())
            else:
                self._event = ""
        return frames

    def close(self) -> list[Frame]:
        """The frame that the end of the stream completes: servers may forget the last blank line, not the last line end."""
        frames = self.feed(b"\n\n") if self._tail or self._data else []
        self._tail.clear()
        return frames

    def _lines(self, chunk: bytes) -> list[bytes]:
        """The lines that end in this chunk; the rest waits in the tail."""
        lines = chunk.split(b"\n") if b"\r" not in chunk else _LINE_END.split(chunk)
        self._skip_lf = chunk.endswith(b"\r")
        rest = lines.pop()
        if lines and self._tail:
            lines[0] = b"".join((*self._tail, lines[0]))
            self._tail.clear()
            self._tail_size = 0
        if rest:
            self._tail.append(rest)
            self._tail_size += len(rest)
            if self._tail_size > self._max_bytes:
                raise ReplyTooLarge("a line of the event stream", max_bytes=self._max_bytes)
        return lines

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
            self._data_size += len(value)
            if self._data_size > self._max_bytes:
                raise ReplyTooLarge("one event", max_bytes=self._max_bytes)
        elif name == b"event":
            self._event = value.decode("utf-8", "replace")

    def _frame(self) -> Frame:
        data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
        frame = Frame(data, self._event or "message")
        self._data.clear()
        self._data_size = 0
        self._event = ""
        return frame
