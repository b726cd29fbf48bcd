"""Streams: equal to the whole reply, whatever the cuts between the bytes; an end too early is IncompleteStream."""

from collections.abc import Container
from typing import Any

import pytest

from jackfield.errors import DecodeError, IncompleteStream, ProviderError
from jackfield.hookspecs import StreamState
from jackfield.testing.contract import wirejson
from jackfield.testing.contract.base import ContractBase
from jackfield.testing.contract.replies import check_calls
from jackfield.testing.contract.subject import ADD, PLAIN, SUMS, Reading, Sample, Subject, frames_of
from jackfield.testing.contract.verdict import broken, cannot_show
from jackfield.types.results import Result

MOST_SPLITS = 400


def said(result: "Result[Any]") -> tuple[Any, ...]:
    """What a reply says: text, reasoning, calls, how it ended and what it cost."""
    calls = [(call.name, call.arguments, call.arguments_raw) for call in result.tool_calls]
    usage = result.usage
    counts = None if usage is None else (usage.input_tokens, usage.output_tokens, usage.total_tokens)
    return result.text, result.reasoning, calls, result.finish_reason, result.finish_reason_raw, counts


class Streams(ContractBase):
    """Answers that come in pieces."""

    def test_stream_equals_whole(self, subject: Subject) -> None:
        """The same question, whole and streamed, gives the same text, reasoning, state, finish reason and usage."""
        _compare(subject, PLAIN, self.excused)

    def test_streamed_tool_calls(self, subject: Subject) -> None:
        """Streamed calls are assembled like whole ones: as many, none merged, none with half its arguments."""
        if "tools" not in subject.info.capabilities.options:
            pytest.skip(f"{subject.id} takes no tools")
        _compare(subject, SUMS, self.excused, tools=(ADD,))
        result = _read(subject, _stream(subject, SUMS, tools=(ADD,))).result
        if result.tool_calls:
            check_calls(subject, result, ends="finish_reason" not in self.excused)

    def test_split_anywhere(self, subject: Subject) -> None:
        """The bytes one by one, and in two at any place, give the events of the whole."""
        for prompt, options in _cases(subject):
            sample = _stream(subject, prompt, **options)
            body = sample.reply.content
            expected = said(_read(subject, sample).result)
            step = max(1, len(body) // MOST_SPLITS)
            ways = [[body[at : at + 1] for at in range(len(body))]]
            ways += [[body[:at], body[at:]] for at in range(1, len(body), step)]
            for chunks in ways:
                reading = subject.read(sample, chunks)
                if reading.error is not None or said(reading.result) != expected:
                    where = f"split at byte {len(chunks[0])}" if len(chunks) == 2 else "byte by byte"
                    broken(subject.id, "streams", f"the stream, {where}, gives something else: {reading.error}")

    def test_parsers_are_apart(self, subject: Subject) -> None:
        """Two streams read in turns do not mix: a parser holds its own state and nothing else does."""
        sample = _stream(subject, PLAIN)
        expected = said(_read(subject, sample).result)
        readings = (Reading(subject.session(sample)), Reading(subject.session(sample)))
        for piece in _pieces(sample):
            for reading in readings:
                reading.events += [] if reading.session.done else reading.session.feed(piece)
        for reading in readings:
            reading.run(())
            if said(reading.result) != expected:
                broken(subject.id, "streams", "two streams that are read in turns mix: a parser shares state")

    def test_terminal_event(self, subject: Subject) -> None:
        """After the last event the stream is complete; before the first one it is not."""
        sample = _stream(subject, PLAIN)
        _, parser = subject.parser(sample)
        if parser.state is not StreamState.OPEN:
            broken(subject.id, "cut-streams", f"a new parser's state is {parser.state}, expected OPEN")
        for frame in frames_of(sample.reply):
            subject.ours(lambda frame=frame: parser.feed(frame))  # type: ignore[misc]  # bound now
        if parser.state is StreamState.OPEN:
            broken(subject.id, "streams", "the simulator's whole stream leaves the parser OPEN: no terminal event")

    def test_cut(self, subject: Subject) -> None:
        """Cut at any event before its terminal one, a stream is an IncompleteStream with exactly what was delivered."""
        for prompt, options in _cases(subject):
            sample = _stream(subject, prompt, **options)
            whole = _read(subject, sample).result
            pieces = _pieces(sample)
            for end in range(len(pieces)):
                reading = subject.read(sample, pieces[:end])
                where = f"cut after {end} of {len(pieces)} events"
                if reading.error is None:
                    if said(reading.result)[:4] != said(whole)[:4]:
                        broken(subject.id, "cut-streams", f"{where}, the stream counts as complete")
                elif not isinstance(reading.error, IncompleteStream):
                    broken(subject.id, "cut-streams", f"{where}, it raises {reading.error!r}")
                else:
                    _check_partial(subject, reading, whole, where)

    def test_error_in_stream(self, subject: Subject) -> None:
        """The provider's error event is a ProviderError, with what came before it."""
        sample = _stream(subject, PLAIN)
        reply = subject.answer(subject.prepare(sample.request).http, fault="stream_error_after=2")
        if reply.content == sample.reply.content or not reply.streamed:
            cannot_show(subject.id, "errors", "the simulator sends no error event when asked to")
        reading = subject.read(Sample(sample.request, reply), [reply.content])
        if not isinstance(reading.error, ProviderError):
            broken(subject.id, "errors", f"an error event in the stream ended as {reading.error!r}")
        if reading.error.partial is None or reading.error.partial.text != reading.delivered().text:
            broken(subject.id, "errors", "the error in the stream does not carry what was delivered before it")

    def test_unknown_fields_in_stream(self, subject: Subject) -> None:
        """A field that nobody knows, in any event, breaks nobody; in strict mode it is a DecodeError."""
        sample = _stream(subject, PLAIN)
        expected = said(_read(subject, sample).result)
        for place, value in enumerate(wirejson.frame_values(sample.reply)):
            if value is None:
                continue
            pieces = wirejson.restreamed(sample.reply, place, wirejson.with_strange_field(value, ()))
            lenient = subject.read(sample, pieces)
            if lenient.error is not None or said(lenient.result) != expected:
                broken(subject.id, "unknown-fields", f"an unknown field in event {place} breaks it: {lenient.error}")
            if not isinstance(subject.read(sample, pieces, strict=True).error, DecodeError):
                broken(subject.id, "unknown-fields", f"an unknown field in event {place} is accepted in strict mode")


def _cases(subject: Subject) -> list[tuple[str, dict[str, Any]]]:
    cases: list[tuple[str, dict[str, Any]]] = [(PLAIN, {})]
    if "tools" in subject.info.capabilities.options and _streams_calls(subject):
        cases.append((SUMS, {"tools": (ADD,)}))
    return cases


def _streams_calls(subject: Subject) -> bool:
    try:
        sample = _stream(subject, SUMS, tools=(ADD,))
    except pytest.skip.Exception:
        return False
    return bool(subject.read(sample, [sample.reply.content]).result.tool_calls)


def _stream(subject: Subject, prompt: str, **options: Any) -> Sample:
    """A streamed sample."""
    return subject.sample(
        prompt, stream=True, **options, prove=lambda one: one.reply.streamed and _useful(subject, one, options)
    )


def _useful(subject: Subject, sample: Sample, options: dict[str, Any]) -> bool:
    return not options or bool(subject.read(sample, [sample.reply.content]).result.tool_calls)


def _pieces(sample: Sample) -> list[bytes]:
    return wirejson.restreamed(sample.reply, -1, None)


def _read(subject: Subject, sample: Sample) -> Reading:
    """The whole stream in strict mode, which must go well."""
    reading = subject.read(sample, [sample.reply.content], strict=True)
    if reading.error is not None:
        broken(subject.id, "streams", f"the simulator's own stream cannot be read in strict mode: {reading.error!r}")
    return reading


def _compare(subject: Subject, prompt: str, excused: Container[str], **options: Any) -> None:
    streamed = _stream(subject, prompt, **options)
    whole = subject.sample(prompt, model=streamed.request.model, **options)
    names = ("text", "reasoning", "tool calls", "finish reason", "finish reason", "usage")
    results = _read(subject, streamed).result, subject.whole(whole)
    for name, one, other in zip(names, *map(said, results), strict=True):
        if one != other and name not in excused:
            clause = "tools" if name == "tool calls" else "streams"
            broken(subject.id, clause, f"{name} differ: streamed {one!r}, whole {other!r}")
    one, other = map(_state, results)
    if one != other:
        broken(subject.id, "state", f"the state that belongs to the reply differs: streamed {one}, whole {other}")


def _state(result: "Result[Any]") -> list[Any]:
    """What has to go back with the reply, wherever in it."""
    opaque = (getattr(part, "opaque", None) for part in result.message.parts)
    return [(one.provider, dict(one.data)) for one in opaque if one is not None]


def _check_partial(subject: Subject, reading: Reading, whole: "Result[Any]", where: str) -> None:
    partial: Result[Any] | None = getattr(reading.error, "partial", None)
    delivered = reading.delivered()
    if partial is None or (partial.text, partial.reasoning) != (delivered.text, delivered.reasoning):
        broken(subject.id, "cut-streams", f"{where}, .partial is not what was delivered")
    if not (whole.text.startswith(partial.text) and whole.reasoning.startswith(partial.reasoning)):
        broken(subject.id, "cut-streams", f"{where}, text was delivered that the whole reply does not have")
    arguments = [call.arguments for call in whole.tool_calls]
    if any(call.error or call.arguments not in arguments for call in partial.tool_calls):
        broken(subject.id, "cut-streams", f"{where}, .partial holds a call with half its arguments")
