"""Cerebras's differences: its options and headers, strict schemas, ordered history, log probabilities, errors, quotas.

The samples are written from Cerebras's documentation and the shapes of recorded replies.
"""

import json
from typing import Any

import pytest

import jackfield_cerebras
from jackfield.errors import (
    AuthenticationError,
    DecodeError,
    InvalidRequest,
    Overloaded,
    PaymentRequired,
    PermissionDenied,
    ProviderError,
    RateLimited,
    UnsupportedOption,
)
from jackfield.http import HttpRequest, HttpResponse, Secret, Settings
from jackfield.session import StreamSession
from jackfield.types.messages import Message, assistant, tool_result, user
from jackfield.types.parts import Image, Reasoning, ToolCall
from jackfield.types.requests import GenerateRequest, OutputSchema, Tool
from jackfield.types.results import RateLimit, Result
from jackfield_cerebras import CerebrasOptions, Prediction, StreamOptions

SETTINGS = Settings(provider="cerebras", base_url="https://api.cerebras.ai", values={"api_key": Secret("canary")})
GPT, GLM, THINKER = "gpt-oss-120b", "zai-glm-4.7", "qwen-3-235b-a22b-thinking-2507"
CALL = ToolCall(id="c1", name="add", arguments_raw="{}")
ADD = Tool(name="add", description="Adds.", parameters={"type": "object", "properties": {"a": {"type": "integer"}}})
HEAD = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "system_fingerprint": "fp"}
TIMES = {"queue_time": 0.1, "prompt_time": 0.1, "completion_time": 0.1, "total_time": 0.3, "created": 1.5}


def request(*messages: Message, model: str = GPT, **options: Any) -> GenerateRequest:
    """A strict request."""
    return GenerateRequest(model=model, messages=messages or (user("hi"),), strict=True, **options)


def encode(*messages: Message, **options: Any) -> HttpRequest:
    """The HTTP request."""
    return jackfield_cerebras.encode_request(request(*messages, **options), SETTINGS)


def body(*messages: Message, **options: Any) -> dict[str, Any]:
    """Its body."""
    made: dict[str, Any] = json.loads(encode(*messages, **options).body)
    return made


def decode(value: Any, *, status: int = 200, **headers: str) -> Result[None]:
    """The result of a whole answer."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    answer = HttpResponse(status=status, headers=named, body=json.dumps(value).encode())
    return jackfield_cerebras.decode_response(request(), answer)


def session(model: str = GPT) -> StreamSession:
    """A session for a stream."""
    head = HttpResponse(status=200)
    return StreamSession("cerebras", jackfield_cerebras.parse_stream(request(model=model), head), head)


def frame(value: Any) -> bytes:
    """One event."""
    return f"data: {json.dumps(value)}\n\n".encode()


def chunk(delta: dict[str, Any], **rest: Any) -> bytes:
    """A chunk with that delta; keys that say nothing are absent, as Cerebras does it."""
    return frame({**HEAD, "choices": [{"index": 0, "delta": delta, **rest}]})


# --- requests --------------------------------------------------------------------------------------------------------


def test_every_option_of_its_own() -> None:
    """Each field of CerebrasOptions under Cerebras's name, three of them as headers."""
    extra = CerebrasOptions(
        api_version=2,
        queue_threshold_ms=500,
        service_tier="flex",
        reasoning_format="parsed",
        disable_reasoning=False,
        clear_thinking=False,
        prediction=Prediction("old text"),
        min_completion_tokens=-1,
        n=1,
        logit_bias={"7": -100},
        prompt_cache_key="docs",
        model_parameters={"a": 1},
        user="u",
        stream_options=StreamOptions(include_usage=True),
        integration="jackfield",
    )
    request = encode(extra=extra)
    assert json.loads(request.body) == {
        "model": GPT,
        "messages": [{"role": "user", "content": "hi"}],
        "service_tier": "flex",
        "reasoning_format": "parsed",
        "disable_reasoning": False,
        "clear_thinking": False,
        "prediction": {"type": "content", "content": "old text"},
        "min_completion_tokens": -1,
        "n": 1,
        "logit_bias": {"7": -100},
        "prompt_cache_key": "docs",
        "model_parameters": {"a": 1},
        "user": "u",
        "stream_options": {"include_usage": True},
    }
    assert request.headers["x-cerebras-version-patch"] == "2"
    assert request.headers["queue_threshold"] == "500"
    assert request.headers["x-cerebras-3rd-party-integration"] == "jackfield"
    assert request.url == "https://api.cerebras.ai/v1/chat/completions"


@pytest.mark.parametrize(
    ("model", "effort", "known"),
    [
        (GPT, "high", True),
        (GPT, "none", False),
        (GLM, "none", True),
        ("gemma-4-31b", "low", True),
        (THINKER, "low", False),
    ],
)
def test_reasoning_effort(model: str, effort: Any, known: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """What the model knows is sent, anything else refused by name."""
    if known:
        assert body(model=model, reasoning_effort=effort)["reasoning_effort"] == effort
        return
    with pytest.raises(UnsupportedOption, match="reasoning_effort"):
        encode(model=model, reasoning_effort=effort)


@pytest.mark.parametrize(
    ("model", "turn"),
    [
        (GPT, {"role": "assistant", "content": "42", "reasoning": "hm"}),
        (GLM, {"role": "assistant", "content": "<think>hm</think>42"}),
        (THINKER, {"role": "assistant", "content": "<think>hm</think>42"}),
    ],
)
def test_reasoning_goes_back(model: str, turn: dict[str, Any]) -> None:
    """In its field or between tags, by the family."""
    made = body(user("hi"), assistant(Reasoning("hm"), "42"), user("why?"), model=model)
    assert made["messages"][1] == turn


def test_strict_schema() -> None:
    """Every object is closed, optional properties stay optional."""
    schema = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}, "required": ["a"]}
    made = body(schema=OutputSchema(name="N", schema=schema))["response_format"]["json_schema"]
    assert made["strict"] is True
    assert (made["schema"]["additionalProperties"], made["schema"]["required"]) == (False, ["a"])


def test_history_is_ordered() -> None:
    """Version 2 refuses results that do not follow their calls, orphans, and ids used twice."""
    made = encode(
        user("hi"), assistant(CALL), user("wait"), tool_result(CALL, "1"), assistant(CALL), tool_result(CALL, "2")
    )
    messages = json.loads(made.body)["messages"]
    assert [one.get("tool_call_id", one["role"]) for one in messages] == [
        "user",
        "assistant",
        "c1",
        "user",
        "assistant",
        "c1_2",
    ]
    assert made.notices == ()


def test_pictures() -> None:
    """Bytes only; texts beside them make a list, texts alone one string."""
    pixel = Image(data=b"\x89PNG", mime_type="image/png")
    assert [part["type"] for part in body(user("look", pixel))["messages"][0]["content"]] == ["text", "image_url"]
    assert body(user("a", "b"))["messages"][0]["content"] == "ab"
    for other in (Image.from_url("https://example.org/a.png"), Image.from_file("f")):
        with pytest.raises(UnsupportedOption, match="image"):
            encode(user(other))


def test_rules() -> None:
    """What reasoning models of 2025 refused to stream is data."""
    rules = jackfield_cerebras.provider_info().capabilities.rules
    for feature in ("schema", "json_mode", "tools"):
        assert any(rule.refuses("qwen-3-32b", frozenset({feature, "stream"})) for rule in rules)
        assert not any(rule.refuses(GPT, frozenset({feature, "stream"})) for rule in rules)
    assert jackfield_cerebras.provider_info().options_type is CerebrasOptions


# --- replies ---------------------------------------------------------------------------------------------------------


def test_whole_reply() -> None:
    """Usage with what only Cerebras counts, times, tiers, both kinds of log probabilities."""
    usage = {
        "prompt_tokens": 3,
        "completion_tokens": 2,
        "total_tokens": 9,
        "image_tokens": 1,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 1,
            "accepted_prediction_tokens": 1,
            "rejected_prediction_tokens": 0,
        },
    }
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": "a", "reasoning": "b"},
        "finish_reason": "stop",
        "logprobs": {"content": [{"token": "a", "logprob": -0.5, "bytes": [97], "top_logprobs": []}]},
        "reasoning_logprobs": {"content": [{"token": "b", "logprob": -1}]},
    }
    reply = {**HEAD, "choices": [choice], "usage": usage, "time_info": TIMES, "service_tier_used": "flex"}
    result = decode(reply, x_request_id="req", cf_ray="ray")
    assert result.usage is not None
    assert (result.usage.total_tokens, result.usage.reasoning_tokens, result.usage.cached_tokens) == (9, 1, 0)
    assert result.usage.raw == usage
    assert [token.token for token in result.logprobs or ()] == ["a"]
    assert [token.token for token in result.reasoning_logprobs or ()] == ["b"]
    assert result.provider_data["time_info"] == TIMES
    assert (result.provider_data["service_tier_used"], result.request_id) == ("flex", "req")


def test_message_with_nothing() -> None:
    """A stop sequence may match hidden reasoning: an empty answer is one."""
    result = decode({**HEAD, "choices": [{"index": 0, "message": {"role": "assistant"}, "finish_reason": "stop"}]})
    assert (result.text, result.reasoning, result.finish_reason) == ("", "", "stop")


def test_drift() -> None:
    """In strict mode an unknown field is an error."""
    with pytest.raises(DecodeError, match="novelty"):
        decode({**HEAD, "choices": [{"index": 0, "message": {"novelty": 1}}]})


@pytest.mark.parametrize("end", [b"", b"data: [DONE]\n\n"])
def test_stream_ends_with_its_finish_reason(end: bytes) -> None:
    """Streams of 2025 have no [DONE]; the usage comes with the finish reason."""
    reading = session()
    reading.feed(chunk({"role": "assistant"}) + chunk({"reasoning": "b", "content": "a"}))
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    last: dict[str, Any] = {
        **HEAD,
        "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
        "usage": usage,
        "time_info": TIMES,
    }
    reading.feed(frame(last) + end)
    reading.close()
    result = reading.result()
    assert (result.reasoning, result.text, result.finish_reason_raw) == ("b", "a", "stop")
    assert result.usage is not None
    assert result.usage.total_tokens == 5


def test_call_in_pieces() -> None:
    """gpt-oss sends the id and the name first, then the arguments by index."""
    first = {"index": 0, "id": "c1", "type": "function", "function": {"name": "add", "arguments": ""}}
    reading = session()
    reading.feed(chunk({"tool_calls": [first]}))
    for piece in ('{"a"', ": 1}"):
        reading.feed(chunk({"tool_calls": [{"index": 0, "type": "function", "function": {"arguments": piece}}]}))
    reading.feed(chunk({}, finish_reason="tool_calls"))
    reading.close()
    (call,) = reading.result().tool_calls
    assert (call.id, call.name, call.arguments) == ("c1", "add", {"a": 1})


@pytest.mark.parametrize(("model", "split"), [(THINKER, ("hm", "yes")), (GPT, ("", "hm</think>yes"))])
def test_tag_that_was_never_opened(model: str, split: tuple[str, str]) -> None:
    """One family closes a think tag that the prompt had opened; elsewhere the tag is text."""
    reading = session(model)
    for piece in ("h", "m</thi", "nk>yes"):
        reading.feed(chunk({"content": piece}))
    reading.feed(chunk({}, finish_reason="stop"))
    reading.close()
    assert (reading.result().reasoning, reading.result().text) == split


# --- errors and quotas -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "expected", "retryable"),
    [
        (400, "wrong_api_format", InvalidRequest, False),
        (401, "wrong_api_key", AuthenticationError, False),
        (402, None, PaymentRequired, False),
        (403, "multimodal_not_enabled", PermissionDenied, False),
        (429, "queue_exceeded", Overloaded, True),
        (429, "token_quota_exceeded", RateLimited, True),
        (429, "request_quota_exceeded", RateLimited, True),
    ],
)
def test_errors(status: int, code: str | None, expected: type[ProviderError], retryable: bool) -> None:  # noqa: FBT001
    """Flat errors; busy servers and a used-up quota share a status and are told apart by the code."""
    with pytest.raises(ProviderError) as caught:
        decode({"message": "no", "type": "t", "param": "", "code": code}, status=status, cf_ray="ray")
    error = caught.value
    assert (type(error), error.retryable, error.request_id) == (expected, retryable, "ray")
    assert (error.message, error.param, error.code) == ("no", "", code)


def test_error_in_a_stream() -> None:
    """Wrapped, with the status beside it and no event name; text that came before stays."""
    reading = session()
    reading.feed(chunk({"content": "a"}))
    fault = {"message": "no", "type": "invalid_request_error", "code": "tool_use_failed", "failed_generation": "{"}
    with pytest.raises(InvalidRequest) as caught:
        reading.feed(frame({"status_code": 400, "error": fault}))
    error = caught.value
    assert (error.status, error.failed_generation, error.in_stream, error.partial.text) == (400, "{", True, "a")


def test_quotas() -> None:
    """Every period that is there, whichever generation of headers it is."""
    reply = {**HEAD, "choices": [{"index": 0, "message": {"content": "a"}, "finish_reason": "stop"}]}
    result = decode(
        reply,
        x_ratelimit_limit_requests_day="14400",
        x_ratelimit_reset_requests_day="8855.222900390625",
        x_ratelimit_remaining_tokens_minute="62733",
    )
    assert result.rate_limits.limits == (
        RateLimit(kind="requests", limit=14400, reset_s=8855.222900390625, period_s=86400),
        RateLimit(kind="tokens", remaining=62733, period_s=60),
    )


def test_models() -> None:
    """A creation time of 0 is none."""
    flow = jackfield_cerebras.list_models(SETTINGS)
    assert next(flow).url == "https://api.cerebras.ai/v1/models"
    entry = {"id": GPT, "object": "model", "created": 0, "owned_by": "Cerebras"}
    with pytest.raises(StopIteration) as done:
        flow.send(HttpResponse(status=200, body=json.dumps({"object": "list", "data": [entry]}).encode()))
    (model,) = done.value.value
    assert (model.id, model.owner, model.created_s) == (GPT, "Cerebras", None)
