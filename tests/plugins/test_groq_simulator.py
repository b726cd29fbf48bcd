"""The simulated Groq accepts and refuses what Groq does, in Groq's shapes."""

import base64
import json
from itertools import pairwise
from typing import Any

import pytest

from jackfield.http import HttpRequest
from jackfield.types.simulated import SimulatedReply
from jackfield_groq.simulator import simulate
from jackfield_groq.simulator.models import MODELS
from jackfield_groq.simulator.replies import go_duration

USER = [{"role": "user", "content": "What is 3214 + 5632?"}]
ADD = {
    "type": "function",
    "function": {
        "name": "add",
        "description": "Add two numbers.",
        "parameters": {
            "type": "object",
            "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
            "required": ["a", "b"],
        },
    },
}
PIXEL = base64.b64encode(
    b"\x89PNG\r\n\x1a\n" + bytes(8) + b"\x00\x00\x00\x05\x00\x00\x00\x04\x08\x02\x00\x00\x00"
).decode()
SCHEMA = {
    "type": "object",
    "properties": {"sum": {"type": "integer"}},
    "required": ["sum"],
    "additionalProperties": False,
}


def send(method: str, path: str, body: bytes = b"", **headers: str) -> SimulatedReply:
    """One request; a keyword's underscores become dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    basic = {"authorization": "Bearer simulated", "content-type": "application/json"}
    url = f"https://api.groq.com/openai/v1{path}"
    return simulate(HttpRequest(method=method, url=url, headers=basic | named, body=body))


def chat(model: str = "sim-chat", *, headers: dict[str, str] | None = None, **fields: Any) -> SimulatedReply:
    """A chat request."""
    body = json.dumps({"model": model, "messages": USER} | fields).encode()
    return send("POST", "/chat/completions", body, **(headers or {}))


def whole(model: str = "sim-chat", **fields: Any) -> Any:
    """The body of a whole answer."""
    reply = chat(model, **fields)
    assert reply.status == 200, reply.content
    return json.loads(reply.content)


def streamed(model: str = "sim-chat", **fields: Any) -> list[Any]:
    """The chunks of a stream; it ends with `[DONE]`."""
    reply = chat(model, stream=True, **fields)
    assert reply.status == 200, reply.content
    assert isinstance(reply.body, tuple)
    assert reply.body[-1] == b"data: [DONE]\n\n"
    return [json.loads(event.removeprefix(b"data: ")) for event in reply.body[:-1]]


def deltas(chunks: list[Any], name: str) -> str:
    """What the deltas of one field make together."""
    return "".join(chunk["choices"][0]["delta"].get(name) or "" for chunk in chunks)


def error(reply: SimulatedReply) -> Any:
    """The error object."""
    assert reply.status >= 400
    return json.loads(reply.content)["error"]


@pytest.mark.parametrize("model", ["sim-chat", "openai/gpt-oss-20b", "qwen/qwen3-32b", "groq/compound"])
def test_whole_and_streamed_say_the_same(model: str) -> None:
    """Text, reasoning, reason and usage agree between both ways."""
    answer, chunks = whole(model, seed=1), streamed(model, seed=1)
    message = answer["choices"][0]["message"]
    assert deltas(chunks, "content") == message["content"]
    assert deltas(chunks, "reasoning") == message.get("reasoning", "")
    assert chunks[-1]["choices"][0]["finish_reason"] == answer["choices"][0]["finish_reason"] == "stop"
    assert chunks[-1]["x_groq"]["usage"] == answer["usage"]
    usage = answer["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert "simulated" in message["content"]


def test_usage_stands_in_the_last_chunk_twice() -> None:
    """As since 2025-12."""
    chunks = streamed()
    assert chunks[-1]["usage"] == chunks[-1]["x_groq"]["usage"]
    assert all("usage" not in chunk for chunk in chunks[:-1])


def test_tool_calls_come_whole_and_without_content() -> None:
    """One delta a call; the message of a whole answer has no `content` key."""
    message = whole(tools=[ADD])["choices"][0]["message"]
    assert "content" not in message
    assert json.loads(message["tool_calls"][0]["function"]["arguments"]) == {"a": 3214, "b": 5632}
    chunks = streamed(tools=[ADD])
    [delta] = [chunk["choices"][0]["delta"] for chunk in chunks if "tool_calls" in chunk["choices"][0]["delta"]]
    assert delta["tool_calls"] == [{"index": 0, **message["tool_calls"][0]}]
    assert chunks[-1]["choices"][0]["finish_reason"] == "tool_calls"


def test_call_ids_by_family() -> None:
    """gpt-oss has a prefix, the others nine signs."""
    ids = [
        whole(model, tools=[ADD])["choices"][0]["message"]["tool_calls"][0]["id"]
        for model in ("openai/gpt-oss-20b", "llama-3.1-8b-instant")
    ]
    assert ids[0].startswith("fc_")
    assert len(ids[1]) == 9


def test_a_tool_result_is_answered() -> None:
    """The second round of a tool conversation."""
    call = whole(tools=[ADD])["choices"][0]["message"]["tool_calls"][0]
    turns: list[Any] = [
        *USER,
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": call["id"], "content": "8846"},
    ]
    assert "8846" in whole(messages=turns, tools=[ADD])["choices"][0]["message"]["content"]
    turns[-1] = turns[-1] | {"tool_call_id": "another"}
    assert chat(messages=turns, tools=[ADD]).status == 400


@pytest.mark.parametrize(
    ("fields", "content", "reasoning"),
    [
        ({}, "<think>", False),
        ({"reasoning_format": "parsed"}, "This", True),
        ({"reasoning_format": "hidden"}, "This", False),
        ({"include_reasoning": True}, "This", True),
        ({"include_reasoning": False}, "This", False),
        ({"reasoning_effort": "none"}, "This", False),
    ],
)
def test_where_reasoning_goes(fields: dict[str, Any], content: str, *, reasoning: bool) -> None:
    """Into think tags, its field, or nowhere."""
    message = whole("qwen/qwen3-32b", **fields)["choices"][0]["message"]
    assert message["content"].startswith(content)
    assert bool(message.get("reasoning")) is reasoning


def test_think_tags_may_stay_open() -> None:
    """A limit in the middle of reasoning leaves the tag without its end."""
    chunks = streamed("qwen/qwen3-32b", max_completion_tokens=4)
    assert "</think>" not in deltas(chunks, "content")
    assert chunks[-1]["choices"][0]["finish_reason"] == "length"


def test_compound_has_its_own_shapes() -> None:
    """New ids in every chunk, `stub` last, no fingerprint, tools as two snapshots, usage by model."""
    question = [{"role": "user", "content": "Search the web for plums"}]
    chunks = streamed("compound-beta", messages=question)
    assert chunks[-1]["id"] == whole("groq/compound", messages=question)["id"] == "stub"
    assert all(one["id"] != other["id"] for one, other in pairwise(chunks))
    assert {chunk["model"] for chunk in chunks} == {"groq/compound"}
    assert all(chunk["system_fingerprint"] is None for chunk in chunks)
    tools = [tool for chunk in chunks for tool in chunk["choices"][0]["delta"].get("executed_tools", ())]
    assert [tool["index"] for tool in tools] == [0, 0]
    assert "output" not in tools[0]
    assert "Simulated" in tools[1]["output"]
    assert "usage" not in chunks[-1]
    assert chunks[-1]["x_groq"]["usage_breakdown"]["models"]


def test_server_tools_of_gpt_oss() -> None:
    """Browser search and code, each with its odd shape."""
    asked = [{"role": "user", "content": "Search for plums, then run code"}]
    search = whole("openai/gpt-oss-20b", messages=asked, tools=[{"type": "browser_search"}])
    code = whole("openai/gpt-oss-20b", messages=asked, tools=[{"type": "code_interpreter"}])
    assert search["choices"][0]["message"]["executed_tools"][0]["name"] == "browser.search"
    with pytest.raises(ValueError, match="delimiter"):
        json.loads(code["choices"][0]["message"]["executed_tools"][0]["arguments"])


def test_json_mode_shares_the_last_chunk() -> None:
    """The last text and the reason come together."""
    chunks = streamed(messages=[{"role": "user", "content": "plums as JSON"}], response_format={"type": "json_object"})
    assert json.loads(deltas(chunks, "content"))["simulated"] is True
    assert chunks[-1]["choices"][0]["delta"]["content"]


def test_a_schema_is_kept() -> None:
    """Structured output has the wanted shape."""
    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True}}
    content = whole("openai/gpt-oss-20b", response_format=form)["choices"][0]["message"]["content"]
    assert json.loads(content) == {"sum": 3214}


def test_pictures_are_looked_at() -> None:
    """A model that sees names the format and size."""
    parts = [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}},
    ]
    content = whole("meta-llama/llama-4-scout-17b-16e-instruct", messages=[{"role": "user", "content": parts}])
    assert "5 x 4 pixels" in content["choices"][0]["message"]["content"]
    refused = error(chat("openai/gpt-oss-20b", messages=[{"role": "user", "content": parts}]))
    assert refused["param"] == "messages[0].content"
    assert refused["message"] == "messages[0].content must be a string"


def test_documents_are_cited() -> None:
    """Annotations point into the content."""
    documents = [{"id": "d1", "source": {"type": "text", "text": "Plums are fruit. So it is."}}]
    message = whole(documents=documents)["choices"][0]["message"]
    cited = message["annotations"][0]["document_citation"]
    assert message["content"][cited["start_index"] : cited["end_index"]] == "Plums are fruit."
    assert "annotations" not in whole(documents=documents, citation_options="disabled")["choices"][0]["message"]


FORM = {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA}}
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}


@pytest.mark.parametrize(
    ("model", "fields", "words"),
    [
        ("sim-chat", {"foo": 1}, "property 'foo' is unsupported"),
        ("sim-chat", {"temperature": 3}, "temperature"),
        ("sim-chat", {"temperature": "hot"}, "must be a number"),
        ("sim-chat", {"max_tokens": 0}, "max_tokens"),
        ("sim-chat", {"stop": ["a"] * 5}, "stop"),
        ("sim-chat", {"n": 2}, "'n'"),
        ("sim-chat", {"seed": True}, "seed"),
        ("sim-chat", {"logprobs": True}, "logprobs"),
        ("sim-chat", {"messages": []}, "minimum number of items"),
        ("sim-chat", {"messages": [{"role": "robot", "content": "hi"}]}, "role"),
        ("sim-chat", {"messages": [{"role": "user", "content": "hi", "name": "me"}]}, "name"),
        ("sim-chat", {"messages": [{"role": "user", "content": [IMAGE] * 6}]}, "Too many images"),
        ("sim-chat", {"tools": [{"type": "browser_search"}]}, "tools[0].type must be one of [function, mcp]"),
        ("groq/compound", {"tools": [{"type": "visit_website"}]}, "code=400, message=tools[0].type"),
        ("groq/compound", {"tools": [ADD]}, "`tool calling` is not supported with this model"),
        ("sim-chat", {"tool_choice": "required"}, "tool_choice"),
        ("sim-chat", {"tools": [ADD], "tool_choice": {"type": "function", "function": {"name": "x"}}}, "'x'"),
        ("sim-chat", {"reasoning_effort": "low"}, "reasoning_effort"),
        ("openai/gpt-oss-20b", {"reasoning_effort": "none"}, "reasoning_effort"),
        ("qwen/qwen3-32b", {"reasoning_format": "raw", "include_reasoning": True}, "include_reasoning"),
        ("qwen/qwen3-32b", {"reasoning_format": "raw", "tools": [ADD]}, "raw"),
        ("sim-chat", {"response_format": {"type": "json_object"}}, "must contain the word 'json'"),
        ("sim-chat", {"response_format": {"type": "json_schema", "json_schema": SCHEMA}}, "json schema is required"),
        ("sim-chat", {"response_format": FORM, "stream": True}, "streaming"),
        ("llama-3.1-8b-instant", {"response_format": FORM}, "does not support response format"),
        ("whisper-large-v3-turbo", {}, "does not support chat completions"),
        (
            "sim-chat",
            {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "strict": True, "schema": {
                "type": "object", "properties": {"a": {"type": "object"}}, "required": ["a"],
                "additionalProperties": False}}}},
            "additionalProperties:false",
        ),
    ],
)  # fmt: skip
def test_what_groq_refuses(model: str, fields: dict[str, Any], words: str) -> None:
    """A 400 that says what is wrong."""
    reply = chat(model, **fields)
    assert reply.status == 400
    assert words in error(reply)["message"]
    assert error(reply)["type"] == "invalid_request_error"


def test_a_forced_call_that_fails() -> None:
    """`tool_use_failed` with what was generated, as a 400 or inside of the stream, where no `[DONE]` follows."""
    fields: dict[str, Any] = {"tools": [ADD], "tool_choice": "required", "max_tokens": 3}
    refused = error(chat("openai/gpt-oss-20b", **fields))
    assert refused["code"] == "tool_use_failed"
    assert refused["failed_generation"]
    reply = chat("openai/gpt-oss-20b", stream=True, **fields)
    assert reply.content.startswith(b"event: error\ndata: ")
    assert json.loads(reply.content.partition(b"data: ")[2])["error"] == refused | {"status_code": 400}


@pytest.mark.parametrize("path", ["/chat/completions", "/models"])
def test_a_bad_key(path: str) -> None:
    """Every endpoint wants one."""
    method = "GET" if path == "/models" else "POST"
    refused = send(method, path, b"{}", authorization="Bearer bad-key")
    assert (refused.status, error(refused)["code"]) == (401, "invalid_api_key")
    assert send(method, path, b"{}", authorization="").status == 401


def test_unknown_models_and_paths() -> None:
    """404 with a code."""
    assert (chat("bad model").status, error(chat("bad model"))["code"]) == (404, "model_not_found")
    assert error(send("GET", "/models/bad%20model"))["code"] == "model_not_found"
    assert error(send("GET", "/nothing"))["code"] == "unknown_url"


def test_bodies_that_are_none() -> None:
    """Rubbish is refused before anything else is looked at."""
    for body in (b"", b"{", b"[]", b"\xff"):
        assert send("POST", "/chat/completions", body).status == 400
    assert send("POST", "/chat/completions", b"{}", content_type="text/plain").status == 415


def test_models() -> None:
    """The list, and one with a slash in its id."""
    listed = json.loads(send("GET", "/models").content)
    assert [one["id"] for one in listed["data"]] == list(MODELS)
    assert json.loads(send("GET", "/models/openai%2Fgpt-oss-20b").content)["context_window"] == 131072


def test_quotas() -> None:
    """They shrink with each request, in Go's notation; the model list has none."""
    headers = chat(headers={"x_simulate_number": "50"}).headers
    assert headers["x-ratelimit-remaining-requests"] == "950"
    assert headers["x-ratelimit-reset-requests"] == "1h12m0s"
    assert not [name for name in send("GET", "/models").headers if "ratelimit" in name]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.172, "172ms"), (1.036, "1.036s"), (179.56, "2m59.56s"), (3723.5, "1h2m3.5s")]
)  # fmt: skip
def test_go_durations(seconds: float, text: str) -> None:
    """The forms that were recorded and documented."""
    assert go_duration(seconds) == text


@pytest.mark.parametrize(
    ("status", "code"),
    [(429, "rate_limit_exceeded"), (413, "rate_limit_exceeded"), (498, "capacity_exceeded"), (500, None)],
)  # fmt: skip
def test_failures_on_request(status: int, code: str | None) -> None:
    """A fault's status comes in Groq's words."""
    reply = chat(headers={"x_simulate": f"status={status}, retry_after_s=2"})
    assert (reply.status, error(reply).get("code")) == (status, code)


def test_a_failure_in_mid_stream() -> None:
    """After so many events an error event, and nothing after it."""
    reply = chat(stream=True, headers={"x_simulate": "stream_error_after=3"})
    assert isinstance(reply.body, tuple)
    assert len(reply.body) == 4
    assert reply.body[-1].startswith(b"event: error\n")


def test_answers_follow_from_the_request() -> None:
    """No clock, no chance."""
    assert chat(seed=1) == chat(seed=1)
    assert chat(seed=1).content != chat(seed=2).content
