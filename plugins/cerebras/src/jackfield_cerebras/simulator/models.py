"""The models that the simulated Cerebras serves, and what sets them apart. `sim-` models exist only here."""

from fnmatch import fnmatchcase
from typing import Literal

import attrs

from jackfield.testing.checking import Json


@attrs.frozen(kw_only=True)
class Kind:
    """What a family of models does.

    Attributes:
        reasons: where reasoning goes by default: `parsed` to its field, `raw` to the text; None: it has none.
        thinks_alone: it reasons unless it is told not to.
        efforts: accepted values of `reasoning_effort`.
        separator: the tags around raw reasoning; gpt-oss has none.
        fragments: arguments of calls are streamed in pieces.
        predicts: its usage counts predicted tokens.
        lists: it takes a list of text parts where a string would do.
        streams_all: it streams JSON and tool calls too.
        combines: it takes tools beside JSON output.
    """

    reasons: Literal["parsed", "raw"] | None = None
    thinks_alone: bool = True
    efforts: tuple[str, ...] = ()
    separator: tuple[str, str] = ("<think>", "</think>")
    sees: bool = False
    fragments: bool = False
    predicts: bool = False
    lists: bool = True
    streams_all: bool = True
    combines: bool = False


_GPT_OSS = Kind(reasons="parsed", efforts=("low", "medium", "high"), separator=("", ""), fragments=True, predicts=True)
_GEMMA = Kind(reasons="parsed", thinks_alone=False, efforts=("none", "low", "medium", "high"), sees=True)
_KINDS: tuple[tuple[str, Kind], ...] = (
    ("gpt-oss-*", _GPT_OSS),
    ("gemma-*", _GEMMA),
    ("zai-glm-*", Kind(reasons="parsed", efforts=("none", "low", "medium", "high"), predicts=True, combines=True)),
    ("qwen-3-*-instruct-*", Kind(lists=False)),
    ("qwen-3-*", Kind(reasons="raw", lists=False, streams_all=False)),
    ("sim-reason*", attrs.evolve(_GPT_OSS, sees=True)),
    ("sim-*", attrs.evolve(_GEMMA, predicts=True)),
    ("*", Kind()),
)
MODELS = (
    "gpt-oss-120b", "gemma-4-31b", "zai-glm-4.7", "llama3.1-8b", "llama-3.3-70b", "qwen-3-32b",
    "qwen-3-235b-a22b-instruct-2507", "qwen-3-235b-a22b-thinking-2507", "sim-chat", "sim-reasoner",
)  # fmt: skip


def canonical(model: str) -> str | None:
    """The id under which a model answers; None if there is no such model. `llama-3.1-8b` answers as `llama3.1-8b`."""
    found = "llama3.1-8b" if model == "llama-3.1-8b" else model
    return found if found in MODELS or found.startswith("sim-") else None


def kind_of(model: str) -> Kind:
    """What the model does."""
    return next(kind for pattern, kind in _KINDS if fnmatchcase(model, pattern))


def wire_model(model: str) -> Json:
    """The model as the list shows it; `created` is always 0."""
    return {"id": model, "object": "model", "created": 0, "owned_by": "Cerebras"}


def openrouter_model(model: str) -> Json:
    """The model in the list's `openrouter` format. Source: the types of cerebras-cloud-sdk 1.91.0."""
    kind = kind_of(model)
    return {
        "id": f"cerebras/{model}",
        "name": model,
        "created": 0,
        "context_length": 131072,
        "max_output_length": 40960,
        "pricing": {"prompt": "0.00000035", "completion": "0.00000075"},
        "input_modalities": ["text", "image"] if kind.sees else ["text"],
        "output_modalities": ["text"],
        "supported_features": ["tools", "json_mode", "structured_outputs"],
    }
