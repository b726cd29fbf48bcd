"""The chat-completions format as a server sees it: requests to prompts, answers to messages and deltas.

What every provider of this format has in common; the tables of fields, the refusals' wording and the envelope of a
chunk are each simulator's own.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jackfield.testing.answers import Answer, Call, Function, Prompt, Speaker, Token, Turn
from jackfield.testing.checking import Json, Refused, record, sequence
from jackfield.testing.sights import Sight, glimpse, look
from jackfield.testing.tokens import label

_SPEAKERS: Mapping[str, Speaker] = {
    "system": "system", "developer": "system", "user": "user", "assistant": "assistant", "tool": "tool",
}  # fmt: skip


def turns_of(messages: Sequence[Json]) -> tuple[Turn, ...]:
    """The conversation.

    Raises:
        Refused: a role is unknown, or a tool's result belongs to no call.
    """
    called: dict[str, str] = {}
    turns: list[Turn] = []
    for place, message in enumerate(messages):
        role = _SPEAKERS.get(str(message.get("role")))
        if role is None:
            raise Refused("discriminator property 'role' has invalid value", param=f"messages.{place}")
        calls = tuple(_call(call) for call in sequence(message.get("tool_calls")))
        called |= {call.id: call.name for call in calls}
        tool = None
        if role == "tool":
            tool = called.get(str(message.get("tool_call_id")))
            if tool is None:
                raise Refused("tool_call_id does not match any tool call before it", param=f"messages.{place}")
        text, sights = _content(message.get("content"), f"messages[{place}].content")
        turns.append(Turn(role=role, text=text, sights=sights, calls=calls, tool=tool, failed=_failed(text, role)))
    return tuple(turns)


def _failed(text: str, role: Speaker) -> bool:
    return role == "tool" and text.lstrip().lower().startswith(("error", '{"error"'))


def _call(call: Json) -> Call:
    function = record(call.get("function"))
    return Call(
        id=str(call.get("id", "")), name=str(function.get("name")), arguments=str(function.get("arguments", ""))
    )


def _content(content: Any, param: str) -> tuple[str, tuple[Sight, ...]]:
    if content is None or isinstance(content, str):
        return content or "", ()
    texts: list[str] = []
    sights: list[Sight] = []
    for part in content:
        kind = part.get("type")
        if kind == "text":
            texts.append(part["text"])
        elif kind == "image_url":
            sights.append(_image(part["image_url"]["url"], param))
        elif kind == "image":
            sights.append(_image(part["image"], param))
        elif kind == "document":
            texts.append(json.dumps(record(part["document"]).get("data"), ensure_ascii=False))
        else:
            raise Refused(f"unknown content part type {kind!r}", param=param)
    return "\n".join(texts), tuple(sights)


def _image(url: str, param: str) -> Sight:
    if not url.startswith("data:"):
        return glimpse(url)
    head, _, payload = url.removeprefix("data:").partition(",")
    try:
        return look(base64.b64decode(payload, validate=True), head.partition(";")[0])
    except ValueError as error:
        raise Refused("invalid image data", param=param) from error


def prompt_of(body: Json, **more: Any) -> Prompt:
    """The prompt in a checked request body; `more` is what only the provider knows, and wins.

    Raises:
        Refused: messages or tools make no sense.
    """
    form = record(body.get("response_format"))
    stop = body.get("stop")
    logprobs = (body.get("top_logprobs") or 0) if body.get("logprobs") else None
    limit = body.get("max_completion_tokens")
    facts: Json = {
        "model": body["model"],
        "turns": turns_of(body["messages"]),
        "max_tokens": body.get("max_tokens") if limit is None else limit,
        "stop": (stop,) if isinstance(stop, str) else tuple(stop or ()),
        "seed": body.get("seed"),
        "functions": functions_of(sequence(body.get("tools"))),
        "choice": choice_of(body),
        "parallel": body.get("parallel_tool_calls") is not False,
        "json_mode": form.get("type") == "json_object",
        "schema": record(form.get("json_schema")).get("schema") if form.get("type") == "json_schema" else None,
        "top_logprobs": logprobs,
    }
    return Prompt(**(facts | more))


def functions_of(tools: Sequence[Json]) -> tuple[Function, ...]:
    """The functions among the tools."""
    return tuple(
        Function(
            name=tool["function"]["name"],
            description=tool["function"].get("description") or "",
            parameters=record(tool["function"].get("parameters")),
        )
        for tool in tools
        if tool.get("type") == "function"
    )


def choice_of(body: Json) -> str:
    """What `tool_choice` asks for.

    Raises:
        Refused: it names a tool that is not offered.
    """
    choice = body.get("tool_choice") or "auto"
    if isinstance(choice, str):
        return choice
    name = str(choice["function"]["name"])
    if name not in {function.name for function in functions_of(sequence(body.get("tools")))}:
        raise Refused(f"tool choice {name!r} is none of the tools", param="tool_choice")
    return name


def with_ids(answer: Answer, prompt: Prompt, *, prefix: str = "", length: int = 9) -> tuple[Call, ...]:
    """The calls with ids that differ from call to call and from turn to turn."""
    return tuple(
        Call(
            id=prefix + label(prompt.turns, prompt.seed, place, length=length), name=call.name, arguments=call.arguments
        )
        for place, call in enumerate(answer.calls)
    )


def wire_calls(calls: Sequence[Call], *, indexed: bool = False) -> list[Json]:
    """The calls of a message, or whole calls of a delta."""
    return [
        ({"index": place} if indexed else {})
        | {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for place, call in enumerate(calls)
    ]


def fragments(call: Call, index: int, size: int = 7) -> Iterator[Json]:
    """The deltas of one call: its id and name first, then its arguments in pieces."""
    start: Json = {"function": {"name": call.name, "arguments": ""}, "type": "function", "id": call.id, "index": index}
    yield {"tool_calls": [start]}
    for at in range(0, len(call.arguments), size):
        piece = {"function": {"arguments": call.arguments[at : at + size]}, "type": "function", "index": index}
        yield {"tool_calls": [piece]}


def wire_logprobs(tokens: Sequence[Token]) -> Json:
    """Log probabilities of tokens, with their bytes."""
    return {
        "content": [
            _logprob(one.text, one.logprob) | {"top_logprobs": [_logprob(*c) for c in one.top]} for one in tokens
        ]
    }


def _logprob(text: str, value: float | None) -> Json:
    return {"token": text, "logprob": value, "bytes": list(text.encode("utf-8", "replace"))}


def sse(value: Any, *, event: str | None = None) -> bytes:
    """One server-sent event with LF line ends."""
    named = f"event: {event}\n" if event else ""
    return f"{named}data: {dump(value)}\n\n".encode()


def dump(value: Any) -> str:
    """Compact JSON, with `<`, `>` and `&` escaped like Go does."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


DONE = b"data: [DONE]\n\n"
