"""Every public name is there, typed, and imported only when it is used."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import jackfield
from jackfield import errors

WHERE: dict[str, tuple[str, str]] = vars(jackfield)["_WHERE"]
NAMES: list[str] = vars(jackfield)["__all__"]
STUB = Path(jackfield.__file__).with_suffix(".pyi")


def test_the_stub_says_the_same() -> None:
    """What type checkers read is what is imported: the same names from the same places, all of them re-exported."""
    stub = {
        alias.asname: (node.module, alias.name)
        for node in ast.parse(STUB.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert stub == WHERE
    assert {name: name for name in stub} == {name: where[1] for name, where in stub.items()}


@pytest.mark.parametrize("name", NAMES)
def test_each_name(name: str) -> None:
    """It is the object of its module, and stays it."""
    module, attribute = WHERE[name]
    assert getattr(jackfield, name) is getattr(importlib.import_module(module), attribute)
    assert name in dir(jackfield)


def test_every_error_is_public() -> None:
    """Nobody has to look for the module of an error that is raised."""
    mine = {name for name, one in vars(errors).items() if isinstance(one, type) and one.__module__ == errors.__name__}
    assert mine <= set(NAMES)


def test_no_other_name() -> None:
    """A typing error is an AttributeError."""
    with pytest.raises(AttributeError, match="has no attribute 'Cleint'"):
        _ = jackfield.Cleint  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]  # deliberately


def test_start_up() -> None:
    """`import jackfield` loads nothing of what it stands on, and an error class not much more."""
    code = (
        "import sys, jackfield; jackfield.RateLimited;"
        "heavy = ('httpx', 'attr', 'cattrs', 'pluggy', 'orjson', 'asyncio', 'ssl', 'importlib_metadata', 'typer',"
        " 'rich', 'jsonschema', 'jackfield_groq');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_httpx_comes_with_the_first_request() -> None:
    """Making a client loads its plugin, and neither httpx nor another plugin."""
    code = (
        "import sys, jackfield; jackfield.Client('groq', api_key='k', model='m');"
        "print([name for name in ('httpx', 'ssl', 'jackfield_gemini', 'jackfield_cerebras') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
