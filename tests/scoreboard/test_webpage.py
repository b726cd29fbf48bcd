"""The page is one file: everything in it, nothing asked for, the same bytes each time, safe against odd names."""

import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import attrs
from tests.scoreboard.conftest import REFUSED, WRITTEN

from jackfield.scoreboard import Score
from jackfield.scoreboard.webpage import COLUMNS, html, render


class Reader(HTMLParser):
    """Counts rows and cells, and collects what would be fetched."""

    def __init__(self, page: str) -> None:
        """Read the page."""
        super().__init__()
        self.rows = self.cells = 0
        self.fetched: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        facts = dict(attrs)
        self.rows += tag == "tr" and "data-r" in facts
        self.cells += tag == "td"
        self.fetched += [value for name in ("src", "href", "action") if (value := facts.get(name))]


def test_every_row_and_cell_is_drawn(shipped: Mapping[str, Score]) -> None:
    """As many rows as the scoreboards have, each with every column, without any script."""
    page = Reader(render(list(shipped.values())))
    rows = sum(1 for score in shipped.values() for _ in score.rows())
    assert (page.rows, page.cells) == (rows, rows * (len(COLUMNS) - 1))


def test_nothing_is_fetched(shipped: Mapping[str, Score]) -> None:
    """No source, no link, no import of a style."""
    text = render(list(shipped.values()))
    assert Reader(text).fetched == ["data:,"]
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest", text)


def test_the_same_scores_give_the_same_bytes(score: Score, tmp_path: Path) -> None:
    """A page in a repository changes only with its data."""
    path = html(tmp_path / "new", [score])
    first = path.read_bytes()
    assert html(tmp_path / "new", [score]).read_bytes() == first


def test_a_name_cannot_become_markup(score: Score) -> None:
    """A model's name with `<` in it stays text, in the table and in the data."""
    text = render([score])
    assert "acme/&lt;two&gt;" in text
    assert "acme/<two>" not in text
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert data["rows"][2]["n"].startswith("acme/<two>")
    assert len(data["rows"]) == 3


def test_each_cell_has_its_evidence(score: Score) -> None:
    """Support and cause in words, the reason, the recording and its hash."""
    found = re.search(r'id="data">(.*?)</script>', render([score]), re.DOTALL)
    assert found
    entries = [" ".join(one["what"] + one["how"]) for one in json.loads(found[1])["evidence"]]
    assert any("the provider refuses or lacks it" in one and "the provider says no" in one for one in entries)
    assert any("in real traffic, 2026-01-02" in one and "GenSync-Text (abababababab)" in one for one in entries)
    assert any("documented, not tried: https://example.com/docs" in one for one in entries)


def test_a_medium_is_told_way_by_way(score: Score) -> None:
    """Inline, by URL, uploaded; the formats that worked, and the size with its source."""
    one = score.scenarios[0]
    large = attrs.evolve(
        one.inputs["image"], url=REFUSED, upload=WRITTEN, max_bytes=20_000_000, size_source="https://example.com/sizes"
    )
    text = render([attrs.evolve(score, scenarios=(attrs.evolve(one, inputs={"image": large}),))])
    assert "inline: yes, by URL: no, uploaded: yes°" in text
    assert "seen to work: image/png" in text
    assert "inline up to 20 MB: https://example.com/sizes" in text
