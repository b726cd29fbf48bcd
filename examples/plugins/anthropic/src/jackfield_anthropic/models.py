"""The list of models, by pages: the last id of one is the cursor of the next.

Source: https://platform.claude.com/docs/en/api/models/list (2026-11)
"""

from collections.abc import Generator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import attrs

from jackfield import wire
from jackfield.errors import DecodeError
from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.types.models import Model
from jackfield_anthropic.errors import error_from
from jackfield_anthropic.shapes import PROVIDER, Json, headers, is_object

_PAGE = 1000


@attrs.frozen(kw_only=True)
class ModelInfo:
    """A model as it is listed; `lifecycle` is `active`, `deprecated` or `retired`."""

    id: str
    display_name: str | None = None
    created_at: str | None = None
    max_input_tokens: int | None = None
    max_tokens: int | None = None
    lifecycle: str | None = None


@attrs.frozen(kw_only=True)
class Page:
    """One page."""

    data: tuple[Json, ...]
    has_more: bool = False
    first_id: str | None = None
    last_id: str | None = None


def list_pages(settings: Settings) -> Generator[HttpRequest, HttpResponse, list[Model]]:
    """Ask page after page.

    Raises:
        ProviderError: an answer is an error.
        DecodeError: an answer is no page, or its cursor leads back.
    """
    models: list[Model] = []
    cursors: set[str] = set()
    query = {"limit": str(_PAGE)}
    while True:
        url = f"{settings.base_url}/v1/models?{urlencode(query)}"
        response = yield HttpRequest(method="GET", url=url, headers=headers(settings))
        if response.status >= 300:
            raise error_from(response)
        page = wire.structure(wire.loads(response.body), Page)
        models += [_model(entry) for entry in page.data]
        if not page.has_more:
            return models
        if page.last_id is None or page.last_id in cursors:
            raise DecodeError("there is more, and no new cursor to it", path="last_id", body=response.body)
        cursors.add(page.last_id)
        query["after_id"] = page.last_id


def _model(entry: Json) -> Model:
    info = wire.structure(entry, ModelInfo)
    return Model(
        id=info.id,
        provider=PROVIDER,
        name=info.display_name,
        created_s=_seconds(info.created_at),
        context_tokens=info.max_input_tokens,
        max_output_tokens=info.max_tokens,
        features=_features(entry.get("capabilities")),
        deprecated=None if info.lifecycle is None else info.lifecycle != "active",
        active=None if info.lifecycle is None else info.lifecycle != "retired",
        raw=entry,
    )


def _seconds(moment: str | None) -> int | None:
    """Seconds since 1970; the epoch itself stands for an unknown date."""
    try:
        return int(datetime.fromisoformat(moment or "").timestamp()) or None
    except ValueError:
        return None


def _features(capabilities: Any) -> tuple[str, ...] | None:
    """What is marked as supported, under Anthropic's names."""
    if not is_object(capabilities):
        return None
    return tuple(name for name, one in capabilities.items() if is_object(one) and one.get("supported") is True)
