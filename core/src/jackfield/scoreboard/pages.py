"""The Markdown pages: one table a provider in the format that people compare, and a summary over all of them.

Rules: the same scoreboards give the same bytes; everything that a page says is in the scoreboard.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from jackfield.scoreboard.model import Cell, Scenario, Score
from jackfield.scoreboard.symbols import LEGEND, columns, model_name, padded, symbol, width, words
from jackfield.scoreboard.tables import Legend
from jackfield.types.provider import Rule

_MADE = "<!-- made by `make scoreboard` from the plugins' scoreboard.json: change those -->"
_FLAGS: Mapping[str, str] = {"CA": "🇨🇦", "CN": "🇨🇳", "DE": "🇩🇪", "FR": "🇫🇷", "US": "🇺🇸"}


def provider_page(score: Score, *, legend: Legend = "newer") -> str:
    """The page of one provider: table, legend, warnings, and what was seen of each tested model."""
    head = f"# {score.provider.capitalize()}: scoreboard\n\n{_MADE}\n\n"
    where = f"Country: {_FLAGS.get(score.country or '', score.country or '?')}."
    dashboard = f" [Dashboard]({score.dashboard_url})." if score.dashboard_url else ""
    return "\n".join(
        [
            head + where + dashboard + " [All providers](index.md).\n",
            table(score, legend=legend),
            _legend(),
            *_section("Warnings", [f"- {warning}" for warning in score.warnings]),
            *_section("What excludes each other", _exclusions(score)),
            *_section("What was seen", list(_seen(score))),
        ]
    )


def table(score: Score, *, legend: Legend = "newer") -> str:
    """The table alone."""
    rows = [
        {"Model": model_name(model, scenario), **columns(scenario, mode, legend)}
        for model, scenario, mode in score.rows()
    ]
    return markdown(rows)


def markdown(rows: Sequence[Mapping[str, str]]) -> str:
    """A Markdown table whose columns stand straight in a fixed font."""
    titles = list(rows[0]) if rows else ["Model"]
    widths = (
        {title: max(width(title), *(width(row[title]) for row in rows)) for title in titles} if rows else {"Model": 5}
    )
    lines = [
        "| " + " | ".join(padded(title, widths[title]) for title in titles) + " |",
        "| " + " | ".join("-" * widths[title] for title in titles) + " |",
        *("| " + " | ".join(padded(row[title], widths[title]) for title in titles) + " |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def summary_page(scores: Iterable[Score]) -> str:
    """The page over all providers: the best that any of a provider's models does."""
    rows = [_summary_row(score) for score in scores]
    intro = (
        "The best that any of a provider's models was seen to do; its page has the models. [How it is made](how.md)."
    )
    return "\n".join([f"# Scoreboard\n\n{_MADE}\n\n{intro}\n", markdown(rows), _legend()])


def _summary_row(score: Score) -> dict[str, str]:
    tested = [one for one in score.scenarios if one.tested]
    return {
        "Provider": f"[{score.provider}]({score.provider}.md)",
        "🌐": _FLAGS.get(score.country or "", score.country or "?"),
        "Models": str(sum(len(one.models) for one in score.scenarios)),
        "Tested": str(sum(len(one.models) for one in tested)),
        **{title: symbol(cell) for title, cell in _best(tested)},
    }


_SUMMARY = (
    ("Tools", "tools"),
    ("Forced", "forced"),
    ("Web", "web_search"),
    ("JSON", "json"),
    ("Schema", "schema"),
    ("Cite", "citations"),
    ("Seed", "seed"),
    ("Stop", "stop"),
    ("Probs", "logprobs"),
    ("Limits", "limits"),
    ("Usage", "usage"),
    ("Finish", "finish"),
)


def _best(tested: Sequence[Scenario]) -> Iterator[tuple[str, Cell]]:
    strength = {"true": 3, "flaky": 2, "false": 1, "unknown": 0}
    both = [mode for one in tested for mode in (one.sync, one.stream) if mode is not None]
    for title, name in _SUMMARY:
        cells: list[Cell] = [getattr(one, name) for one in both]
        yield title, max(cells, key=lambda cell: strength[cell.support], default=Cell())


def _legend() -> str:
    lines = "\n".join(f"- {mark}: {meaning}" for mark, meaning in LEGEND)
    return f"<details markdown>\n<summary>The columns and symbols</summary>\n\n{lines}\n\n</details>\n"


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [f"## {title}\n", "\n".join(lines) + "\n"] if lines else []


def _exclusions(score: Score) -> list[str]:
    return [
        f"- {' + '.join(rule.when)}{_unless(rule)} ({', '.join(rule.models)}): {rule.reason} ({rule.source})"
        for rule in score.exclusions
    ]


def _unless(rule: Rule) -> str:
    return f", without {' or '.join(rule.unless)}" if rule.unless else ""


def _seen(score: Score) -> Iterator[str]:
    """Everything that is not plainly true, with its reason, model by model."""
    for scenario in score.scenarios:
        if scenario.tested:
            thinking = " 🧠" if scenario.thinking else ""
            yield f"### {', '.join(scenario.models)}{thinking}\n"
            yield f"Decoded by {scenario.evaluated_with or '?'} from {len(scenario.recordings)} recordings.\n"
            for path, cell in scenario.cells():
                if not cell.works and (cell.reason or cell.evidence != "unknown"):
                    yield f"- `{path}` {symbol(cell)} {words(cell)}"
            yield ""


def write(directory: Path, scores: Sequence[Score]) -> None:
    """Write the pages; a file that is right already is left alone."""
    pages = {"index.md": summary_page(scores), **{f"{one.provider}.md": provider_page(one) for one in scores}}
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        path = directory / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
