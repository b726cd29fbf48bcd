"""What is known of each model, and how it is known: the types of `scoreboard.json`.

Rules: unknown is not false; a cell that says anything says why it may; a cell that was tried and does not plainly work
names whose doing it is. These types are decoded strictly (an unknown key is an error), and
`docs/scoreboard/schema.json` is generated from them.
"""

from collections.abc import Iterator, Mapping
from typing import Literal, get_args

import attrs

from jackfield.types.provider import Rule

Support = Literal["true", "false", "flaky", "unknown"]
"""`flaky`: sometimes, or in some of the cases that were tried."""

EvidenceKind = Literal["verified", "documented", "simulated", "unknown"]
"""`verified`: judged from real traffic; `documented`: the provider says so, nobody tried; `simulated`: a rehearsal."""

Cause = Literal["ours", "refused", "model"]
"""Why something does not work: jackfield lacks it, the provider refuses or lacks it, or the model does not do it."""

Tier = Literal["best", "good", "cheap"]
Mode = Literal["sync", "stream"]
Modality = Literal["text", "image", "audio", "video", "document"]

TIERS: tuple[Tier, ...] = get_args(Tier)
MODES: tuple[Mode, ...] = get_args(Mode)
MODALITIES: tuple[Modality, ...] = get_args(Modality)


@attrs.frozen(kw_only=True)
class Cell:
    """One thing that a model does or does not do.

    Attributes:
        recordings: the exchanges that show it, keys of `Scenario.recordings`; at least one if it was tried.
        date: the latest day of those exchanges (YYYY-MM-DD); None if they do not tell.
        source: where it is written; always there if `documented`.
        cause: whose doing it is; always there if it was tried and is not plainly true.
        reason: one sentence.
    """

    support: Support = "unknown"
    evidence: EvidenceKind = "unknown"
    recordings: tuple[str, ...] = ()
    date: str | None = None
    source: str | None = None
    cause: Cause | None = None
    reason: str | None = None

    def __attrs_post_init__(self) -> None:
        tried = self.evidence in ("verified", "simulated")
        faults = {
            "a cell without evidence must be unknown": self.evidence == "unknown" and self.support != "unknown",
            "evidence must say something": self.evidence != "unknown" and self.support == "unknown",
            "a tried cell needs its recordings": tried and not self.recordings,
            "a documented cell needs its source": self.evidence == "documented" and not self.source,
            "a failure needs its cause and reason": tried
            and self.support in ("false", "flaky")
            and not (self.cause and self.reason),
        }
        for fault, found in faults.items():
            if found:
                raise ValueError(fault)

    @property
    def works(self) -> bool:
        """Whether it is true; flaky is not."""
        return self.support == "true"


UNKNOWN = Cell()


@attrs.frozen(kw_only=True)
class Functionality:
    """What a model does in one mode.

    Attributes:
        usage: reports token counts.
        finish: reports why it stopped.
        limits: reports the rate limits that are left.
        seed: accepts a seed.
        tools: asks for tool calls and uses their results.
        biased: chooses the first value of an enum whatever it is; false is good.
        indecisive: calls twice, with both values, when it cannot tell.
        forced: a tool call can be required.
        web_search, web_fetch: the provider searches the web, reads a page.
        json: replies in JSON of any shape.
        schema: replies in JSON of a given shape.
        citations: names the passages of a given document.
        logprobs: returns log probabilities.
        max_tokens: the reply is cut where asked.
        stop: stops before a given text.
        batch: asynchronous batches.
        files: files are uploaded once and referred to.
    """

    usage: Cell = UNKNOWN
    finish: Cell = UNKNOWN
    limits: Cell = UNKNOWN
    seed: Cell = UNKNOWN
    tools: Cell = UNKNOWN
    biased: Cell = UNKNOWN
    indecisive: Cell = UNKNOWN
    forced: Cell = UNKNOWN
    web_search: Cell = UNKNOWN
    web_fetch: Cell = UNKNOWN
    json: Cell = UNKNOWN
    schema: Cell = UNKNOWN
    citations: Cell = UNKNOWN
    logprobs: Cell = UNKNOWN
    max_tokens: Cell = UNKNOWN
    stop: Cell = UNKNOWN
    batch: Cell = UNKNOWN
    files: Cell = UNKNOWN

    def cells(self) -> Iterator[tuple[str, Cell]]:
        """Every cell with its name."""
        for name in FEATURES:
            yield name, getattr(self, name)


FEATURES: tuple[str, ...] = tuple(field.name for field in attrs.fields(Functionality))


@attrs.frozen(kw_only=True)
class Modal:
    """How one kind of content goes in or comes out.

    Attributes:
        inline: within the request or reply.
        url: by a URL that the other side fetches.
        upload: as a file uploaded earlier.
        mime_types: those that were seen to work, or that the documentation lists.
        max_bytes: the largest size of one that is sent inline.
        size_source: where that is written.
    """

    inline: Cell = UNKNOWN
    url: Cell = UNKNOWN
    upload: Cell = UNKNOWN
    mime_types: tuple[str, ...] = ()
    max_bytes: int | None = None
    size_source: str | None = None

    def __attrs_post_init__(self) -> None:
        if (self.max_bytes is None) != (self.size_source is None):
            raise ValueError("a size needs its source")

    def cells(self) -> Iterator[tuple[str, Cell]]:
        """Every cell with its name."""
        yield from (("inline", self.inline), ("url", self.url), ("upload", self.upload))

    @property
    def cell(self) -> Cell:
        """The strongest of its three cells."""
        strength = {"true": 3, "flaky": 2, "false": 1, "unknown": 0}
        return max((cell for _, cell in self.cells()), key=lambda cell: strength[cell.support])


@attrs.frozen(kw_only=True)
class ThinkTags:
    """The markup around reasoning that comes inside of the text."""

    start: str
    end: str


@attrs.frozen(kw_only=True)
class Recording:
    """One recorded exchange.

    Attributes:
        sha256: of the file's bytes.
        recorded: the day it was made; None if it does not tell.
        published: the day by which it existed.
    """

    sha256: str
    recorded: str | None = None
    published: str | None = None


@attrs.frozen(kw_only=True)
class Scenario:
    """One way to use one or more models.

    Attributes:
        tiers: BEST, GOOD, CHEAP: what a client picks when asked for a tier instead of a model.
        thinking: it reasons before it answers.
        think_tags: where that reasoning comes inside of the text.
        task: the provider's word for what it does.
        methods: the operations that the provider lists for it.
        source: where task and methods are written.
        deprecated: it will go away, or has gone.
        evaluated_with: distribution and version of the plugin that decoded the recordings.
        recordings: case name -> recording.
    """

    models: tuple[str, ...]
    tiers: tuple[Tier, ...] = ()
    thinking: bool = False
    think_tags: ThinkTags | None = None
    task: str | None = None
    methods: tuple[str, ...] = ()
    source: str | None = None
    deprecated: bool | None = None
    evaluated_with: str | None = None
    inputs: Mapping[Modality, Modal] = attrs.field(factory=dict[Modality, Modal])
    outputs: Mapping[Modality, Modal] = attrs.field(factory=dict[Modality, Modal])
    sync: Functionality | None = None
    stream: Functionality | None = None
    recordings: Mapping[str, Recording] = attrs.field(factory=dict[str, Recording])

    def __attrs_post_init__(self) -> None:
        if not self.models:
            raise ValueError("a scenario needs a model")
        if self.tiers and len(self.models) > 1:
            raise ValueError("a tier belongs to one model")
        missing = {name for _, cell in self.cells() for name in cell.recordings} - set(self.recordings)
        if missing:
            raise ValueError(f"recordings that are not listed: {', '.join(sorted(missing))}")

    @property
    def tested(self) -> bool:
        """Whether anything here was tried."""
        return bool(self.recordings)

    def mode(self, mode: Mode) -> Functionality | None:
        """What it does in that mode, or None."""
        return self.sync if mode == "sync" else self.stream

    def modals(self) -> Iterator[tuple[str, Modality, Modal]]:
        """Every modality, with `in` or `out`."""
        for direction, modals in (("in", self.inputs), ("out", self.outputs)):
            for modality, modal in modals.items():
                yield direction, modality, modal

    def cells(self) -> Iterator[tuple[str, Cell]]:
        """Every cell with its path, such as `sync.tools` or `in.image.url`."""
        for direction, modality, modal in self.modals():
            for name, cell in modal.cells():
                yield f"{direction}.{modality}.{name}", cell
        for mode in MODES:
            functionality = self.mode(mode)
            if functionality is not None:
                for name, cell in functionality.cells():
                    yield f"{mode}.{name}", cell


@attrs.frozen(kw_only=True)
class Score:
    """All that is known of one provider's models.

    Attributes:
        country: ISO 3166 alpha-2.
        exclusions: cells that are true one by one and not together.
    """

    provider: str
    country: str | None = None
    dashboard_url: str | None = None
    warnings: tuple[str, ...] = ()
    exclusions: tuple[Rule, ...] = ()
    scenarios: tuple[Scenario, ...] = ()

    def __attrs_post_init__(self) -> None:
        seen: set[tuple[str, bool]] = set()
        for scenario in self.scenarios:
            for model in scenario.models:
                if (model, scenario.thinking) in seen:
                    raise ValueError(f"{model} is listed twice")
                seen.add((model, scenario.thinking))

    def rows(self) -> Iterator[tuple[str, Scenario, Mode | None]]:
        """One row a model and mode, in order; the mode is None where no mode is known."""
        for scenario in self.scenarios:
            modes: tuple[Mode | None, ...] = tuple(mode for mode in MODES if scenario.mode(mode) is not None) or (None,)
            for model in scenario.models:
                for mode in modes:
                    yield model, scenario, mode

    def preferred(self, tier: Tier) -> str | None:
        """The model of that tier, or None."""
        return next((one.models[0] for one in self.scenarios if tier in one.tiers), None)
