"""CHEAP, GOOD and BEST: a model by what it is good for; the provider's scoreboard says which one that is."""

from enum import Enum


class Tier(Enum):
    """A model to be chosen by the scoreboard."""

    CHEAP = "cheap"
    GOOD = "good"
    BEST = "best"


CHEAP = Tier.CHEAP
GOOD = Tier.GOOD
BEST = Tier.BEST
