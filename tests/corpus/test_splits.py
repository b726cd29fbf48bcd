"""A stream means the same however its bytes are cut up on the way."""

import random
from itertools import pairwise

import pytest
from tests.corpus.recordings import Interaction, parametrize
from tests.corpus.replies import stream

from jackfield.errors import IncompleteStream, ProviderError

pytestmark = pytest.mark.corpus

BYTE_BY_BYTE = 2048
RANDOM_SPLITS = 50


def outcome(interaction: Interaction, chunks: list[bytes]) -> object:
    """The events and the result, or the error with what came before it."""
    try:
        return stream(interaction, chunks)
    except ProviderError as error:
        return str(error), error.status, error.partial
    except IncompleteStream as error:
        return str(error), error.partial


@parametrize("chat", streamed=True)
def test_split_anywhere(interaction: Interaction) -> None:
    """Byte by byte for the first 2 kB, and at 50 random places: the same events and the same result."""
    body = interaction.response.body
    whole = outcome(interaction, [body])
    head = [body[at : at + 1] for at in range(min(BYTE_BY_BYTE, len(body)))]
    assert outcome(interaction, [*head, body[BYTE_BY_BYTE:]]) == whole
    places = sorted(random.Random(interaction.path).choices(range(len(body)), k=RANDOM_SPLITS))  # noqa: S311 - repeatable
    edges = [0, *places, len(body)]
    assert outcome(interaction, [body[a:b] for a, b in pairwise(edges)]) == whole
