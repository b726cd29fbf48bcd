"""`jackfield new-plugin`: what it writes, and what it refuses. That it works is shown in tests/kit."""

import re
import sys
from collections.abc import Iterator
from importlib import import_module
from inspect import signature
from pathlib import Path

import pytest
from tests.cli.processes import environment, jackfield
from tests.kit.building import TOOLS, clean_environment, run

from jackfield import registry
from jackfield.cli.new_plugin import answers, write
from jackfield.errors import UsageError
from jackfield.hookspecs import ProviderHooks

FILES = {
    ".github/workflows/test.yml", ".gitignore", "README.md", "pyproject.toml", "tests/test_contract.py",
    "src/jackfield_my_host/__init__.py", "src/jackfield_my_host/py.typed", "src/jackfield_my_host/scoreboard.json",
    "src/jackfield_my_host/simulator.py",
}  # fmt: skip


def test_what_it_writes(tmp_path: Path) -> None:
    """A complete package, with the given facts in it, and the next step."""
    facts = ("--name", "My Host", "--base-url", "https://api.my.host/", "--directory", str(tmp_path))
    done = jackfield("new-plugin", "my-host", *facts, env=environment())
    folder = tmp_path / "jackfield-my-host"
    assert (done.code, done.out) == (0, "")
    assert "pip install --editable" in done.err
    assert {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()} == FILES
    source = (folder / "src" / "jackfield_my_host" / "__init__.py").read_text(encoding="utf-8")
    for fact in ('base_url="https://api.my.host"', 'name="My Host"', "MY_HOST_API_KEY", "class MyHostOptions"):
        assert fact in source


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The package that the dialect `own` gives, ready to be imported; forgotten afterwards."""
    folder = tmp_path / "jackfield-acme"
    write(folder, answers("acme", dialect="own"))
    monkeypatch.setattr(sys, "path", [str(folder / "src"), *sys.path])
    yield "jackfield_acme"
    for name in [name for name in sys.modules if name.partition(".")[0] == "jackfield_acme"]:
        del sys.modules[name]


def test_own_works_every_hook_out(own: str) -> None:
    """It is the example of each hook with each argument: a new one cannot be forgotten there."""
    specified = {name: hook for name, hook in vars(ProviderHooks).items() if not name.startswith("_")}
    assert registry.build("acme", import_module(own)).implemented() == {
        name: frozenset(signature(hook).parameters) - {"self"} for name, hook in specified.items()
    }


MARKED = "marked `# {}`"


def delete(folder: Path, topic: str) -> set[str]:
    """Do exactly what the note of an optional module of `own` says; the names of the files that went."""
    source = folder / "src" / "jackfield_acme"
    note = " ".join((source / f"{topic}.py").read_text(encoding="utf-8").split('"""')[1].split())
    note = note[note.index("delete this module") :].partition(":")[0]
    assert MARKED.format(topic) in note
    assert "the row for this module in `README.md`" in note
    named = [f"{topic}.py", *re.findall(r"`([\w/]+\.py)`", note)]
    for name in named:
        ((folder if name.startswith("tests/") else source) / name).unlink()
    for file in folder.rglob("*.py"):
        drop(file, rf"# {topic}\b")
    drop(folder / "README.md", rf"^\| `{topic}\.py`")
    return {Path(name).name for name in named}


def drop(file: Path, pattern: str) -> None:
    """Delete the lines in which it is found."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not re.search(pattern, line)), encoding="utf-8")


@pytest.mark.parametrize("topics", [("batches",), ("files",), ("media",), ("batches", "files", "media")])
def test_own_without_what_is_optional(topics: tuple[str, ...], tmp_path: Path) -> None:
    """What remains after each note was followed is clean, works, and speaks of nothing that is gone."""
    folder = tmp_path / "jackfield-acme"
    write(folder, answers("acme", dialect="own"))
    gone = set[str]().union(*(delete(folder, topic) for topic in topics))
    run(TOOLS / "ruff", "check", "--no-cache", ".", cwd=folder)
    run(TOOLS / "ruff", "format", "--no-cache", "--check", ".", cwd=folder)
    for file in (file for file in folder.rglob("*") if file.suffix in {".py", ".md"}):
        text = file.read_text(encoding="utf-8")
        assert [name for name in gone if name in text] == [], file
        assert "batches" not in topics or not re.search(r"batch|\bscenes?\b", text, re.IGNORECASE), file
        assert "files" not in topics or not re.search(r"\bprops?\b", text), file
    facts = folder / "src" / "jackfield_acme-0.1.0.dist-info"
    facts.mkdir()
    metadata = "Metadata-Version: 2.1\nName: jackfield-acme\nVersion: 0.1.0\nRequires-Dist: jackfield\n"
    (facts / "METADATA").write_text(metadata, encoding="utf-8")
    (facts / "entry_points.txt").write_text("[jackfield.providers]\nacme = jackfield_acme\n", encoding="utf-8")
    env = {**clean_environment(), "PYTHONPATH": str(folder / "src"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    few = ("-k", "test_files or test_batches or whole or loads or info or declaration")
    quiet = ("-q", "-p", "no:cacheprovider", "-p", "jackfield.testing.plugin")
    said = run(sys.executable, "-m", "pytest", *quiet, *few, "tests", cwd=folder, env=env)
    assert " passed" in said


def test_it_overwrites_nothing(tmp_path: Path) -> None:
    """A folder that is there is left alone."""
    (tmp_path / "jackfield-acme").mkdir()
    done = jackfield("new-plugin", "acme", "--directory", str(tmp_path), env=environment())
    assert done.code == 2
    assert "is there already" in done.err
    assert list((tmp_path / "jackfield-acme").iterdir()) == []


@pytest.mark.parametrize("provider", ["", "Acme", "acme_host", "9lives", "acme-", "a--b", "../acme", "acme\n"])
def test_what_is_no_id(provider: str) -> None:
    """An id becomes a module, a variable and a distribution."""
    with pytest.raises(UsageError, match="is no id"):
        answers(provider, dialect="own")


@pytest.mark.parametrize("text", ['My "Host"', "a\nb", "back\\slash"])
def test_what_cannot_stand_in_source(text: str) -> None:
    """Nobody gets a package that does not even parse."""
    with pytest.raises(UsageError, match="cannot stand in source code"):
        answers("acme", dialect="own", name=text)


@pytest.mark.parametrize("option", ["--base-url", "--docs-url"])
@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://x", "must be http://host or https://host"),
        ("nonsense", "must be http://host or https://host"),
        ("https://", "must be http://host or https://host"),
        ("https://me:secret@x", "must not hold a user name or password"),
    ],
)
def test_what_is_no_url(option: str, url: str, why: str, tmp_path: Path) -> None:
    """Nobody gets a package that its own contract refuses: one line says what is wrong, and nothing is written."""
    done = jackfield("new-plugin", "acme", option, url, "--directory", str(tmp_path), env=environment())
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert f"{option} {why}" in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_base_url_has_no_query() -> None:
    """Documentation may have one."""
    url = "https://acme.example/docs?v=2#api"
    assert answers("acme", dialect="own", docs_url=url)["docs_url"] == url
    with pytest.raises(UsageError, match="--base-url must be"):
        answers("acme", dialect="own", base_url=url)


def test_an_id_that_is_installed() -> None:
    """Two plugins of one id would be in conflict: another id is asked for."""
    with pytest.raises(UsageError, match="'groq' is installed already; choose another id"):
        answers("groq", dialect="own")
