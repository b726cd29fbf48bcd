"""What Cerebras refuses in version 2 of its API, the default since 2026-07-21: fields by table, then rule by rule.

Sources: https://inference-docs.cerebras.ai/api-reference/chat-completions,
https://inference-docs.cerebras.ai/capabilities/structured-outputs, recorded 400s of 2025-08.
"""

from collections.abc import Callable, Mapping

from jackfield.http import HttpRequest
from jackfield.testing import chat_tables
from jackfield.testing.chat_server import PLAIN_FIELDS
from jackfield.testing.checking import (
    Check,
    Json,
    Refused,
    Table,
    boolean,
    either,
    fields,
    header,
    listed,
    mapping,
    nullable,
    one_of,
    record,
    sequence,
    text,
    whole,
)
from jackfield.wire import dumps
from jackfield_cerebras.simulator.models import Kind, canonical, kind_of

_FORMAT = "wrong_api_format"
_MOST_IMAGES = 5
_TEXT = chat_tables.content_of({"text": chat_tables.TEXT_PART})
_SHORT_IMAGE = fields({"type": text, "image": text}, required=("image",))
_CONTENT = chat_tables.content_of(
    {"text": chat_tables.TEXT_PART, "image_url": chat_tables.IMAGE_PART, "image": _SHORT_IMAGE}
)
_CALL = fields({**chat_tables.CALL_FIELDS, "index": whole(0)}, required=("id", "type", "function"))
_SYSTEM = fields({"role": text, "content": _TEXT, "name": text}, required=("content",))
_ROLES: Mapping[str, Check] = {
    "system": _SYSTEM, "developer": _SYSTEM,
    "user": fields({"role": text, "content": _CONTENT, "name": text}, required=("content",)),
    "assistant": fields({
        "role": text, "content": nullable(_TEXT), "reasoning": nullable(_TEXT), "name": text,
        "tool_calls": nullable(listed(_CALL)),
    }),
    "tool": fields(
        {"role": text, "content": _TEXT, "tool_call_id": text, "name": text}, required=("content", "tool_call_id")
    ),
}  # fmt: skip
_TOOL = fields({"type": one_of("function"), "function": chat_tables.FUNCTION}, required=("type", "function"))
_PREDICTION = fields({"type": one_of("content"), "content": _TEXT}, required=("type", "content"))
_FIELDS: Table = {
    **PLAIN_FIELDS, "messages": listed(chat_tables.message_of(_ROLES)),
    "max_completion_tokens": nullable(whole(-1)), "max_tokens": nullable(whole(-1)),
    "min_completion_tokens": nullable(whole(-1)), "min_tokens": nullable(whole(-1)),
    "stop": nullable(either(text, listed(text, 4))), "n": nullable(whole(1)), "logit_bias": nullable(mapping),
    "tools": nullable(listed(_TOOL)),
    "reasoning_effort": nullable(one_of("none", "low", "medium", "high")),
    "reasoning_format": nullable(one_of("none", "parsed", "text_parsed", "raw", "hidden")),
    "disable_reasoning": nullable(boolean), "clear_thinking": nullable(boolean), "prediction": nullable(_PREDICTION),
    "prompt_cache_key": nullable(text), "service_tier": nullable(one_of("auto", "default", "flex", "priority")),
    "model_parameters": nullable(mapping), "user": nullable(text),
}  # fmt: skip


def check(request: HttpRequest, body: Json) -> Kind:
    """Refuse what Cerebras refuses; else say what the model does.

    Raises:
        Refused: with Cerebras' words where they are known.
    """
    fault = fields(_FIELDS, required=("model", "messages"))(body)
    if fault:
        raise Refused(fault, param="validation_error", code=_FORMAT)
    model = canonical(body["model"])
    if model is None:
        message = f"Model {body['model']} does not exist or you do not have access to it."
        raise Refused(message, status=404, param="model", code="model_not_found")
    kind = kind_of(model)
    for rule in _RULES:
        rule(body, kind)
    _queue(header(request, "queue_threshold"), body)
    return kind


def _wrong(message: str, param: str) -> Refused:
    return Refused(message, param=param, code=_FORMAT)


def _images(body: Json, kind: Kind) -> None:
    """Source: https://inference-docs.cerebras.ai/capabilities/image-inputs."""
    parts = [part for message in body["messages"] for part in sequence(message.get("content"))]
    urls = [
        part["image_url"]["url"] if part["type"] == "image_url" else part["image"]
        for part in parts
        if part["type"] != "text"
    ]
    if urls and not kind.sees:
        message = "This model does not support multimodal inputs."
        raise Refused(message, status=403, param="model", code="multimodal_not_enabled")
    if len(urls) > _MOST_IMAGES:
        raise _wrong(f"At most {_MOST_IMAGES} images are allowed", "messages")
    if not all(url.startswith(("data:image/png;base64,", "data:image/jpeg;base64,")) for url in urls):
        raise _wrong("Images must be base64 data URIs of PNG or JPEG", "messages")
    if parts and not urls and not kind.lists:
        raise _wrong("Failed to apply chat template to messages", "messages")


def _history(body: Json, _kind: Kind) -> None:
    """Each call has its result right after its message, each result its call, and no id occurs twice."""
    seen: set[str] = set()
    waiting: list[str] = []
    for message in body["messages"]:
        if message["role"] == "tool":
            if message["tool_call_id"] not in waiting:
                raise _wrong("tool message without a matching tool call before it", "messages")
            waiting.remove(message["tool_call_id"])
            continue
        if waiting:
            raise _wrong(f"tool call {waiting[0]} has no tool message right after it", "messages")
        waiting = [call["id"] for call in sequence(message.get("tool_calls"))]
        if len(seen | set(waiting)) < len(seen) + len(waiting):
            raise _wrong("duplicate tool call id", "messages")
        seen |= set(waiting)
    if waiting:
        raise _wrong(f"tool call {waiting[0]} has no tool message right after it", "messages")


def _tools(body: Json, kind: Kind) -> None:
    if body.get("tool_choice") is not None and not body.get("tools"):
        raise _wrong("tool_choice is only allowed when tools are given", "tool_choice")
    if body.get("tools") and record(body.get("response_format")).get("type", "text") != "text" and not kind.combines:
        raise _wrong('"tools" is incompatible with "response_format"', "response_format")
    if body.get("tools") and body.get("stream") and not kind.streams_all:
        raise _wrong('"stream=true" with tools is currently not supported for reasoning models.', "tools_mode")
    for tool in sequence(body.get("tools")):
        if tool["function"].get("strict"):
            _strict(record(tool["function"].get("parameters")), "tools")


def _format(body: Json, kind: Kind) -> None:
    form = record(body.get("response_format"))
    mode = {"json_object": "json_mode", "json_schema": "json_schema_mode"}.get(str(form.get("type")))
    if mode and body.get("stream") and not kind.streams_all:
        message = '"stream=true" with structured outputs is currently not supported for reasoning models.'
        raise _wrong(message, mode)
    if mode != "json_schema_mode":
        return
    inner = record(form.get("json_schema"))
    fault = fields(chat_tables.JSON_SCHEMA, required=("name", "schema"))(inner)
    if fault:
        raise _wrong(f"response_format.json_schema: {fault}", "response_format")
    if inner.get("strict"):
        _strict(inner["schema"], "response_format")


def _strict(schema: Json, param: str) -> None:
    """Source: https://inference-docs.cerebras.ai/capabilities/structured-outputs."""
    refused = {"pattern", "format", "minItems", "maxItems", "definitions", "$anchor", "oneOf", "allOf", "not"}
    for place, node in chat_tables.nodes(schema):
        found: set[str] = set() if place.endswith("/properties") else refused & node.keys()
        if found:
            raise _wrong(f"Unsupported JSON schema keyword {min(found)!r} at {place}", param)
        if place.count("/") > 2 * 10 + 2 or str(node.get("$ref", "#/$defs/")).partition("#/$defs/")[0]:
            raise _wrong(f"Schema is nested too deeply, or $ref leads outside of $defs, at {place}", param)
    for place, _ in chat_tables.open_objects(schema):
        raise _wrong(f"'additionalProperties' is required to be supplied and to be false at {place}", param)
    if _recursive(schema):
        raise _wrong("Recursive schemas are not supported", param)
    if len(dumps(schema)) > 5000:
        raise _wrong("Schema is longer than 5000 characters", param)


def _recursive(schema: Json) -> bool:
    """Whether a definition leads back to itself."""
    definitions = record(schema.get("$defs"))
    leads = {
        name: {str(node["$ref"]).rpartition("/")[2] for _, node in chat_tables.nodes(one) if "$ref" in node}
        for name, one in definitions.items()
    }
    for name in definitions:
        reached, frontier = set[str](), set(leads[name])
        while frontier:
            reached |= frontier
            frontier = {further for one in frontier for further in leads.get(one, ())} - reached
        if name in reached:
            return True
    return False


def _reasoning(body: Json, kind: Kind) -> None:
    effort = body.get("reasoning_effort")
    if effort is not None and effort not in kind.efforts:
        raise _wrong(f"Unsupported reasoning_effort: {effort}", "reasoning_effort")


def _prediction(body: Json, _kind: Kind) -> None:
    """Source: https://inference-docs.cerebras.ai/capabilities/predicted-outputs."""
    if body.get("prediction") and (body.get("tools") or body.get("logprobs") or (body.get("n") or 1) > 1):
        raise _wrong("prediction can be combined neither with tools nor with logprobs or n", "prediction")
    if body.get("top_logprobs") is not None and not body.get("logprobs"):
        raise _wrong("top_logprobs needs logprobs", "top_logprobs")
    if len(body.get("prompt_cache_key") or "") > 1024:
        raise _wrong("prompt_cache_key is longer than 1024 characters", "prompt_cache_key")


def _queue(threshold: str, body: Json) -> None:
    """Source: https://inference-docs.cerebras.ai/capabilities/service-tiers."""
    if not threshold:
        return
    if not threshold.isdigit() or not 50 <= int(threshold) <= 20000:
        raise _wrong("queue_threshold must be between 50 and 20000", "queue_threshold")
    if body.get("service_tier") not in {"flex", "auto"}:
        raise _wrong("queue_threshold needs service_tier flex or auto", "queue_threshold")


_RULES: tuple[Callable[[Json, Kind], None], ...] = (_images, _history, _tools, _format, _reasoning, _prediction)
