"""The models that the simulated Gemini serves, and what sets them apart. `sim-` models exist only here.

Source: https://ai.google.dev/gemini-api/docs/models, and the lists recorded in 2025-08 and 2026-08.
"""

import re
from collections.abc import Mapping

import attrs

from jackfield.testing.checking import Json

_GENERATE = ("generateContent", "countTokens")
_CACHED = (*_GENERATE, "createCachedContent", "batchGenerateContent")

# id: input tokens, output tokens, methods, thinking
MODELS: Mapping[str, tuple[int, int, tuple[str, ...], bool]] = {
    "gemini-2.0-flash": (1048576, 8192, _CACHED, False),
    "gemini-2.0-flash-lite": (1048576, 8192, _CACHED, False),
    "gemini-2.0-flash-preview-image-generation": (32768, 8192, _GENERATE, False),
    "gemini-2.5-pro": (1048576, 65536, _CACHED, True),
    "gemini-2.5-flash": (1048576, 65536, _CACHED, True),
    "gemini-2.5-flash-lite": (1048576, 65536, _CACHED, True),
    "gemini-2.5-flash-image": (32768, 32768, _GENERATE, False),
    "gemini-2.5-flash-preview-tts": (8192, 16384, _GENERATE, False),
    "gemini-3-pro-preview": (1048576, 65536, _CACHED, True),
    "gemini-3-pro-image-preview": (131072, 32768, _GENERATE, True),
    "gemini-3-flash-preview": (1048576, 65536, _CACHED, True),
    "gemini-3.1-pro-preview": (1048576, 65536, _CACHED, True),
    "gemini-3.1-flash-lite": (1048576, 65536, _CACHED, True),
    "gemini-3.1-flash-tts-preview": (8192, 16384, _GENERATE, False),
    "gemini-3.5-flash": (1048576, 65536, _CACHED, True),
    "gemini-3.6-flash": (1048576, 65536, _CACHED, True),
    "gemini-3.7-flash": (1048576, 65536, _CACHED, True),
    "gemini-3.8-flash": (1048576, 65536, _CACHED, True),
    "gemini-4-argon": (1048576, 65536, _CACHED, True),
    "gemini-flash-latest": (1048576, 65536, _CACHED, True),
    "gemini-flash-lite-latest": (1048576, 65536, _CACHED, True),
    "gemini-pro-latest": (1048576, 65536, _CACHED, True),
    "gemma-3-27b-it": (131072, 8192, _GENERATE, False),
    "imagen-4.0-generate-001": (480, 8192, ("predict",), False),
    "imagen-4.0-fast-generate-001": (480, 8192, ("predict",), False),
    "gemini-embedding-001": (2048, 1, ("embedContent", "countTokens"), False),
    "sim-chat": (1048576, 65536, _CACHED, True),
    "sim-image": (1048576, 65536, _GENERATE, False),
    "sim-speech": (1048576, 65536, _GENERATE, False),
}
_RESOLVED: Mapping[str, str] = {
    "gemini-flash-latest": "gemini-3.5-flash",
    "gemini-flash-lite-latest": "gemini-3.1-flash-lite",
    "gemini-pro-latest": "gemini-3.1-pro-preview",
}
_GENERATION = re.compile(r"gemini-(\d(?:\.\d)?)")


@attrs.frozen(kw_only=True)
class Kind:
    """What a model does.

    Attributes:
        name: the id under which it answers.
        generation: 2.5 and the like; Gemma counts as 1.
        makes: its modalities beside TEXT; empty for text alone.
        budget: least and most of `thinkingBudget`; None: it takes none.
        levels: values of `thinkingLevel`.
        thinks_alone: it thinks unless it is told not to.
        stoppable: thinking can be switched off.
    """

    name: str
    generation: float
    makes: str | None = None
    budget: tuple[int, int] | None = None
    levels: tuple[str, ...] = ()
    thinks_alone: bool = False
    stoppable: bool = True

    @property
    def thinks(self) -> bool:
        """Whether it thinks at all."""
        return self.budget is not None or bool(self.levels)


def kind_of(model: str) -> Kind | None:
    """What the model does; None if there is no such model."""
    name = _RESOLVED.get(model, model)
    if name not in MODELS and not name.startswith("sim-"):
        return None
    found = _GENERATION.match(name)
    generation = float(found[1]) if found else 1.0 if name.startswith("gemma") else 3.0
    if name.startswith(("imagen", "gemini-embedding")):
        return Kind(name=name, generation=generation)
    if "image" in name:
        return Kind(name=name, generation=generation, makes="IMAGE", budget=(1, 32768) if "3-pro" in name else None)
    if "tts" in name or name == "sim-speech":
        return Kind(name=name, generation=generation, makes="AUDIO")
    if generation == 2.5:
        return _gemini_2_5(name)
    if generation < 2.5:
        return Kind(name=name, generation=generation)
    return _gemini_3(name, generation)


def _gemini_2_5(name: str) -> Kind:
    """Budgets. Source: https://ai.google.dev/gemini-api/docs/thinking."""
    if "pro" in name:
        return Kind(name=name, generation=2.5, budget=(128, 32768), thinks_alone=True, stoppable=False)
    lite = "lite" in name
    return Kind(name=name, generation=2.5, budget=(512 if lite else 1, 24576), thinks_alone=not lite)


def _gemini_3(name: str, generation: float) -> Kind:
    """Levels; a budget is still taken before Gemini 4. Source: recorded requests of 2026-08."""
    levels: tuple[str, ...] = ("MINIMAL", "LOW", "MEDIUM", "HIGH")
    if generation >= 3.7 or "pro" in name:
        levels = ("LOW", "HIGH") if name.startswith("gemini-3-pro") else levels[1:]
    return Kind(
        name=name,
        generation=generation,
        levels=levels,
        budget=None if generation >= 4 else (1, 32768),
        thinks_alone="lite" not in name,
        stoppable="pro" not in name and generation < 4,
    )


def wire_model(model: str) -> Json:
    """The model as the list shows it; `thinking` is absent if it does not."""
    inputs, outputs, methods, thinking = MODELS[model]
    sampling = {"temperature": 1, "topP": 0.95, "topK": 64, "maxTemperature": 2}
    return {
        "name": f"models/{model}",
        "version": "001",
        "displayName": model.replace("-", " ").title(),
        "description": f"Simulated by jackfield: {model}.",
        "inputTokenLimit": inputs,
        "outputTokenLimit": outputs,
        "supportedGenerationMethods": list(methods),
        **(sampling if "generateContent" in methods else {}),
        **({"thinking": True} if thinking else {}),
    }
