"""The list of models, page by page.

The list says nothing about modalities, tools or prices. `context_tokens` is the input limit, which is the whole window;
`thinking` joins the methods as a feature, and is absent on the wire where it is false.

Source: https://ai.google.dev/api/models#method:-models.list
"""

from __future__ import annotations  # the wire types are imported by the first reply that needs them

from collections.abc import Mapping
from typing import Any

from jackfield import wire
from jackfield.hookspecs import Flow
from jackfield.http import Settings
from jackfield.types.models import Model
from jackfield_gemini.paging import entries

_PAGE_SIZE = 1000
"""The most that one page can hold."""


def list_pages(settings: Settings) -> Flow[list[Model]]:
    """Ask for page after page.

    Raises:
        ProviderError: an answer is an error.
        DecodeError: an answer is not a page, or names a page that has been read.
    """
    found = yield from entries(settings, "models", "models", _PAGE_SIZE)
    return [_model(one) for one in found]


def _model(raw: Mapping[str, Any]) -> Model:
    from jackfield_gemini.wiretypes import ModelEntry

    entry = wire.structure(raw, ModelEntry)
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
