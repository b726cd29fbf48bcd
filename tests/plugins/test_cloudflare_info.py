"""What the plugin says about itself: settings, capabilities, rules."""

import pytest
from tests.plugins.cloudflare_samples import ADD, PROVIDER, request, settings

from jackfield.errors import MissingCredential, UnsupportedOption
from jackfield.http import Secret
from jackfield.operations.prepare import prepare
from jackfield.settings import resolve
from jackfield.types.messages import user
from jackfield.types.parts import Audio
from jackfield.types.requests import OutputSchema

SCHEMA = OutputSchema(name="S", schema={"type": "object", "properties": {}})


def test_settings_from_the_environment() -> None:
    """Both names of the token count, the vendor's first; the account is no secret."""
    environ = {"CLOUDFLARE_API_KEY": "old", "CLOUDFLARE_ACCOUNT_ID": "0123"}
    found = resolve(PROVIDER.info, {}, environ=environ)
    assert found.values == {"api_key": Secret("old"), "account_id": "0123", "endpoint": "native"}
    assert resolve(PROVIDER.info, {}, environ={**environ, "CLOUDFLARE_API_TOKEN": "new"}).secret("api_key") == Secret(
        "new"
    )


@pytest.mark.parametrize("missing", ["CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID"])
def test_what_is_required(missing: str) -> None:
    """Token and account; the error names the variable and the page where to get it."""
    environ = {"CLOUDFLARE_API_TOKEN": "t", "CLOUDFLARE_ACCOUNT_ID": "a"}
    del environ[missing]
    with pytest.raises(MissingCredential, match=missing) as caught:
        resolve(PROVIDER.info, {}, environ=environ)
    assert caught.value.url


@pytest.mark.parametrize(
    ("model", "stream", "refused"),
    [
        ("@cf/meta/llama-3.3-70b-instruct-fp8-fast", True, True),
        ("@cf/meta/llama-3.3-70b-instruct-fp8-fast", False, False),
        ("@cf/deepseek-ai/deepseek-r1-distill-qwen-32b", True, True),
        ("@cf/meta/llama-4-scout-17b-16e-instruct", True, False),
        ("@cf/meta/llama-3.2-1b-instruct", False, True),
        ("@cf/meta/llama-3.2-3b-instruct", True, True),
        ("@cf/meta/llama-3.2-11b-vision-instruct", True, False),
    ],
)
def test_schema_and_stream(model: str, stream: bool, refused: bool) -> None:  # noqa: FBT001 - parameters of the test
    """What was recorded as 5023 and 5025 is refused before anything is sent; nothing else is."""
    wanted = request(model=model, stream=stream, schema=SCHEMA)
    if not refused:
        prepare(PROVIDER, wanted, settings())
        return
    with pytest.raises(UnsupportedOption, match="JSON Schema mode"):
        prepare(PROVIDER, wanted, settings())


def test_left_out_on_request() -> None:
    """An option that the endpoint cannot be given is left out with a notice, if the caller says so."""
    made = prepare(PROVIDER, request(stop=("x",), tools=(ADD,)), settings(), "warn")
    assert [(notice.code, notice.option) for notice in made.notices] == [("option-dropped", "stop")]
    assert b"stop" not in made.http.body


def test_only_pictures() -> None:
    """Other media are refused by their kind."""
    with pytest.raises(UnsupportedOption, match="audio"):
        prepare(PROVIDER, request(messages=(user(Audio(data=b"x", mime_type="audio/wav")),)), settings())
