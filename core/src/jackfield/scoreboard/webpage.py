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
from jackfield.scoreboard.model import UNKNOWN, Cell, Functionality, Modal, Modality, Mode, Scenario, Score
from jackfield.scoreboard.symbols import CAUSE_WORDS, SUPPORT_WORDS

_MARKS: Mapping[str, tuple[str, str]] = {
    "true": ("✓", "yes"),
    "flaky": ("≈", "in part"),
    "false": ("✗", "no"),
    "unknown": ("·", "not known"),
}
_CAUSES: Mapping[str, tuple[str, str]] = {"ours": ("⌁", "ours"), "refused": ("⊘", "refused"), "model": ("✗", "no")}
_EVIDENCE: Mapping[str, str] = {"documented": "°", "simulated": " (sim)"}
_MODES: Mapping[Mode | None, str] = {
    "sync": "The reply comes whole.",
    "stream": "The reply comes as it is made.",
    None: "Nothing is known of its modes.",
}
_RANK: Mapping[str, int] = {"true": 3, "flaky": 2, "false": 1, "unknown": 0}
_WAYS: Mapping[str, str] = {"inline": "inline:", "url": "by URL:", "upload": "uploaded:"}
_EITHER = frozenset({"biased", "indecisive"})
"""Yes is no praise, and no is no blame."""
_KINDS: Mapping[str, str] = {
    "verified": "seen in real traffic",
    "documented": "documented, not tried",
    "simulated": "a rehearsal against a simulator: it says nothing about the provider",
}

LEGEND: tuple[tuple[str, str, str], ...] = (
    ("s-true", "✓", "it works"),
    ("s-flaky", "≈", "it works at times, or in some of the cases that were tried"),
    ("s-false", "✗", "the model does not do it"),
    ("s-false c-refused", "⊘", "the provider refuses or lacks it"),
    ("s-false c-ours", "⌁", "jackfield lacks it"),
    ("s-unknown", "·", "not known, which is not the same as no"),
    ("s-true e-documented", "✓°", "documented by the provider, and not tried; the others were seen in real traffic"),
)
"""Class, mark, meaning."""


@attrs.frozen(kw_only=True)
class Column:
    """One column.

    Attributes:
        filter: its words among the things that a model must do; empty if it is no such thing.
        name: the column that stays in place.
        opens: it is the first of its group.
    """

    index: int
    title: str
    about: str
    key: str
    filter: str = ""
    name: bool = False
    opens: bool = False


_GROUPS: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...] = (
    (
        "",
        (
            ("model", "Model", "the model's id", ""),
            ("provider", "Provider", "who serves it", ""),
            ("mode", "Mode", "whole replies, or streamed ones", ""),
        ),
    ),
    (
        "Takes",
        (
            ("in.image", "Images", "takes images", "takes images"),
            ("in.document", "PDF", "takes documents", "takes documents"),
            ("in.audio", "Audio", "takes sound", "takes audio"),
            ("in.video", "Video", "takes video", "takes video"),
        ),
    ),
    ("Makes", (("out.image", "Pictures", "makes images", "makes images"),)),
    (
        "Tools",
        (
            ("tools", "Tools", "calls tools and uses their results", "tools"),
            ("forced", "Forced", "a tool call can be required", "forced tool call"),
            ("biased", "Biased", "takes the first value of an enum whatever it is; no is good", ""),
            ("indecisive", "Both", "calls a tool with both values when it cannot tell", ""),
            ("web_search", "Search", "the provider searches the web", "web search"),
            ("web_fetch", "Fetch", "the provider reads web pages", "web pages"),
        ),
    ),
    (
        "Replies",
        (
            ("json", "JSON", "replies in JSON of any shape", "JSON"),
            ("schema", "Schema", "replies in JSON of a given shape", "schema"),
            ("citations", "Cites", "names the passages of a given document", "citations"),
            ("logprobs", "Logprobs", "returns log probabilities", "log probabilities"),
        ),
    ),
    (
        "Control",
        (
            ("seed", "Seed", "takes a seed", "seed"),
            ("max_tokens", "Length", "stops at a number of tokens", "max tokens"),
            ("stop", "Stop text", "stops before a given text", "stop text"),
        ),
    ),
    (
        "Tells",
        (
            ("usage", "Usage", "reports token counts", "token counts"),
            ("finish", "Finish", "reports why the reply ended", "finish reason"),
            ("limits", "Limits", "reports the rate limits", "rate limits"),
        ),
    ),
    (
        "Keeps",
        (
            ("batch", "Batches", "asynchronous batches", "batches"),
            ("files", "Files", "files are uploaded once", "files"),
        ),
    ),
)
GROUPS: tuple[tuple[str, int], ...] = tuple((title, len(columns)) for title, columns in _GROUPS)
"""Title and number of columns."""

COLUMNS: tuple[Column, ...] = tuple(
    Column(index=index, key=key, title=title, about=about, filter=words, name=index == 0, opens=at == 0 and index > 0)
    for index, (at, (key, title, about, words)) in enumerate(
        pair for _, columns in _GROUPS for pair in enumerate(columns)
    )
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
        groups=GROUPS,
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
        drawn = [_cell(column, scenario, mode, evidence) for column in COLUMNS[3:]]
        heads = [
            {"evidence": evidence.number(_model_facts(scenario), _model_sources(scenario))},
            _plain(evidence, score.provider, f"{score.provider}, {score.country or '?'}", score.dashboard_url or ""),
            _plain(evidence, _mode(mode), _MODES[mode], ""),
        ]
        yield {
            "model": model,
            "about": tuple(_about(scenario)),
            "cells": [*heads, *drawn],
            "data": {
                "n": f"{model} {' '.join(scenario.tiers)} {scenario.task or ''}".lower(),
                "p": score.provider,
                "k": f"{score.provider} {model}",
                "m": mode or "",
                "t": int(scenario.tested),
                "d": int(bool(scenario.deprecated)),
                "s": [0, 0, {"sync": 1, "stream": 2}.get(mode or "", 0), *(_RANK[one["support"]] for one in drawn)],
            },
        }


def _about(scenario: Scenario) -> Iterator[str]:
    yield from scenario.tiers
    if scenario.thinking:
        yield "thinks"
    if scenario.deprecated:
        yield "retired"
    if not scenario.tested:
        yield "not tried"


def _mode(mode: Mode | None) -> str:
    return "?" if mode is None else "whole" if mode == "sync" else "stream"


def _plain(evidence: _Evidence, text: str, what: str, how: str) -> dict[str, Any]:
    number = evidence.number([what], [how] if how else [])
    return {"evidence": number, "mark": text, "word": "", "label": text, "support": "", "classes": ""}


def _model_facts(scenario: Scenario) -> Iterator[str]:
    if scenario.task:
        yield f"Task: {scenario.task}" + (f" ({', '.join(scenario.methods)})" if scenario.methods else "")
    for direction, modals in (("In", scenario.inputs), ("Out", scenario.outputs)):
        kinds = [_kind(modality, modal) for modality, modal in modals.items() if modal.cell.works]
        yield f"{direction}: {'; '.join(kinds) or 'nothing that is known'}"
    if scenario.think_tags is not None:
        yield f"Its reasoning comes between {scenario.think_tags.start} and {scenario.think_tags.end}."
    if scenario.deprecated:
        yield "The provider has retired it, or says that it will."


def _kind(modality: Modality, modal: Modal) -> str:
    """A modality with the ways in which it comes, its formats and its size."""
    ways = [name + _EVIDENCE.get(cell.evidence, "") for name, cell in modal.cells() if cell.works]
    formats = [one.partition("/")[2] for one in modal.mime_types] if modality != "text" else []
    size = [f"up to {modal.max_bytes / 1_000_000:g} MB°"] if modal.max_bytes else []
    return f"{modality} ({', '.join([*ways, *formats, *size])})"


def _model_sources(scenario: Scenario) -> Iterator[str]:
    if scenario.recordings:
        days = sorted(one.recorded for one in scenario.recordings.values() if one.recorded)
        when = f", {days[0]} to {days[-1]}" if days else ""
        yield f"{len(scenario.recordings)} recordings{when}, decoded by {scenario.evaluated_with}"
    if scenario.source:
        yield f"Source: {scenario.source}"


def _cell(column: Column, scenario: Scenario, mode: Mode | None, evidence: _Evidence) -> dict[str, Any]:
    cell = _find(column.key, scenario, mode)
    known = _CAUSES[cell.cause] if cell.support == "false" and cell.cause else _MARKS[cell.support]
    mark, word = known[0] + _EVIDENCE.get(cell.evidence, ""), known[1]
    classes = [f"s-{cell.support}", f"e-{cell.evidence}"] + ([f"c-{cell.cause}"] if cell.support == "false" else [])
    classes += ["n-either"] if column.key in _EITHER and cell.support != "unknown" else []
    what = [SUPPORT_WORDS[cell.support] + (f", {CAUSE_WORDS[cell.cause]}" if cell.cause and not cell.works else "")]
    if cell.reason:
        what.append(cell.reason)
    what.extend(_ways(column.key, scenario))
    number = evidence.number([f"{column.about.capitalize()}: {what[0]}", *what[1:]], _how(cell, scenario))
    return {
        "evidence": number,
        "mark": mark,
        "word": word,
        "label": "; ".join(what),
        "support": cell.support,
        "classes": " ".join(classes),
    }


def _ways(key: str, scenario: Scenario) -> Iterator[str]:
    """How a kind of medium comes, way by way."""
    modal = _modal(key, scenario)
    if modal is None:
        return
    known = [(name, cell) for name, cell in modal.cells() if cell.evidence != "unknown"]
    if known:
        told = (
            f"{_WAYS[name]} {SUPPORT_WORDS[cell.support]}{_EVIDENCE.get(cell.evidence, '')}" for name, cell in known
        )
        yield ", ".join(told)
    if modal.mime_types:
        yield f"seen to work: {', '.join(modal.mime_types)}"
    if modal.max_bytes:
        yield f"inline up to {modal.max_bytes / 1_000_000:g} MB: {modal.size_source}"


def _modal(key: str, scenario: Scenario) -> Modal | None:
    direction, _, modality = key.partition(".")
    modals = scenario.inputs if direction == "in" else scenario.outputs
    return next((modal for name, modal in modals.items() if name == modality), None)


def _find(key: str, scenario: Scenario, mode: Mode | None) -> Cell:
    if "." in key:
        modal = _modal(key, scenario)
        return UNKNOWN if modal is None else modal.cell
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
