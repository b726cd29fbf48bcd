"""The tutorial "Write a provider", step by step as its text says, in a fresh environment: from nothing to a wheel."""

import os
import re
from pathlib import Path

import pytest
from tests.kit.building import ROOT, Fresh, clean_environment, run

PAGE = ROOT / "docs" / "write-a-provider.md"
_BLOCK = re.compile(r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<code>.*?)^```', re.MULTILINE | re.DOTALL)
PREPARED = 3
"""How many commands the environment stands for: making it, entering it, installing the core (here, from its wheel)."""
FIGURES = re.compile(r"This page is (\d+) commands and (\d+) lines of Python")
MOST_COMMANDS, MOST_LINES = 15, 100
"""What the afternoon may cost: commands typed, and lines of Python written, tests included."""


def script(text: str) -> tuple[list[str], int]:
    """The page as commands of a shell, files written in their place, and the number of lines in those files."""
    steps: list[str] = []
    lines = 0
    for found in _BLOCK.finditer(text):
        if found["language"] == "console":
            steps += [line.removeprefix("$ ") for line in found["code"].splitlines() if line.startswith("$ ")]
        elif found["title"]:
            steps.append(f"cat > {found['title']} <<'END_OF_FILE'\n{found['code']}END_OF_FILE")
            lines += len(found["code"].splitlines())
    return steps, lines


def test_the_figures() -> None:
    """What the page says that it costs is what it costs, and that is little."""
    text = PAGE.read_text(encoding="utf-8")
    steps, lines = script(text)
    commands = sum(not step.startswith("cat > ") for step in steps)
    assert FIGURES.findall(text) == [(str(commands), str(lines))]
    assert commands <= MOST_COMMANDS
    assert lines <= MOST_LINES


@pytest.mark.slow
def test_the_tutorial(tmp_path: Path) -> None:
    """Following the text alone leads to a plugin that keeps the contract, installed from its wheel."""
    steps, _ = script(PAGE.read_text(encoding="utf-8"))
    assert steps[:PREPARED] == [
        "python -m venv .venv",
        ". .venv/bin/activate",
        "pip install 'jackfield[cli,new-plugin,testing]'",
    ]
    fresh = Fresh.make(tmp_path)
    fresh.install(f"{fresh.build(ROOT / 'core')}[cli,new-plugin,testing]", "pip", "build")
    path = f"{fresh.bin}{os.pathsep}{os.environ['PATH']}"
    shell = "set -euo pipefail\n" + "\n".join(steps[PREPARED:])
    said = run("bash", "-c", shell, cwd=tmp_path, env={**clean_environment(), "PATH": path})
    assert said.count(" passed") == 3
    assert "HARBOR_API_KEY is set" in said
    assert re.search(r"harbor\s+Harbor\s+jackfield-harbor 0\.1\.0", said)
