"""Groq's differences: its options, its server-run tools, where it puts usage, and how its answers fail.

The samples are written from Groq's documentation and the shapes of recorded replies.
"""

import json
from typing import Any

import pytest

import jackfield_groq
from jackfield.errors import (
    DecodeError,
    InvalidRequest,
    Overloaded,
    PermissionDenied,
    ProviderError,
    RateLimited,
    RequestTooLarge,
    UnsupportedOption,
)
from jackfield.http import HttpRequest, HttpResponse, Secret, Settings
from jackfield.session import StreamSession
from jackfield.types.messages import user
from jackfield.types.parts import Citation, Document
from jackfield.types.requests import GenerateRequest, OutputSchema, Tool, WebSearch
from jackfield.types.results import Result
from jackfield_groq import (
    BrowserSearch,
    CodeInterpreter,
    CompoundCustom,
    CompoundModels,
    CompoundTools,
    GroqOptions,
    JsonSource,
    McpServer,
    SearchSettings,
    SourceDocument,
    StreamOptions,
    TextSource,
    WolframSettings,
)

SETTINGS = Settings(provider="groq", base_url="https://api.groq.com", values={"api_key": Secret("canary")})
ADD = Tool(name="add", description="Adds.", parameters={"type": "object", "properties": {"a": {"type": "integer"}}})
GPT = "openai/gpt-oss-120b"
COMPOUND = "groq/compound"
HEAD = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "system_fingerprint": "fp"}
USAGE = {
    "queue_time": 0.1,
    "prompt_tokens": 3,
    "prompt_time": 0.1,
    "completion_tokens": 2,
    "completion_time": 0.1,
    "total_tokens": 5,
    "total_time": 0.2,
}


def request(model: str = GPT, *content: Any, **options: Any) -> GenerateRequest:
    """A strict request."""
    return GenerateRequest(model=model, messages=(user(*(content or ("hi",))),), strict=True, **options)


def encode(model: str = GPT, *content: Any, **options: Any) -> HttpRequest:
    """The HTTP request."""
    return jackfield_groq.encode_request(request(model, *content, **options), SETTINGS)


def body(model: str = GPT, *content: Any, **options: Any) -> dict[str, Any]:
    """Its body, without the model and the messages."""
    made: dict[str, Any] = json.loads(encode(model, *content, **options).body)
    return {name: value for name, value in made.items() if name not in {"model", "messages"}}


def decode(value: Any, *, status: int = 200, **headers: str) -> Result[None]:
    """The result of a whole answer."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    answer = HttpResponse(status=status, headers=named, body=json.dumps(value).encode())
    return jackfield_groq.decode_response(request(), answer)


def failure(value: Any, *, status: int = 400, **headers: str) -> ProviderError:
    """The error of an answer."""
    with pytest.raises(ProviderError) as caught:
        decode({"error": value}, status=status, **headers)
    return caught.value


def streamed(*chunks: dict[str, Any], headers: dict[str, str] | None = None) -> Result[None]:
    """The result of a stream."""
    head = HttpResponse(status=200, headers=headers or {})
    session = StreamSession("groq", jackfield_groq.parse_stream(request(), head), head)
    session.open()
    for one in chunks:
        session.feed(f"data: {json.dumps(one)}\n\n".encode())
    session.feed(b"data: [DONE]\n\n")
    session.close()
    return session.result()


def chunk(delta: dict[str, Any], finish: str | None = None, **rest: Any) -> dict[str, Any]:
    """A chunk with that delta."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {**HEAD, "choices": [choice], **rest}


# --- requests --------------------------------------------------------------------------------------------------------


def test_address() -> None:
    """The host alone, as in Groq's own clients, gets Groq's prefix; a whole base URL stays as it is."""
    assert encode().url == "https://api.groq.com/openai/v1/chat/completions"
    whole = Settings(provider="groq", base_url="https://proxy.example/openai/v1", values=SETTINGS.values)
    made = jackfield_groq.encode_request(request(), whole)
    assert made.url == "https://proxy.example/openai/v1/chat/completions"


EVERYTHING = GroqOptions(
    service_tier="flex",
    reasoning_format="parsed",
    documents=(SourceDocument(TextSource("Snow is white."), id="d1"), SourceDocument(JsonSource({"a": 1}))),
    citation_options="enabled",
    search_settings=SearchSettings(country="canada", include_images=False),
    compound_custom=CompoundCustom(
        models=CompoundModels(answering_model="a", reasoning_model="b"),
        tools=CompoundTools(enabled_tools=("wolfram_alpha",), wolfram_settings=WolframSettings(authorization="canary")),
    ),
    disable_tool_validation=True,
    server_tools=(
        BrowserSearch(),
        CodeInterpreter(),
        McpServer(server_label="s", server_url="https://mcp.example", headers={"k": "canary"}, allowed_tools=("t",)),
    ),
    user="u",
    logit_bias={"7": 1},
    debug=True,
    stream_options=StreamOptions(include_usage=True),
    model_version="latest",
)
EVERYTHING_ON_THE_WIRE = {
    "service_tier": "flex",
    "reasoning_format": "parsed",
    "documents": [
        {"source": {"text": "Snow is white.", "type": "text"}, "id": "d1"},
        {"source": {"data": {"a": 1}, "type": "json"}},
    ],
    "citation_options": "enabled",
    "search_settings": {"country": "canada", "include_images": False},
    "compound_custom": {
        "models": {"answering_model": "a", "reasoning_model": "b"},
        "tools": {"enabled_tools": ["wolfram_alpha"], "wolfram_settings": {"authorization": "canary"}},
    },
    "disable_tool_validation": True,
    "tools": [
        {"type": "browser_search"},
        {"type": "code_interpreter"},
        {
            "type": "mcp",
            "server_label": "s",
            "server_url": "https://mcp.example",
            "headers": {"k": "canary"},
            "allowed_tools": ["t"],
        },
    ],
    "user": "u",
    "logit_bias": {"7": 1},
    "debug": True,
    "stream_options": {"include_usage": True},
}


def test_every_option_of_its_own() -> None:
    """Each field of GroqOptions under Groq's name; what may hold a key does not show."""
    assert body(extra=EVERYTHING) == EVERYTHING_ON_THE_WIRE
    assert encode(extra=EVERYTHING).headers["groq-model-version"] == "latest"
    assert "canary" not in repr(EVERYTHING)


@pytest.mark.parametrize(
    ("model", "effort", "wire"),
    [
        (GPT, "high", "high"),
        ("qwen/qwen3-32b", "none", "none"),
        ("qwen/qwen3-32b", "medium", "default"),
        ("qwen/qwen3.6-27b", "medium", "default"),
        ("qwen/qwen3.8-27b", "low", "low"),
        ("brand-new", "low", "low"),
        (GPT, "none", None),
        ("qwen/qwen3-32b", "high", None),
        (COMPOUND, "low", None),
        ("brand-new", "max", None),
    ],
)
def test_reasoning_effort(model: str, effort: Any, wire: str | None) -> None:
    """In the words of the model's family; what it does not know is refused by name."""
    if wire is not None:
        assert body(model, reasoning_effort=effort) == {"reasoning_effort": wire}
        return
    with pytest.raises(UnsupportedOption) as caught:
        encode(model, reasoning_effort=effort)
    assert caught.value.option == "reasoning_effort"


def test_web_search() -> None:
    """gpt-oss browses through a tool; compound systems search by themselves and take limits; others cannot."""
    assert body(web_search=WebSearch()) == {"tools": [{"type": "browser_search"}]}
    limited = WebSearch(include_domains=("a.example",), exclude_domains=("b.example",), country="canada")
    assert body(COMPOUND, web_search=WebSearch()) == {}
    assert body(
        COMPOUND, web_search=limited, extra=GroqOptions(search_settings=SearchSettings(include_images=True))
    ) == {
        "search_settings": {
            "country": "canada",
            "include_domains": ["a.example"],
            "exclude_domains": ["b.example"],
            "include_images": True,
        }
    }
    for model, search in ((GPT, limited), ("llama-3.1-8b-instant", WebSearch())):
        with pytest.raises(UnsupportedOption) as caught:
            encode(model, web_search=search)
        assert caught.value.option == "web_search"


def test_documents() -> None:
    """A JSON object stands in its message, a text beside the messages; a PDF cannot be sent."""
    data = Document(data=b'{"a": 1}', mime_type="application/json", filename="a.json")
    made = json.loads(encode(GPT, "cite", data).body)
    assert made["messages"][0]["content"] == [
        {"type": "text", "text": "cite"},
        {"type": "document", "document": {"data": {"a": 1}, "id": "a.json"}},
    ]
    text = Document(data=b"Snow is white.", mime_type="text/plain")
    assert body(GPT, "cite", text) == {"documents": [{"source": {"type": "text", "text": "Snow is white."}}]}
    for odd in (
        Document(data=b"%PDF-", mime_type="application/pdf"),
        Document(data=b"[1]", mime_type="application/json"),
        Document(data=b"{", mime_type="application/json"),
        Document(data=b"\xff", mime_type="text/plain"),
        Document.from_url("https://example.org/a.txt"),
    ):
        with pytest.raises(UnsupportedOption) as caught:
            encode(GPT, "cite", odd)
        assert (caught.value.option, caught.value.droppable) == ("document", False)


@pytest.mark.parametrize(
    ("model", "strict"), [(GPT, True), ("openai/gpt-oss-safeguard-20b", False), ("llama-x", False)]
)
def test_schema(model: str, strict: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Constrained where the model can do it, a hint elsewhere."""
    schema = OutputSchema(name="N", schema={"type": "object", "properties": {"n": {"type": "integer"}}})
    made = body(model, schema=schema)["response_format"]["json_schema"]
    assert made["strict"] is strict
    assert ("additionalProperties" in made["schema"]) is strict


@pytest.mark.parametrize(
    ("model", "features", "refused"),
    [
        (GPT, {"schema", "stream"}, True),
        (GPT, {"schema", "tools"}, True),
        (GPT, {"json_mode", "stream", "tools"}, False),
        (GPT, {"image"}, True),
        ("meta-llama/llama-4-scout-17b-16e-instruct", {"image"}, False),
        (COMPOUND, {"tools"}, True),
        (COMPOUND, {"schema"}, True),
        ("llama-3.1-8b-instant", {"schema"}, True),
        ("llama-3.1-8b-instant", {"tools", "stream"}, False),
    ],
)
def test_rules(model: str, features: set[str], refused: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """What excludes what is data, for the core to refuse before anything is sent."""
    rules = jackfield_groq.provider_info().capabilities.rules
    assert any(rule.refuses(model, frozenset(features)) for rule in rules) is refused


def test_capabilities() -> None:
    """No model takes log probabilities; searches and documents are Groq's own."""
    capabilities = jackfield_groq.provider_info().capabilities
    assert "top_logprobs" not in capabilities.options
    assert "web_search" in capabilities.options
    assert capabilities.media == {"image", "document"}
    assert jackfield_groq.provider_info().options_type is GroqOptions


# --- replies ---------------------------------------------------------------------------------------------------------


def whole(message: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """A whole reply with that message."""
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {**HEAD, "object": "chat.completion", "choices": [choice], "usage": USAGE, **rest}


def test_usage_of_a_stream() -> None:
    """Top level, else in Groq's own field, never both added."""
    own = {"id": "req_1", "usage": {**USAGE, "total_tokens": 6}}
    both = streamed(chunk({"content": "a"}), chunk({}, "stop", x_groq=own, usage=USAGE))
    assert both.usage is not None
    assert (both.usage.total_tokens, both.usage.raw) == (5, USAGE)
    one = streamed(chunk({"content": "a"}), chunk({}, "stop", x_groq=own))
    assert one.usage is not None
    assert one.usage.total_tokens == 6
    assert streamed(chunk({"content": "a"}), chunk({}, "stop")).usage is None


def test_facts() -> None:
    """What only Groq reports is in provider_data under its own names."""
    breakdown = {"models": [{"model": "m", "usage": USAGE}]}
    result = decode(
        whole(
            {"role": "assistant", "content": "a"},
            service_tier="on_demand",
            usage_breakdown=breakdown,
            x_groq={"id": "req_1", "seed": 7, "debug": {"input_token_ids": [1]}, "usage": {"dram_cached_tokens": 0}},
            mcp_list_tools=[{"id": "l", "tools": []}],
        )
    )
    assert result.provider_data == {
        "created": 1,
        "system_fingerprint": "fp",
        "service_tier": "on_demand",
        "usage_breakdown": breakdown,
        "seed": 7,
        "debug": {"input_token_ids": [1]},
        "mcp_list_tools": [{"id": "l", "tools": []}],
    }
    own = {"usage": USAGE, "usage_breakdown": breakdown}
    result = streamed(chunk({"content": "a"}, system_fingerprint=None), chunk({}, "stop", x_groq=own))
    assert result.provider_data["usage_breakdown"] == breakdown


@pytest.mark.parametrize(
    ("headers", "own", "expected"),
    [
        ({"x-request-id": "req_h", "cf-ray": "ray"}, {"id": "req_b"}, "req_h"),
        ({"cf-ray": "ray"}, {"id": "req_b"}, "req_b"),
        ({"cf-ray": "ray"}, {"id": "stub"}, "ray"),
        ({"cf-ray": "ray"}, {"usage": USAGE}, "ray"),
        ({}, None, None),
    ],
)
def test_request_id(headers: dict[str, str], own: dict[str, Any] | None, expected: str | None) -> None:
    """The header, else the body's id unless it is a stub, else the network's."""
    assert streamed(chunk({"content": "a"}, x_groq=own), headers=headers).request_id == expected


PAGE = {"title": "T", "url": "https://a.example", "content": "C", "score": 0}
OTHER = {"title": "U", "url": "https://b.example", "content": "", "score": 0.5}


def tool(**fields: Any) -> dict[str, Any]:
    """A tool that Groq ran."""
    return {"index": 0, "type": "search", "arguments": "{", **fields}


def test_server_tools() -> None:
    """Snapshots of a tool replace each other; its sources become citations once, in order."""
    pending = tool(type="function", search_results={"results": None})
    final = tool(output="found", search_results={"results": [PAGE, OTHER], "images": []})
    browsed = tool(index=1, type="browser", browser_results=[{"title": "V", "url": "https://c.example"}])
    result = streamed(
        chunk({"reasoning": "hm"}),
        chunk({"executed_tools": [pending]}),
        chunk({"executed_tools": [final]}),
        chunk({"executed_tools": [final, browsed]}),
        chunk({"content": "a"}),
        chunk({}, "stop"),
    )
    assert [(one.index, one.kind, one.output) for one in result.server_tools] == [
        (0, "search", "found"),
        (1, "browser", None),
    ]
    assert result.server_tools[0].raw == final
    assert result.server_tools[0].arguments_raw == "{"
    assert [(one.kind, one.url, one.title, one.cited_text) for one in result.citations] == [
        ("web", "https://a.example", "T", "C"),
        ("web", "https://b.example", "U", ""),
        ("web", "https://c.example", "V", None),
    ]
    same = decode(whole({"role": "assistant", "reasoning": "hm", "content": "a", "executed_tools": [final, browsed]}))
    assert same.message == result.message


def test_code_results() -> None:
    """What a program gave is kept as it came."""
    chart = {"type": "bar", "elements": [{"label": "a"}]}
    ran = tool(type="python", code_results=[{"text": "1", "png": "iVBORw==", "chart": chart, "charts": [chart]}])
    (made,) = decode(whole({"content": "a", "executed_tools": [ran]})).server_tools
    assert made.raw["code_results"][0]["chart"] == chart


def test_annotations() -> None:
    """Citations of given documents and of tool results, with their spans."""
    document = {"document_id": "d1", "start_index": 0, "end_index": 4}
    function = {"tool_call_id": "c1", "start_index": 5, "end_index": 9}
    annotations = [
        {"type": "document_citation", "document_citation": document},
        {"type": "function_citation", "function_citation": function},
    ]
    result = decode(whole({"role": "assistant", "content": "snow ice", "annotations": annotations}))
    assert result.citations == (
        Citation(kind="document", document_id="d1", start=0, end=4, raw=annotations[0]),
        Citation(kind="tool", document_id="c1", start=5, end=9, raw=annotations[1]),
    )


def test_drift() -> None:
    """In strict mode an unknown field is an error, in tools and annotations, too."""
    for message in (
        {"content": "a", "novelty": 1},
        {"executed_tools": [tool(novelty=1)]},
        {"annotations": [{"type": "document_citation", "novelty": 1}]},
        {"annotations": [{"type": "unheard_of"}]},
    ):
        with pytest.raises(DecodeError):
            decode(whole(message))


# --- errors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "expected", "retryable"),
    [
        (400, "tool_use_failed", InvalidRequest, False),
        (400, "model_terms_required", PermissionDenied, False),
        (400, "context_length_exceeded", RequestTooLarge, False),
        (413, "rate_limit_exceeded", RequestTooLarge, False),
        (424, None, InvalidRequest, False),
        (429, "rate_limit_exceeded", RateLimited, True),
        (498, "capacity_exceeded", Overloaded, True),
        (498, None, Overloaded, True),
    ],
)
def test_errors(status: int, code: str | None, expected: type[ProviderError], retryable: bool) -> None:  # noqa: FBT001
    """The taxonomy of the errors page; too large for the quota is not the same as too many."""
    error = failure({"message": "no", "type": "tokens", "code": code}, status=status)
    assert (type(error), error.code, error.retryable) == (expected, code, retryable)


def test_quota_with_an_error() -> None:
    """A 429 says when to come back, and what the quota is."""
    error = failure(
        {"message": "Rate limit reached", "type": "tokens", "code": "rate_limit_exceeded"},
        status=429,
        retry_after="7",
        x_ratelimit_limit_requests="1000",
        x_ratelimit_reset_requests="2m59.56s",
        x_ratelimit_remaining_tokens="0",
        x_should_retry="false",
    )
    assert (error.retry_after_s, error.retryable) == (7.0, False)
    assert (error.rate_limits.requests.limit, error.rate_limits.requests.reset_s) == (1000, 179.56)
    assert error.rate_limits.requests.period_s == 86400
    assert (error.rate_limits.tokens.remaining, error.rate_limits.tokens.period_s) == (0, 60)


def test_failed_generation() -> None:
    """What the model wrote and Groq refused is there to read, whatever its form."""
    assert failure({"message": "no", "failed_generation": "<function=f>"}).failed_generation == "<function=f>"
    generated: dict[str, Any] = {"name": "f", "arguments": {}}
    assert failure({"message": "no", "failed_generation": generated}).failed_generation == json.dumps(
        generated, separators=(",", ":")
    )
    assert failure({"message": "no", "failed_generation": ""}).failed_generation == ""


def stream_failure(frame: bytes) -> ProviderError:
    """The error of a stream that had begun."""
    head = HttpResponse(status=200, headers={"x-request-id": "req"})
    session = StreamSession("groq", jackfield_groq.parse_stream(request(), head), head)
    session.feed(f"data: {json.dumps(chunk({'content': 'a'}))}\n\n".encode())
    with pytest.raises(ProviderError) as caught:
        session.feed(frame)
    return caught.value


def test_error_in_a_stream() -> None:
    """The event names its own status; text that came before stays."""
    fault = {"message": "no", "type": "invalid_request_error", "code": "tool_use_failed", "status_code": 400}
    error = stream_failure(f"event: error\ndata: {json.dumps({'error': fault})}\n\n".encode())
    assert (type(error), error.status, error.code, error.in_stream) == (InvalidRequest, 400, "tool_use_failed", True)
    assert (error.partial.text, error.request_id) == ("a", "req")


def test_error_in_its_own_field() -> None:
    """Groq's SDK knows a text in `x_groq.error`."""
    error = stream_failure(f"data: {json.dumps(chunk({}, x_groq={'id': 'r', 'error': 'broke'}))}\n\n".encode())
    assert (error.message, error.in_stream, error.partial.text) == ("broke", True, "a")


def test_models() -> None:
    """Every field of both generations of the list."""
    old = {
        "id": "a/b",
        "object": "model",
        "created": 5,
        "owned_by": "O",
        "active": True,
        "context_window": 8,
        "public_apps": None,
    }
    new = {
        "id": "c",
        "name": "C",
        "context_length": 9,
        "max_completion_tokens": 4,
        "input_modalities": ["text", "image"],
        "output_modalities": ["text"],
        "pricing": {"prompt": "0.00000015", "completion": "0.0000006"},
        "supported_features": ["tools"],
        "supported_sampling_parameters": ["seed"],
    }
    flow = jackfield_groq.list_models(SETTINGS)
    assert next(flow).url == "https://api.groq.com/openai/v1/models"
    with pytest.raises(StopIteration) as done:
        flow.send(HttpResponse(status=200, body=json.dumps({"object": "list", "data": [old, new]}).encode()))
    first, second = done.value.value
    assert (first.id, first.owner, first.created_s, first.context_tokens, first.active) == ("a/b", "O", 5, 8, True)
    assert (second.name, second.context_tokens, second.max_output_tokens) == ("C", 9, 4)
    assert (second.pricing.input_usd, second.pricing.output_usd, second.features) == (0.15, 0.6, ("tools",))
    assert second.raw["supported_sampling_parameters"] == ["seed"]
