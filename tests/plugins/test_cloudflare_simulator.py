"""The simulated Workers AI answers in the shapes of its backends, and refuses with its codes."""

import json
from base64 import b64encode
from typing import Any

import pytest
from tests.plugins.simulated_exchange import ADD, SUM, Exchange, say

from jackfield.errors import AuthenticationError, Overloaded, ProviderError, RateLimited
from jackfield.http import HttpRequest, Secret
from jackfield.testing.making import png
from jackfield.types.messages import tool_result, user
from jackfield.types.parts import Image
from jackfield.types.requests import OutputSchema
from jackfield.types.simulated import SimulatedReply
from jackfield_cloudflare import CloudflareOptions
from jackfield_cloudflare.simulator import simulate
from jackfield_cloudflare.simulator.models import MODELS

SCOUT = "@cf/meta/llama-4-scout-17b-16e-instruct"
LLAMA = "@cf/meta/llama-3.2-3b-instruct"
LLAMA_70B = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
DEEPSEEK = "@cf/deepseek-ai/deepseek-r1-distill-qwen-32b"
HERMES = "@hf/nousresearch/hermes-2-pro-mistral-7b"
GLM = "@cf/zai-org/glm-4.7-flash"
MOONDREAM = "@cf/moondream/moondream3.1-9B-A2B"
GPT_OSS = "@cf/openai/gpt-oss-20b"
CLOUDFLARE = Exchange("cloudflare", {"api_key": Secret("simulated"), "account_id": "acc"})
USER = [{"role": "user", "content": "What is 3214 + 5632?"}]
SCHEMA = {"type": "object", "properties": {"sum": {"type": "integer"}}, "required": ["sum"]}
TOOL = {"type": "function", "function": {"name": "add", "description": "Add.", "parameters": ADD.parameters}}
CHAT = CloudflareOptions(endpoint="chat")
RESPONSES = CloudflareOptions(endpoint="responses")


def send(method: str, url: str, body: Any = None, **headers: str) -> SimulatedReply:
    """One request to an absolute URL, or a path of the account's."""
    data = b"" if body is None else json.dumps(body).encode()
    basic = {"authorization": "Bearer simulated", "content-type": "application/json"}
    where = url if "://" in url else f"https://api.cloudflare.com/client/v4/accounts/acc/ai/{url}"
    return simulate(HttpRequest(method=method, url=where, headers=basic | headers, body=data))


def run(model: str, **fields: Any) -> SimulatedReply:
    """A native request."""
    return send("POST", f"run/{model}", {"messages": USER} | fields)


def result(model: str, **fields: Any) -> Any:
    """What stands in the envelope of a whole answer."""
    envelope = json.loads(run(model, **fields).content)
    assert (envelope["success"], envelope["errors"]) == (True, [])
    return envelope["result"]


def events(model: str, **fields: Any) -> list[Any]:
    """The events of a native stream."""
    reply = run(model, stream=True, **fields)
    assert isinstance(reply.body, tuple), reply.content
    assert reply.body[-1] == b"data: [DONE]\n\n"
    return [json.loads(event.removeprefix(b"data: ")) for event in reply.body[:-1]]


def refusal(reply: SimulatedReply) -> tuple[int, int]:
    """Status and code."""
    envelope = json.loads(reply.content)
    assert envelope["success"] is False
    return reply.status, envelope["errors"][0]["code"]


@pytest.mark.parametrize(
    ("model", "extra"),
    [
        *((model, None) for model in (SCOUT, LLAMA, LLAMA_70B, DEEPSEEK, HERMES, GLM, GPT_OSS)),
        *((model, CHAT) for model in (SCOUT, GLM, GPT_OSS)),
        (GPT_OSS, RESPONSES),
    ],
)
def test_whole_and_streamed_say_the_same(model: str, extra: Any) -> None:
    """Our codec reads both in strict mode, from each backend and endpoint, to the same answer."""
    whole, streamed = (CLOUDFLARE.ask(model, extra=extra, stream=stream) for stream in (False, True))
    assert say(whole) == say(streamed)
    assert whole.finish_reason == streamed.finish_reason
    assert "simulated" in whole.text


@pytest.mark.parametrize(
    ("model", "extra"), [(SCOUT, None), (LLAMA, None), (HERMES, None), (GLM, None), (GLM, CHAT), (GPT_OSS, RESPONSES)]
)  # fmt: skip
def test_a_tool_conversation(model: str, extra: Any) -> None:
    """A call, its result, and an answer that uses it."""
    first = CLOUDFLARE.ask(model, tools=(ADD,), extra=extra)
    assert dict(first.tool_calls[0].arguments) == {"a": 3214, "b": 5632}
    answer = tool_result(first.tool_calls[0], "8846")
    assert "8846" in CLOUDFLARE.ask(model, SUM, first.message, answer, tools=(ADD,), extra=extra).text


def test_calls_by_backend() -> None:
    """Objects beside null; nested ones without `response`; ignored where there is no support."""
    flat = result(LLAMA, tools=[TOOL])
    assert flat["response"] is None
    assert flat["tool_calls"] == [{"arguments": {"a": 3214, "b": 5632}, "name": "add"}]
    nested = result(SCOUT, tools=[TOOL])
    assert "response" not in nested
    assert nested["tool_calls"][0]["id"].startswith("chatcmpl-tool-")
    assert "tool_calls" not in result(DEEPSEEK, tools=[TOOL])
    assert result(SCOUT)["tool_calls"] == []


def test_streamed_calls_by_backend() -> None:
    """Text in JSON, text in Python between tags, or fragments with an empty last one."""
    flat = "".join(event.get("response") or "" for event in events(LLAMA, tools=[TOOL]))
    assert json.loads(flat) == {"name": "add", "parameters": {"a": 3214, "b": 5632}}
    hermes = "".join(event.get("response") or "" for event in events(HERMES, tools=[TOOL]))
    assert hermes.startswith("<tool_call>\n{'arguments': {'a': 3214")
    pieces = [event["tool_calls"][0] for event in events(SCOUT, tools=[TOOL]) if event.get("tool_calls")]
    assert pieces[0]["function"] == {"name": "add"}
    assert pieces[-1]["function"] == {"arguments": ""}
    assert CLOUDFLARE.ask(SCOUT, tools=(ADD,), stream=True).tool_calls


def test_padding() -> None:
    """Filler of one to fifty letters, in the alphabet of the backend; deepseek has none but empty events."""
    assert all(set(event.get("p", "")) <= set("abcdefghijklmnopqrstuvwxyz0123456789") for event in events(LLAMA))
    assert any("p" in event for event in events(SCOUT))
    assert {} in events(DEEPSEEK)
    assert not any("p" in event for event in events(DEEPSEEK))


def test_usage_comes_last_or_not_at_all() -> None:
    """Zeros from hermes, nothing beside a schema's answer."""
    assert events(LLAMA)[-1] == {"response": "", "usage": result(LLAMA)["usage"]}
    assert result(HERMES)["usage"]["total_tokens"] == 0
    assert CLOUDFLARE.ask(HERMES).usage == CLOUDFLARE.ask(HERMES, stream=True).usage
    form = {"type": "json_schema", "json_schema": SCHEMA}
    assert result(LLAMA_70B, response_format=form).keys() == {"response"}


def test_json_comes_decoded_from_llama_4() -> None:
    """Whole as an object, and streamed with a token that is a truth value."""
    form = {"type": "json_object"}
    ask = [{"role": "user", "content": "plums as JSON"}]
    assert result(SCOUT, messages=ask, response_format=form)["response"]["simulated"] is True
    assert True in [event.get("response") for event in events(SCOUT, messages=ask, response_format=form)]
    assert isinstance(result(LLAMA, messages=ask, response_format=form)["response"], str)
    for stream in (False, True):
        made = CLOUDFLARE.ask(SCOUT, user("plums as JSON"), json_mode=True, stream=stream)
        assert json.loads(made.text)["simulated"] is True


@pytest.mark.parametrize(
    ("model", "extra"),
    [(SCOUT, None), (LLAMA_70B, None), (GLM, None), (GLM, CHAT), (SCOUT, CHAT), (GPT_OSS, RESPONSES)],
)
def test_structured_answers(model: str, extra: Any) -> None:
    """A schema is kept on every endpoint."""
    made = CLOUDFLARE.ask(model, schema=OutputSchema(name="s", schema=SCHEMA), extra=extra)
    assert json.loads(made.text) == {"sum": 3214}


def test_the_silent_limit() -> None:
    """Without `max_tokens` a native answer ends at 256, and says nothing about it."""
    long = CLOUDFLARE.ask(SCOUT, user("Write 1000 words."))
    assert long.usage is not None
    assert (long.usage.output_tokens, long.finish_reason) == (256, None)
    assert "default-limit" in [notice.code for notice in long.warnings]


def test_an_unclosed_thought() -> None:
    """A limit in the middle of thinking leaves the tag open."""
    cut = CLOUDFLARE.ask(DEEPSEEK, max_tokens=5)
    assert cut.reasoning
    assert cut.text == ""


def test_pictures_are_looked_at() -> None:
    """As data; a URL is refused, and so is any picture for a model without eyes."""
    assert "64 x 64 pixels" in CLOUDFLARE.ask(SCOUT, user("What?", Image.from_bytes(png("x")))).text
    for model, url in ((SCOUT, "https://example.com/a.png"), (LLAMA, "data:image/png;base64,AAAA")):
        parts = [{"type": "image_url", "image_url": {"url": url}}]
        assert refusal(run(model, messages=[{"role": "user", "content": parts}])) == (400, 5006)


ARGUMENTS: list[Any] = [{"id": "1", "type": "function", "function": {"name": "a", "arguments": {}}}]
BARE = {"type": "json_schema", "json_schema": SCHEMA}
WRAPPED = {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA}}


REFUSED: list[tuple[str, dict[str, Any], tuple[int, int]]] = [
    (LLAMA, {"response_format": BARE}, (403, 5025)),
    (LLAMA_70B, {"response_format": BARE, "stream": True}, (403, 5023)),
    (LLAMA_70B, {"response_format": WRAPPED}, (400, 5006)),
    (LLAMA, {"temperature": 6}, (400, 5006)),
    (LLAMA, {"seed": 0}, (400, 5006)),
    (LLAMA, {"top_k": 51}, (400, 5006)),
    (LLAMA, {"prompt": "x"}, (400, 5006)),
    (LLAMA, {"messages": [{"role": "user", "content": None}]}, (400, 5006)),
    (LLAMA, {"messages": [{"role": "assistant", "content": "", "tool_calls": ARGUMENTS}]}, (400, 5006)),
    (LLAMA, {"tools": [{"type": "function", "function": {"name": 1}}]}, (400, 8001)),
    (GPT_OSS, {"input": "x"}, (400, 5006)),
    ("bad model", {}, (400, 7000)),
    ("@cf/baai/bge-m3", {}, (400, 7000)),
]


@pytest.mark.parametrize(("model", "fields", "expected"), REFUSED)
def test_what_is_refused(model: str, fields: dict[str, Any], expected: tuple[int, int]) -> None:
    """An envelope with the code; that of a model ends with the request's id."""
    assert refusal(run(model, **fields)) == expected


def test_what_is_ignored() -> None:
    """A native model does not look at what it does not know (2025-08), nor miss a call before its result."""
    assert run(LLAMA, nonsense=1).status == 200
    assert run(LLAMA, messages=[*USER, {"role": "tool", "content": "363.89"}]).status == 200


def test_the_compatible_endpoint() -> None:
    """No envelope; native models give whole answers no usage and JSON decoded; the schema needs its wrapper."""
    native = json.loads(send("POST", "v1/chat/completions", {"model": SCOUT, "messages": USER}).content)
    assert native["object"] == "chat.completion"
    assert "usage" not in native
    asked = {"model": SCOUT, "messages": USER, "response_format": WRAPPED}
    assert json.loads(send("POST", "v1/chat/completions", asked).content)["choices"][0]["message"]["content"] == {
        "sum": 3214
    }
    assert refusal(send("POST", "v1/chat/completions", asked | {"response_format": BARE})) == (400, 5006)
    assert refusal(send("POST", "v1/chat/completions", asked | {"model": "none"})) == (400, 5007)
    assert refusal(send("POST", "v1/responses", {"model": SCOUT, "input": "x"})) == (400, 5006)
    streamed = send("POST", "v1/chat/completions", asked | {"model": GLM, "stream": True})
    assert isinstance(streamed.body, tuple)
    chunks = [json.loads(event.removeprefix(b"data: ")) for event in streamed.body[:-1]]
    assert chunks[-1]["choices"] == []
    assert all("usage" in chunk for chunk in chunks)


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (f"https://gateway.ai.cloudflare.com/v1/acc/gw/workers-ai/run/{SCOUT}", {"messages": USER}),
        (
            "https://gateway.ai.cloudflare.com/v1/acc/gw/workers-ai/v1/chat/completions",
            {"model": SCOUT, "messages": USER},
        ),
        (
            "https://gateway.ai.cloudflare.com/v1/acc/gw/compat/chat/completions",
            {"model": f"workers-ai/{SCOUT}", "messages": USER},
        ),
    ],
)
def test_a_gateway(url: str, body: Any) -> None:
    """Its paths lead to the same models."""
    assert send("POST", url, body).status == 200


def test_a_picture_beside_the_messages() -> None:
    """As bytes it is looked at like one in a message."""
    model, picture = "@cf/meta/llama-3.2-11b-vision-instruct", png("red")
    answered = result(model, image=list(picture))["response"]
    assert answered == result(model, image=f"data:image/png;base64,{b64encode(picture).decode()}")["response"]
    assert "64 x 64 pixels" in answered
    assert refusal(run(model, image=["x"])) == (400, 5006)
    assert refusal(run(SCOUT, image=["x"])) == (400, 5006)


def test_questions_about_a_picture() -> None:
    """Moondream answers each task in a member of its own, and streams nothing here."""

    def ask(**fields: Any) -> SimulatedReply:
        return send("POST", f"run/{MOONDREAM}", {"task": "query", "question": "What?", "image": url} | fields)

    def told(**fields: Any) -> Any:
        return json.loads(ask(**fields).content)["result"]

    url = f"data:image/png;base64,{b64encode(png('red')).decode()}"
    whole = told(reasoning=True)
    assert "64 x 64 pixels" in whole["answer"]
    assert whole["reasoning"]["text"]
    assert (whole["finish_reason"], whole["metrics"]["output_tokens"] > 0) == ("stop", True)
    assert "not fetched" in told(image="https://pics.example/cat.png")["answer"]
    assert told(task="caption", caption_length="short")["caption"]
    assert told(task="point", target="cat")["points"][0].keys() == {"x", "y"}
    assert told(task="detect", target="cat")["objects"][0].keys() == {"x_min", "y_min", "x_max", "y_max"}
    for bad in ({"task": "guess"}, {"task": "point"}, {"image": 1}, {"stream": True}):
        assert refusal(ask(**bad)) == (400, 5006)


def test_billing_and_ids() -> None:
    """Neurons on whole answers, 0 on streams; no request id on refusals."""
    whole, streamed = run(LLAMA).headers, run(LLAMA, stream=True).headers
    assert float(whole["cf-ai-neurons"]) > 0
    assert streamed["cf-ai-neurons"] == "0"
    assert len(whole["cf-ai-req-id"]) == 36
    assert "cf-ai-req-id" not in run("bad model").headers


def test_the_search_does_not_say_where_it_ends() -> None:
    """Pages behind the last are empty, and the total counts what is not there."""
    first, beyond = (json.loads(send("GET", f"models/search?page={page}&per_page=100").content) for page in (1, 2))
    assert [one["name"] for one in first["result"]] == list(MODELS)
    assert beyond["result"] == []
    assert beyond["result_info"]["total_count"] > len(MODELS)
    assert CLOUDFLARE.models() == list(MODELS)
    task = send("GET", "models/search?task=Dumb%20Pipe")
    assert [one["name"] for one in json.loads(task.content)["result"]] == ["@cf/pipecat-ai/smart-turn-v2"]


def test_errors_by_class() -> None:
    """Keys by endpoint; of two 429s one is final; a failure in mid-stream."""
    headers = {"authorization": "Bearer bad"}
    assert refusal(send("POST", f"run/{LLAMA}", {}, **headers)) == (401, 10000)
    assert refusal(send("GET", "models/search", **headers)) == (400, 10001)
    with pytest.raises(AuthenticationError):
        Exchange("cloudflare", {"api_key": "bad", "account_id": "acc"}).ask(LLAMA)
    with pytest.raises(Overloaded) as busy:
        CLOUDFLARE.ask(LLAMA, fault="status=429")
    with pytest.raises(RateLimited) as spent:
        CLOUDFLARE.ask(LLAMA, fault="status=429, error=3036")
    assert (busy.value.retryable, spent.value.retryable) == (True, False)
    with pytest.raises(ProviderError) as cut:
        CLOUDFLARE.ask(LLAMA, stream=True, fault="stream_error_after=2")
    assert cut.value.in_stream


def test_paths_that_are_none() -> None:
    """No route."""
    assert refusal(send("GET", "nothing")) == (400, 7000)
    assert refusal(send("POST", "https://api.cloudflare.com/elsewhere", {})) == (400, 7000)
