"""The models that the simulated Workers AI serves, and what sets them apart. `@cf/sim/` models exist only here.

Source: model lists recorded from 2025-05 to 2026-08, and which backend answered for which model in that time.
"""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Literal

import attrs

from jackfield.testing.checking import Json
from jackfield.testing.tokens import label

_GENERATION = "Text Generation"
# name: task, context window, prices per million tokens (input, output), flags
MODELS: Mapping[str, tuple[str, int, tuple[float, float], tuple[str, ...]]] = {
    "@cf/meta/llama-3.2-1b-instruct": (_GENERATION, 60000, (0.027, 0.201), ()),
    "@cf/meta/llama-3.2-3b-instruct": (_GENERATION, 80000, (0.0509, 0.335), ("lora",)),
    "@cf/meta/llama-3.2-11b-vision-instruct": (_GENERATION, 128000, (0.0485, 0.676), ("lora", "vision")),
    "@cf/meta/llama-3.3-70b-instruct-fp8-fast": (_GENERATION, 24000, (0.293, 2.253), ("function_calling",)),
    "@cf/meta/llama-4-scout-17b-16e-instruct": (_GENERATION, 131000, (0.27, 0.85), ("function_calling", "vision")),
    "@cf/deepseek-ai/deepseek-r1-distill-qwen-32b": (_GENERATION, 80000, (0.497, 4.881), ("reasoning",)),
    "@hf/nousresearch/hermes-2-pro-mistral-7b": (_GENERATION, 24000, (0.0, 0.0), ("beta", "function_calling")),
    "@cf/mistral/mistral-7b-instruct-v0.2-lora": (_GENERATION, 15000, (0.0, 0.0), ("beta", "lora")),
    "@cf/moondream/moondream3.1-9B-A2B": ("Image-to-Text", 0, (0.3, 1.0), ("vision",)),
    "@cf/mistralai/mistral-small-3.1-24b-instruct": (_GENERATION, 128000, (0.351, 0.555), ("function_calling",)),
    "@cf/zai-org/glm-4.7-flash": (_GENERATION, 131072, (0.0605, 0.4), ("function_calling", "reasoning")),
    "@cf/qwen/qwen3.8-27b": (_GENERATION, 131072, (0.3, 1.0), ("function_calling", "reasoning", "vision")),
    "@cf/openai/gpt-oss-120b": (_GENERATION, 128000, (0.35, 0.75), ("function_calling", "reasoning")),
    "@cf/openai/gpt-oss-20b": (_GENERATION, 128000, (0.2, 0.3), ("function_calling", "reasoning")),
    "@cf/baai/bge-m3": ("Text Embeddings", 60000, (0.0118, 0.0), ()),
    "@cf/pipecat-ai/smart-turn-v2": ("Dumb Pipe", 0, (0.0, 0.0), ("partner",)),
    "@cf/sim/chat": (_GENERATION, 131072, (0.1, 0.2), ("function_calling", "vision")),
    "@cf/sim/native": (_GENERATION, 131072, (0.1, 0.2), ("function_calling", "vision")),
}  # fmt: skip
_NEURON_USD = 0.000011
_NAME = re.compile(r"@(?:cf|hf)/[\w.-]+/[\w.-]+")

Backend = Literal["flat", "nested", "thinking", "hermes", "chat", "question"]


@attrs.frozen(kw_only=True)
class Kind:
    """What a family of models does.

    Attributes:
        backend: the shape of its native answers.
        schemas: it takes JSON Schemas.
        streams_schemas: it streams them too.
        responses: it takes `input` as well.
        reasons: it thinks.
    """

    backend: Backend = "flat"
    sees: bool = False
    schemas: bool = True
    streams_schemas: bool = False
    responses: bool = False
    reasons: bool = False


_KINDS: tuple[tuple[str, Kind], ...] = (
    ("@cf/meta/llama-3.2-[13]b-*", Kind(schemas=False)),
    ("@cf/meta/llama-3.2-11b-*", Kind(sees=True)),
    ("@cf/moondream/*", Kind(backend="question", sees=True, schemas=False, reasons=True)),
    ("@cf/meta/llama-4-*", Kind(backend="nested", sees=True, streams_schemas=True)),
    ("@cf/deepseek-ai/deepseek-r1-*", Kind(backend="thinking", reasons=True)),
    ("@hf/nousresearch/*", Kind(backend="hermes")),
    ("@cf/openai/gpt-oss-*", Kind(backend="chat", streams_schemas=True, responses=True, reasons=True)),
    ("@cf/zai-org/*", Kind(backend="chat", streams_schemas=True, reasons=True)),
    ("@cf/qwen/qwen3*", Kind(backend="chat", streams_schemas=True, reasons=True, sees=True)),
    ("@cf/sim/chat*", Kind(backend="chat", streams_schemas=True, sees=True)),
    ("@cf/sim/*", Kind(backend="nested", streams_schemas=True, sees=True)),
    ("*", Kind()),
)


def kind_of(model: str) -> Kind | None:
    """What the model does; None if it generates no text, or there is none."""
    known = model in MODELS or (model.startswith("@cf/sim/") and _NAME.fullmatch(model))
    if not known or MODELS.get(model, (_GENERATION,))[0] not in {_GENERATION, "Image-to-Text"}:
        return None
    return next(kind for pattern, kind in _KINDS if fnmatchcase(model, pattern))


def neurons(model: str, input_tokens: int, output_tokens: int) -> str:
    """The billed units, as text. Source: https://developers.cloudflare.com/workers-ai/platform/pricing/."""
    inputs, outputs = MODELS.get(model, MODELS["@cf/sim/chat"])[2]
    return f"{(input_tokens * inputs + output_tokens * outputs) / 1e6 / _NEURON_USD:.2f}"


def search(page: int, per_page: int, task: str | None) -> Json:
    """A page of the list; behind the last one come empty pages, and `total_count` counts what nobody can reach."""
    names = [name for name, facts in MODELS.items() if task is None or facts[0] == task]
    found = [_wire_model(name) for name in names[(page - 1) * per_page : page * per_page]]
    return {
        "success": True,
        "result": found,
        "errors": [],
        "messages": [],
        "result_info": {"count": len(found), "page": page, "per_page": per_page, "total_count": 10 * len(MODELS)},
    }


def _wire_model(name: str) -> Json:
    task, context, (inputs, outputs), flags = MODELS[name]
    digits = label(name, length=32)
    properties: list[Json] = [{"property_id": flag, "value": "true"} for flag in flags]
    if context:
        properties.append({"property_id": "context_window", "value": str(context)})
    if inputs:
        prices = [("per M input tokens", inputs), ("per M output tokens", outputs)]
        value = [{"unit": unit, "price": price, "currency": "USD"} for unit, price in prices if price]
        properties.append({"property_id": "price", "value": value})
    return {
        "id": "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])),
        "source": 2 if name.startswith("@hf/") else 1,
        "name": name,
        "description": f"Simulated by jackfield: {name}.",
        "task": {"id": label(task, length=32), "name": task, "description": f"{task}."},
        "created_at": "2025-01-02 03:04:05.678",
        "tags": [],
        "properties": properties,
    }
