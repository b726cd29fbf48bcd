"""The scoreboard in a terminal: a table with filters, or the same as JSON. Needs rich: `pip install 'jackfield[cli]'`.

Rules: each function gives a value or prints to the console that it is given; nothing is told by colour alone.
"""

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import attrs

from jackfield.scoreboard.model import Mode, Scenario, Score
from jackfield.scoreboard.search import Choice, cell_of
from jackfield.scoreboard.symbols import LEGEND, columns, model_name, width, words
from jackfield.scoreboard.tables import Legend

if TYPE_CHECKING:
    from rich.console import Console

    from jackfield.scoreboard.run import Outcome, Progress

Row = tuple[Score, str, Scenario, Mode | None]


def select(
    scores: Iterable[Score], *, needs: Sequence[str] = (), model: str = "", tested: bool = False
) -> Iterator[Row]:
    """The rows that fit.

    Args:
        scores: usually `installed()`.
        needs: what `parse_needs` gives; a row must do all of it in its mode.
        model: part of the model's id.
        tested: leave out what nobody tried.
    """
    for score in scores:
        for name, scenario, mode in score.rows():
            fits = model.lower() in name.lower() and (scenario.tested or not tested)
            if fits and _does(needs, scenario, mode):
                yield score, name, scenario, mode


def _does(needs: Sequence[str], scenario: Scenario, mode: Mode | None) -> bool:
    cells = [need for need in needs if need not in ("stream", "thinking")]
    if "stream" in needs and mode != "stream":
        return False
    if "thinking" in needs and not scenario.thinking:
        return False
    return all(cell_of(need, scenario, mode or "sync").works for need in cells)


def show(rows: Iterable[Row], console: "Console", *, legend: bool = True, columns_of: Legend = "newer") -> int:
    """Print the table, or a list where it would not fit; gives the number of rows.

    Args:
        rows: what `select` gives.
        console: where to.
        legend: explain the symbols below.
        columns_of: with the columns of that legend.
    """
    found = list(rows)
    drawn = [
        {"Provider": score.provider, "Model": model_name(model, scenario), **columns(scenario, mode, columns_of)}
        for score, model, scenario, mode in found
    ]
    if drawn:
        wide = sum(max(map(width, (title, *(row[title] for row in drawn)))) + 3 for title in drawn[0])
        (_table if wide <= console.width else _list)(drawn, console)
    console.print(f"{len(found)} rows")
    if legend and found:
        for mark, meaning in LEGEND:
            console.print(f"  {mark}: {meaning}", style="dim", highlight=False)
    return len(found)


def _table(drawn: Sequence[Mapping[str, str]], console: "Console") -> None:
    from rich.table import Table

    table = Table(show_lines=False, pad_edge=False, header_style="bold", row_styles=("", "dim"))
    for title in drawn[0]:
        table.add_column(title, no_wrap=True)
    for row in drawn:
        table.add_row(*row.values())
    console.print(table)


def _list(drawn: Sequence[Mapping[str, str]], console: "Console") -> None:
    """Each row on lines of its own: its name, then its cells with their titles, broken between two of them."""
    for row in drawn:
        console.print(f"{row['Provider']}:{row['Model']} {row['Mode']}", style="bold", highlight=False, soft_wrap=True)
        line = " "
        for title in list(row)[3:]:
            cell = f" {title} {row[title]} "
            if width(line) + width(cell) > console.width:
                console.print(line.rstrip(), highlight=False, soft_wrap=True)
                line = " "
            line += cell
        console.print(line.rstrip(), highlight=False, soft_wrap=True)


def explain(rows: Iterable[Row], console: "Console") -> None:
    """Print every cell of these rows with its evidence, one line each."""
    for score, model, scenario, mode in rows:
        thinks = ", thinks" if scenario.thinking else ""
        console.print(f"{score.provider}:{model} ({mode or 'not tried'}{thinks})", style="bold", highlight=False)
        for path, cell in scenario.cells():
            mine = path.startswith(("in.", "out.")) or (mode is not None and path.startswith(mode))
            if mine and cell.evidence != "unknown":
                console.print(f"  {path}: {words(cell)}", highlight=False, soft_wrap=True)


def as_json(rows: Iterable[Row]) -> str:
    """The rows as JSON: model, mode, tiers, `cells` by path, such as `sync.tools`, and the recordings behind them."""
    return json.dumps([_plain(row) for row in rows], indent=1, ensure_ascii=False)


def _plain(row: Row) -> dict[str, Any]:
    score, model, scenario, mode = row
    cells = {
        path: attrs.asdict(cell)
        for path, cell in scenario.cells()
        if path.startswith(("in.", "out.")) or (mode is not None and path.startswith(f"{mode}."))
    }
    used = dict.fromkeys(name for cell in cells.values() for name in cell["recordings"])
    return {
        "provider": score.provider,
        "model": model,
        "mode": mode,
        "thinking": scenario.thinking,
        "tiers": list(scenario.tiers),
        "deprecated": bool(scenario.deprecated),
        "tested": scenario.tested,
        "evaluated_with": scenario.evaluated_with,
        "cells": cells,
        "recordings": {name: attrs.asdict(scenario.recordings[name]) for name in used},
    }


@contextmanager
def progress(console: "Console") -> Generator[Callable[["Progress"], None]]:
    """A bar for `run`, which takes what this gives as its `watch`: probes, requests, tokens, and the known cost."""
    from rich.progress import BarColumn, Progress as Bars, TextColumn, TimeElapsedColumn

    columns_ = (TextColumn("{task.fields[case]}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Bars(*columns_, TextColumn("{task.fields[spent]}"), TimeElapsedColumn(), console=console) as bars:
        task = bars.add_task("probes", total=None, case="", spent="")

        def watch(now: "Progress") -> None:
            bars.update(task, total=now.total, completed=now.done, case=now.case, spent=spent(now))

        yield watch


def spent(now: "Progress") -> str:
    """What a run has sent and cost so far."""
    usd = "cost not known" if now.usd is None else f"{now.usd:.4f} USD"
    return f"{now.sent} sent, {now.input_tokens + now.output_tokens} tokens, {usd}"


def show_outcome(outcome: "Outcome", console: "Console") -> None:
    """Print what a run found, and what it left open."""
    thinks = " (thinks)" if outcome.scenario.thinking else ""
    console.print(f"{', '.join(outcome.scenario.models)}{thinks}", style="bold", highlight=False)
    for path, cell in outcome.scenario.cells():
        if cell.evidence != "unknown" or cell.reason:
            console.print(f"  {path}: {words(cell)}", highlight=False, soft_wrap=True)
    for case, why in outcome.unfinished.items():
        console.print(f"  left open, run again: {case}: {why}", highlight=False, soft_wrap=True)


def show_choices(choices: Sequence[Choice], console: "Console", *, limit: int = 5) -> None:
    """Print which model to use, the first one with its reason, then the runners-up."""
    if not choices:
        console.print("no installed provider has a model of which that is known")
        return
    for place, choice in enumerate(choices[:limit]):
        mark = "use" if place == 0 else " or"
        how = f"{choice.mode}, thinking" if choice.thinking else choice.mode
        console.print(f"{mark} {choice.name} ({how}): {choice.reason}", highlight=False, soft_wrap=True)
    if len(choices) > limit:
        console.print(f"... and {len(choices) - limit} more")
