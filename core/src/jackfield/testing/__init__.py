"""Providers on loopback, for tests, demos and benchmarks: `Simulator`, its faults, and the responder behind it.

What is exported is imported on first use: pytest loads a module of this package at every start.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jackfield.testing.faults import Fault
    from jackfield.testing.simulator import Asked, Simulator, serve, unreachable

__all__ = ["Asked", "Fault", "Simulator", "serve", "unreachable"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{'faults' if name == 'Fault' else 'simulator'}"), name)
