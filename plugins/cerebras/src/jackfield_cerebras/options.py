"""What only Cerebras knows, typed: `client.generate(..., extra=CerebrasOptions(prompt_cache_key="docs"))`.

Source: https://inference-docs.cerebras.ai/api-reference/chat-completions
"""

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from jackfield.types.fields import checked


@checked
class Prediction:
    """What the reply will mostly repeat, so that it can be checked rather than generated (predicted outputs).

    Excludes tools, log probabilities and `n` above 1.

    Source: https://inference-docs.cerebras.ai/capabilities/predicted-outputs
    """

    content: str
    type: str = attrs.field(default="content", init=False)


@checked(kw_only=True)
class StreamOptions:
    """What a stream holds beside the reply. Cerebras sends usage without being asked."""

    include_usage: bool | None = None


@checked(kw_only=True)
class CerebrasOptions:
    """Cerebras's own options for one reply.

    Attributes:
        api_version: 1 or 2, sent as a header; unset takes the account's default, which is 2 since 2026-07-21.
        queue_threshold_ms: 50 to 20000: refuse rather than wait longer; needs the tier `flex` or `auto`.
        service_tier: how soon the request has its turn; the tier that it got is in `result.provider_data`.
        reasoning_format: where reasoning goes. `parsed`: its own field, its log probabilities apart in
            `result.reasoning_logprobs`; `text_parsed`: its own field, all log probabilities together; `raw`: into the
            text; `hidden`: nowhere; `none`: as the model does by itself.
        disable_reasoning: deprecated since 2026-03-24; `reasoning_effort="none"` is the same.
        clear_thinking: False keeps reasoning from before the last user turn (zai-glm).
        prediction: what the reply will mostly repeat.
        min_completion_tokens: at least so many tokens; -1 for as many as possible.
        n: how many replies; the further ones are `result.alternatives`.
        logit_bias: token id -> -100 to 100.
        prompt_cache_key: requests with one prefix and one key go to one cache; at most 1024 characters.
        model_parameters: keys that one model defines.
        user: an opaque name of the end user.
        stream_options: what a stream holds beside the reply.
        body: further members of the request as they go on the wire; they win.
        integration: name of the software that calls, sent as a header.
    """

    api_version: Literal[1, 2] | None = attrs.field(default=None, metadata={"header": "x-cerebras-version-patch"})
    queue_threshold_ms: int | None = attrs.field(default=None, metadata={"header": "queue_threshold"})
    service_tier: Literal["auto", "default", "flex", "priority"] | None = None
    reasoning_format: Literal["none", "parsed", "text_parsed", "raw", "hidden"] | None = None
    disable_reasoning: bool | None = None
    clear_thinking: bool | None = None
    prediction: Prediction | None = None
    min_completion_tokens: int | None = None
    n: int | None = None
    logit_bias: Mapping[str, float] | None = None
    prompt_cache_key: str | None = None
    model_parameters: Mapping[str, Any] | None = None
    user: str | None = None
    stream_options: StreamOptions | None = None
    body: Mapping[str, Any] | None = attrs.field(default=None, metadata={"members": True})
    integration: str | None = attrs.field(default=None, metadata={"header": "x-cerebras-3rd-party-integration"})
