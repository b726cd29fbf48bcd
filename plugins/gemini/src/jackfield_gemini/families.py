"""What differs between families of models, as data. The first entry whose pattern fits a model's id counts.

Rules: an alias that Google moves from model to model (`-latest`) is described as loosely as its possible targets; an
unknown model is taken for one of the newest. Levels and budgets: https://ai.google.dev/gemini-api/docs/thinking
(2026-11), recorded 400s and 200s of 2025-08 and 2026-08 where they say more.
"""

from collections.abc import Mapping
from typing import Any, Literal

from jackfield.types.provider import fits
from jackfield.values import frozen

SchemaField = Literal["json_schema", "openapi"]

_OFF: Mapping[str, Any] = {"thinkingBudget": 0}
# Google's own mapping in its OpenAI-compatible layer: https://ai.google.dev/gemini-api/docs/openai#thinking (2026-11)
_BUDGETS: Mapping[str, Mapping[str, Any]] = {
    "minimal": {"thinkingBudget": 1024},
    "low": {"thinkingBudget": 1024},
    "medium": {"thinkingBudget": 8192},
    "high": {"thinkingBudget": 24576},
}


def _levels(*names: str) -> Mapping[str, Mapping[str, Any]]:
    return {name: {"thinkingLevel": name.upper()} for name in names}


@frozen(kw_only=True)
class Thinking:
    """How a model is told how long to think.

    Attributes:
        efforts: `reasoning_effort` -> members of `thinkingConfig`; without `none` it cannot be switched off.
        budget: least and most of `thinkingBudget`, besides 0 where `none` is one of the efforts, and -1 (the model
            decides); None: it takes no budget.
    """

    efforts: Mapping[str, Mapping[str, Any]]
    budget: tuple[int, int] | None = (1, 1 << 31)


@frozen(kw_only=True)
class Family:
    """Models that take the same requests.

    Attributes:
        models: shell patterns of ids, without `models/`.
        thinking: None: the model does not think, and refuses any `thinkingConfig`.
        schema: which of the two schema fields it understands.
        system: whether it takes `systemInstruction`; else the text goes in front of the first user turn.
        newest: Gemini 3 and later: media inside of function results, `mediaResolution` on a part, thought signatures
            demanded on function calls, Google's tools beside functions.
    """

    models: tuple[str, ...]
    thinking: Thinking | None = None
    schema: SchemaField = "json_schema"
    system: bool = True
    newest: bool = False


_PRO_25 = Thinking(efforts=_BUDGETS, budget=(128, 32768))
_ANY_LEVEL = Thinking(efforts={"none": _OFF, **_levels("minimal", "low", "medium", "high", "xhigh")})

FAMILIES: tuple[Family, ...] = (
    Family(models=("gemma-3*",), schema="openapi", system=False),
    Family(models=("gemma-4*",), thinking=Thinking(efforts=_levels("minimal", "high"))),
    Family(models=("gemini-2.0-flash-preview-image-generation",), schema="openapi", system=False),
    # Redirected since 2025: https://ai.google.dev/gemini-api/docs/changelog
    Family(models=("gemini-2.0-pro-exp*", "gemini-exp-1206"), thinking=_PRO_25),
    Family(
        models=("gemini-2.0-flash-thinking-exp*",),
        thinking=Thinking(efforts={"none": _OFF, **_BUDGETS}, budget=(1, 24576)),
    ),
    Family(models=("gemini-1*", "gemini-2.0-*", "learnlm-*"), schema="openapi"),
    Family(models=("gemini-2.5-*-tts", "gemini-2.5-flash-image*"), schema="openapi"),
    Family(models=("gemini-3*-tts*",), newest=True),
    Family(
        models=("gemini-2.5-flash-lite*",),
        thinking=Thinking(efforts={"none": _OFF, **_BUDGETS}, budget=(512, 24576)),
    ),
    Family(models=("gemini-2.5-pro*",), thinking=_PRO_25),
    Family(
        models=("gemini-2.5-*", "gemini-robotics-er-1*"),
        thinking=Thinking(efforts={"none": _OFF, **_BUDGETS}, budget=(1, 24576)),
    ),
    Family(
        models=("gemini-3-pro-image*", "nano-banana-pro*"),
        thinking=Thinking(efforts=_BUDGETS, budget=(1, 32768)),
        newest=True,
    ),
    Family(models=("gemini-3-pro*",), thinking=Thinking(efforts=_levels("low", "high")), newest=True),
    Family(models=("gemini-3.1-pro*",), thinking=Thinking(efforts=_levels("low", "medium", "high")), newest=True),
    Family(
        models=("gemini-3.7-*", "gemini-3.8-*"),
        thinking=Thinking(efforts={"none": _OFF, **_levels("low", "medium", "high")}),
        newest=True,
    ),
    Family(
        models=("gemini-3*",),
        thinking=Thinking(efforts={"none": _OFF, **_levels("minimal", "low", "medium", "high")}),
        newest=True,
    ),
    Family(
        models=("gemini-4-hydrogen*",),
        thinking=Thinking(efforts=_levels("low", "medium", "high", "xhigh"), budget=None),
        newest=True,
    ),
    Family(
        models=("gemini-4*",),
        thinking=Thinking(efforts=_levels("low", "medium", "high"), budget=None),
        newest=True,
    ),
    Family(models=("*",), thinking=_ANY_LEVEL, newest=True),
)

BEFORE_GEMINI_3 = ("gemini-1*", "gemini-2*", "gemini-exp-*", "gemma-3*", "learnlm-*")


def family_of(model: str) -> Family:
    """The family of a model, by its id with or without `models/`."""
    name = model.removeprefix("models/")
    return next(family for family in FAMILIES if fits(name, family.models))
