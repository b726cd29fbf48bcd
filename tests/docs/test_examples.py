"""Every example is a program that runs, without a warning, in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.docs.pages import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
PATIENCE_S = 60


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_it_runs(path: Path, world: Path) -> None:
    """It ends well and prints something."""
    command = [sys.executable, "-W", "error", str(path)]
    done = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.strip()
    assert done.stderr == b""


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_it_is_listed(path: Path) -> None:
    """The table of examples leads to it."""
    assert f"]({path.name})" in (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
