"""Groq for jackfield: the hooks of a pure codec, and Groq's own options.

Everything is a table in `dialect`; what Groq adds to replies is read in `reply`, to requests in `encoding`.
"""

from jackfield.hookspecs import Flow, StreamParser, hookimpl
from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.types.models import Model
from jackfield.types.provider import ProviderInfo
from jackfield.types.requests import Request
from jackfield.types.results import Result
from jackfield_groq.dialect import GROQ
from jackfield_groq.options import (
    BrowserSearch,
    CodeInterpreter,
    CompoundCustom,
    CompoundModels,
    CompoundTools,
    GroqOptions,
    JsonSource,
    McpServer,
    SearchSettings,
    SourceDocument,
    StreamOptions,
    TextSource,
    WolframSettings,
)

__all__ = [
    "BrowserSearch",
    "CodeInterpreter",
    "CompoundCustom",
    "CompoundModels",
    "CompoundTools",
    "GroqOptions",
    "JsonSource",
    "McpServer",
    "SearchSettings",
    "SourceDocument",
    "StreamOptions",
    "TextSource",
    "WolframSettings",
    "decode_response",
    "encode_request",
    "list_models",
    "parse_stream",
    "provider_info",
]


@hookimpl
def provider_info() -> ProviderInfo:
    """What Groq is, and what its codec can send."""
    return GROQ.info()


@hookimpl
def encode_request(request: Request, settings: Settings) -> HttpRequest:
    """A request for a reply as HTTP."""
    return GROQ.encode(request, settings)


@hookimpl
def decode_response(request: Request, response: HttpResponse) -> Result[None]:
    """A whole answer as a result."""
    return GROQ.decode(request, response)


@hookimpl
def parse_stream(request: Request, response: HttpResponse) -> StreamParser:
    """The parser of a streamed answer."""
    return GROQ.parse(request, response)


@hookimpl
def list_models(settings: Settings) -> Flow[list[Model]]:
    """The models that Groq has now."""
    return GROQ.list_models(settings)
