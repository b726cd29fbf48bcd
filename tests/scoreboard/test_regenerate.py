"""`make scoreboard` makes what is committed: run again, it changes nothing."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jackfield.scoreboard import regenerate

WHERE = ("docs/scoreboard", "plugins")


def _copy(repository: Path, directory: Path) -> dict[str, bytes]:
    for path in [
        *(repository / "docs" / "scoreboard").rglob("*.*"),
        *(repository / "plugins").glob("*/src/*/scoreboard.json"),
    ]:
        target = directory / path.relative_to(repository)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return _contents(directory)


def _contents(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*.*") if path.is_file()}


@pytest.mark.corpus
def test_with_recordings_everything_is_computed_and_nothing_changes(
    repository: Path, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The committed files are what the recordings say, within two minutes."""
    before = _copy(repository, tmp_path)
    for path in tmp_path.glob("plugins/*/src/*/scoreboard.json"):
        path.write_text("{}", encoding="utf-8")
    for page in ("index", "cerebras", "cloudflare", "gemini", "groq"):
        (tmp_path / "docs" / "scoreboard" / f"{page}.md").unlink()
    started = time.monotonic()
    regenerate.main(["--root", str(tmp_path), "--corpus", str(corpus)])
    assert time.monotonic() - started < 120
    assert _contents(tmp_path) == before
    assert capsys.readouterr().out.count("changed: scoreboard.json") == 4


def test_without_recordings_the_pages_are_made_from_what_is_shipped(repository: Path, tmp_path: Path) -> None:
    """A clone alone can draw its pages."""
    before = _copy(repository, tmp_path)
    (tmp_path / "docs" / "scoreboard" / "groq.md").unlink()
    command = [sys.executable, "-m", "jackfield.scoreboard.regenerate", "--root", str(tmp_path), "--corpus", "nowhere"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=repository)
    assert "no recordings" in done.stdout
    assert _contents(tmp_path) == before
