"""Reasoning written into the text between think tags, split the same way in whole and in streamed replies.

Three shapes occur: opened and closed; opened and never closed (a token limit cut it); closed and never opened (the
opening tag was part of the prompt). The opening tag counts only as the first thing that is not white space: a model may
write about the tag. A closing tag without an opening one counts only for models that are known for it
(`unopened=True`); then the text so far is declared to have been reasoning by one `TextWasReasoning` event, so that
nothing has to be held back.

A tag may be split over chunks: at most its length is held back.
"""

from collections.abc import Sequence
from enum import Enum

from jackfield.types.events import Event, ReasoningDelta, TextDelta, TextWasReasoning

OPENING = "<think>"
CLOSING = "</think>"


class _Where(Enum):
    START = "nothing but white space so far"
    INSIDE = "between the tags"
    UNOPENED = "in text that may turn out to have been reasoning"
    ANSWER = "in the answer; tags are text"


class ThinkSplitter:
    """Splits one reply; `done` means that what follows is plain text and need not be fed."""

    def __init__(self, *, unopened: bool = False) -> None:
        """With `unopened`, a closing tag counts although none was opened."""
        self._unopened = unopened
        self._where = _Where.START
        self._held = ""

    @property
    def done(self) -> bool:
        """Whether every further character is text."""
        return self._where is _Where.ANSWER and not self._held

    def feed(self, text: str) -> Sequence[Event]:
        """The events of this piece of text."""
        events: list[Event] = []
        self._held += text
        while self._step(events):
            pass
        return events

    def close(self) -> Sequence[Event]:
        """The events of what was held back."""
        rest, self._held = self._held, ""
        if not rest:
            return ()
        return (ReasoningDelta(rest) if self._where is _Where.INSIDE else TextDelta(rest),)

    def _step(self, events: list[Event]) -> bool:
        """Consume what can be decided; True if there may be more."""
        if not self._held:
            return False
        if self._where is _Where.START:
            return self._start(events)
        if self._where is _Where.ANSWER:
            events.append(TextDelta(self._take(len(self._held))))
            return False
        return self._until_closed(events)

    def _start(self, events: list[Event]) -> bool:
        rest = self._held.lstrip()
        if not OPENING.startswith(rest) and not rest.startswith(OPENING):
            self._where = _Where.UNOPENED if self._unopened else _Where.ANSWER
            return True
        blank = len(self._held) - len(rest)
        if blank:
            events.append(TextDelta(self._take(blank)))
        if not rest.startswith(OPENING):
            return False
        self._take(len(OPENING))
        self._where = _Where.INSIDE
        return True

    def _until_closed(self, events: list[Event]) -> bool:
        inside = self._where is _Where.INSIDE
        delta = ReasoningDelta if inside else TextDelta
        found = self._held.find(CLOSING)
        ready = found if found >= 0 else len(self._held) - _overlap(self._held, CLOSING)
        if ready:
            events.append(delta(self._take(ready)))
        if found < 0:
            return False
        self._take(len(CLOSING))
        self._where = _Where.ANSWER
        if not inside:
            events.append(TextWasReasoning())
        return True

    def _take(self, count: int) -> str:
        taken, self._held = self._held[:count], self._held[count:]
        return taken


def _overlap(text: str, tag: str) -> int:
    """How many characters at the end of text may be the start of tag."""
    for length in range(min(len(tag) - 1, len(text)), 0, -1):
        if text.endswith(tag[:length]):
            return length
    return 0
