"""The tables that people made, against our evidence: equal, better, or worse for a reason that the bytes show."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from jackfield.scoreboard import Cell, Score, Support, installed
from jackfield.scoreboard.compare import Difference, compare, report, reversed_columns, standing
from jackfield.scoreboard.regenerate import shown_by
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
    """What is equal is counted, the rest is shown, and a column that is the wrong way round is named."""
    text = report(found)
    shown = [line for line in text.splitlines() if not line.startswith("note: ")]
    assert len(shown) == 1 + sum(one.standing != "equal" for one in found)
    assert f"{len(found)} cells" in text
    assert "its mark stands where a model is biased" in text
    every = [line for line in report(found, every=True).splitlines() if not line.startswith("note: ")]
    assert len(every) == 1 + len(found)


def test_every_difference_has_a_reason(found: list[Difference]) -> None:
    """Also where it plainly works, and where nothing tells."""
    for one in found:
        assert len(one.why) > len("it works") or "." in one.feature, str(one)


@pytest.mark.corpus
def test_what_the_table_and_we_see_apart_is_shown_by_bytes(corpus: Path, found: list[Difference]) -> None:
    """Each worse or better cell names files and interactions, and what is quoted stands in them."""
    by_provider = {score.provider: score for score in installed()}
    show = shown_by(corpus)
    for one in found:
        if one.standing not in ("worse", "better"):
            continue
        provider = next(name for name, score in by_provider.items() if _has(score, one))
        lines = list(show(provider, one))
        assert lines, str(one)
        for line in lines:
            text, _, places = line.partition(" <- ")
            folder, _, names = places.partition(": ")
            for name in names.partition(" and ")[0].split(", "):
                file, number = name.split("#")
                answer = _answer(corpus / folder / file, int(number))
                for value in re.findall(r"\w+ = (\w+)", text):
                    assert value in answer, line
                for country in re.findall(r'"country": ?"(\w+)"', text):
                    assert country in answer, line
                if text.startswith("no field"):
                    assert "finish" not in answer.lower(), line


def _has(score: Score, one: Difference) -> bool:
    return any(one.model in scenario.models and scenario.thinking == one.thinking for scenario in score.scenarios)


def _answer(path: Path, number: int) -> str:
    body = json.loads(path.read_text(encoding="utf-8"))["interactions"][number - 1]["response"]["body"]
    return body if isinstance(body, str) else json.dumps(body)


def test_a_column_is_called_reversed_only_without_exception() -> None:
    """One case that agrees, or one alone, is no rule."""

    def case(table: Support, ours: Cell) -> Difference:
        return Difference(
            model="m", mode="sync", thinking=False, feature="biased", table=table, ours=ours, standing="worse"
        )

    assert list(reversed_columns([case("false", YES), case("true", NO)])) == [("biased", 2)]
    assert list(reversed_columns([case("false", YES), case("true", YES)])) == []
    assert list(reversed_columns([case("false", YES)])) == []
