"""The providers' own options refuse a value of the wrong type as soon as they are made, by name."""

from importlib import import_module
from typing import Any

import attrs
import pytest

from jackfield.errors import UsageError

PROVIDERS = ("groq", "cerebras", "cloudflare", "gemini")
REQUIRED: dict[str, Any] = {
    "authorization": "key",
    "category": "HARM_CATEGORY_HARASSMENT",
    "content": "text",
    "data": {},
    "file_search_store_names": ("stores/a",),
    "latitude": 1.0,
    "longitude": 1.0,
    "server_label": "a",
    "server_url": "https://toy.invalid",
    "source": import_module("jackfield_groq").TextSource("hi"),
    "text": "hi",
    "threshold": "BLOCK_NONE",
}
"""What the options cannot do without, whichever they are."""


def classes(provider: str) -> list[Any]:
    """Every class of options that a plugin exports."""
    module = import_module(f"jackfield_{provider}")
    return [one for name in module.__all__ if attrs.has(one := getattr(module, name))]


FIELDS = [
    pytest.param(cls, field.alias, id=f"{provider} {cls.__name__}.{field.alias}")
    for provider in PROVIDERS
    for cls in classes(provider)
    for field in attrs.fields(cls)
    if field.init and field.type is not Any
]


@pytest.mark.parametrize(("cls", "field"), FIELDS)
def test_a_field(cls: Any, field: str) -> None:
    """Nothing of the wrong type is left for the provider to refuse."""
    needed = [one.alias for one in attrs.fields(cls) if one.init and one.default is attrs.NOTHING]
    given = {name: REQUIRED.get(name) for name in needed}
    for wrong in (object(), {5: object()}, 1j):
        with pytest.raises(UsageError, match=rf"^({cls.__name__}\.)?{field}(:| must be) "):
            cls(**{**given, field: wrong})


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_has_some(provider: str) -> None:
    """The table above is made, and so could be empty."""
    assert len(classes(provider)) >= 2


def test_a_key_is_not_shown() -> None:
    """A field that repr leaves out is left out here."""
    groq = import_module("jackfield_groq")
    with pytest.raises(UsageError, match="got something of type list") as caught:
        groq.WolframSettings(authorization=["canary"])
    assert "canary" not in str(caught.value)
