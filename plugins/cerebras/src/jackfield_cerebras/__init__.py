"""Cerebras for jackfield: the hooks of a pure codec, and Cerebras's own options.

Everything is a table in `dialect`.
"""

from jackfield.hookspecs import Flow, StreamParser, hookimpl
from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.types.models import Model
from jackfield.types.provider import ProviderInfo
from jackfield.types.requests import Request
from jackfield.types.results import Result
from jackfield_cerebras.dialect import CEREBRAS
from jackfield_cerebras.options import CerebrasOptions, Prediction, StreamOptions

__all__ = [
    "CerebrasOptions",
    "Prediction",
    "StreamOptions",
    "decode_response",
    "encode_request",
    "list_models",
    "parse_stream",
    "provider_info",
]


@hookimpl
def provider_info() -> ProviderInfo:
    """What Cerebras is, and what its codec can send."""
    return CEREBRAS.info()


@hookimpl
def encode_request(request: Request, settings: Settings) -> HttpRequest:
    """A request for a reply as HTTP."""
    return CEREBRAS.encode(request, settings)


@hookimpl
def decode_response(request: Request, response: HttpResponse) -> Result[None]:
    """A whole answer as a result."""
    return CEREBRAS.decode(request, response)


@hookimpl
def parse_stream(request: Request, response: HttpResponse) -> StreamParser:
    """The parser of a streamed answer."""
    return CEREBRAS.parse(request, response)


@hookimpl
def list_models(settings: Settings) -> Flow[list[Model]]:
    """The models that Cerebras has now."""
    return CEREBRAS.list_models(settings)
