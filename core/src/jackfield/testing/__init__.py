"""For tests: providers on loopback (`Simulator`), scripted clients (`FakeClient`), `recording`, and `contract`.

What is exported is imported on first use: pytest loads a module of this package at every start.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jackfield.testing import contract, recording
    from jackfield.testing.fakes import FakeAsyncClient, FakeClient, Script
    from jackfield.testing.faults import Fault
    from jackfield.testing.simulator import Asked, Simulator, serve, unreachable

__all__ = [
    "Asked",
    "FakeAsyncClient",
    "FakeClient",
    "Fault",
    "Script",
    "Simulator",
    "contract",
    "recording",
    "serve",
    "unreachable",
]

_HOMES = {"FakeAsyncClient": "fakes", "FakeClient": "fakes", "Fault": "faults", "Script": "fakes"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    if name in ("contract", "recording"):
        return import_module(f"{__name__}.{name}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'simulator')}"), name)
