"""The examples of the READMEs of the plugins on the chat-completions dialect run, against their simulators."""

import re
from pathlib import Path

import pytest

from jackfield.testing import Simulator

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
EXAMPLES = [
    pytest.param(provider, example, id=f"{provider}-{number}")
    for provider in ("groq", "cerebras")
    for number, example in enumerate(
        re.findall(
            r"^```python\n(.*?)^```",
            (PLUGINS / provider / "README.md").read_text(encoding="utf-8"),
            re.MULTILINE | re.DOTALL,
        )
    )
]


@pytest.mark.parametrize(("provider", "example"), EXAMPLES)
def test_example_runs(
    provider: str, example: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each finds the key and the host in the environment, sends one request, and prints what came."""
    with Simulator(provider) as simulator:
        monkeypatch.setenv(f"{provider.upper()}_BASE_URL", simulator.base_url)
        monkeypatch.setenv(f"{provider.upper()}_API_KEY", "canary")
        exec(compile(example, provider, "exec"), {})  # noqa: S102 - our own README
        assert len(simulator.requests) == 1
    assert capsys.readouterr().out


def test_there_are_examples() -> None:
    """They are found."""
    assert len(EXAMPLES) == 5
