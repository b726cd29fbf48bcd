"""The models that the simulated Groq serves, and what sets them apart. `sim-` models exist only here."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Literal

import attrs

from jackfield.testing.checking import Json


@attrs.frozen(kw_only=True)
class Kind:
    """What a family of models does.

    Attributes:
        reasons: where reasoning goes by default: `parsed` to its field, `raw` to think tags; None: it has none.
        efforts: accepted values of `reasoning_effort`.
        schemas: response format `json_schema`: `strict`, `loose` (best effort) or none at all.
        built_in: server-run tools that it takes.
        compound: it is a system of several models.
        opening: the delta of the first chunk.
        call_ids: prefix and length of its call ids.
    """

    reasons: Literal["parsed", "raw"] | None = None
    efforts: tuple[str, ...] = ()
    schemas: Literal["strict", "loose"] | None = None
    sees: bool = False
    tools: bool = True
    built_in: tuple[str, ...] = ()
    chats: bool = True
    compound: bool = False
    opening: tuple[tuple[str, str | None], ...] = (("role", "assistant"), ("content", ""))
    call_ids: tuple[str, int] = ("", 9)


_LLAMA = Kind(opening=(("role", "assistant"),))
_SCOUT = Kind(sees=True, schemas="loose", opening=(("role", "assistant"), ("content", None)))
_GPT_OSS = Kind(
    reasons="parsed",
    efforts=("low", "medium", "high"),
    schemas="strict",
    built_in=("browser_search", "code_interpreter"),
    call_ids=("fc_", 32),
)
_KINDS: tuple[tuple[str, Kind], ...] = (
    ("openai/gpt-oss-*", _GPT_OSS),
    ("*whisper*", Kind(chats=False)),
    ("*-tts*", Kind(chats=False)),
    ("*compound*", Kind(reasons="parsed", tools=False, compound=True)),
    ("qwen/qwen3.8-*", Kind(reasons="raw", efforts=("none", "default", "low", "medium", "high"), sees=True)),
    ("qwen/*", Kind(reasons="raw", efforts=("none", "default"))),
    ("deepseek-*", Kind(reasons="raw")),
    ("meta-llama/llama-4-*", _SCOUT),
    ("moonshotai/kimi-*", Kind(schemas="loose")),
    ("sim-think*", Kind(reasons="raw", efforts=("none", "default"), schemas="loose", sees=True)),
    ("sim-reason*", attrs.evolve(_GPT_OSS, sees=True)),
    ("sim-*", Kind(schemas="strict", sees=True)),
    ("*", _LLAMA),
)

# id: owner, created, context window, longest completion. Source: the models list recorded in 2025-08.
MODELS: Mapping[str, tuple[str, int, int, int]] = {
    "llama-3.1-8b-instant": ("Meta", 1693721698, 131072, 131072),
    "llama-3.3-70b-versatile": ("Meta", 1733447754, 131072, 32768),
    "meta-llama/llama-4-scout-17b-16e-instruct": ("Meta", 1743874824, 131072, 8192),
    "meta-llama/llama-4-maverick-17b-128e-instruct": ("Meta", 1743877158, 131072, 8192),
    "moonshotai/kimi-k2-instruct": ("Moonshot AI", 1752435491, 131072, 16384),
    "openai/gpt-oss-120b": ("OpenAI", 1754408224, 131072, 65536),
    "openai/gpt-oss-20b": ("OpenAI", 1754407957, 131072, 65536),
    "openai/gpt-oss-safeguard-20b": ("OpenAI", 1761708789, 131072, 65536),
    "qwen/qwen3-32b": ("Alibaba Cloud", 1748396646, 131072, 40960),
    "qwen/qwen3.8-27b": ("Alibaba Cloud", 1787000000, 131072, 40960),
    "deepseek-r1-distill-llama-70b": ("DeepSeek / Meta", 1737924940, 131072, 131072),
    "groq/compound": ("Groq", 1756949530, 131072, 8192),
    "groq/compound-mini": ("Groq", 1756949707, 131072, 8192),
    "whisper-large-v3-turbo": ("OpenAI", 1728413088, 448, 448),
    "sim-chat": ("jackfield simulator", 1700000000, 131072, 32768),
    "sim-reasoner": ("jackfield simulator", 1700000000, 131072, 32768),
    "sim-thinker": ("jackfield simulator", 1700000000, 131072, 32768),
}
_ALIASES: Mapping[str, str] = {"compound-beta": "groq/compound", "compound-beta-mini": "groq/compound-mini"}


def canonical(model: str) -> str | None:
    """The id under which a model answers; None if there is no such model."""
    found = _ALIASES.get(model, model)
    return found if found in MODELS or found.startswith("sim-") else None


def kind_of(model: str) -> Kind:
    """What the model does."""
    return next(kind for pattern, kind in _KINDS if fnmatchcase(model, pattern))


def wire_model(model: str) -> Json:
    """The model as the list shows it."""
    owner, created, context, longest = MODELS[model]
    return {
        "id": model,
        "object": "model",
        "created": created,
        "owned_by": owner,
        "active": True,
        "context_window": context,
        "public_apps": None,
        "max_completion_tokens": longest,
    }
