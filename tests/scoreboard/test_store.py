"""What is written is read back as it was, strictly, and found without importing the plugin."""

import subprocess
import sys
from collections.abc import Mapping

import pytest

from jackfield.errors import DecodeError, PluginNotFound, UsageError
from jackfield.scoreboard import Score, load, preferred
from jackfield.scoreboard.store import decode, encode, path_of

PLUGINS = ("cerebras", "cloudflare", "gemini", "groq")


def test_a_scoreboard_comes_back_as_it_was(score: Score) -> None:
    """Writing loses nothing."""
    assert decode(encode(score)) == score


@pytest.mark.parametrize("provider", PLUGINS)
def test_the_shipped_files_are_as_we_write_them(provider: str) -> None:
    """No byte was edited by hand into another layout."""
    path = path_of(provider)
    assert path is not None
    assert encode(decode(path.read_bytes())) == path.read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('"tools"', '"tolls"', "sync"),
        ('"support": "true"', '"support": "yes"', "support"),
        ('"verified"', '"guessed"', "evidence"),
        ('"recordings": ["GenSync-Text"]', '"recordings": ["GenSync-Else"]', "scenarios"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(score: Score, old: str, new: str, where: str) -> None:
    """A typing error in a plugin's file is not passed over."""
    with pytest.raises(DecodeError) as caught:
        decode(encode(score).replace(old.encode(), new.encode(), 1))
    assert where in caught.value.path


def test_a_tier_names_a_model_of_the_scoreboard(shipped: Mapping[str, Score]) -> None:
    """The quick way and the strict way agree, for every plugin and tier."""
    for provider in PLUGINS:
        for tier in ("best", "good", "cheap"):
            model = preferred(provider, tier)
            assert model == shipped[provider].preferred(tier)
            assert not next(one for one in shipped[provider].scenarios if tier in one.tiers).deprecated


def test_a_missing_tier_or_plugin_says_so() -> None:
    """The caller learns what to do instead."""
    with pytest.raises(UsageError, match="model="):
        preferred("groq", "fastest")
    with pytest.raises(PluginNotFound):
        load("nobody")


def test_reading_does_not_import_the_plugin() -> None:
    """A listing of fifty plugins must not run fifty plugins."""
    code = (
        "import sys; from jackfield.scoreboard import load, preferred; load('groq'); preferred('gemini', 'cheap'); "
        "sys.exit(any(name.startswith('jackfield_') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
