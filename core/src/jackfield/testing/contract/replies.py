"""Whole replies: everything that the provider sent is there, rubbish is an error of ours, and counts are its own."""

import json
from typing import Any

import attrs
import pytest

from jackfield.errors import (
    AuthenticationError,
    DecodeError,
    InvalidRequest,
    NotFound,
    Overloaded,
    PermissionDenied,
    ProviderError,
    RateLimited,
    ServerError,
)
from jackfield.testing.contract import wirejson
from jackfield.testing.contract.base import ContractBase
from jackfield.testing.contract.subject import ADD, SUMS, Sample, Subject
from jackfield.testing.contract.verdict import broken, cannot_show
from jackfield.types.results import FinishReason, Result

STATUSES: tuple[tuple[int, tuple[type[ProviderError], ...], bool | None], ...] = (
    (400, (InvalidRequest,), False),
    (401, (AuthenticationError,), False),
    (403, (PermissionDenied,), False),
    (404, (NotFound,), False),
    (422, (InvalidRequest,), False),
    (429, (RateLimited, Overloaded), True),
    (500, (ServerError,), True),
    (503, (Overloaded, ServerError), True),
)
"""Status, the classes that it may become, and whether another attempt may help."""
BODIES: tuple[tuple[str, str, bytes], ...] = (
    ("empty", "text/plain", b""),
    ("HTML", "text/html", b"<html><h1>Bad Gateway</h1></html>"),
    ("strange JSON", "application/json", b'{"oops":["nobody documents this"]}'),
    ("a JSON list", "application/json", b"[[]]"),
    ("a JSON text", "application/json", b'"oops"'),
    ("null", "application/json", b"null"),
    ("an error of another shape", "application/json", b'{"error":{"message":{"nested":1},"code":[2]}}'),
    ("bytes that are no text", "application/json", b'{"error":"\xff\xfe"}'),
)
RUBBISH: tuple[bytes, ...] = (b"", b"rubbish", b"null", b"[]", b"1", b'{"a":', b"\xff\xfe", b"[[[[", b"<html>")


def shown(result: "Result[Any]") -> str:
    """Everything that a caller can find in a result, the raw reply aside."""
    calls = [call.arguments_raw for call in result.tool_calls]
    facts = attrs.evolve(result, raw=None)
    others = [shown(one) for one in result.alternatives]
    return " ".join((result.text, result.reasoning, *calls, repr(facts), repr(dict(result.provider_data)), *others))


class Replies(ContractBase):
    """Answers that came whole."""

    def test_reply(self, subject: Subject) -> None:
        """A reply has text, the right finish reason and the provider's own word for it, and the bytes themselves."""
        sample = subject.sample()
        result = _decoded(subject, sample)
        if not result.text.strip():
            broken(subject.id, "whole-replies", "the simulator answered, and the result has no text")
        if "finish_reason" not in self.excused and (result.finish_reason is None or result.finish_reason_raw is None):
            broken(subject.id, "whole-replies", "the result has no finish_reason, or no finish_reason_raw")
        if result.finish_reason not in (None, FinishReason.STOP):
            found = f"a reply that came to its end has the finish_reason {result.finish_reason}, expected stop"
            broken(subject.id, "whole-replies", found)
        if result.raw is not None and result.raw.body != sample.reply.content:  # the core adds what is not there
            broken(subject.id, "whole-replies", "result.raw holds other bytes than the provider sent")

    def test_nothing_is_lost(self, subject: Subject) -> None:
        """Every sentence of the wire JSON is in the result."""
        sample = subject.find(prove=lambda one: _reasons(subject, one)) or subject.sample()
        value = wirejson.whole_json(sample)
        if value is None:
            cannot_show(subject.id, "whole-replies", "the whole reply is no JSON")
        found = shown(_decoded(subject, sample))
        lost = [text for text in wirejson.prose(value) if text not in found and repr(text)[1:-1] not in found]
        if lost:
            broken(subject.id, "whole-replies", f"the provider sent this, and it is nowhere in the result: {lost[0]!r}")

    def test_usage(self, subject: Subject) -> None:
        """Each count of the result is a number that the provider sent."""
        sample = subject.sample()
        usage = _decoded(subject, sample).usage
        if usage is None:
            self.excuse("usage")
            broken(subject.id, "usage", "the result of a plain reply has no usage")
        counts = {name: value for name, value in attrs.asdict(usage).items() if isinstance(value, int)}
        sent = wirejson.numbers(wirejson.whole_json(sample))
        made_up = {name: value for name, value in counts.items() if value not in sent}
        if made_up:
            broken(subject.id, "usage", f"the provider sent no such number: {made_up}")
        if counts.get("output_tokens") is None:
            broken(subject.id, "usage", "output_tokens is None, although the reply has text")

    @pytest.mark.parametrize("body", RUBBISH, ids=repr)
    def test_rubbish(self, subject: Subject, body: bytes) -> None:
        """200 with rubbish is a DecodeError (or ProviderError), never a crash and never a reply."""
        try:
            result = subject.decode(subject.request(), body)
        except (DecodeError, ProviderError):
            return
        broken(subject.id, "whole-replies", f"{body!r} was decoded as a reply: {result.text!r}")

    # --- errors

    @pytest.mark.parametrize(("status", "classes", "retryable"), STATUSES, ids=[str(row[0]) for row in STATUSES])
    def test_status(
        self,
        subject: Subject,
        status: int,
        classes: tuple[type[ProviderError], ...],
        retryable: bool,  # noqa: FBT001 - a parameter of the case
    ) -> None:
        """A status becomes its class, whatever the body is."""
        for what, kind, body in BODIES:
            error = _error(subject, status, kind, body, what)
            expected = " or ".join(one.__name__ for one in classes)
            if not isinstance(error, classes):
                found = f"{status} with {what} became {type(error).__name__}, expected {expected}"
                broken(subject.id, "errors", found)
            if error.status != status or error.provider != subject.id or error.body != body:
                broken(subject.id, "errors", f"{status} with {what}: status, provider or body is not in the error")
            if error.retryable is not retryable:
                broken(subject.id, "errors", f"{status} with {what}: retryable is {error.retryable}")

    @pytest.mark.parametrize("status", [row[0] for row in STATUSES])
    def test_simulated_status(self, subject: Subject, status: int) -> None:
        """The provider's own words for an error are read: its message is in the error."""
        sample = subject.sample()
        reply = subject.answer(subject.prepare(sample.request).http, fault=f"status={status}")
        if reply.status != status:
            cannot_show(subject.id, "errors", f"the simulator does not fail with {status} when asked to")
        try:
            subject.whole(Sample(sample.request, reply))
        except ProviderError as error:
            said = list(wirejson.prose(wirejson.parsed(reply.content)))
            if said and not any(error.message and (error.message in one or one in error.message) for one in said):
                broken(subject.id, "errors", f"the provider said {said[0]!r}, the error says {error.message!r}")
        else:
            broken(subject.id, "errors", f"the simulator's {status} was decoded as a reply")

    # --- drift

    def test_unknown_fields(self, subject: Subject) -> None:
        """A field that nobody knows, anywhere in a whole reply, breaks nobody."""
        sample = subject.sample()
        value = wirejson.whole_json(sample)
        plain = _decoded(subject, sample)
        for path in wirejson.object_paths(value):
            changed = json.dumps(wirejson.with_strange_field(value, path)).encode()
            try:
                result = subject.whole(sample, changed)
            except (DecodeError, ProviderError) as error:
                broken(subject.id, "unknown-fields", f"an unknown field at {list(path)} breaks the reply: {error}")
            if (result.text, result.finish_reason) != (plain.text, plain.finish_reason):
                broken(subject.id, "unknown-fields", f"an unknown field at {list(path)} changes the reply")

    def test_unknown_field_when_strict(self, subject: Subject) -> None:
        """In strict mode it is a DecodeError."""
        sample = subject.sample()
        value = wirejson.whole_json(sample)
        changed = json.dumps(wirejson.with_strange_field(value, ())).encode()
        try:
            subject.whole(sample, changed, strict=True)
        except DecodeError:
            return
        broken(subject.id, "unknown-fields", "an unknown field of a whole reply is accepted in strict mode")

    def test_unknown_finish_reason(self, subject: Subject) -> None:
        """A finish reason that nobody knows is OTHER, with the provider's word kept."""
        sample = subject.sample()
        value = wirejson.whole_json(sample)
        word = _decoded(subject, sample).finish_reason_raw
        if word is None or word not in set(wirejson.leaves(value)):
            cannot_show(subject.id, "unknown-fields", "the wire JSON does not hold the finish reason as a word")
        changed = json.dumps(wirejson.replaced(value, word, "surprise")).encode()
        try:
            result = subject.whole(sample, changed)
        except (DecodeError, ProviderError) as error:
            broken(subject.id, "unknown-fields", f"an unknown finish reason breaks the reply: {error}")
        if (result.finish_reason, result.finish_reason_raw) != (FinishReason.OTHER, "surprise"):
            got = (result.finish_reason, result.finish_reason_raw)
            broken(subject.id, "unknown-fields", f"the finish reason 'surprise' became {got}, expected OTHER with it")

    # --- tool calls

    def test_tool_calls(self, subject: Subject) -> None:
        """The calls of a whole reply are readable, and told apart."""
        if "tools" not in subject.info.capabilities.options:
            pytest.skip(f"{subject.id} takes no tools")
        sample = subject.sample(SUMS, tools=(ADD,), prove=lambda one: bool(_decoded(subject, one).tool_calls))
        check_calls(subject, _decoded(subject, sample), ends="finish_reason" not in self.excused)


def check_calls(subject: Subject, result: "Result[Any]", *, ends: bool = True) -> None:
    """Each call has an id of its own, a known name and arguments that are an object with the integers of the prompt."""
    calls = result.tool_calls
    if not calls:
        broken(subject.id, "tools", "the simulator asked for a tool, and the result has no tool call")
    for call in calls:
        if call.error is not None or {*call.arguments} != {"a", "b"} or call.name != ADD.name:
            broken(subject.id, "tools", f"a call came out as {call.name}({call.arguments_raw}), error: {call.error}")
    if len({call.id for call in calls}) < len(calls):
        broken(subject.id, "tools", f"two calls have one id: {[call.id for call in calls]}")
    if ends and result.finish_reason is not FinishReason.TOOL_CALLS:
        broken(subject.id, "tools", f"a reply with calls has the finish reason {result.finish_reason}")


def _decoded(subject: Subject, sample: Sample) -> "Result[None]":
    """The sample in strict mode: the simulator sends nothing that the plugin does not know."""
    try:
        return subject.whole(sample, strict=True)
    except (DecodeError, ProviderError) as error:
        broken(subject.id, "whole-replies", f"the simulator's own reply cannot be decoded in strict mode: {error}")


def _reasons(subject: Subject, sample: Sample) -> bool:
    return bool(subject.whole(sample).reasoning)


def _error(subject: Subject, status: int, kind: str, body: bytes, what: str) -> ProviderError:
    try:
        subject.decode(subject.request(), body, status=status, content_type=kind)
    except ProviderError as error:
        return error
    except DecodeError as error:
        broken(subject.id, "errors", f"{status} with {what} became a DecodeError: {error}")
    return broken(subject.id, "errors", f"{status} with {what} was decoded as a reply")
