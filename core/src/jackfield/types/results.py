"""What comes back beside the message itself: usage, rate limits, log probabilities, notices, and the Result.

Rules: None means that the provider did not say; a count is the provider's own, never reconciled or estimated.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Generic, TypeVar

import attrs

from jackfield.types.messages import Message
from jackfield.types.parts import Citation, Media, ServerTool, ToolCall
from jackfield.values import frozen

OutputT_co = TypeVar("OutputT_co", covariant=True)


class FinishReason(StrEnum):
    """Why the model stopped. Compares equal to its text; the provider's own word is `result.finish_reason_raw`."""

    STOP = "stop"
    LENGTH = "length"
    TOOL_CALLS = "tool_calls"
    CONTENT_FILTER = "content_filter"
    ERROR = "error"
    OTHER = "other"


@frozen(kw_only=True)
class Notice:
    """Something the caller should know: an option left out, a schema widened, a limit that applied.

    Attributes:
        code: stable and short, such as `option-dropped`, `schema-loss`, `foreign-state`, `default-limit`.
        message: one sentence.
        option: the option it is about, if any.
        details: the facts of the sentence; of a `schema-loss` its `path`, `keyword`, `action`, `reason` and `dialect`
            (see `schema.SchemaLoss`), and the `tool` whose parameters it is about.
    """

    code: str
    message: str
    option: str | None = None
    details: Mapping[str, str] = attrs.field(factory=dict[str, str])


@frozen(kw_only=True)
class Usage:
    """Tokens billed; None means that the provider did not say, never zero.

    `output_tokens` is what the provider calls completion or candidates. Whether it contains `reasoning_tokens` differs:
    Groq, Cerebras and Cloudflare count reasoning inside of output, Gemini beside it. `cached_tokens` is part of
    `input_tokens` with all four. `total_tokens` is the provider's own sum and need not add up.

    Attributes:
        tool_input_tokens: input added by tools that the provider ran (Gemini), beside `input_tokens`.
        raw: the usage object as it arrived.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    total_tokens: int | None = None
    tool_input_tokens: int | None = None
    raw: Mapping[str, Any] | None = attrs.field(default=None, repr=False)


@frozen(kw_only=True)
class RateLimit:
    """One quota.

    Attributes:
        kind: `requests` or `tokens`.
        limit, remaining: counts.
        reset_s: seconds until it is full again.
        period_s: length of its window in seconds.
    """

    kind: str
    limit: int | None = None
    remaining: int | None = None
    reset_s: float | None = None
    period_s: float | None = None


@frozen
class RateLimits:
    """Every quota that the answer reported; empty if it reported none."""

    limits: tuple[RateLimit, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.limits)

    def _tightest(self, kind: str) -> RateLimit | None:
        mine = [limit for limit in self.limits if limit.kind == kind]
        return min(mine, key=lambda one: one.period_s or 0.0, default=None)

    @property
    def requests(self) -> RateLimit | None:
        """The request quota with the shortest period, or None."""
        return self._tightest("requests")

    @property
    def tokens(self) -> RateLimit | None:
        """The token quota with the shortest period, or None."""
        return self._tightest("tokens")


@frozen(kw_only=True)
class TokenLogprob:
    """One token with its log probability (natural logarithm).

    Attributes:
        data: the token's bytes, where the provider sends them.
        token_id: its number in the vocabulary, where the provider sends it.
        top: the likeliest tokens at this position, best first; empty if not asked for.
    """

    token: str
    logprob: float | None
    data: bytes | None = None
    token_id: int | None = None
    top: tuple["TokenLogprob", ...] = ()


@frozen(kw_only=True)
class RawReply:
    """What the provider sent, unchanged: `body` of a whole reply, or `frames`, the data of each event of a stream."""

    status: int
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    body: bytes = attrs.field(default=b"", repr=lambda body: f"<{len(body)} bytes>")
    frames: tuple[bytes, ...] = attrs.field(default=(), repr=lambda frames: f"<{len(frames)} frames>")


@frozen(kw_only=True)
class Result(Generic[OutputT_co]):
    """One reply, the same whether it came whole or as a stream.

    Attributes:
        message: the assistant's turn; append it to the conversation as it is.
        output: the parsed value when `output=` was given, else None.
        finish_reason: normalized; None if the provider gave none. `finish_reason_raw` is its own word.
        finish_message: the provider's explanation, if any.
        logprobs: one entry a token of the answer; None if the reply has none.
        reasoning_logprobs: the same for reasoning, where the provider keeps them apart.
        warnings: what was left out, changed or limited.
        model: the model that answered, as the provider names it.
        id: the reply's id; not always unique.
        request_id: the id to quote to the provider's support.
        provider_data: facts that only this provider reports, under its own names.
        alternatives: the further candidates, where more than one was asked for.
        raw: what the provider sent.
    """

    message: Message
    output: OutputT_co
    finish_reason: FinishReason | None = None
    finish_reason_raw: str | None = None
    finish_message: str | None = None
    usage: Usage | None = None
    rate_limits: RateLimits = RateLimits()
    logprobs: tuple[TokenLogprob, ...] | None = None
    reasoning_logprobs: tuple[TokenLogprob, ...] | None = None
    warnings: tuple[Notice, ...] = ()
    model: str | None = None
    id: str | None = None
    request_id: str | None = None
    provider_data: Mapping[str, Any] = attrs.field(factory=dict[str, Any])
    alternatives: tuple["Result[None]", ...] = ()
    raw: RawReply | None = None

    @property
    def text(self) -> str:
        """The answer: every text part, joined. Reasoning is not in it."""
        return self.message.text

    @property
    def reasoning(self) -> str:
        """The reasoning that the provider showed, joined; empty if it showed none."""
        return self.message.reasoning

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The calls that the model wants made, in order."""
        return tuple(part for part in self.message.parts if isinstance(part, ToolCall))

    @property
    def server_tools(self) -> tuple[ServerTool, ...]:
        """The tools that the provider ran by itself."""
        return tuple(part for part in self.message.parts if isinstance(part, ServerTool))

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Sources that the reply names."""
        return tuple(part for part in self.message.parts if isinstance(part, Citation))

    @property
    def media(self) -> tuple[Media, ...]:
        """Images, audio and other media that the model made."""
        return tuple(part for part in self.message.parts if isinstance(part, Media))
