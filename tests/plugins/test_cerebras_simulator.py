"""The simulated Cerebras accepts and refuses what the real one does, in its shapes."""

import json
from typing import Any

import pytest
from tests.plugins.simulated_exchange import ADD, SUM, Exchange, say

from jackfield.errors import AuthenticationError, NotFound, Overloaded, ProviderError, RateLimited
from jackfield.http import HttpRequest
from jackfield.testing.making import png
from jackfield.types.messages import tool_result, user
from jackfield.types.parts import Image
from jackfield.types.requests import OutputSchema
from jackfield.types.simulated import SimulatedReply
from jackfield_cerebras import CerebrasOptions, Prediction
from jackfield_cerebras.simulator import simulate
from jackfield_cerebras.simulator.models import MODELS

CEREBRAS = Exchange("cerebras")
USER = [{"role": "user", "content": "What is 3214 + 5632?"}]
TOOL = {"type": "function", "function": {"name": "add", "description": "Add.", "parameters": ADD.parameters}}
CALL = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": "{}"}}
ASKED = {"role": "assistant", "tool_calls": [CALL]}
ANSWERED = {"role": "tool", "tool_call_id": "c1", "content": "1"}


def send(method: str, path: str, body: Any = None, **headers: str) -> SimulatedReply:
    """One request."""
    data = b"" if body is None else json.dumps(body).encode()
    basic = {"authorization": "Bearer simulated", "content-type": "application/json"}
    url = f"https://api.cerebras.ai{path}"
    return simulate(HttpRequest(method=method, url=url, headers=basic | headers, body=data))


def chat(model: str = "sim-chat", *, headers: dict[str, str] | None = None, **fields: Any) -> SimulatedReply:
    """A chat request."""
    return send("POST", "/v1/chat/completions", {"model": model, "messages": USER} | fields, **(headers or {}))


def whole(model: str = "sim-chat", **fields: Any) -> Any:
    """The body of a whole answer."""
    reply = chat(model, **fields)
    assert reply.status == 200, reply.content
    return json.loads(reply.content)


def streamed(model: str = "sim-chat", **fields: Any) -> list[Any]:
    """The chunks of a stream; it ends with `[DONE]`."""
    reply = chat(model, stream=True, **fields)
    assert isinstance(reply.body, tuple), reply.content
    assert reply.body[-1] == b"data: [DONE]\n\n"
    return [json.loads(event.removeprefix(b"data: ")) for event in reply.body[:-1]]


@pytest.mark.parametrize("model", ["gpt-oss-120b", "gemma-4-31b", "zai-glm-4.7", "qwen-3-32b", "llama-3.3-70b"])
def test_whole_and_streamed_say_the_same(model: str) -> None:
    """Our codec reads both in strict mode, to the same answer."""
    one, other = (CEREBRAS.ask(model, seed=1, max_tokens=500, stream=stream) for stream in (False, True))
    assert say(one) == say(other)
    assert one.usage == other.usage
    assert one.rate_limits == other.rate_limits
    assert one.finish_reason == other.finish_reason == "stop"


@pytest.mark.parametrize("model", ["gpt-oss-120b", "gemma-4-31b"])
@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_conversation(model: str, *, stream: bool) -> None:
    """A call, its result, and an answer that uses it."""
    first = CEREBRAS.ask(model, tools=(ADD,), stream=stream)
    assert dict(first.tool_calls[0].arguments) == {"a": 3214, "b": 5632}
    assert len(first.tool_calls[0].id) == 9
    assert (
        "8846" in CEREBRAS.ask(model, SUM, first.message, tool_result(first.tool_calls[0], "8846"), tools=(ADD,)).text
    )


def test_arguments_come_in_fragments_from_gpt_oss() -> None:
    """The first delta has id and name, the others neither; gemma sends one delta."""

    def calls(model: str) -> list[Any]:
        deltas = [chunk["choices"][0]["delta"] for chunk in streamed(model, tools=[TOOL])]
        return [delta["tool_calls"][0] for delta in deltas if "tool_calls" in delta]

    first, *rest = calls("gpt-oss-120b")
    assert first["function"] == {"name": "add", "arguments": ""}
    assert len(rest) > 2
    assert all("id" not in one and "name" not in one["function"] for one in rest)
    assert len(calls("gemma-4-31b")) == 1


def test_keys_that_would_be_empty_are_absent() -> None:
    """The message of a cut answer may be just a role; choices have no finish reason before the end."""
    message = whole("gpt-oss-120b", max_completion_tokens=2)["choices"][0]["message"]
    assert message.keys() == {"role", "reasoning"}
    chunks = streamed()
    assert all("finish_reason" not in chunk["choices"][0] for chunk in chunks[:-1])
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"
    assert chunks[-1].keys() >= {"usage", "time_info"}


@pytest.mark.parametrize(
    ("model", "form", "content", "reasoning"),
    [
        ("gpt-oss-120b", None, "This", True),
        ("gpt-oss-120b", "raw", "The", False),
        ("gpt-oss-120b", "hidden", "This", False),
        ("zai-glm-4.7", "raw", "<think>", False),
        ("qwen-3-32b", None, "<think>", False),
        ("qwen-3-32b", "parsed", "This", True),
    ],
)
def test_where_reasoning_goes(model: str, form: str | None, content: str, *, reasoning: bool) -> None:
    """Into its field, the text, or nowhere; gpt-oss puts nothing between."""
    fields = {} if form is None else {"reasoning_format": form}
    message = whole(model, **fields)["choices"][0]["message"]
    assert message["content"].startswith(content)
    assert ("reasoning" in message) is reasoning
    assert whole(model, **fields)["usage"]["completion_tokens_details"]["reasoning_tokens"] > 0


def test_efforts() -> None:
    """More effort, more thoughts; `none` stops them where it may."""
    counts = [
        len(CEREBRAS.ask("gpt-oss-120b", reasoning_effort=effort).reasoning) for effort in ("low", "medium", "high")
    ]
    assert counts == sorted(set(counts))
    assert CEREBRAS.ask("zai-glm-4.7", reasoning_effort="none").reasoning == ""
    assert CEREBRAS.ask("gemma-4-31b").reasoning == ""


@pytest.mark.parametrize("stream", [False, True])
def test_logprobs(*, stream: bool) -> None:
    """Of text, of reasoning together with it or apart, and of a closing token in whole answers."""
    apart = CEREBRAS.ask(
        "gpt-oss-120b", top_logprobs=2, stream=stream, extra=CerebrasOptions(reasoning_format="parsed")
    )
    together = CEREBRAS.ask("gpt-oss-120b", top_logprobs=2, stream=stream)
    assert apart.logprobs is not None
    assert apart.reasoning_logprobs is not None
    assert together.logprobs is not None
    assert "".join(one.token for one in apart.reasoning_logprobs) == apart.reasoning
    ending = "" if stream else "<turn|>"
    assert "".join(one.token for one in apart.logprobs) == apart.text + ending
    assert "".join(one.token for one in together.logprobs) == together.reasoning + together.text + ending


@pytest.mark.parametrize("stream", [False, True])
def test_several_replies(*, stream: bool) -> None:
    """`n` gives as many, each with its own seed."""
    result = CEREBRAS.ask("gemma-4-31b", extra=CerebrasOptions(n=2), stream=stream)
    assert [one.text != result.text for one in result.alternatives] == [True]


def test_structured_answers() -> None:
    """A strict schema is kept, whole and streamed."""
    schema = {"type": "object", "properties": {"sum": {"type": "integer"}}, "required": ["sum"]}
    for stream in (False, True):
        made = CEREBRAS.ask("gpt-oss-120b", schema=OutputSchema(name="s", schema=schema), stream=stream)
        assert json.loads(made.text) == {"sum": 3214}


def test_predicted_tokens_are_counted() -> None:
    """As many as begin the answer."""
    text = CEREBRAS.ask("zai-glm-4.7", reasoning_effort="none").text
    figures = [
        whole("zai-glm-4.7", reasoning_effort="none", prediction={"type": "content", "content": predicted})["usage"]
        for predicted in (text, "Something else")
    ]
    accepted = [one["completion_tokens_details"]["accepted_prediction_tokens"] for one in figures]
    assert accepted == [figures[0]["completion_tokens"], 0]
    assert CEREBRAS.ask("zai-glm-4.7", extra=CerebrasOptions(prediction=Prediction(text))).text


def test_pictures_are_looked_at() -> None:
    """By gemma; a model that reads only says so."""
    question = user("What?", Image.from_bytes(png("x")))
    assert "64 x 64 pixels" in CEREBRAS.ask("gemma-4-31b", question).text
    parts = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]
    refused = chat("gpt-oss-120b", messages=[{"role": "user", "content": parts}])
    assert (refused.status, json.loads(refused.content)["code"]) == (403, "multimodal_not_enabled")


OPEN = {"type": "object", "properties": {"a": {"type": "string"}}}
CLOSED = OPEN | {"additionalProperties": False}


def form(schema: dict[str, Any]) -> dict[str, Any]:
    """A strict response format."""
    return {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": schema, "strict": True}}}


def nested(depth: int) -> dict[str, Any]:
    """Closed objects inside of each other."""
    inner: dict[str, Any] = {"type": "string"}
    for _ in range(depth):
        inner = {"type": "object", "properties": {"a": inner}, "required": ["a"], "additionalProperties": False}
    return inner


RECURSIVE = {
    "$defs": {"n": {"type": "object", "properties": {"n": {"$ref": "#/$defs/n"}}, "additionalProperties": False}},
    "type": "object", "properties": {"n": {"$ref": "#/$defs/n"}}, "additionalProperties": False,
}  # fmt: skip
PICTURE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
INLINE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}


@pytest.mark.parametrize(
    ("model", "fields", "param"),
    [
        ("sim-chat", {"foo": 1}, "validation_error"),
        ("sim-chat", {"top_k": 1}, "validation_error"),
        ("sim-chat", {"temperature": 3}, "validation_error"),
        ("sim-chat", {"stop": ["a"] * 5}, "validation_error"),
        ("sim-chat", {"tool_choice": "required"}, "tool_choice"),
        ("sim-chat", {"top_logprobs": 2}, "top_logprobs"),
        ("sim-chat", {"messages": [*USER, ANSWERED]}, "messages"),
        ("sim-chat", {"messages": [*USER, ASKED]}, "messages"),
        ("sim-chat", {"messages": [*USER, ASKED, *USER, ANSWERED]}, "messages"),
        ("sim-chat", {"messages": [*USER, ASKED, ANSWERED, ASKED, ANSWERED]}, "messages"),
        ("sim-chat", {"messages": [{"role": "user", "content": [PICTURE]}]}, "messages"),
        ("sim-chat", {"messages": [{"role": "user", "content": [INLINE] * 6}]}, "messages"),
        ("qwen-3-32b", {"messages": [{"role": "user", "content": [{"type": "text", "text": "x"}]}]}, "messages"),
        ("qwen-3-32b", {"stream": True, "tools": [TOOL]}, "tools_mode"),
        ("qwen-3-32b", {"stream": True, "response_format": {"type": "json_object"}}, "json_mode"),
        ("gpt-oss-120b", {"reasoning_effort": "none"}, "reasoning_effort"),
        ("sim-chat", {"tools": [TOOL], "response_format": {"type": "json_object"}}, "response_format"),
        ("sim-chat", form(OPEN), "response_format"),
        ("sim-chat", form(CLOSED | {"definitions": {}}), "response_format"),
        ("sim-chat", form(CLOSED | {"properties": {"a": {"type": "string", "pattern": "x"}}}), "response_format"),
        ("sim-chat", form(RECURSIVE), "response_format"),
        ("sim-chat", form(nested(13)), "response_format"),
        ("sim-chat", form(CLOSED | {"description": "x" * 5000}), "response_format"),
        ("sim-chat", {"response_format": {"type": "json_schema", "json_schema": {"name": "n"}}}, "response_format"),
        ("sim-chat", {"tools": [TOOL], "prediction": {"type": "content", "content": "x"}}, "prediction"),
        ("sim-chat", {"prompt_cache_key": "x" * 1025}, "prompt_cache_key"),
    ],
)
def test_what_cerebras_refuses(model: str, fields: dict[str, Any], param: str) -> None:
    """A flat 400 that names the field."""
    reply = chat(model, **fields)
    assert reply.status == 400, reply.content
    refused = json.loads(reply.content)
    assert (refused["param"], refused["code"]) == (param, "wrong_api_format")
    assert refused.keys() == {"message", "type", "param", "code"}


def test_what_cerebras_accepts() -> None:
    """The rules refuse no more than they should."""
    turns: dict[str, Any] = {"messages": [*USER, ASKED, ANSWERED]}
    unlimited: dict[str, Any] = {"max_completion_tokens": -1}
    for fields in (form(CLOSED), form(nested(8)), turns, unlimited):
        assert chat(**fields).status == 200


@pytest.mark.parametrize(
    ("threshold", "tier", "status"), [("100", "flex", 200), ("100", "default", 400), ("9", "flex", 400)]
)
def test_queue_thresholds(threshold: str, tier: str, status: int) -> None:
    """A header with bounds, for some tiers."""
    assert chat(headers={"queue_threshold": threshold}, service_tier=tier).status == status


def test_errors_by_class() -> None:
    """Keys, models, quotas, overload, and a forced call that does not fit the limit."""
    with pytest.raises(AuthenticationError):
        Exchange("cerebras", {"api_key": "bad"}).ask("gpt-oss-120b")
    with pytest.raises(NotFound):
        CEREBRAS.ask("no-such-model")
    with pytest.raises(RateLimited):
        CEREBRAS.ask("gpt-oss-120b", fault="status=429")
    with pytest.raises(Overloaded):
        CEREBRAS.ask("gpt-oss-120b", fault="status=429, error=queue_exceeded")
    with pytest.raises(ProviderError) as failed:
        CEREBRAS.ask("gpt-oss-120b", tools=(ADD,), tool_choice="required", max_tokens=3)
    assert (failed.value.code, bool(failed.value.failed_generation)) == ("tool_use_failed", True)


def test_a_failure_in_mid_stream_is_wrapped() -> None:
    """Unlike every other error, and without an event name."""
    last = chat(stream=True, headers={"x-simulate": "stream_error_after=2"}).body[-1]
    assert isinstance(last, bytes)
    assert json.loads(last.removeprefix(b"data: "))["status_code"] == 400
    with pytest.raises(ProviderError) as cut:
        CEREBRAS.ask("gpt-oss-120b", stream=True, fault="stream_error_after=2")
    assert cut.value.in_stream


def test_models() -> None:
    """The list, in two formats, and one model; an alias answers under its real name."""
    assert CEREBRAS.models() == list(MODELS)
    rich = json.loads(send("GET", "/v1/models?format=openrouter").content)["data"]
    assert [one["id"] for one in rich] == [f"cerebras/{model}" for model in MODELS]
    assert json.loads(send("GET", "/v1/models/gpt-oss-120b").content)["created"] == 0
    assert send("GET", "/v1/models/none").status == 404
    assert CEREBRAS.ask("llama-3.1-8b").model == "llama3.1-8b"


def test_other_paths() -> None:
    """The warm-up, and what is not there."""
    assert send("GET", "/v1/tcp_warming").status == 200
    assert json.loads(send("GET", "/v1/nothing").content) == {"detail": "Not Found"}


def test_quotas_shrink() -> None:
    """Three periods, without resets."""
    headers = chat(headers={"x-simulate-number": "10"}).headers
    assert headers["x-ratelimit-remaining-requests-minute"] == "490"
    assert not [name for name in headers if "reset" in name]
