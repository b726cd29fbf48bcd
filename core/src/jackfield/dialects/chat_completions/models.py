"""The list of models, by a table of the names that hosts give to the same facts.

Rules: every fact but the id may be absent; a creation time of 0 says nothing; prices come per token, as decimal text,
and become dollars per million tokens.
"""

from collections.abc import Generator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from jackfield import wire
from jackfield.dialects.chat_completions.differences import Differences
from jackfield.dialects.chat_completions.encode import headers, url_of
from jackfield.dialects.chat_completions.faults import error_of_body
from jackfield.errors import DecodeError
from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.types.models import Model, Pricing
from jackfield.wire import is_object

T = TypeVar("T")

_CONTEXT = ("context_window", "context_length", "max_context_length", "max_model_len")
_MOST_OUTPUT = ("max_completion_tokens", "max_output_length", "max_output_tokens")
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
    entries = value.get("data") if is_object(value) else value
    if not isinstance(entries, list):
        raise DecodeError("expected a list of models", path="data", body=response.body)
    return [model_of(entry, differences.provider) for entry in entries]  # pyright: ignore[reportUnknownVariableType]  # JSON edge


def model_of(entry: Any, provider: str) -> Model:
    """One model from its wire object.

    Raises:
        DecodeError: it has no id.
    """
    if not is_object(entry) or not isinstance(entry.get("id"), str):
        raise DecodeError("a model without an id", path="data[]")
    return Model(
        id=entry["id"],
        provider=provider,
        name=_first(entry, str, "name"),
        description=_first(entry, str, "description"),
        created_s=_first(entry, int, "created") or None,
        owner=_first(entry, str, "owned_by"),
        context_tokens=_first(entry, int, *_CONTEXT),
        max_output_tokens=_first(entry, int, *_MOST_OUTPUT),
        input_types=_texts(entry.get("input_modalities")),
        output_types=_texts(entry.get("output_modalities")),
        features=_texts(entry.get("supported_features")),
        pricing=_pricing(entry.get("pricing")),
        active=_first(entry, bool, "active"),
        deprecated=_first(entry, bool, "deprecated"),
        raw=entry,
    )


def _first(entry: Mapping[str, Any], kind: type[T], *names: str) -> T | None:
    """The first of these fields that is there and of that type."""
    found = (entry.get(name) for name in names)
    return next((value for value in found if type(value) is kind), None)


def _texts(value: Any) -> tuple[str, ...] | None:
    return tuple(map(str, value)) if isinstance(value, list) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # JSON edge


def _pricing(value: Any) -> Pricing | None:
    if not is_object(value):
        return None
    return Pricing(**{ours: _per_million(value.get(name)) for ours, name in _PRICES.items()}, raw=value)


def _per_million(price: Any) -> float | None:
    try:
        return float(Decimal(str(price)) * 1_000_000) if price is not None else None
    except InvalidOperation:
        return None
