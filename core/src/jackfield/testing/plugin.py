"""The pytest plugin: fixtures that start simulators. It is loaded through the entry point group `pytest11`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from jackfield.testing.simulator import Simulator


@pytest.fixture
def simulator(request: pytest.FixtureRequest) -> "Iterator[Simulator]":
    """Every installed provider on loopback, stopped after the test.

    `@pytest.mark.simulate("groq", pace_s=0.1)` names the providers, and gives further arguments of `Simulator`.
    """
    from jackfield import registry
    from jackfield.testing.simulator import Simulator

    marker: pytest.Mark | None = request.node.get_closest_marker("simulate")
    names: tuple[str, ...] = marker.args if marker and marker.args else tuple(registry.installed())
    options: dict[str, Any] = dict(marker.kwargs) if marker else {}
    with Simulator(*names, **options) as started:
        yield started


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", "simulate(*providers, **options): what the simulator fixture serves")
