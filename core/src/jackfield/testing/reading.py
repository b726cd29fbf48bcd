"""What can be picked out of a prompt without understanding it: its topic, its numbers, its names."""

import re

_WORD = re.compile(r"[^\W\d_][\w'-]*", re.UNICODE)
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?!\w)")
_QUOTED = re.compile(r"\"([^\"]+)\"|“([^”]+)”|`([^`]+)`")
_PROPER = re.compile(r"(?<![.!?:]\s)(?<!^)(?<!\w)((?:[A-ZÄÖÜÉ][\w'-]*)(?:\s+[A-ZÄÖÜÉ][\w'-]*)*)")
_COMMON_TEXT = """
    a about according all also am an and any are as ask at be because but by call calculate can could did do does
    explain explanation find for from function get give given had has have hello how i if in include into is it its
    json just list make may me more my name no not now of on one only or our out please provided reply result say
    schema search should show so some tell than that the their them then there these they this to tool us use using
    was we were what when where which who whose why will with without word words would write you your
"""
_COMMON = frozenset(_COMMON_TEXT.split())
_OPERATORS = {"+": ("add", "sum", "plus"), "-": ("subtract", "minus"), "*": ("multiply", "times"), "/": ("divide",)}


def words_of(text: str) -> tuple[str, ...]:
    """The words that carry meaning, in lower case and in order, each once; an operator between numbers names itself."""
    found = [word.lower() for word in _WORD.findall(text)]
    for sign, names in _OPERATORS.items():
        if re.search(rf"\d\s*{re.escape(sign)}\s*\d", text):
            found += names
    return tuple(dict.fromkeys(word for word in found if word not in _COMMON))


def topic_of(text: str) -> str:
    """Up to three words of the text that carry meaning; empty if there are none."""
    found = [word for word in _WORD.findall(text) if word.lower() not in _COMMON]
    return ", ".join(tuple(dict.fromkeys(found))[:3])


def numbers_in(text: str) -> tuple[float, ...]:
    """The numbers, whole ones as int."""
    return tuple(int(one) if float(one).is_integer() else float(one) for one in _NUMBER.findall(text))


def names_in(text: str) -> tuple[str, ...]:
    """What is quoted, then runs of capitalized words inside of sentences, then the words that carry meaning."""
    quoted: list[str] = [next(group for group in groups if group) for groups in _QUOTED.findall(text)]
    proper = proper_names(text)
    return tuple(dict.fromkeys((*quoted, *proper, *words_of(text))))


def proper_names(text: str) -> tuple[str, ...]:
    """Runs of capitalized words that do not begin a sentence."""
    found: list[str] = _PROPER.findall(text)
    return tuple(dict.fromkeys(name for name in found if name.lower() not in _COMMON))
