"""The events of a streamed reply.

A plugin's parser gives events to the core's assembler; the caller gets the same objects. Rules: a delta carries only
what is new; `opaque` on a delta makes it a part of its own that is never merged with its neighbours.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from jackfield.types.parts import Citation, Opaque, ProviderPart, ServerTool, ToolCall
from jackfield.types.results import FinishReason, Notice, RateLimits, TokenLogprob, Usage
from jackfield.values import frozen


@frozen
class TextDelta:
    """More text of the answer."""

    text: str
    opaque: Opaque | None = attrs.field(default=None, kw_only=True, repr=False)


@frozen
class ReasoningDelta:
    """More reasoning."""

    text: str
    opaque: Opaque | None = attrs.field(default=None, kw_only=True, repr=False)


@frozen
class TextWasReasoning:
    """All text delivered so far was reasoning: a closing think tag came that was never opened."""


@frozen(kw_only=True)
class ToolCallDelta:
    """A piece of a tool call.

    Attributes:
        index: which call of this reply, if the provider says so.
        id: the call's id, usually on its first piece only.
        name: the tool's name, usually on its first piece only.
        arguments: more of the JSON text of the arguments.
    """

    index: int | None = None
    id: str | None = None
    name: str | None = None
    arguments: str = ""
    opaque: Opaque | None = attrs.field(default=None, repr=False)


@frozen(kw_only=True)
class MediaDelta:
    """Media that the model made.

    Attributes:
        append: these bytes continue the medium before them (audio in pieces); else they are one of their own.
    """

    data: bytes = attrs.field(repr=lambda data: f"<{len(data)} bytes>")
    mime_type: str
    append: bool = False
    opaque: Opaque | None = attrs.field(default=None, repr=False)


@frozen(kw_only=True)
class LogprobsDelta:
    """Log probabilities of the tokens since the last one; `reasoning` if they are of reasoning tokens."""

    tokens: tuple[TokenLogprob, ...]
    reasoning: bool = False


@frozen(kw_only=True)
class StreamStart:
    """Who answers. Sent once, as soon as it is known; None where the provider does not say."""

    id: str | None = None
    model: str | None = None
    request_id: str | None = None


@frozen(kw_only=True)
class UsageUpdate:
    """The usage so far; a later one replaces it."""

    usage: Usage


@frozen(kw_only=True)
class RateLimitsUpdate:
    """The quota that the answer's headers report."""

    rate_limits: RateLimits


@frozen(kw_only=True)
class Finish:
    """The model stopped; usage may still follow."""

    reason: FinishReason | None
    raw: str | None = None
    message: str | None = None


@frozen(kw_only=True)
class NoticeEvent:
    """A warning about this reply."""

    notice: Notice


@frozen(kw_only=True)
class ProviderData:
    """Facts under the provider's own names; merged key by key into `result.provider_data`."""

    data: Mapping[str, Any]


@frozen(kw_only=True)
class Alternative:
    """An event of a further candidate; the first candidate's events come bare."""

    index: int
    event: "Event"


Event = (
    TextDelta
    | ReasoningDelta
    | TextWasReasoning
    | ToolCallDelta
    | ToolCall
    | ServerTool
    | Citation
    | MediaDelta
    | ProviderPart
    | LogprobsDelta
    | StreamStart
    | UsageUpdate
    | RateLimitsUpdate
    | Finish
    | NoticeEvent
    | ProviderData
    | Alternative
)
