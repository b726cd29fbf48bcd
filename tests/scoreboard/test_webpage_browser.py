"""The page in a real browser: Debian's Chromium, without a window, driven by playwright.

Skipped where there is no Chromium: `apt-get install chromium`. Nothing is downloaded. With `CI` set it is not skipped.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from jackfield.scoreboard import Scenario, Score, installed
from jackfield.scoreboard.webpage import html

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None and "CI" not in os.environ,  # continuous integration installs it, and fails without it
    reason="no Chromium on this machine: apt-get install chromium",
)
ROWS = 206


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """One browser for all; the sandbox needs rights that a container does not give."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the shipped scoreboards, with as many rows again as it takes to have 206."""
    scores = list(installed())
    count = sum(1 for score in scores for _ in score.rows())
    extra = tuple(
        attrs.evolve(one, models=(f"{one.models[0]}-again",), tiers=()) for score in scores for one in score.scenarios
    )
    added = 0
    kept = list[Scenario]()
    for one in extra:
        if count + added < ROWS:
            kept.append(one)
            added += sum(mode is not None for mode in (one.sync, one.stream)) or 1
    scores[0] = attrs.evolve(scores[0], scenarios=(*scores[0].scenarios, *kept))
    return html(tmp_path_factory.mktemp("page"), scores).as_uri()


class Visit:
    """A page with what it complained of and asked for."""

    def __init__(self, browser: "Browser", address: str, **context: Any) -> None:
        """Open the page."""
        self.context = browser.new_context(**context)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(address)

    def shown(self) -> int:
        """How many rows are visible."""
        return self.page.locator("tbody tr:visible").count()

    def filter_ms(self) -> float:
        """How long the last filter took, measured in the page."""
        return float(self.page.evaluate("document.documentElement.dataset.filterMs"))


@pytest.fixture
def visit(browser: "Browser", address: str) -> Iterator[Visit]:
    """A desktop's page; it must complain of nothing and ask for nothing."""
    found = Visit(browser, address, viewport={"width": 1400, "height": 900})
    yield found
    assert found.complaints == []
    assert [url for url in found.requests if not url.startswith(("file:", "data:"))] == []
    found.context.close()


def test_all_rows_are_there(visit: Visit) -> None:
    """206 rows or more, and the count says so."""
    assert visit.shown() >= ROWS
    assert f"of {visit.shown()} rows" in visit.page.inner_text("#count")


def test_filters_are_quick_and_right(visit: Visit, shipped: Mapping[str, Score]) -> None:
    """Under 50 ms each, and exactly the rows that do it."""
    page = visit.page
    for name in ("schema", "web search"):
        page.check(f"label.chip:has-text('{name}') input")
        assert visit.filter_ms() < 50
    found = set(page.locator("tbody tr:visible .model").all_inner_texts())
    wanted = {
        model
        for score in shipped.values()
        for model, scenario, mode in score.rows()
        if (cells := scenario.mode(mode) if mode else None) and cells.schema.works and cells.web_search.works
    }
    assert wanted
    assert wanted <= found
    assert {one.removesuffix("-again") for one in found} == wanted
    page.fill("#search", "no such model")
    assert visit.shown() == 0
    assert page.is_visible("#none")
    page.click("#reset")
    page.wait_for_function("document.querySelectorAll('tbody tr[hidden]').length === 0")
    assert visit.shown() >= ROWS


def test_each_filter_leaves_its_rows_alone(visit: Visit) -> None:
    """What is seen is what is counted, whichever filter it is."""
    page = visit.page
    page.check("#tested")
    texts = page.locator("tbody tr:visible small").all_inner_texts()
    assert texts
    assert "not tried" not in texts
    assert page.inner_text("#count").startswith(f"{visit.shown()} of")
    page.check("#live")
    assert "retired" not in page.locator("tbody tr:visible small").all_inner_texts()
    page.select_option("#mode", "stream")
    page.select_option("#provider", "gemini")
    for row in page.locator("tbody tr:visible").all():
        assert row.locator("td").nth(0).inner_text() == "gemini"
        assert row.locator("td").nth(1).inner_text() == "stream"
    assert page.inner_text("#count").startswith(f"{visit.shown()} of")


def test_the_whole_turn_to_the_screen_is_quick(visit: Visit) -> None:
    """From the click to the new layout, the best of some: a busy machine says nothing about the page."""
    times = visit.page.evaluate(
        """async () => {
          const box = document.querySelector("input[name=need]");
          const times = [];
          for (let turn = 0; turn < 9; turn++) {
            const started = performance.now();
            box.click();
            document.body.getBoundingClientRect();
            times.push(performance.now() - started);
            await new Promise(requestAnimationFrame);
          }
          return times.sort((a, b) => a - b);
        }"""
    )
    assert times[0] < 50, times


def test_columns_sort_both_ways(visit: Visit) -> None:
    """By name up and down; the header says so to a screen reader."""
    page = visit.page
    head = page.locator("thead th.name")
    page.click("thead th.name button")
    names = [one.lower() for one in page.locator("tbody tr .model").all_inner_texts()]
    assert head.get_attribute("aria-sort") == "ascending"
    assert names == sorted(names)
    page.click("thead th.name button")
    assert head.get_attribute("aria-sort") == "descending"
    page.click("thead button:has-text('Tools')")
    first = page.locator("tbody tr:visible").first.locator("td[data-t='Tools']").inner_text()
    assert first.startswith("✓")


def test_the_keyboard_reaches_every_cell(visit: Visit) -> None:
    """One stop for Tab, arrows inside, Escape closes the evidence."""
    page = visit.page
    assert page.locator("tbody [tabindex='0']").count() == 1
    page.locator("tbody [tabindex='0']").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "End", "Home", "ArrowRight"):
        page.keyboard.press(key)
    place = page.evaluate("[document.activeElement.parentElement.rowIndex, document.activeElement.cellIndex]")
    assert place == [3, 1]  # below two rows of headings
    assert page.is_visible("#evidence")
    page.keyboard.press("Escape")
    assert page.is_hidden("#evidence")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    page.keyboard.press("Enter")
    assert page.locator("thead th[aria-sort='ascending']").inner_text().startswith("Provider")


def test_the_heading_and_the_model_stay_in_sight(visit: Visit) -> None:
    """However far the table is scrolled, a cell stands below its title and beside its model."""
    page = visit.page
    page.set_viewport_size({"width": 900, "height": 700})
    page.evaluate("const board = document.getElementById('scroll'); board.scrollTop = 2000; board.scrollLeft = 400;")
    board, title, name = (
        page.locator(one).bounding_box() for one in ("#scroll", "thead th:has-text('Files')", "thead th.name")
    )
    assert board is not None
    assert title is not None
    assert name is not None
    assert 0 <= title["y"] - board["y"] < 60
    assert abs(name["x"] - board["x"]) < 2
    row = page.evaluate(
        """() => {
          const board = document.getElementById("scroll").getBoundingClientRect();
          const rows = [...document.querySelectorAll("tbody tr")].map((one) => one.cells[0].getBoundingClientRect());
          const seen = rows.filter((one) => one.top > board.top && one.bottom < board.bottom);
          return seen.map((one) => one.left - board.left);
        }"""
    )
    assert row
    assert max(abs(one) for one in row) < 2


@pytest.mark.parametrize("forced", ["none", "active"])
def test_where_the_keyboard_is_can_be_seen(browser: "Browser", address: str, forced: Any) -> None:
    """A ring around every control and cell, also where the colours are the user's own."""
    found = Visit(browser, address, viewport={"width": 1400, "height": 900}, forced_colors=forced)
    page = found.page
    for selector in (
        "#search",
        "#provider",
        "#tested",
        "#needs summary",
        "thead th.name button",
        "tbody [tabindex='0']",
    ):
        page.locator(selector).focus()
        page.keyboard.press("Shift")  # a key, so that the focus is the keyboard's
        ring = page.locator(selector).evaluate(
            "(one) => getComputedStyle(one).outlineStyle + ' ' + getComputedStyle(one).outlineWidth"
        )
        assert ring == "solid 3px", selector
    page.locator("label.chip input").first.focus()
    page.keyboard.press("Shift")
    assert page.locator("label.chip").first.evaluate("(one) => getComputedStyle(one).outlineStyle") == "solid"
    found.context.close()


def test_the_panel_never_hides_the_cell_that_it_explains(visit: Visit) -> None:
    """It goes to the other side; Escape and the button close it; a source is a link, and nothing is fetched."""
    page = visit.page
    page.evaluate("document.getElementById('scroll').scrollIntoView()")
    for place in ("tr:nth-child(2) td[data-t='Files']", "tr:nth-child(16) td[data-t='Files']", "tr:nth-child(17) th"):
        page.locator(f"tbody {place}").hover()
        cell, panel = (page.locator(one).bounding_box() for one in (f"tbody {place}", "#evidence"))
        assert cell is not None
        assert panel is not None
        apart = (
            cell["x"] + cell["width"] <= panel["x"]
            or panel["x"] + panel["width"] <= cell["x"]
            or cell["y"] + cell["height"] <= panel["y"]
        )
        assert apart, place
    page.locator("td.e-documented[data-t='Files']").first.hover()
    assert page.locator("#evidence a").first.get_attribute("href") == page.locator("#evidence a").first.inner_text()
    page.click("#close")
    assert page.is_hidden("#evidence")


def test_evidence_comes_on_hover(visit: Visit) -> None:
    """A verified cell shows its recordings with their hashes."""
    visit.page.locator("td[data-t='Tools'].s-true").first.hover()
    text = visit.page.inner_text("#evidence")
    assert "seen in real traffic" in text
    assert "SquareRoot" in text


def test_nothing_is_told_by_colour_alone(visit: Visit) -> None:
    """Each state has marks of its own, and each cell a label with its words."""
    kinds = ("s-true", "s-flaky", "c-model", "c-refused", "c-ours", "s-unknown")
    marks = {
        kind: {text.rstrip("°") for text in visit.page.locator(f"td.{kind} b").all_inner_texts()} for kind in kinds
    }
    assert all(len(marks[kind]) == 1 for kind in kinds), marks
    drawn = {mark for kind in kinds for mark in marks[kind]}
    assert len(drawn) == len(kinds)
    assert drawn <= set(visit.page.locator(".legend b").all_inner_texts())
    written = visit.page.locator("td.e-documented b").all_inner_texts()
    assert all(text.endswith("°") for text in written)
    assert not any(text.endswith("°") for text in visit.page.locator("td.e-verified b").all_inner_texts())
    unlabelled = visit.page.evaluate("[...document.querySelectorAll('td')].filter((e) => !e.ariaLabel).length")
    assert unlabelled == 0


def test_the_filters_survive_in_the_address(visit: Visit) -> None:
    """A link to a selection shows that selection."""
    visit.page.fill("#search", "gpt-oss")
    few = visit.shown()
    assert 0 < few < ROWS
    visit.page.reload()
    assert visit.shown() == few
    assert visit.page.input_value("#search") == "gpt-oss"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_cards_and_evidence_on_tap(browser: "Browser", address: str, scheme: str, tmp_path: Path) -> None:
    """No sideways scrolling, each value beside its name, big enough to hit, text that stands out."""
    found = Visit(
        browser, address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, color_scheme=scheme
    )
    page = found.page
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    cell = page.locator("td[data-t='Tools'].s-true:visible").first
    box = cell.bounding_box()
    assert box is not None
    assert box["height"] >= 32
    cell.tap()
    assert page.is_visible("#evidence")
    assert "Tools" in page.inner_text("#evidence")
    assert cell.inner_text().split() == ["✓", "yes"]
    box, panel = cell.bounding_box(), page.locator("#evidence").bounding_box()
    assert box is not None
    assert panel is not None
    assert box["y"] + box["height"] <= panel["y"]
    for selector in ("s-true", "s-flaky", "c-model", "c-refused", "c-ours"):
        assert page.locator(f"td.{selector}:not(.n-either) > b").first.evaluate(CONTRAST) >= 4.5, selector
    for selector in ("td.n-either > b", ".model", "small", "tbody td", ".legend li", "#evidence .how"):
        assert page.locator(selector).first.evaluate(CONTRAST) >= 4.5, selector
    page.locator("#close").tap()
    assert page.is_hidden("#evidence")
    assert page.screenshot(path=tmp_path / f"{scheme}.png")
    assert found.complaints == []
    found.context.close()


CONTRAST = """(element) => {
  const numbers = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = ([r, g, b]) => {
    const part = (value) => { const x = value / 255; return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  let under = element;
  while (under && getComputedStyle(under).backgroundColor === "rgba(0, 0, 0, 0)") under = under.parentElement;
  const back = light(numbers(getComputedStyle(under || document.documentElement).backgroundColor));
  const front = light(numbers(getComputedStyle(element).color));
  return (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
}"""
