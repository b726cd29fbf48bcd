"""Think tags: the same split, however the text arrives."""

import itertools

import pytest
from hypothesis import given, strategies as st

from jackfield.assembly import assemble
from jackfield.think import ThinkSplitter

CASES = [
    ("<think>why</think>so", "so", "why"),
    ("  \n<think>why</think>\n\nso", "  \n\n\nso", "why"),
    ("<think>never closed", "", "never closed"),
    ("<think></think>so", "so", ""),
    ("plain", "plain", ""),
    ("", "", ""),
    ("   ", "   ", ""),
    ("a <think> that is text </think>", "a <think> that is text </think>", ""),
    ("<thinking>is another tag", "<thinking>is another tag", ""),
    ("<thi", "<thi", ""),
    ("<think>a</thin</think>b", "b", "a</thin"),
    ("<think>a</think>b</think>c<think>d", "b</think>c<think>d", "a"),
    ("<think>a</thi", "", "a</thi"),
]
UNOPENED = [
    ("why</think>so", "so", "why"),
    (" why</think>so", "so", " why"),
    ("<think>why</think>so", "so", "why"),
    ("no tag at all", "no tag at all", ""),
    ("a</think>b</think>c", "b</think>c", "a"),
    ("cut </thi", "cut </thi", ""),
]


def _split(*pieces: str, unopened: bool = False) -> tuple[str, str]:
    splitter = ThinkSplitter(unopened=unopened)
    events = [event for piece in pieces for event in splitter.feed(piece)]
    result = assemble([*events, *splitter.close()])
    return result.text, result.reasoning


@pytest.mark.parametrize(
    ("whole", "text", "reasoning", "unopened"),
    [(*case, False) for case in CASES] + [(*case, True) for case in UNOPENED],
)
def test_every_split(whole: str, text: str, reasoning: str, *, unopened: bool) -> None:
    """Whole, in two pieces wherever they are cut, and character by character: the same."""
    splits = [(whole,), tuple(whole), *((whole[:cut], whole[cut:]) for cut in range(len(whole)))]
    for pieces in splits:
        assert _split(*pieces, unopened=unopened) == (text, reasoning), pieces


@given(
    pieces=st.lists(st.sampled_from(["<", "think", ">", "</", "<think>", "</think>", "a", " ", "\n"])),
    unopened=st.booleans(),
)
def test_nothing_is_lost(pieces: list[str], *, unopened: bool) -> None:
    """Any split of any text gives the same, and every character is in the text, the reasoning or a tag."""
    whole = "".join(pieces)
    assert _split(*pieces, unopened=unopened) == _split(whole, unopened=unopened)
    text, reasoning = _split(whole, unopened=unopened)
    assert len(whole) - len(text) - len(reasoning) in {0, len("<think>"), len("</think>"), len("<think></think>")}


def _is_done(splitter: ThinkSplitter) -> bool:
    return splitter.done


def test_done() -> None:
    """Once the answer has begun, the splitter can be left out."""
    splitter = ThinkSplitter()
    assert not _is_done(splitter)
    splitter.feed("<think>a")
    assert not _is_done(splitter)
    splitter.feed("</think>")
    assert _is_done(splitter)
    assert ThinkSplitter().feed("") == []


def test_little_is_held_back() -> None:
    """However long the white space or the reasoning, a piece costs its own length: nothing but a tag is kept."""
    splitter = ThinkSplitter()
    for piece in itertools.repeat(" ", 50):
        assert splitter.feed(piece)
    splitter.feed("<think>")
    for piece in itertools.repeat("why <", 50):
        splitter.feed(piece)
        assert len(splitter._held) < len("</think>")
