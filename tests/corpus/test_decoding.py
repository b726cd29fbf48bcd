"""Every recorded answer decodes, in strict mode, to what expected.json says."""

import pytest
from tests.corpus.recordings import NOT_A_REPLY, Interaction, expectations, parametrize
from tests.corpus.replies import differences, error_differences, read

from jackfield.errors import ProviderError

pytestmark = pytest.mark.corpus


@parametrize("chat", "image")
def test_decoded(interaction: Interaction) -> None:
    """Text, reasoning, calls, finish, usage, quota, log probabilities, citations, media; or the error."""
    if interaction.expected["error"] is None:
        assert differences(read(interaction), interaction) == {}
        return
    with pytest.raises(ProviderError) as caught:
        read(interaction)
    assert error_differences(caught.value, interaction) == {}


@parametrize("chat", streamed=True)
def test_plain_chunks(interaction: Interaction) -> None:
    """Out of strict mode, where a chunk of plain text may be read past the wire types, the reply is the same."""
    if interaction.expected["error"] is None:
        assert read(interaction, strict=False) == read(interaction)
        return
    with pytest.raises(ProviderError) as caught:
        read(interaction, strict=False)
    assert error_differences(caught.value, interaction) == {}


def test_nothing_is_left_out_unseen() -> None:
    """What is neither a reply nor a list of models is of the kinds that are named, and little."""
    left_out = [entry["kind"] for entries in expectations().values() for entry in entries]
    left_out = [kind for kind in left_out if kind not in {"chat", "image", "models", "download"}]
    assert set(left_out) <= NOT_A_REPLY.keys()
    assert len(left_out) <= 12
