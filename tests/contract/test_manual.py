"""Where a failing case sends its reader, there is something to read."""

import re
from pathlib import Path

import pytest
from tests.contract.broken import TABLE

from jackfield.testing.contract import ProviderContract
from jackfield.testing.contract.__main__ import main
from jackfield.testing.contract.clauses import CLAUSES, MANUAL


def test_every_clause_has_its_heading(repository: Path) -> None:
    """And no heading is about a clause that is no more."""
    page = (repository / MANUAL).read_text(encoding="utf-8")
    assert re.findall(r"^### (.+)$", page, re.MULTILINE) == list(CLAUSES)


def test_every_clause_is_told(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The manual, and the command for whoever has no manual, say the same words."""
    page = (repository / MANUAL).read_text(encoding="utf-8")
    said = dict(re.findall(r"^### (.+)\n\n((?:.+\n)+)", page, re.MULTILINE))
    assert main([]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    for name, clause in CLAUSES.items():
        assert " ".join(said[name].split()).startswith(clause.demands)
        assert f"{name} {clause.demands} Why: {clause.why}" in printed


def test_a_clause_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    """The ones that there are are named."""
    assert main(["purety"]) == 2
    assert "no such clause: purety; there are: loading" in capsys.readouterr().err


def test_what_the_kit_catches(repository: Path) -> None:
    """Every defect that is tried is listed, by its clause."""
    page = (repository / MANUAL).read_text(encoding="utf-8")
    listed = re.findall(r"^\| a plugin that (.+) \| (.+) \|$", page, re.MULTILINE)
    assert listed == [(broken.name, broken.clause) for broken in TABLE]
    assert f"These {len(TABLE)} defects" in page


def test_every_clause_is_used(repository: Path) -> None:
    """Some case of the kit names it."""
    folder = repository / "core/src/jackfield/testing/contract"
    code = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py") if path.name != "clauses.py")
    assert [clause for clause in CLAUSES if f'"{clause}"' not in code] == []


def test_every_case_says_what_it_demands() -> None:
    """The docstring of a case is the rule that it checks."""
    cases = [name for name in dir(ProviderContract) if name.startswith("test_")]
    assert len(cases) > 40
    assert [name for name in cases if not getattr(ProviderContract, name).__doc__] == []
