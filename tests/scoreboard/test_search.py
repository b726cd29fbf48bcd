"""`find` names a model that does the job, with its reason, or none."""

from collections.abc import Mapping

import attrs
import pytest

from jackfield.errors import UsageError
from jackfield.scoreboard import Score, Tier, find, parse_needs
from jackfield.scoreboard.search import cell_of
from jackfield.types.provider import Rule


def test_words_stand_for_cells() -> None:
    """Aliases, properties and cells; each once."""
    assert parse_needs("vision, tools,stream,in.image") == ("in.image", "tools", "stream")
    with pytest.raises(UsageError, match="teleport"):
        parse_needs("teleport")


def test_every_choice_does_all_of_it(shipped: Mapping[str, Score]) -> None:
    """Nothing flaky, unknown or excluded is offered."""
    for text in ("vision,tools,stream", "schema,stream", "logprobs", "forced,stop,thinking", "pdf,schema"):
        needs = parse_needs(text)
        choices = find(needs, shipped.values())
        assert choices, text
        for choice in choices:
            scenario = next(
                one
                for one in shipped[choice.provider].scenarios
                if choice.model in one.models and one.thinking == choice.thinking
            )
            cells = [cell_of(need, scenario, choice.mode) for need in needs if need not in ("stream", "thinking")]
            assert all(cell.works for cell in cells)
            assert "stream" not in needs or choice.mode == "stream"
            assert choice.reason


def test_the_preferred_tier_comes_first(shipped: Mapping[str, Score]) -> None:
    """`--prefer cheap` and `--prefer best` differ, and retired models come last."""
    needs = parse_needs("tools")
    tiers: tuple[Tier, ...] = ("cheap", "best")
    for tier in tiers:
        choices = find(needs, shipped.values(), prefer=tier)
        assert tier in choices[0].tiers
        assert [one.deprecated for one in choices] == sorted(one.deprecated for one in choices)


def test_a_refused_combination_is_no_candidate(score: Score) -> None:
    """Tools work, JSON works, and together they are refused."""
    needs = parse_needs("tools,json")
    assert [one.name for one in find(needs, [score])] == ["acme:acme/one"]
    rule = Rule(when=("tools", "json_mode"), reason="not both", source="docs")
    assert find(needs, [attrs.evolve(score, exclusions=(rule,))]) == []


def test_tried_comes_before_written(score: Score) -> None:
    """Two models, the same promise; one was seen to keep it."""
    seed, tools = parse_needs("seed"), parse_needs("tools")
    assert find(seed, [score])[0].verified == 0
    assert find(tools, [score])[0].verified == 1
    assert "is documented" in find(seed, [score])[0].reason
    assert "2026-01-02" in find(tools, [score])[0].reason
