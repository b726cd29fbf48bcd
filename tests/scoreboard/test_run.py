"""A model tried through real sockets: judged, stopped and resumed, within limits, and never taken for a real one.

The far end is the simulator, so nothing here says anything about a provider; it says that the probes see what is there.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest

from jackfield.client import Client
from jackfield.errors import NotFound
from jackfield.scoreboard import Scenario
from jackfield.scoreboard.run import Job, Outcome, Progress, case_name, replay, run
from jackfield.testing import Simulator
from jackfield.testing.faults import Fault
from jackfield.types.models import Pricing

pytestmark = pytest.mark.repeats
MODELS = {
    "cerebras": "gpt-oss-120b",
    "cloudflare": "@cf/meta/llama-4-scout-17b-16e-instruct",
    "gemini": "gemini-2.5-flash",
    "groq": "openai/gpt-oss-20b",
}


@contextmanager
def simulated(provider: str) -> Generator[Simulator]:
    """A simulator of one provider."""
    with Simulator(provider) as simulator:
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
        poll_s=0.01,
        **more,
    )


def tried(provider: str, directory: Path) -> Outcome:
    """A whole run."""
    with simulated(provider) as simulator:
        return run(job(simulator, provider, directory))


def support(scenario: Scenario) -> Mapping[str, str]:
    """Path -> support of every cell."""
    return {path: cell.support for path, cell in scenario.cells()}


@pytest.mark.parametrize("provider", MODELS)
def test_a_run_ends_with_a_verdict(provider: str, tmp_path: Path) -> None:
    """Nothing is left open, every probe is counted, and every judgement says that it is a rehearsal."""
    outcome = tried(provider, tmp_path)
    assert outcome.unfinished == {}
    kinds = {cell.evidence for _, cell in outcome.scenario.cells()}
    assert "simulated" in kinds
    assert "verified" not in kinds
    progress = outcome.progress
    assert progress.done == progress.total
    assert progress.sent >= len(list(tmp_path.rglob("*.json")))


def test_a_run_that_was_stopped_goes_on(tmp_path: Path) -> None:
    """What is on disk is not sent again, and the verdict is the same."""
    whole = tried("groq", tmp_path)
    files = sorted(tmp_path.rglob("*.json"))
    for path in files[::3]:
        path.unlink()
    with simulated("groq") as simulator:
        again = run(job(simulator, "groq", tmp_path))
        asked = len(simulator.requests)
    assert asked == again.progress.sent
    assert whole.progress.sent > asked >= len(files[::3])
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
    assert before > 0
    assert outcome.progress.sent + before == tried("groq", tmp_path / "whole").progress.sent


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
    assert max(seen) == progress.total


def test_names_of_cases_are_those_of_recordings() -> None:
    """A probe has one name on disk for each mode."""
    assert case_name("Seed", "stream") == "GenStream-Seed"
    assert case_name("MultiModal-Image-jpg-URL", "sync") == "GenSyncMultiModal-Image-jpg-URL"
    assert case_name("Image", "sync") == "GenDoc-Image"
    assert case_name("Batch-1") == "GenAsync-Batch-1"
    assert case_name("MultiModal-Audio-mp3-Upload") == "GenAsyncMultiModal-Audio-mp3-Upload"


def test_a_batch_that_is_running_is_looked_at_by_the_next_run(tmp_path: Path) -> None:
    """It is handed in once; without patience its results are left for later, and the cell stays open."""
    with simulated("groq") as simulator:
        first = run(job(simulator, "groq", tmp_path, patience_s=0.0))
        assert first.unfinished == {"GenAsync-Batch-2": "the batch has not ended"}
        assert first.scenario.sync is not None
        assert first.scenario.sync.batch.support == "unknown"
        handed_in = [one for one in simulator.requests if one.method == "POST" and one.url.endswith("/batches")]
        second = run(job(simulator, "groq", tmp_path))
        assert [one for one in simulator.requests if one.method == "POST" and one.url.endswith("/batches")] == handed_in
    assert len(handed_in) == 1
    assert second.unfinished == {}
    assert second.scenario.sync is not None
    assert second.scenario.sync.batch.works
    assert second.scenario.sync.batch.recordings == ("GenAsync-Batch-1", "GenAsync-Batch-2")


def test_the_results_of_another_batch_do_not_count(tmp_path: Path) -> None:
    """Where a batch has to be handed in again, its results are fetched again."""
    with simulated("groq") as simulator:
        run(job(simulator, "groq", tmp_path))
        next(tmp_path.rglob("GenAsync-Batch-1.json")).unlink()
        outcome = run(job(simulator, "groq", tmp_path))
    assert outcome.unfinished == {}
    assert outcome.scenario.sync is not None
    assert outcome.scenario.sync.batch.works


def test_nothing_that_an_errand_uploads_is_left(tmp_path: Path) -> None:
    """A file is deleted where the provider does that, also after a question about it."""
    with simulated("gemini") as simulator:
        run(job(simulator, "gemini", tmp_path))
        with Client("gemini", base_url=simulator.base_url, settings=simulator.settings) as client:
            assert client.files.list() == []


def test_what_is_not_there_is_a_verdict_about_files_and_none_about_a_model(tmp_path: Path) -> None:
    """A provider without a route for batches lacks them; a model that is not found ends the run."""
    with simulated("groq") as simulator:
        simulator.faults.extend([None] * 2)
        run(job(simulator, "groq", tmp_path))
        for path in tmp_path.rglob("GenAsync-*.json"):
            path.unlink()
        simulator.always = Fault(status=404)
        outcome = run(job(simulator, "groq", tmp_path))
    assert outcome.unfinished == {}
    assert outcome.scenario.sync is not None
    for cell in (outcome.scenario.sync.files, outcome.scenario.sync.batch):
        assert (cell.support, cell.cause) == ("false", "refused")
        assert "HTTP 404" in (cell.reason or "")


def test_a_rate_limit_is_waited_for(tmp_path: Path) -> None:
    """Refused now and then with a time to wait, a run loses nothing."""
    with simulated("groq") as simulator:
        simulator.faults.extend(Fault(status=429, retry_after_s=0.05) if at % 4 == 3 else None for at in range(40))
        outcome = run(job(simulator, "groq", tmp_path, workers=1))  # so that a second attempt is the next request
        assert sum(one.status == 429 for one in simulator.requests) >= 5
    assert outcome.unfinished == {}
    assert support(outcome.scenario) == support(tried("groq", tmp_path / "undisturbed").scenario)


def test_a_simulator_behind_an_address_is_known_by_its_answers(tmp_path: Path) -> None:
    """Nobody has to say so: what it shows is never taken for real, and what another address said does not count."""
    with simulated("cerebras") as simulator:
        live = attrs.evolve(job(simulator, "cerebras", tmp_path), simulated=False)
        outcome = run(live)
        kinds = {cell.evidence for _, cell in outcome.scenario.cells()}
        assert "verified" not in kinds
        assert "simulated" in kinds
        assert run(live).progress.sent == 0
        with simulated("cerebras") as other:
            again = run(attrs.evolve(live, base_url=other.base_url, settings=other.settings))
    assert again.progress.sent == outcome.progress.sent
