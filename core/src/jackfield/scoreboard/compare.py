"""A table and our evidence, cell by cell.

Rules: a cell is compared only where the table says something; better is judged by what a user gains, and every
difference is shown with our reason and with what the recordings show. Nothing here changes a scoreboard.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, get_args

import attrs

from jackfield.scoreboard.judges import JUDGES
from jackfield.scoreboard.model import Cell, Mode, Scenario, Score, Support
from jackfield.scoreboard.tables import Row

Standing = Literal["equal", "better", "written", "worse", "open"]
"""`written`: better by the documentation alone; `open`: the table says yes or no, and no recording of ours tells."""

_GAIN: Mapping[Support, int] = {"false": 0, "flaky": 1, "true": 2}
_BAD_IF_TRUE = frozenset({"biased"})
_NEITHER = frozenset({"indecisive"})


@attrs.frozen(kw_only=True)
class Difference:
    """One cell of a table beside ours."""

    model: str
    mode: Mode
    thinking: bool
    feature: str
    table: Support
    ours: Cell
    standing: Standing

    @property
    def why(self) -> str:
        """Our reason; where it plainly works, what was seen."""
        if self.ours.reason:
            return self.ours.reason
        if self.ours.support == "unknown":
            return "no recording of it, and nothing is written about it"
        judge = JUDGES.get(self.feature)
        seen = "" if judge is None or not self.ours.works else (judge.__doc__ or "").partition("\n")[0].rstrip(".")
        return seen[:1].lower() + seen[1:] or "it works"

    def __str__(self) -> str:
        thinking = " thinking" if self.thinking else ""
        source = f" [{self.ours.source}]" if self.ours.source else ""
        return (
            f"{self.standing:7} {self.model} {self.mode}{thinking} {self.feature}: "
            f"table {self.table}, ours {self.ours.support}: {self.why}{source}"
        )


Show = Callable[[Difference], Iterable[str]]
"""What the recordings show of a difference, one line each."""


def compare(rows: Iterable[Row], score: Score) -> Iterator[Difference]:
    """Every cell of the table's tested rows for which we have tried the model."""
    by_key = {(model, one.thinking): one for one in score.scenarios for model in one.models}
    for row in rows:
        scenario = by_key.get((row.model, row.thinking))
        if row.mode is not None and scenario is not None and scenario.tested:
            yield from _cells(row, row.mode, scenario)


def _cells(row: Row, mode: Mode, scenario: Scenario) -> Iterator[Difference]:
    modals = {f"{way}.{modality}": modal.cell for way, modality, modal in scenario.modals()}
    functionality = scenario.mode(mode)
    features = dict(functionality.cells()) if functionality is not None else {}
    for name in sorted({*row.facts, *(name for name, cell in modals.items() if cell.works)}):
        ours = modals.get(name, Cell()) if "." in name else features.get(name, Cell())
        table = row.facts.get(name, "false")
        if table != "unknown":
            yield Difference(
                model=row.model,
                mode=mode,
                thinking=row.thinking,
                feature=name,
                table=table,
                ours=ours,
                standing=standing(name, table, ours),
            )


def standing(feature: str, table: Support, ours: Cell) -> Standing:
    """How our cell stands to the table's; what is only written is no better than what was tried."""
    if ours.support == table:
        return "equal"
    if ours.support == "unknown":
        return "open"
    if feature in _NEITHER:
        return "better"
    gain = _GAIN[ours.support] - _GAIN[table]
    if (gain < 0) == (feature in _BAD_IF_TRUE):
        return "written" if ours.evidence == "documented" else "better"
    return "worse"


def reversed_columns(differences: Iterable[Difference]) -> Iterator[tuple[str, int]]:
    """The features of which the table says the contrary of the recordings in every plain case, and their number."""
    cases: dict[str, list[bool]] = {}
    for one in differences:
        plain = {one.table, one.ours.support} <= {"true", "false"} and one.ours.evidence == "verified"
        if plain:
            cases.setdefault(one.feature, []).append(one.table != one.ours.support)
    for feature, contrary in sorted(cases.items()):
        if feature in _BAD_IF_TRUE and len(contrary) > 1 and all(contrary):
            yield feature, len(contrary)


def report(differences: Iterable[Difference], *, every: bool = False, show: Show = lambda _: ()) -> str:
    """The comparison as text: the differences (or every cell) with what shows them, then the counts."""
    found = list(differences)
    rows = {(one.model, one.mode, one.thinking) for one in found}
    counts = Counter(one.standing for one in found)
    lines: list[str] = []
    for one in found:
        if every or one.standing != "equal":
            lines.append(str(one))
            lines.extend(f"        {text}" for text in (show(one) if one.standing != "equal" else ()))
    lines.extend(
        f"note: in all {count} plain cases the table says the contrary of the recordings: "
        f"its mark stands where a model is {feature}, and is missing where it is not"
        for feature, count in reversed_columns(found)
    )
    summary = ", ".join(f"{counts[name]} {name}" for name in get_args(Standing))
    return "\n".join([*lines, f"{len(rows)} tested rows with recordings, {len(found)} cells: {summary}"])
