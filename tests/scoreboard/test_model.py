"""The types refuse what cannot be true, so that no scoreboard says more than is known."""

import pytest

from jackfield.scoreboard import Cell, Functionality, Modal, Recording, Scenario, Score
from jackfield.scoreboard.judges import JUDGES
from jackfield.scoreboard.model import FEATURES


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"support": "true"}, "without evidence"),
        ({"evidence": "documented", "source": "x"}, "say something"),
        ({"support": "true", "evidence": "verified"}, "recordings"),
        ({"support": "true", "evidence": "documented"}, "source"),
        ({"support": "false", "evidence": "verified", "recordings": ("a",)}, "cause and reason"),
        ({"support": "flaky", "evidence": "simulated", "recordings": ("a",), "cause": "model"}, "cause and reason"),
    ],
)
def test_a_cell_cannot_say_what_it_has_no_right_to(facts: dict[str, object], fault: str) -> None:
    """Each rule of a cell refuses its breach."""
    with pytest.raises(ValueError, match=fault):
        Cell(**facts)  # type: ignore[arg-type]  # wrong on purpose


def test_unknown_is_not_false() -> None:
    """A cell that nobody looked at neither works nor fails."""
    assert Cell().support == "unknown"
    assert not Cell().works


def test_a_recording_that_is_cited_must_be_listed() -> None:
    """Evidence that cannot be followed is none."""
    cell = Cell(support="true", evidence="verified", recordings=("GenSync-Text",))
    with pytest.raises(ValueError, match="GenSync-Text"):
        Scenario(models=("m",), sync=Functionality(usage=cell))
    listed = {"GenSync-Text": Recording(sha256="0" * 64)}
    assert Scenario(models=("m",), sync=Functionality(usage=cell), recordings=listed).tested


def test_a_model_is_listed_once_for_each_way_of_thinking() -> None:
    """The same model twice would have two truths."""
    with pytest.raises(ValueError, match="twice"):
        Score(provider="p", scenarios=(Scenario(models=("m",)), Scenario(models=("m",))))
    assert (
        len(Score(provider="p", scenarios=(Scenario(models=("m",)), Scenario(models=("m",), thinking=True))).scenarios)
        == 2
    )


def test_a_tier_belongs_to_one_model() -> None:
    """`CHEAP` has to be one answer."""
    with pytest.raises(ValueError, match="one model"):
        Scenario(models=("a", "b"), tiers=("cheap",))


def test_the_strongest_way_stands_for_a_modality() -> None:
    """By URL or inline: if one works, it works."""
    good = Cell(support="true", evidence="documented", source="s")
    bad = Cell(support="false", evidence="documented", source="s")
    assert Modal(inline=bad, url=good).cell == good


def test_every_feature_has_a_judge() -> None:
    """No cell is forgotten."""
    assert tuple(JUDGES) == FEATURES


def test_rows_are_one_for_each_model_and_mode(score: Score) -> None:
    """A model without any mode has one row all the same."""
    assert [(model, mode) for model, _, mode in score.rows()] == [
        ("acme/one", "sync"),
        ("acme/one", "stream"),
        ("acme/<two>", None),
    ]
