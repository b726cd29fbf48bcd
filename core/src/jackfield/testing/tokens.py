"""Text to tokens, and numbers that look like chance and are none.

Rules: the tokens of a text joined are the text; equal inputs give equal numbers on every machine.
"""

import hashlib
import math
import re

from jackfield.testing.answers import Token

_TOKEN = re.compile(r" ?[^\W_]{1,9}|\s+(?= )|\s+|[^\w\s]|_", re.UNICODE)


def tokenize(text: str) -> tuple[str, ...]:
    """Split a text into words of at most nine letters, signs and blanks."""
    return tuple(_TOKEN.findall(text))


def number(*facts: object) -> int:
    """A number below 2**64 that depends on the facts and on nothing else."""
    digest = hashlib.blake2b("\x1f".join(map(str, facts)).encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "big")


def label(*facts: object, length: int = 12) -> str:
    """Lower-case hexadecimal digits that depend on the facts."""
    digest = hashlib.blake2b("\x1f".join(map(str, facts)).encode("utf-8", "surrogatepass"), digest_size=32)
    return digest.hexdigest()[:length]


def with_logprobs(texts: tuple[str, ...], top: int) -> tuple[Token, ...]:
    """The tokens with their log probability and that of `top` candidates, the token itself first."""
    tokens: list[Token] = []
    for position, text in enumerate(texts):
        chance = 0.5 + number(text, position) % 4900 / 10000
        logprob = round(math.log(chance), 6)
        others = (round(math.log((1 - chance) / 2**rank), 6) for rank in range(1, top))
        names = (_rival(text, position, rank) for rank in range(1, top))
        candidates = ((text, logprob), *zip(names, others, strict=True)) if top else ()
        tokens.append(Token(text=text, logprob=logprob, top=candidates))
    return tuple(tokens)


def _rival(text: str, position: int, rank: int) -> str:
    """A token that could have stood there; never the one that does."""
    words = (" a", " the", " one", " some", " it", ".", ",", "\n")
    rival = words[(number(text, position) + rank) % len(words)]
    return rival if rival != text and rank <= len(words) else f" other{rank}"
