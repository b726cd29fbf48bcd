"""What a chat-completions reply holds, whole or as one chunk of a stream.

Rules: one class serves both, because a chunk is a reply whose choices hold a `delta` in place of a `message`; every
field may be absent, since hosts differ in what they leave out; a provider adds its own fields in a subclass, so that
strict mode knows them.

Source: https://platform.openai.com/docs/api-reference/chat/object
"""

from typing import Any

from jackfield.values import frozen


@frozen(kw_only=True)
class Function:
    """A call's name and arguments; the arguments are JSON text, which some hosts send decoded."""

    name: str | None = None
    arguments: Any = None


@frozen(kw_only=True)
class ToolCall:
    """A call, or a piece of one: `index` says which, `id` and the name come with its first piece."""

    function: Function = Function()
    id: str | None = None
    type: str | None = None
    index: int | None = None


@frozen(kw_only=True)
class Message:
    """What the model wrote, or the next piece of it.

    Attributes:
        reasoning, reasoning_content: two names for the same thing; a host uses one of them.
    """

    role: str | None = None
    content: str | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None
    tool_calls: tuple[ToolCall, ...] | None = None


@frozen(kw_only=True)
class TopLogprob:
    """A token that the model might have written."""

    token: str
    logprob: float | None = None
    bytes: tuple[int, ...] | None = None


@frozen(kw_only=True)
class Logprob:
    """A token that the model wrote, and those that it might have written."""

    token: str
    logprob: float | None = None
    bytes: tuple[int, ...] | None = None
    top_logprobs: tuple[TopLogprob, ...] | None = None


@frozen(kw_only=True)
class Logprobs:
    """The log probabilities of a choice."""

    content: tuple[Logprob, ...] | None = None
    refusal: tuple[Logprob, ...] | None = None


@frozen(kw_only=True)
class Choice:
    """One reply of possibly several."""

    index: int = 0
    message: Message | None = None
    delta: Message | None = None
    finish_reason: str | None = None
    logprobs: Logprobs | None = None


@frozen(kw_only=True)
class PromptDetails:
    """How the prompt's tokens divide."""

    cached_tokens: int | None = None


@frozen(kw_only=True)
class CompletionDetails:
    """How the reply's tokens divide."""

    reasoning_tokens: int | None = None


@frozen(kw_only=True)
class Usage:
    """Tokens billed."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    prompt_tokens_details: PromptDetails | None = None
    completion_tokens_details: CompletionDetails | None = None


@frozen(kw_only=True)
class Completion:
    """A whole reply, or one chunk of a stream."""

    id: str | None = None
    object: str | None = None
    created: int | None = None
    model: str | None = None
    system_fingerprint: str | None = None
    service_tier: str | None = None
    choices: tuple[Choice, ...] = ()
    usage: Usage | None = None
