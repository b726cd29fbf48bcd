"""Anthropic's Messages API for jackfield: the hooks, and the typed options that only Anthropic knows."""

from jackfield.hookspecs import Flow, StreamParser, hookimpl
from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.types.models import Model
from jackfield.types.provider import ProviderInfo
from jackfield.types.requests import Request
from jackfield.types.results import Result
from jackfield.types.simulated import SimulatedReply
from jackfield_anthropic.decode import MessageParser, decode
from jackfield_anthropic.encode import encode
from jackfield_anthropic.info import INFO
from jackfield_anthropic.models import list_pages
from jackfield_anthropic.options import AnthropicOptions

__all__ = [
    "AnthropicOptions",
    "decode_response",
    "encode_request",
    "list_models",
    "parse_stream",
    "provider_info",
    "simulate",
]


@hookimpl
def provider_info() -> ProviderInfo:
    """Describe Anthropic."""
    return INFO


@hookimpl
def encode_request(request: Request, settings: Settings) -> HttpRequest:
    """Turn a request into HTTP. Raises as the hook's specification says."""
    return encode(request, settings)


@hookimpl
def decode_response(request: Request, response: HttpResponse) -> Result[None]:
    """Turn a finished answer into a result. Raises as the hook's specification says."""
    return decode(request, response)


@hookimpl
def parse_stream(request: Request, response: HttpResponse) -> StreamParser:
    """Start decoding a streamed reply."""
    return MessageParser.of(request, response)


@hookimpl
def list_models(settings: Settings) -> Flow[list[Model]]:
    """List the models, page by page."""
    return list_pages(settings)


@hookimpl
def simulate(request: HttpRequest) -> SimulatedReply:
    """Answer like Anthropic; imported on first use, because it belongs to `jackfield[testing]`."""
    from jackfield_anthropic.simulator import simulate as answer

    return answer(request)
