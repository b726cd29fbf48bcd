"""From arguments and the environment to settings."""

import attrs
import pytest
from tests.core.toy import INFO, KEY

from jackfield.errors import MissingCredential, UsageError
from jackfield.http import Secret, Settings
from jackfield.settings import resolve, seal

ENVIRON = {"TOY_API_KEY": KEY}
WITH_BASE = attrs.evolve(INFO, base_url_variables=("TOY_BASE_URL",))


def test_from_arguments() -> None:
    """What is given comes before the environment, and white space around it goes."""
    settings = resolve(INFO, {"api_key": " given\n", "region": Secret("eu")}, environ=ENVIRON)
    assert settings == Settings(
        provider="toy", base_url="http://toy.invalid", values={"api_key": Secret("given"), "region": "eu"}
    )


@pytest.mark.parametrize(
    ("environ", "key"),
    [
        ({"TOY_API_KEY": "one", "TOY_KEY": "two"}, "one"),
        ({"TOY_API_KEY": " ", "TOY_KEY": "two"}, "two"),
        ({"TOY_KEY": " two\n"}, "two"),
    ],
)
def test_from_the_environment(environ: dict[str, str], key: str) -> None:
    """The first variable that holds something counts."""
    assert resolve(INFO, {"api_key": None}, environ=environ).secret("api_key") == Secret(key)
    assert "region" not in resolve(INFO, {}, environ=environ).values


def test_from_the_real_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a mapping it is the process's own."""
    monkeypatch.setenv("TOY_API_KEY", "real")
    assert resolve(INFO, {}).secret("api_key") == Secret("real")


def test_defaults() -> None:
    """A default stands in for what is nowhere."""
    key, region = INFO.settings
    info = attrs.evolve(INFO, settings=(key, attrs.evolve(region, default="us", required=True)))
    assert resolve(info, {}, environ=ENVIRON).text("region") == "us"
    assert resolve(info, {}, environ={**ENVIRON, "TOY_REGION": "eu"}).text("region") == "eu"


@pytest.mark.parametrize("given", [{}, {"api_key": None}, {"api_key": ""}])
def test_no_key(given: dict[str, str | None]) -> None:
    """The error names the variables and the page where to get one."""
    with pytest.raises(MissingCredential, match="TOY_API_KEY or TOY_KEY") as caught:
        resolve(INFO, given, environ={})
    assert (caught.value.setting, caught.value.variables) == ("api_key", ("TOY_API_KEY", "TOY_KEY"))
    assert caught.value.url == "https://toy.invalid/keys"


def test_unknown_settings() -> None:
    """They are refused, and the known ones named."""
    with pytest.raises(UsageError, match="toy has no setting account, regio; it has: api_key, region"):
        resolve(INFO, {"regio": "eu", "account": "x"}, environ=ENVIRON)


@pytest.mark.parametrize("value", ["a\nb", "a\0b", "\N{GREEK SMALL LETTER ALPHA}", "a\x7f", 5, b"key"])
def test_what_no_header_can_hold(value: object) -> None:
    """It is refused by the setting's name, without the value."""
    with pytest.raises(UsageError, match="api_key is not text, or holds a character") as caught:
        resolve(INFO, {"api_key": value}, environ={})  # type: ignore[dict-item]  # deliberately
    assert repr(value) not in str(caught.value)


@pytest.mark.parametrize(
    ("base_url", "environ", "expected"),
    [
        (None, {}, "http://toy.invalid"),
        ("http://127.0.0.1:1/v1/", {}, "http://127.0.0.1:1/v1"),
        (None, {"TOY_BASE_URL": "https://proxy.invalid/"}, "https://proxy.invalid"),
        ("http://given.invalid", {"TOY_BASE_URL": "https://proxy.invalid/"}, "http://given.invalid"),
    ],
)
def test_base_url(base_url: str | None, environ: dict[str, str], expected: str) -> None:
    """Given, from the environment, or the provider's own; without a slash at the end."""
    assert resolve(WITH_BASE, {}, base_url=base_url, environ={**ENVIRON, **environ}).base_url == expected


@pytest.mark.parametrize(
    "base_url",
    ["toy.invalid", "ftp://toy.invalid", "http://", "http://x?y=1", "http://x#y", "http://[::1", "http://x:y", 5],
)
def test_what_is_no_base_url(base_url: object) -> None:
    """It is refused before anything is sent."""
    with pytest.raises(UsageError, match="base_url must be http://host"):
        resolve(INFO, {}, base_url=base_url, environ=ENVIRON)  # type: ignore[arg-type]  # deliberately


def test_a_password_in_the_base_url() -> None:
    """It would show in messages."""
    with pytest.raises(UsageError, match="must not hold a user name or password") as caught:
        resolve(INFO, {}, base_url="https://me:secret@toy.invalid", environ=ENVIRON)
    assert "secret" not in str(caught.value)


def test_sealing() -> None:
    """Whatever is given is a Secret at once."""
    assert seal({"a": "x", "b": Secret("y"), "c": None, "d": ""}) == {"a": Secret("x"), "b": Secret("y")}
