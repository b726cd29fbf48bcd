"""What calls cost, in US dollars, as far as that is known.

Rules: a price comes from your own table, else from a model's listing (`learn`); nothing is guessed. A call whose price
or counts are not known costs None, not zero, and so does a total that contains one. Tokens are the provider's own;
which of them are part of which is in `ProviderInfo.counted_apart`. Fees that are not by the token (searches, writing
to a cache, images) are not counted. An answer from a cache costs nothing.
"""

import threading
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

import attrs

from jackfield import registry
from jackfield.errors import PluginError
from jackfield.hookspecs import ANSWERED_BY, hookimpl
from jackfield.types.models import Model, Pricing
from jackfield.types.requests import Request
from jackfield.types.results import Result, Usage
from jackfield.values import frozen

_MILLION = 1_000_000


@frozen(kw_only=True)
class Cost:
    """One finished call.

    Attributes:
        usd: US dollars; None: not known, and `unknown` says why.
    """

    provider: str
    model: str
    usd: float | None
    usage: Usage | None = None
    unknown: str | None = None


def cost_of(
    usage: Usage | None, pricing: Pricing | None, apart: frozenset[str] = frozenset()
) -> tuple[float | None, str]:
    """Dollars, or None and the reason.

    Args:
        usage: what the provider counted.
        pricing: dollars per million tokens.
        apart: `ProviderInfo.counted_apart`.
    """
    if usage is None or usage.input_tokens is None or usage.output_tokens is None:
        return None, "the provider did not say how many tokens"
    if pricing is None or pricing.input_usd is None or pricing.output_usd is None:
        return None, "no price is known for the model"
    cached = usage.cached_tokens or 0
    if cached and pricing.cached_input_usd is None:
        return None, "no price is known for tokens from the cache"
    told = usage.input_tokens - (0 if "cached" in apart else cached)
    told += (usage.tool_input_tokens or 0) if "tool_input" in apart else 0
    said = usage.output_tokens + ((usage.reasoning_tokens or 0) if "reasoning" in apart else 0)
    dollars = told * pricing.input_usd + said * pricing.output_usd + cached * (pricing.cached_input_usd or 0.0)
    return dollars / _MILLION, ""


@attrs.define(eq=False)
class CostMeter:
    """Middleware that adds up what calls cost. It may be shared by clients and threads.

    Attributes:
        prices: your own table: `provider:model` or a shell pattern such as `groq:*gpt-oss*`; the first one counts.
        calls: every finished call, in order.
    """

    prices: Mapping[str, Pricing] = attrs.field(factory=dict[str, Pricing])
    calls: list[Cost] = attrs.field(factory=list[Cost], init=False)
    _learnt: dict[str, Pricing] = attrs.field(factory=dict[str, Pricing], init=False, repr=False)
    _lock: Any = attrs.field(factory=threading.Lock, init=False, repr=False)

    def learn(self, models: Iterable[Model]) -> None:
        """Take the prices of listed models: `meter.learn(client.list_models())`."""
        for model in models:
            if model.pricing is not None:
                self._learnt[f"{model.provider}:{model.id}"] = model.pricing

    @property
    def total_usd(self) -> float | None:
        """What all calls cost together; None if that of any is not known. See `known_usd`."""
        return None if any(cost.usd is None for cost in self.calls) else self.known_usd

    @property
    def known_usd(self) -> float:
        """What the calls of known cost cost together: a lower bound."""
        return sum(cost.usd or 0.0 for cost in self.calls)

    @property
    def unknown(self) -> tuple[Cost, ...]:
        """The calls of which the cost is not known, each with its reason."""
        return tuple(cost for cost in self.calls if cost.usd is None)

    def price_of(self, provider: str, model: str) -> Pricing | None:
        """The price of a model, or None."""
        name = f"{provider}:{model}"
        found = (price for pattern, price in self.prices.items() if pattern == name or fnmatchcase(name, pattern))
        return next(found, None) or self._learnt.get(name)

    @hookimpl
    def call_finished(self, provider: str, request: Request, result: Result[Any]) -> None:
        """Count one call, by the model that was asked for; some answer under another name."""
        pricing = self.price_of(provider, request.model)
        usd, unknown = cost_of(result.usage, pricing, counted_apart(provider))
        if result.raw is not None and ANSWERED_BY in result.raw.headers:
            usd, unknown = 0.0, ""
        with self._lock:
            self.calls.append(
                Cost(provider=provider, model=request.model, usd=usd, usage=result.usage, unknown=unknown or None)
            )


def counted_apart(provider: str) -> frozenset[str]:
    """How the provider counts; a plugin that is no installed one is taken to count everything inside."""
    try:
        return registry.load(provider).info.counted_apart
    except PluginError:
        return frozenset()


METER = CostMeter()
"""The one that `middleware=["cost"]` names."""
