"""What the plugin declares about Anthropic: settings, what the codec can send, what excludes each other.

Sources: https://platform.claude.com/docs/en/build-with-claude/extended-thinking and
https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking (2026-11).
"""

from jackfield.types.provider import Capabilities, ProviderInfo, Rule, Setting
from jackfield.types.requests import GenerateRequest
from jackfield_anthropic.options import AnthropicOptions
from jackfield_anthropic.shapes import PROVIDER

THINKING = "https://platform.claude.com/docs/en/build-with-claude/extended-thinking"
ADAPTIVE = "https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking"
CHOICE = "https://platform.claude.com/docs/en/agents-and-tools/tool-use/implement-tool-use"
SEARCH = "https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool"

# Those that think within a budget only, and those that decide by themselves only (ADAPTIVE, 2026-11).
BUDGETED = (
    "claude-3-*", "claude-opus-4-0", "claude-opus-4-1*", "claude-opus-4-2025*", "claude-opus-4-5*",
    "claude-sonnet-4-0", "claude-sonnet-4-2025*", "claude-sonnet-4-5*", "claude-haiku-4-5*",
)  # fmt: skip
ADAPTIVE_ONLY = ("claude-opus-4-7*", "claude-*-5*", "claude-fable-*", "claude-mythos-*")

RULES = (
    Rule(
        when=("reasoning_effort", "thinking"),
        models=BUDGETED,
        drop="reasoning_effort",
        reason="the model thinks within a budget: give reasoning_budget",
        source=ADAPTIVE,
    ),
    Rule(
        when=("reasoning_budget",),
        models=ADAPTIVE_ONLY,
        excluded_models=BUDGETED,
        drop="reasoning_budget",
        reason="the model decides by itself how long to think: give reasoning_effort",
        source=ADAPTIVE,
    ),
    Rule(when=("forced_tool", "thinking"), reason="a model that thinks cannot be forced to a tool", source=THINKING),
    Rule(when=("tool_choice",), unless=("tools",), reason="there are no tools to choose from", source=CHOICE),
    Rule(when=("temperature", "thinking"), drop="temperature", reason="not while thinking", source=THINKING),
    Rule(when=("top_k", "thinking"), drop="top_k", reason="not while thinking", source=THINKING),
)

INFO = ProviderInfo(
    id=PROVIDER,
    name="Anthropic",
    base_url="https://api.anthropic.com",
    settings=(
        Setting(
            name="api_key",
            description="API key",
            variables=("ANTHROPIC_API_KEY",),
            secret=True,
            url="https://platform.claude.com/settings/keys",
        ),
    ),
    api_version="1.0",
    docs_url="https://platform.claude.com/docs/en/api/messages",
    capabilities=Capabilities(
        operations=(GenerateRequest,),
        options=frozenset(
            {
                "temperature", "top_p", "top_k", "max_tokens", "stop", "schema", "tools", "tool_choice",
                "parallel_tool_calls", "web_search", "reasoning_effort", "reasoning_budget",
            }
        ),
        media=frozenset({"image", "document"}),
        rules=RULES,
    ),
    country="US",
    counted_apart=frozenset({"cached"}),
    options_type=AnthropicOptions,
    base_url_variables=("ANTHROPIC_BASE_URL",),
)  # fmt: skip
