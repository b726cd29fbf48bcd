"""The list of models, by a table of the names that hosts give to the same facts.

Rules: every fact but the id may be absent; a creation time of 0 says nothing; prices come per token, as decimal text, and
become dollars per million tokens.
"""

from collections.abc import Generator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from jackfield import wire
from jackfield.dialects.chat_completions.differences import Differences
from jackfield.dialects.chat_completions.encode import headers, url_of
from jackfield.dialects.chat_completions.faults import error_of_body
from jackfield.errors import DecodeError
from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.types.models import Model, Pricing

_TEXTS = {"name": ("name",), "description": ("description",), "owner": ("owned_by",)}
_COUNTS = {
    "created_s": ("created",),
    "context_tokens": ("context_window", "context_length", "max_context_length"),
    "max_output_tokens": ("max_completion_tokens", "max_output_length", "max_output_tokens"),
}
_LISTS = {
    "input_types": ("input_modalities",),
    "output_types": ("output_modalities",),
    "features": ("supported_features",),
}
_FLAGS = {"active": ("active",), "deprecated": ("deprecated",)}
_PRICES = {"input_usd": "prompt", "output_usd": "completion", "cached_input_usd": "input_cache_read"}


def list_models(
    differences: Differences, settings: Settings, path: str
) -> Generator[HttpRequest, HttpResponse, list[Model]]:
    """Ask for the models, once: this format has no pages.

    Raises:
        ProviderError: the answer is an error.
        DecodeError: the answer is no list of models.
    """
    request_headers = {**headers(differences, settings), "accept": "application/json"}
    response = yield HttpRequest(method="GET", url=url_of(differences, settings, path), headers=request_headers)
    if response.status >= 300:
        raise error_of_body(response, differences)
    value = wire.loads(response.body)
    entries = value.get("data") if isinstance(value, dict) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]  # JSON edge
    if not isinstance(entries, list):
        raise DecodeError("expected a list of models", path="data", body=response.body)
    return [model_of(entry, differences.provider) for entry in entries]  # pyright: ignore[reportUnknownVariableType]  # JSON edge


def model_of(entry: Any, provider: str) -> Model:
    """One model from its wire object.

    Raises:
        DecodeError: it has no id.
    """
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):  # pyright: ignore[reportUnknownMemberType]  # JSON edge
        raise DecodeError("a model without an id", path="data[]")
    raw: dict[str, Any] = dict(entry)  # pyright: ignore[reportUnknownArgumentType]  # JSON edge
    return Model(
        id=raw["id"],
        provider=provider,
        **{ours: _first(raw, names, str) for ours, names in _TEXTS.items()},
        **{ours: _first(raw, names, int) or None for ours, names in _COUNTS.items()},
        **{ours: _first(raw, names, bool) for ours, names in _FLAGS.items()},
        **{ours: _texts(_first(raw, names, list)) for ours, names in _LISTS.items()},
        pricing=_pricing(raw.get("pricing")),
        raw=raw,
    )


def _first(raw: Mapping[str, Any], names: tuple[str, ...], kind: type) -> Any:
    """The first of these fields that is there and of that type."""
    return next((raw[name] for name in names if type(raw.get(name)) is kind), None)


def _texts(value: list[Any] | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(str(item) for item in value)


def _pricing(value: Any) -> Pricing | None:
    if not isinstance(value, dict):
        return None
    raw: dict[str, Any] = dict(value)  # pyright: ignore[reportUnknownArgumentType]  # JSON edge
    return Pricing(**{ours: _per_million(raw.get(name)) for ours, name in _PRICES.items()}, raw=raw)


def _per_million(price: Any) -> float | None:
    try:
        return float(Decimal(str(price)) * 1_000_000) if price is not None else None
    except InvalidOperation:
        return None
