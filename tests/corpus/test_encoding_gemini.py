"""Each recorded conversation that Gemini accepted encodes, from our types, to a body that means the same."""

import json

import pytest
from tests.corpus.reader_gemini import meaning, written
from tests.corpus.recordings import Interaction, expectations, places, plugin

pytestmark = pytest.mark.corpus

ACCEPTED = [
    (path, number)
    for path, number in places("chat", "image")
    if path.startswith("gemini/") and expectations()[path][number]["status"] == 200
]


@pytest.mark.parametrize("interaction", ACCEPTED, indirect=True, ids=[f"{path}:{number}" for path, number in ACCEPTED])
def test_means_the_same(interaction: Interaction) -> None:
    """Read the recorded request into our types, encode it, compare the URL and what both bodies mean."""
    gemini = plugin("gemini")
    http = gemini.hooks.encode_request(request=written(interaction), settings=gemini.settings)
    assert http.url == interaction.sent["url"]
    assert meaning(json.loads(http.body)) == meaning(interaction.body)


def test_nothing_is_missing() -> None:
    """All of them are read: 210 conversations and one picture."""
    assert len(ACCEPTED) == 211
