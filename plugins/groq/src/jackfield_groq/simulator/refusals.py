"""What Groq's chat endpoint refuses: fields by table, then combinations one by one.

Sources: https://console.groq.com/docs/api-reference#chat-create, https://console.groq.com/docs/reasoning,
https://console.groq.com/docs/structured-outputs; the sentences are those of recorded answers where there are any.
"""

from collections.abc import Mapping

from jackfield.testing import chat_tables
from jackfield.testing.chat_server import PLAIN_FIELDS
from jackfield.testing.checking import (
    Check,
    Json,
    Refused,
    Table,
    anything,
    boolean,
    either,
    fields,
    items,
    listed,
    mapping,
    nullable,
    one_of,
    record,
    sequence,
    text,
    whole,
)
from jackfield_groq.simulator.models import Kind, canonical, kind_of

_MOST_IMAGES = 5
_DOCUMENT_PART = fields({"type": text, "document": fields({"data": mapping, "id": text}, required=("data",))})
_CONTENT = chat_tables.content_of(
    {"text": chat_tables.TEXT_PART, "image_url": chat_tables.IMAGE_PART, "document": _DOCUMENT_PART}
)
_CALL = fields(chat_tables.CALL_FIELDS, required=("id", "type", "function"))
_SPOKEN = fields({"role": text, "content": _CONTENT}, required=("content",))
_ROLES: Mapping[str, Check] = {
    "system": _SPOKEN, "developer": _SPOKEN, "user": _SPOKEN,
    "assistant": fields({
        "role": text, "content": nullable(_CONTENT), "reasoning": nullable(text), "tool_calls": nullable(listed(_CALL)),
    }),
    "tool": fields({"role": text, "content": _CONTENT, "tool_call_id": text}, required=("content", "tool_call_id")),
}  # fmt: skip
_TOOL = fields({
    "type": text, "function": chat_tables.FUNCTION, "server_label": text, "server_url": text, "headers": mapping,
    "server_description": text, "require_approval": anything, "allowed_tools": anything,
}, required=("type",))  # fmt: skip
_SOURCE = either(
    fields({"type": one_of("text"), "text": text}, required=("text",)),
    fields({"type": one_of("json"), "data": mapping}, required=("data",)),
)
_DOCUMENT = fields({"id": text, "source": _SOURCE}, required=("source",))
_SEARCH = fields(
    {"country": text, "include_domains": listed(text), "exclude_domains": listed(text), "include_images": boolean}
)
_FIELDS: Table = {
    **PLAIN_FIELDS, "messages": listed(chat_tables.message_of(_ROLES)),
    "stop": nullable(either(text, listed(text, 4))), "user": nullable(text),
    "n": nullable(whole(1, 1)), "tools": nullable(listed(_TOOL, 128)), "disable_tool_validation": boolean,
    "reasoning_format": nullable(one_of("hidden", "raw", "parsed")), "include_reasoning": nullable(boolean),
    "reasoning_effort": nullable(one_of("none", "default", "low", "medium", "high")),
    "service_tier": nullable(one_of("auto", "on_demand", "flex", "performance")),
    "documents": nullable(listed(_DOCUMENT)), "citation_options": nullable(one_of("enabled", "disabled")),
    "search_settings": nullable(_SEARCH), "include_domains": nullable(items), "exclude_domains": nullable(items),
    "compound_custom": nullable(mapping), "logit_bias": nullable(mapping), "debug": boolean,
}  # fmt: skip


def check(body: Json) -> Kind:
    """Refuse what Groq refuses; else say what the model does.

    Raises:
        Refused: with Groq's words where they are known.
    """
    fault = fields(_FIELDS, required=("model", "messages"))(body)
    if fault:
        raise Refused(fault)
    model = canonical(body["model"])
    if model is None:
        message = f"The model `{body['model']}` does not exist or you do not have access to it."
        raise Refused(message, status=404, code="model_not_found")
    kind = kind_of(model)
    if not kind.chats:
        raise Refused(f"The model `{model}` does not support chat completions")
    for rule in _RULES:
        rule(body, kind)
    return kind


def _messages(body: Json, kind: Kind) -> None:
    if not body["messages"]:
        raise Refused("'messages' : minimum number of items is 1", param="messages")
    images = 0
    for place, message in enumerate(body["messages"]):
        found = [part["type"] for part in sequence(message.get("content"))]
        images += found.count("image_url")
        if found.count("image_url") and not kind.sees:
            raise Refused(f"messages[{place}].content must be a string", param=f"messages[{place}].content")
    if images > _MOST_IMAGES:
        raise Refused(f"Too many images provided. This model supports up to {_MOST_IMAGES} images")


def _tools(body: Json, kind: Kind) -> None:
    tools = sequence(body.get("tools"))
    for place, tool in enumerate(tools):
        if tool["type"] not in {"function", "mcp", *kind.built_in}:
            wrapped = f"tools[{place}].type must be one of [function, mcp]"
            raise Refused(f"code=400, message={wrapped}, type=invalid_request_error" if kind.compound else wrapped)
        if tool["type"] == "function" and "function" not in tool:
            raise Refused(f"tools[{place}].function is required")
    if tools and not kind.tools:
        raise Refused("`tool calling` is not supported with this model", param="tool calling")
    if not tools and body.get("tool_choice") not in (None, "none", "auto"):
        raise Refused("tool_choice requires tools", param="tool_choice")


def _reasoning(body: Json, kind: Kind) -> None:
    form, effort = body.get("reasoning_format"), body.get("reasoning_effort")
    if form is not None and body.get("include_reasoning") is not None:
        raise Refused("cannot specify both `include_reasoning` and `reasoning_format`")
    if form is not None and kind.reasons is None:
        raise Refused("`reasoning_format` is not supported with this model", param="reasoning_format")
    if effort is not None and effort not in kind.efforts:
        listing = ", ".join(f"`{one}`" for one in kind.efforts)
        message = (
            f"`reasoning_effort` must be one of [{listing}]"
            if listing
            else "`reasoning_effort` is not supported with this model"
        )
        raise Refused(message, param="reasoning_effort")
    structured = record(body.get("response_format")).get("type") in {"json_object", "json_schema"}
    if form == "raw" and (body.get("tools") or structured):
        raise Refused("`reasoning_format` `raw` is not supported with tools or JSON mode", param="reasoning_format")


def _format(body: Json, kind: Kind) -> None:
    form = record(body.get("response_format"))
    if form.get("type") == "json_object" and not kind.compound and "json" not in str(body["messages"]).lower():
        message = (
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
        )
        raise Refused(message, param="messages")
    if form.get("type") != "json_schema":
        return
    page = "See supported models at https://console.groq.com/docs/structured-outputs#supported-models"
    if kind.schemas is None:
        param = "response_format" if kind.compound else None
        raise Refused(f"This model does not support response format `json_schema`. {page}", param=param)
    inner = record(form.get("json_schema"))
    if "schema" not in inner:
        raise Refused("json schema is required")
    fault = fields({**chat_tables.JSON_SCHEMA, "name": chat_tables.tool_name}, required=("name",))(inner)
    if fault:
        raise Refused(f"response_format.json_schema: {fault}", param="response_format")
    if body.get("stream") or body.get("tools"):
        message = "response format `json_schema` can be combined neither with streaming nor with tool use"
        raise Refused(message, param="response_format")
    if inner.get("strict"):
        _strict(inner["schema"])


def _strict(schema: Json) -> None:
    """Every object is closed and needs all of its properties."""
    faults = [
        (place, "`additionalProperties:false` must be set on every object")
        for place, _ in chat_tables.open_objects(schema)
    ]
    for place, node in chat_tables.nodes(schema):
        left_out = set(record(node.get("properties"))) - set(sequence(node.get("required")))
        if left_out and not place.endswith("/properties"):
            faults.append((place, "`required` must be an array including every key in properties"))
    for place, fault in faults:
        raise Refused(f"invalid JSON schema for response_format: {place}: {fault}", param="response_format")


def _unsupported(body: Json, _kind: Kind) -> None:
    """Fields that Groq's schema knows and none of its models takes. Source: <https://console.groq.com/docs/openai>."""
    for name in ("logprobs", "top_logprobs", "logit_bias"):
        if body.get(name):
            raise Refused(f"`{name}` is not supported with this model", param=name)


_RULES = (_messages, _tools, _reasoning, _format, _unsupported)
