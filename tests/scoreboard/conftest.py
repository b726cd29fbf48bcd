"""What the tests of the scoreboard share: recordings judged once, and scores to draw."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from jackfield import registry
from jackfield.scoreboard import Cell, Functionality, Modal, Recording, Scenario, Score, installed
from jackfield.scoreboard.evaluate import scenarios
from jackfield.scoreboard.exchanges import read_all

ROOT = Path(__file__).resolve().parents[2]
TABLES = Path(os.environ.get("JACKFIELD_TABLES") or ROOT.parent / "shared" / "scoreboards")


@pytest.fixture(scope="session")
def tables() -> Path:
    """The directory of the tables that people made; the test is skipped where there is none."""
    if not TABLES.is_dir():
        pytest.skip(f"no tables in {TABLES}: set JACKFIELD_TABLES to their directory")
    return TABLES


@pytest.fixture(scope="session")
def judged(corpus: Path) -> Mapping[tuple[str, str, bool], Scenario]:
    """Every recorded model, judged now."""
    return scenarios(read_all(corpus), registry.load)


@pytest.fixture(scope="session")
def shipped() -> Mapping[str, Score]:
    """The scoreboards of the installed plugins."""
    return {score.provider: score for score in installed()}


SEEN = Cell(support="true", evidence="verified", recordings=("GenSync-Text",), date="2026-01-02")
WRITTEN = Cell(support="true", evidence="documented", source="https://example.com/docs")
REFUSED = Cell(
    support="false", evidence="verified", recordings=("GenSync-Text",), cause="refused", reason="the provider says no"
)


@pytest.fixture
def score() -> Score:
    """A small scoreboard: a tried model in both modes, and one of which only its kind is known."""
    tried = Scenario(
        models=("acme/one",),
        tiers=("best",),
        inputs={"text": Modal(inline=SEEN), "image": Modal(inline=SEEN, mime_types=("image/png",))},
        outputs={"text": Modal(inline=SEEN)},
        sync=Functionality(tools=SEEN, schema=REFUSED, json=SEEN, seed=WRITTEN),
        stream=Functionality(tools=REFUSED),
        recordings={"GenSync-Text": Recording(sha256="ab" * 32, recorded="2026-01-02")},
        evaluated_with="acme 1.0",
    )
    named = Scenario(models=("acme/<two>",), inputs={"text": Modal(inline=WRITTEN)}, deprecated=True)
    return Score(provider="acme", country="CA", warnings=("It is a test.",), scenarios=(tried, named))
