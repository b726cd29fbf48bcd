"""What chat-completions simulators share: bodies to prompts, tables that refuse, and a walk over schemas."""

import base64
from typing import Any

import pytest

from jackfield.http import HttpRequest, Secret
from jackfield.testing.chat_completions import prompt_of, turns_of
from jackfield.testing.chat_tables import content_of, nodes, open_objects, tool_name
from jackfield.testing.checking import (
    Refused,
    body_of,
    either,
    fields,
    header,
    key_is_bad,
    listed,
    nullable,
    one_of,
    real,
    record,
    sequence,
    text,
    whole,
)

BODY: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}


def test_parts_become_text_and_sights() -> None:
    """Texts are joined, pictures are looked at or named, documents are written out."""
    data = base64.b64encode(b"GIF89a\x03\x00\x02\x00").decode()
    parts = [
        {"type": "text", "text": "one"},
        {"type": "document", "document": {"data": {"two": 2}}},
        {"type": "image_url", "image_url": {"url": f"data:image/gif;base64,{data}"}},
        {"type": "image", "image": "https://example.com/a.png"},
    ]
    [turn] = turns_of([{"role": "developer", "content": parts}])
    assert (turn.role, turn.text) == ("system", 'one\n{"two": 2}')
    assert ["3 x 2 pixels" in turn.sights[0].facts, "not fetched" in str(turn.sights[1])] == [True, True]


@pytest.mark.parametrize(
    "message",
    [
        {"role": "robot"},
        {"role": "tool", "tool_call_id": "c", "content": "x"},
        {"role": "user", "content": [{"type": "smell"}]},
        {"role": "user", "content": [{"type": "image", "image": "data:image/png;base64,a"}]},
        {"role": "user", "content": [{"type": "image", "image": "data:image/png;base64,ä"}]},
    ],
)
def test_messages_that_make_no_sense(message: dict[str, Any]) -> None:
    """Each is refused, with the place."""
    with pytest.raises(Refused) as refused:
        turns_of([message])
    assert refused.value.param


def test_results_know_their_tool() -> None:
    """By the call's id; one that begins with an error has failed."""
    call = {"id": "c", "function": {"name": "add", "arguments": "{}"}}
    turns = turns_of([
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": "Error: no"},
    ])  # fmt: skip
    assert (turns[1].tool, turns[1].failed) == ("add", True)


def test_options() -> None:
    """One stop sequence or several, either limit, log probabilities only if they are switched on."""
    assert prompt_of(BODY | {"stop": "x", "max_tokens": 3}).stop == ("x",)
    assert prompt_of(BODY | {"max_tokens": 3, "max_completion_tokens": 4}).max_tokens == 4
    assert prompt_of(BODY | {"top_logprobs": 3}).top_logprobs is None
    assert prompt_of(BODY | {"logprobs": True}).top_logprobs == 0
    with pytest.raises(Refused, match="none of the tools"):
        prompt_of(BODY | {"tool_choice": {"function": {"name": "x"}}})


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (text, "x", 1),
        (whole(1, 2), 2, 3),
        (whole(1), 5, True),
        (whole(), -5, 0.5),
        (real(0, 1), 0.5, -0.1),
        (real(), 1, "1"),
        (one_of("a", "b"), "a", "c"),
        (nullable(text), None, 1),
        (either(text, whole()), 1, []),
        (listed(text, 2), ["a"], ["a", "b", "c"]),
        (listed(text), ["a"], "a"),
        (listed(text), [], [1]),
        (fields({"a": text}), {"a": "x"}, {"b": "x"}),
        (fields({"a": text}, required=("a",)), {"a": "x"}, {}),
        (fields({"a": text}), {}, []),
        (tool_name, "a-b_1", "a b"),
        (content_of({"text": fields({"type": text, "text": text})}), [{"type": "text", "text": "x"}], [{"type": "x"}]),
    ],
)
def test_checks(check: Any, good: Any, bad: Any) -> None:
    """Each takes what it is for, and says what is wrong with anything else."""
    assert check(good) is None
    assert isinstance(check(bad), str)


def test_edges_of_json() -> None:
    """What is no object or list is an empty one; a body must be an object."""
    assert (record([1]), record(None), sequence({"a": 1}), sequence(None)) == ({}, {}, [], [])
    for body in (b"", b"[]", b"{"):
        with pytest.raises(Refused):
            body_of(HttpRequest(url="http://x", body=body))


def test_keys() -> None:
    """Secrets are read like texts; empty and bad ones are refused."""
    request = HttpRequest(url="http://x", headers={"a": Secret("k"), "b": "v"})
    assert (header(request, "a"), header(request, "b"), header(request, "c")) == ("k", "v", "")
    assert [key_is_bad(key) for key in ("", "bad-key", "BAD", "k")] == [True, True, True, False]


def test_schemas_are_walked() -> None:
    """Every object is met once, with its place; examples and constants are none."""
    schema = {
        "type": "object",
        "properties": {
            "properties": {"type": "object", "additionalProperties": False},
            "b": {"anyOf": [{"type": "object"}]},
        },
        "default": {"type": "object"},
    }
    assert [place for place, _ in nodes(schema)] == [
        "#", "#/properties", "#/properties/properties", "#/properties/b", "#/properties/b/anyOf/0",
    ]  # fmt: skip
    assert [place for place, _ in open_objects(schema)] == ["#", "#/properties/b/anyOf/0"]
