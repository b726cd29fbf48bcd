"""How long a model thinks, in the words of each family, and how it is told not to.

Rules: a word that a family does not know is refused rather than silently taken for another one; families that nobody
has described take every word. Typed by the vendor or sent by its own clients (2026-11), never recorded.

Source: https://developers.cloudflare.com/workers-ai/models/ (the page of each model)
"""

from collections.abc import Mapping
from typing import Any

from jackfield.dialects.chat_completions import Encoding, Json
from jackfield.types.provider import fits
from jackfield.values import frozen

_ANY_LEVEL = ("minimal", "low", "medium", "high", "xhigh", "max")
_WORD: Json = {"reasoning_effort": "none"}
_NULL: Json = {"reasoning_effort": None}
_TEMPLATE: Json = {"chat_template_kwargs": {"enable_thinking": False}}


@frozen(kw_only=True)
class Family:
    """What some models understand.

    Attributes:
        models: shell patterns of their ids.
        levels: the words for how long to think.
        off: what switches thinking off; None if nothing does.
    """

    models: tuple[str, ...]
    levels: tuple[str, ...] = ()
    off: Mapping[str, Any] | None = None


FAMILIES = (
    Family(models=("@cf/openai/gpt-oss-*",), levels=("low", "medium", "high")),
    Family(models=("@cf/zai-org/glm-5.2",), levels=_ANY_LEVEL, off=_WORD),
    Family(models=("@cf/zai-org/glm-5.3*",), levels=("low", "high", "max")),
    Family(models=("@cf/moonshotai/kimi-k2.[56]",), levels=("low", "medium", "high", "max"), off=_WORD),
    Family(models=("@cf/moonshotai/kimi-k2.7*",)),
    Family(models=("@cf/deepseek-ai/deepseek-v4-*",), levels=_ANY_LEVEL, off=_WORD),
    Family(models=("@cf/qwen/qwen3.8-*",), levels=("low", "medium", "xhigh"), off=_TEMPLATE),
    Family(models=("@cf/zai-org/glm-4.7*", "@cf/google/gemma-4-*", "@cf/nvidia/nemotron-3-*"), off=_TEMPLATE),
    Family(models=("*",), levels=_ANY_LEVEL, off=_NULL),
)
"""The first row that fits counts."""


def chat_effort(encoding: Encoding) -> Json:
    """The members of a chat body that say how long to think.

    Raises:
        UnsupportedOption: the model does not know that word.
    """
    effort, family = _asked(encoding)
    return dict(family.off or {}) if effort == "none" else {"reasoning_effort": effort}


def responses_effort(encoding: Encoding) -> Json:
    """The member of a Responses body: the same levels, and no word for none.

    Raises:
        UnsupportedOption: the model does not know that word, or thinking is to be switched off.
    """
    effort, _ = _asked(encoding)
    if effort == "none":
        raise encoding.refusal("reasoning_effort", "the Responses shape cannot switch thinking off")
    return {"reasoning": {"effort": effort}}


def _asked(encoding: Encoding) -> tuple[str, Family]:
    effort, model = encoding.request.reasoning_effort or "", encoding.request.model
    family = next(one for one in FAMILIES if fits(model, one.models))
    known = (*family.levels, *(() if family.off is None else ("none",)))
    if effort not in known:
        raise encoding.refusal(
            "reasoning_effort",
            f"{model} does not know {effort!r}; it knows {', '.join(known) or 'nothing of the kind'}",
        )
    return effort, family
