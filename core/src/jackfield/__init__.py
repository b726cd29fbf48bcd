"""Call language models of any provider, sync or async, through plugins.

    import jackfield

    with jackfield.Client("groq", model="openai/gpt-oss-20b") as client:
        print(client.generate("Why is the sky blue?").text)

Every public name is here. Names are imported on first use: `import jackfield` loads neither httpx nor any plugin.
"""

from importlib import import_module
from typing import Any

_NAMES: dict[str, str] = {
    "jackfield.client": "AsyncClient Client",
    "jackfield.conversation": "dumps loads",
    "jackfield.discovery": "providers",
    "jackfield.errors": "AuthenticationError BetweenEventsTimeout Conflict ConnectTimeout DecodeError "
    "FirstEventTimeout IncompleteStream InvalidRequest JackfieldError MissingCredential NotFound OutputError "
    "Overloaded PartialReply PaymentRequired PermissionDenied PluginBroken PluginConflict PluginError "
    "PluginIncompatible PluginNotFound ProviderError RateLimited ReplyTooLarge RequestTooLarge ServerError "
    "TimeoutExceeded ToolLoopLimit TotalTimeout TransportError UnsupportedOperation UnsupportedOption UsageError",
    "jackfield.hookspecs": "API_VERSION hookimpl",
    "jackfield.http": "Secret",
    "jackfield.operations.build": "tool",
    "jackfield.streams": "AsyncStream Stream",
    "jackfield.types.batches": "Batch BatchCounts BatchItem BatchState",
    "jackfield.types.events": "Alternative Event Finish LogprobsDelta MediaDelta NoticeEvent ProviderData "
    "RateLimitsUpdate ReasoningDelta StreamStart TextDelta TextWasReasoning ToolCallDelta UsageUpdate",
    "jackfield.types.files": "File FileState",
    "jackfield.types.messages": "Message assistant system tool_result user",
    "jackfield.types.models": "Model Pricing",
    "jackfield.types.parts": "Audio Citation Document Image Media Opaque ProviderPart Reasoning ServerTool Text "
    "ToolCall ToolResult Video",
    "jackfield.types.policies": "Retries Timeouts",
    "jackfield.types.requests": "GenerateRequest ImageRequest OutputSchema Tool ToolName WebSearch",
    "jackfield.types.results": "FinishReason Notice RateLimit RateLimits RawReply Result TokenLogprob Usage",
    "jackfield.types.tiers": "BEST CHEAP GOOD Tier",
}
_WHERE = {
    public: (module, name or public)
    for module, names in _NAMES.items()
    for public, _, name in (entry.partition("=") for entry in names.split())
}

# Type checkers read __init__.pyi, which a test compares with the table above.
# Computed, because the stub and the table would have to agree with a third list.
__all__ = [*sorted(_WHERE)]  # noqa: PLE0604  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        msg = f"module 'jackfield' has no attribute {name!r}"
        raise AttributeError(msg)
    module, attribute = _WHERE[name]
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
