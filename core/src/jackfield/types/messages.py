"""Messages and the functions that build them."""

from typing import Literal

from jackfield.errors import UsageError
from jackfield.types.parts import Media, Part, Reasoning, Text, ToolCall, ToolResult
from jackfield.values import frozen

Role = Literal["system", "user", "assistant", "tool"]


@frozen(kw_only=True)
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


def _parts(role: str, content: tuple[str | Part, ...]) -> tuple[Part, ...]:
    if not content:
        msg = f"a {role} message needs at least one part"
        raise UsageError(msg)
    return tuple(Text(item) if isinstance(item, str) else item for item in content)


def system(text: str) -> Message:
    """Instructions for the whole conversation; put it first."""
    return Message(role="system", parts=_parts("system", (text,)))


def user(*content: str | Text | Media, name: str | None = None) -> Message:
    """A user's turn: text and media in any order.

    Raises:
        UsageError: it is empty.
    """
    return Message(role="user", parts=_parts("user", content), name=name)


def assistant(*content: str | Part) -> Message:
    """A model's turn written by hand; use `result.message` for a real one."""
    return Message(role="assistant", parts=_parts("assistant", content))


def tool_result(call: ToolCall, *content: str | Text | Media, is_error: bool = False) -> Message:
    """The answer to one tool call."""
    parts = tuple(Text(item) if isinstance(item, str) else item for item in content)
    result = ToolResult(call_id=call.id, name=call.name, content=parts, is_error=is_error)
    return Message(role="tool", parts=(result,))
