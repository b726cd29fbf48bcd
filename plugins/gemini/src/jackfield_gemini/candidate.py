"""One candidate of a reply: its parts, and the facts that come beside them.

Rules: parts are new in each event of a stream, every fact beside them is a snapshot of which the last one that is not
empty counts, member by member; sources become citations when the candidate finishes, so that the text they point into
is known.
"""

from __future__ import annotations  # the wire types are imported by the first reply that needs them

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import attrs

from jackfield import wire
from jackfield.types.events import Event, Finish, LogprobsDelta, ProviderData, TextDelta
from jackfield.types.parts import Citation
from jackfield.types.results import TokenLogprob
from jackfield_gemini.finish import finish_reason
from jackfield_gemini.replies import PartReader

if TYPE_CHECKING:
    from jackfield_gemini.wiretypes import (
        Candidate,
        LogprobCandidate,
        LogprobsResult,
        TopCandidates,
    )

Json = Mapping[str, Any]

_MERGED = ("groundingMetadata", "urlContextMetadata", "citationMetadata")
_NONE: Json = {}
_KEPT = ("safetyRatings", "avgLogprobs", "tokenCount", "continuationToken", "groundingAttributions")


@attrs.define(eq=False, repr=False)
class CandidateReader:
    """Reads one candidate through all events of its reply.

    Attributes:
        parts: reads the parts, and makes up ids for calls without one.
        text: the answer so far, in pieces.
        finished: a finish reason came.
    """

    parts: PartReader = attrs.field(factory=PartReader)
    text: list[str] = attrs.field(factory=list[str])
    finished: bool = False
    _pieces_before: list[int] = attrs.field(factory=list[int], init=False)
    _sources: dict[str, Any] = attrs.field(factory=dict[str, Any], init=False)
    _cited: bool = attrs.field(default=True, init=False)

    def read(self, candidate: Candidate, raw: Json, *, strict: bool) -> list[Event]:
        """The events of this candidate in one answer or event.

        Raises:
            DecodeError: a part is not of its type, or `strict` and something is unknown.
        """
        events: list[Event] = []
        if candidate.content is not None:
            events += self._content(candidate.content.parts, strict=strict)
        if candidate.logprobs_result is not None:
            events += _logprobs(candidate.logprobs_result)
        events += self.facts(raw)
        if candidate.finish_reason:
            self.finished = True
            events += self.close()
            reason = finish_reason(candidate.finish_reason, strict=strict)
            events.append(Finish(reason=reason, raw=candidate.finish_reason, message=candidate.finish_message))
        return events

    def close(self) -> list[Event]:
        """The citations of the sources that have come since the last time."""
        if self._cited:
            return []
        from jackfield_gemini.grounding import Answer, citations, fetched, recitations

        self._cited = True
        sizes = [0, *accumulate(len(piece.encode("utf-8", "surrogatepass")) for piece in self.text)]
        answer = Answer("".join(self.text), tuple(sizes[count] for count in self._pieces_before))
        events: list[Event] = []
        if grounding := self._sources.get("groundingMetadata"):
            from jackfield_gemini.wiretypes import GroundingMetadata

            events += citations(wire.structure(grounding, GroundingMetadata), grounding, answer)
        if cited := self._sources.get("citationMetadata"):
            from jackfield_gemini.wiretypes import CitationMetadata

            events += recitations(wire.structure(cited, CitationMetadata), cited, answer)
        if pages := self._sources.get("urlContextMetadata"):
            from jackfield_gemini.wiretypes import UrlContextMetadata

            named = {event.url for event in events if isinstance(event, Citation)}
            events += fetched(wire.structure(pages, UrlContextMetadata), pages, named)
        return events

    def _content(self, parts: Sequence[Json], *, strict: bool) -> list[Event]:
        events: list[Event] = []
        for raw in parts:
            self._pieces_before.append(len(self.text))
            event = self.parts.read(raw, strict=strict)
            if type(event) is TextDelta:
                self.text.append(event.text)
            if event is not None:
                events.append(event)
        return events

    def facts(self, raw: Json) -> list[Event]:
        """The facts beside the parts, as far as they have changed."""
        facts: dict[str, Any] = {key: raw[key] for key in _KEPT if raw.get(key)}
        for key in _MERGED:
            news = {name: value for name, value in (raw.get(key) or _NONE).items() if value}
            if news:
                facts[key] = self._sources[key] = {**self._sources.get(key, {}), **news}
                self._cited = False
        return [ProviderData(data=facts)] if facts else []


def _logprobs(result: LogprobsResult) -> list[Event]:
    """The chosen tokens with the likeliest ones at their positions; either list may be the longer one."""
    tops: list[tuple[TokenLogprob, ...]] = [_top(one) for one in result.top_candidates]
    missing = len(result.chosen_candidates) - len(tops)
    tops += [()] * missing
    tokens = tuple(_token(chosen, top) for chosen, top in zip(result.chosen_candidates, tops, strict=False))
    events: list[Event] = [LogprobsDelta(tokens=tokens)] if tokens else []
    if result.log_probability_sum is not None:
        events.append(ProviderData(data={"logProbabilitySum": result.log_probability_sum}))
    return events


def _top(candidates: TopCandidates) -> tuple[TokenLogprob, ...]:
    return tuple(
        TokenLogprob(token=one.token, logprob=one.log_probability, token_id=one.token_id)
        for one in candidates.candidates
    )


def _token(chosen: LogprobCandidate, top: tuple[TokenLogprob, ...]) -> TokenLogprob:
    """The chosen token; gemini-2.5-flash gives it another one's probability, its own stands in the list (2025-08)."""
    same = next((one for one in top if one.token_id == chosen.token_id is not None), None)
    logprob = chosen.log_probability if same is None else same.logprob
    return TokenLogprob(token=chosen.token, logprob=logprob, token_id=chosen.token_id, top=top)
