"""Tool calls from their pieces, however a provider marks them.

Rules: a piece belongs to the open call of its id, else of its index, else to the last open one; a name on a call that
has another name, or whose arguments are whole, begins the next call, so that two calls are never merged; arguments that
are not a JSON object stay readable in `arguments_raw` with the reason in `error`; a fragment costs its own length.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from jackfield import wire
from jackfield.errors import DecodeError
from jackfield.types.events import ToolCallDelta
from jackfield.types.parts import Opaque, ToolCall
from jackfield.types.results import Notice


def parse_arguments(raw: str) -> tuple[Mapping[str, Any], str | None]:
    """The arguments of a tool call, or the reason why they are not a JSON object. Empty text means no arguments."""
    if not raw.strip():
        return {}, None
    try:
        value = wire.loads(raw.encode("utf-8", "surrogatepass"), exact=True)
    except DecodeError as error:
        return {}, str(error)
    if not isinstance(value, dict):
        return {}, f"not a JSON object: {type(value).__name__}"
    return value, None  # pyright: ignore[reportUnknownVariableType]  # JSON edge


def make_tool_call(
    *,
    id: str,  # noqa: A002 - the field's own name
    name: str,
    arguments_raw: str,
    opaque: Opaque | None = None,
) -> ToolCall:
    """A finished call from the text of its arguments; never fails, see `ToolCall.error`."""
    arguments, error = parse_arguments(arguments_raw)
    return ToolCall(id=id, name=name, arguments=arguments, arguments_raw=arguments_raw, error=error, opaque=opaque)


def synthetic_id(*facts: object) -> str:
    """An id for a call that came without one: the same for the same reply, different for different calls."""
    import hashlib  # most replies have no calls

    return "call_" + hashlib.sha256(repr(facts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


_MARKS = re.compile(r"""\\.?|["{}]""", re.DOTALL)
"""What opens and closes objects and texts; a backslash at the end of a piece escapes what the next one begins with."""


class _Nesting:
    """How many objects are open at the end of a JSON text that comes in pieces. Each piece is looked at once."""

    __slots__ = ("_escaped", "_in_text", "_read", "depth")

    def __init__(self) -> None:
        self.depth = self._read = 0
        self._in_text = self._escaped = False

    def follow(self, pieces: Sequence[str]) -> None:
        """Look at the pieces that are new; none of them is empty."""
        for piece in pieces[self._read :]:
            marks: list[str] = _MARKS.findall(piece, self._escaped)
            for mark in marks:
                if mark == '"':
                    self._in_text = not self._in_text
                elif not self._in_text:
                    self.depth += {"{": 1, "}": -1}.get(mark, 0)
            self._escaped = marks[-1:] == ["\\"]
        self._read = len(pieces)


@attrs.define(eq=False, repr=False)
class OpenCall:
    """A tool call that grows.

    Attributes:
        ordinal: its place among the calls of the reply.
        size: the length of its pieces.
        finished: the call as it was delivered, or None while it is open.
    """

    ordinal: int
    index: int | None
    id: str | None
    name: str = ""
    pieces: list[str] = attrs.field(factory=list[str])
    size: int = 0
    opaque: Opaque | None = None
    finished: ToolCall | None = None
    _nesting: _Nesting = attrs.field(factory=_Nesting, init=False)
    _broken: bool = attrs.field(default=False, init=False)

    @property
    def raw(self) -> str:
        """The text of its arguments so far."""
        return wire.joined(self.pieces)

    def grow(self, delta: ToolCallDelta) -> None:
        """Take a piece in."""
        self.id = self.id or delta.id or None
        self.name = self.name or delta.name or ""
        self.opaque = self.opaque or delta.opaque
        if delta.arguments:
            self.pieces.append(delta.arguments)
            self.size += len(delta.arguments)

    def whole(self) -> bool:
        """Whether its arguments are a JSON object already. Asked after each piece, it costs that piece's length."""
        if self._broken or not self.pieces or not self.pieces[-1].rstrip().endswith("}"):
            return False
        self._nesting.follow(self.pieces)
        if self._nesting.depth:
            return False
        self._broken = parse_arguments(self.raw)[1] is not None  # then nothing that follows can mend it
        return not self._broken

    def repeated_by(self, delta: ToolCallDelta) -> bool:
        """Whether the delta is this whole call once more."""
        return bool(delta.id) and len(delta.arguments) == self.size > 0 and delta.arguments == self.raw and self.whole()

    def ended_by(self, delta: ToolCallDelta) -> bool:
        """Whether the delta, although it looks like more of this call, begins another one."""
        if not delta.name or not self.name:
            return False
        if delta.name != self.name:
            return True
        if delta.id and delta.id == self.id and not delta.arguments:
            return False  # the head of the call once more
        if not delta.id and delta.index is None and not self.size:
            return True  # nothing but the name marks a call, and this one has no arguments
        return self.whole() and not self.repeated_by(delta)

    def call(self, reply_id: object) -> ToolCall:
        """The call as it is now."""
        call_id = self.id or synthetic_id(str(reply_id), self.ordinal, self.name, self.raw)
        return make_tool_call(id=call_id, name=self.name, arguments_raw=self.raw, opaque=self.opaque)


class OpenCalls:
    """The tool calls of one reply, in the order in which they began."""

    def __init__(self) -> None:
        """Start with none."""
        self._begun = 0
        self._open: list[OpenCall] = []

    def take(self, delta: ToolCallDelta) -> OpenCall | None:
        """Take a piece in; gives the call that it begins, if it begins one."""
        found = self._find(delta)
        begun = None
        if found is None or found.ended_by(delta):
            found = begun = OpenCall(self._begun, delta.index, delta.id or None)
            self._begun += 1
            self._open.append(begun)
        if not found.repeated_by(delta):
            found.grow(delta)
        return begun

    def finish(self, reply_id: object) -> Sequence[ToolCall]:
        """Close the open calls, and give them."""
        finished = [call.call(reply_id) for call in self._open]
        for call, whole in zip(self._open, finished, strict=True):
            call.finished = whole
        self._open.clear()
        return finished

    def cut_off(self) -> Iterator[Notice]:
        """What to say of the calls that are open and not whole."""
        for call in self._open:
            if not call.whole():
                message = f"{call.name or '(no name)'} was cut off at: {call.raw}"
                yield Notice(code="incomplete-tool-call", message=message)

    def _find(self, delta: ToolCallDelta) -> OpenCall | None:
        """The open call that the delta may continue: of its id, else of its index, else the last one."""
        if delta.id:
            named = next((call for call in reversed(self._open) if call.id == delta.id), None)
            if named is not None or delta.name or delta.index is None:
                return named
        if delta.index is None:
            return self._open[-1] if self._open else None
        same = next((call for call in reversed(self._open) if call.index == delta.index), None)
        if same is not None and delta.id and delta.arguments and same.whole():
            return None  # an id may come late, or change from piece to piece, but nothing follows a whole call
        return same
