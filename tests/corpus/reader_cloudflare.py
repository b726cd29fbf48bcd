"""A recorded native Workers AI request as a request of ours, and what of its body is meant.

The recording client has a habit of its own: it writes a call as an assistant's `content` that is the arguments alone,
without the tool's name, and its id, where there was one, beside it. `meaning` brings both ways to that little.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.corpus import reader_chat
from tests.corpus.recordings import Interaction

from jackfield.types.messages import Message
from jackfield.types.parts import Text, ToolCall, ToolResult
from jackfield.types.requests import GenerateRequest, OutputSchema

Json = dict[str, Any]

SAME = {"max_tokens", "seed", "stream"}
NO_ID = "the client sent none"


def written(interaction: Interaction) -> GenerateRequest:
    """The request that a user of ours would have written."""
    body = dict(interaction.body)
    wire = body.pop("messages")
    options: Json = {name: body.pop(name) for name in SAME & body.keys()}
    if "response_format" in body:
        options |= response_format(body.pop("response_format"))
    if "tools" in body:
        options |= reader_chat.tools(body.pop("tools"))
    assert body == {}
    names = [tool.name for tool in options.get("tools", ())]
    return GenerateRequest(model=interaction.model, messages=messages(wire, (*names, "unknown")[0]), **options)


def response_format(wire: Json) -> Json:
    """JSON of any shape, or of one: the schema stands bare."""
    if wire["type"] == "json_object":
        return {"json_mode": True}
    return {"schema": OutputSchema(name="output", schema=wire["json_schema"])}


def messages(wire: Sequence[Json], tool: str) -> tuple[Message, ...]:
    """The conversation; a turn before a tool's result is the call of that tool."""
    made: list[Message] = []
    for number, one in enumerate(wire):
        call_id, text = one.get("tool_call_id", NO_ID), one["content"]
        if one["role"] == "tool":
            result = ToolResult(call_id=call_id, name=tool, content=(Text(text),))
            made.append(Message(role="tool", parts=(result,)))
        elif is_call(wire, number):
            call = ToolCall(id=call_id, name=tool, arguments=json.loads(text), arguments_raw=text)
            made.append(Message(role="assistant", parts=(call,)))
        else:
            made.append(Message(role=one["role"], parts=(Text(text),)))
    return tuple(made)


def is_call(wire: Sequence[Json], number: int) -> bool:
    """Whether a message is the call that the next one answers."""
    following = wire[number + 1]["role"] if number + 1 < len(wire) else None
    return wire[number]["role"] == "assistant" and following == "tool"


def meaning(body: Mapping[str, Any]) -> Json:
    """The body without what says nothing."""
    said = reader_chat.meaning(body)
    said["messages"] = [meant(said["messages"], number) for number in range(len(said["messages"]))]
    said.get("response_format", {}).get("json_schema", {}).pop("$schema", None)  # the client's habit
    return said


def meant(wire: Sequence[Json], number: int) -> Json:
    """A message as far as the client's habit lets it say something: a call has no name, and an id may be missing."""
    one = dict(wire[number])
    calls = one.pop("tool_calls", None)
    if calls:
        (call,) = calls
        one |= {"content": call["function"]["arguments"], "tool_call_id": call["id"]}
    if one.get("tool_call_id") == NO_ID:
        del one["tool_call_id"]
    if one["role"] == "tool":
        one.pop("name", None)
    return one
