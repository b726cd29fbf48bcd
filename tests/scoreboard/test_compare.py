"""The tables that people made, against our evidence: equal, better, or worse for a reason that the bytes show."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from jackfield.scoreboard import Cell, Score
from jackfield.scoreboard.compare import Difference, compare, report, standing
from jackfield.scoreboard.tables import parse

YES = Cell(support="true", evidence="verified", recordings=("a",))
NO = Cell(support="false", evidence="verified", recordings=("a",), cause="model", reason="it does not")
SOME = Cell(support="flaky", evidence="verified", recordings=("a",), cause="model", reason="at times")
WRITTEN = Cell(support="true", evidence="documented", source="s")


@pytest.mark.parametrize(
    ("feature", "table", "ours", "expected"),
    [
        ("tools", "true", YES, "equal"),
        ("tools", "false", YES, "better"),
        ("tools", "flaky", YES, "better"),
        ("tools", "true", SOME, "worse"),
        ("tools", "flaky", NO, "worse"),
        ("tools", "true", Cell(), "open"),
        ("schema", "false", WRITTEN, "written"),
        ("biased", "true", NO, "better"),
        ("biased", "false", YES, "worse"),
        ("indecisive", "false", YES, "better"),
    ],
)
def test_better_and_worse_are_the_users(feature: str, table: str, ours: Cell, expected: str) -> None:
    """Not being biased is a gain; what is only written is no better than what was tried."""
    assert standing(feature, table, ours) == expected  # type: ignore[arg-type]  # a Support as text


@pytest.fixture(scope="module")
def found(tables: Path, shipped: Mapping[str, Score]) -> list[Difference]:
    """Every cell of the five tables for which a recording exists."""

    def all_cells() -> Iterator[Difference]:
        for path in sorted(tables.glob("*.md")):
            rows = parse(path.read_text(encoding="utf-8"))
            yield from compare(rows, shipped[path.stem.partition("-")[0]])

    return list(all_cells())


def test_most_cells_are_recomputed_equal(found: list[Difference]) -> None:
    """The tables come out of the recordings again."""
    counts = Counter(one.standing for one in found)
    assert len({(one.model, one.mode, one.thinking) for one in found}) >= 37
    assert counts["equal"] + counts["better"] + counts["written"] > 0.9 * len(found)
    assert counts["equal"] > 0.8 * len(found)


def test_every_worse_cell_is_explained(found: list[Difference]) -> None:
    """By what the replies hold; only batches and files are what jackfield lacks."""
    worse = [one for one in found if one.standing == "worse"]
    for one in worse:
        assert one.ours.reason, str(one)
        if one.ours.cause == "ours":
            assert one.feature in ("batch", "files"), str(one)
        else:
            assert one.ours.evidence == "verified", str(one)
            assert one.ours.recordings, str(one)
    assert {one.feature for one in worse} <= {"batch", "files", "biased", "finish", "tools"}


def test_every_better_cell_shows_its_recordings(found: list[Difference]) -> None:
    """Better than a table is a claim that needs evidence."""
    for one in found:
        if one.standing == "better":
            assert one.ours.evidence == "verified", str(one)
        if one.standing == "written":
            assert one.ours.source, str(one)
            assert one.ours.reason, str(one)


def test_the_report_lists_differences_and_counts(found: list[Difference]) -> None:
    """What is equal is counted, the rest is shown."""
    text = report(found)
    assert len(text.splitlines()) == 1 + sum(one.standing != "equal" for one in found)
    assert f"{len(found)} cells" in text
    assert len(report(found, every=True).splitlines()) == 1 + len(found)
