"""The reference is complete: every public name, every error, every exit code, every command and option."""

import re
from types import ModuleType

import pytest
from tests.docs.pages import ROOT

import jackfield
from jackfield import testing
from jackfield.cli.app import COMMANDS
from jackfield.cli.exits import Exit
from jackfield.dialects import chat_completions
from jackfield.errors import JackfieldError
from jackfield.testing import recording

REFERENCE = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs" / "reference").glob("*.md")))
ERRORS = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
CLI = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


def documented() -> set[str]:
    """The public names behind the directives of the reference: `::: jackfield.client.Client`."""
    return {line.split()[-1] for line in REFERENCE.splitlines() if line.startswith("::: jackfield.")}


@pytest.mark.parametrize("name", dir(jackfield))
def test_a_public_name_is_in_the_reference(name: str) -> None:
    """Each is documented where it is defined, once, or with its module's table of constants."""
    directives = [one for one in documented() if one.rpartition(".")[2] == name]
    assert len(directives) == 1 or f"`{name}`" in REFERENCE, name


@pytest.mark.parametrize("module", [testing, recording, chat_completions], ids=lambda module: module.__name__)
def test_what_a_module_for_authors_exports(module: ModuleType) -> None:
    """So is every name of the modules that authors of plugins and of tests import from."""
    directives = {one.rpartition(".")[2] for one in documented()}
    assert [name for name in module.__all__ if name not in directives and f"`{name}`" not in REFERENCE] == []


def errors(cls: type[JackfieldError] = JackfieldError) -> list[type[JackfieldError]]:
    """The class and everything below it that jackfield itself defines."""
    below = [one for sub in cls.__subclasses__() if sub.__module__ == "jackfield.errors" for one in errors(sub)]
    return [cls, *below]


@pytest.mark.parametrize("cls", errors(), ids=lambda cls: cls.__name__)
def test_an_error_is_in_the_table(cls: type[JackfieldError]) -> None:
    """Each error has a row."""
    assert f"| `{cls.__name__}` |" in ERRORS


def test_exit_codes_are_in_the_table() -> None:
    """The table of the manual is that of the code."""
    shown = {int(code) for code in re.findall(r"^\| (\d+) \|", CLI, re.MULTILINE)}
    assert shown == {int(code) for code in Exit}


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_a_command_has_its_section(command: str) -> None:
    """The manual describes each command."""
    assert f"\n## jackfield {command}\n" in CLI
