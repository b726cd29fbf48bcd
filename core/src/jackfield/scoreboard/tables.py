"""The Markdown tables that people compare: reading them, in both of their legends.

Rules: a cell is read as its own legend explains it; what a table does not say (`?`, or a column that it has not) is
unknown. The older legend has JSON and Schema apart, and marks tools that are not biased (🧐) or indecisive (💥); the
newer one joins JSON and Schema, and marks tools that can be forced (🪨) and web search (🕸️).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import attrs

from jackfield.scoreboard.model import Modality, Mode, Support, Tier

Legend = Literal["older", "newer"]

MEDALS: Mapping[Tier, str] = {"best": "🥇", "good": "🥈", "cheap": "🥉"}
MODALITY_SYMBOLS: Mapping[Modality, str] = {
    "audio": "🎤",
    "video": "🎥",
    "text": "💬",
    "document": "📄",
    "image": "📸",
}
_MODES: Mapping[str, Mode] = {"Sync": "sync", "Stream": "stream", "🕰": "sync", "📡": "stream"}
_FLAGS: Mapping[str, Support] = {"✅": "true", "❌": "false", "💨": "flaky", "🚫": "false", "🔧": "false"}

Facts = Mapping[str, Support]
"""Feature -> support; modalities are `in.image`, `out.text` and so on."""


@attrs.frozen(kw_only=True)
class Row:
    """One row of a table.

    Attributes:
        mode: None for a model that was not tested.
        texts: column -> the cell as it stands.
        facts: what the cells say.
    """

    model: str
    tiers: tuple[Tier, ...]
    mode: Mode | None
    thinking: bool
    texts: Mapping[str, str]
    facts: Facts


def legend_of(markdown: str) -> Legend:
    """Which legend a table follows: the older one has a column for schemas."""
    header = next(line for line in markdown.splitlines() if line.startswith("| Model"))
    return "older" if " Schema " in header else "newer"


def parse(markdown: str) -> Iterator[Row]:
    """The rows of the one table in a page."""
    lines = [line for line in markdown.splitlines() if line.startswith("|")]
    columns = _split(lines[0])
    readers = _READERS[legend_of(markdown)]
    for line in lines[2:]:
        texts = dict(zip(columns, _split(line), strict=True))
        yield _row(texts, readers)


def _split(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _row(texts: Mapping[str, str], readers: Mapping[str, "Reader"]) -> Row:
    name = texts["Model"]
    tiers: tuple[Tier, ...] = tuple(tier for tier, medal in MEDALS.items() if medal in name)
    for medal in MEDALS.values():
        name = name.replace(medal, "")
    modes: list[Mode] = [mode for word, mode in _MODES.items() if word in texts["Mode"]]
    mode = modes[0] if modes else None
    facts: dict[str, Support] = {}
    if mode is not None:
        for column, reader in readers.items():
            facts.update(reader(texts[column]))
    return Row(model=name.strip(), tiers=tiers, mode=mode, thinking="🧠" in texts["Mode"], texts=texts, facts=facts)


Reader = Callable[[str], dict[str, Support]]


def _flag(text: str) -> Support:
    found: list[Support] = [support for symbol, support in _FLAGS.items() if symbol in text]
    return found[0] if found else "unknown"


def _has(text: str, symbol: str) -> Support:
    return "true" if symbol in text else "false"


def _plain(name: str) -> Reader:
    return lambda text: {name: _flag(text)}


def _modalities(direction: str) -> Reader:
    return lambda text: {
        f"{direction}.{modality}": "true" for modality, symbol in MODALITY_SYMBOLS.items() if symbol in text
    }


def _text_features(text: str) -> dict[str, Support]:
    return {"seed": _has(text, "🌱"), "max_tokens": _has(text, "📏"), "stop": _has(text, "🛑")}


def _newer_json(text: str) -> dict[str, Support]:
    both = _flag(text)
    if "☁" in text or "📐" in text:
        return {"json": _has(text, "☁"), "schema": _has(text, "📐")}
    return {"json": both, "schema": both}


def _newer_tools(text: str) -> dict[str, Support]:
    return {"tools": _flag(text), "forced": _has(text, "🪨"), "web_search": _has(text, "🕸")}


def _older_tools(text: str) -> dict[str, Support]:
    tools = _flag(text)
    if tools == "false":
        return {"tools": tools}
    return {"tools": tools, "biased": "false" if "🧐" in text else "true", "indecisive": _has(text, "💥")}


_COMMON: Mapping[str, Reader] = {
    "➛In": _modalities("in"),
    "Out➛": _modalities("out"),
    "Batch": _plain("batch"),
    "File": _plain("files"),
    "Cite": _plain("citations"),
    "Text": _text_features,
    "Probs": _plain("logprobs"),
    "Limits": _plain("limits"),
    "Usage": _plain("usage"),
    "Finish": _plain("finish"),
}
_READERS: Mapping[Legend, Mapping[str, Reader]] = {
    "newer": {**_COMMON, "Tool": _newer_tools, "JSON": _newer_json},
    "older": {**_COMMON, "Tool": _older_tools, "JSON": _plain("json"), "Schema": _plain("schema")},
}
