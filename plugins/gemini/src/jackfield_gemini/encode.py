"""Our requests as HTTP requests.

Source: https://ai.google.dev/api/generate-content#method:-models.generatecontent
"""

from __future__ import annotations  # the options are imported by the first request that has some

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from jackfield import wire
from jackfield.errors import UnsupportedOperation, UnsupportedOption
from jackfield.http import HttpRequest, Settings
from jackfield.types.messages import user
from jackfield.types.requests import GenerateRequest, ImageRequest, Request
from jackfield_gemini.address import address, headers, model_path
from jackfield_gemini.config import generation_config
from jackfield_gemini.contents import ConversationWriter
from jackfield_gemini.families import family_of
from jackfield_gemini.mirror import members
from jackfield_gemini.parts import PartWriter
from jackfield_gemini.schemas import SchemaWriter
from jackfield_gemini.toolbox import Toolbox

if TYPE_CHECKING:
    from jackfield_gemini.options import GeminiOptions


def encode(request: Request, settings: Settings) -> HttpRequest:
    """The HTTP request for ours.

    Raises:
        UnsupportedOperation: Gemini's chat API does not do that.
        UnsupportedOption: an option, value or part that it cannot be given.
    """
    extra = _options(request)
    if isinstance(request, ImageRequest):
        from jackfield_gemini.imagen import predict_body, uses_predict

        if uses_predict(request.model):
            return _post(settings, request.model, "predict", predict_body(request, extra))
        request, extra = _as_generate(request, extra)
    if not isinstance(request, GenerateRequest):
        raise UnsupportedOperation(type(request).__name__, provider="gemini")
    return _generate(request, extra, settings)


def _options(request: Request) -> GeminiOptions | None:
    if request.extra is None:
        return None
    from jackfield_gemini.options import GeminiOptions

    if not isinstance(request.extra, GeminiOptions):
        reason = f"it must be GeminiOptions, not {type(request.extra).__name__}"
        raise UnsupportedOption("extra", reason, provider="gemini", droppable=False)
    return request.extra


def _generate(request: GenerateRequest, extra: GeminiOptions | None, settings: Settings) -> HttpRequest:
    family = family_of(request.model)
    schemas = SchemaWriter((extra and extra.schema_field) or family.schema)
    parts = PartWriter(family, settings)
    system, contents = ConversationWriter(parts).write(request.messages)
    config, compiled = generation_config(request, extra, family, schemas)
    toolbox = Toolbox(request, extra, family, schemas)
    body: dict[str, Any] = {
        "contents": contents,
        **({"systemInstruction": {"parts": system}} if system else {}),
        **toolbox.write(),
        **({"generationConfig": config} if config else {}),
        **({**members(extra, "body"), **extra.body} if extra else {}),
    }
    method = "streamGenerateContent?alt=sse" if request.stream else "generateContent"
    http = _post(settings, request.model, method, body)
    notices = tuple(parts.notices.values())
    return attrs.evolve(http, notices=notices, output_schema=compiled, tool_schemas=toolbox.compiled)


def _as_generate(request: ImageRequest, extra: GeminiOptions | None) -> tuple[GenerateRequest, GeminiOptions]:
    """A picture of a Gemini image model is a chat whose reply is one."""
    for option in ("negative_prompt", "count"):
        if getattr(request, option) not in (None, 1):
            reason = "Gemini image models make what the prompt says, one reply at a time"
            raise UnsupportedOption(option, reason, provider="gemini")
    from jackfield_gemini.options import GeminiOptions, ImageConfig

    extra = extra or GeminiOptions()
    shape = ImageConfig(aspect_ratio=request.aspect_ratio, image_size=request.size)
    if extra.image_config is None and shape != ImageConfig():
        extra = attrs.evolve(extra, image_config=shape)
    message = user(request.prompt, *request.images)
    generate = GenerateRequest(model=request.model, messages=(message,), seed=request.seed, strict=request.strict)
    return generate, attrs.evolve(extra, response_modalities=extra.response_modalities or ("TEXT", "IMAGE"))


def _post(settings: Settings, model: str, method: str, body: Mapping[str, Any]) -> HttpRequest:
    sent = {**headers(settings), "content-type": "application/json"}
    url = address(settings, f"{model_path(model)}:{method}")
    return HttpRequest(url=url, headers=sent, body=wire.content(body, escape=True))
