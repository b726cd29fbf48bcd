"""What providers say of their models, and how it completes what was tried.

Rules: a documented cell never replaces a verified one, except that a provider's own word explains better than ours why
something cannot be asked for; a model that was not tried gets its kind of content, and facts only where it is written
in which modes it answers.
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import attrs

from jackfield import wire
from jackfield.errors import DecodeError
from jackfield.scoreboard.model import (
    FEATURES,
    MODALITIES,
    MODES,
    Cause,
    Cell,
    Functionality,
    Modal,
    Modality,
    Mode,
    Scenario,
    Score,
    Support,
    Tier,
)
from jackfield.types.provider import Rule

_WAYS = ("url", "upload")
_MODALS = [f"{direction}.{modality}" for direction in ("in", "out") for modality in MODALITIES]
_CELLS = {*FEATURES, *_MODALS, *(f"{modal}.{way}" for modal in _MODALS for way in _WAYS)}
"""`in.image` is about images however they come, `in.image.url` about those that come by URL."""

Key = tuple[str, bool]
"""A model and whether it thinks."""


@attrs.frozen(kw_only=True)
class Models:
    """Models of which the documentation says the same.

    Attributes:
        modes: how they answer, for those that were not tried; none if that is not written.
    """

    models: tuple[str, ...]
    task: str
    inputs: tuple[Modality, ...]
    outputs: tuple[Modality, ...]
    source: str | None = None
    methods: tuple[str, ...] = ()
    modes: tuple[Mode, ...] = ()
    tiers: tuple[Tier, ...] = ()
    thinking: bool = False
    deprecated: bool | None = None


@attrs.frozen(kw_only=True)
class Fact:
    """What the documentation says of some cells, for the models that match a shell pattern.

    Attributes:
        hook: the hook without which jackfield lacks it, whatever the provider offers.
    """

    models: tuple[str, ...]
    cells: tuple[str, ...]
    support: Support
    source: str
    reason: str
    cause: Cause | None = None
    hook: str | None = None

    def within(self, hooks: frozenset[str]) -> "Fact":
        """The fact as it is for a plugin with these hooks."""
        if self.hook is None or self.hook in hooks:
            return self
        reason = f"{self.reason}, and jackfield has no operation for it with this provider"
        return attrs.evolve(self, support="false", cause="ours", reason=reason)

    def fills(self, cell: Cell) -> bool:
        """Whether it says more than the cell does."""
        return cell.evidence == "unknown" or (cell.cause == "ours" and self.support == "false")

    def cell(self, beside: Cell) -> Cell:
        """The documented cell in place of one without evidence; its reason is kept behind ours."""
        why = f"{self.reason}; not tried: {beside.reason}" if beside.reason else self.reason
        return Cell(support=self.support, evidence="documented", source=self.source, cause=self.cause, reason=why)


@attrs.frozen(kw_only=True)
class Size:
    """How large a medium may be that is sent inline to the models that match a shell pattern."""

    models: tuple[str, ...]
    cells: tuple[str, ...]
    max_bytes: int
    source: str


@attrs.frozen(kw_only=True)
class Documented:
    """Everything that is written of one provider's models; `source` holds where an entry names none."""

    provider: str
    country: str
    dashboard_url: str
    source: str
    warnings: tuple[str, ...] = ()
    models: tuple[Models, ...] = ()
    facts: tuple[Fact, ...] = ()
    sizes: tuple[Size, ...] = ()

    def facts_for(self, model: str) -> Iterator[tuple[str, Fact]]:
        """Cell by cell, what is said of that model."""
        for fact in self.facts:
            if any(fnmatchcase(model, pattern) for pattern in fact.models):
                for name in fact.cells:
                    yield name, fact


def decode(data: bytes) -> Documented:
    """Read one.

    Raises:
        DecodeError: it does not fit, or names a cell that there is not.
    """
    documented = wire.structure(wire.loads(data), Documented, strict=True)
    named = [*(one.cells for one in documented.facts), *(one.cells for one in documented.sizes)]
    unknown = {name for cells in named for name in cells} - _CELLS
    if unknown:
        raise DecodeError(f"no such cell: {', '.join(sorted(unknown))}")
    return documented


def merge(
    documented: Documented,
    tried: Mapping[Key, Scenario],
    *,
    rules: tuple[Rule, ...] = (),
    hooks: frozenset[str] = frozenset(),
) -> Score:
    """A provider's scoreboard: what was tried, completed by what is written.

    Args:
        documented: what is written.
        tried: the scenarios made from recordings.
        rules: the combinations that the plugin refuses.
        hooks: the optional hooks that it implements.
    """
    documented = attrs.evolve(documented, facts=tuple(fact.within(hooks) for fact in documented.facts))
    scenarios: dict[Key, Scenario] = {}
    for entry in documented.models:
        for model in entry.models:
            key = (model, entry.thinking)
            scenarios[key] = _scenario(documented, entry, model, tried.get(key))
    for key, scenario in tried.items():
        if key not in scenarios:
            scenarios[key] = _with_facts(documented, key[0], scenario)
    return Score(
        provider=documented.provider,
        country=documented.country,
        dashboard_url=documented.dashboard_url,
        warnings=documented.warnings,
        exclusions=rules,
        scenarios=tuple(scenarios.values()),
    )


def _scenario(documented: Documented, entry: Models, model: str, tried: Scenario | None) -> Scenario:
    source = entry.source or documented.source
    base = tried or _untried(entry, model)
    if tried is not None or entry.modes:
        base = _with_facts(documented, model, base)
    return attrs.evolve(
        base,
        tiers=entry.tiers,
        task=entry.task,
        methods=entry.methods,
        source=source,
        deprecated=entry.deprecated,
        inputs=_sized(documented, model, _modals(base.inputs, entry.inputs, source)),
        outputs=_modals(base.outputs, entry.outputs, source),
    )


def _untried(entry: Models, model: str) -> Scenario:
    """A model of which no cell is known yet, in the modes that are written."""
    empty: dict[Mode, Functionality] = {mode: Functionality() for mode in entry.modes}
    return Scenario(models=(model,), thinking=entry.thinking, sync=empty.get("sync"), stream=empty.get("stream"))


def _modals(tried: Mapping[Modality, Modal], named: tuple[Modality, ...], source: str) -> dict[Modality, Modal]:
    modals = dict(tried)
    for modality in named:
        modal = modals.get(modality)
        if modal is None or modal.cell.support == "unknown":
            cell = Cell(support="true", evidence="documented", source=source)
            modals[modality] = attrs.evolve(modal or Modal(), inline=cell)
    return modals


def _sized(documented: Documented, model: str, modals: Mapping[Modality, Modal]) -> dict[Modality, Modal]:
    """The modalities that work, with how large they may be."""
    sized = dict(modals)
    for size in documented.sizes:
        for modality, modal in modals.items():
            matches = any(fnmatchcase(model, pattern) for pattern in size.models)
            if matches and modal.cell.works and f"in.{modality}" in size.cells:
                sized[modality] = attrs.evolve(modal, max_bytes=size.max_bytes, size_source=size.source)
    return sized


def _with_facts(documented: Documented, model: str, scenario: Scenario) -> Scenario:
    facts = dict(documented.facts_for(model))
    filled = {mode: _fill(facts, scenario.mode(mode)) for mode in MODES}
    return attrs.evolve(
        scenario,
        sync=filled["sync"],
        stream=filled["stream"],
        inputs=_fill_modals("in", facts, scenario.inputs),
        outputs=_fill_modals("out", facts, scenario.outputs),
    )


def _fill(facts: Mapping[str, Fact], functionality: Functionality | None) -> Functionality | None:
    if functionality is None:
        return None
    said = {name: (fact, getattr(functionality, name)) for name, fact in facts.items() if "." not in name}
    return attrs.evolve(
        functionality, **{name: fact.cell(_silent(cell)) for name, (fact, cell) in said.items() if fact.fills(cell)}
    )


def _fill_modals(direction: str, facts: Mapping[str, Fact], modals: Mapping[Modality, Modal]) -> dict[Modality, Modal]:
    filled = dict(modals)
    for modality in MODALITIES:
        fact = facts.get(f"{direction}.{modality}")
        modal = filled.get(modality, Modal())
        if fact is not None and fact.fills(modal.cell):
            filled[modality] = Modal(inline=fact.cell(_silent(modal.cell)))
        if modality in filled:
            filled[modality] = _fill_ways(f"{direction}.{modality}", facts, filled[modality])
    return filled


def _fill_ways(path: str, facts: Mapping[str, Fact], modal: Modal) -> Modal:
    """The same for what is said of a way in which it comes; no way works with a model that was seen to fail."""
    said: dict[str, Any] = {}
    failed = modal.cell.evidence == "verified" and not modal.cell.works
    for way in _WAYS:
        fact, tried = facts.get(f"{path}.{way}"), getattr(modal, way)
        if fact is not None and fact.fills(tried) and not (failed and fact.support == "true"):
            said[way] = fact.cell(_silent(tried))
    return attrs.evolve(modal, **said)


def _silent(cell: Cell) -> Cell:
    """A cell whose reason is worth keeping beside what is written: only one that was looked at."""
    return cell if cell.evidence == "unknown" else Cell()
