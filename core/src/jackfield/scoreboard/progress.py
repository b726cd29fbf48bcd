"""How far a run is, and what it has cost so far."""

from typing import Any

import attrs

from jackfield.types.models import Pricing
from jackfield.types.results import Result


@attrs.define
class Progress:
    """How far a run is.

    Attributes:
        done, total: probes; the total shrinks when one proves needless.
        sent: requests that this run made; the others were on disk.
        usd: what their tokens cost by the list price; None without one.
    """

    total: int
    done: int = 0
    sent: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    usd: float | None = None
    case: str = ""

    def add(self, result: Result[Any], pricing: Pricing | None) -> None:
        """Count a reply's tokens, and what they cost."""
        usage = result.usage
        self.input_tokens += (usage and usage.input_tokens) or 0
        self.output_tokens += (usage and usage.output_tokens) or 0
        if pricing is not None:
            cost = self.input_tokens * (pricing.input_usd or 0) + self.output_tokens * (pricing.output_usd or 0)
            self.usd = cost / 1_000_000
