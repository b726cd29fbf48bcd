"""A simulator answers everything that it is sent: with a refusal in its provider's words, never with an exception."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from jackfield import registry
from jackfield.http import HttpRequest
from jackfield.testing.checking import record, sequence
from jackfield.types.simulated import SimulatedReply

SCHEMA: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "integer"}}}
TOOL: dict[str, Any] = {"name": "add", "description": "Add.", "parameters": SCHEMA}
CHAT: dict[str, Any] = {
    "model": "sim-chat",
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [
            {"type": "text", "text": "Add 1 and 2"},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
        ]},
        {"role": "assistant", "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "add", "arguments": "{}"}}
        ]},
        {"role": "tool", "tool_call_id": "c1", "content": "3"},
    ],
    "tools": [{"type": "function", "function": TOOL}], "tool_choice": {"type": "function", "function": {"name": "add"}},
    "response_format": {"type": "json_schema", "json_schema": {"name": "n", "strict": True, "schema": SCHEMA}},
    "max_completion_tokens": 100, "stop": ["x"], "seed": 1, "temperature": 0.5, "stream": True,
}  # fmt: skip
GEMINI: dict[str, Any] = {
    "contents": [
        {"role": "user", "parts": [{"text": "Add"}, {"inlineData": {"mimeType": "image/png", "data": "iVBORw0K"}}]},
        {"role": "model", "parts": [{"functionCall": {"name": "add", "args": {"a": 1}}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "add", "response": {"output": "3"}}}]},
    ],
    "systemInstruction": {"parts": [{"text": "Be brief."}]}, "tools": [{"functionDeclarations": [TOOL]}],
    "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["add"]}},
    "generationConfig": {
        "maxOutputTokens": 100, "stopSequences": ["x"], "thinkingConfig": {"thinkingBudget": 9},
        "responseSchema": {"type": "OBJECT", "properties": {"a": {"type": "ARRAY", "items": {"type": "STRING"}}}},
    },
    "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}],
}  # fmt: skip
RESPONSES: dict[str, Any] = {
    "model": "@cf/openai/gpt-oss-20b", "instructions": "Be brief.", "max_output_tokens": 50,
    "reasoning": {"effort": "low"},
    "input": [
        {"role": "user", "content": [{"type": "input_text", "text": "Add 1 and 2"}]},
        {"type": "function_call", "call_id": "c1", "name": "add", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": "3"},
    ],
    "tools": [{"type": "function", **TOOL}], "text": {"format": {"type": "json_schema", "name": "n", "schema": {}}},
}  # fmt: skip
PICTURES: dict[str, Any] = {"instances": [{"prompt": "x"}], "parameters": {"sampleCount": 1}}
ACCOUNT = "https://api.cloudflare.com/client/v4/accounts/acc/ai"
GOOGLE = "https://generativelanguage.googleapis.com/v1beta/models"
REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    ("groq", "https://api.groq.com/openai/v1/chat/completions", CHAT),
    ("cerebras", "https://api.cerebras.ai/v1/chat/completions", CHAT),
    ("cloudflare", f"{ACCOUNT}/run/@cf/sim/native", CHAT),
    ("cloudflare", f"{ACCOUNT}/v1/chat/completions", CHAT | {"model": "@cf/sim/chat"}),
    ("cloudflare", f"{ACCOUNT}/v1/responses", RESPONSES),
    ("gemini", f"{GOOGLE}/gemini-2.5-flash:generateContent", GEMINI),
    ("gemini", f"{GOOGLE}/sim-chat:streamGenerateContent?alt=sse", GEMINI),
    ("gemini", f"{GOOGLE}/gemini-2.5-flash:countTokens", {"contents": GEMINI["contents"]}),
    (
        "gemini",
        f"{GOOGLE}/imagen-4.0-generate-001:predict",
        {"instances": [{"prompt": "x"}], "parameters": {"sampleCount": 1}},
    ),
]
_JUNK: list[Any] = [None, True, -1, 10**30, 0.5, "", "x", "😀", [], [None], [[]], {}, {"type": "x"}, {"a": {}}]
JUNK: st.SearchStrategy[Any] = st.sampled_from(_JUNK)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a body."""
    found = [path] if path else []
    items: Any = record(value).items() or enumerate(sequence(value))
    for key, one in items:
        found += places(one, (*path, key))
    return found


def changed(body: dict[str, Any], place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The body with another value there; without the member if the value is `...`."""
    made = copy.deepcopy(body)
    where: Any = made
    for key in place[:-1]:
        where = where[key]
    if value is ...:
        del where[place[-1]]
    else:
        where[place[-1]] = value
    return made


def answer(provider: str, url: str, body: bytes) -> SimulatedReply:
    """What the simulator says."""
    headers = {"authorization": "Bearer k", "x-goog-api-key": "k", "content-type": "application/json"}
    request = HttpRequest(url=url, headers=headers, body=body)
    return registry.load(provider).optional("simulate", SimulatedReply, request=request, store={})


@pytest.mark.parametrize(("provider", "url", "body"), REQUESTS)
@given(data=st.data())
@settings(max_examples=150)
def test_a_damaged_request_is_answered(provider: str, url: str, body: dict[str, Any], data: st.DataObject) -> None:
    """One to three members are replaced or gone."""
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(places(body)))
        body = changed(body, place, data.draw(JUNK | st.just(...)))
        if not places(body):
            break
    reply = answer(provider, url, json.dumps(body).encode())
    assert 200 <= reply.status < 500
    assert reply.content


@pytest.mark.parametrize(("provider", "url", "body"), REQUESTS)
@given(junk=st.binary(max_size=40))
@settings(max_examples=30)
def test_rubbish_is_answered(provider: str, url: str, body: dict[str, Any], junk: bytes) -> None:
    """Bytes that are no request at all."""
    assert 400 <= answer(provider, url, junk).status < 500


@pytest.mark.parametrize("provider", ["cerebras", "cloudflare", "gemini", "groq"])
@given(path=st.text("/abc:?=&%@1", max_size=30))
@settings(max_examples=50)
def test_paths_that_are_none_are_answered(provider: str, path: str) -> None:
    """Wherever a request goes."""
    base = registry.load(provider).info.base_url
    assert answer(provider, f"{base}/{path}", b"{}").status >= 400
