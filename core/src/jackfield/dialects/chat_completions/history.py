"""A conversation in the order that strict hosts check: each call's result right after it, unique ids, no orphans."""

from collections.abc import Sequence

import attrs

from jackfield.dialects.chat_completions.differences import Encoding
from jackfield.types.messages import Message
from jackfield.types.parts import ToolCall, ToolResult


def ordered(messages: Sequence[Message], encoding: Encoding) -> Sequence[Message]:
    """The same conversation; each tool result stands after the turn that asked for it, in the order of its calls.

    An id that occurs twice is renumbered, in the call and in its result. A result without a call is left out and
    reported.
    """
    made: list[Message] = []
    waiting = [
        (position, part)
        for position, message in enumerate(messages)
        for part in message.parts
        if isinstance(part, ToolResult)
    ]
    used: set[str] = set()
    for position, message in enumerate(messages):
        rest = tuple(part for part in message.parts if not isinstance(part, ToolResult))
        if not rest and message.parts:
            continue
        turn, results = _answered(attrs.evolve(message, parts=rest), position, waiting, used)
        made.append(turn)
        if results:
            made.append(Message(role="tool", parts=results))
    for _, orphan in waiting:
        encoding.notice("orphan-tool-result", f"the result of {orphan.name} ({orphan.call_id}) answers no call")
    return made


def _answered(
    turn: Message, position: int, waiting: list[tuple[int, ToolResult]], used: set[str]
) -> tuple[Message, tuple[ToolResult, ...]]:
    """The turn with unique call ids, and the results that answer its calls."""
    parts, results = list(turn.parts), list[ToolResult]()
    for number, call in enumerate(parts):
        if not isinstance(call, ToolCall):
            continue
        unique = _unique(call.id, used)
        parts[number] = attrs.evolve(call, id=unique)
        found = next((one for one in waiting if one[0] > position and one[1].call_id == call.id), None)
        if found is not None:
            waiting.remove(found)
            results.append(attrs.evolve(found[1], call_id=unique))
    return attrs.evolve(turn, parts=tuple(parts)), tuple(results)


def _unique(call_id: str, used: set[str]) -> str:
    unique, number = call_id, 1
    while unique in used:
        number += 1
        unique = f"{call_id}_{number}"
    used.add(unique)
    return unique
