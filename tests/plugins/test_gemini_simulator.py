"""The simulated Gemini accepts and refuses what Google does, in Google's shapes."""

import base64
import json
from typing import Any

import pytest
from tests.plugins.simulated_exchange import ADD, SUM, Exchange, say

from jackfield.errors import AuthenticationError
from jackfield.http import HttpRequest
from jackfield.testing.making import png
from jackfield.types.messages import tool_result, user
from jackfield.types.parts import Image
from jackfield.types.requests import ImageRequest, OutputSchema, WebSearch
from jackfield.types.simulated import SimulatedReply
from jackfield_gemini import GeminiOptions
from jackfield_gemini.simulator import simulate
from jackfield_gemini.simulator.models import MODELS

GEMINI = Exchange("gemini")
CONTENTS = [{"role": "user", "parts": [{"text": "What is 3214 + 5632?"}]}]
FUNCTION = {"name": "add", "description": "Add two numbers.", "parametersJsonSchema": ADD.parameters}


def send(method: str, path: str, body: Any = None, *, key: str = "simulated", fault: str = "") -> SimulatedReply:
    """One request."""
    data = b"" if body is None else json.dumps(body).encode()
    headers = {"x-goog-api-key": key, "content-type": "application/json", "x-simulate": fault}
    url = f"https://generativelanguage.googleapis.com/{path}"
    return simulate(HttpRequest(method=method, url=url, headers=headers, body=data))


def generate(model: str, *, stream: bool = False, fault: str = "", **fields: Any) -> SimulatedReply:
    """A request for content."""
    method = "streamGenerateContent?alt=sse" if stream else "generateContent"
    return send("POST", f"v1beta/models/{model}:{method}", {"contents": CONTENTS} | fields, fault=fault)


def events(reply: SimulatedReply) -> list[Any]:
    """The events of a stream, each ended by CRLF."""
    assert isinstance(reply.body, tuple)
    assert all(event.endswith(b"\r\n\r\n") for event in reply.body)
    return [json.loads(event.removeprefix(b"data: ")) for event in reply.body]


def error(reply: SimulatedReply) -> Any:
    """The error object."""
    assert reply.status >= 400, reply.content
    return json.loads(reply.content)["error"]


def called(model: str) -> tuple[Any, Any]:
    """The content of a turn that calls a function, and the content that answers it."""
    reply = json.loads(generate(model, tools=[{"functionDeclarations": [FUNCTION]}]).content)
    content = reply["candidates"][0]["content"]
    call = next(part["functionCall"] for part in content["parts"] if "functionCall" in part)
    answer = {"name": call["name"], "response": {"output": "8846"}} | ({"id": call["id"]} if "id" in call else {})
    return content, {"role": "user", "parts": [{"functionResponse": answer}]}


@pytest.mark.parametrize("model", ["gemini-2.0-flash", "gemini-2.5-flash", "gemini-flash-latest", "gemini-4-argon"])
@pytest.mark.parametrize("tools", [None, (ADD,)])
def test_whole_and_streamed_say_the_same(model: str, tools: Any) -> None:
    """Our codec reads both in strict mode, to the same answer."""
    whole, streamed = (GEMINI.ask(model, tools=tools, seed=1, stream=stream) for stream in (False, True))
    assert say(whole) == say(streamed)
    assert whole.usage == streamed.usage
    assert whole.finish_reason == streamed.finish_reason
    assert bool(whole.tool_calls) is bool(tools)


@pytest.mark.parametrize("model", ["gemini-2.5-flash", "gemini-3.6-flash"])
def test_a_tool_conversation(model: str) -> None:
    """State goes back bit for bit through our codec, and is accepted."""
    first = GEMINI.ask(model, tools=(ADD,), reasoning_effort="low", stream=True)
    answer = tool_result(first.tool_calls[0], "8846")
    assert "8846" in GEMINI.ask(model, SUM, first.message, answer, tools=(ADD,)).text


def test_signatures_are_demanded() -> None:
    """Gemini 3 refuses a call without its signature, with another's, with a changed one; older models do not look."""
    content, answer = called("gemini-3-flash-preview")
    [part] = [part for part in content["parts"] if "functionCall" in part]
    tools = [{"functionDeclarations": [FUNCTION]}]

    def second(**changes: Any) -> SimulatedReply:
        changed = {name: value for name, value in (part | changes).items() if value is not None}
        turns = [*CONTENTS, {"role": "model", "parts": [changed]}, answer]
        return generate("gemini-3-flash-preview", contents=turns, tools=tools)

    assert second().status == 200
    assert "missing a thought_signature" in error(second(thoughtSignature=None))["message"]
    assert "not valid" in error(second(thoughtSignature="AAAA"))["message"]
    assert "not valid" in error(second(functionCall=part["functionCall"] | {"args": {"a": 1, "b": 2}}))["message"]
    assert second(thoughtSignature="skip_thought_signature_validator").status == 200
    unsigned, results = called("gemini-2.5-flash")
    unsigned = {"role": "model", "parts": [{"functionCall": unsigned["parts"][0]["functionCall"]}]}
    assert generate("gemini-2.5-flash", contents=[*CONTENTS, unsigned, results], tools=tools).status == 200


def test_an_empty_signed_part_ends_the_streams_of_gemini_3() -> None:
    """It has no text, and must be kept."""
    last = events(generate("gemini-3.6-flash", stream=True))[-1]["candidates"][0]
    assert last["finishReason"] == "STOP"
    assert last["content"]["parts"][0]["text"] == ""
    assert last["content"]["parts"][0]["thoughtSignature"]


def test_usage_is_a_snapshot() -> None:
    """It grows from event to event; a count of zero is absent."""
    counts = [event["usageMetadata"] for event in events(generate("gemini-2.5-flash", stream=True))]
    outputs = [count.get("candidatesTokenCount", 0) for count in counts]
    assert outputs == sorted(outputs)
    assert outputs[0] < outputs[-1]
    last = counts[-1]
    assert last["totalTokenCount"] == sum(last[f"{name}TokenCount"] for name in ("prompt", "candidates", "thoughts"))
    assert "thoughtsTokenCount" not in events(generate("gemini-2.0-flash", stream=True))[-1]["usageMetadata"]


def test_limits_hold() -> None:
    """Thoughts use up the limit: an answer may have no parts at all."""
    config = {"maxOutputTokens": 3, "thinkingConfig": {"thinkingBudget": 512}}
    candidate = json.loads(generate("gemini-2.5-flash", generationConfig=config).content)["candidates"][0]
    assert candidate == {"content": {"role": "model"}, "finishReason": "MAX_TOKENS", "index": 0}


def test_structured_answers() -> None:
    """Both schema fields, JSON mode, and an enum's bare word."""
    schema = {"type": "object", "properties": {"sum": {"type": "integer"}}, "required": ["sum"]}
    for model in ("gemini-2.0-flash", "gemini-2.5-flash"):
        made = GEMINI.ask(model, schema=OutputSchema(name="s", schema=schema))
        assert json.loads(made.text) == {"sum": 3214}
    assert json.loads(GEMINI.ask("gemini-2.5-flash", user("plums as JSON"), json_mode=True).text)["simulated"] is True
    config = {"responseMimeType": "text/x.enum", "responseSchema": {"type": "STRING", "enum": ["plum", "pear"]}}
    parts = json.loads(generate("gemini-2.5-flash", generationConfig=config).content)["candidates"][0]["content"][
        "parts"
    ]
    assert parts[0]["text"] in {"plum", "pear"}


def test_logprobs() -> None:
    """Two lists of one entry a token."""
    result = GEMINI.ask("gemini-2.5-flash", user("hello"), top_logprobs=2, reasoning_effort="none")
    assert result.logprobs is not None
    assert "".join(one.token for one in result.logprobs) == result.text
    assert all(len(one.top) == 2 for one in result.logprobs)


def test_several_candidates_differ() -> None:
    """Each has its own seed."""
    extra = GeminiOptions(candidate_count=2)
    for stream in (False, True):
        result = GEMINI.ask("gemini-2.5-flash", extra=extra, stream=stream)
        assert [one.text != result.text for one in result.alternatives] == [True]


def test_sources_are_counted_in_bytes() -> None:
    """The quotation marks of the answer take three bytes each: offsets are those of UTF-8."""
    reply = generate("gemini-2.5-flash", tools=[{"googleSearch": {}}])
    candidate = json.loads(reply.content)["candidates"][0]
    text = candidate["content"]["parts"][0]["text"].encode()
    segments = [support["segment"] for support in candidate["groundingMetadata"]["groundingSupports"]]
    assert "startIndex" not in segments[0]
    assert [text[one.get("startIndex", 0) : one["endIndex"]].decode() for one in segments] == [
        one["text"] for one in segments
    ]
    result = GEMINI.ask("gemini-2.5-flash", web_search=WebSearch())
    assert {one.cited_text for one in result.citations} == {one["text"] for one in segments}


def test_tools_that_google_runs() -> None:
    """Code and addresses: shaped like the real ones, and nothing was run or fetched."""
    asked = user("Run code, then read https://example.com/plums")
    code = GEMINI.ask("gemini-2.5-flash", asked, extra=GeminiOptions(code_execution=True))
    assert "no code was executed" in str(code.server_tools)
    urls = [{"role": "user", "parts": [{"text": "Read https://example.com/plums"}]}]
    reply = generate("gemini-2.5-flash", contents=urls, tools=[{"urlContext": {}}])
    [visited] = json.loads(reply.content)["candidates"][0]["urlContextMetadata"]["urlMetadata"]
    assert visited["urlRetrievalStatus"] == "URL_RETRIEVAL_STATUS_ERROR"


def test_media_are_made() -> None:
    """A real picture and real samples."""
    extra = GeminiOptions(response_modalities=("TEXT", "IMAGE"))
    for stream in (False, True):
        [image] = GEMINI.ask("gemini-2.5-flash-image", user("a plum"), extra=extra, stream=stream).media
        assert image.data is not None
        assert image.data.startswith(b"\x89PNG")
    [sound] = GEMINI.ask("gemini-2.5-flash-preview-tts", extra=GeminiOptions(response_modalities=("AUDIO",))).media
    assert sound.data is not None
    assert len(sound.data) > 10_000


def test_pictures_are_looked_at() -> None:
    """Format and size come from the bytes."""
    assert "64 x 64 pixels" in GEMINI.ask("gemini-2.5-flash", user("What?", Image.from_bytes(png("x")))).text


def test_imagen() -> None:
    """Pictures of the wanted number and shape, and an entry that is none."""
    request = ImageRequest(model="imagen-4.0-generate-001", prompt="a plum", count=2, aspect_ratio="16:9", strict=True)
    assert len(json.loads(GEMINI.send(request).content)["predictions"]) == 2
    parameters = {"sampleCount": 1, "includeSafetyAttributes": True}
    path = "v1beta/models/imagen-4.0-generate-001:predict"
    made = json.loads(send("POST", path, {"instances": [{"prompt": "a plum"}], "parameters": parameters}).content)
    assert [("bytesBase64Encoded" in one) for one in made["predictions"]] == [True, False]
    for wrong in ({"sampleCount": 5}, {"aspectRatio": "7:1"}, {"seed": 1}):
        assert send("POST", path, {"instances": [{"prompt": "a plum"}], "parameters": wrong}).status == 400


def test_models_come_in_pages() -> None:
    """The last page has no token."""
    page = json.loads(send("GET", "v1beta/models?pageSize=10").content)
    assert len(page["models"]) == 10
    rest = json.loads(send("GET", f"v1beta/models?pageSize=1000&pageToken={page['nextPageToken']}").content)
    assert "nextPageToken" not in rest
    assert [one["name"] for one in (*page["models"], *rest["models"])] == [f"models/{name}" for name in MODELS]
    assert GEMINI.models() == list(MODELS)
    assert json.loads(send("GET", "v1beta/models/gemini-2.5-pro").content)["thinking"] is True


def test_tokens_are_counted() -> None:
    """The count is that of the prompt."""
    counted = json.loads(send("POST", "v1beta/models/gemini-2.5-flash:countTokens", {"contents": CONTENTS}).content)
    assert (
        counted["totalTokens"] == json.loads(generate("gemini-2.5-flash").content)["usageMetadata"]["promptTokenCount"]
    )


NOTHING: dict[str, Any] = {}
CALL: dict[str, Any] = {"role": "model", "parts": [{"functionCall": {"name": "add", "args": {}}}]}
RESULT = {"role": "user", "parts": [{"functionResponse": {"name": "add", "response": {"output": "1"}}}]}
TOOLS = [{"functionDeclarations": [FUNCTION]}]
GIF = base64.b64encode(b"GIF89a").decode()


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("gemini-2.5-flash", {"generationConfig": {"logProbs": 1}}, 'Unknown name "logProbs" at'),
    ("gemini-2.5-flash", {"foo": 1}, 'Unknown name "foo": Cannot find field.'),
    ("gemini-2.5-flash", {"generationConfig": {"temperature": "hot"}}, "temperature' (TYPE_FLOAT)"),
    ("gemini-2.5-flash", {"generationConfig": {"temperature": 3}}, "must be in the range"),
    ("gemini-2.5-flash", {"generationConfig": {"stopSequences": ["a"] * 6}}, "stop_sequences"),
    ("gemini-2.5-flash", {"generationConfig": {"presencePenalty": 1}}, "Penalty is not enabled"),
    ("gemini-2.5-flash", {"generationConfig": {"logprobs": 1}}, "response_logprobs"),
    ("gemini-3.6-flash", {"generationConfig": {"responseLogprobs": True}}, "Logprobs is not enabled"),
    ("gemini-3.7-flash", {"generationConfig": {"candidateCount": 2}}, "Multiple candidates"),
    ("gemini-2.0-flash", {"generationConfig": {"thinkingConfig": {"thinkingBudget": 1}}}, "not enabled"),
    ("gemini-2.5-pro", {"generationConfig": {"thinkingConfig": {"thinkingBudget": 0}}}, "only works in thinking"),
    ("gemini-2.5-flash", {"generationConfig": {"thinkingConfig": {"thinkingBudget": 99999}}}, "between 1 and"),
    ("gemini-2.5-flash", {"generationConfig": {"thinkingConfig": {"thinkingLevel": "LOW"}}}, "level LOW"),
    (
        "gemini-3.6-flash",
        {"generationConfig": {"thinkingConfig": {"thinkingLevel": "LOW", "thinkingBudget": 9}}},
        "only set only one",
    ),
    ("gemini-2.5-flash", {"generationConfig": {"responseModalities": ["IMAGE"]}}, "response modalities"),
    ("gemini-2.5-flash", {"generationConfig": {"responseSchema": {"type": "OBJECT"}}}, "text/plain"),
    ("gemini-2.5-flash", {"generationConfig": {"responseMimeType": "text/html"}}, "Unsupported response mime type"),
    (
        "gemini-2.5-flash",
        {"generationConfig": {"responseMimeType": "application/json", "responseSchema": {"$ref": "#"}}},
        'Unknown name "$ref"',
    ),
    (
        "gemini-2.5-flash",
        {"generationConfig": {"responseMimeType": "application/json", "responseSchema": {"type": "ARRAY"}}},
        "items: missing field",
    ),
    ("gemma-3-27b-it", {"generationConfig": {"responseMimeType": "application/json"}}, "JSON mode is not enabled"),
    ("gemma-3-27b-it", {"tools": TOOLS}, "Function calling is not enabled"),
    ("gemma-3-27b-it", {"systemInstruction": {"parts": [{"text": "x"}]}}, "Developer instruction is not enabled"),
    ("gemini-2.5-flash", {"tools": [{"functionDeclarations": [FUNCTION], "googleSearch": {}}]}, "function calling"),
    ("gemini-3.6-flash", {"tools": [{"functionDeclarations": [FUNCTION], "googleSearch": {}}]}, "server_side"),
    (
        "gemini-2.5-flash",
        {"tools": TOOLS, "generationConfig": {"responseMimeType": "application/json"}},
        "response mime type: 'application/json' is unsupported",
    ),
    ("gemini-2.5-flash", {"toolConfig": {"functionCallingConfig": {"mode": "ANY"}}}, "set without function_decl"),
    (
        "gemini-2.5-flash",
        {"tools": TOOLS, "toolConfig": {"functionCallingConfig": {"allowedFunctionNames": ["add"]}}},
        "ANY or VALIDATED",
    ),
    ("gemini-2.5-flash", {"tools": [{"functionDeclarations": [{"name": "1 x"}]}]}, "Invalid function name"),
    ("gemini-2.5-flash", {"contents": []}, "contents is not specified"),
    ("gemini-2.5-flash", {"contents": [{"role": "system", "parts": [{"text": "x"}]}]}, "valid role"),
    ("gemini-2.5-flash", {"contents": [{"parts": [{"text": ""}]}]}, "text is empty"),
    ("gemini-2.5-flash", {"contents": [{"parts": [{"thought": True}]}]}, "must have one initialized field"),
    ("gemini-2.5-flash", {"contents": [CALL, RESULT]}, "function call turn comes immediately after a user turn"),
    ("gemini-2.5-flash", {"contents": [*CONTENTS, CALL, *CONTENTS]}, "number of function response parts"),
    ("gemini-2.5-flash", {"contents": [*CONTENTS, RESULT]}, "number of function response parts"),
    ("gemini-3.6-flash", {"contents": [*CONTENTS, {"role": "model", "parts": [{"text": "x"}]}]}, "with a model"),
    (
        "gemini-2.5-flash",
        {"contents": [{"parts": [{"inlineData": {"mimeType": "image/gif", "data": GIF}}]}]},
        "Unsupported MIME type: image/gif",
    ),
    ("gemini-2.5-flash", {"safetySettings": [{"category": "HARM_CATEGORY_X"}] * 2}, "Only one safety setting"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "fields", "words"), REFUSED)
def test_what_google_refuses(model: str, fields: dict[str, Any], words: str) -> None:
    """A 400 that says what is wrong."""
    refused = error(generate(model, **fields))
    assert words in refused["message"]
    assert (refused["code"], refused["status"]) == (400, "INVALID_ARGUMENT")


def test_unknown_fields_are_violations() -> None:
    """The detail names the place."""
    [detail] = error(generate("gemini-2.5-flash", generationConfig={"logProbs": 1}))["details"]
    assert detail["fieldViolations"][0]["field"] == "generation_config"


def test_snake_case_is_understood() -> None:
    """As by Google."""
    reply = generate(
        "gemini-2.5-flash", generation_config={"max_output_tokens": 1, "thinking_config": {"thinking_budget": 0}}
    )
    assert json.loads(reply.content)["usageMetadata"]["candidatesTokenCount"] == 1


def test_caches() -> None:
    """A foreign one is forbidden, and a cache excludes what it holds itself."""
    assert error(generate("gemini-2.5-flash", cachedContent="cachedContents/other"))["status"] == "PERMISSION_DENIED"
    reply = generate("gemini-2.5-flash", cachedContent="cachedContents/simulated-1")
    assert json.loads(reply.content)["usageMetadata"]["cachedContentTokenCount"] > 0
    both = generate("gemini-2.5-flash", cachedContent="cachedContents/simulated-1", tools=TOOLS)
    assert "CachedContent can not be used" in error(both)["message"]


def test_keys() -> None:
    """A bad one is a 400 that our codec knows for what it is, none a 403."""
    bad = send("POST", "v1beta/models/gemini-2.5-flash:generateContent", {"contents": CONTENTS}, key="bad")
    assert error(bad)["details"][0]["reason"] == "API_KEY_INVALID"
    assert send("GET", "v1beta/models", key="").status == 403
    with pytest.raises(AuthenticationError):
        Exchange("gemini", {"api_key": "bad key"}).ask("gemini-2.5-flash")


def test_failed_streams_are_json_that_calls_itself_a_stream() -> None:
    """The status comes first."""
    reply = generate("gemini-2.5-flash", stream=True, generationConfig={"responseLogprobs": True})
    assert reply.headers["content-type"] == "text/event-stream"
    assert error(reply)["message"] == "LogProbs is not supported in streaming mode"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("v1beta/models/bad%20model:generateContent", 400, "unexpected model name format"),
        ("v1beta/models/gemini-9:generateContent", 404, "is not found for API version"),
        ("v1beta/models/imagen-4.0-generate-001:generateContent", 404, "is not found for API version"),
        ("v1beta/models/gemini-2.5-flash:predict", 404, "is not found for API version"),
        ("v1beta/models/gemini-2.5-flash:dance", 404, "Requested entity was not found."),
    ],
)
def test_models_and_methods_that_are_none(path: str, status: int, words: str) -> None:
    """The same words for both."""
    reply = send("POST", path, {"contents": CONTENTS})
    assert reply.status == status
    assert words in error(reply)["message"]


def test_another_version_is_no_json() -> None:
    """An error body may be empty HTML."""
    reply = send("GET", "v9/models")
    assert (reply.status, reply.headers["content-type"], reply.content) == (404, "text/html", b"")


def test_blocks_and_bad_endings() -> None:
    """A prompt that is blocked, and finishes that are failures, on request."""
    for stream in (False, True):
        blocked = GEMINI.ask("gemini-2.5-flash", stream=stream, fault="error=PROHIBITED_CONTENT")
        assert (blocked.finish_reason, blocked.text) == ("content_filter", "")
        malformed = GEMINI.ask("gemini-2.5-flash", stream=stream, fault="error=MALFORMED_FUNCTION_CALL")
        assert malformed.finish_reason_raw == "MALFORMED_FUNCTION_CALL"
