"""One web page with every model: sortable, filterable, each cell with its evidence; it needs nothing but a browser.

Rules: everything is in the one file, and it asks for nothing else; each mark is a word or a sign, so that colour only
helps; the same scoreboards give the same bytes. Needs jinja2: `pip install 'jackfield[scoreboard]'`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from jackfield import wire
from jackfield.errors import UsageError
from jackfield.scoreboard.model import UNKNOWN, Cell, Functionality, Modality, Mode, Scenario, Score
from jackfield.scoreboard.symbols import CAUSE_WORDS, SUPPORT_WORDS

_MARKS: Mapping[str, str] = {"true": "✓ yes", "flaky": "~ part", "false": "✗ no", "unknown": "?"}
_CAUSES: Mapping[str, str] = {"ours": "✗ ours", "refused": "✗ refused", "model": "✗ no"}
_RANK: Mapping[str, int] = {"true": 3, "flaky": 2, "false": 1, "unknown": 0}
_KINDS: Mapping[str, str] = {
    "verified": "seen in real traffic",
    "documented": "documented, not tried",
    "simulated": "a rehearsal against a simulator: it says nothing about the provider",
}

LEGEND: tuple[tuple[str, str], ...] = (
    ("✓ yes", "it works"),
    ("~ part", "it works sometimes, or in some of the cases that were tried"),
    ("✗ no", "it was tried, and the model does not do it"),
    ("✗ refused", "the provider refuses or lacks it"),
    ("✗ ours", "jackfield lacks it"),
    ("?", "not known: it was not tried, and nothing is written about it"),
    ("…°", "the degree sign: documented by the provider, not tried"),
    ("…(sim)", "seen on a simulator only"),
)


@attrs.frozen(kw_only=True)
class Column:
    """One column.

    Attributes:
        filter: its words among the things that a model must do; empty if it is no such thing.
        name: the column that stays in place.
    """

    index: int
    title: str
    about: str
    key: str
    filter: str = ""
    name: bool = False


_COLUMNS: tuple[tuple[str, str, str, str], ...] = (
    ("model", "Model", "the model's id", ""),
    ("provider", "Provider", "who serves it", ""),
    ("mode", "Mode", "whole replies, or streamed ones; with or without thinking", ""),
    ("in.image", "Image in", "takes images", "images"),
    ("in.document", "PDF in", "takes documents", "documents"),
    ("in.audio", "Audio in", "takes sound", "audio"),
    ("in.video", "Video in", "takes video", "video"),
    ("out.image", "Image out", "makes images", "make images"),
    ("tools", "Tools", "calls tools and uses their results", "tools"),
    ("forced", "Forced", "a tool call can be required", "forced tool call"),
    ("web_search", "Web", "the provider searches the web", "web search"),
    ("web_fetch", "Fetch", "the provider reads web pages", "web pages"),
    ("json", "JSON", "replies in JSON of any shape", "JSON"),
    ("schema", "Schema", "replies in JSON of a given shape", "schema"),
    ("citations", "Cite", "names the passages of a given document", "citations"),
    ("seed", "Seed", "takes a seed", "seed"),
    ("max_tokens", "Max", "stops at a number of tokens", "max tokens"),
    ("stop", "Stop", "stops before a given text", "stop text"),
    ("logprobs", "Probs", "returns log probabilities", "log probabilities"),
    ("usage", "Usage", "reports token counts", "token counts"),
    ("finish", "Finish", "reports why the reply ended", "finish reason"),
    ("limits", "Limits", "reports the rate limits", "rate limits"),
    ("biased", "Biased", "takes the first value of an enum whatever it is; no is good", ""),
    ("indecisive", "Both", "calls a tool with both values when it cannot tell", ""),
    ("batch", "Batch", "asynchronous batches", "batches"),
    ("files", "Files", "files are uploaded once", "files"),
)
COLUMNS: tuple[Column, ...] = tuple(
    Column(index=index, key=key, title=title, about=about, filter=words, name=index == 0)
    for index, (key, title, about, words) in enumerate(_COLUMNS)
)


class _Evidence:
    """Every distinct explanation once, by number."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}

    def number(self, what: Iterable[str], how: Iterable[str]) -> int:
        return self._numbers.setdefault((tuple(what), tuple(how)), len(self._numbers))

    def entries(self) -> list[dict[str, Any]]:
        return [{"what": list(what), "how": list(how)} for what, how in self._numbers]


def html(directory: Path, scores: Sequence[Score]) -> Path:
    """Write the page as `index.html` into a directory, which is made if it is not there; gives the file.

    Raises:
        UsageError: jinja2 is not installed.
    """
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "index.html"
    path.write_text(render(scores), encoding="utf-8")
    return path


def render(scores: Sequence[Score]) -> str:
    """The page.

    Raises:
        UsageError: jinja2 is not installed.
    """
    try:
        import jinja2
    except ImportError as error:
        raise UsageError("the page needs jinja2: pip install 'jackfield[scoreboard]'") from error
    loader = jinja2.PackageLoader("jackfield.scoreboard", "page")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    evidence = _Evidence()
    rows = [row for score in scores for row in _rows(score, evidence)]
    return environment.get_template("page.html.j2").render(
        columns=COLUMNS,
        rows=rows,
        providers=[score.provider for score in scores],
        models=len({(score.provider, model) for score in scores for model, _, _ in score.rows()}),
        tested=len({(score.provider, model) for score in scores for model, one, _ in score.rows() if one.tested}),
        legend=LEGEND,
        data=_data(rows, evidence),
    )


def _data(rows: Sequence[Mapping[str, Any]], evidence: _Evidence) -> str:
    """What the script needs; `<` is written so that it cannot end the script element."""
    value = {
        "rows": [row["data"] for row in rows],
        "evidence": evidence.entries(),
        "needs": [column.key for column in COLUMNS if column.filter],
    }
    return wire.dumps(value).decode().replace("<", "\\u003c").replace("\u2028", " ").replace("\u2029", " ")


def _rows(score: Score, evidence: _Evidence) -> Iterator[Mapping[str, Any]]:
    for model, scenario, mode in score.rows():
        about = ", ".join(_about(scenario))
        drawn = [_cell(column, scenario, mode, evidence) for column in COLUMNS[3:]]
        heads = [
            {"evidence": evidence.number(_model_facts(scenario), _model_sources(scenario))},
            _plain(evidence, score.provider, f"{score.provider}, {score.country or '?'}", score.dashboard_url or ""),
            _plain(evidence, _mode(mode, scenario), _mode(mode, scenario), ""),
        ]
        yield {
            "model": model,
            "about": about,
            "cells": [*heads, *drawn],
            "data": {
                "n": f"{model} {' '.join(scenario.tiers)} {scenario.task or ''}".lower(),
                "p": score.provider,
                "m": mode or "",
                "t": int(scenario.tested),
                "d": int(bool(scenario.deprecated)),
                "s": [0, 0, {"sync": 1, "stream": 2}.get(mode or "", 0), *(_RANK[one["support"]] for one in drawn)],
            },
        }


def _about(scenario: Scenario) -> Iterator[str]:
    yield from (f"{tier.upper()}" for tier in scenario.tiers)
    if scenario.thinking:
        yield "thinks"
    if scenario.deprecated:
        yield "retired"
    if not scenario.tested:
        yield "not tried"


def _mode(mode: Mode | None, scenario: Scenario) -> str:
    if mode is None:
        return "?"
    return ("whole" if mode == "sync" else "stream") + (", thinks" if scenario.thinking else "")


def _plain(evidence: _Evidence, text: str, what: str, how: str) -> dict[str, Any]:
    number = evidence.number([what], [how] if how else [])
    return {"evidence": number, "mark": text, "label": text, "support": ""}


def _model_facts(scenario: Scenario) -> Iterator[str]:
    if scenario.task:
        yield f"Task: {scenario.task}" + (f" ({', '.join(scenario.methods)})" if scenario.methods else "")
    for direction, modals in (("In", scenario.inputs), ("Out", scenario.outputs)):
        kinds = [_kind(modality, modal.cell) for modality, modal in modals.items() if modal.cell.works]
        yield f"{direction}: {', '.join(kinds) or 'nothing that is known'}"
    if scenario.think_tags is not None:
        yield f"Its reasoning comes between {scenario.think_tags.start} and {scenario.think_tags.end}."
    if scenario.deprecated:
        yield "The provider has retired it, or says that it will."


def _kind(modality: Modality, cell: Cell) -> str:
    return modality + ("°" if cell.evidence == "documented" else "")


def _model_sources(scenario: Scenario) -> Iterator[str]:
    if scenario.recordings:
        days = sorted(one.recorded for one in scenario.recordings.values() if one.recorded)
        when = f", {days[0]} to {days[-1]}" if days else ""
        yield f"{len(scenario.recordings)} recordings{when}, decoded by {scenario.evaluated_with}"
    if scenario.source:
        yield f"Source: {scenario.source}"


def _cell(column: Column, scenario: Scenario, mode: Mode | None, evidence: _Evidence) -> dict[str, Any]:
    cell = _find(column.key, scenario, mode)
    mark = _CAUSES[cell.cause] if cell.support == "false" and cell.cause else _MARKS[cell.support]
    mark += {"documented": "°", "simulated": " (sim)"}.get(cell.evidence, "")
    what = [SUPPORT_WORDS[cell.support] + (f", {CAUSE_WORDS[cell.cause]}" if cell.cause and not cell.works else "")]
    if cell.reason:
        what.append(cell.reason)
    number = evidence.number([f"{column.about.capitalize()}: {what[0]}", *what[1:]], _how(cell, scenario))
    return {"evidence": number, "mark": mark, "label": "; ".join(what), "support": cell.support}


def _find(key: str, scenario: Scenario, mode: Mode | None) -> Cell:
    direction, _, modality = key.partition(".")
    if modality:
        modals = scenario.inputs if direction == "in" else scenario.outputs
        found = next((modal.cell for name, modal in modals.items() if name == modality), None)
        return found or UNKNOWN
    functionality = (scenario.mode(mode) if mode is not None else None) or Functionality()
    cell: Cell = getattr(functionality, key)
    return cell


def _how(cell: Cell, scenario: Scenario) -> Iterator[str]:
    if cell.evidence == "unknown":
        return
    yield _KINDS[cell.evidence] + (f", {cell.date}" if cell.date else "") + (f": {cell.source}" if cell.source else "")
    names = cell.recordings
    hashes = [f"{name} ({scenario.recordings[name].sha256[:12]})" for name in names[:4]]
    if hashes:
        yield "Recordings: " + ", ".join(hashes) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
