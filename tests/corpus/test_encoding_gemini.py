"""Each recorded request for a picture is written in our types, encoded, and means what was sent."""

import json

import pytest
from tests.corpus.reader_gemini import meaning, written
from tests.corpus.recordings import Interaction, expectations, places, plugin

pytestmark = pytest.mark.corpus

ANSWERED = [
    pytest.param((path, number), id=f"{path.removesuffix('.json')}:{number}")
    for path, number in places("image")
    if expectations()[path][number]["status"] == 200
]


@pytest.mark.parametrize("interaction", ANSWERED, indirect=True)
def test_picture_encoded(interaction: Interaction) -> None:
    """The same prompt and parameters, sent to the same place."""
    one = plugin(interaction.provider)
    encoded = one.hooks.encode_request(request=written(interaction), settings=one.settings)
    assert meaning(json.loads(encoded.body)) == meaning(interaction.body)
    assert (encoded.url, encoded.notices) == (interaction.sent["url"], ())
