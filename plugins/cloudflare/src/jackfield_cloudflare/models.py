"""The model search: pages, prices, context windows and properties.

Rules: a page shorter than asked for is the last one; `total_count` counts models that no page holds (2025-05 to
2026-08) and is not looked at. A model's id for requests is its `name`.

Source: https://developers.cloudflare.com/api/resources/ai/subresources/models/methods/list/
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from jackfield import wire
from jackfield.errors import DecodeError
from jackfield.hookspecs import Flow, hookimpl
from jackfield.http import HttpRequest, Settings
from jackfield.types.models import Model, Pricing
from jackfield.wire import is_object
from jackfield_cloudflare.errors import PROVIDER, json_body
from jackfield_cloudflare.options import CloudflareOptions
from jackfield_cloudflare.routes import headers, models_url
from jackfield_cloudflare.wiretypes import ListedModel, is_list

PER_PAGE = 100
MAX_PAGES = 100
"""A search that never ends is an error of the provider, not a loop of ours."""

_PRICES = {
    "per M input tokens": "input_usd",
    "per M output tokens": "output_usd",
    "per M cached input tokens": "cached_input_usd",
}
_INPUTS: Mapping[str, tuple[str, ...]] = {
    "Text Generation": ("text",),
    "Text Embeddings": ("text",),
    "Text Classification": ("text",),
    "Text-to-Image": ("text",),
    "Text-to-Speech": ("text",),
    "Translation": ("text",),
    "Summarization": ("text",),
    "Automatic Speech Recognition": ("audio",),
    "Image-to-Text": ("text", "image"),
    "Image Classification": ("image",),
    "Object Detection": ("image",),
}
_OUTPUTS: Mapping[str, tuple[str, ...]] = {
    "Text Generation": ("text",),
    "Translation": ("text",),
    "Summarization": ("text",),
    "Automatic Speech Recognition": ("text",),
    "Image-to-Text": ("text",),
    "Text-to-Image": ("image",),
    "Text-to-Speech": ("audio",),
}


@hookimpl
def list_models(settings: Settings) -> "Flow[list[Model]]":
    """Every model of the search, in its order.

    Raises:
        ProviderError: the provider refuses.
        DecodeError: a page is not a list of models.
        UnsupportedOperation: the base URL is an AI Gateway's.
    """
    found: list[Model] = []
    for page in range(1, MAX_PAGES + 1):
        url = models_url(settings, page=page, per_page=PER_PAGE)
        response = yield HttpRequest(method="GET", url=url, headers=headers(CloudflareOptions(), settings))
        body = json_body(response)
        items = body.get("result") if is_object(body) else None
        if not is_list(items):
            raise DecodeError("expected a list of models", path="result", body=response.body)
        found += [to_model(item) for item in items]
        if len(items) < PER_PAGE:
            return found
    raise DecodeError(f"the model search does not end after {MAX_PAGES} pages", path="result")


def to_model(item: Any) -> Model:
    """One item of the search.

    Raises:
        DecodeError: it is not one.
    """
    listed = wire.structure(item, ListedModel)
    properties = {one.property_id: one.value for one in listed.properties}
    task = listed.task.name if listed.task else None
    seen = _INPUTS.get(task or "")
    vision = properties.get("vision") == "true"
    return Model(
        id=listed.name,
        provider=PROVIDER,
        description=listed.description,
        created_s=_seconds(listed.created_at),
        owner=_owner(listed.name),
        context_tokens=_count(properties.get("context_window", properties.get("max_input_tokens"))),
        input_types=(*seen, "image") if seen and vision and "image" not in seen else seen,
        output_types=_OUTPUTS.get(task or ""),
        features=tuple(name for name, value in properties.items() if value == "true"),
        task=task,
        pricing=_pricing(properties.get("price")),
        deprecated=True if "planned_deprecation_date" in properties else None,
        raw=item,
    )


def _owner(name: str) -> str | None:
    """The second part of `@cf/meta/llama-...`."""
    parts = name.split("/")
    return parts[1] if len(parts) == 3 else None


def _count(value: Any) -> int | None:
    """A number that is sent as digits."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 16 else None


def _seconds(text: str | None) -> int | None:
    """Seconds since 1970 from `2025-08-05 10:27:29.131`, which has no zone and is taken for UTC."""
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) if text else None
    except (ValueError, OverflowError):
        return None


def _pricing(prices: Any) -> Pricing | None:
    if not is_list(prices):
        return None
    known: dict[str, float] = {}
    for price in prices:
        field = _PRICES.get(str(price.get("unit"))) if is_object(price) else None
        amount = price.get("price") if field else None
        if field and price.get("currency") == "USD" and isinstance(amount, int | float):
            known[field] = amount
    return Pricing(**known, raw=prices)
