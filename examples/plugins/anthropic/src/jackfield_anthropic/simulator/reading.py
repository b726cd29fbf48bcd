"""What the simulated API takes: fields by table, then what excludes each other; and the prompt behind it."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any

from jackfield.testing.answers import Call, Function, Prompt, Turn
from jackfield.testing.checking import (
    Check,
    Json,
    Refused,
    Table,
    anything,
    boolean,
    either,
    fields,
    listed,
    mapping,
    one_of,
    real,
    record,
    sequence,
    text,
    whole,
)
from jackfield.testing.sights import Sight, glimpse, look

_CACHE = fields({"type": one_of("ephemeral"), "ttl": one_of("5m", "1h")}, required=("type",))
_SOURCE = fields({"type": one_of("base64", "url", "file", "text"), "media_type": text, "data": text, "url": text,
                  "file_id": text}, required=("type",))  # fmt: skip
_MEDIUM = fields({"type": text, "source": _SOURCE, "title": text}, required=("source",))
_TEXT = fields({"type": text, "text": text, "citations": anything}, required=("text",))


def _blocks(kinds: Mapping[str, Check]) -> Check:
    def block(value: Any) -> str | None:
        kind = str(record(value).get("type"))
        return kinds[kind](value) if kind in kinds else f"content block type {kind!r} is invalid"

    return either(text, listed(block))


_RESULT = fields(
    {"type": text, "tool_use_id": text, "is_error": boolean,
     "content": _blocks({"text": _TEXT, "image": _MEDIUM, "document": _MEDIUM})}, required=("tool_use_id",),
)  # fmt: skip
_USER = _blocks({"text": _TEXT, "image": _MEDIUM, "document": _MEDIUM, "tool_result": _RESULT})
_ASSISTANT = _blocks({
    "text": _TEXT,
    "thinking": fields({"type": text, "thinking": text, "signature": text}, required=("thinking", "signature")),
    "redacted_thinking": fields({"type": text, "data": text}, required=("data",)),
    "tool_use": fields({"type": text, "id": text, "name": text, "input": mapping}, required=("id", "name", "input")),
    "server_tool_use": mapping, "web_search_tool_result": mapping,
})  # fmt: skip
_TOOL = either(
    fields({"name": text, "description": text, "input_schema": mapping, "strict": boolean},
           required=("name", "input_schema")),
    fields({"type": text, "name": text, "allowed_domains": listed(text), "blocked_domains": listed(text)},
           required=("type", "name")),
)  # fmt: skip
_FIELDS: Table = {
    "model": text, "max_tokens": whole(1), "stream": boolean, "system": either(text, listed(_TEXT)),
    "messages": listed(either(
        fields({"role": one_of("user"), "content": _USER}, required=("role", "content")),
        fields({"role": one_of("assistant"), "content": _ASSISTANT}, required=("role", "content")),
    )),
    "temperature": real(0, 1), "top_p": real(0, 1), "top_k": whole(0), "stop_sequences": listed(text),
    "tools": listed(_TOOL), "container": text, "metadata": fields({"user_id": text}), "cache_control": _CACHE,
    "service_tier": one_of("auto", "standard_only"),
    "tool_choice": fields({"type": one_of("auto", "any", "none", "tool"), "name": text,
                           "disable_parallel_tool_use": boolean}, required=("type",)),
    "thinking": fields({"type": one_of("adaptive", "enabled", "disabled"), "budget_tokens": whole(1024)},
                       required=("type",)),
    "output_config": fields({"effort": one_of("low", "medium", "high", "xhigh", "max"),
                             "format": fields({"type": one_of("json_schema"), "schema": mapping})}),
}  # fmt: skip
_ROUNDS = {"low": 1, "medium": 2, "high": 4, "xhigh": 5, "max": 6}


def check(body: Json, betas: str) -> None:
    """Refuse what the API refuses."""
    fault = fields(_FIELDS, required=("model", "max_tokens", "messages"))(body)
    if fault:
        raise Refused(fault)
    thinking = record(body.get("thinking"))
    thinks = thinking.get("type") in ("adaptive", "enabled")
    if thinks and record(body.get("tool_choice")).get("type") in ("any", "tool"):
        raise Refused("Thinking may not be enabled when tool_choice forces tool use.")
    if thinks and body.get("temperature", 1) != 1:
        raise Refused("`temperature` may only be set to 1 when thinking is enabled.")
    if thinking.get("budget_tokens", 0) >= body["max_tokens"]:
        raise Refused("`max_tokens` must be greater than `thinking.budget_tokens`.")
    _check_results(body["messages"])
    if '"type":"file"' in json.dumps(body["messages"], separators=(",", ":")) and "files-api" not in betas:
        raise Refused("file sources need the beta header of the files API")


def _check_results(messages: Sequence[Json]) -> None:
    """Each call is answered in the very next turn, and nothing else is."""
    asked: set[str] = set()
    for place, message in enumerate(messages):
        blocks = [record(block) for block in sequence(message["content"])]
        answered = {str(block["tool_use_id"]) for block in blocks if block.get("type") == "tool_result"}
        if answered != asked:
            raise Refused(f"messages.{place}: `tool_use` ids need `tool_result` blocks immediately after: {asked}")
        asked = {str(block["id"]) for block in blocks if block.get("type") == "tool_use"}


def prompt_of(body: Json) -> Prompt:
    """The prompt in a checked body."""
    system = body.get("system") or ""
    said = system if isinstance(system, str) else "\n".join(block["text"] for block in system)
    names = {
        str(block["id"]): str(block["name"])
        for message in body["messages"]
        for block in map(record, sequence(message["content"]))
        if block.get("type") == "tool_use"
    }
    turns = [turn for message in body["messages"] for turn in _turns(message, names)]
    tools = [tool for tool in sequence(body.get("tools")) if "input_schema" in tool]
    choice = record(body.get("tool_choice"))
    form = record(record(body.get("output_config")).get("format"))
    return Prompt(
        model=body["model"],
        turns=((Turn(role="system", text=said), *turns) if said else tuple(turns)),
        max_tokens=body["max_tokens"],
        stop=tuple(body.get("stop_sequences") or ()),
        functions=tuple(
            Function(name=tool["name"], description=tool.get("description", ""), parameters=tool["input_schema"])
            for tool in tools
        ),
        choice={"any": "required", "tool": str(choice.get("name"))}.get(
            str(choice.get("type")), str(choice.get("type") or "auto")
        ),
        parallel=not choice.get("disable_parallel_tool_use"),
        schema=form.get("schema"),
        thoughts=_thoughts(body),
        think_tokens=record(body.get("thinking")).get("budget_tokens"),
        searches=any("input_schema" not in tool for tool in sequence(body.get("tools"))),
    )


def _thoughts(body: Json) -> int:
    kind = record(body.get("thinking")).get("type")
    if kind is None:
        return 2 if body["model"] == "sim-thinker" else 0  # thinks without being asked, as some models do
    if kind == "enabled":
        return 3
    return _ROUNDS[str(record(body.get("output_config")).get("effort", "high"))] if kind == "adaptive" else 0


def _turns(message: Json, names: Mapping[str, str]) -> list[Turn]:
    """A message as turns: each tool result is one of its own, before the rest."""
    content = message["content"]
    if isinstance(content, str):
        return [Turn(role=message["role"], text=content)]
    blocks = [record(block) for block in content]
    results = [
        Turn(role="tool", text=_text(block.get("content")), sights=_sights(sequence(block.get("content"))),
             tool=names.get(str(block["tool_use_id"])), failed=bool(block.get("is_error")))
        for block in blocks if block["type"] == "tool_result"
    ]  # fmt: skip
    calls = tuple(
        Call(id=block["id"], name=block["name"], arguments=json.dumps(block["input"]))
        for block in blocks
        if block["type"] == "tool_use"
    )
    rest = Turn(role=message["role"], text=_text(blocks), sights=_sights(blocks), calls=calls)
    return [*results, *([rest] if rest.text or rest.sights or calls else [])]


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(str(block["text"]) for block in map(record, sequence(content)) if block.get("type") == "text")


def _sights(blocks: Sequence[Any]) -> tuple[Sight, ...]:
    return tuple(
        _sight(record(block["source"])) for block in blocks if record(block).get("type") in ("image", "document")
    )


def _sight(source: Json) -> Sight:
    if source["type"] == "text":
        return look(str(source["data"]).encode(), "text/plain")
    if source["type"] != "base64":
        return glimpse(str(source.get("url") or source.get("file_id")))
    try:
        return look(base64.b64decode(source["data"], validate=True), str(source["media_type"]))
    except binascii.Error as error:
        raise Refused("invalid base64 data") from error
