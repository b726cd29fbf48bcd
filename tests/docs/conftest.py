"""A world in which the manual's code can run: every provider simulated, and the files that the text speaks of."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jackfield.cli.picture import red_square
from jackfield.cli.simulate import environment
from jackfield.registry import installed
from jackfield.testing import Simulator


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The working directory; the environment leads to the simulator, as `jackfield simulate` would print it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fruit.png").write_bytes(red_square())
    (tmp_path / "notes.txt").write_text("The exchange opened in 1878. It had 21 lines.\n", encoding="utf-8")
    with Simulator(*installed()) as simulator:
        for line in environment(simulator):
            name, _, value = line.removeprefix("export ").partition("=")
            monkeypatch.setenv(name, value)
        yield tmp_path
        assert simulator.failures == ()
