"""What a plugin declares: patterns of models, and names that are imported on first use."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import given, strategies as st

from jackfield.types.provider import fits, load_named


@given(st.text("ab-", max_size=6), st.lists(st.text("ab-*?[]!", max_size=6), max_size=3))
def test_patterns_are_those_of_a_shell(model: str, patterns: list[str]) -> None:
    """The short cuts for plain patterns give what fnmatch gives."""
    assert fits(model, patterns) == any(fnmatchcase(model, pattern) for pattern in patterns)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("a-*", True), ("a-1", True), ("a-", False), ("*-1", True), ("a-[0-9]", True), ("A-*", False)],
)
def test_patterns(pattern: str, expected: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """As they are written in plugins; upper and lower case differ."""
    assert fits("a-1", (pattern,)) is expected


def test_a_name_is_imported() -> None:
    """An object is taken as it is."""
    assert load_named("fnmatch:fnmatchcase") is fnmatchcase
    assert load_named(int) is int
