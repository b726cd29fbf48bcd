"""A conversation as the items of a Responses request.

Rules: a reasoning item goes back as it came; state of another provider is left out and named in a notice; what cannot
be sent is refused by name.

Source: https://developers.cloudflare.com/workers-ai/models/gpt-oss-120b/
"""

from collections.abc import Iterator, Sequence

from jackfield.dialects.chat_completions.differences import Encoding, Json
from jackfield.types.messages import Message
from jackfield.types.parts import Media, Part, Reasoning, Text, ToolCall, ToolResult
from jackfield.wire import is_object
from jackfield_cloudflare.errors import PROVIDER
from jackfield_cloudflare.images import picture_url


def encode_items(encoding: Encoding) -> list[Json]:
    """The value of `input`.

    Raises:
        UnsupportedOption: a part cannot be expressed.
    """
    return [item for message in encoding.request.messages for item in _items(message, encoding)]


def _items(message: Message, encoding: Encoding) -> Iterator[Json]:
    if message.role == "assistant":
        for part in message.parts:
            yield from _assistant_item(part, encoding)
        return
    results = [part for part in message.parts if isinstance(part, ToolResult)]
    for result in results:
        yield {"type": "function_call_output", "call_id": result.call_id, "output": _output(result, encoding)}
    rest = [part for part in message.parts if not isinstance(part, ToolResult)]
    if rest or not results:
        yield {"role": message.role, "content": _content(rest, encoding)}


def _content(parts: Sequence[Part], encoding: Encoding) -> str | list[Json]:
    if all(isinstance(part, Text) for part in parts):
        return "".join(part.text for part in parts if isinstance(part, Text))
    return [_input(part, encoding) for part in parts]


def _input(part: Part, encoding: Encoding) -> Json:
    if isinstance(part, Text):
        return {"type": "input_text", "text": part.text}
    if not isinstance(part, Media):
        raise encoding.refusal(type(part).__name__, "a message to the model cannot hold it", droppable=False)
    return {"type": "input_image", "image_url": picture_url(part, encoding), "detail": part.detail or "auto"}


def _output(result: ToolResult, encoding: Encoding) -> str:
    if any(isinstance(part, Media) for part in result.content):
        raise encoding.refusal("media", "the answer of a tool is text", droppable=False)
    return result.text


def _assistant_item(part: Part, encoding: Encoding) -> Iterator[Json]:
    opaque = getattr(part, "opaque", None)
    if opaque is not None and opaque.provider != PROVIDER:
        encoding.notice("foreign-state", f"state that only {opaque.provider} understands was left out")
    if isinstance(part, Reasoning):
        item = opaque.data.get("item") if opaque is not None and opaque.provider == PROVIDER else None
        if is_object(item):
            yield item
    elif isinstance(part, ToolCall):
        yield {
            "type": "function_call",
            "call_id": part.id,
            "name": part.name,
            "arguments": part.arguments_raw or "{}",
        }
    elif isinstance(part, Text):
        if part.text:
            yield {"role": "assistant", "content": part.text}
    elif isinstance(part, Media):
        raise encoding.refusal(part.kind, "an assistant's turn cannot hold media", droppable=False)
