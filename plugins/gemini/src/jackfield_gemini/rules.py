"""What excludes what, as data.

Only combinations that the provider itself refuses stand here. Rules bound to families hold for the models named,
because later ones may lift them.
"""

from jackfield.types.provider import Rule
from jackfield_gemini.families import BEFORE_GEMINI_3

_FUNCTIONS = "https://ai.google.dev/gemini-api/docs/function-calling (2026-11)"
_SCHEMA = "https://ai.google.dev/gemini-api/docs/structured-output (2026-11)"
_RECORDED = "recorded 400s, 2025-08 and 2026-08"

GOOGLE_TOOLS = ("web_search", "google_maps", "file_search", "url_context", "code_execution")
_CACHE = "https://ai.google.dev/gemini-api/docs/caching (2026-11)"
_IN_CACHE = (
    "system", "tools", "retrieval_config", "google_search", "computer_use", "mcp_servers", "more_tools", *GOOGLE_TOOLS,
)  # fmt: skip
_MAKERS = ("gemini-*-image*", "gemini-*-tts*", "nano-banana*")

RULES: tuple[Rule, ...] = (
    Rule(
        when=("logprobs", "stream"),
        drop="top_logprobs",
        reason="log probabilities are not given in streams",
        source=_RECORDED,
    ),
    Rule(
        when=("logprobs",),
        drop="top_logprobs",
        models=("gemini-3*", "gemini-4*", "gemini-flash-latest", "gemini-flash-lite-latest", "gemini-pro-latest"),
        reason="Gemini 3 and later give no log probabilities",
        source=_RECORDED,
    ),
    *(
        Rule(
            when=("tools", tool),
            drop=tool if tool == "web_search" else None,
            models=BEFORE_GEMINI_3,
            reason=f"before Gemini 3, functions cannot stand beside {tool}",
            source=_FUNCTIONS,
        )
        for tool in GOOGLE_TOOLS
    ),
    *(
        Rule(
            when=(tool, form),
            models=BEFORE_GEMINI_3,
            reason="before Gemini 3, tools exclude JSON output",
            source=_SCHEMA,
        )
        for tool in ("tools", *GOOGLE_TOOLS)
        for form in ("json_mode", "schema")
    ),
    *(
        Rule(
            when=(penalty,),
            drop=penalty,
            models=("gemini-2.5*",),
            reason="Gemini 2.5 refuses penalties",
            source="npm @ai-sdk/google 4.0.121 (2026-11)",
        )
        for penalty in ("frequency_penalty", "presence_penalty")
    ),
    Rule(
        when=("tools",),
        models=_MAKERS,
        reason="models that make pictures or speech call no functions",
        source=_FUNCTIONS,
    ),
    *(
        Rule(
            when=(feature,),
            models=("gemma-3*",),
            reason=f"Gemma 3 has no {feature} (400, 2025-08)",
            source=_RECORDED,
        )
        for feature in ("tools", "json_mode", "schema")
    ),
    *(
        Rule(
            when=(choice,),
            unless=("tools", "more_tools"),
            reason="there are no functions to choose from",
            source="https://ai.google.dev/api/caching#FunctionCallingConfig (2026-11)",
        )
        for choice in ("tool_choice", "tool_mode", "allowed_function_names")
    ),
    *(
        Rule(
            when=("cached_content", part),
            reason="system text and tools are those of the cached content, and cannot be sent beside it",
            source=_CACHE,
        )
        for part in _IN_CACHE
    ),
)
