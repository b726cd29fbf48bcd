"""Tool calls that a model wrote as text, because its backend parses them in whole answers only.

The same request gives `tool_calls` whole and text streamed: `{"name": ..., "parameters": {...}}` (llama-3, 2025-08 to
2026-08), or `<tool_call>` blocks with an object in JSON or Python spelling (hermes-2-pro, 2025-08). Rules: the whole
text must be calls of tools that were offered, else it is text; nothing is evaluated; by default the text stays and a
notice says what it is, and `CloudflareOptions(text_tool_calls=True)` turns it into calls.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Any

from jackfield import wire
from jackfield.errors import DecodeError
from jackfield.types.events import Event, NoticeEvent, TextDelta, ToolCallDelta
from jackfield.types.requests import GenerateRequest
from jackfield.types.results import Notice
from jackfield.wire import is_object
from jackfield_cloudflare.options import CloudflareOptions

MAX_CHARACTERS = 64 * 1024
"""Longer text is never taken for a call."""

_BLOCK = re.compile(r"<tool_call>(.*?)</tool_call>", re.DOTALL)
_OPENINGS = ("{", "<tool_call>")


class TextWatch:
    """Reads the text of one reply; with the option set, holds back what may become a call."""

    def __init__(self, request: GenerateRequest) -> None:
        """Watch only if the request offers tools: `active` says so."""
        self._names = frozenset(tool.name for tool in request.tools or ())
        self.active = bool(self._names)
        self._convert = isinstance(request.extra, CloudflareOptions) and bool(request.extra.text_tool_calls)
        self._pieces: list[str] = []
        self._size = 0
        self._opened = False

    def feed(self, events: Sequence[Event]) -> Sequence[Event]:
        """The events to deliver now; real calls end the watch."""
        if not self.active:
            return events
        delivered: list[Event] = []
        for event in events:
            if type(event) is ToolCallDelta:
                delivered.extend(self._give_up())
            if type(event) is TextDelta and self.active:
                delivered.extend(self._text(event))
            else:
                delivered.append(event)
        return delivered

    def close(self, *, complete: bool) -> Iterator[Event]:
        """The calls that the text is, if the reply is complete, or the text that was held back."""
        if not self.active:
            return
        calls = leaked_calls("".join(self._pieces), self._names) if complete else ()
        if calls and self._convert:
            self.active = False
            for index, (name, arguments) in enumerate(calls):
                yield ToolCallDelta(index=index, name=name, arguments=arguments)
            return
        yield from self._give_up()
        if calls:
            names = ", ".join(name for name, _ in calls)
            message = f"the text of this reply is a call of {names}; pass text_tool_calls=True to get it as one"
            yield NoticeEvent(notice=Notice(code="tool-call-as-text", message=message, option="tools"))

    def _text(self, event: TextDelta) -> Iterator[Event]:
        self._pieces.append(event.text)
        self._size += len(event.text)
        if not self._convert:
            yield event
        if not self._possible():
            yield from self._give_up()

    def _possible(self) -> bool:
        if not self._opened:
            begun = "".join(self._pieces).lstrip()
            self._opened = begun.startswith(_OPENINGS)
            return self._opened or any(opening.startswith(begun) for opening in _OPENINGS)
        return self._size <= MAX_CHARACTERS

    def _give_up(self) -> Iterator[Event]:
        self.active = False
        held, self._pieces = self._pieces, []
        if self._convert and held:
            yield TextDelta("".join(held))


def leaked_calls(text: str, names: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Name and arguments of each call, if the text is nothing but calls of these tools; else nothing."""
    blocks = _BLOCK.findall(text)
    if blocks and _BLOCK.sub("", text).strip():
        return ()
    calls = [_call(block, names) for block in blocks or [text]]
    return tuple(call for call in calls if call) if all(calls) else ()


def _call(text: str, names: frozenset[str]) -> tuple[str, str] | None:
    value = _value(text.strip())
    if not is_object(value):
        return None
    name, arguments = value.get("name"), value.get("parameters", value.get("arguments"))
    if not isinstance(name, str) or name not in names or not is_object(arguments):
        return None
    try:
        return name, wire.dumps_text(arguments)
    except DecodeError:  # a Python literal may hold what JSON cannot
        return None


def _value(text: str) -> Any:
    """The value that the text spells in JSON, or as a Python literal; None if it is neither."""
    if not text.startswith("{"):
        return None
    try:
        return wire.loads(text.encode("utf-8", "surrogatepass"))
    except DecodeError:
        pass
    try:
        return ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
