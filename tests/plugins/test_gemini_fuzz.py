"""Whatever arrives, a result or one of our errors comes out: never another exception.

Samples of every shape of answer are changed in two ways: JSON values replaced, removed and doubled, so that the wire
types are reached; and bytes cut, flipped and repeated, so that the frames and the JSON decoder are.
"""

import contextlib
import json
from typing import Any

from hypothesis import example, given, settings, strategies as st
from tests.plugins import gemini_samples as samples

from jackfield.errors import JackfieldError, PartialReply, ProviderError
from jackfield.http import HttpResponse
from jackfield.session import StreamSession
from jackfield.types.requests import ImageRequest, Request
from jackfield.types.results import Result
from jackfield_gemini import decode_response, list_models, parse_stream
from jackfield_gemini.errors import error_of

SIGNED = {"thoughtSignature": "AbC/+=="}
WEB: dict[str, Any] = {"web": {"uri": "https://a.test", "title": "ä"}}
TOKEN = {"token": "a", "tokenId": 1, "logProbability": -0.5}
ANSWERS: tuple[Any, ...] = (
    samples.reply({"text": "Hm", "thought": True}, {"text": "Où ? 🦆"}, {"text": "", **SIGNED}),
    samples.reply({"functionCall": {"id": "f", "name": "add", "args": {"a": [1, {"b": None}]}}, **SIGNED}),
    samples.reply(
        {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}}, {"audioTranscription": {"text": "a"}}
    ),
    samples.reply(
        {"executableCode": {"language": "PYTHON", "code": "1"}},
        {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1"}},
        {"toolCall": {"id": "t", "toolType": "URL_CONTEXT", "args": {}}},
        {"toolResponse": {"id": "t", "toolType": "URL_CONTEXT", "response": {"a": 1}}},
    ),
    samples.reply(
        {"text": "Où ? 🦆"},
        groundingMetadata={
            "groundingChunks": [WEB, {"maps": {"placeId": "p"}}],
            "groundingSupports": [
                {
                    "segment": {"startIndex": 1, "endIndex": 4, "text": "x", "partIndex": 0},
                    "groundingChunkIndices": [0, 1],
                }
            ],
            "webSearchQueries": ["q"],
        },
        citationMetadata={"citationSources": [{"startIndex": 1, "endIndex": 2, "uri": "u"}]},
        urlContextMetadata={"urlMetadata": [{"retrievedUrl": "u", "urlRetrievalStatus": "s"}]},
        logprobsResult={"chosenCandidates": [TOKEN], "topCandidates": [{"candidates": [TOKEN]}]},
        safetyRatings=[{"category": "c", "probability": "LOW"}],
    ),
    {"candidates": [{"index": 1, "content": {"parts": [{"text": "b"}]}, "finishReason": "STOP"}]},
    {"promptFeedback": {"blockReason": "SAFETY"}, "modelStatus": {"modelStage": "STABLE"}},
    {"error": {"code": 429, "message": "m", "status": "RESOURCE_EXHAUSTED", "details": [{"@type": "a.b", "c": 1}]}},
    {"predictions": [{"mimeType": "image/png", "bytesBase64Encoded": "iVBORw0KGgo="}, {"raiFilteredReason": "r"}]},
    {"models": [{"name": "models/a", "supportedGenerationMethods": ["generateContent"]}], "nextPageToken": "t"},
    [samples.reply({"text": "a"}, finish=None), samples.reply({"text": "b"})],
)
REQUESTS: tuple[Request, ...] = (
    samples.request(),
    samples.request(strict=True),
    ImageRequest(model="imagen-4.0-generate-001", prompt="a"),
)
JUNK: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(["STOP", "MAX_TOKENS", "\ud83e", "a/b;c=d", "%%%", "9" * 30]),
    st.builds(list[Any]),
    st.builds(dict[str, Any]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["text", "thought", "functionCall", "error", "candidates"]), st.text(max_size=2)),
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Each item of an object or a list, however deep: what holds it, and its key."""
    keys: list[Any] = []
    if isinstance(value, dict):
        keys = list(value)  # pyright: ignore[reportUnknownArgumentType]  # JSON edge
    elif isinstance(value, list):
        keys = list(range(len(value)))  # pyright: ignore[reportUnknownArgumentType]  # JSON edge
    found: list[tuple[Any, Any]] = []
    for key in keys:
        found += [(value, key), *places(value[key])]
    return found


@st.composite
def changed_values(draw: st.DrawFn) -> bytes:
    """The JSON of a sample with some of its values changed."""
    value = json.loads(json.dumps(draw(st.sampled_from(ANSWERS))))
    for _ in range(draw(st.integers(0, 3))):
        if not (inside := places(value)):
            break
        holder, key = draw(st.sampled_from(inside))
        act = draw(st.sampled_from(["replace", "replace", "remove", "add", "double"]))
        if act == "remove":
            del holder[key]
        elif act == "double":
            holder[key] = [holder[key], json.loads(json.dumps(holder[key]))]
        elif act == "add" and isinstance(holder, dict):
            holder[draw(st.sampled_from(["thought", "newKey", "index", "finishReason", "text"]))] = draw(JUNK)
        else:
            holder[key] = draw(JUNK)
    return json.dumps(value).encode()


@st.composite
def changed_bytes(draw: st.DrawFn) -> bytes:
    """The bytes of a sample, cut, flipped or repeated in places."""
    data = bytearray(json.dumps(draw(st.sampled_from(ANSWERS)), ensure_ascii=False).encode())
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        act = draw(st.sampled_from(["cut", "flip", "insert", "repeat"]))
        if act == "cut":
            del data[at : at + draw(st.integers(1, 20))]
        elif act == "flip" and data:
            data[at] ^= draw(st.integers(1, 255))
        elif act == "insert":
            data[at:at] = draw(st.binary(min_size=1, max_size=4))
        else:
            data[at:at] = data[at : at + 10]
    return bytes(data)


ANY_BODY = st.one_of(changed_values(), changed_bytes(), st.binary(max_size=40))


@given(body=ANY_BODY, request=st.sampled_from(REQUESTS), status=st.sampled_from([200, 200, 200, 400, 429, 500]))
@settings(max_examples=300)
def test_whole_answers(body: bytes, request: Request, status: int) -> None:
    """A whole answer gives a Result or one of our errors; any status but success gives an error."""
    with contextlib.suppress(JackfieldError):
        result = decode_response(request, HttpResponse(status=status, body=body))
        assert isinstance(result, Result)
        assert status == 200


@given(bodies=st.lists(ANY_BODY, min_size=1, max_size=4), strict=st.booleans(), crlf=st.booleans())
@settings(max_examples=300)
def test_streams(bodies: list[bytes], strict: bool, crlf: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    """A stream gives events and a Result, or one of our errors with what was delivered; no error is the plugin's."""
    head = HttpResponse(status=200)
    reading = StreamSession("gemini", parse_stream(samples.request(strict=strict), head), head)
    end = b"\r\n\r\n" if crlf else b"\n\n"
    with contextlib.suppress(PartialReply):  # what one of them, a PluginError excepted, is
        for body in (json.dumps(samples.reply({"text": "a"}, finish=None)).encode(), *bodies):
            reading.feed(b"data: " + body + end)
        while reading.close():
            pass
    assert isinstance(reading.result(), Result)


@given(
    value=st.recursive(JUNK, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner))
)
@settings(max_examples=200)
def test_errors(value: Any) -> None:
    """Any JSON value describes an error."""
    for payload in (
        value,
        {"error": value},
        {"error": {"details": value}},
        {"error": {"details": [value], "code": value}},
    ):
        assert isinstance(error_of(payload, status=None), ProviderError)


@given(body=ANY_BODY)
@example(body=b'{"nextPageToken": "\\ud800"}')
@settings(max_examples=200)
def test_lists_of_models(body: bytes) -> None:
    """A page gives models, asks for the next one, or is one of our errors."""
    flow = list_models(samples.settings())
    next(flow)
    with contextlib.suppress(JackfieldError, StopIteration):
        flow.send(HttpResponse(status=200, body=body))
