"""A stream that is cut before its terminal event is never taken for a whole reply."""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from tests.corpus.recordings import Interaction, parametrize
from tests.corpus.replies import TERMINAL, session

from jackfield.errors import IncompleteStream, ProviderError
from jackfield.session import StreamSession
from jackfield.types.events import Event, ReasoningDelta, TextDelta, TextWasReasoning
from jackfield.types.parts import ToolCall
from jackfield.types.results import Result

pytestmark = pytest.mark.corpus

EVENT_END = re.compile(rb"(?:\r\n\r\n|\n\n)")


def wire_events(body: bytes) -> Iterator[bytes]:
    """The events of the body, as bytes with their ends."""
    start = 0
    for end in EVENT_END.finditer(body):
        yield body[start : end.end()]
        start = end.end()


def delivered(events: Sequence[Event]) -> tuple[str, str, list[ToolCall]]:
    """Text, reasoning and calls, added up in the plainest way."""
    text, reasoning, calls = "", "", list[ToolCall]()
    for event in events:
        if isinstance(event, TextDelta):
            text += event.text
        elif isinstance(event, ReasoningDelta):
            reasoning += event.text
        elif isinstance(event, TextWasReasoning):
            text, reasoning = "", reasoning + text
        elif isinstance(event, ToolCall):
            calls.append(event)
    return text, reasoning, calls


def cut(reading: StreamSession) -> tuple[Sequence[Event], Result[None]]:
    """End the bytes here: the events that were still held back, and the partial result."""
    reading = copy.deepcopy(reading)
    held_back: Sequence[Event] = ()
    with pytest.raises(IncompleteStream) as caught:
        held_back = reading.close()
        reading.close()
    return held_back, caught.value.partial


def check_partial(partial: Result[None], events: Sequence[Event], expected: Mapping[str, Any]) -> None:
    """The partial result is what was delivered; a call in it is whole."""
    text, reasoning, calls = delivered(events)
    assert (partial.text, partial.reasoning) == (text, reasoning)
    arguments = [call["arguments"] for call in expected["tool_calls"]]
    assert all(call.error is None and call.arguments in arguments for call in (*calls, *partial.tool_calls))
    assert len(partial.tool_calls) >= len(calls)


@parametrize("chat", streamed=True)
def test_cut_at_every_event(interaction: Interaction) -> None:
    """At each boundary before the terminal event: IncompleteStream, with exactly what was delivered."""
    events_on_the_wire = list(wire_events(interaction.response.body))
    terminal = [
        number for number, event in enumerate(events_on_the_wire) if TERMINAL[interaction.provider].search(event)
    ]
    reading = session(interaction)
    events = list(reading.open())
    failed = interaction.expected["error"] is not None
    boundaries = terminal[0] if terminal else len(events_on_the_wire) - failed
    for event in events_on_the_wire[:boundaries]:
        events += reading.feed(event)
        held_back, partial = cut(reading)
        check_partial(partial, [*events, *held_back], interaction.expected)
    assert terminal or failed or interaction.expected["finish_reason"] is None
    if failed:
        with pytest.raises(ProviderError):
            reading.feed(events_on_the_wire[boundaries])
