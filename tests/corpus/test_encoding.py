"""Each request that a provider answered is written in our types, encoded, and means what was sent.

A reader is a module with `written(interaction)`, the request of ours, and `meaning(body)`, a body without the recording
client's habits and the API's defaults, each named there. A new wire format adds its reader to READERS.
"""

import json
from collections import Counter
from collections.abc import Mapping
from types import ModuleType

import pytest
from tests.corpus import reader_chat, reader_cloudflare, reader_gemini
from tests.corpus.recordings import NOT_A_REPLY, Interaction, expectations, places, plugin

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
    if expectations()[path][number]["status"] == 200
]
ELSEWHERE: Mapping[str, str] = {
    "models": "test_models",
    "image": "test_encoding_gemini",
    "download": "test_downloads",
    **NOT_A_REPLY,
}
"""Where requests of the other kinds are compared, or what they are if it is nowhere."""


@pytest.mark.skipif(not expectations(), reason="the recordings are not here")
def test_every_answered_request_is_compared() -> None:
    """Each request that was answered with 200 is compared, here or where its kind is; `-rP` prints the counts."""
    answered = Counter(
        (path.partition("/")[0], str(entry["kind"]))
        for path, entries in expectations().items()
        for entry in entries
        if entry["status"] == 200
    )
    for (provider, kind), count in sorted(answered.items()):
        print(f"{provider} {kind}: {count}, {'test_encoding' if kind == 'chat' else ELSEWHERE[kind]}")  # noqa: T201 - to be read
    assert sum(count for (_, kind), count in answered.items() if kind == "chat") == len(ANSWERED)
    assert {provider for provider, kind in answered if kind == "chat"} == READERS.keys()
    assert sum(count for (_, kind), count in answered.items() if kind in NOT_A_REPLY) <= 8


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
