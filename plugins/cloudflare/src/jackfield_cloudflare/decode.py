"""A whole answer to a Result: the answer says which decoder it needs.

Rule: tests on the output, in the order of the table, never on the model's name: one model answers in several shapes.
"""

from collections.abc import Iterator
from typing import Any

from jackfield.assembly import assemble
from jackfield.errors import UnsupportedOperation
from jackfield.hookspecs import StreamParser, hookimpl
from jackfield.http import HttpResponse
from jackfield.types.events import Event
from jackfield.types.requests import GenerateRequest, Request
from jackfield.types.results import RawReply, Result
from jackfield.wire import is_object
from jackfield_cloudflare import chat, native, responses
from jackfield_cloudflare.errors import PROVIDER, error_objects, error_of, json_body, unwrapped
from jackfield_cloudflare.leaked import TextWatch
from jackfield_cloudflare.stream import CloudflareStream


@hookimpl
def decode_response(request: Request, response: HttpResponse) -> "Result[None]":
    """The result of a whole answer.

    Raises:
        ProviderError: the answer is an error, or says so inside a 200.
        DecodeError: it is none of the documented shapes.
        UnsupportedOperation: it does not answer a GenerateRequest.
    """
    body = json_body(response)
    output = unwrapped(body, strict=request.strict)
    errors = error_objects(output) if is_object(output) else []
    if errors:
        raise error_of(response, errors)
    watch = TextWatch(_generate(request))
    events = watch.feed(tuple(_events(_generate(request), response, output)))
    raw = RawReply(status=response.status, headers=response.headers, body=response.body)
    return assemble((*native.facts(response), *events, *watch.close(complete=True)), raw=raw)


@hookimpl
def parse_stream(request: Request, response: HttpResponse) -> StreamParser:
    """A parser for a stream of any shape.

    Raises:
        UnsupportedOperation: it does not answer a GenerateRequest.
    """
    return CloudflareStream(_generate(request), response)


def _generate(request: Request) -> GenerateRequest:
    if not isinstance(request, GenerateRequest):
        raise UnsupportedOperation(type(request).__name__, provider=PROVIDER)
    return request


def _events(request: GenerateRequest, response: HttpResponse, output: Any) -> Iterator[Event]:
    if is_object(output) and chat.is_reply(output):
        yield from chat.ChatReply(request, response).whole(output)
    elif is_object(output) and responses.is_reply(output):
        yield from responses.whole(output, response, strict=request.strict)
    else:
        yield from native.identity(response)
        yield from native.whole(request, output)
