"""A request as HTTP, for whichever endpoint was chosen.

Rules: the body holds what was asked for and nothing else; the conversation is the shared dialect's, but for the native
ways to give a picture and a prompt.
"""

from typing import Any

import attrs

from jackfield import wire
from jackfield.dialects.chat_completions.differences import Encoding, Json
from jackfield.dialects.chat_completions.encode import merge
from jackfield.dialects.chat_completions.extras import body_of
from jackfield.dialects.chat_completions.messages import encode_messages
from jackfield.dialects.chat_completions.options import encode_options
from jackfield.errors import UnsupportedOperation
from jackfield.hookspecs import hookimpl
from jackfield.http import HttpRequest, Settings
from jackfield.types.messages import Message
from jackfield.types.parts import Media, Text
from jackfield.types.provider import fits
from jackfield.types.requests import GenerateRequest, Request
from jackfield_cloudflare.differences import BY_ENDPOINT, options_of
from jackfield_cloudflare.errors import PROVIDER
from jackfield_cloudflare.images import asked_picture, only_picture
from jackfield_cloudflare.items import encode_items
from jackfield_cloudflare.options import Endpoint
from jackfield_cloudflare.routes import endpoint_of, generate_url, headers, names_model_in_path, wire_model

# Image-to-text models. Chat models take pictures inside of a message (2026-11).
# Source: https://developers.cloudflare.com/workers-ai/models/llava-1.5-7b-hf/
PROMPT_MODELS = ("@cf/llava-hf/*", "@cf/unum/*")
QUESTION_MODELS = ("@cf/moondream/*",)


@hookimpl
def encode_request(request: Request, settings: Settings) -> HttpRequest:
    """One POST.

    Raises:
        UnsupportedOperation: it is no GenerateRequest.
        UnsupportedOption: the endpoint cannot be given an option or a part.
        UsageError: a setting or a header has a value that cannot be.
    """
    if not isinstance(request, GenerateRequest):
        raise UnsupportedOperation(type(request).__name__, provider=PROVIDER)
    options = options_of(request)
    endpoint = endpoint_of(options, settings)
    encoding = Encoding(differences=BY_ENDPOINT[endpoint], request=request)
    body = _body(encoding, endpoint)
    if not names_model_in_path(endpoint, settings):
        body["model"] = wire_model(request.model, settings)
    return HttpRequest(
        url=generate_url(request.model, endpoint, options, settings),
        headers={"content-type": "application/json", "accept": _accept(request), **headers(options, settings)},
        body=wire.content(body, escape=True),
        notices=tuple(encoding.notices),
        output_schema=encoding.output_schema,
        tool_schemas=encoding.tool_schemas,
    )


def _accept(request: GenerateRequest) -> str:
    return "text/event-stream" if request.stream else "application/json"


def _body(encoding: Encoding, endpoint: Endpoint) -> dict[str, Any]:
    """The body without the model: conversation, options, the provider's own options."""
    options = options_of(encoding.request)
    misplaced = options.misplaced(endpoint)
    if misplaced is not None:
        name, fits = misplaced
        reason = f"for endpoint {' or '.join(fits)} only, this is {endpoint}"
        raise encoding.refusal(f"extra.{name}", reason, droppable=False)
    _refuse_unknown(encoding, endpoint)
    body: dict[str, Any] = {}
    for piece in (_conversation(encoding, endpoint), *encode_options(encoding), body_of(options)):
        merge(body, piece)
    nested: dict[str, dict[str, Any]] = {
        "options": {"rejectIfBusy": options.reject_if_busy},
        "reasoning": {"summary": options.reasoning_summary},
        "text": {"verbosity": options.verbosity},
    }
    for member, values in nested.items():
        given = {name: value for name, value in values.items() if value is not None}
        if given:
            merge(body, {member: given})
    return body


def _refuse_unknown(encoding: Encoding, endpoint: Endpoint) -> None:
    """Name an option that this endpoint does not have, and those that do."""
    for name in encoding.request.options():
        others = [f"endpoint={other!r}" for other, table in BY_ENDPOINT.items() if name in table.options]
        if name not in encoding.differences.options:
            hint = f"; it can with CloudflareOptions({' or '.join(others)})" if others else ""
            raise encoding.refusal(name, f"it cannot be sent to endpoint {endpoint!r}{hint}")


def _conversation(encoding: Encoding, endpoint: Endpoint) -> Json:
    stream: Json = {"stream": True} if encoding.request.stream else {}
    if endpoint == "native":
        return {**_native(encoding), **stream}
    if endpoint == "responses":
        return {"input": encode_items(encoding), **stream}
    usage: Json = {"stream_options": {"include_usage": True}} if stream else {}
    return {"messages": encode_messages(encoding), **stream, **usage}


def _native(encoding: Encoding) -> Json:
    """Messages, or a prompt; a picture in its place, or beside."""
    options = options_of(encoding.request)
    if fits(encoding.request.model, QUESTION_MODELS):
        return {"task": "query", "question": _prompt(encoding), **asked_picture(encoding)}
    if options.raw or fits(encoding.request.model, PROMPT_MODELS):
        raw: Json = {"raw": True} if options.raw else {}
        return {"prompt": _prompt(encoding), **only_picture(encoding), **raw}
    if options.image_input == "top_level":
        bare = tuple(_without_media(message) for message in encoding.request.messages)
        words = attrs.evolve(encoding, request=attrs.evolve(encoding.request, messages=bare))
        return {"messages": _messages(words), **only_picture(encoding)}
    return {"messages": _messages(encoding)}


def _messages(encoding: Encoding) -> list[Json]:
    """Native validation refuses a message without content, and null."""
    return [{"content": "", **message} for message in encode_messages(encoding)]


def _without_media(message: Message) -> Message:
    return attrs.evolve(message, parts=tuple(part for part in message.parts if not isinstance(part, Media)))


def _prompt(encoding: Encoding) -> str:
    """The text of the only message, which such a request has room for."""
    messages = encoding.request.messages
    if len(messages) != 1 or messages[0].role != "user":
        reason = "a prompt is one user message; leave out `raw`, or use a chat model"
        raise encoding.refusal("messages", reason, droppable=False)
    return "".join(part.text for part in messages[0].parts if isinstance(part, Text))
