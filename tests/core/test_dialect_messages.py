"""Conversations as chat-completions messages: every role and part, in the order that hosts accept."""

from typing import Any

import attrs
import pytest

from jackfield.dialects.chat_completions import PARTS, Differences, Encoding, ModelTraits
from jackfield.dialects.chat_completions.messages import encode_messages
from jackfield.errors import UnsupportedOption
from jackfield.types.messages import Message, assistant, system, tool_result, user
from jackfield.types.parts import (
    Audio,
    Citation,
    Document,
    Image,
    Opaque,
    ProviderPart,
    Reasoning,
    ServerTool,
    Text,
    ToolCall,
    ToolResult,
)
from jackfield.types.requests import GenerateRequest

PLAIN = Differences(provider="acme", parts=PARTS)
PIXEL = Image(data=b"\x89PNG", mime_type="image/png", detail="low")
CALL = ToolCall(id="c1", name="add", arguments={"a": 1}, arguments_raw='{ "a": 1 }')


def encode(*messages: Message, differences: Differences = PLAIN) -> tuple[list[Any], list[str]]:
    """The messages, and the codes of the notices."""
    encoding = Encoding(differences=differences, request=GenerateRequest(model="m", messages=messages))
    return [dict(one) for one in encode_messages(encoding)], [notice.code for notice in encoding.notices]


def test_texts() -> None:
    """One text is a string, several are a list, or one string where a host wants that."""
    assert encode(system("be brief"), user("hi", name="Ann")) == (
        [{"role": "system", "content": "be brief"}, {"role": "user", "content": "hi", "name": "Ann"}],
        [],
    )
    listed = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert encode(user("a", "b"))[0] == [{"role": "user", "content": listed}]
    joined = attrs.evolve(PLAIN, joined_text=True)
    assert encode(user("a", "b"), differences=joined)[0] == [{"role": "user", "content": "ab"}]


def test_images() -> None:
    """Bytes as a data URL, URLs as they are."""
    (message,), _ = encode(user("look", PIXEL, Image.from_url("https://example.org/a.png")))
    assert message["content"] == [
        {"type": "text", "text": "look"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw==", "detail": "low"}},
        {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
    ]


@pytest.mark.parametrize(
    ("part", "option"),
    [
        (Audio(data=b"x", mime_type="audio/wav"), "audio"),
        (Document(data=b"x", mime_type="text/plain"), "document"),
        (Image.from_file("file-1"), "image"),
        (Image(data=b"x", mime_type="image/png", extra=object()), "image.extra"),
    ],
)
def test_media_that_cannot_be_sent(part: Any, option: str) -> None:
    """What a message cannot hold is named, and never dropped."""
    with pytest.raises(UnsupportedOption) as caught:
        encode(user("look", part))
    assert (caught.value.option, caught.value.droppable) == (option, False)


def test_parts_out_of_place() -> None:
    """A part that only an assistant has is refused in a user's turn; media in an assistant's."""
    with pytest.raises(UnsupportedOption, match="Citation"):
        encode(Message(role="user", parts=(Text("x"), Citation())))
    with pytest.raises(UnsupportedOption, match="media"):
        encode(assistant("here", PIXEL))


def test_tool_round() -> None:
    """Calls without text have no content; arguments go back as they were written; results name their call."""
    turn = assistant(CALL, ToolCall(id="c2", name="add", arguments={"a": 2}, arguments_raw="{}"))
    results = (Text("two"), Text("!"))
    second = Message(role="tool", parts=(ToolResult(call_id="c2", name="add", content=results),))
    encoded, notices = encode(user("hi"), turn, second, tool_result(CALL, "one"))
    assert encoded[1] == {
        "role": "assistant",
        "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{ "a": 1 }'}},
            {"id": "c2", "type": "function", "function": {"name": "add", "arguments": '{"a":2}'}},
        ],
    }
    assert encoded[2:] == [
        {"role": "tool", "tool_call_id": "c2", "content": "two!", "name": "add"},
        {"role": "tool", "tool_call_id": "c1", "content": "one", "name": "add"},
    ]
    assert notices == []


def test_broken_arguments_go_back_as_they_are() -> None:
    """Arguments that are no JSON are not repaired."""
    broken = ToolCall(id="c1", name="add", arguments_raw='{"a":', error="not JSON")
    assert encode(assistant(broken))[0][0]["tool_calls"][0]["function"]["arguments"] == '{"a":'
    empty = ToolCall(id="c1", name="add", arguments_raw="")
    assert encode(assistant(empty))[0][0]["tool_calls"][0]["function"]["arguments"] == ""


def test_names_that_cannot_be_sent() -> None:
    """A name is left out with a notice; a tool's name is only a repetition."""
    nameless = attrs.evolve(PLAIN, message_names=False)
    encoded, notices = encode(user("hi", name="Ann"), assistant(CALL), tool_result(CALL, "1"), differences=nameless)
    assert all("name" not in message for message in encoded)
    assert notices == ["name-dropped"]


def test_media_of_results_move() -> None:
    """Results stay together; their pictures come in a user's message after them."""
    other = ToolCall(id="c2", name="see", arguments_raw="{}")
    encoded, notices = encode(
        assistant(CALL, other), tool_result(CALL, "a", PIXEL), tool_result(other, PIXEL), user("so?")
    )
    assert [message["role"] for message in encoded] == ["assistant", "tool", "tool", "user", "user"]
    assert [part["type"] for part in encoded[3]["content"]] == ["image_url", "image_url"]
    assert notices == ["media-moved"]
    assert [one["role"] for one in encode(assistant(CALL), tool_result(CALL, PIXEL))[0]] == [
        "assistant",
        "tool",
        "user",
    ]


def test_results_beside_text() -> None:
    """A user's turn that holds a result and a text becomes both messages."""
    mixed = Message(role="user", parts=(Text("and now?"), ToolResult(call_id="c1", name="add", content=(Text("1"),))))
    assert [one["role"] for one in encode(assistant(CALL), mixed)[0]] == ["assistant", "tool", "user"]


@pytest.mark.parametrize(
    ("replay", "message", "notices"),
    [
        ("field", {"role": "assistant", "content": "42", "reasoning": "hm"}, []),
        ("inline", {"role": "assistant", "content": "<think>hm</think>42"}, []),
        ("omit", {"role": "assistant", "content": "42"}, ["reasoning-omitted"]),
    ],
)
def test_reasoning_goes_back(replay: Any, message: dict[str, Any], notices: list[str]) -> None:
    """As the model's traits say; left out only with a notice."""
    differences = attrs.evolve(PLAIN, models=(ModelTraits(replay=replay),))
    assert encode(assistant(Reasoning("hm"), "42"), differences=differences) == ([message], notices)


def test_state_of_another_provider() -> None:
    """Foreign state is left out and reported once; what the provider did by itself is no part of a turn."""
    foreign = Opaque(provider="gemini", data={"thoughtSignature": "x"})
    own = Opaque(provider="acme", data={})
    turn = assistant(
        Text("a", opaque=foreign),
        Text("b", opaque=foreign),
        Text("c", opaque=own),
        ProviderPart(kind="code", opaque=foreign),
        ServerTool(kind="search"),
        Citation(url="https://example.org"),
    )
    assert encode(turn) == ([{"role": "assistant", "content": "abc"}], ["foreign-state"])
    only = Message(role="user", parts=(ProviderPart(kind="code", opaque=foreign),))
    assert encode(only) == ([{"role": "user", "content": ""}], ["foreign-state"])


ORDERED = attrs.evolve(PLAIN, ordered_history=True)


def test_results_follow_their_calls() -> None:
    """Where a host checks it: results in the order of their calls, right after them."""
    other = ToolCall(id="c2", name="add", arguments_raw="{}")
    encoded, notices = encode(
        assistant(CALL, other),
        tool_result(other, "2"),
        user("wait"),
        tool_result(CALL, "1"),
        differences=ORDERED,
    )
    assert [one.get("tool_call_id", one["role"]) for one in encoded] == ["assistant", "c1", "c2", "user"]
    assert notices == []


def test_ids_are_unique() -> None:
    """The same id in two turns, or twice in one, is renumbered with its result."""
    encoded, _ = encode(
        assistant(CALL, CALL),
        tool_result(CALL, "first"),
        tool_result(CALL, "second"),
        assistant(CALL),
        tool_result(CALL, "third"),
        differences=ORDERED,
    )
    calls = [call["id"] for one in encoded for call in one.get("tool_calls", ())]
    results = [(one["tool_call_id"], one["content"]) for one in encoded if one["role"] == "tool"]
    assert calls == ["c1", "c1_2", "c1_3"]
    assert results == [("c1", "first"), ("c1_2", "second"), ("c1_3", "third")]


def test_orphans_are_reported() -> None:
    """A result that answers no call would be refused: it is left out, and the caller learns it."""
    encoded, notices = encode(user("hi"), tool_result(CALL, "1"), differences=ORDERED)
    assert (encoded, notices) == ([{"role": "user", "content": "hi"}], ["orphan-tool-result"])
    encoded, notices = encode(tool_result(CALL, "1"), assistant(CALL), differences=ORDERED)
    assert ([one["role"] for one in encoded], notices) == (["assistant"], ["orphan-tool-result"])
