"""Both legends of the tables are read as they explain themselves, and our own pages can be read back."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from jackfield.scoreboard import Score
from jackfield.scoreboard.pages import table
from jackfield.scoreboard.tables import Legend, legend_of, parse

OLDER = """
| Model | Mode | ➛In | Out➛ | JSON | Schema | Tool | Batch | File | Cite | Text | Probs | Limits | Usage | Finish |
| ----- | ---- | --- | ---- | ---- | ------ | ---- | ----- | ---- | ---- | ---- | ----- | ------ | ----- | ------ |
| one   | 🕰️🧠  | 💬📸 | 💬  | ✅   | ❌     | ✅🧐 | ❌    | ❌   | ❌   | 🌱🛑 | ✅    | ❌     | 💨    | ❌     |
| one   | 📡   | 💬  | 💬   | ✅   | ❌     | 💨💥 | ❌    | ❌   | ❌   | ❌   | ✅    | ❌     | ✅    | ❌     |
| two   | ?    | ?   | ?    | ?    | ?      | ?    | ?     | ?    | ?    | ?    | ?     | ?      | ?     | ?      |
"""
NEWER = """
| Model | Mode     | ➛In | Out➛ | Tool  | JSON | Batch | File | Cite | Text | Probs | Limits | Usage | Finish |
| ----- | -------- | --- | ---- | ----- | ---- | ----- | ---- | ---- | ---- | ----- | ------ | ----- | ------ |
| one🥉 | Sync     | 💬  | 💬   | ✅🪨🕸️ | ☁️   | ❌    | ❌   | ❌   | 🌱📏🛑 | ❌  | ✅     | ✅    | ✅     |
| one🥉 | Stream🧠 | 💬  | 📸   | ❌    | 📐   | ❌    | ❌   | ❌   | ❌   | ❌    | ✅     | 💨    | ✅     |
"""


def test_the_older_legend() -> None:
    """JSON and schema apart; not biased and indecisive marked."""
    assert legend_of(OLDER) == "older"
    first, second, third = parse(OLDER)
    assert (first.mode, first.thinking, second.mode, second.thinking, third.mode) == (
        "sync",
        True,
        "stream",
        False,
        None,
    )
    assert first.facts["in.image"] == first.facts["json"] == "true"
    assert (first.facts["schema"], first.facts["usage"], first.facts["max_tokens"]) == ("false", "flaky", "false")
    assert (first.facts["biased"], first.facts["indecisive"]) == ("false", "false")
    assert (second.facts["tools"], second.facts["biased"], second.facts["indecisive"]) == ("flaky", "true", "true")
    assert third.facts == {}


def test_the_newer_legend() -> None:
    """JSON and schema in one symbol; forced and web search marked; medals on the name."""
    assert legend_of(NEWER) == "newer"
    first, second = parse(NEWER)
    assert (first.model, first.tiers, second.thinking) == ("one", ("cheap",), True)
    assert (first.facts["tools"], first.facts["forced"], first.facts["web_search"]) == ("true", "true", "true")
    assert (first.facts["json"], first.facts["schema"]) == ("true", "false")
    assert (second.facts["json"], second.facts["schema"], second.facts["out.image"]) == ("false", "true", "true")


def test_all_206_rows_are_read_and_shipped(tables: Path, shipped: Mapping[str, Score]) -> None:
    """Every row of the five tables has its row in a plugin's scoreboard: model, thinking, and mode where it has one."""
    counts = Counter[bool]()
    for path in sorted(tables.glob("*.md")):
        have = {(model, one.thinking, mode) for model, one, mode in shipped[path.stem.partition("-")[0]].rows()}
        names = {model for model, _, _ in have}
        for row in parse(path.read_text(encoding="utf-8")):
            counts[row.mode is not None] += 1
            assert row.model in names, row.model
            assert row.mode is None or (row.model, row.thinking, row.mode) in have, row.model
    assert counts == {True: 66, False: 140}


def test_what_nobody_tried_is_documented_or_unknown(tables: Path, shipped: Mapping[str, Score]) -> None:
    """Every row without recordings has its task, its modalities and their source, and no cell without a source."""
    untried = 0
    for path in sorted(tables.glob("*.md")):
        scenarios = {(name, one.thinking): one for name, one, _ in shipped[path.stem.partition("-")[0]].rows()}
        for row in parse(path.read_text(encoding="utf-8")):
            mine = [one for (name, _), one in scenarios.items() if name == row.model]
            for one in mine:
                assert one.task, row.model
                assert one.source, row.model
                assert any(modal.cell.works for modal in one.inputs.values()), row.model
            if any(one.tested for one in mine):
                continue
            untried += 1
            for one in mine:
                for cell_path, cell in one.cells():
                    assert cell.evidence in ("documented", "unknown"), (row.model, cell_path)
                    assert cell.evidence == "unknown" or cell.source, (row.model, cell_path)
    assert untried >= 140


@pytest.mark.parametrize("legend", ["newer", "older"])
@pytest.mark.parametrize("provider", ["cerebras", "cloudflare", "gemini", "groq"])
def test_what_we_draw_says_what_we_know(shipped: Mapping[str, Score], provider: str, legend: Legend) -> None:
    """Drawn in either legend and read back, no cell is better or worse than its evidence."""
    score = shipped[provider]
    drawn = table(score, legend=legend)
    assert legend_of(drawn) == legend
    for row, (model, scenario, mode) in zip(parse(drawn), score.rows(), strict=True):
        assert (row.model, row.mode, row.tiers) == (model, mode, scenario.tiers)
        functionality = scenario.mode(mode) if mode is not None else None
        for name, cell in functionality.cells() if functionality else ():
            if row.facts.get(name, "unknown") == "true" and name != "biased":
                assert cell.works, (model, mode, name)
            if cell.works and name in row.facts:
                assert row.facts[name] == "true", (model, mode, name)
