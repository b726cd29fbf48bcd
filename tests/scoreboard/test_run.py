"""A model tried through real sockets: every column filled, a stopped run resumed, a crippled model found out.

The far end is the simulator, so nothing here says anything about a provider; it says that the probes see what is there.
"""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import attrs
import pytest

from jackfield import registry
from jackfield.errors import NotFound
from jackfield.hookspecs import hookimpl
from jackfield.http import HttpRequest
from jackfield.scoreboard import Scenario
from jackfield.scoreboard.run import Job, Outcome, Progress, case_name, replay, run
from jackfield.testing import Simulator
from jackfield.testing.faults import Fault
from jackfield.types.models import Pricing
from jackfield.types.simulated import SimulatedReply

MODELS = {
    "cerebras": "gpt-oss-120b",
    "cloudflare": "@cf/meta/llama-4-scout-17b-16e-instruct",
    "gemini": "gemini-2.5-flash",
    "groq": "openai/gpt-oss-20b",
}


class Crippled:
    """A provider whose simulator overlooks some fields of each request."""

    def __init__(self, provider: str, *fields: str) -> None:
        """Take the plugin's hooks, but for `simulate`."""
        module = import_module(f"jackfield_{provider}")
        for name in registry.REQUIRED_HOOKS:
            setattr(self, name, getattr(module, name))
        self._answer = module.simulate
        self._fields = fields

    @hookimpl
    def simulate(self, request: HttpRequest) -> SimulatedReply:
        """Answer as if the fields had not been sent."""
        if not request.body:
            return self._answer(request, {})  # type: ignore[no-any-return]  # a hook of an imported module
        body = {key: value for key, value in json.loads(request.body).items() if key not in self._fields}
        return self._answer(attrs.evolve(request, body=json.dumps(body).encode()), {})  # type: ignore[no-any-return]  # as above


@contextmanager
def simulated(provider: str, *overlooked: str) -> Generator[Simulator]:
    """A simulator of one provider that overlooks these fields."""
    loaded = registry.build(provider, Crippled(provider, *overlooked)) if overlooked else registry.load(provider)
    with Simulator(loaded) as simulator:
        yield simulator


def job(simulator: Simulator, provider: str, directory: Path, **more: Any) -> Job:
    """Try the provider's model there."""
    return Job(
        provider=provider,
        model=more.pop("model", MODELS[provider]),
        directory=directory,
        simulated=True,
        base_url=simulator.base_url,
        settings=simulator.settings,
        **more,
    )


def tried(provider: str, directory: Path, *overlooked: str) -> Outcome:
    """A whole run."""
    with simulated(provider, *overlooked) as simulator:
        return run(job(simulator, provider, directory))


def support(scenario: Scenario) -> Mapping[str, str]:
    """Path -> support of every cell."""
    return {path: cell.support for path, cell in scenario.cells()}


@pytest.mark.parametrize("provider", MODELS)
def test_every_column_is_filled(provider: str, tmp_path: Path) -> None:
    """Each cell but batches and files is judged, and every judgement says that it is a rehearsal."""
    outcome = tried(provider, tmp_path)
    assert outcome.unfinished == {}
    for mode in (outcome.scenario.sync, outcome.scenario.stream):
        assert mode is not None
        open_ = {name for name, cell in mode.cells() if cell.evidence == "unknown"} - {"batch", "files"}
        assert open_ == set()
        assert mode.tools.works
        assert mode.max_tokens.works
    kinds = {cell.evidence for _, cell in outcome.scenario.cells()}
    assert "simulated" in kinds
    assert "verified" not in kinds
    progress = outcome.progress
    assert progress.done == progress.total
    assert progress.sent == len(list(tmp_path.rglob("*.json")))


@pytest.mark.parametrize(
    ("overlooked", "lost"),
    [
        (("stop",), {"stop"}),
        (("response_format",), {"schema"}),
        (("tools", "tool_choice"), {"tools", "forced", "biased", "indecisive"}),
        (("max_completion_tokens", "max_tokens"), {"max_tokens"}),
    ],
)
def test_a_crippled_model_loses_exactly_the_crippled_cells(
    overlooked: tuple[str, ...], lost: set[str], tmp_path: Path
) -> None:
    """What the far end overlooks is found out, and nothing else changes."""
    sound = support(tried("cerebras", tmp_path / "sound").scenario)
    crippled = support(tried("cerebras", tmp_path / "crippled", *overlooked).scenario)
    changed = {path.partition(".")[2] for path in sound if sound[path] != crippled[path]}
    assert changed - {"json"} == lost
    assert all(crippled[f"sync.{name}"] in ("false", "unknown") for name in lost)


def test_a_run_that_was_stopped_goes_on(tmp_path: Path) -> None:
    """What is on disk is not sent again, and the verdict is the same."""
    whole = tried("groq", tmp_path)
    files = sorted(tmp_path.rglob("*.json"))
    for path in files[::3]:
        path.unlink()
    with simulated("groq") as simulator:
        again = run(job(simulator, "groq", tmp_path))
        asked = len(simulator.requests)
    assert asked == again.progress.sent == len(files[::3])
    assert support(again.scenario) == support(whole.scenario)


def test_ctrl_c_leaves_whole_files_only(tmp_path: Path) -> None:
    """The run ends at once; the next one sends the rest."""

    def stop_soon(progress: Progress) -> None:
        if progress.done == 5:
            raise KeyboardInterrupt

    with simulated("groq") as simulator:
        with pytest.raises(KeyboardInterrupt):
            run(job(simulator, "groq", tmp_path, workers=1), stop_soon)
        before = len(simulator.requests)
        assert not list(tmp_path.rglob("*.part"))
        outcome = run(job(simulator, "groq", tmp_path))
    assert 0 < before < outcome.progress.sent + before
    assert outcome.progress.sent + before == len(list(tmp_path.rglob("*.json")))


def test_replay_judges_without_sending(tmp_path: Path) -> None:
    """`--replay`: the same scenario from the files alone."""
    outcome = tried("cerebras", tmp_path)
    ((provider, scenario),) = replay(tmp_path)
    assert provider == "cerebras"
    assert support(scenario) == support(outcome.scenario)


def test_a_wrong_model_ends_the_run_at_once(tmp_path: Path) -> None:
    """One request, and the provider's own words."""
    with simulated("groq") as simulator:
        simulator.always = Fault(status=404)
        with pytest.raises(NotFound):
            run(job(simulator, "groq", tmp_path))
        assert len(simulator.requests) == 1
    assert not list(tmp_path.rglob("*.json"))


def test_a_passing_failure_is_left_open(tmp_path: Path) -> None:
    """A server error is no verdict about the model: its case is named, and tried by the next run."""
    with simulated("groq") as simulator:
        run(job(simulator, "groq", tmp_path))
        gone = next(tmp_path.rglob("GenSync-Seed.json"))
        gone.unlink()
        simulator.always = Fault(status=500, should_retry=False)
        outcome = run(job(simulator, "groq", tmp_path))
        assert set(outcome.unfinished) == {"GenSync-Seed"}
        assert outcome.scenario.sync is not None
        assert outcome.scenario.sync.seed.support == "unknown"
        simulator.always = None
        assert run(job(simulator, "groq", tmp_path)).unfinished == {}


def test_cost_and_tokens_are_counted(tmp_path: Path) -> None:
    """By the list price of the model."""
    seen: list[int] = []
    with simulated("cerebras") as simulator:
        price = Pricing(input_usd=1.0, output_usd=2.0)
        outcome = run(job(simulator, "cerebras", tmp_path, pricing=price), lambda progress: seen.append(progress.done))
    progress = outcome.progress
    assert progress.usd == pytest.approx((progress.input_tokens + 2 * progress.output_tokens) / 1e6)
    assert progress.input_tokens > 0
    assert len(seen) == progress.total


def test_names_of_cases_are_those_of_recordings() -> None:
    """A probe has one name on disk for each mode."""
    assert case_name("Seed", "stream") == "GenStream-Seed"
    assert case_name("MultiModal-Image-jpg-URL", "sync") == "GenSyncMultiModal-Image-jpg-URL"
    assert case_name("Image", "sync") == "GenDoc-Image"
