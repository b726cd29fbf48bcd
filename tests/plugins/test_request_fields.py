"""Every documented field of a chat request is sent where a caller asks for it."""

import json
from typing import Any

import pytest
from tests.plugins.request_fields import ROWS, SAID_OTHERWISE, Row

from jackfield import registry
from jackfield.http import Secret, Settings
from jackfield.operations.prepare import prepare
from jackfield.types.messages import user
from jackfield.types.requests import GenerateRequest

MODELS = {"cloudflare": "@cf/meta/llama-4-scout-17b-16e-instruct"}


def sent(provider: str, said: dict[str, Any]) -> tuple[Any, dict[str, Any], str]:
    """The body, the headers and the address of a request that says this, combination rules included."""
    plugin = registry.load(provider)
    values = {one.name: Secret("k") if one.secret else "acc" for one in plugin.info.settings if one.required}
    settings = Settings(provider=provider, base_url=plugin.info.base_url, values=values)
    given: dict[str, Any] = {"model": MODELS.get(provider, "m"), "messages": (user("Hi"),), **said}
    http = prepare(plugin, GenerateRequest(**given), settings).http
    return json.loads(http.body), dict(http.headers), http.url


def at(body: Any, place: str) -> Any:
    """What stands at a place."""
    for step in place.split("."):
        body = body[int(step) if step.isdecimal() else step]
    return body


CASES = [
    pytest.param(provider, row, id=f"{provider}-{row[0].replace(' ', '-')}-{number}")
    for provider, rows in ROWS.items()
    for number, row in enumerate(rows)
]


@pytest.mark.parametrize(("provider", "row"), CASES)
def test_sent(provider: str, row: Row) -> None:
    """The field stands in its place, with its value."""
    place, value, said = row
    body, headers, url = sent(provider, said)
    kind, _, name = place.partition(" ")
    if kind == "header":
        assert headers[name] == value
    elif kind == "url":
        assert url.endswith(f"?{value}")
    else:
        assert at(body, place) == value


@pytest.mark.parametrize("provider", sorted(SAID_OTHERWISE))
def test_nothing_is_said_both_ways(provider: str) -> None:
    """A field that has a row is not among those that have none."""
    rows = {row[0] for row in ROWS[provider]}
    assert not [name for name in SAID_OTHERWISE[provider] if name in rows and name != "model"]
