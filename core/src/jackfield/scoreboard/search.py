"""Which model to use: by what it must do, across the installed providers, with the reason.

Rules: only what is true counts, never flaky or unknown; what was tried comes before what is only written; a combination
that a provider refuses is no candidate, although each part of it works alone; a retired model comes last.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from jackfield.errors import UsageError
from jackfield.scoreboard.model import FEATURES, MODALITIES, MODES, TIERS, UNKNOWN, Cell, Mode, Scenario, Score, Tier

_ALIASES: Mapping[str, str] = {
    "vision": "in.image",
    "image": "in.image",
    "images": "in.image",
    "audio": "in.audio",
    "video": "in.video",
    "document": "in.document",
    "documents": "in.document",
    "pdf": "in.document",
    "make-image": "out.image",
    "speech": "out.audio",
    "search": "web_search",
    "fetch": "web_fetch",
}
_PROPERTIES = ("stream", "thinking")
_RULE_WORDS: Mapping[str, str] = {"json": "json_mode", "forced": "forced_tool", "logprobs": "top_logprobs"}

NEEDS: tuple[str, ...] = (*FEATURES, *_ALIASES, *_PROPERTIES)
"""Every word that `find` knows, beside `in.image`, `out.text` and so on."""


@attrs.frozen(kw_only=True)
class Choice:
    """A model that does what was asked for.

    Attributes:
        reason: one sentence a need, with its evidence.
        verified: how many of the needs were tried on real traffic.
    """

    provider: str
    model: str
    mode: Mode
    thinking: bool
    tiers: tuple[Tier, ...]
    deprecated: bool
    verified: int
    reason: str

    @property
    def name(self) -> str:
        """What goes into a client: `provider:model`."""
        return f"{self.provider}:{self.model}"


def parse_needs(text: str) -> tuple[str, ...]:
    """`vision,tools,stream` as the cells and properties that it stands for.

    Raises:
        UsageError: a word is not known.
    """
    modal = {f"{direction}.{kind}" for direction in ("in", "out") for kind in MODALITIES}
    found: list[str] = []
    for word in (one.strip().lower().replace(" ", "_") for one in text.split(",") if one.strip()):
        name = _ALIASES.get(word, word.replace("-", "_") if "." not in word else word)
        if name not in {*FEATURES, *modal, *_PROPERTIES}:
            raise UsageError(f"unknown need: {word}; there are: {', '.join(NEEDS)}")
        found.append(name)
    return tuple(dict.fromkeys(found))


def find(needs: Sequence[str], scores: Iterable[Score], *, prefer: Tier | None = None) -> list[Choice]:
    """The models that do all of that, the one to use first.

    Args:
        needs: what `parse_needs` gives.
        scores: usually `installed()`.
        prefer: the tier that comes first among those that fit.
    """
    choices = [choice for score in scores for choice in _choices(needs, score)]
    order = {tier: place for place, tier in enumerate((prefer, *TIERS) if prefer else ("good", "best", "cheap"))}

    def rank(choice: Choice) -> tuple[object, ...]:
        place = min((order[tier] for tier in choice.tiers), default=len(order))
        return (choice.deprecated, -choice.verified, place, choice.provider, choice.model, choice.thinking)

    def by_tier(choice: Choice) -> tuple[object, ...]:
        wanted = prefer is not None and prefer not in choice.tiers
        return (choice.deprecated, wanted, *rank(choice))

    return sorted(choices, key=by_tier)


def cell_of(need: str, scenario: Scenario, mode: Mode) -> Cell:
    """The cell that a need stands for."""
    direction, _, kind = need.partition(".")
    if kind:
        modals = scenario.inputs if direction == "in" else scenario.outputs
        return next((modal.cell for name, modal in modals.items() if name == kind), UNKNOWN)
    functionality = scenario.mode(mode)
    cell: Cell = UNKNOWN if functionality is None else getattr(functionality, need)
    return cell


def _choices(needs: Sequence[str], score: Score) -> Iterator[Choice]:
    modes: tuple[Mode, ...] = ("stream",) if "stream" in needs else MODES
    for scenario in score.scenarios:
        if "thinking" in needs and not scenario.thinking:
            continue
        fitting: list[Mode] = [
            mode for mode in modes if scenario.mode(mode) is not None and _fits(needs, scenario, mode)
        ]
        for model in scenario.models:
            if fitting and not _excluded(needs, score, model):
                yield _choice(needs, score, scenario, (model, fitting[0]))


def _cells(needs: Sequence[str], scenario: Scenario, mode: Mode) -> dict[str, Cell]:
    return {need: cell_of(need, scenario, mode) for need in needs if need not in _PROPERTIES}


def _fits(needs: Sequence[str], scenario: Scenario, mode: Mode) -> bool:
    return all(cell.works for cell in _cells(needs, scenario, mode).values())


def _excluded(needs: Sequence[str], score: Score, model: str) -> bool:
    words = {_RULE_WORDS.get(need, need.removeprefix("in.")) for need in needs}
    return any(rule.refuses(model, frozenset(words)) for rule in score.exclusions)


def _choice(needs: Sequence[str], score: Score, scenario: Scenario, place: tuple[str, Mode]) -> Choice:
    model, mode = place
    cells = _cells(needs, scenario, mode)
    parts = [f"{need} {_how(cell)}" for need, cell in cells.items()] or [f"it has a {mode} mode"]
    tiers = [f"the {tier} model of {score.provider}" for tier in scenario.tiers]
    retired = ["retired by the provider"] if scenario.deprecated else []
    return Choice(
        provider=score.provider,
        model=model,
        mode=mode,
        thinking=scenario.thinking,
        tiers=scenario.tiers,
        deprecated=bool(scenario.deprecated),
        verified=sum(cell.evidence == "verified" for cell in cells.values()),
        reason="; ".join([*parts, *tiers, *retired]),
    )


def _how(cell: Cell) -> str:
    if cell.evidence == "documented":
        return f"is documented ({cell.source})"
    day = f" on {cell.date}" if cell.date else ""
    return f"was {'rehearsed on a simulator' if cell.evidence == 'simulated' else 'seen to work'}{day}"
