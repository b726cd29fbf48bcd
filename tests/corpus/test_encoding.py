"""Each request that a provider answered is written in our types, encoded, and means what was sent.

A reader is a module with `written(interaction)`, the request of ours, and `meaning(body)`, a body without the recording
client's habits and the API's defaults, each named there. A new wire format adds its reader to READERS.
"""

import json
from collections.abc import Mapping
from types import ModuleType

import pytest
from tests.corpus import reader_chat, reader_cloudflare, reader_gemini
from tests.corpus.recordings import Interaction, expectations, places, plugin

from jackfield.types.requests import GenerateRequest

pytestmark = pytest.mark.corpus

READERS: Mapping[str, ModuleType] = {
    "groq": reader_chat,
    "cerebras": reader_chat,
    "cloudflare": reader_cloudflare,
    "gemini": reader_gemini,
}


ANSWERED = [
    pytest.param((path, number), id=f"{path.removesuffix('.json')}:{number}")
    for path, number in places("chat")
    if path.partition("/")[0] in READERS and expectations()[path][number]["status"] == 200
]


@pytest.mark.parametrize("interaction", ANSWERED, indirect=True)
def test_encoded(interaction: Interaction) -> None:
    """The same conversation gives a body that means the same, sent to the same place."""
    reader, one = READERS[interaction.provider], plugin(interaction.provider)
    request: GenerateRequest = reader.written(interaction)
    encoded = one.hooks.encode_request(request=request, settings=one.settings)
    assert reader.meaning(json.loads(encoded.body)) == reader.meaning(interaction.body)
    assert (encoded.method, encoded.url) == (interaction.sent["method"], interaction.sent["url"])
    assert encoded.notices == ()


@pytest.mark.parametrize("interaction", ANSWERED, indirect=True)
def test_not_refused(interaction: Interaction) -> None:
    """What a provider answered, no capability or rule of its plugin refuses."""
    capabilities = plugin(interaction.provider).info.capabilities
    request: GenerateRequest = READERS[interaction.provider].written(interaction)
    assert set(request.options()) <= capabilities.options
    broken = [rule for rule in capabilities.rules if rule.refuses(request.model, request.features())]
    assert broken == []
