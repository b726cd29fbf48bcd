"""A recorded chat-completions request as a request of ours, and what of its body is meant.

`written` reads any body in that format; it knows no recording. `meaning` takes out of a body what says nothing.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.corpus.recordings import Interaction

from jackfield.types.messages import Message
from jackfield.types.parts import Image, Part, Reasoning, Text, ToolCall, ToolResult
from jackfield.types.requests import GenerateRequest, OutputSchema, Tool, ToolName, WebSearch
from jackfield_cerebras import CerebrasOptions
from jackfield_groq import GroqOptions, SearchSettings

Json = dict[str, Any]

SAME = {
    "temperature": "temperature",
    "top_p": "top_p",
    "max_completion_tokens": "max_tokens",
    "seed": "seed",
    "parallel_tool_calls": "parallel_tool_calls",
    "reasoning_effort": "reasoning_effort",
}
FIXED = {"model", "messages", "stream"}


def written(interaction: Interaction) -> GenerateRequest:
    """The request that a user of ours would have written."""
    body = dict(interaction.body)
    options: Json = {}
    rest: Json = {}
    for name, value in body.items():
        if name in SAME:
            options[SAME[name]] = value
        elif name in OPTIONS:
            options |= OPTIONS[name](value)
        elif name not in FIXED:
            rest[name] = value
    return GenerateRequest(
        model=body["model"],
        stream=body.get("stream", False),
        messages=tuple(message(one) for one in body["messages"]),
        extra=EXTRA[interaction.provider](rest),
        **options,
    )


def tools(wire: list[Json]) -> Json:
    """Functions are tools; the provider's own browser is a web search."""
    kinds = {one["type"] for one in wire}
    assert kinds <= {"function", "browser_search"}, kinds
    functions = [one["function"] for one in wire if one["type"] == "function"]
    made = [
        Tool(name=one["name"], description=one["description"], parameters=one["parameters"], strict=one.get("strict"))
        for one in functions
    ]
    return {
        **({"tools": tuple(made)} if made else {}),
        **({"web_search": WebSearch()} if "browser_search" in kinds else {}),
    }


def response_format(wire: Json) -> Json:
    """JSON of any shape, or of one."""
    if wire["type"] == "json_object":
        return {"json_mode": True}
    schema = wire["json_schema"]
    return {"schema": OutputSchema(name=schema["name"], schema=schema["schema"])}


def tool_choice(wire: str | Json) -> Json:
    """A mode or a name."""
    return {"tool_choice": wire if isinstance(wire, str) else ToolName(wire["function"]["name"])}


OPTIONS: Mapping[str, Callable[[Any], Json]] = {
    "tools": tools,
    "tool_choice": tool_choice,
    "response_format": response_format,
    "stop": lambda wire: {"stop": (wire,) if isinstance(wire, str) else tuple(wire)},
    "logprobs": lambda wire: {"top_logprobs": 0} if wire else {},
    "top_logprobs": lambda wire: {"top_logprobs": wire},
}


def groq_options(wire: Json) -> GroqOptions:
    """Groq's own."""
    settings = wire.pop("search_settings", None)
    return GroqOptions(search_settings=SearchSettings(**settings) if settings else None, **wire)


EXTRA: Mapping[str, Callable[[Json], Any]] = {"groq": groq_options, "cerebras": lambda wire: CerebrasOptions(**wire)}
"""The options class of a provider; what it does not know fails."""


def message(wire: Json) -> Message:
    """One message."""
    if wire["role"] == "tool":
        result = ToolResult(call_id=wire["tool_call_id"], name=wire.get("name", ""), content=(Text(wire["content"]),))
        return Message(role="tool", parts=(result,))
    return Message(role=wire["role"], parts=tuple(parts(wire)), name=wire.get("name"))


def parts(wire: Json) -> Iterator[Part]:
    """What a message is made of."""
    if wire.get("reasoning"):
        yield Reasoning(wire["reasoning"])
    content: str | list[Json] = wire.get("content") or ""
    text: list[Json] = [{"type": "text", "text": content}] if content else []
    for one in text if isinstance(content, str) else content:
        yield Text(one["text"]) if one["type"] == "text" else image(one["image_url"])
    for call in wire.get("tool_calls", ()):
        raw = call["function"]["arguments"]
        name = call["function"]["name"]
        yield ToolCall(id=call["id"], name=name, arguments=json.loads(raw), arguments_raw=raw)


def image(wire: Json) -> Image:
    """A picture, inline or by its address."""
    url, detail = wire["url"], wire.get("detail")
    if not url.startswith("data:"):
        return Image.from_url(url, detail=detail)
    kind, _, data = url.removeprefix("data:").partition(";base64,")
    return Image.from_bytes(base64.b64decode(data), mime_type=kind, detail=detail)


def meaning(body: Mapping[str, Any]) -> Json:
    """The body without what says nothing."""
    said: Json = json.loads(json.dumps(body))
    if said.get("stream") is False:
        del said["stream"]  # the client's habit: it is the default
    for one in said["messages"]:
        content: str | list[Json] = one.get("content") or ""
        if isinstance(content, list) and all(part["type"] == "text" for part in content):
            one["content"] = "".join(part["text"] for part in content)  # a list of texts is one text
    for schema in schemas(said):
        schema.pop("$schema", None)  # the client's habit: which draft it is written in changes nothing
    return said


def schemas(body: Json) -> Iterator[Json]:
    """The schemas in a body."""
    if "schema" in body.get("response_format", {}).get("json_schema", {}):
        yield body["response_format"]["json_schema"]["schema"]
    for tool in body.get("tools", ()):
        if "function" in tool:
            yield tool["function"]["parameters"]
