"""What each model can really do: a table of evidence that every plugin ships, and the ways to read it.

`load(provider)` gives a provider's Score, `preferred(provider, tier)` the model of a tier, `nearest(provider, model)`
the model of a similar name, `find(needs)` the model for a job.
"""

from jackfield.scoreboard.model import Cell, Functionality, Modal, Recording, Scenario, Score, Support, Tier
from jackfield.scoreboard.search import Choice, find, parse_needs
from jackfield.scoreboard.store import installed, load, nearest, preferred

__all__ = [
    "Cell",
    "Choice",
    "Functionality",
    "Modal",
    "Recording",
    "Scenario",
    "Score",
    "Support",
    "Tier",
    "find",
    "installed",
    "load",
    "nearest",
    "parse_needs",
    "preferred",
]
