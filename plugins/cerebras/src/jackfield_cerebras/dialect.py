"""Cerebras as a table of differences from the plain chat-completions format.

Source: https://inference-docs.cerebras.ai/api-reference/chat-completions
"""

from jackfield.dialects.chat_completions import ChatCompletions, Encoding, Fault, Json, ModelTraits, Quota, image_url
from jackfield.errors import AuthenticationError, InvalidRequest, NotFound, Overloaded, RateLimited
from jackfield.types.parts import Media
from jackfield.types.provider import Rule
from jackfield_cerebras.options import CerebrasOptions
from jackfield_cerebras.wiretypes import CerebrasReply, Completion

RECORDED = "recorded 400, 2025-08"
PREDICTED = "https://inference-docs.cerebras.ai/capabilities/predicted-outputs"
PREDICTS = "predicted outputs exclude tools, log probabilities and several replies"
PERIODS = {"minute": 60.0, "hour": 3600.0, "day": 86400.0}
QWEN = ("qwen-3-32b", "qwen-3-235b-a22b-thinking-2507")


def inline_image(part: Media, encoding: Encoding) -> Json:
    """A picture as bytes; URLs are not fetched.

    Source: https://inference-docs.cerebras.ai/capabilities/image-inputs
    """
    if part.url is not None:
        raise encoding.refusal("image", "pictures are taken as bytes only, not by URL", droppable=False)
    return image_url(part, encoding)


RULES = (
    *(
        Rule(when=(feature, "stream"), models=QWEN, reason=f"the model streams no {word}", source=RECORDED)
        for feature, word in (("json_mode", "JSON"), ("schema", "JSON"), ("tools", "tool calls"))
    ),
    *(
        Rule(
            when=("tools", form),
            excluded_models=("zai-glm-*",),  # a recorded 200 of another client, 2026-05
            reason="tools cannot be used beside JSON output",
            source="https://inference-docs.cerebras.ai/capabilities/tool-use, and a 400 in litellm issue 31333",
        )
        for form in ("json_mode", "schema")
    ),
    *(
        Rule(when=("prediction", feature), unless=("n=1",) if feature == "n" else (), reason=PREDICTS, source=PREDICTED)
        for feature in ("tools", "logprobs", "n")
    ),
    Rule(
        when=("tool_choice",),
        unless=("tools",),
        reason="there are no tools to choose from",
        source="https://inference-docs.cerebras.ai/api-reference/versions",
    ),
    Rule(
        when=("queue_threshold_ms",),
        unless=("service_tier=flex", "service_tier=auto"),
        reason="it bounds the wait of service_tier flex or auto",
        source="https://inference-docs.cerebras.ai/capabilities/service-tiers",
    ),
    Rule(
        when=("image",),
        models=("gpt-oss-*",),
        reason="the model reads text only (403, multimodal_not_enabled)",
        source="https://inference-docs.cerebras.ai/capabilities/image-inputs",
    ),
)

CEREBRAS = ChatCompletions(
    provider="cerebras",
    name="Cerebras",
    base_url="https://api.cerebras.ai",
    prefix="/v1",
    api_version="1.2",
    docs_url="https://inference-docs.cerebras.ai",
    key_variables=("CEREBRAS_API_KEY",),
    key_url="https://cloud.cerebras.ai",
    base_url_variables=("CEREBRAS_BASE_URL",),
    country="US",
    options_type=CerebrasOptions,
    option_limits={"stop": 4},
    efforts={"none": "none", "low": "low", "medium": "medium", "high": "high"},
    parts={"image": inline_image},
    stream_usage=False,  # it comes without being asked for
    joined_text=True,  # a list of texts was refused by qwen in 2025, and none was recorded since
    ordered_history=True,  # version 2 checks it: https://inference-docs.cerebras.ai/api-reference/versions
    strict_schema="jackfield_cerebras.schema:CEREBRAS_STRICT",
    models=(
        # https://inference-docs.cerebras.ai/models/openai-oss; `none` was refused in a probe of 2026-06.
        ModelTraits(models=("gpt-oss-*",), replay="field", efforts={"low": "low", "medium": "medium", "high": "high"}),
        ModelTraits(models=("zai-glm-*",), replay="inline"),
        # Opened by the prompt, so that the reply only closes the tag (recorded 2025-08).
        ModelTraits(models=("qwen-3-*-thinking-*",), think="unopened", replay="inline", efforts={}),
        ModelTraits(models=("qwen-3-*", "deepseek-r1-*"), replay="inline", efforts={}),
        ModelTraits(models=("llama*",), efforts={}),
        ModelTraits(replay="field"),
    ),
    completion=Completion,
    reply=CerebrasReply,
    ends_with="finish",  # no stream of 2025 had [DONE], every one of 2026-07 has
    facts=(
        ("created", ("created",)),
        ("system_fingerprint", ("system_fingerprint",)),
        ("service_tier", ("service_tier",)),
        ("service_tier_used", ("service_tier_used",)),
        ("time_info", ("time_info",)),
    ),
    # Which of these are there changed three times in a year; https://inference-docs.cerebras.ai/support/rate-limits
    quotas=tuple(
        Quota(
            kind=kind,
            period_s=period_s,
            limit=f"x-ratelimit-limit-{kind}-{period}",
            remaining=f"x-ratelimit-remaining-{kind}-{period}",
            reset=f"x-ratelimit-reset-{kind}-{period}",
        )
        for kind in ("requests", "tokens")
        for period, period_s in PERIODS.items()
    ),
    request_id_headers=("x-request-id", "cf-ray"),
    # https://inference-docs.cerebras.ai/support/error
    error_codes={
        "wrong_api_key": Fault(error=AuthenticationError),
        "wrong_api_format": Fault(error=InvalidRequest),
        "tool_use_failed": Fault(error=InvalidRequest),
        "model_not_found": Fault(error=NotFound),
        "queue_exceeded": Fault(error=Overloaded),
        "token_quota_exceeded": Fault(error=RateLimited),
        "request_quota_exceeded": Fault(error=RateLimited),
    },
    rules=RULES,
)
