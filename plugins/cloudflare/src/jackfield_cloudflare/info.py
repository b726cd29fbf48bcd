"""What Workers AI is told, what the codec can send, and which combinations it refuses."""

from jackfield.hookspecs import hookimpl
from jackfield.types.provider import Capabilities, ProviderInfo, Rule, Setting
from jackfield.types.requests import GENERATE_OPTIONS, GenerateRequest
from jackfield_cloudflare.errors import PROVIDER
from jackfield_cloudflare.options import ENDPOINTS, CloudflareOptions

BASE_URL = "https://api.cloudflare.com/client/v4"

SETTINGS = (
    Setting(
        name="api_key",
        description='an API token with the permission "Workers AI: Read"',
        variables=("CLOUDFLARE_API_TOKEN", "CLOUDFLARE_API_KEY"),
        secret=True,
        url="https://dash.cloudflare.com/profile/api-tokens",
    ),
    Setting(
        name="account_id",
        description="the account that is billed, 32 hexadecimal digits",
        variables=("CLOUDFLARE_ACCOUNT_ID",),
        url="https://developers.cloudflare.com/fundamentals/account/find-account-and-zone-ids/",
    ),
    Setting(
        name="endpoint",
        description=f"which API to call: {', '.join(ENDPOINTS)}",
        required=False,
        default="native",
    ),
    Setting(
        name="gateway_id",
        description="the AI Gateway to go through; `default` is made by itself",
        variables=("CLOUDFLARE_GATEWAY_ID", "CLOUDFLARE_AI_GATEWAY_ID"),
        required=False,
    ),
    Setting(
        name="gateway_api_key",
        description="the token of an authenticated AI Gateway",
        variables=("CLOUDFLARE_AI_GATEWAY_API_KEY",),
        secret=True,
        required=False,
    ),
)

# Refused by the provider: schema and stream with 403, code 5023; schema at all with 403, code 5025. Recorded 2025-05 to
# 2026-08 for these models; llama-4-scout streams with a schema, and what others do is not known.
RULES = (
    Rule(
        when=("schema", "stream"),
        models=(
            "@cf/meta/llama-3.2-[13]b-instruct",
            "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
            "@cf/deepseek-ai/deepseek-r1-distill-qwen-32b",
            "@hf/nousresearch/hermes-2-pro-mistral-7b",
        ),
        reason="this model has no JSON Schema mode in a stream (code 5023): use generate(), or json_mode=True",
        source="https://developers.cloudflare.com/workers-ai/features/json-mode/",
    ),
    Rule(
        when=("schema",),
        models=("@cf/meta/llama-3.2-[13]b-instruct",),
        reason="this model has no JSON Schema mode (code 5025): use json_mode=True, or another model",
        source="recorded answers, 2025-12-18 and 2026-08-20",
        drop="schema",
    ),
    Rule(
        when=("tool_choice",),
        models=("@cf/mistralai/mistral-small-3.1-24b-instruct",),
        reason="this model cannot be given a tool choice: the vendor's own client leaves it out",
        source="langchain-cloudflare 0.4.3, the vendor's LangChain client",
        drop="tool_choice",
    ),
    Rule(
        when=("tool_choice",),
        unless=("tools",),
        reason="there are no tools to choose from",
        source="https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/",
    ),
)


@hookimpl
def provider_info() -> ProviderInfo:
    """Cloudflare Workers AI."""
    return ProviderInfo(
        id=PROVIDER,
        name="Cloudflare Workers AI",
        base_url=BASE_URL,
        base_url_variables=("CLOUDFLARE_BASE_URL",),
        settings=SETTINGS,
        api_version="1.2",
        docs_url="https://developers.cloudflare.com/workers-ai/",
        country="US",
        options_type=CloudflareOptions,
        capabilities=Capabilities(
            operations=(GenerateRequest,),
            options=frozenset(GENERATE_OPTIONS) - {"web_search", "reasoning_budget"},
            media=frozenset({"image"}),
            rules=RULES,
        ),
    )
