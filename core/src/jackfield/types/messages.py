"""Messages and the functions that build them."""

from typing import Any, Literal

from jackfield.errors import UsageError
from jackfield.types.fields import checked, expect
from jackfield.types.parts import Media, Part, Reasoning, Text, ToolCall, ToolResult

Role = Literal["system", "user", "assistant", "tool"]


@checked(kw_only=True)
class Message:
    """One turn of a conversation.

    Attributes:
        role: who speaks; `tool` holds `ToolResult` parts only.
        name: tells speakers of the same role apart, where the provider knows it.
    """

    role: Role
    parts: tuple[Part, ...]
    name: str | None = None

    @property
    def media(self) -> tuple[Media, ...]:
        """Every medium, those in tool results included."""
        nested = [part.content if isinstance(part, ToolResult) else (part,) for part in self.parts]
        return tuple(part for parts in nested for part in parts if isinstance(part, Media))

    @property
    def text(self) -> str:
        """Every text part, joined."""
        return "".join(part.text for part in self.parts if isinstance(part, Text))

    @property
    def reasoning(self) -> str:
        """Every reasoning part, joined."""
        return "".join(part.text for part in self.parts if isinstance(part, Reasoning))


def _parts(role: str, content: tuple[str | Part, ...], allowed: Any) -> tuple[Part, ...]:
    if not content:
        msg = f"a {role} message needs at least one part"
        raise UsageError(msg)
    for item in content:
        expect(role, allowed, item)
    return tuple(Text(item) if isinstance(item, str) else item for item in content)


def system(text: str) -> Message:
    """Instructions for the whole conversation; put it first."""
    return Message(role="system", parts=_parts("system", (text,), str))


def user(*content: str | Text | Media, name: str | None = None) -> Message:
    """A user's turn: text and media in any order.

    Raises:
        UsageError: it is empty, or holds something else.
    """
    return Message(role="user", parts=_parts("user", content, str | Text | Media), name=name)


def assistant(*content: str | Part) -> Message:
    """A model's turn written by hand; use `result.message` for a real one."""
    return Message(role="assistant", parts=_parts("assistant", content, str | Part))


def tool_result(call: ToolCall, *content: str | Text | Media, is_error: bool = False) -> Message:
    """The answer to one tool call."""
    expect("tool_result: call", ToolCall, call)
    for item in content:
        expect("tool_result", str | Text | Media, item)
    parts = tuple(Text(item) if isinstance(item, str) else item for item in content)
    result = ToolResult(call_id=call.id, name=call.name, content=parts, is_error=is_error)
    return Message(role="tool", parts=(result,))
