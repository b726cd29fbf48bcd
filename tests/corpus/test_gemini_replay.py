"""Every recorded Gemini reply goes back as it came: stored, loaded, sent, each signature bit for bit on its part."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.corpus.recordings import Interaction, expectations, places, plugin
from tests.corpus.replies import read

from jackfield.conversation import dumps, loads
from jackfield.types.messages import user
from jackfield.types.requests import GenerateRequest

pytestmark = pytest.mark.corpus

Json = Mapping[str, Any]

ANSWERED = [
    pytest.param((path, number), id=f"{path.removesuffix('.json')}:{number}")
    for path, number in places("chat")
    if path.startswith("gemini/") and expectations()[path][number]["status"] == 200
]


def recorded(interaction: Interaction) -> Iterator[Json]:
    """The parts of the answer as they arrived, one event after the other."""
    body = interaction.response.body.decode()
    events = [line.removeprefix("data: ") for line in body.splitlines() if line.startswith("data: ")]
    for text in events if interaction.streamed else [body]:
        for candidate in json.loads(text)["candidates"]:
            yield from candidate.get("content", {}).get("parts", ())


def joined(parts: Iterator[Json]) -> list[Json]:
    """Neighbours that hold nothing but text, or nothing but thoughts, are one part; empty ones are none."""
    made: list[dict[str, Any]] = []
    for part in parts:
        plain = part.keys() <= {"text", "thought"}
        last = made[-1] if made else {}
        if plain and last.keys() == part.keys():
            last["text"] += part["text"]
        elif not plain or part["text"]:
            made.append(dict(part))
    return list(made)


@pytest.mark.parametrize("interaction", ANSWERED, indirect=True)
def test_goes_back_as_it_came(interaction: Interaction) -> None:
    """Decode, dumps, loads, encode: the model's turn holds the parts of the answer."""
    message = read(interaction).message
    (stored,) = loads(dumps([message]))
    assert stored == message
    one = plugin("gemini")
    conversation = (user("Hi"), stored, user("Go on"))
    request = GenerateRequest(model=interaction.model, messages=conversation)
    http = one.hooks.encode_request(request=request, settings=one.settings)
    turns = [content["parts"] for content in json.loads(http.body)["contents"] if content["role"] == "model"]
    parts = joined(recorded(interaction))
    assert turns == ([parts] if parts else [])
    assert http.notices == ()
