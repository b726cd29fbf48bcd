"""A recorded Gemini request as a request of ours, and what of its body is meant.

`written` reads any body in the shape of the API; it knows no recording. `meaning` takes out of a body what says
nothing: the habits of the recording client and the defaults of the API, each named.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.corpus.recordings import Interaction

from jackfield.types.messages import Message
from jackfield.types.parts import (
    Audio,
    Document,
    Image,
    Media,
    Opaque,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
    Video,
)
from jackfield.types.requests import GenerateRequest, ImageRequest, OutputSchema, Request, Tool, WebSearch
from jackfield_gemini import GeminiOptions
from jackfield_gemini.imagen import uses_predict
from jackfield_gemini.options import ImagenOptions

Json = dict[str, Any]

KINDS: tuple[type[Media], ...] = (Image, Audio, Video, Document)
CHOICES: Mapping[str, Any] = {"ANY": "required", "NONE": "none", "AUTO": "auto"}
OPTIONS: Mapping[str, str] = {
    "temperature": "temperature",
    "topP": "top_p",
    "topK": "top_k",
    "maxOutputTokens": "max_tokens",
    "seed": "seed",
}

SILENT: Mapping[str, Any] = {"responseModalities": ["TEXT"], "includeThoughts": False, "generationConfig": {}}
"""Defaults that the recording client spells out."""
UNREAD = frozenset({"propertyOrdering"})
"""Our schemas name the order of their properties, which only models before 2.5 read."""


def written(interaction: Interaction) -> Request:
    """The request that a user of ours would have written."""
    body = dict(interaction.body)
    if uses_predict(interaction.model):
        return picture(interaction.model, body)
    config: Json = body.get("generationConfig", {})
    search, extra = others(body, config)
    schema = config.get("responseSchema")
    mode = body.get("toolConfig", {}).get("functionCallingConfig", {}).get("mode")
    thinking: Json = config.get("thinkingConfig", {})
    options: Json = {ours: config[theirs] for theirs, ours in OPTIONS.items() if theirs in config}
    return GenerateRequest(
        model=interaction.model,
        stream="streamGenerateContent" in interaction.sent["url"],
        messages=tuple(messages(body)),
        stop=tuple(config["stopSequences"]) if "stopSequences" in config else None,
        top_logprobs=config.get("logprobs"),
        schema=OutputSchema(name="reply", schema=plain(schema)) if schema else None,
        json_mode=True if config.get("responseMimeType") == "application/json" and not schema else None,
        tools=tuple(tools(body)) or None,
        tool_choice=CHOICES[mode] if mode else None,
        web_search=WebSearch() if search else None,
        reasoning_budget=thinking.get("thinkingBudget"),
        extra=extra,
        **options,
    )


def others(body: Json, config: Json) -> tuple[bool, GeminiOptions]:
    """Whether Google may be searched, and what only Gemini's options say."""
    names = {name for tool in body.get("tools", ()) for name in tool}
    assert names <= {"functionDeclarations", "googleSearch", "urlContext"}, names
    uses_old_schemas = "responseSchema" in config or "parameters" in json.dumps(body.get("tools", ""))
    return "googleSearch" in names, GeminiOptions(
        url_context="urlContext" in names,
        include_thoughts=config.get("thinkingConfig", {}).get("includeThoughts"),
        schema_field="openapi" if uses_old_schemas else None,
    )


def picture(model: str, body: Json) -> ImageRequest:
    """A request to `:predict`."""
    (instance,) = body["instances"]
    parameters: Json = body["parameters"]
    return ImageRequest(
        model=model,
        prompt=instance["prompt"],
        count=parameters["sampleCount"],
        extra=GeminiOptions(
            imagen=ImagenOptions(
                person_generation=parameters.get("personGeneration"),
                include_safety_attributes=parameters.get("includeSafetyAttributes"),
                include_rai_reason=parameters.get("includeRAIReason"),
                output_options=parameters.get("outputOptions"),
            )
        ),
    )


def tools(body: Json) -> Iterator[Tool]:
    """The functions."""
    for tool in body.get("tools", ()):
        for one in tool.get("functionDeclarations", ()):
            yield Tool(name=one["name"], description=one["description"], parameters=plain(one["parameters"]))


def plain(schema: Json) -> Json:
    """The OpenAPI dialect as JSON Schema: types in lower case."""
    return rewritten(schema, lambda one: {**one, "type": one["type"].lower()} if "type" in one else one)


def rewritten(value: Mapping[str, Any], change: Callable[[Json], Json]) -> Json:
    """The same JSON with each object changed, inner ones first."""
    made: Json = json.loads(json.dumps(value), object_hook=change)
    return made


def messages(body: Json) -> Iterator[Message]:
    """The conversation; calls without an id get the one that the plugin would have made up."""
    calls: list[ToolCall] = []
    for content in body["contents"]:
        raw_parts: list[Json] = content["parts"]
        if content["role"] == "model":
            parts = tuple(part(one, number) for number, one in enumerate(raw_parts))
            calls = [one for one in parts if isinstance(one, ToolCall)]
            yield Message(role="assistant", parts=parts)
        elif all("functionResponse" in one for one in raw_parts):
            yield Message(role="tool", parts=tuple(answers(raw_parts, calls)))
        else:
            yield Message(role="user", parts=tuple(part(one, number) for number, one in enumerate(raw_parts)))


def answers(raw_parts: list[Json], calls: list[ToolCall]) -> Iterator[ToolResult]:
    """The results, which stand in the order of their calls."""
    for raw, call in zip(raw_parts, calls, strict=True):
        answer = raw["functionResponse"]
        (text,) = answer["response"].values()
        yield ToolResult(call_id=call.id, name=answer["name"], content=(Text(text),))


def part(raw: Json, number: int) -> Part:
    """One part; what has no word of ours rides along."""
    known = {"text", "thought", "inlineData", "fileData", "functionCall"}
    state = {key: value for key, value in raw.items() if key not in known}
    opaque = Opaque(provider="gemini", data=state) if state else None
    if call := raw.get("functionCall"):
        call_id = call.get("id") or f"local_{number}"
        return ToolCall(id=call_id, name=call["name"], arguments=call["args"], opaque=opaque)
    if "text" in raw:
        return Reasoning(raw["text"], opaque=opaque) if raw.get("thought") else Text(raw["text"], opaque=opaque)
    source = raw.get("inlineData") or raw["fileData"]
    mime_type: str = source["mimeType"]
    kind = next(one for one in KINDS if mime_type.startswith(one.prefixes))
    if "fileUri" in source:
        return kind(url=source["fileUri"], mime_type=mime_type, opaque=opaque)
    return kind(data=base64.b64decode(source["data"]), mime_type=mime_type, opaque=opaque)


def meaning(body: Mapping[str, Any]) -> Json:
    """The body without what says nothing."""
    return rewritten(body, said)


def said(one: Json) -> Json:
    """One object without the client's habits, and without the defaults of the API."""
    silent = {name for name, value in SILENT.items() if one.get(name) == value}
    if "description" in one and "parameters" in one:
        silent.add("response")  # what the client's functions give back
    elif answer := one.get("functionResponse"):
        answer["response"] = list(answer["response"].values())  # any key will do
    return {name: value for name, value in one.items() if name not in silent and name not in UNREAD}
