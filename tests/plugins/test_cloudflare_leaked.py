"""Calls that were written as text: told by default, turned into calls on request, and never guessed at."""

import json
from typing import Any

import pytest
from tests.plugins.cloudflare_samples import ADD, decode, enveloped, request, stream

from jackfield.errors import IncompleteStream
from jackfield_cloudflare import CloudflareOptions
from jackfield_cloudflare.leaked import MAX_CHARACTERS, leaked_calls

JSON_CALL = '{"name": "add", "parameters": {"a": 1}}'
BLOCKS = "<tool_call>\n{'arguments': {'a': 1, 'b': None}, 'name': 'add'}\n</tool_call>\n" * 2
CONVERTED = request(tools=(ADD,), extra=CloudflareOptions(text_tool_calls=True))


def pieces(text: str, size: int) -> list[dict[str, str]]:
    """The text as the events of a stream."""
    return [{"response": text[at : at + size]} for at in range(0, len(text), size)]


CASES: list[tuple[str, list[Any]]] = [
    (JSON_CALL, [{"a": 1}]),
    ('\n{"type": "function", "name": "add", "parameters": {"a": 1}} ', [{"a": 1}]),
    ('{"name": "add", "arguments": {}}', [{}]),
    (BLOCKS, [{"a": 1, "b": None}] * 2),
    ('{"name": "sub", "parameters": {}}', []),
    ('{"name": "add"}', []),
    ('{"name": "add", "parameters": "a"}', []),
    ('{"name": ["add"], "parameters": {}}', []),
    (JSON_CALL + " there you are", []),
    ("Sure: " + JSON_CALL, []),
    (BLOCKS + "and so on", []),
    ("<tool_call>{'name': 'add', 'parameters': {1, 2}}</tool_call>", []),
    ("<tool_call>{'name': 'add', 'parameters': {'a': {1}}}</tool_call>", []),
    ("<tool_call>__import__('os')</tool_call>", []),
    ("{" * 5000, []),
    ("", []),
]
"""Text, and the arguments of the calls that it is."""


@pytest.mark.parametrize(("text", "arguments"), CASES)
def test_what_is_a_call(text: str, arguments: list[Any]) -> None:
    """The whole text, of an offered tool, with an object for arguments; nothing is evaluated."""
    found = leaked_calls(text, frozenset({"add"}))
    assert [(name, json.loads(raw)) for name, raw in found] == [("add", one) for one in arguments]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_told(size: int) -> None:
    """By default the text stays as it is, and a notice says what it looks like."""
    chunks = pieces(JSON_CALL, size)
    offered = request(tools=(ADD,))
    for result in (stream(chunks, offered), decode(enveloped({"response": JSON_CALL}), offered)):
        assert (result.text, result.tool_calls) == (JSON_CALL, ())
        assert [notice.code for notice in result.warnings] == ["tool-call-as-text"]


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize(("text", "count"), [(JSON_CALL, 1), (BLOCKS, 2)])
def test_turned_into_calls(size: int, text: str, count: int) -> None:
    """On request it is the calls, whole and streamed, and no text is left."""
    chunks = pieces(text, size)
    for result in (stream(chunks, CONVERTED), decode(enveloped({"response": text}), CONVERTED)):
        assert [(call.name, call.arguments["a"]) for call in result.tool_calls] == [("add", 1)] * count
        assert (result.text, result.warnings) == ("", ())


@pytest.mark.parametrize(
    "text", ["Ahoy", "{", '{"name": "sub", "parameters": {}}', "<tool", "  ", "{" + "x" * MAX_CHARACTERS + "}"]
)
def test_text_stays_text(text: str) -> None:
    """Text that turns out to be none is delivered whole."""
    chunks = pieces(text, 7)
    assert stream(chunks, CONVERTED).text == text
    assert decode(enveloped({"response": text}), CONVERTED).text == text


def test_a_cut_stream_delivers_what_was_held_back() -> None:
    """Held back text is part of the partial answer, and half a call is no call."""
    with pytest.raises(IncompleteStream) as caught:
        stream([{"response": JSON_CALL}], CONVERTED, done=False)
    assert (caught.value.partial.text, caught.value.partial.tool_calls) == (JSON_CALL, ())


def test_real_calls_end_the_watch() -> None:
    """Text beside real calls is text."""
    chunks = [
        {"response": '{"note": '},
        {"tool_calls": [{"index": 0, "id": "c", "function": {"name": "add", "arguments": "{}"}}]},
        {"response": "1}"},
    ]
    result = stream(chunks, CONVERTED)
    assert (result.text, len(result.tool_calls)) == ('{"note": 1}', 1)


def test_without_tools_nothing_is_watched() -> None:
    """A JSON answer is not taken for a call."""
    assert decode(enveloped({"response": JSON_CALL})).warnings == ()
