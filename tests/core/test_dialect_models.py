"""A list of models, whatever its host calls the facts."""

import json
from typing import Any

import pytest

from jackfield.dialects.chat_completions import ChatCompletions
from jackfield.errors import AuthenticationError, DecodeError
from jackfield.http import HttpResponse, Secret, Settings
from jackfield.types.models import Model, Pricing

ACME = ChatCompletions(
    provider="acme",
    name="Acme",
    base_url="https://api.acme.example",
    prefix="/v1",
    docs_url="https://acme.example/docs",
    key_variables=("ACME_API_KEY",),
)
SETTINGS = Settings(provider="acme", base_url=ACME.base_url, values={"api_key": Secret("canary")})


def answered(value: Any, status: int = 200) -> list[Model]:
    """The models of that answer; the request is checked on the way."""
    flow = ACME.list_models(SETTINGS)
    request = next(flow)
    assert (request.method, request.url, request.body) == ("GET", "https://api.acme.example/v1/models", b"")
    assert request.headers["authorization"] == Secret("Bearer canary")
    with pytest.raises(StopIteration) as done:
        flow.send(HttpResponse(status=status, body=json.dumps(value).encode()))
    models: list[Model] = done.value.value
    return models


def test_every_field() -> None:
    """All facts, under either of their names, prices in dollars per million."""
    entry = {
        "id": "m-1",
        "object": "model",
        "created": 1700000000,
        "owned_by": "Acme",
        "name": "M One",
        "description": "The first.",
        "context_length": 131072,
        "max_output_length": 65536,
        "input_modalities": ["text", "image"],
        "output_modalities": ["text"],
        "supported_features": ["tools"],
        "pricing": {"prompt": "0.00000015", "completion": "0.0000006", "input_cache_read": "0", "image": "0.1"},
        "active": True,
        "deprecated": False,
    }
    (model,) = answered({"object": "list", "data": [entry]})
    pricing = Pricing(input_usd=0.15, output_usd=0.6, cached_input_usd=0.0, raw=entry["pricing"])
    assert model == Model(
        id="m-1",
        provider="acme",
        name="M One",
        description="The first.",
        created_s=1700000000,
        owner="Acme",
        context_tokens=131072,
        max_output_tokens=65536,
        input_types=("text", "image"),
        output_types=("text",),
        features=("tools",),
        pricing=pricing,
        active=True,
        deprecated=False,
        raw=entry,
    )


def test_only_an_id() -> None:
    """Everything else may be absent, null, or of a type that says nothing."""
    entries = [{"id": "a"}, {"id": "b", "created": 0, "context_window": None, "pricing": None, "active": "yes"}]
    assert [(one.id, one.created_s, one.context_tokens, one.pricing, one.active) for one in answered(entries)] == [
        ("a", None, None, None, None),
        ("b", None, None, None, None),
    ]


def test_prices_that_are_none() -> None:
    """A price that is missing or no number is None, never zero."""
    (model,) = answered([{"id": "a", "pricing": {"prompt": "free", "completion": None}}])
    assert model.pricing == Pricing(raw={"prompt": "free", "completion": None})


def test_errors() -> None:
    """An error answer is a ProviderError; an answer of another shape is a DecodeError."""
    with pytest.raises(AuthenticationError):
        answered({"error": {"message": "no"}}, status=401)
    for value in ({"object": "list"}, "x", {"data": [{"name": "a"}]}, {"data": ["a"]}):
        with pytest.raises(DecodeError):
            answered(value)
