"""A reply, whole or streamed: an event of a stream is a whole answer whose parts are new and whose facts are snapshots.

There is no `[DONE]`: the connection closes. The reply is complete once each candidate that appeared has a
`finishReason`, or the prompt was refused; an end before that is an `IncompleteStream`. Two streams recorded on 2025-08
end after runaway thoughts without any finishReason: by these bytes they are incomplete, and what they delivered is in
`.partial`.

Hot path: an event that only holds text (and usage) is read straight from the decoded JSON; anything else, and
everything in strict mode, goes through the wire types. Usage is a snapshot that every event repeats: the last one is
given once the reply is complete, or at its end.

Source: https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent
"""

from __future__ import annotations  # the wire types are imported by the first reply that needs them

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from jackfield import wire
from jackfield.errors import DecodeError
from jackfield.hookspecs import StreamState
from jackfield.sse import Frame
from jackfield.types.events import (
    Alternative,
    Event,
    Finish,
    ProviderData,
    ReasoningDelta,
    StreamStart,
    TextDelta,
    UsageUpdate,
)
from jackfield.wire import is_object
from jackfield_gemini.candidate import CandidateReader
from jackfield_gemini.finish import block_reason, finish_reason
from jackfield_gemini.replies import PartReader
from jackfield_gemini.shapes import is_list
from jackfield_gemini.usage import usage_of

if TYPE_CHECKING:
    from jackfield_gemini.wiretypes import PromptFeedback

_QUICK_EVENT = frozenset({"candidates", "usageMetadata", "modelVersion", "responseId"})
_QUICK_CANDIDATE = frozenset({"content", "index"})
_PLAIN_CANDIDATE = _QUICK_CANDIDATE | {"finishReason", "avgLogprobs", "safetyRatings", "tokenCount"}
_NAMED = frozenset({str, type(None)})


@attrs.define(eq=False, repr=False)
class GeminiParser:
    """Decodes one reply; see `jackfield.hookspecs.StreamParser`.

    Attributes:
        strict: unknown fields and words are errors.
        in_stream: an error object is one that came in a stream.
    """

    strict: bool = False
    in_stream: bool = True
    state: StreamState = StreamState.OPEN
    opening: Sequence[Event] = ()
    _candidates: dict[int, CandidateReader] = attrs.field(factory=dict[int, CandidateReader], init=False)
    _started: bool = attrs.field(default=False, init=False)
    _usage: Mapping[str, Any] | None = attrs.field(default=None, init=False)

    def feed(self, frame: Frame) -> Sequence[Event]:
        """The events of one answer. Raises as `StreamParser.feed` does."""
        chunk = wire.loads(frame.data)
        if not self.strict and is_object(chunk):
            events = self._quick(chunk) if 0 in self._candidates else None
            if events is None:
                events = self._plain(chunk)
            if events is not None:
                return events
        if is_list(chunk) and chunk:  # what the method answers without `alt=sse`
            return [event for one in chunk for event in self._answer(one, frame.data)]
        return self._answer(chunk, frame.data)

    def close(self) -> Sequence[Event]:
        """The sources, if they came after the finish reason or there was none."""
        return [*(event for index in sorted(self._candidates) for event in self._closing(index)), *self._last_usage()]

    @property
    def empty(self) -> bool:
        """Whether there was neither a candidate nor a refusal of the prompt."""
        return self.state is StreamState.OPEN and not self._candidates

    # --- the hot path ------------------------------------------------------------------------------------------------

    def _quick(self, chunk: Mapping[str, Any]) -> Sequence[Event] | None:
        """The events of a chunk that only holds text of the first candidate; None: it is no such chunk."""
        if not _QUICK_EVENT.issuperset(chunk):
            return None
        try:
            (candidate,) = chunk["candidates"]
            if not _QUICK_CANDIDATE.issuperset(candidate) or candidate.get("index", 0) != 0:
                return None
            events = _quick_parts(candidate["content"]["parts"])
            usage = chunk["usageMetadata"]
            if events is None or not is_object(usage):
                return None
        except (KeyError, TypeError, ValueError, AttributeError):
            return None  # of another shape: the wire types say what is wrong with it, if anything
        self._usage = usage
        text = self._candidates[0].text
        for event in events:
            if type(event) is TextDelta:
                text.append(event.text)
        return events

    def _plain(self, chunk: Mapping[str, Any]) -> Sequence[Event] | None:
        """The events of a first, last or only answer that holds text, ids, a finish reason and usage; else None."""
        try:
            (candidate,) = chunk["candidates"]
            found = _quick_parts(candidate["content"]["parts"])
            words = [chunk.get("responseId"), chunk.get("modelVersion"), candidate.get("finishReason")]
            others = candidate.keys() - _PLAIN_CANDIDATE or chunk.keys() - _QUICK_EVENT or candidate.get("index", 0)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None  # as above
        usage = chunk.get("usageMetadata")
        plain = not others and _NAMED.issuperset(map(type, words)) and (usage is None or is_object(usage))
        if found is None or not plain:
            return None
        self._usage = self._usage if usage is None else usage
        return self._ended(words, found, candidate)

    def _ended(self, words: Sequence[str | None], found: list[Event], candidate: Mapping[str, Any]) -> list[Event]:
        """The events of a plain answer, with those of its beginning and end."""
        reply_id, model, word = words
        events = [] if self._started else [self._start(reply_id, model)]
        reader = self._candidates.get(0)
        if reader is None:
            reader = self._candidates[0] = CandidateReader(PartReader(reply_id or ""))
        reader.text += [event.text for event in found if type(event) is TextDelta]
        events += [*found, *reader.facts(candidate)]
        if word:
            reader.finished = True
            events += [*reader.close(), Finish(reason=finish_reason(word, strict=False), raw=word)]
        self._set_state()
        return events if self.state is StreamState.OPEN else [*events, *self._last_usage()]

    # --- everything --------------------------------------------------------------------------------------------------

    def _answer(self, value: Any, body: bytes) -> list[Event]:
        chunk: Mapping[str, Any] = value if is_object(value) else {}
        if chunk.get("error"):
            from jackfield_gemini.errors import error_of

            raise error_of(chunk, status=None, body=body, in_stream=self.in_stream)
        from jackfield_gemini.wiretypes import GenerateContentResponse

        answer = wire.structure(value, GenerateContentResponse, strict=self.strict)
        events: list[Event] = []
        if not self._started:
            events.append(self._start(answer.response_id, answer.model_version))
        raws: Sequence[Mapping[str, Any]] = chunk.get("candidates", ())
        for candidate, raw in zip(answer.candidates, raws, strict=True):
            reader = self._candidates.get(candidate.index)
            if reader is None:
                reader = self._candidates[candidate.index] = CandidateReader(PartReader(answer.response_id or ""))
            found = reader.read(candidate, raw, strict=self.strict)
            events += _bare(candidate.index, found)
        if answer.prompt_feedback is not None:
            events += self._feedback(answer.prompt_feedback, chunk["promptFeedback"])
        if chunk.get("modelStatus"):
            events.append(ProviderData(data={"modelStatus": chunk["modelStatus"]}))
        if answer.usage_metadata is not None:
            self._usage = chunk["usageMetadata"]
        self._set_state()
        return events if self.state is StreamState.OPEN else [*events, *self._last_usage()]

    def _last_usage(self) -> list[Event]:
        usage, self._usage = self._usage, None
        return [] if usage is None else [UsageUpdate(usage=usage_of(usage, strict=self.strict))]

    def _start(self, reply_id: str | None, model: str | None) -> Event:
        self._started = True
        return StreamStart(id=reply_id, model=model and model.removeprefix("models/"))

    def _feedback(self, feedback: PromptFeedback, raw: Mapping[str, Any]) -> list[Event]:
        events: list[Event] = [ProviderData(data={"promptFeedback": raw})] if raw else []
        if feedback.block_reason and not self._candidates:
            reason = block_reason(feedback.block_reason, strict=self.strict)
            events.append(Finish(reason=reason, raw=feedback.block_reason, message=feedback.block_reason_message))
            self.state = StreamState.COMPLETE
        return events

    def _set_state(self) -> None:
        if self._candidates:
            whole = all(reader.finished for reader in self._candidates.values())
            self.state = StreamState.COMPLETE if whole else StreamState.OPEN

    def _closing(self, index: int) -> list[Event]:
        return _bare(index, self._candidates[index].close())


def _bare(index: int, events: Sequence[Event]) -> list[Event]:
    """The first candidate's events as they are, another one's with its number."""
    if index < 0:
        raise DecodeError(f"a candidate cannot have the index {index}", path="candidates")
    return [Alternative(index=index, event=event) for event in events] if index else list(events)


def _quick_parts(parts: Sequence[Mapping[str, Any]]) -> list[Event] | None:
    """The events of parts that are plain text or plain thoughts; None: there is something else among them."""
    events: list[Event] = []
    for part in parts:
        text = part["text"]
        thought = len(part) > 1 and part["thought"]  # KeyError: it is something else, which is for the callers to see
        if type(text) is not str or type(thought) is not bool or len(part) > 2:
            return None
        if text:
            events.append(ReasoningDelta(text) if thought else TextDelta(text))
    return events
