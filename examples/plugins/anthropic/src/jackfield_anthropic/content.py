"""A conversation as Anthropic's messages.

Rules: instructions stand beside the messages; turns of one role that follow each other become one message, so that
every tool result stands in the turn right after its call; thoughts go back with their signature or not at all; what
only another provider understands is left out and reported.

Source: https://platform.claude.com/docs/en/api/messages (2026-11)
"""

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from jackfield.types.messages import Message
from jackfield.types.parts import (
    Citation,
    Media,
    Opaque,
    Part,
    ProviderPart,
    Reasoning,
    ServerTool,
    Text,
    ToolCall,
    ToolResult,
)
from jackfield.types.results import Notice
from jackfield.wire import base64_text
from jackfield_anthropic.shapes import PROVIDER, Json, refusal

IMAGES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


@attrs.define
class ConversationWriter:
    """Writes one conversation; `notices` says what had to be left out."""

    notices: dict[str, Notice] = attrs.field(factory=dict[str, Notice])
    files: bool = False

    def write(self, messages: Sequence[Message]) -> tuple[list[Json], list[dict[str, Any]]]:
        """The instructions, and the messages. Raises UnsupportedOption."""
        system: list[Json] = []
        turns: list[dict[str, Any]] = []
        for message in messages:
            if message.name is not None:
                self.notice("name-dropped", "messages cannot carry a name")
            blocks = list(self._blocks(message))
            if message.role == "system":
                if turns:
                    raise refusal("system", "instructions must stand before the conversation", droppable=False)
                system += blocks
                continue
            role = "assistant" if message.role == "assistant" else "user"
            if turns and turns[-1]["role"] == role:
                turns[-1]["content"] += blocks
            elif blocks:
                turns.append({"role": role, "content": blocks})
        return system, turns

    def notice(self, code: str, message: str, option: str | None = None) -> None:
        """Report something once."""
        self.notices.setdefault(code, Notice(code=code, message=f"{PROVIDER}: {message}", option=option))

    def _blocks(self, message: Message) -> Iterator[Json]:
        thoughts: list[str] = []
        for part in message.parts:
            state = self._own_state(part)
            if isinstance(part, Reasoning):
                thoughts.append(part.text)
                if state is not None:
                    yield {"type": "thinking", "thinking": "".join(thoughts), "signature": state.data["signature"]}
                    thoughts.clear()
                continue
            block = self._block(part, state, message.role)
            if block is not None:
                yield block
        if "".join(thoughts):
            self.notice("reasoning-omitted", "thoughts without their signature cannot be sent back")

    def _own_state(self, part: Part) -> Opaque | None:
        state: Opaque | None = getattr(part, "opaque", None)
        if state is None or state.provider == PROVIDER:
            return state
        self.notice("foreign-state", f"state that only {state.provider} understands was left out")
        return None

    def _block(self, part: Part, state: Opaque | None, role: str) -> Json | None:
        if isinstance(part, ServerTool | ProviderPart):
            return state.data if state is not None else None
        if isinstance(part, Citation):
            return None  # says where the text comes from, and is no part of what was said
        if isinstance(part, Text):
            return {"type": "text", "text": part.text} if part.text else None
        if isinstance(part, ToolCall):
            return self._call(part)
        if isinstance(part, ToolResult):
            return self._result(part)
        if not isinstance(part, Media) or role == "assistant":
            raise refusal(type(part).__name__, "an assistant's turn cannot hold it", droppable=False)
        return self._media(part)

    def _call(self, call: ToolCall) -> Json:
        """A call. Arguments that are no object are wrapped, as Anthropic advises for its own cut-off ones."""
        arguments: Json = call.arguments
        if call.error is not None:
            arguments = {"INVALID_JSON": call.arguments_raw}
            self.notice("arguments-wrapped", "arguments of a call that are not a JSON object went back as text")
        return {"type": "tool_use", "id": call.id, "name": call.name, "input": dict(arguments)}

    def _result(self, result: ToolResult) -> Json:
        content = [self._media(one) if isinstance(one, Media) else {"type": "text", "text": one.text}
                   for one in result.content if isinstance(one, Media) or one.text]  # fmt: skip
        failed = {"is_error": True} if result.is_error else {}
        return {"type": "tool_result", "tool_use_id": result.call_id, "content": content, **failed}

    def _media(self, part: Media) -> Json:
        if part.kind not in ("image", "document"):
            raise refusal(part.kind, "a message cannot hold it", droppable=False)
        if part.extra is not None:
            raise refusal(f"{part.kind}.extra", "there are no options for one part", droppable=False)
        if part.detail is not None:
            self.notice("detail-dropped", "how closely to look at a picture cannot be said")
        title = {"title": part.filename} if part.filename and part.kind == "document" else {}
        return {"type": part.kind, "source": self._source(part), **title}

    def _source(self, part: Media) -> Json:
        if part.url is not None:
            return {"type": "url", "url": part.url}
        if part.file_id is not None:
            self.files = True
            return {"type": "file", "file_id": part.file_id}
        data = part.data or b""
        kind = (part.mime_type or "").partition(";")[0]
        if kind in IMAGES or kind == "application/pdf":
            return {"type": "base64", "media_type": kind, "data": base64_text(data)}
        if part.kind == "document" and kind.startswith("text/"):
            try:
                return {"type": "text", "media_type": "text/plain", "data": data.decode()}
            except UnicodeDecodeError as error:
                raise refusal("document", f"it is not UTF-8: {error}", droppable=False) from error
        raise refusal(part.kind, f"{kind} is not taken", droppable=False)
