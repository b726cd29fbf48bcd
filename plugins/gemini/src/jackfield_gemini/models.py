"""The list of models, page by page.

The list says nothing about modalities, tools or prices. `context_tokens` is the input limit, which is the whole window;
`thinking` joins the methods as a feature, and is absent on the wire where it is false.

Source: https://ai.google.dev/api/models#method:-models.list
"""

from __future__ import annotations  # the wire types are imported by the first reply that needs them

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jackfield import wire
from jackfield.errors import DecodeError
from jackfield.hookspecs import Flow
from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.types.models import Model
from jackfield_gemini.address import address, headers
from jackfield_gemini.errors import error_from

if TYPE_CHECKING:
    from jackfield_gemini.wiretypes import ModelEntry, ModelPage

_PAGE_SIZE = 1000
"""The most that one page can hold."""


def list_pages(settings: Settings) -> Flow[list[Model]]:
    """Ask for page after page.

    Raises:
        ProviderError: an answer is an error.
        DecodeError: an answer is not a page, or names a page that has been read.
    """
    found: list[Model] = []
    read: set[str] = set()
    token = ""
    while True:
        url = address(
            settings, f"models?pageSize={_PAGE_SIZE}" + (f"&pageToken={quote(token, safe='')}" if token else "")
        )
        response = yield HttpRequest(method="GET", url=url, headers=headers(settings))
        chunk, page = _page(response)
        found += [_model(entry, raw) for entry, raw in zip(page.models, chunk.get("models", ()), strict=True)]
        read.add(token)
        token = page.next_page_token or ""
        if not token:
            return found
        if token in read:
            raise DecodeError("the list of models repeats a page", path="nextPageToken", body=response.body)


def _page(response: HttpResponse) -> tuple[Mapping[str, Any], ModelPage]:
    if not 200 <= response.status < 300:
        raise error_from(response)
    chunk = wire.loads(response.body)
    from jackfield_gemini.wiretypes import ModelPage

    return chunk, wire.structure(chunk, ModelPage)


def _model(entry: ModelEntry, raw: Mapping[str, Any]) -> Model:
    methods = entry.supported_generation_methods
    return Model(
        id=entry.name.removeprefix("models/"),
        provider="gemini",
        name=entry.display_name,
        description=entry.description,
        context_tokens=entry.input_token_limit,
        max_output_tokens=entry.output_token_limit,
        features=(*methods, *(("thinking",) if entry.thinking else ())),
        raw=raw,
    )
