"""Conversations: turns, system text, media, results of tools, state of other providers."""

import base64
from typing import Any

import pytest
from tests.plugins.gemini_samples import NEW, OLD, encode, request

from jackfield import wire
from jackfield.errors import UnsupportedOption
from jackfield.pieces import Pieces
from jackfield.types.messages import Message, assistant, system, tool_result, user
from jackfield.types.parts import (
    Audio,
    Citation,
    Document,
    Image,
    Media,
    Opaque,
    ProviderPart,
    Reasoning,
    ServerTool,
    Text,
    ToolCall,
    ToolResult,
    Video,
)
from jackfield_gemini import AudioOptions, DocumentOptions, SpreadsheetOptions, VideoOptions
from jackfield_gemini.contents import SKIP_SIGNATURE

PNG = b"\x89PNG\r\n\x1a\n"
INLINE = {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(PNG).decode()}}


def sent(*messages: Message, model: str = OLD) -> tuple[Any, list[str]]:
    """The body, and the codes of what was left out or changed."""
    http, made = encode(request(model=model, messages=messages))
    return made, [one.code for one in http.notices]


def contents(*messages: Message, model: str = OLD) -> list[Any]:
    """The contents, nothing having been left out."""
    made, codes = sent(*messages, model=model)
    assert codes == []
    found: list[Any] = made["contents"]
    return found


def call(number: int, name: str = "add", **facts: Any) -> ToolCall:
    """A call as another provider, or Gemini 3, would give it."""
    return ToolCall(id=f"c{number}", name=name, arguments={"n": number}, **facts)


def result(number: int, name: str = "add", text: str = "") -> Message:
    """Its answer."""
    return tool_result(ToolCall(id=f"c{number}", name=name), text or str(number))


def test_roles() -> None:
    """User and model; consecutive turns stay apart; empty ones vanish."""
    made = contents(user("a"), user("b", Text("c")), assistant("d"), assistant(Text("")), user("e"))
    assert made == [
        {"role": "user", "parts": [{"text": "a"}]},
        {"role": "user", "parts": [{"text": "b"}, {"text": "c"}]},
        {"role": "model", "parts": [{"text": "d"}]},
        {"role": "user", "parts": [{"text": "e"}]},
    ]


def test_system_text() -> None:
    """It has a place of its own; a later one moves there, with a warning."""
    made, codes = sent(system("Be brief."), user("a"))
    assert made["systemInstruction"] == {"parts": [{"text": "Be brief."}]}
    assert codes == []
    made, codes = sent(system("Be brief."), user("a"), system("Be kind."))
    assert made["systemInstruction"] == {"parts": [{"text": "Be brief."}, {"text": "Be kind."}]}
    assert codes == ["moved"]


def test_system_text_of_gemma() -> None:
    """Gemma 3 has no place for it: it goes in front of the first user turn."""
    made, _ = sent(system("Be brief."), user("a"), model="gemma-3-27b-it")
    assert made == {"contents": [{"role": "user", "parts": [{"text": "Be brief."}, {"text": "a"}]}]}
    made, _ = sent(system("Be brief."), assistant("b"), model="models/gemma-3-4b-it")
    assert [one["role"] for one in made["contents"]] == ["user", "model"]


def test_system_media_is_refused() -> None:
    """It is text only."""
    with pytest.raises(UnsupportedOption) as caught:
        sent(Message(role="system", parts=(Image(data=PNG, mime_type="image/png"),)), user("a"))
    assert caught.value.option == "messages"


def test_names_of_speakers() -> None:
    """They are left out with a warning, not silently."""
    assert sent(user("a", name="Ann"))[1] == ["left-out"]


# --- media -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        pytest.param(Image(data=PNG, mime_type="image/png"), INLINE, id="bytes"),
        pytest.param(
            Video(url="https://v.test/a.mp4", mime_type="video/mp4"),
            {"fileData": {"fileUri": "https://v.test/a.mp4", "mimeType": "video/mp4"}},
            id="url",
        ),
        pytest.param(
            Video.from_url("https://www.youtube.com/watch?v=x"),
            {"fileData": {"fileUri": "https://www.youtube.com/watch?v=x"}},
            id="url without a type",
        ),
        pytest.param(
            Audio(file_id="files/abc", mime_type="audio/mpeg"),
            {
                "fileData": {
                    "fileUri": "https://generativelanguage.googleapis.com/v1beta/files/abc",
                    "mimeType": "audio/mpeg",
                }
            },
            id="file",
        ),
        pytest.param(Document(file_id="gs://b/o"), {"fileData": {"fileUri": "gs://b/o"}}, id="cloud storage"),
        pytest.param(
            Document(data="\ufeffLiebe Grüße".encode(), mime_type="text/plain; charset=utf-8"),
            {"text": "Liebe Grüße"},
            id="text document",
        ),
        pytest.param(
            Video(url="https://v.test/a", extra=VideoOptions(start_s=1.5, end_s=70, fps=5, content_layers=("FRAMES",))),
            {
                "fileData": {"fileUri": "https://v.test/a"},
                "videoMetadata": {"startOffset": "1.5s", "endOffset": "70s", "fps": 5, "contentLayers": ["FRAMES"]},
            },
            id="clip",
        ),
        pytest.param(
            Video(url="https://v.test/a", extra=VideoOptions(processing="AGENTIC")),
            {"fileData": {"fileUri": "https://v.test/a"}, "mediaProcessing": "AGENTIC"},
            id="processing",
        ),
        pytest.param(
            Audio(url="https://v.test/a", extra=AudioOptions(start_s=0)),
            {"fileData": {"fileUri": "https://v.test/a"}, "audioMetadata": {"startOffset": "0s"}},
            id="sound",
        ),
        pytest.param(
            Document(url="https://v.test/a", extra=DocumentOptions(start_page=2, content_layers=("PAGE_TEXT",))),
            {
                "fileData": {"fileUri": "https://v.test/a"},
                "documentMetadata": {"startPage": 2, "contentLayers": ["PAGE_TEXT"]},
            },
            id="pages",
        ),
        pytest.param(
            Document(url="https://v.test/a", extra=SpreadsheetOptions(visible_cells="A1:B2", sheet_index=1)),
            {
                "fileData": {"fileUri": "https://v.test/a"},
                "spreadsheetMetadata": {"visibleCells": "A1:B2", "sheetIndex": 1},
            },
            id="table",
        ),
    ],
)
def test_media(part: Media, expected: Any) -> None:
    """Bytes inline, anything else by address, text as text, with the modifiers of the part."""
    assert contents(user("Look:", part))[0]["parts"] == [{"text": "Look:"}, expected]


def test_large_media() -> None:
    """Encoded while they are sent, they are what they would be if they were small; in the answers of tools, too."""
    data = bytes(range(256)) * 200
    media = (Image(data=data, mime_type="image/png"), Video(data=data, mime_type="video/mp4"))
    result = ToolResult(call_id="c", name="look", content=(Text("seen"), Image(data=data, mime_type="image/png")))
    turns = (user("Look.", *media), assistant(ToolCall(id="c", name="look")), Message(role="tool", parts=(result,)))
    http, body = encode(request(model=NEW, messages=turns))
    assert isinstance(http.content, Pieces)
    assert http.content == wire.dumps(body)
    parts = [*body["contents"][0]["parts"][1:], *body["contents"][2]["parts"][0]["functionResponse"]["parts"]]
    assert [one["inlineData"]["data"] for one in parts] == [base64.b64encode(data).decode()] * 3


def test_detail() -> None:
    """A part's resolution is Gemini 3's; before, it is refused by name."""
    part = Image(data=PNG, mime_type="image/png", detail="low")
    assert contents(user(part), model=NEW)[0]["parts"] == [
        {**INLINE, "mediaResolution": {"level": "MEDIA_RESOLUTION_LOW"}}
    ]
    assert contents(user(Image(data=PNG, mime_type="image/png", detail="auto")))[0]["parts"] == [INLINE]
    with pytest.raises(UnsupportedOption) as caught:
        contents(user(part))
    assert caught.value.option == "detail"


def test_options_of_another_provider() -> None:
    """Options that are not Gemini's are refused."""
    with pytest.raises(UnsupportedOption) as caught:
        contents(user(Image(data=PNG, mime_type="image/png", extra={"a": 1})))
    assert caught.value.option == "extra"


def test_text_that_is_no_utf8() -> None:
    """It cannot be sent as text."""
    with pytest.raises(UnsupportedOption):
        contents(user(Document(data=b"\xff\xfe", mime_type="text/plain")))


# --- tools -----------------------------------------------------------------------------------------------------------


def answers(*messages: Message, model: str = OLD) -> list[Any]:
    """The function responses of the content after the model's."""
    turns = contents(user("a"), *messages, model=model)
    assert [one["role"] for one in turns[:3]] == ["user", "model", "user"]
    return [part["functionResponse"] for part in turns[2]["parts"]]


def test_results_in_any_order() -> None:
    """They are sent in one content, in the order of the calls, with their ids."""
    made = answers(assistant(call(1), call(2), call(3)), result(3), result(1), result(2))
    assert [(one["id"], one["response"]) for one in made] == [
        ("c1", {"output": "1"}),
        ("c2", {"output": "2"}),
        ("c3", {"output": "3"}),
    ]


def test_results_without_ids() -> None:
    """Where results have none, names and order tell."""
    calls = [ToolCall(id=f"local_{number}", name=name) for number, name in enumerate(["f", "g", "f"])]
    given = [
        ToolResult(call_id="", name=name, content=(Text(text),)) for name, text in (("g", "1"), ("f", "2"), ("f", "3"))
    ]
    made = answers(assistant(*calls), *(Message(role="tool", parts=(one,)) for one in given))
    assert [(one["name"], one["response"]["output"]) for one in made] == [("f", "2"), ("g", "1"), ("f", "3")]
    assert not any("id" in one for one in made)


def test_same_name_in_parallel() -> None:
    """Ids that we made up keep calls of one name apart, and stay here."""
    calls = [ToolCall(id=f"local_{number}", name="f") for number in range(2)]
    made = answers(assistant(*calls), tool_result(calls[1], "second"), tool_result(calls[0], "first"))
    assert [one["response"]["output"] for one in made] == ["first", "second"]
    assert not any("id" in one for one in made)


def test_errors_of_tools() -> None:
    """A failure is said under another key."""
    failed = tool_result(call(1), "No such city.", is_error=True)
    assert answers(assistant(call(1)), failed)[0]["response"] == {"error": "No such city."}


def test_a_result_of_no_call() -> None:
    """It is sent last with what it knows; without a name it cannot be."""
    stray = Message(role="tool", parts=(ToolResult(call_id="c9", name="g", content=(Text("x"),)),))
    assert [one["name"] for one in answers(assistant(call(1)), stray, result(1))] == ["add", "g"]
    nameless = Message(role="tool", parts=(ToolResult(call_id="c9", name="", content=(Text("x"),)),))
    with pytest.raises(UnsupportedOption):
        sent(user("a"), assistant(call(1)), nameless)


def test_results_in_wrong_places() -> None:
    """A tool message holds results only, and only it holds them."""
    for role, part in (("tool", Text("x")), ("user", ToolResult(call_id="c1", name="f", content=()))):
        with pytest.raises(UnsupportedOption):
            sent(user("a"), Message(role=role, parts=(part,)))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # one test for both roles


def test_a_tool_message_without_results() -> None:
    """It is no turn."""
    assert len(contents(user("a"), Message(role="tool", parts=()), user("b"))) == 2


def test_media_in_results() -> None:
    """Gemini 3 takes them inside of the result, older models in a user turn after it."""
    given = tool_result(call(1), "See:", Image(data=PNG, mime_type="image/png"))
    signed = call(1, opaque=Opaque(provider="gemini", data={"thoughtSignature": "s"}))
    new = contents(user("a"), assistant(signed), given, model=NEW)
    assert new[2]["parts"][0]["functionResponse"]["parts"] == [INLINE]
    old = contents(user("a"), assistant(call(1)), given)
    assert "parts" not in old[2]["parts"][0]["functionResponse"]
    assert old[3] == {"role": "user", "parts": [INLINE]}
    with pytest.raises(UnsupportedOption):
        sent(user("a"), assistant(call(1)), tool_result(call(1), Image(url="https://a.test/b")), model=NEW)


def test_user_text_after_results() -> None:
    """It gets a content of its own: results stand alone."""
    made = contents(user("a"), assistant(call(1)), result(1), user("Thanks."))
    assert [one["role"] for one in made] == ["user", "model", "user", "user"]


def test_calls_that_gemini_did_not_make() -> None:
    """Gemini 3 wants a signature on the first call of a turn: the documented stand-in, with a warning."""
    conversation = (user("a"), assistant(call(1), call(2)), result(1), result(2))
    made, codes = sent(*conversation, model=NEW)
    first, second = made["contents"][1]["parts"]
    assert first["thoughtSignature"] == SKIP_SIGNATURE
    assert "thoughtSignature" not in second
    assert codes == ["unsigned-call"]
    made, codes = sent(*conversation)
    assert "thoughtSignature" not in made["contents"][1]["parts"][0]
    assert codes == []


# --- state -----------------------------------------------------------------------------------------------------------


def test_state_of_another_provider() -> None:
    """It is left out and named once; what it belonged to is sent."""
    other = Opaque(provider="groq", data={"x": 1})
    turn = assistant(Text("b", opaque=other), Reasoning("c", opaque=other), ProviderPart(kind="odd", opaque=other))
    made, codes = sent(user("a"), turn)
    assert made["contents"][1]["parts"] == [{"text": "b"}, {"text": "c", "thought": True}]
    assert codes == ["foreign-state", "left-out"]


def test_tools_of_another_provider() -> None:
    """What another provider ran cannot be told; a citation needs not be."""
    made, codes = sent(user("a"), assistant("b", ServerTool(kind="search"), Citation(url="u")))
    assert made["contents"][1]["parts"] == [{"text": "b"}]
    assert codes == ["left-out"]


def test_reasoning_for_models_that_do_not_think() -> None:
    """It is left out with a warning."""
    made, codes = sent(user("a"), assistant(Reasoning("hm"), "b"), model="gemini-2.0-flash")
    assert made["contents"][1]["parts"] == [{"text": "b"}]
    assert codes == ["left-out"]
    assert sent(user("a"), assistant(Reasoning(""), "b"))[0]["contents"][1]["parts"] == [{"text": "b"}]
