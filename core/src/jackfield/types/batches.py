"""Batches: many requests that a provider answers later, for less. None means that the provider does not say."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import attrs

from jackfield.errors import DecodeError, ProviderError
from jackfield.http import HttpRequest
from jackfield.types.requests import GenerateRequest
from jackfield.types.results import Notice, Result
from jackfield.values import frozen


class BatchState(StrEnum):
    """How far a batch is. Compares equal to its text; the provider's own word is `batch.state_raw`."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    """It was worked through; single requests may still have failed."""
    FAILED = "failed"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    OTHER = "other"


ENDED = frozenset({BatchState.SUCCEEDED, BatchState.FAILED, BatchState.CANCELLED, BatchState.EXPIRED})


@frozen(kw_only=True)
class BatchEntry:
    """One request of a batch, as a plugin gets it.

    Attributes:
        id: the caller's own name for it, unique in the batch.
        request: checked; options that were left out are gone.
        http: what the plugin's `encode_request` made of it.
    """

    id: str
    request: GenerateRequest
    http: HttpRequest


@frozen(kw_only=True)
class BatchCounts:
    """How many requests a batch has, and what became of them."""

    total: int | None = None
    succeeded: int | None = None
    failed: int | None = None


@frozen(kw_only=True)
class Batch:
    """One batch.

    Attributes:
        id: what the other operations take.
        created_s, ended_s: seconds since 1970, UTC.
        result_file_id: the file that holds the results, where the provider writes one.
        error: why it failed, in the provider's words.
        warnings: what encoding its requests left out or changed; known only where it was created.
        raw: the wire object.
    """

    id: str
    provider: str
    state: BatchState
    state_raw: str | None = None
    counts: BatchCounts = BatchCounts()
    created_s: int | None = None
    ended_s: int | None = None
    result_file_id: str | None = None
    error: str | None = None
    warnings: tuple[Notice, ...] = ()
    raw: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ENDED


@frozen(kw_only=True)
class BatchItem:
    """What became of one request: exactly one of `result` and `error`.

    Attributes:
        id: the caller's own name for the request.
    """

    id: str
    result: "Result[None] | None" = None
    error: ProviderError | DecodeError | None = attrs.field(default=None, eq=False)
