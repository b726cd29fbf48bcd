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
PERIODS = {"minute": 60.0, "hour": 3600.0, "day": 86400.0}
QWEN = ("qwen-3-32b", "qwen-3-235b-a22b-thinking-2507")


def inline_image(part: Media, encoding: Encoding) -> Json:
    """A picture as bytes; URLs are not fetched.

    Source: https://inference-docs.cerebras.ai/capabilities/image-inputs
    """
    if part.url is not None:
        raise encoding.refusal("image", "pictures are taken as bytes only, not by URL", droppable=False)
    return image_url(part, encoding)


def check_prediction(encoding: Encoding) -> None:
    """Predicted outputs exclude tools, log probabilities and several replies. Source: PREDICTED."""
    extra = encoding.request.extra
    if not isinstance(extra, CerebrasOptions) or extra.prediction is None:
        return
    request = encoding.request
    asked = {"tools": request.tools, "top_logprobs": request.top_logprobs is not None, "n": (extra.n or 1) > 1}
    for name, is_asked in asked.items():
        if is_asked:
            raise encoding.refusal(name, "predicted outputs exclude it", droppable=name != "n")


CEREBRAS = ChatCompletions(
    provider="cerebras",
    name="Cerebras",
    base_url="https://api.cerebras.ai",
    prefix="/v1",
    api_version="1.1",
    docs_url="https://inference-docs.cerebras.ai",
    key_variables=("CEREBRAS_API_KEY",),
    key_url="https://cloud.cerebras.ai",
    base_url_variables=("CEREBRAS_BASE_URL",),
    country="US",
    options_type=CerebrasOptions,
    option_limits={"stop": 4},
    efforts={"none": "none", "low": "low", "medium": "medium", "high": "high"},
    parts={"image": inline_image},
    checks=(check_prediction,),
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
    rules=tuple(
        Rule(when=(feature, "stream"), models=QWEN, reason=f"the model streams no {word}", source=RECORDED)
        for feature, word in (("json_mode", "JSON"), ("schema", "JSON"), ("tools", "tool calls"))
    ),
)
