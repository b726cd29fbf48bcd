"""From cells to the symbols of the tables, and the words that explain them.

Rules: one symbol means one thing in every face; what was not tried is never drawn like what was, and a failure shows
whose doing it is. Every symbol has a word, so that nothing is told by colour or picture alone.
"""

import unicodedata
from collections.abc import Mapping

from jackfield.scoreboard.model import Cell, Functionality, Modal, Modality, Mode, Scenario
from jackfield.scoreboard.tables import MEDALS, MODALITY_SYMBOLS, Legend

DOCUMENTED = "📖"
SIMULATED = "🧪"
_FALSE: Mapping[str | None, str] = {"ours": "🔧", "refused": "🚫", "model": "❌", None: "❌"}
_TEXT = (("seed", "🌱"), ("max_tokens", "📏"), ("stop", "🛑"))

LEGEND: tuple[tuple[str, str], ...] = (
    ("Sync, Stream", "the reply comes whole, or as it is made; some features work in one mode only"),
    ("🧠", "thinks before it answers; a model that can do both has rows for both"),
    ("🥇 🥈 🥉", "what `jackfield.BEST`, `GOOD` and `CHEAP` choose"),
    ("✅", "works"),
    ("💨", "works sometimes, or in some of the cases that were tried"),
    ("❌", "was tried, and the model does not do it"),
    ("🚫", "the provider refuses or lacks it"),
    ("🔧", "jackfield lacks it"),
    ("?", "not known: it was not tried, and nothing is written about it"),
    (DOCUMENTED, "after a symbol: the provider's documentation says so, nobody tried"),
    (SIMULATED, "after a symbol: a rehearsal against a simulator, which says nothing about the provider"),
    ("💬 📄 📸 🎤 🎥", "text, documents (PDF), images, audio, video"),
    (
        "Tool",
        "the model calls tools and uses their results; 🪨: a call can be required; 🕸️: the provider searches the web",
    ),
    ("🧐 💥", "it is not biased towards the first value of an enum; it calls with both when it cannot tell"),
    ("JSON", "✅: of any shape and of a given schema; ☁️: of any shape; 📐: of a given schema"),
    ("Batch, File", "asynchronous batches; files that are uploaded once"),
    ("Cite", "names the passages of a given document"),
    ("Text", "🌱: takes a seed; 📏: stops at a number of tokens; 🛑: stops before a given text"),
    ("Probs, Limits, Usage, Finish", "log probabilities; rate limits; token counts; the reason why the reply ended"),
)

SUPPORT_WORDS: Mapping[str, str] = {"true": "yes", "false": "no", "flaky": "sometimes", "unknown": "not known"}
CAUSE_WORDS: Mapping[str, str] = {
    "ours": "jackfield lacks it",
    "refused": "the provider refuses or lacks it",
    "model": "the model does not do it",
}


def symbol(cell: Cell) -> str:
    """One cell on its own."""
    marks = {"true": "✅", "flaky": "💨", "unknown": "?"}
    drawn = marks.get(cell.support) or _FALSE[cell.cause]
    return drawn + kind_mark(cell)


def kind_mark(cell: Cell) -> str:
    """The mark of evidence that is not from real traffic; a refusal that is written down needs none."""
    if cell.evidence == "documented":
        return DOCUMENTED if cell.works else ""
    return SIMULATED if cell.evidence == "simulated" else ""


def words(cell: Cell) -> str:
    """A cell as a sentence: support, whose doing, reason, evidence."""
    parts = [SUPPORT_WORDS[cell.support]]
    if cell.cause and cell.support != "true":
        parts.append(CAUSE_WORDS[cell.cause])
    if cell.reason:
        parts.append(cell.reason)
    if cell.evidence != "unknown":
        where = ", ".join(cell.recordings) if cell.recordings else cell.source
        day = f" on {cell.date}" if cell.date else ""
        parts.append(f"{cell.evidence}{day}: {where}")
    return "; ".join(parts)


def model_name(model: str, scenario: Scenario) -> str:
    """The model with its medals."""
    return model + "".join(MEDALS[tier] for tier in scenario.tiers)


def mode_name(mode: Mode | None, scenario: Scenario) -> str:
    """The mode with its mark of thinking."""
    return "?" if mode is None else mode.capitalize() + ("🧠" if scenario.thinking else "")


def modalities(modals: Mapping[Modality, Modal]) -> str:
    """The kinds of content that work, in the tables' order; documented ones at the end."""
    tried = [MODALITY_SYMBOLS[one] for one in MODALITY_SYMBOLS if one in modals and _shown(modals[one], tried=True)]
    written = [MODALITY_SYMBOLS[one] for one in MODALITY_SYMBOLS if one in modals and _shown(modals[one], tried=False)]
    marked = [*written, DOCUMENTED] if written else []
    return "".join([*sorted(tried), *marked]) or ("❌" if modals else "?")


def _shown(modal: Modal, *, tried: bool) -> bool:
    return modal.cell.works and (modal.cell.evidence != "documented") == tried


def columns(scenario: Scenario, mode: Mode | None, legend: Legend) -> dict[str, str]:
    """Column -> text of one row, without the model."""
    functionality = scenario.mode(mode) if mode is not None else None
    cells = functionality or Functionality()
    return {
        "Mode": mode_name(mode, scenario),
        "➛In": modalities(scenario.inputs),
        "Out➛": modalities(scenario.outputs),
        **(_newer(cells) if legend == "newer" else _older(cells)),
        "Batch": symbol(cells.batch),
        "File": symbol(cells.files),
        "Cite": symbol(cells.citations),
        "Text": _text(cells),
        "Probs": symbol(cells.logprobs),
        "Limits": symbol(cells.limits),
        "Usage": symbol(cells.usage),
        "Finish": symbol(cells.finish),
    }


def _newer(cells: Functionality) -> dict[str, str]:
    forced = "🪨" if cells.forced.works else ""
    web = "🕸️" if cells.web_search.works else ""
    return {"Tool": symbol(cells.tools) + forced + web + _choosing(cells), "JSON": _json(cells)}


def _choosing(cells: Functionality) -> str:
    """How it chooses where there is nothing to choose by."""
    return ("🧐" if cells.biased.support == "false" else "") + ("💥" if cells.indecisive.works else "")


def _json(cells: Functionality) -> str:
    if cells.json.works and cells.schema.works and not kind_mark(cells.schema):
        return "✅"
    free = "☁️" + kind_mark(cells.json) if cells.json.works else ""
    schema = "📐" + kind_mark(cells.schema) if cells.schema.works else ""
    if free or schema:
        flaky = "💨" if "flaky" in (cells.json.support, cells.schema.support) else ""
        return free + schema + flaky + ("?" if "unknown" in (cells.json.support, cells.schema.support) else "")
    return symbol(cells.json if cells.json.support != "unknown" else cells.schema)


def _older(cells: Functionality) -> dict[str, str]:
    tool = symbol(cells.tools) + _choosing(cells)
    return {"JSON": symbol(cells.json), "Schema": symbol(cells.schema), "Tool": tool}


def _text(cells: Functionality) -> str:
    works = "".join(mark + kind_mark(getattr(cells, name)) for name, mark in _TEXT if getattr(cells, name).works)
    open_ = any(getattr(cells, name).support == "unknown" for name, _ in _TEXT)
    return (works + ("?" if open_ else "")) or "❌"


def width(text: str) -> int:
    """How many columns a terminal or an editor with a fixed font gives the text."""
    return sum(
        2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text if unicodedata.category(one) != "Mn"
    )


def padded(text: str, columns_: int) -> str:
    """The text with blanks up to that width."""
    return text + " " * max(0, columns_ - width(text))
