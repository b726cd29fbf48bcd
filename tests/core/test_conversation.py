"""Conversations survive as text: every part, opaque state bit for bit, in another process."""

import json
import subprocess
import sys
from typing import Any

import attrs
import pytest
from hypothesis import given, strategies as st

from jackfield.conversation import dumps, loads
from jackfield.errors import DecodeError, UsageError
from jackfield.types.messages import Message, user
from jackfield.types.parts import (
    Audio,
    Citation,
    Document,
    Image,
    Media,
    Opaque,
    Part,
    ProviderPart,
    Reasoning,
    ServerTool,
    Text,
    ToolCall,
    ToolResult,
    Video,
)

TEXT = st.text(st.characters(), max_size=5)  # half surrogate pairs included
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
OBJECT = st.dictionaries(TEXT, JSON, max_size=2)
OPAQUE = st.none() | st.builds(Opaque, provider=TEXT, data=OBJECT)
MAYBE = st.none() | TEXT


@st.composite
def _media(draw: st.DrawFn, cls: type[Media], mime_type: str) -> Media:
    source = draw(st.sampled_from(["data", "url", "file_id"]))
    given: dict[str, Any] = {source: draw(st.binary(max_size=5) if source == "data" else TEXT)}
    return cls(
        mime_type=mime_type,
        opaque=draw(OPAQUE),
        filename=draw(MAYBE),
        detail=draw(st.sampled_from([None, "low", "high"])),
        **given,
    )


MEDIA = st.one_of(
    _media(Image, "image/png"), _media(Audio, "audio/wav"), _media(Video, "video/mp4"), _media(Document, "text/plain")
)
PARTS: st.SearchStrategy[Part] = st.one_of(
    st.builds(Text, TEXT, opaque=OPAQUE),
    st.builds(Reasoning, TEXT, opaque=OPAQUE),
    MEDIA,
    st.builds(ToolCall, id=TEXT, name=TEXT, arguments=OBJECT, arguments_raw=TEXT, error=MAYBE, opaque=OPAQUE),
    st.builds(
        ToolResult,
        call_id=TEXT,
        name=TEXT,
        content=st.lists(st.builds(Text, TEXT) | MEDIA, max_size=2).map(tuple),
        is_error=st.booleans(),
    ),
    st.builds(
        ServerTool, kind=TEXT, index=st.none() | st.integers(), name=MAYBE, output=MAYBE, raw=OBJECT, opaque=OPAQUE
    ),
    st.builds(Citation, kind=TEXT, url=MAYBE, title=MAYBE, start=st.none() | st.integers(), raw=OBJECT),
    st.builds(ProviderPart, kind=TEXT, opaque=st.builds(Opaque, provider=TEXT, data=OBJECT)),
)
MESSAGES = st.lists(
    st.builds(
        Message,
        role=st.sampled_from(["system", "user", "assistant", "tool"]),
        parts=st.lists(PARTS, max_size=3).map(tuple),
        name=MAYBE,
    ),
    max_size=3,
)


@given(MESSAGES)
def test_round_trip(messages: list[Message]) -> None:
    """What comes back is equal, and the text can be written to any file."""
    text = dumps(messages)
    text.encode("utf-8")
    assert loads(text) == tuple(messages)
    assert loads(text.encode()) == tuple(messages)


def test_half_a_surrogate_pair() -> None:
    """A provider may split an emoji between two deltas; what it sent can be saved all the same."""
    messages = (user("é\ud83d"),)
    assert loads(dumps(messages).encode()) == messages
    assert dumps(messages).isascii()


def test_another_process() -> None:
    """Nothing but the text is needed."""
    state = Opaque(provider="toy", data={"signature": "AÿB==", "n": 2**70})
    messages = [user("é", Image(data=b"\x00\xff", mime_type="image/png", opaque=state))]
    code = "import sys, jackfield; print(jackfield.dumps(jackfield.loads(sys.stdin.buffer.read())).encode())"
    done = subprocess.run([sys.executable, "-c", code], input=dumps(messages).encode(), capture_output=True, check=True)
    assert done.stdout.decode().strip() == repr(dumps(messages).encode())


def test_the_format() -> None:
    """It is short, readable, and has a version."""
    assert json.loads(dumps([user("hi", name="me")])) == {
        "jackfield": 1,
        "messages": [{"role": "user", "parts": [{"part": "Text", "text": "hi"}], "name": "me"}],
    }


@attrs.frozen
class Extra:
    """A provider's options for a part."""

    quality: int


@pytest.mark.parametrize(
    "message",
    [
        user(Image(url="https://toy.invalid/x.png", extra=Extra(1))),
        user(Image(url="https://toy.invalid/x.png", extra=object())),
        Message(role="assistant", parts=(ToolCall(id="a", name="f", arguments={"a": {1, 2}}),)),
        "hi",
    ],
)
def test_what_cannot_be_saved(message: Any) -> None:
    """It is refused by name, before anything is written."""
    with pytest.raises(UsageError):
        dumps([message])


def test_what_holds_no_messages() -> None:
    """The caller's mistake is said, not that a number cannot be iterated over."""
    nothing: Any = None
    with pytest.raises(UsageError, match="give a list of messages, not a NoneType"):
        dumps(nothing)


DOCUMENTS: list[tuple[Any, str]] = [
    ([], ""),
    ({}, ""),
    ({"jackfield": 2, "messages": []}, ""),
    ({"jackfield": 1}, "messages"),
    ({"jackfield": 1, "messages": {}}, "messages"),
    ({"jackfield": 1, "messages": ["hi"]}, "messages[0]"),
    ({"jackfield": 1, "messages": [{"role": "boss", "parts": []}]}, "messages[0]"),
    ({"jackfield": 1, "messages": [{"role": "user"}]}, "messages[0].parts"),
    ({"jackfield": 1, "messages": [{"role": "user", "parts": [], "name": 5}]}, "messages[0].name"),
    ({"jackfield": 1, "messages": [{"role": "user", "parts": ["hi"]}]}, "messages[0].parts[0]"),
]
WRONG_PARTS: list[tuple[dict[str, Any], str]] = [
    ({"part": "Opaque"}, ""),
    ({"text": "hi"}, ""),
    ({"part": "Text"}, ""),
    ({"part": "Text", "text": 5}, ".text"),
    ({"part": "Text", "text": "hi", "new": "x"}, ""),
    ({"part": "Text", "text": "hi", "opaque": "x"}, ".opaque"),
    ({"part": "Text", "text": "hi", "opaque": {"provider": 1, "data": {}}}, ".opaque.provider"),
    ({"part": "Text", "text": "hi", "opaque": {"provider": "toy"}}, ".opaque.data"),
    ({"part": "Image", "data": "***", "mime_type": "image/png"}, ".data"),
    ({"part": "Image", "data": 5, "mime_type": "image/png"}, ".data"),
    ({"part": "Image", "url": "x", "file_id": "y"}, ""),
    ({"part": "Image", "url": "x", "mime_type": "audio/wav"}, ""),
    ({"part": "ToolCall", "id": "a", "name": "f", "arguments": []}, ".arguments"),
    ({"part": "ToolResult", "call_id": "a", "name": "f", "content": "x"}, ".content"),
    (
        {"part": "ToolResult", "call_id": "a", "name": "f", "content": [{"part": "Citation"}]},
        ".content",
    ),
    (
        {"part": "ToolResult", "call_id": "a", "name": "f", "content": [], "is_error": 1},
        ".is_error",
    ),
    ({"part": "ServerTool", "kind": "x", "index": True}, ".index"),
]
DOCUMENTS.extend(
    ({"jackfield": 1, "messages": [{"role": "user", "parts": [part]}]}, f"messages[0].parts[0]{where}")
    for part, where in WRONG_PARTS
)


@pytest.mark.parametrize(("document", "path"), DOCUMENTS)
def test_what_is_no_conversation(document: object, path: str) -> None:
    """Each fault is a DecodeError that says where."""
    with pytest.raises(DecodeError) as caught:
        loads(json.dumps(document))
    assert caught.value.path == path


@pytest.mark.parametrize("version", [True, 1.0, "1", 2, None])
def test_another_version(version: object) -> None:
    """Nor is what only looks like a number of it."""
    with pytest.raises(DecodeError, match="not a conversation of version 1"):
        loads(json.dumps({"jackfield": version, "messages": []}))


@pytest.mark.parametrize("text", ["", "{", "\ud83d", b"\xff"])
def test_what_is_no_json(text: str | bytes) -> None:
    """Nor is every text one."""
    with pytest.raises(DecodeError):
        loads(text)


@pytest.mark.parametrize(("given", "reason"), [(user("x"), "give a list of messages"), ([5], "not of an int")])
def test_what_is_no_list_of_messages(given: Any, reason: str) -> None:
    """The error says what to give."""
    with pytest.raises(UsageError, match=reason):
        dumps(given)
