"""The kit tells the truth: the tiny good plugin passes it, and each broken one is caught with the right message."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from tests.contract.broken import TABLE, Broken

from jackfield.testing.contract.clauses import CLAUSES, MANUAL

pytest_plugins = ["pytester"]
SOURCE = (Path(__file__).parent / "tiny.py").read_text(encoding="utf-8")
SUITE = """
import {module}
from jackfield.testing import contract

class TestTiny(contract.ProviderContract):
    provider = "tiny"
    plugin = {module}
    keeps_state = {keeps_state}
"""


Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(run_inside: Run, pytester: pytest.Pytester) -> Run:
    """The kit over a plugin with a source."""
    return partial(_run, run_inside, pytester)


def _run(
    inside: Run,
    pytester: pytest.Pytester,
    source: str,
    module: str,
    *arguments: str,
    keeps_state: bool = True,
) -> pytest.RunResult:
    pytester.makepyfile(**{module: source, "test_tiny": SUITE.format(module=module, keeps_state=keeps_state)})
    pytester.syspathinsert()
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:asyncio", "--tb=short", "-rfs")
    return inside(*options, *arguments)


def test_good(run: Run) -> None:
    """Nothing is wrong with the good one, and only what it does not do is skipped."""
    result = run(SOURCE, "tiny_good")
    outcomes = result.parseoutcomes()
    assert outcomes.keys() <= {"passed", "skipped"}, result.stdout.str()
    assert outcomes["passed"] > 150
    assert "cannot be shown" not in "".join(line for line in result.outlines if "object, not found" not in line)


@pytest.mark.repeats
@pytest.mark.parametrize(
    ("position", "broken"), list(enumerate(TABLE)), ids=[one.name.replace(" ", "-") for one in TABLE]
)
def test_broken(run: Run, position: int, broken: Broken) -> None:
    """The defect is found by its case, which names the clause and says what is wrong, why, and where to read."""
    assert SOURCE.count(broken.old) >= 1, "the good plugin changed: adapt the table"
    result = run(
        SOURCE.replace(broken.old, broken.new, 1),
        f"tiny_broken_{position}",
        "-k",
        broken.case.partition("[")[0],
    )
    output = result.stdout.str()
    assert f"::TestTiny::{broken.case}" in output, output
    assert f"breaks the contract: {broken.clause}" in output
    assert broken.says in output
    assert CLAUSES[broken.clause].why in output
    assert f"read: python -m jackfield.testing.contract {broken.clause}, or {MANUAL}#{broken.clause} in" in output


def test_at_least_twenty() -> None:
    """Every clause has its breaker, but for the one on the simulator itself."""
    assert len({one.name for one in TABLE}) >= 20
    assert {one.clause for one in TABLE} >= CLAUSES.keys() - {"simulator"}


@pytest.mark.parametrize(
    ("line", "cases", "outcome", "says"),
    [
        ('jackfield_provider = "cerebras"', "test_usage", {"passed": 1}, ""),
        ('jackfield_provider = "gorq"', "test_it_loads", {"failed": 1}, "did you mean 'groq'?"),
        ('jackfield_provider = ["groq"]', "test_it_loads", {"errors": 1}, "is the id of a provider, such as 'mistral'"),
        ("", "test_usage", {}, ""),
    ],
)
def test_one_line_of_a_conftest(
    run_inside: Run, pytester: pytest.Pytester, line: str, cases: str, outcome: dict[str, int], says: str
) -> None:
    """`jackfield_provider` in a conftest is the whole suite; a wrong one is told in place."""
    pytester.makeconftest(line)
    result = run_inside("-q", "-p", "no:cacheprovider", "-p", "no:asyncio", "-k", cases)
    assert {word: count for word, count in result.parseoutcomes().items() if word != "deselected"} == outcome
    assert says in result.stdout.str()


def test_without_a_simulator(run: Run) -> None:
    """A plugin that has no simulator is told so, and the rest of the kit still runs."""
    source = SOURCE.replace("@hookimpl\ndef simulate", "def simulate", 1)
    result = run(source, "tiny_unsimulated", keeps_state=False)
    outcomes = result.parseoutcomes()
    assert outcomes.keys() <= {"passed", "skipped"}, result.stdout.str()
    assert "the plugin has no simulate hook" in result.stdout.str()
    assert outcomes["passed"] > 100
