"""The table in a terminal shows the rows that fit; JSON says the same to programs."""

import io
import json
from collections.abc import Mapping

import pytest
from rich.console import Console

from jackfield.scoreboard import Score, find, parse_needs
from jackfield.scoreboard.run import Outcome, Progress
from jackfield.scoreboard.symbols import width
from jackfield.scoreboard.terminal import as_json, explain, progress, select, show, show_choices, show_outcome


def console() -> Console:
    """A console without colour whose output can be read."""
    return Console(file=io.StringIO(), width=220, no_color=True)


def printed(screen: Console) -> str:
    """What was printed."""
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def test_filters_leave_the_rows_that_do_it(shipped: Mapping[str, Score]) -> None:
    """Each row that is left has all of it, and no other row has."""
    needs = parse_needs("tools,schema,stream")
    rows = list(select(shipped.values(), needs=needs))
    assert rows
    for _, _, scenario, mode in rows:
        assert mode == "stream"
        assert scenario.stream is not None
        assert scenario.stream.tools.works
        assert scenario.stream.schema.works
    left = sum(
        one.stream is not None and one.stream.tools.works and one.stream.schema.works
        for score in shipped.values()
        for one in score.scenarios
    )
    assert len(rows) == left


def test_the_table_names_every_row(shipped: Mapping[str, Score]) -> None:
    """As many lines as rows, with the count and the legend."""
    screen = console()
    count = show(select(shipped.values(), model="gpt-oss", tested=True), screen)
    assert count >= 4
    assert f"{count} rows" in printed(screen)
    assert printed(screen).count("gpt-oss") >= count
    assert "jackfield lacks it" in printed(screen)


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_no_cell_is_cut_on_a_narrow_terminal(shipped: Mapping[str, Score], columns: int) -> None:
    """What does not fit as a table becomes a list, in which every name and every title is whole."""
    screen = Console(file=io.StringIO(), width=columns, no_color=True)
    rows = list(select(shipped.values(), model="gpt-oss", tested=True))
    show(rows, screen, legend=False)
    text = printed(screen)
    assert "…" not in text
    for _, model, _, _ in rows:
        assert model in text
    assert ("➛In 💬" in text) == (columns < 200)  # else it is a table
    names = {f"groq:{model}" for score, model, _, _ in rows if score.provider == "groq"}
    long = [line for line in text.splitlines() if width(line) > columns and line.split("🥇")[0] not in names]
    assert long == []


def test_both_legends_are_drawn(score: Score) -> None:
    """The older one has a column for schemas."""
    newer, older = console(), console()
    show(select([score]), newer, legend=False)
    show(select([score]), older, legend=False, columns_of="older")
    assert "Schema" not in printed(newer)
    assert "Schema" in printed(older)


def test_no_row_is_said(score: Score) -> None:
    """An empty table is no table."""
    screen = console()
    assert show(select([score], model="nothing like it"), screen) == 0
    assert "0 rows" in printed(screen)


def test_evidence_is_told_cell_by_cell(score: Score) -> None:
    """The reason and the recordings of one mode, not those of the other."""
    screen = console()
    explain(select([score], model="one", needs=("stream",)), screen)
    assert "stream.tools: no; the provider refuses" in printed(screen)
    assert "sync." not in printed(screen)


def test_json_is_the_same_rows(score: Score) -> None:
    """Every cell of the row's mode, with its evidence."""
    rows = json.loads(as_json(select([score])))
    assert [(one["model"], one["mode"]) for one in rows] == [
        ("acme/one", "sync"),
        ("acme/one", "stream"),
        ("acme/<two>", None),
    ]
    assert rows[0]["cells"]["sync.tools"] == {
        "support": "true", "evidence": "verified", "recordings": ["GenSync-Text"], "date": "2026-01-02",
        "source": None, "cause": None, "reason": None,
    }  # fmt: skip
    assert rows[0]["cells"]["sync.schema"]["cause"] == "refused"
    assert rows[0]["recordings"]["GenSync-Text"]["sha256"] == "ab" * 32
    assert rows[0]["evaluated_with"] == "acme 1.0"
    assert rows[2]["deprecated"] is True


def test_choices_are_explained(score: Score) -> None:
    """The first is to be used; none is said."""
    screen = console()
    show_choices(find(parse_needs("tools"), [score]), screen)
    show_choices([], screen)
    assert printed(screen).startswith("use acme:acme/one (sync): tools was seen to work on 2026-01-02")
    assert "no installed provider" in printed(screen)


def test_a_run_is_shown_while_it_goes_and_when_it_ends(score: Score) -> None:
    """Requests, tokens and cost so far; then every cell, and what was left open."""
    screen = console()
    now = Progress(total=4, done=2, sent=2, input_tokens=30, output_tokens=12, usd=0.0123, case="GenSync-Seed")
    with progress(screen) as watch:
        watch(now)
    assert "GenSync-Seed" in printed(screen)
    assert "2 sent, 42 tokens, 0.0123 USD" in printed(screen)
    show_outcome(Outcome(scenario=score.scenarios[0], unfinished={"GenSync-Stop": "later"}, progress=now), screen)
    assert "sync.schema: no; the provider refuses" in printed(screen)
    assert "left open, run again: GenSync-Stop: later" in printed(screen)
