"""Wheels, fresh environments and commands in them, for tests that try things as a new user would."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import attrs
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TOOLS = Path(sys.executable).parent
PATIENCE_S = 180.0


def uv() -> str:
    """The tool that builds and installs; the test is skipped where it is not installed."""
    found = shutil.which("uv", path=f"{TOOLS}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        pytest.skip("uv is not installed")
    return found


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Run a command to its end; its output is in the failure."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean_environment() if env is None else env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


def clean_environment() -> dict[str, str]:
    """The environment without what would let a fresh one see this one."""
    hidden = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "VIRTUAL_ENV", "JACKFIELD_PLUGINS")
    return {name: value for name, value in os.environ.items() if name not in hidden and not name.startswith("PYTEST")}


@attrs.frozen
class Fresh:
    """An environment of its own, and the folder of the wheels that go into it."""

    folder: Path
    wheels: Path

    @classmethod
    def make(cls, folder: Path) -> "Fresh":
        """Nothing is installed in it yet."""
        made = cls(folder / "venv", folder / "wheels")
        run(uv(), "venv", "--quiet", "--python", sys.executable, made.folder, cwd=folder)
        return made

    @property
    def bin(self) -> Path:
        """Where its commands are."""
        return self.folder / "bin"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.bin / "python"

    def build(self, project: Path) -> Path:
        """The wheel of a project; its folder is left as it is."""
        before = set(self.wheels.glob("*.whl"))
        run(uv(), "build", "--quiet", "--wheel", "--out-dir", self.wheels, project, cwd=ROOT)
        (wheel,) = set(self.wheels.glob("*.whl")) - before
        return wheel

    def install(self, *wheels: str | Path) -> None:
        """Install wheels; what they need comes at the locked versions, and jackfield from no index."""
        lock = ROOT / "requirements.lock"
        given: Sequence[str] = [str(wheel) for wheel in wheels]
        run(uv(), "pip", "install", "--quiet", "--python", self.python, "--constraint", lock, *given, cwd=ROOT)

    def pytest(self, project: Path) -> str:
        """Run a project's own tests against what is installed."""
        return run(self.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests", cwd=project)


def lint(project: Path, fresh: Fresh) -> None:
    """Hold a project to its own ruff, mypy and pyright settings; what is not installed here is left out."""
    commands: tuple[tuple[str | Path, ...], ...] = (
        ("ruff", "check", "--no-cache", "."),
        ("ruff", "format", "--no-cache", "--check", "."),
        ("mypy", "--cache-dir", fresh.folder / "mypy", "--python-executable", fresh.python, "src", "tests"),
        ("pyright", "--pythonpath", fresh.python, "src", "tests"),
    )
    for tool, *arguments in commands:
        if (TOOLS / str(tool)).exists():
            run(TOOLS / str(tool), *arguments, cwd=project)
