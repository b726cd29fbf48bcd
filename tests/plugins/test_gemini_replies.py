"""Parts of replies: what each becomes, and that each goes back exactly as it came."""

import base64
import json
from typing import Any

import attrs
import pytest
from tests.plugins.gemini_samples import NEW, both, decode, encode, reply, request, stream

from jackfield import wire
from jackfield.errors import DecodeError
from jackfield.types.messages import Message, user
from jackfield.types.parts import Audio, Image, Opaque, Part, ProviderPart, Reasoning, ServerTool, Text, ToolCall
from jackfield.types.results import FinishReason
from jackfield_gemini.replies import LOCAL_ID, base64_bytes

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nrest").decode()
CODE = {"executableCode": {"language": "PYTHON", "code": "print(6*7)"}}


def back(message: Message, model: str = NEW) -> list[dict[str, Any]]:
    """The parts that a reply's message becomes when it is sent back."""
    conversation = (user("Hi"), message, user("Go on"))
    sent: list[dict[str, Any]] = encode(request(model=model, messages=conversation))[1]["contents"][1]["parts"]
    return sent


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        pytest.param({"text": "Yes."}, Text, id="text"),
        pytest.param({"text": "Yes.", "thoughtSignature": "AbC/+=="}, Text, id="signed text"),
        pytest.param({"text": "", "thoughtSignature": "AbC/+=="}, Text, id="signed empty text"),
        pytest.param({"text": "Hm.", "thought": True}, Reasoning, id="thought"),
        pytest.param({"text": "", "thought": True, "thoughtSignature": "x"}, Reasoning, id="signed empty thought"),
        pytest.param({"text": "Hm.", "partMetadata": {"a": [1]}}, Text, id="modified text"),
        pytest.param(
            {"functionCall": {"id": "f1", "name": "add", "args": {"a": 1, "b": 2.0}}, "thoughtSignature": "s"},
            ToolCall,
            id="call with id",
        ),
        pytest.param({"functionCall": {"name": "add", "args": {}}, "thoughtSignature": "s"}, ToolCall, id="call"),
        pytest.param(
            {"inlineData": {"mimeType": "image/png", "data": PNG}, "thoughtSignature": "s"}, Image, id="image"
        ),
        pytest.param(
            {"inlineData": {"mimeType": "image/png", "data": PNG, "displayName": "x"}}, Image, id="named image"
        ),
        pytest.param({"inlineData": {"mimeType": "image/png", "data": PNG}, "thought": True}, ProviderPart, id="draft"),
        pytest.param(CODE, ServerTool, id="code"),
        pytest.param(
            {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "42\n"}, "thoughtSignature": "s"},
            ServerTool,
            id="code result",
        ),
        pytest.param(
            {"toolCall": {"id": "t1", "toolType": "GOOGLE_SEARCH_WEB", "args": {"q": ["ä"]}}, "thoughtSignature": "s"},
            ServerTool,
            id="tool call",
        ),
        pytest.param({"toolResponse": {"id": "t1", "toolType": "FILE_SEARCH"}}, ServerTool, id="tool response"),
        pytest.param({"audioTranscription": {"text": "Hello"}}, ProviderPart, id="transcription"),
        pytest.param({"fileData": {"mimeType": "video/mp4", "fileUri": "https://x.test/v"}}, ProviderPart, id="file"),
        pytest.param({"thoughtSignature": "only"}, ProviderPart, id="signature alone"),
    ],
)
def test_part_goes_back_as_it_came(part: dict[str, Any], kind: type[Part]) -> None:
    """Whole or streamed, a part has its kind, and is sent back unchanged, key for key."""
    first = {"text": "First.", "thoughtSignature": "0"}
    for result in both(first, part):
        assert isinstance(result.message.parts[-1], kind)
        assert back(result.message) == [first, part]


def test_unknown_keys_survive() -> None:
    """Without strict, a key that we do not know stays on its part, and in strict mode it is an error."""
    parts: list[dict[str, Any]] = [
        {"text": "a", "newKey": {"x": 1}},
        {"functionCall": {"name": "f", "args": {}, "willContinue": True}},
    ]
    result = decode(reply(*parts), request())
    sent = back(result.message, "gemini-2.5-pro")
    assert sent == parts
    for part in parts:
        with pytest.raises(DecodeError):
            decode(reply(part))


def test_unknown_part_is_kept() -> None:
    """A part of a kind that we do not know is kept in place and sent back."""
    part = {"hologram": {"depth": 3}, "thoughtSignature": "s"}
    result = decode(reply({"text": "a"}, part, {"text": "b"}), request())
    assert [type(one) for one in result.message.parts] == [Text, ProviderPart, Text]
    assert back(result.message)[1] == part
    assert result.text == "ab"


def test_two_data_members_in_one_part() -> None:
    """One is read; nothing is lost when it goes back."""
    part: dict[str, Any] = {"functionCall": {"name": "f", "args": {}}, "text": "calling"}
    result = decode(reply(part))
    assert result.tool_calls[0].name == "f"
    assert back(result.message, "gemini-2.5-pro") == [part]


def test_signed_parts_are_never_merged() -> None:
    """Order and borders of signed parts stay, however the stream is cut; unsigned neighbours may join."""
    parts = [
        {"text": "a"},
        {"text": "b", "thoughtSignature": "1"},
        {"text": "c"},
        {"text": "", "thoughtSignature": "2"},
    ]
    for result in both(*parts):
        assert back(result.message) == parts
        assert result.text == "abc"


def test_empty_parts_vanish() -> None:
    """Empty text without a signature is no part; content may lack parts, or be empty, or absent."""
    for content in ({"parts": [{"text": ""}]}, {"role": "model"}, {}):
        result = decode({"candidates": [{"content": content, "finishReason": "MAX_TOKENS"}]})
        assert result.message.parts == ()
        assert result.finish_reason == "length"
    assert decode({"candidates": [{"finishReason": "MALFORMED_FUNCTION_CALL"}]}).finish_reason == "error"


def test_ids_that_we_make_up() -> None:
    """Calls without ids get different, repeatable ones, which are not sent back."""
    calls: list[dict[str, Any]] = [{"functionCall": {"name": "f", "args": {}}}] * 2
    whole, streamed = both(*calls)
    ids = [call.id for call in whole.tool_calls]
    assert ids == [call.id for call in streamed.tool_calls]
    assert len(set(ids)) == 2
    assert all(one.startswith(LOCAL_ID) for one in ids)
    assert [part["functionCall"] for part in back(whole.message, "gemini-2.5-pro")] == [
        one["functionCall"] for one in calls
    ]


def test_call_without_arguments() -> None:
    """Absent args are no arguments."""
    call = decode(reply({"functionCall": {"name": "now"}})).tool_calls[0]
    assert (call.arguments, call.arguments_raw, call.error) == ({}, "{}", None)


def test_calls_change_the_finish_reason() -> None:
    """STOP with a call is tool_calls; Google's word and message stay readable."""
    part = {"functionCall": {"name": "now"}}
    for result in both(part, finishMessage="A function was called."):
        assert result.finish_reason is FinishReason.TOOL_CALLS
        assert result.finish_reason_raw == "STOP"
        assert result.finish_message == "A function was called."


def test_code_and_its_result() -> None:
    """Code is what was asked, output is what it gave, in order, even without output."""
    result = decode(reply(CODE, {"codeExecutionResult": {"outcome": "OUTCOME_FAILED"}}, {"text": "Sorry."}))
    asked, gave = result.server_tools
    assert (asked.kind, asked.name, asked.arguments_raw, asked.output) == (
        "executableCode",
        "PYTHON",
        "print(6*7)",
        None,
    )
    assert (gave.kind, gave.name, gave.output) == ("codeExecutionResult", "OUTCOME_FAILED", "")


def test_sound_in_pieces_is_one_medium() -> None:
    """Raw PCM chunks continue one another; whole files stay apart."""
    pcm = [{"inlineData": {"mimeType": "audio/L16;codec=pcm;rate=24000", "data": "AAEC"}}] * 2
    assert [one.data for one in stream(reply(pcm[0], finish=None), reply(pcm[1]))[1].media] == [b"\0\1\2\0\1\2"]
    wav = [{"inlineData": {"mimeType": "audio/wav", "data": "AAEC"}}] * 2
    media = decode(reply(*wav)).media
    assert [(type(one), one.data) for one in media] == [(Audio, b"\0\1\2")] * 2


@pytest.mark.parametrize("text", ["-_8=", "-_8", "+/8=", "+/8"])
def test_base64_of_both_alphabets(text: str) -> None:
    """Standard or URL-safe, padded or not."""
    assert base64_bytes(text) == b"\xfb\xff"


@pytest.mark.parametrize("text", ["a", "a b=", "ä", "=", "AAA=AAA="])
def test_not_base64(text: str) -> None:
    """Anything else is a DecodeError."""
    with pytest.raises(DecodeError):
        base64_bytes(text)


def test_deep_json_is_refused() -> None:
    """A value too deep to be written is one of our errors."""
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(DecodeError):
        wire.dumps_text(deep)
    while deep:  # or its end would be a recursion too
        deep = deep[0]


def test_state_survives_serialization() -> None:
    """What is opaque is plain JSON, so that a conversation can be stored and taken up again."""
    message = decode(reply({"functionCall": {"name": "f"}, "thoughtSignature": "s"}, CODE)).message
    states = [part.opaque for part in message.parts if isinstance(part, ToolCall | ServerTool)]
    assert [json.loads(json.dumps(attrs.asdict(one)["data"])) for one in states if isinstance(one, Opaque)] == [
        {"thoughtSignature": "s"},
        CODE,
    ]
