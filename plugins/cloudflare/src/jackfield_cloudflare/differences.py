"""The three endpoints as data: which options each can be given and how, and what Workers AI's chat format adds.

Rules: an option that is not in an endpoint's table is refused by name, never dropped; where a value goes as it is the
table holds its wire name, everything else has a function. The native schemas and those of the Responses shape come
from the vendor's generated types; recordings exist of the native endpoint.

Sources: https://developers.cloudflare.com/workers-ai/models/llama-4-scout-17b-16e-instruct/ (native),
https://developers.cloudflare.com/workers-ai/models/gpt-oss-120b/ (Responses) and
https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/ (chat)
"""

from collections.abc import Mapping
from typing import Any

import attrs

from jackfield.dialects.chat_completions import CHAT_OPTIONS, Differences, Encode, Encoding, Json, ModelTraits
from jackfield.dialects.chat_completions.options import (
    function_tools,
    response_format_json,
    tool_choice,
)
from jackfield.types.requests import GenerateRequest, ToolName
from jackfield_cloudflare.efforts import chat_effort, responses_effort
from jackfield_cloudflare.errors import CODES, PROVIDER
from jackfield_cloudflare.images import chat_image, native_image
from jackfield_cloudflare.options import CloudflareOptions, Endpoint
from jackfield_cloudflare.wiretypes import WORDS


def options_of(request: GenerateRequest) -> CloudflareOptions:
    """The provider's own options of a request."""
    return request.extra if isinstance(request.extra, CloudflareOptions) else CloudflareOptions()


def _schema(encoding: Encoding) -> tuple[Json, str]:
    """The compiled schema, and its name."""
    schema = encoding.request.schema
    if schema is None:
        return {}, ""
    from jackfield.schema import compile_schema
    from jackfield_cloudflare.schema import CLOUDFLARE

    compiled = encoding.output_schema = compile_schema(schema.schema, CLOUDFLARE)
    return compiled.schema, schema.name


def _schema_format(encoding: Encoding, usual: str) -> Json:
    schema, name = _schema(encoding)
    bare = (options_of(encoding.request).schema_form or usual) == "bare"
    return {
        "response_format": {"type": "json_schema", "json_schema": schema if bare else {"name": name, "schema": schema}}
    }


def _bare_schema(encoding: Encoding) -> Json:
    """Native models want the schema itself: recorded (2025-08 to 2026-08)."""
    return _schema_format(encoding, "bare")


def _wrapped_schema(encoding: Encoding) -> Json:
    """OpenAI's wrapper: a validator of `/ai/v1` asked for its `name` (2026); the vendor's clients leave it out."""
    return _schema_format(encoding, "wrapped")


NATIVE_OPTIONS: Mapping[str, str | Encode] = {
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "max_tokens": "max_tokens",
    "seed": "seed",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "json_mode": response_format_json,
    "schema": _bare_schema,
    "tools": function_tools,
    "tool_choice": tool_choice,
}


# --- Responses -------------------------------------------------------------------------------------------------------


def _text_json(_encoding: Encoding) -> Json:
    return {"text": {"format": {"type": "json_object"}}}


def _text_schema(encoding: Encoding) -> Json:
    schema, name = _schema(encoding)
    return {"text": {"format": {"type": "json_schema", "name": name, "schema": schema}}}


def _flat_tools(encoding: Encoding) -> Json:
    return {
        "tools": [{"type": "function", "strict": False, **one["function"]} for one in function_tools(encoding)["tools"]]
    }


def _flat_choice(encoding: Encoding) -> Json:
    """`auto` is what happens without a choice; the vendor's types have no word for it, nor for `required`."""
    chosen: Any = tool_choice(encoding)["tool_choice"]
    if chosen == "required":
        raise encoding.refusal("tool_choice", "the Responses shape knows 'none' and a tool's name")
    if isinstance(encoding.request.tool_choice, ToolName):
        return {"tool_choice": {"type": "function", "name": encoding.request.tool_choice.name}}
    return {"tool_choice": chosen} if chosen == "none" else {}


RESPONSES_OPTIONS: Mapping[str, str | Encode] = {
    "temperature": "temperature",
    "top_p": "top_p",
    "max_tokens": "max_output_tokens",
    "parallel_tool_calls": "parallel_tool_calls",
    "reasoning_effort": responses_effort,
    "json_mode": _text_json,
    "schema": _text_schema,
    "tools": _flat_tools,
    "tool_choice": _flat_choice,
}


# --- the endpoints ---------------------------------------------------------------------------------------------------

CHAT = Differences(
    provider=PROVIDER,
    options={
        **CHAT_OPTIONS,
        "max_tokens": "max_tokens",
        "schema": _wrapped_schema,
        "reasoning_effort": chat_effort,
    },
    parts={"image": chat_image},
    strict_schema="jackfield_cloudflare.schema:CLOUDFLARE",
    loose_schema="jackfield_cloudflare.schema:CLOUDFLARE",
    models=(ModelTraits(replay="field"),),
    finish_reasons=WORDS,
    ends_with="finish",
    request_id_headers=("cf-ai-req-id",),
    error_codes=CODES,
)
"""`/ai/v1/chat/completions`. Models of both generations know `max_tokens`, only the newer ones the other name."""

NATIVE = attrs.evolve(CHAT, options=NATIVE_OPTIONS, parts={"image": native_image}, joined_text=True)
"""`/ai/run/{model}`."""

RESPONSES = attrs.evolve(CHAT, options=RESPONSES_OPTIONS)
"""`/ai/v1/responses`."""

BY_ENDPOINT: Mapping[Endpoint, Differences] = {"native": NATIVE, "chat": CHAT, "responses": RESPONSES}
