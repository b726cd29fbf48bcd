"""What was seen when a probe was tried, and what a judge makes of it.

Rules: a refusal counts against a provider only if the request asked the way that jackfield asks; a failure that may
pass (a rate limit, a server error, a wrong key) says nothing about the model.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from jackfield.errors import (
    AuthenticationError,
    IncompleteStream,
    JackfieldError,
    NotFound,
    Overloaded,
    PaymentRequired,
    PermissionDenied,
    ProviderError,
    RateLimited,
    ServerError,
    TransportError,
    UsageError,
)
from jackfield.scoreboard.model import Cause, Support
from jackfield.types.batches import Batch, BatchItem
from jackfield.types.files import File
from jackfield.types.provider import Rule
from jackfield.types.results import Result

STORED = ("Files", "Batch-1", "Batch-2")
"""The errands for files and batches themselves."""

_NOT_ABOUT_THE_MODEL = (AuthenticationError, PaymentRequired, NotFound, RateLimited, Overloaded, ServerError)


@attrs.frozen(kw_only=True)
class Kept:
    """What an errand found.

    Attributes:
        file: as it was when it was ready.
        batch: as it was at the last look.
        items: the results of a batch that has ended, by the ids of its requests.
        result: the reply to a question about a file.
        lacking: what jackfield cannot do with this provider's files.
    """

    file: File | None = None
    batch: Batch | None = None
    items: Mapping[str, BatchItem] = attrs.field(factory=dict[str, BatchItem])
    result: Result[Any] | None = None
    lacking: tuple[str, ...] = ()

    @property
    def running(self) -> bool:
        """Whether a batch was looked at that has not ended."""
        return self.batch is not None and not self.batch.ended


@attrs.frozen(kw_only=True)
class Observation:
    """One probe in one mode.

    Attributes:
        recording: the key of the exchange in `Scenario.recordings`.
        result: what came back, or None if it failed.
        kept: what an errand found, in place of a result.
        error: why it failed.
        unsent: why jackfield would not send this request at all.
        excluded: the combination rule that this is due to; then it is the provider who refuses.
        asked: the request that was sent asks for what the probe is about.
        unlike: where it asks otherwise than jackfield would, one phrase each.
    """

    probe: str
    recording: str
    result: Result[Any] | None = None
    kept: Kept | None = None
    error: JackfieldError | None = None
    unsent: UsageError | None = None
    excluded: Rule | None = None
    asked: bool = True
    unlike: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Verdict:
    """What a judge found.

    Attributes:
        seen: the observations that it rests on.
    """

    support: Support
    seen: tuple[Observation, ...] = ()
    cause: Cause | None = None
    reason: str | None = None


def passing(error: JackfieldError, *, stored: bool = False) -> bool:
    """Whether a failure says nothing about the model: another day, key or connection may give another answer.

    `stored`: files or batches were asked for; that they are not found tells of the provider, and not of a wrong model.
    """
    if isinstance(error, ProviderError):
        if stored and isinstance(error, NotFound):
            return False
        return error.retryable or isinstance(error, _NOT_ABOUT_THE_MODEL)
    return isinstance(error, TransportError | IncompleteStream)


def sentence(text: str) -> str:
    """One line of at most 200 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 200 else line[:199] + "…"


def answered(error: ProviderError) -> str:
    """What the provider answered, as facts: its own words stay in the recording."""
    facts = [f"HTTP {error.status}" if error.status is not None else "an error"]
    facts += [f"code {error.code}"] if error.code else []
    facts += [f"about {error.param}"] if error.param else []
    return ", ".join(facts)


def worked(*seen: Observation, reason: str | None = None) -> Verdict:
    """It works."""
    return Verdict(support="true", seen=seen, reason=reason)


def unknown(reason: str, *seen: Observation) -> Verdict:
    """Nothing can be said, and why."""
    return Verdict(support="unknown", seen=seen, reason=reason)


def fault_of(seen: Observation) -> Verdict:
    """What an observation without a result means."""
    error, stored = seen.error, seen.probe in STORED
    if error is None:
        return unknown("it was not tried", seen)
    if not isinstance(error, ProviderError):
        if passing(error, stored=stored):
            return unknown(sentence(str(error)), seen)
        return Verdict(support="false", seen=(seen,), cause="ours", reason=sentence(str(error)))
    said = answered(error)
    if passing(error, stored=stored):
        return unknown(said, seen)
    if error.failed_generation is not None:
        return Verdict(support="false", seen=(seen,), cause="model", reason=f"it wrote an invalid tool call: {said}")
    if seen.unlike:
        return unknown(f"the recorded client {', '.join(seen.unlike)}; the provider answered: {said}", seen)
    if isinstance(error, PermissionDenied) and error.code is None:
        return unknown(said, seen)
    return Verdict(support="false", seen=(seen,), cause="refused", reason=f"the provider refuses it: {said}")


def shown_by(seen: Observation | None) -> Verdict | None:
    """The verdict if there is no result to look at or it cannot show anything; None if the result is to be judged."""
    if seen is None:
        return unknown("it was not tried")
    if seen.excluded is not None:
        return Verdict(support="false", seen=(seen,), cause="refused", reason=sentence(seen.excluded.reason))
    if seen.unsent is not None and isinstance(seen.error, ProviderError):
        refused = fault_of(seen)  # another client asked, and was told no
        if refused.cause == "refused":
            return refused
    if seen.unsent is not None:
        return Verdict(support="false", seen=(seen,), cause="ours", reason=sentence(str(seen.unsent)))
    if not seen.asked:
        return unknown("the recorded client did not ask for it", seen)
    return fault_of(seen) if seen.result is None and seen.kept is None else None
