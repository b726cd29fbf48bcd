"""A crippled model loses exactly the crippled cells: for every provider, each thing that its model does in turn."""

import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from tests.scoreboard.crippled import CRIPPLES, SIGHT, Cripple, blind, refusing_path, simulated

from jackfield.scoreboard import Cell, Scenario
from jackfield.scoreboard.model import FEATURES
from jackfield.scoreboard.run import Job, run

pytestmark = pytest.mark.repeats
MODELS = {
    "cerebras": "gemma-4-31b",
    "cloudflare": "@cf/meta/llama-4-scout-17b-16e-instruct",
    "gemini": "gemini-2.5-flash",
    "groq": "meta-llama/llama-4-scout-17b-16e-instruct",
}
_ALL = "biased finish forced indecisive json max_tokens schema seed tools usage"
_SEES_ALL = " ".join(
    f"in.{kind}.{way}" for kind in ("image", "document", "audio", "video") for way in ("inline", "url", "upload")
)
DOES = {
    "cerebras": f"{_ALL} batch files limits logprobs stop in.image.inline",
    "cloudflare": f"{_ALL} in.image.inline".replace("finish ", ""),
    "gemini": f"{_ALL} batch files logprobs stop web_fetch web_search {_SEES_ALL}",
    "groq": f"{_ALL} batch citations files limits stop in.image.inline in.image.url",
}
"""What each simulated model does, with the sight that it is given."""
UPLOADS = frozenset(f"in.{kind}.upload" for kind in ("image", "audio", "video", "document"))
ALSO_LOST = {
    ("cerebras", "files"): frozenset({"batch"}),
    ("groq", "files"): frozenset({"batch"}),
    ("gemini", "files"): UPLOADS,
}
"""A batch goes in as a file with some, a medium is uploaded as one with others."""


def tried(provider: str, *changes: Cripple, model: str | None = None) -> Scenario:
    """The provider's model, which sees, tried by every probe."""
    with tempfile.TemporaryDirectory() as directory, simulated(provider, *changes, SIGHT) as simulator:
        job = Job(
            provider=provider,
            model=model or MODELS[provider],
            directory=Path(directory),
            simulated=True,
            base_url=simulator.base_url,
            settings=simulator.settings,
            workers=8,
            poll_s=0.01,
        )
        outcome = run(job)
        assert outcome.unfinished == {}
        assert simulator.failures == ()
    return outcome.scenario


@cache
def sound(provider: str) -> Mapping[str, Cell]:
    """What the model does when nothing is done to it."""
    return dict(tried(provider).cells())


def name_of(path: str) -> str:
    """A cell of both modes, or a modality's."""
    return path if path.startswith(("in.", "out.")) else path.partition(".")[2]


def loss_of(name: str) -> Cripple:
    """How that is taken away."""
    return CRIPPLES[name] if name in CRIPPLES else blind(*name.split(".")[1:])


WAYS = [(provider, name) for provider, names in DOES.items() for name in names.split()]


@pytest.mark.parametrize(("provider", "name"), WAYS)
def test_exactly_the_crippled_cells_are_lost(provider: str, name: str) -> None:
    """In each mode that had them, with a reason; every other cell stays as it was."""
    before, after = sound(provider), dict(tried(provider, loss_of(name)).cells())
    lost = loss_of(name).cells | ALSO_LOST.get((provider, name), frozenset())
    had = {path for path, cell in before.items() if cell.works or name_of(path) == "biased"}
    changed = {path for path in before if before[path].support != after[path].support}
    assert changed == {path for path in had if name_of(path) in lost}
    assert changed
    for path in changed:
        assert after[path].reason, path
        assert after[path].evidence in ("simulated", "unknown"), path


@pytest.mark.parametrize("provider", MODELS)
def test_everything_that_a_model_does_can_be_taken_from_it(provider: str) -> None:
    """No true cell is left out of the test above but text; that a model is not biased is good, too."""
    had = {name_of(path) for path, cell in sound(provider).items() if cell.works}
    assert had | {"biased"} == {*DOES[provider].split(), "in.text.inline", "out.text.inline"}


@pytest.mark.parametrize("provider", MODELS)
def test_every_column_is_filled(provider: str) -> None:
    """Each cell of both modes and each kind of medium is judged, and none of it is taken for real."""
    cells = sound(provider)
    for path in (*(f"{mode}.{name}" for mode in ("sync", "stream") for name in FEATURES), "out.image.inline"):
        assert cells[path].support != "unknown", path
        assert cells[path].evidence in ("simulated", "documented"), path
    for kind in ("image", "document", "audio", "video"):
        for way in ("inline", "url", "upload"):
            assert cells[f"in.{kind}.{way}"].support != "unknown", (kind, way)
    assert "verified" not in {cell.evidence for cell in cells.values()}


def test_a_model_that_makes_pictures_loses_them() -> None:
    """The one thing that it does."""
    model = "imagen-4.0-generate-001"
    before = dict(tried("gemini", model=model).cells())
    after = dict(tried("gemini", Cripple(cells=frozenset(), before=refusing_path(":predict")), model=model).cells())
    assert before["out.image.inline"].works
    assert (after["out.image.inline"].support, after["out.image.inline"].cause) == ("false", "refused")
