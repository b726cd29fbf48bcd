"""A conversation as chat-completions messages.

Rules: an assistant's turn is one message, each tool result is one; media of a tool result move to a user's message
after the results, because a `tool` message holds text only; earlier reasoning goes back as the model's traits say;
what only another provider understands is left out and reported. What a call returned is found by the call's id, in
whatever order it comes.

Source: https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages
"""

from collections.abc import Mapping, Sequence
from typing import Any

from jackfield import wire
from jackfield.dialects.chat_completions.differences import EncodePart, Encoding, Json
from jackfield.dialects.chat_completions.history import ordered
from jackfield.pieces import Pieces
from jackfield.types.messages import Message
from jackfield.types.parts import Image, Media, Part, ProviderPart, Text, ToolCall, ToolResult


def encode_messages(encoding: Encoding) -> list[Json]:
    """The messages of the body.

    Raises:
        UnsupportedOption: a part cannot be expressed.
    """
    messages: Sequence[Message] = encoding.request.messages
    if encoding.differences.ordered_history:
        messages = ordered(messages, encoding)
    encoded: list[Json] = []
    moved: list[Part] = []
    for message in messages:
        _report_foreign_state(message, encoding)
        results = [part for part in message.parts if isinstance(part, ToolResult)]
        if moved and not results:
            encoded.append({"role": "user", "content": _content(moved, encoding)})
            moved.clear()
        encoded += [_tool_message(result, encoding) for result in results]
        moved += [part for result in results for part in result.content if isinstance(part, Media)]
        encoded += _turn(message, encoding)
    if moved:
        encoded.append({"role": "user", "content": _content(moved, encoding)})
    return encoded


def _turn(message: Message, encoding: Encoding) -> list[Json]:
    """Everything of a turn but its tool results, as one message."""
    if message.role == "assistant":
        return [_assistant(message, encoding)]
    parts = [part for part in message.parts if not isinstance(part, ToolResult)]
    if message.parts and not parts:
        return []
    role = "user" if message.role == "tool" else message.role
    return [{"role": role, "content": _content(parts, encoding), **_name(message, encoding)}]


def _tool_message(result: ToolResult, encoding: Encoding) -> Json:
    name = {"name": result.name} if encoding.differences.message_names and result.name else {}
    if any(isinstance(part, Media) for part in result.content):
        encoding.notice("media-moved", "media of a tool result went into a user's message, as its own cannot hold any")
    return {"role": "tool", "tool_call_id": result.call_id, "content": result.text, **name}


def _name(message: Message, encoding: Encoding) -> Json:
    if message.name is None:
        return {}
    if not encoding.differences.message_names:
        encoding.notice("name-dropped", "messages cannot carry a name")
        return {}
    return {"name": message.name}


def _content(parts: Sequence[Part], encoding: Encoding) -> str | list[Json]:
    """One string where that says the same, a list of parts otherwise."""
    texts = [part.text for part in parts if isinstance(part, Text)]
    if len(texts) == len(parts) and (len(texts) <= 1 or encoding.differences.joined_text):
        return "".join(texts)
    encoded = (_part(part, encoding) for part in parts if not isinstance(part, ProviderPart))
    return [part for part in encoded if part is not None] or ""


def _part(part: Part, encoding: Encoding) -> Json | None:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text}
    kind = part.kind if isinstance(part, Media) else type(part).__name__
    encode = encoding.differences.parts.get(kind)
    if encode is None or not isinstance(part, Media):
        raise encoding.refusal(kind, "a message to this provider cannot hold it", droppable=False)
    if part.extra is not None:
        raise encoding.refusal(f"{kind}.extra", "there are no options for one part", droppable=False)
    return encode(part, encoding)


def image_url(part: Media, encoding: Encoding) -> Json:
    """A picture by its URL, or as a data URL."""
    if part.file_id is not None:
        raise encoding.refusal(part.kind, "uploaded files cannot be put into a message", droppable=False)
    url = {"url": part.url or data_url(part)}
    return {"type": "image_url", "image_url": {**url, **({"detail": part.detail} if part.detail else {})}}


def data_url(part: Media) -> str | Pieces:
    """The bytes of a medium as a URL, to be put into a body; a large one is encoded while it is sent."""
    return wire.base64_text(part.data or b"", f"data:{part.mime_type};base64,")


def _assistant(message: Message, encoding: Encoding) -> Json:
    """An assistant's turn; without text beside calls it has no `content` key."""
    calls = [_call(part) for part in message.parts if isinstance(part, ToolCall)]
    if any(isinstance(part, Media) for part in message.parts):
        raise encoding.refusal("media", "an assistant's turn cannot hold media", droppable=False)
    text, fields = _replayed(message, encoding)
    encoded: dict[str, Any] = {"role": "assistant", **fields}
    if text or not calls:
        encoded["content"] = text
    if calls:
        encoded["tool_calls"] = calls
    return {**encoded, **_name(message, encoding)}


def _replayed(message: Message, encoding: Encoding) -> tuple[str, Json]:
    """The text of a turn and the fields that carry its reasoning."""
    if not message.reasoning:
        return message.text, {}
    replay = encoding.traits.replay
    if replay == "field":
        return message.text, {encoding.differences.reasoning_field: message.reasoning}
    if replay == "inline":
        return f"<think>{message.reasoning}</think>{message.text}", {}
    encoding.notice("reasoning-omitted", "earlier reasoning cannot be sent back")
    return message.text, {}


def _call(call: ToolCall) -> Json:
    """A call with its arguments as the model wrote them, unless somebody changed them since."""
    raw = call.arguments_raw
    if call.error is None and _arguments(raw) != call.arguments:
        raw = wire.dumps(dict(call.arguments), escape=True).decode()
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": raw}}


def _arguments(raw: str) -> Any:
    return wire.loads(raw.encode()) if raw.strip() else {}


def _report_foreign_state(message: Message, encoding: Encoding) -> None:
    """A notice for the state of another provider, which stays at home."""
    provider = encoding.differences.provider
    for part in message.parts:
        opaque = getattr(part, "opaque", None)
        if opaque is not None and opaque.provider != provider:
            encoding.notice("foreign-state", f"state that only {opaque.provider} understands was left out")


PARTS: Mapping[str, EncodePart] = {Image.kind: image_url}
"""The media parts of the plain format."""
