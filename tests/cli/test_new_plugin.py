"""`jackfield new-plugin`: what it writes, and what it refuses. That it works is shown in tests/kit."""

import sys
from collections.abc import Iterator
from importlib import import_module
from inspect import signature
from pathlib import Path

import pytest
from tests.cli.processes import environment, jackfield

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


def test_an_id_that_is_installed() -> None:
    """Two plugins of one id would be in conflict: another id is asked for."""
    with pytest.raises(UsageError, match="'groq' is installed already; choose another id"):
        answers("groq", dialect="own")
