"""The Markdown pages: straight columns, every symbol explained, every failure with its reason."""

from collections.abc import Mapping
from pathlib import Path

from jackfield.scoreboard import Cell, Score
from jackfield.scoreboard.pages import provider_page, summary_page, table, write
from jackfield.scoreboard.symbols import LEGEND, symbol, width, words


def test_the_columns_stand_straight(shipped: Mapping[str, Score]) -> None:
    """Every line of a table is as wide as the first, wide symbols counted twice."""
    for score in shipped.values():
        assert len({width(line) for line in table(score).splitlines()}) == 1


def test_whose_doing_a_failure_is_can_be_seen() -> None:
    """Three causes, three symbols; documented and simulated cells are marked."""

    def cell(**facts: object) -> str:
        return symbol(Cell(**{"evidence": "verified", "recordings": ("a",), "reason": "r", **facts}))  # type: ignore[arg-type]  # test data

    drawn = [cell(support="false", cause=cause) for cause in ("model", "refused", "ours")]
    assert drawn == ["❌", "🚫", "🔧"]
    assert [cell(support="true"), cell(support="flaky", cause="model"), symbol(Cell())] == ["✅", "💨", "?"]
    assert cell(support="true", evidence="documented", source="s") == "✅📖"
    assert cell(support="true", evidence="simulated") == "✅🧪"


def test_a_page_has_its_legend_warnings_and_reasons(score: Score) -> None:
    """What a reader needs stands on the page."""
    page = provider_page(score)
    assert "It is a test." in page
    assert "the provider says no" in page
    assert all(meaning in page for _, meaning in LEGEND)
    assert "acme/one🥇" in page


def test_the_words_of_a_cell_tell_everything() -> None:
    """Support, whose doing, reason, date and recordings."""
    cell = Cell(
        support="false",
        evidence="verified",
        recordings=("GenSync-Seed",),
        date="2026-01-02",
        cause="refused",
        reason="no",
    )
    assert words(cell) == "no; the provider refuses or lacks it; no; verified on 2026-01-02: GenSync-Seed"
    assert words(Cell()) == "not known"


def test_the_summary_counts_models_and_shows_the_best(score: Score) -> None:
    """One row a provider, with a link to its page."""
    page = summary_page([score])
    row = next(line for line in page.splitlines() if "acme.md" in line)
    assert [cell.strip() for cell in row.split("|")[1:6]] == ["[acme](acme.md)", "🇨🇦", "2", "1", "✅"]


def test_a_page_that_is_right_is_left_alone(score: Score, tmp_path: Path) -> None:
    """No needless change of a file's time."""
    write(tmp_path, [score])
    times = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    write(tmp_path, [score])
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == times
    assert {path.name for path in times} == {"index.md", "acme.md"}
