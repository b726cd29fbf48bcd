"""Real traffic, judged by our plugins: what is shipped is what the recordings say, and an altered recording is seen."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from jackfield import registry
from jackfield.scoreboard import Cell, Scenario, Score
from jackfield.scoreboard.evaluate import scenarios
from jackfield.scoreboard.exchanges import read, read_all

pytestmark = pytest.mark.corpus
Judged = Mapping[tuple[str, str, bool], Scenario]


def test_every_recorded_model_is_shipped_as_judged(judged: Judged, shipped: Mapping[str, Score]) -> None:
    """No verified cell of a plugin differs from what its recordings say now."""
    assert len(judged) == 22
    for (provider, model, thinking), scenario in judged.items():
        ours = next(one for one in shipped[provider].scenarios if model in one.models and one.thinking == thinking)
        assert ours.recordings == scenario.recordings
        assert _verified(scenario)
        assert _verified(ours) == _verified(scenario)


def _verified(scenario: Scenario) -> dict[str, Cell]:
    """What was tried; why jackfield lacks something, the documentation may explain better."""
    return {path: cell for path, cell in scenario.cells() if cell.evidence == "verified" and cell.cause != "ours"}


def test_nothing_shipped_is_verified_without_a_recording(judged: Judged, shipped: Mapping[str, Score]) -> None:
    """The models that nobody tried have no verified cell, and nothing simulated is shipped."""
    for score in shipped.values():
        for scenario in score.scenarios:
            kinds = {cell.evidence for _, cell in scenario.cells()}
            assert "simulated" not in kinds
            tried = any((score.provider, model, scenario.thinking) in judged for model in scenario.models)
            assert ("verified" in kinds) == tried == scenario.tested


def test_every_recording_names_a_known_probe(corpus: Path) -> None:
    """No recorded case is passed over in silence."""
    from jackfield.scoreboard.probes import PROBES

    assert {one.probe for one in read_all(corpus)} <= set(PROBES)


def _copied(corpus: Path, directory: Path, folder: str) -> Path:
    shutil.copytree(corpus / folder, directory / folder)
    return directory


def _only(directory: Path) -> Scenario:
    (scenario,) = scenarios(read_all(directory), registry.load).values()
    return scenario


def test_a_changed_byte_changes_the_evidence(corpus: Path, tmp_path: Path, judged: Judged) -> None:
    """The hash of a recording is of its very bytes."""
    folder = "groq/llama-3.1-8b-instant"
    path = _copied(corpus, tmp_path, folder) / folder / "GenSync-Seed.json"
    path.write_bytes(path.read_bytes() + b" ")
    altered, honest = _only(tmp_path), judged["groq", "llama-3.1-8b-instant", False]
    assert altered.sync == honest.sync
    assert altered.recordings["GenSync-Seed"] != honest.recordings["GenSync-Seed"]


@pytest.mark.parametrize(
    ("folder", "case", "old", "new", "cell", "before", "after"),
    [
        ("groq/llama-3.1-8b-instant", "GenSync-JSON", '\\"is_fruit\\":', "is_fruit:", "sync.json", "true", "false"),
        ("cerebras/llama3.1-8b", "GenStream-Stop", '"finish_reason":"stop"', '"finish_reason":"length"',
         "stream.finish", "true", "flaky"),
        ("gemini/gemini-2.5-flash", "GenSync-Tools-SquareRoot-1", "132413", "132414", "sync.tools", "true", "false"),
        ("gemini/gemini-2.5-flash", "GenSync-Seed", '"totalTokenCount"', '"totalCount"', "sync.seed", "true", "false"),
    ],
)  # fmt: skip
def test_an_altered_reply_changes_its_cell(
    corpus: Path, tmp_path: Path, folder: str, case: str, old: str, new: str, cell: str, before: str, after: str
) -> None:
    """The verdict comes from the bytes of the answer, and from nowhere else."""
    directory = _copied(corpus, tmp_path, folder)
    path = directory / folder / f"{case}.json"
    assert dict(_only(directory).cells())[cell].support == before
    file = json.loads(path.read_text(encoding="utf-8"))
    answer = file["interactions"][0]["response"]
    assert old in answer["body"]
    answer["body"] = answer["body"].replace(old, new)
    path.write_text(json.dumps(file), encoding="utf-8")
    changed = dict(_only(directory).cells())[cell]
    assert (changed.support, bool(changed.reason)) == (after, True)


def test_a_simulated_recording_never_counts_as_real(corpus: Path, tmp_path: Path) -> None:
    """One simulated answer, and nothing of the scenario is verified."""
    folder = "groq/llama-3.1-8b-instant"
    path = _copied(corpus, tmp_path, folder) / folder / "GenSync-Text.json"
    file = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**file, "simulated": True}), encoding="utf-8")
    exchange = read(path)
    assert exchange is not None
    assert exchange.simulated
    kinds = {cell.evidence for _, cell in _only(tmp_path).cells()}
    assert "simulated" in kinds
    assert "verified" not in kinds


def test_what_the_recording_client_did_wrong_is_not_held_against_the_provider(judged: Judged) -> None:
    """The 400s that answer a schema sent without its schema leave the cell open, with the reason."""
    cell = dict(judged["groq", "openai/gpt-oss-20b", True].cells())["sync.schema"]
    assert cell.support == "unknown"
    assert "does not send response_format.json_schema.schema" in (cell.reason or "")


def test_a_cell_can_be_followed_to_its_recordings(judged: Judged) -> None:
    """Hash, day and plugin version stand beside each verdict."""
    for scenario in judged.values():
        assert scenario.evaluated_with
        assert " " in scenario.evaluated_with
        for _, cell in scenario.cells():
            for name in cell.recordings:
                assert len(scenario.recordings[name].sha256) == 64
