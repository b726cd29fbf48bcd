"""What the three endpoints are asked, checked and brought to one form: that of chat completions.

Native models ignore members that they do not know (2025-08); what they know must be of the right type and within
bounds. Here stand the recorded and documented refusals with Cloudflare's codes.

Sources: https://developers.cloudflare.com/workers-ai/models/llama-4-scout-17b-16e-instruct/,
https://developers.cloudflare.com/workers-ai/platform/errors/
"""

import base64
from collections.abc import Mapping
from typing import Any

from jackfield.testing.answers import Prompt
from jackfield.testing.chat_completions import prompt_of
from jackfield.testing.chat_tables import IMAGE_PART, TEXT_PART, TOOL_CHOICE, content_of
from jackfield.testing.checking import (
    Check,
    Json,
    Refused,
    Table,
    boolean,
    either,
    fields,
    is_record,
    items,
    listed,
    mapping,
    nullable,
    real,
    record,
    sequence,
    text,
    whole,
)
from jackfield_cloudflare.simulator.models import Kind

DEFAULT_MAX_TOKENS = 256
_CONTENT = content_of({"text": TEXT_PART, "image_url": IMAGE_PART})
_NATIVE: Table = {
    "prompt": text, "messages": listed(mapping), "input": either(text, items), "max_tokens": whole(1),
    "temperature": real(0, 5), "top_p": real(0, 2), "top_k": whole(1, 50), "seed": whole(1, 9_999_999_999),
    "repetition_penalty": real(0, 2), "frequency_penalty": real(-2, 2), "presence_penalty": real(-2, 2),
    "stream": boolean, "raw": boolean, "response_format": mapping, "tools": listed(mapping), "guided_json": mapping,
    "tool_choice": TOOL_CHOICE, "image": either(text, items),
}  # fmt: skip
_CHAT: Table = {
    "model": text, "messages": listed(mapping), "max_completion_tokens": nullable(whole(1)),
    "max_tokens": nullable(whole(1)), "temperature": nullable(real(0, 5)), "top_p": nullable(real(0, 2)),
    "n": nullable(whole(1, 128)), "stop": nullable(either(text, listed(text))), "seed": nullable(whole()),
    "logprobs": nullable(boolean), "top_logprobs": nullable(whole(0, 20)), "stream": nullable(boolean),
    "frequency_penalty": nullable(real(-2, 2)), "presence_penalty": nullable(real(-2, 2)),
    "tools": nullable(listed(mapping)), "tool_choice": nullable(TOOL_CHOICE),
    "parallel_tool_calls": nullable(boolean), "response_format": nullable(mapping),
}  # fmt: skip
_RESPONSES: Table = {
    "model": text, "input": either(text, listed(mapping)), "instructions": nullable(text),
    "max_output_tokens": nullable(whole(1)), "temperature": nullable(real(0, 2)), "top_p": nullable(real(0, 1)),
    "reasoning": nullable(mapping), "text": nullable(mapping), "tools": nullable(listed(mapping)),
    "parallel_tool_calls": nullable(boolean), "stream": nullable(boolean),
}  # fmt: skip


_INPUT = content_of({
    "input_text": TEXT_PART, "output_text": mapping,
    "input_image": fields({"type": text, "image_url": text, "detail": text}, required=("image_url",)),
})  # fmt: skip
_ITEMS: Mapping[str, Check] = {
    "message": fields(
        {"type": text, "role": text, "content": _INPUT, "id": text, "status": text}, required=("role", "content")
    ),
    "function_call": fields(
        {"type": text, "call_id": text, "name": text, "arguments": text, "id": text, "status": text},
        required=("call_id", "name", "arguments"),
    ),
    "function_call_output": fields({"type": text, "call_id": text, "output": text}, required=("call_id", "output")),
}


def bad_input(reason: str) -> Refused:
    """What fails the model's schema."""
    return Refused(f"AiError: Bad input: Error: {reason}", code="5006")


def _checked(body: Json, table: Table) -> Json:
    for name, value in body.items():
        fault = table[name](value) if name in table else None
        if fault:
            raise bad_input(f"'{name}' {fault}")
    return body


def native_prompt(body: Json, kind: Kind, model: str) -> Prompt:
    """The prompt of a native request.

    Raises:
        Refused: it fails the schema, or the model cannot do it.
    """
    _checked(body, _NATIVE)
    given = [name for name in ("prompt", "messages") if name in body]
    if len(given) != 1:
        raise bad_input(
            f"oneOf at '/' not met, {len(given)} matches: required properties at '/' are 'prompt' or 'messages'"
        )
    messages = body.get("messages") or [{"role": "user", "content": body.get("prompt", "")}]
    if "image" in body:
        messages = [*messages[:-1], _with_picture(record(messages[-1]), body["image"])]
    form = record(body.get("response_format"))
    if form.get("type") == "json_schema":
        _check_schema(kind, stream=bool(body.get("stream")))
        bare = form.get("json_schema")
        if not is_record(bare) or {"schema", "name"} <= bare.keys():
            raise bad_input("'response_format.json_schema' is the schema itself")
        form = {"type": "json_schema", "json_schema": {"schema": bare}}
    chat: Json = {
        "model": model,
        "messages": _messages(messages, kind, lax=True),
        "max_tokens": body.get("max_tokens", DEFAULT_MAX_TOKENS),
        "seed": body.get("seed"),
        "tools": [] if kind.backend == "thinking" else _nested(body.get("tools")),
        "tool_choice": body.get("tool_choice"),
        "response_format": form,
    }
    return prompt_of(chat, thoughts=2 if kind.reasons else 0)


def _with_picture(message: Json, image: Any) -> Json:
    """The message and the picture that stands beside the messages: bytes as numbers, or a data URI."""
    try:
        url = image if isinstance(image, str) else "data:;base64," + base64.b64encode(bytes(image)).decode()
    except (TypeError, ValueError):
        raise bad_input("'image' must be a list of bytes") from None
    return message | {"content": [
        {"type": "text", "text": str(message.get("content", ""))}, {"type": "image_url", "image_url": {"url": url}}
    ]}  # fmt: skip


def _check_schema(kind: Kind, *, stream: bool) -> None:
    if stream and not kind.streams_schemas:
        raise Refused("AiError: Ai: JSON Schema mode is not supported with stream mode.", status=403, code="5023")
    if not kind.schemas:
        # The misspelling is the provider's own.
        raise Refused("AiError: Ai: This model doesn't suuport JSON Schema.", status=403, code="5025")


def chat_prompt(body: Json, kind: Kind, model: str, *, wrapped: bool) -> Prompt:
    """The prompt of a chat-completions request; on the native endpoint its schema may come bare, not `wrapped`.

    Raises:
        Refused: it fails the schema.
    """
    _checked(body, _CHAT)
    form = record(body.get("response_format"))
    inner = record(form.get("json_schema"))
    if form.get("type") == "json_schema" and not ({"name", "schema"} <= inner.keys()):
        if wrapped:
            raise bad_input("'response_format.json_schema.name' is required")
        body = body | {"response_format": {"type": "json_schema", "json_schema": {"schema": inner}}}
    limit = body.get("max_completion_tokens") or body.get("max_tokens") or DEFAULT_MAX_TOKENS
    chat = body | {"messages": _messages(sequence(body.get("messages")), kind), "tools": _nested(body.get("tools"))}
    return prompt_of(chat, model=model, max_tokens=limit, thoughts=thoughts(body.get("reasoning_effort"), kind))


def thoughts(effort: Any, kind: Kind) -> int:
    """Sentences of reasoning for an effort."""
    if not kind.reasons:
        return 0
    return {"none": 0, "low": 1, "high": 4, "max": 5, "xhigh": 5}.get(str(effort), 2)


def responses_prompt(body: Json, kind: Kind, model: str) -> Prompt:
    """The prompt of a Responses request.

    Raises:
        Refused: it fails the schema.
    """
    _checked(body, _RESPONSES)
    given = body.get("input")
    conversation = [{"role": "user", "content": given}] if isinstance(given, str) else sequence(given)
    system = [{"role": "system", "content": body["instructions"]}] if body.get("instructions") else []
    messages = [_message_of(item) for item in conversation if item.get("type") != "reasoning"]
    form = record(record(body.get("text")).get("format"))
    wrapped = {"schema": form.get("schema"), "name": form.get("name")}
    choice = body.get("tool_choice")
    flat = [{"type": "function", "function": _function(tool)} for tool in sequence(body.get("tools"))]
    chat: Json = {
        "model": model,
        "messages": _messages([*system, *messages], kind),
        "max_tokens": body.get("max_output_tokens"),
        "tools": flat,
        "tool_choice": {"function": {"name": choice.get("name")}} if is_record(choice) else choice,
        "parallel_tool_calls": body.get("parallel_tool_calls"),
        "response_format": {"type": form.get("type"), "json_schema": wrapped} if form else None,
    }
    return prompt_of(chat, thoughts=thoughts(record(body.get("reasoning")).get("effort"), kind))


def _function(tool: Json) -> Json:
    if tool.get("type") != "function" or not isinstance(tool.get("name"), str):
        raise bad_input("'tools' must be functions with a name")
    if not isinstance(tool.get("description") or "", str):
        raise bad_input("'tools.description' must be a string")
    return {name: tool[name] for name in ("name", "description", "parameters") if name in tool}


def _message_of(item: Json) -> Json:
    """An item of a conversation as a message."""
    kind = item.get("type", "message")
    fault = _ITEMS[kind](item) if isinstance(kind, str) and kind in _ITEMS else f"unknown item {kind!r}"
    if fault:
        raise bad_input(f"'input' {fault}")
    if kind == "function_call":
        call = {
            "id": item["call_id"],
            "type": "function",
            "function": {"name": item["name"], "arguments": item["arguments"]},
        }
        return {"role": "assistant", "tool_calls": [call]}
    if kind == "function_call_output":
        return {"role": "tool", "tool_call_id": item["call_id"], "content": item["output"]}
    content = item.get("content")
    return {
        "role": item["role"],
        "content": content if isinstance(content, str) else [_part(one) for one in sequence(content)],
    }


def _part(part: Json) -> Json:
    if part.get("type") == "input_image":
        return {"type": "image_url", "image_url": {"url": part["image_url"]}}
    return {"type": "text", "text": str(part.get("text", ""))}


def _messages(messages: list[Any], kind: Kind, *, lax: bool = False) -> list[Json]:
    """Messages with strings or parts as content, and calls whose arguments are texts.

    A `tool` message without a call before it is accepted natively (2025-08): it becomes a user's.
    """
    made: list[Json] = []
    called: set[str] = set()
    for place, message in enumerate(map(record, messages)):
        content = message.get("content")
        if content is None and lax:
            raise bad_input(f"'messages.{place}.content' must be a string")
        fault = None if content is None else _CONTENT(content)
        if fault:
            raise bad_input(f"'messages.{place}.content' {fault}")
        _check_pictures(content, kind)
        calls = sequence(message.get("tool_calls"))
        if not all(isinstance(record(call.get("function")).get("arguments"), str) for call in map(record, calls)):
            raise bad_input(f"'messages.{place}.tool_calls.function.arguments' must be a string")
        called |= {str(record(call).get("id")) for call in calls}
        orphan = lax and message.get("role") == "tool" and message.get("tool_call_id") not in called
        made.append(message | {"role": "user"} if orphan else message)
    return made


def _check_pictures(content: Any, kind: Kind) -> None:
    urls = [part["image_url"]["url"] for part in sequence(content) if part.get("type") == "image_url"]
    if urls and not kind.sees:
        raise bad_input("this model takes no images")
    if not all(url.startswith("data:") for url in urls):
        raise bad_input("'image_url.url' must match '^data:'")


def _nested(tools: Any) -> list[Json]:
    """Tools with their functions inside; the flat form of the documentation is taken as well."""
    made: list[Json] = []
    for tool in map(record, sequence(tools)):
        function: Mapping[str, Any] = tool if "name" in tool else record(tool.get("function"))
        if not isinstance(function.get("name"), str) or not isinstance(function.get("description", ""), str):
            raise Refused("AiError: 8001: Invalid input: tools", code="8001")
        made.append({"type": "function", "function": dict(function)})
    return made
