"""Gemini as the core sees it."""

from jackfield.types.provider import Capabilities, ProviderInfo, Setting
from jackfield.types.requests import GENERATE_OPTIONS, GenerateRequest, ImageRequest
from jackfield_gemini.address import VERSION
from jackfield_gemini.rules import RULES

_ABSENT = frozenset({"parallel_tool_calls"})
"""Options for which Gemini has no field: it always may call several functions at once."""

INFO = ProviderInfo(
    id="gemini",
    name="Google Gemini",
    base_url="https://generativelanguage.googleapis.com",
    base_url_variables=("GOOGLE_GEMINI_BASE_URL",),
    settings=(
        Setting(
            name="api_key",
            description="Key of the Gemini Developer API",
            variables=("GOOGLE_API_KEY", "GEMINI_API_KEY"),  # in this order: what Google's own SDKs do
            secret=True,
            url="https://aistudio.google.com/apikey",
        ),
        Setting(
            name="api_version",
            description="Version of the API: the first segment of every path",
            required=False,
            default=VERSION,
        ),
    ),
    api_version="1.2",
    docs_url="https://ai.google.dev/api/generate-content",
    capabilities=Capabilities(
        operations=(GenerateRequest, ImageRequest),
        options=frozenset(GENERATE_OPTIONS) - _ABSENT,
        media=frozenset({"image", "audio", "video", "document", "media"}),
        rules=RULES,
    ),
    country="US",
    counted_apart=frozenset({"reasoning", "tool_input"}),
    options_type="jackfield_gemini.options:GeminiOptions",
)
