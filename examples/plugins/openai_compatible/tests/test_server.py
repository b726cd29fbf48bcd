"""What is this plugin's own: an address that must be given, a key that need not, options of self-hosted servers."""

import json

import pytest

import jackfield
from jackfield.errors import MissingCredential
from jackfield.testing import Simulator
from jackfield_openai_compatible import CompatibleOptions

VARIABLES = ("OPENAI_COMPATIBLE_BASE_URL", "OPENAI_COMPATIBLE_API_KEY")


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own settings play no part."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_there_is_no_default_address() -> None:
    """Nobody's server is contacted by chance."""
    with pytest.raises(MissingCredential, match="OPENAI_COMPATIBLE_BASE_URL"):
        jackfield.Client("openai-compatible")


def test_a_server_without_a_key() -> None:
    """Without a key none is sent; with one it is."""
    with Simulator("openai-compatible") as simulator:
        for key in (None, "secret"):
            with jackfield.Client("openai-compatible:sim-chat", base_url=simulator.base_url, api_key=key) as client:
                assert "simulated" in client.generate("Hello").text
        assert ["authorization" in asked.headers for asked in simulator.requests] == [False, True]


@pytest.mark.parametrize("path", ["", "/v1", "/engines/v1"])
def test_the_address_may_have_a_path(path: str) -> None:
    """A bare host gets the usual path; one with a path is taken as it is."""
    with Simulator("openai-compatible") as simulator:
        base = simulator.base_url + path
        with jackfield.Client("openai-compatible:sim-chat", base_url=base) as client:
            assert [model.id for model in client.list_models()] == ["sim-chat", "sim-reasoner"]
        assert simulator.requests[0].url.endswith(f"{path or '/v1'}/models")


def test_options_of_its_own() -> None:
    """Typed ones by name, the rest as given."""
    extra = CompatibleOptions(top_k=20, min_p=0.05, body={"repetition_penalty": 1.1})
    with (
        Simulator("openai-compatible") as simulator,
        jackfield.Client("openai-compatible:sim-chat", base_url=simulator.base_url) as client,
    ):
        client.generate("Hello", max_tokens=50, extra=extra)
        body = json.loads(simulator.requests[0].body)
    assert {name: body[name] for name in ("top_k", "min_p", "repetition_penalty", "max_tokens")} == {
        "top_k": 20,
        "min_p": 0.05,
        "repetition_penalty": 1.1,
        "max_tokens": 50,
    }
    assert "body" not in body


def test_reasoning_is_kept_apart() -> None:
    """A reasoning model's thoughts are not its answer, streamed or whole."""
    with (
        Simulator("openai-compatible") as simulator,
        jackfield.Client("openai-compatible:sim-reasoner", base_url=simulator.base_url) as client,
    ):
        whole = client.generate("Why is the sky blue?", reasoning_effort="low")
        with client.stream("Why is the sky blue?", reasoning_effort="low") as stream:
            streamed = stream.until_done()
    assert whole.reasoning
    assert (whole.text, whole.reasoning, whole.usage) == (streamed.text, streamed.reasoning, streamed.usage)
