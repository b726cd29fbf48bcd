"""What the recordings say about combinations of features, where a provider is thought to refuse one."""

from collections.abc import Mapping

import pytest
from tests.corpus.recordings import Interaction, expectations, places, plugin, read_file
from tests.corpus.test_encoding import READERS

from jackfield.types.requests import GenerateRequest

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not expectations(), reason="the recordings are not here"),
]

FORCED_AND_THOUGHT: Mapping[str, frozenset[str]] = {
    "groq": frozenset({"deepseek-r1-distill-llama-70b", "openai/gpt-oss-120b", "openai/gpt-oss-20b"}),
    "cerebras": frozenset(),
    "cloudflare": frozenset(),
    "gemini": frozenset({"gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-flash-lite-latest"}),
}
"""The models that thought and called the tool that they were forced to call, as recorded."""


def forced(interaction: Interaction) -> bool:
    """Whether the request forces a tool."""
    request: GenerateRequest = READERS[interaction.provider].written(interaction)
    return "forced_tool" in request.features()


def thought(interaction: Interaction) -> bool:
    """Whether the reply says that the model has thought."""
    usage: Mapping[str, int | None] = interaction.expected["usage"] or {}
    return bool(interaction.expected["reasoning"] or usage.get("reasoning"))


@pytest.mark.parametrize("provider", sorted(FORCED_AND_THOUGHT))
def test_a_forced_tool_and_thinking(provider: str) -> None:
    """They went together where they were recorded; so no plugin of these may say that they exclude each other."""
    found = {
        one.model
        for path, number in places("chat")
        if path.startswith(f"{provider}/")
        for one in [read_file(path)[number]]
        if one.expected["status"] == 200 and one.expected["tool_calls"] and forced(one) and thought(one)
    }
    assert found == FORCED_AND_THOUGHT[provider]
    rules = plugin(provider).info.capabilities.rules
    for model in found:
        assert not [rule for rule in rules if rule.refuses(model, frozenset({"tools", "forced_tool", "thinking"}))]
