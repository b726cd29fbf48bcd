"""Every block of Python in the manual runs, and so does every `jackfield` command."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.docs.pages import PAGES, ROOT, Block, blocks, name

PROGRAMS = [page for page in PAGES if any(block.language == "python" for block in blocks(page))]
COMMANDS = [
    pytest.param(line.removeprefix("$ "), id=f"{name(page)}: {line.removeprefix('$ ')}"[:80])
    for page in PAGES
    for block in blocks(page)
    if block.language == "console" and block.run
    for line in block.code.splitlines()
    if line.startswith("$ ") and "jackfield " in line.replace("pip install jackfield ", "")
]
PATIENCE_S = 60


def run(block: Block, variables: dict[str, object]) -> None:
    """Run a block as a part of its page; its lines are numbered as in the page."""
    source = "\n" * (block.line - 1) + block.code
    exec(compile(source, name(block.page), "exec"), variables)  # noqa: S102 - our own manual


@pytest.mark.parametrize("page", PROGRAMS, ids=name)
def test_python_runs(page: Path, world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The blocks of a page, one after the other, are a program that works."""
    variables: dict[str, object] = {"__name__": f"page_{page.stem}"}
    for block in blocks(page):
        if block.language == "python" and block.run:
            run(block, variables)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_run(command: str, world: Path) -> None:
    """A command that the manual shows ends well."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command], env={**os.environ, "PATH": path}, stdin=subprocess.DEVNULL, capture_output=True,
        timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr).decode()


@pytest.mark.skipif(find_spec("mypy") is None, reason="mypy is not installed beside this interpreter")
def test_python_is_typed(tmp_path: Path) -> None:
    """What the manual shows passes mypy in strict mode, as the code that a reader makes of it should."""
    files: list[str] = []
    for page in PROGRAMS:
        path = tmp_path / name(page).replace("/", "_").replace("-", "_").replace(".md", "_page.py")
        path.write_text("\n".join(block.code for block in blocks(page) if block.language == "python" and block.run))
        files.append(str(path))
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", str(ROOT / "pyproject.toml"), *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout.decode()


def test_few_blocks_are_left_out() -> None:
    """What does not run is the exception."""
    code = [block for page in PAGES for block in blocks(page) if block.language == "python"]
    assert len(code) >= 30
    assert sum(not block.run for block in code) <= 3


def test_a_broken_block_is_found(tmp_path: Path) -> None:
    """The test that runs blocks fails where one does, and names the page's line."""
    page = tmp_path / "page.md"
    page.write_text(
        "# Title\n\n```python\n1 / 0\n```\n\n<!-- not run: no -->\n```python\n2 / 0\n```\n", encoding="utf-8"
    )
    first, second = blocks(page)
    assert (first.line, first.run, second.run) == (4, True, False)
    with pytest.raises(ZeroDivisionError):
        exec(compile(first.code, str(page), "exec"), {})  # noqa: S102 - written above


def test_the_readme_is_among_the_pages() -> None:
    """The pages are found where they are."""
    assert {"README.md", "docs/index.md", "docs/cli.md"} <= {name(page) for page in PAGES}
    assert all(page.is_relative_to(ROOT) for page in PAGES)
