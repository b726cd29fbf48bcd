"""What the native text-generation API sends, as wire types.

Every member may be absent. `arguments` and `response` have no type of their own on the wire: text, an object, a
boolean, a number or null, as section "Native text output" of each model's schema admits or recordings show (2025-08 to
2026-08).

Source: https://developers.cloudflare.com/workers-ai/models/llama-4-scout-17b-16e-instruct/
"""

from collections.abc import Mapping
from typing import Any, TypeGuard

from jackfield.dialects.chat_completions.differences import FINISH_REASONS
from jackfield.types.results import FinishReason
from jackfield.values import frozen

WORDS: Mapping[str, FinishReason] = {
    **FINISH_REASONS,
    "model_length": FinishReason.LENGTH,
    "error": FinishReason.ERROR,
    "other": FinishReason.OTHER,
    "unknown": FinishReason.OTHER,
}
"""Why a reply ended, in the words that the vendor's own client knows (workers-ai-provider 4.0.0)."""


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Whether a decoded value is a JSON array."""
    return isinstance(value, list)


class UniqueIds:
    """Ids of the calls of one reply. Some models give one id to several calls (`functions.name:0`, kimi, 2026)."""

    def __init__(self) -> None:
        self._index_of: dict[str, int] = {}

    def unique(self, call_id: str | None, index: int | None) -> str | None:
        """The id, or None if it is that of a call at another index: the core then makes one."""
        if not call_id or index is None:
            return call_id
        return call_id if self._index_of.setdefault(call_id, index) == index else None


@frozen(kw_only=True)
class PromptDetails:
    """Sent since 2026-04, also when it is 0."""

    cached_tokens: int | None = None
    audio_tokens: int | None = None


@frozen(kw_only=True)
class CompletionDetails:
    """Typed for the chat models only."""

    reasoning_tokens: int | None = None
    audio_tokens: int | None = None
    accepted_prediction_tokens: int | None = None
    rejected_prediction_tokens: int | None = None


@frozen(kw_only=True)
class NativeUsage:
    """Tokens, and in newer answers neurons."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    prompt_tokens_details: PromptDetails | None = None
    completion_tokens_details: CompletionDetails | None = None
    neurons: float | None = None


@frozen(kw_only=True)
class NativeFunction:
    """Name and arguments of a nested call; in a stream one piece may hold one of the two."""

    name: str | None = None
    arguments: Any = None


@frozen(kw_only=True)
class NativeToolCall:
    """A call, nested (`function`, llama-4) or flat (`name` and `arguments`, llama-3, hermes)."""

    id: str | None = None
    type: str | None = None
    index: int | None = None
    function: NativeFunction | None = None
    name: str | None = None
    arguments: Any = None


@frozen(kw_only=True)
class PictureThoughts:
    """What moondream thought about a picture; where it looked stays as it is."""

    text: str | None = None
    grounding: Any = None


@frozen(kw_only=True)
class PictureMetrics:
    """What moondream counts in place of usage."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    prefill_time_ms: float | None = None
    decode_time_ms: float | None = None
    ttft_ms: float | None = None


@frozen(kw_only=True)
class NativeOutput:
    """A whole answer, or one event of a stream. `p` is padding against traffic analysis and means nothing.

    `description` is the answer of llava and uform, image-to-text models that take a prompt; `answer` and `caption`,
    or lists of places, are those of moondream.
    """

    answer: str | None = None
    caption: str | None = None
    points: Any = None
    objects: Any = None
    reasoning: PictureThoughts | None = None
    metrics: PictureMetrics | None = None
    response: Any = None
    tool_calls: tuple[NativeToolCall, ...] | None = None
    usage: NativeUsage | None = None
    finish_reason: str | None = None
    description: str | None = None
    p: str | None = None


@frozen(kw_only=True)
class ModelTask:
    """What a model is for."""

    id: str | None = None
    name: str
    description: str | None = None


@frozen(kw_only=True)
class ModelProperty:
    """One fact about a model; text, or a list for the price."""

    property_id: str
    value: Any = None


@frozen(kw_only=True)
class ListedModel:
    """One model of the search."""

    name: str
    id: str | None = None
    source: int | None = None
    description: str | None = None
    task: ModelTask | None = None
    created_at: str | None = None
    tags: tuple[Any, ...] = ()
    properties: tuple[ModelProperty, ...] = ()
