"""Where a failing case sends its reader, there is something to read."""

import re
from pathlib import Path

from jackfield.testing.contract import ProviderContract
from jackfield.testing.contract.verdict import CLAUSES, MANUAL


def test_every_clause_has_its_heading(repository: Path) -> None:
    """And no heading is about a clause that is no more."""
    page = (repository / MANUAL).read_text(encoding="utf-8")
    assert re.findall(r"^### (.+)$", page, re.MULTILINE) == list(CLAUSES)


def test_every_clause_is_used(repository: Path) -> None:
    """Some case of the kit names it."""
    folder = repository / "core/src/jackfield/testing/contract"
    code = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py") if path.name != "verdict.py")
    assert [clause for clause in CLAUSES if f'"{clause}"' not in code] == []


def test_every_case_says_what_it_demands() -> None:
    """The docstring of a case is the rule that it checks."""
    cases = [name for name in dir(ProviderContract) if name.startswith("test_")]
    assert len(cases) > 40
    assert [name for name in cases if not getattr(ProviderContract, name).__doc__] == []
