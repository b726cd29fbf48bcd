"""Groq as a table of differences from the plain chat-completions format.

Rows about models are dated by the recordings or pages that they come from; models come and go.

Source: https://console.groq.com/docs/api-reference#chat-create
"""

from jackfield.dialects.chat_completions import (
    CHAT_OPTIONS,
    PARTS,
    ChatCompletions,
    Fault,
    ModelTraits,
    Quota,
    web_search,
    without,
)
from jackfield.errors import (
    AuthenticationError,
    InvalidRequest,
    NotFound,
    Overloaded,
    PermissionDenied,
    RequestTooLarge,
)
from jackfield.types.provider import Rule
from jackfield_groq.encoding import browse, document, search_settings
from jackfield_groq.reply import GroqReply

REASONING = "https://console.groq.com/docs/reasoning"
STRUCTURED = "https://console.groq.com/docs/structured-outputs"
RECORDED = "recorded 400, 2025-09"
COMPOUND = ("groq/compound*", "compound-beta*")
TEXT_ONLY = (
    "openai/gpt-oss-*",
    "llama-3.1-*",
    "llama-3.3-*",
    "deepseek-r1-*",
    "moonshotai/kimi-k2-*",
    "qwen/qwen3-32b",
    *COMPOUND,
)

MODELS = (
    ModelTraits(
        models=("openai/gpt-oss-20b", "openai/gpt-oss-120b"),
        replay="field",
        efforts={"low": "low", "medium": "medium", "high": "high"},  # REASONING, 2026-11
        web_search=browse,
    ),
    ModelTraits(
        models=("openai/gpt-oss-*",),
        replay="field",
        efforts={"low": "low", "medium": "medium", "high": "high"},
        strict_output=False,  # STRUCTURED, 2026-11: best effort only
        web_search=browse,
    ),
    ModelTraits(models=COMPOUND, replay="field", efforts={}, strict_output=False, web_search=search_settings),
    ModelTraits(
        models=("qwen/qwen3-*", "qwen/qwen3.6-*"),
        replay="inline",
        efforts={"none": "none", "medium": "default"},  # REASONING, 2026-10: on or off only
        strict_output=False,
    ),
    ModelTraits(models=("qwen/*",), replay="inline", strict_output=False),
    ModelTraits(models=("deepseek-r1-*",), replay="inline", efforts={}, strict_output=False),
    ModelTraits(replay="field", strict_output=False),
)

RULES = (
    Rule(
        when=("schema", "stream"),
        reason="a reply that has to fit a schema cannot be streamed",
        source=STRUCTURED,
    ),
    Rule(
        when=("schema", "tools"),
        reason="tools cannot be used beside a schema",
        source=STRUCTURED,
    ),
    Rule(
        when=("schema",),
        models=(*COMPOUND, "llama-3.1-8b-instant", "deepseek-r1-*"),
        reason="the model takes no schema",
        source=RECORDED,
    ),
    *(
        Rule(when=(feature,), models=COMPOUND, reason="compound systems take no functions", source=RECORDED)
        for feature in ("tool_choice", "tools")
    ),
    Rule(
        when=("tool_choice",),
        unless=("tools", "web_search", "server_tools"),  # with gpt-oss, a search is a tool
        reason="there are no tools to choose from",
        source="https://console.groq.com/docs/api-reference#chat-create",
    ),
    *(
        Rule(
            when=("reasoning_format=raw", feature),
            reason="reasoning cannot go into a text that is a call or JSON: take parsed",
            source=REASONING,
        )
        for feature in ("tools", "json_mode", "schema")
    ),
    Rule(
        when=("reasoning_format", "include_reasoning"),
        reason="they are two ways to say the same",
        source=REASONING,
    ),
    Rule(when=("image",), models=TEXT_ONLY, reason="the model reads text only", source=RECORDED),
)

GROQ = ChatCompletions(
    provider="groq",
    name="Groq",
    base_url="https://api.groq.com",
    prefix="/openai/v1",
    api_version="1.2",
    docs_url="https://console.groq.com/docs",
    key_variables=("GROQ_API_KEY",),
    key_url="https://console.groq.com/keys",
    base_url_variables=("GROQ_BASE_URL",),
    country="US",
    options_type="jackfield_groq.options:GroqOptions",
    # No model takes logprobs, the compatibility page says 400 (2026-11): https://console.groq.com/docs/openai
    options={**without(CHAT_OPTIONS, "top_logprobs"), "web_search": web_search},
    option_limits={"stop": 4, "tools": 128},
    efforts={"none": "none", "low": "low", "medium": "medium", "high": "high"},
    parts={**PARTS, "document": document},
    stream_usage=False,  # it comes without being asked for
    message_names=False,  # 400 by the compatibility page: https://console.groq.com/docs/openai
    strict_schema="jackfield_groq.schema:GROQ_STRICT",
    loose_schema="jackfield_groq.schema:GROQ_BEST_EFFORT",
    models=MODELS,
    completion="jackfield_groq.wiretypes:Completion",
    reply=GroqReply,
    quiet=frozenset({"channel"}),  # `analysis` beside reasoning of gpt-oss, undocumented (seen 2025-09)
    # Since 2025-12 in both places, before that in the second only; compound systems still do that.
    usage_paths=(("usage",), ("x_groq", "usage")),
    facts=(
        ("created", ("created",)),
        ("system_fingerprint", ("system_fingerprint",)),
        ("service_tier", ("service_tier",)),
        ("seed", ("x_groq", "seed")),
        ("usage_breakdown", ("usage_breakdown",)),
        ("usage_breakdown", ("x_groq", "usage_breakdown")),
        ("mcp_list_tools", ("mcp_list_tools",)),
        ("debug", ("x_groq", "debug")),
    ),
    # https://console.groq.com/docs/rate-limits: requests count by the day, tokens by the minute.
    quotas=(
        Quota(
            kind="requests",
            period_s=86400,
            limit="x-ratelimit-limit-requests",
            remaining="x-ratelimit-remaining-requests",
            reset="x-ratelimit-reset-requests",
        ),
        Quota(
            kind="tokens",
            period_s=60,
            limit="x-ratelimit-limit-tokens",
            remaining="x-ratelimit-remaining-tokens",
            reset="x-ratelimit-reset-tokens",
        ),
    ),
    # https://console.groq.com/docs/errors. A 413 with rate_limit_exceeded is too large for the quota, now and later;
    # a 429 with the same code is not: so the status decides there.
    error_codes={
        "invalid_api_key": Fault(error=AuthenticationError),
        "model_not_found": Fault(error=NotFound),
        "model_decommissioned": Fault(error=NotFound),
        "model_terms_required": Fault(error=PermissionDenied),
        "context_length_exceeded": Fault(error=RequestTooLarge),
        "tool_use_failed": Fault(error=InvalidRequest),
        "json_validate_failed": Fault(error=InvalidRequest),
        "capacity_exceeded": Fault(error=Overloaded),
    },
    error_statuses={498: Fault(error=Overloaded), 424: Fault(error=InvalidRequest)},
    rules=RULES,
)
