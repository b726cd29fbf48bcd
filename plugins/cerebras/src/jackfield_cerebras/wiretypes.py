"""What Cerebras adds to the plain chat-completions reply, and the events of that.

Source: https://inference-docs.cerebras.ai/api-reference/chat-completions
"""

from collections.abc import Iterator

from jackfield.dialects.chat_completions import Reply, logprob_events, wiretypes
from jackfield.types.events import Event
from jackfield.values import frozen


@frozen(kw_only=True)
class Message(wiretypes.Message):
    """A message or delta; raw tokens are in the SDK's types only."""

    tokens: tuple[int, ...] | None = None


@frozen(kw_only=True)
class Choice(wiretypes.Choice):
    """One reply.

    Attributes:
        reasoning_logprobs: with `reasoning_format="parsed"` only.
        text, tokens: in the SDK's types only.
    """

    message: Message | None = None
    delta: Message | None = None
    reasoning_logprobs: wiretypes.Logprobs | None = None
    text: str | None = None
    tokens: tuple[int, ...] | None = None


@frozen(kw_only=True)
class CompletionDetails(wiretypes.CompletionDetails):
    """How the reply's tokens divide; predictions with gpt-oss and GLM."""

    accepted_prediction_tokens: int | None = None
    rejected_prediction_tokens: int | None = None


@frozen(kw_only=True)
class Usage(wiretypes.Usage):
    """Tokens billed; the total may be more than the sum after a stop sequence (seen 2026-07).

    Attributes:
        image_tokens: inside of the prompt's, with gemma only.
    """

    completion_tokens_details: CompletionDetails | None = None
    image_tokens: int | None = None


@frozen(kw_only=True)
class TimeInfo:
    """Seconds spent. `created` was a whole number until 2025-09."""

    queue_time: float | None = None
    prompt_time: float | None = None
    completion_time: float | None = None
    total_time: float | None = None
    created: float | None = None


@frozen(kw_only=True)
class Completion(wiretypes.Completion):
    """A reply or a chunk."""

    choices: tuple[Choice, ...] = ()
    usage: Usage | None = None
    time_info: TimeInfo | None = None
    service_tier_used: str | None = None


class CerebrasReply(Reply):
    """Reads one reply of Cerebras."""

    def logprobs(self, choice: wiretypes.Choice) -> Iterator[Event]:
        """Those of the answer, and apart from them those of the reasoning."""
        yield from super().logprobs(choice)
        if isinstance(choice, Choice) and choice.reasoning_logprobs is not None:
            yield from logprob_events(choice.reasoning_logprobs, reasoning=True)
