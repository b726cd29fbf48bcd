"""What is written completes what was tried, and never improves it."""

import attrs
import pytest

from jackfield.errors import DecodeError
from jackfield.scoreboard import Cell, Functionality, Modal, Recording, Scenario
from jackfield.scoreboard.documented import Documented, Fact, Models, Size, decode, merge

SEEN = Cell(support="true", evidence="verified", recordings=("a",))
FAILED = Cell(support="false", evidence="verified", recordings=("a",), cause="model", reason="it did not")
LACKING = Cell(support="false", evidence="documented", source="acme 1", cause="ours", reason="we do not")
OPEN = Cell(reason="the client asked wrongly")


def written(*facts: Fact) -> Documented:
    """Two models of one provider, and these facts."""
    entry = Models(models=("m", "n"), task="talk", inputs=("text", "image"), outputs=("text",), deprecated=True)
    return Documented(
        provider="acme", country="CA", dashboard_url="https://x.example", source="https://docs.example",
        models=(entry,), facts=facts,
    )  # fmt: skip


def fact(support: str = "true", **more: object) -> Fact:
    """One fact about every cell that the tests look at."""
    cells = ("seed", "tools", "stop", "json")
    return Fact(models=("*",), cells=cells, support=support, source="s", reason="so it says", **more)  # type: ignore[arg-type]  # test data


TRIED = Scenario(
    models=("m",),
    inputs={"text": Modal(inline=SEEN), "image": Modal(inline=FAILED)},
    sync=Functionality(seed=SEEN, tools=FAILED, stop=OPEN, json=LACKING),
    recordings={"a": Recording(sha256="0" * 64)},
)


def test_a_fact_fills_what_is_open_and_nothing_else() -> None:
    """Tried cells stay; the reason why a cell was open stays beside the fact."""
    score = merge(written(fact()), {("m", False): TRIED}, rules=())
    sync = score.scenarios[0].sync
    assert sync is not None
    assert (sync.seed, sync.tools, sync.json) == (SEEN, FAILED, LACKING)
    assert (sync.stop.support, sync.stop.evidence) == ("true", "documented")
    assert "asked wrongly" in (sync.stop.reason or "")
    assert sync.logprobs == Cell()


def test_the_provider_explains_better_than_we_do_why_it_cannot() -> None:
    """A refusal that is written takes the place of our own lack."""
    score = merge(written(fact("false", cause="refused")), {("m", False): TRIED}, rules=())
    sync = score.scenarios[0].sync
    assert sync is not None
    assert sync.json.cause == "refused"
    assert sync.tools == FAILED


def test_a_model_that_nobody_tried_gets_its_kinds_of_content_alone() -> None:
    """Facts about cells are not spread over models without evidence."""
    score = merge(written(fact()), {("m", False): TRIED}, rules=())
    other = score.scenarios[1]
    assert (other.models, other.task, other.deprecated, other.sync, other.stream) == (("n",), "talk", True, None, None)
    assert {cell.evidence for path, cell in other.cells() if path.endswith("inline")} == {"documented"}


def test_a_documented_kind_does_not_outdo_a_failed_one() -> None:
    """The documentation promises images; the recording shows none."""
    score = merge(written(), {("m", False): TRIED}, rules=())
    assert score.scenarios[0].inputs["image"].inline == FAILED


def test_what_is_said_of_a_way_completes_a_kind_and_does_not_outdo_a_failed_one() -> None:
    """By upload is written where inline was tried: it stands beside what worked, and nowhere else."""
    way = Fact(
        models=("*",), cells=("in.text.upload", "in.image.upload"), support="true", source="s", reason="so it says"
    )
    inputs = merge(written(way), {("m", False): TRIED}).scenarios[0].inputs
    assert (inputs["text"].upload.support, inputs["text"].upload.evidence) == ("true", "documented")
    assert inputs["text"].inline == SEEN
    assert inputs["image"].upload == Cell()
    assert inputs["image"].cell == FAILED


def test_sizes_are_written_where_the_kind_works() -> None:
    """A limit without its source is refused."""
    size = Size(models=("m",), cells=("in.text", "in.image"), max_bytes=20, source="https://size.example")
    documented = attrs.evolve(written(), sizes=(size,))
    tried, other = (one.inputs for one in merge(documented, {("m", False): TRIED}).scenarios)
    assert (tried["text"].max_bytes, tried["text"].size_source) == (20, "https://size.example")
    assert tried["image"].max_bytes is None
    assert other["text"].max_bytes is None
    with pytest.raises(ValueError, match="source"):
        Modal(max_bytes=1)


def test_a_recorded_model_that_is_not_written_about_is_kept() -> None:
    """Evidence is never thrown away."""
    extra = Scenario(models=("z",), sync=TRIED.sync, recordings=TRIED.recordings)
    score = merge(written(), {("z", True): extra}, rules=())
    assert [one.models for one in score.scenarios] == [("m",), ("n",), ("z",)]


def test_a_fact_about_no_cell_is_refused() -> None:
    """A typing error in the written facts."""
    with pytest.raises(DecodeError, match="tolls"):
        decode(
            b'{"provider": "a", "country": "CA", "dashboard_url": "u", "source": "s", "facts": '
            b'[{"models": ["*"], "cells": ["tolls"], "support": "true", "source": "s", "reason": "r"}]}'
        )


def test_what_a_provider_offers_needs_a_hook_of_ours() -> None:
    """Without the plugin's hook it is jackfield that lacks it, whatever is written."""
    offered = Fact(
        models=("*",), cells=("batch",), support="true", source="s", reason="batches are offered", hook="create_batch"
    )
    without = merge(written(offered), {("m", False): TRIED}).scenarios[0].sync
    having = merge(written(offered), {("m", False): TRIED}, hooks=frozenset({"create_batch"})).scenarios[0].sync
    assert without is not None
    assert having is not None
    assert (without.batch.support, without.batch.cause) == ("false", "ours")
    assert (having.batch.support, having.batch.evidence) == ("true", "documented")
