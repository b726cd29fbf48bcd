"""Imagen's `:predict`: a text to pictures. Google shut it down in 2026-08; its wire is kept for what still speaks it.

Rules: an entry without bytes is no picture (`Positive Prompt` rates the prompt, `raiFilteredReason` says why one is
missing); no usage and no finish reason are sent, so a reason is only given for pictures that were filtered.

Source: https://ai.google.dev/gemini-api/docs/imagen; recorded 2025-08.
"""

from __future__ import annotations  # wire types and options are imported where they are needed

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jackfield import wire
from jackfield.errors import UnsupportedOption
from jackfield.types.events import Event, Finish, MediaDelta, ProviderData
from jackfield.types.requests import ImageRequest
from jackfield.types.results import FinishReason
from jackfield_gemini.mirror import as_wire
from jackfield_gemini.replies import base64_bytes

if TYPE_CHECKING:
    from jackfield_gemini.options import GeminiOptions
    from jackfield_gemini.wiretypes import Prediction

_REFUSED: Mapping[str, str] = {
    "seed": "the Developer API has no seed for Imagen",
    "negative_prompt": "the Developer API has no negative prompts",
    "images": "Imagen makes pictures from text alone; use a gemini-*-image model",
}


def uses_predict(model: str) -> bool:
    """Whether pictures of this model come from `:predict`; the others answer generateContent."""
    return model.removeprefix("models/").startswith("imagen-")


def predict_body(request: ImageRequest, extra: GeminiOptions | None) -> dict[str, Any]:
    """The body of a `:predict` request.

    Raises:
        UnsupportedOption: Imagen has no such option.
    """
    for option, reason in _REFUSED.items():
        if getattr(request, option):
            raise UnsupportedOption(option, reason, provider="gemini", droppable=option != "images")
    chosen: dict[str, Any] = {
        "sampleCount": request.count,
        "aspectRatio": request.aspect_ratio,
        "sampleImageSize": request.size,
        **(as_wire(extra.imagen) if extra and extra.imagen else {}),
    }
    parameters = {name: value for name, value in chosen.items() if value is not None}
    return {"instances": [{"prompt": request.prompt}], "parameters": parameters}


def predictions(body: bytes, *, strict: bool) -> Sequence[Event]:
    """The events of an answer to `:predict`.

    Raises:
        DecodeError: it is not what the provider documents.
    """
    chunk = wire.loads(body)
    from jackfield_gemini.wiretypes import PredictResponse

    answer = wire.structure(chunk, PredictResponse, strict=strict)
    events: list[Event] = [
        MediaDelta(data=base64_bytes(one.bytes_base64_encoded), mime_type=one.mime_type or "image/png")
        for one in answer.predictions
        if one.bytes_base64_encoded
    ]
    if not events:
        events.append(Finish(reason=FinishReason.CONTENT_FILTER, raw=_filtered(answer.predictions)))
    notes = [note for raw in chunk.get("predictions", ()) if (note := _note(raw))]
    return [*events, ProviderData(data={"predictions": notes})] if notes else events


def _note(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is said about a picture or the prompt."""
    return {name: value for name, value in raw.items() if name not in {"bytesBase64Encoded", "mimeType"}}


def _filtered(listed: Sequence[Prediction]) -> str | None:
    return next((one.rai_filtered_reason for one in listed if one.rai_filtered_reason), None)
