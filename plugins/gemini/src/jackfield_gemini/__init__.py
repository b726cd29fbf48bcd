"""Google Gemini for jackfield: the hooks, and the typed options that only Gemini knows."""

from jackfield.hookspecs import Flow, StreamParser, hookimpl
from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.types.models import Model
from jackfield.types.provider import ProviderInfo
from jackfield.types.requests import Request
from jackfield.types.results import Result
from jackfield.types.simulated import SimulatedReply
from jackfield_gemini.decode import decode
from jackfield_gemini.encode import encode
from jackfield_gemini.info import INFO
from jackfield_gemini.models import list_pages
from jackfield_gemini.options import (
    AudioOptions,
    ComputerUse,
    DocumentOptions,
    FileSearch,
    GeminiOptions,
    GoogleMaps,
    GoogleSearch,
    ImageConfig,
    ImagenOptions,
    LatLng,
    Retrieval,
    SafetySetting,
    Speech,
    SpreadsheetOptions,
    VideoOptions,
)
from jackfield_gemini.stream import GeminiParser

__all__ = [
    "AudioOptions",
    "ComputerUse",
    "DocumentOptions",
    "FileSearch",
    "GeminiOptions",
    "GoogleMaps",
    "GoogleSearch",
    "ImageConfig",
    "ImagenOptions",
    "LatLng",
    "Retrieval",
    "SafetySetting",
    "Speech",
    "SpreadsheetOptions",
    "VideoOptions",
    "decode_response",
    "encode_request",
    "list_models",
    "parse_stream",
    "provider_info",
    "simulate",
]


@hookimpl
def provider_info() -> ProviderInfo:
    """Describe Gemini."""
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
def parse_stream(request: Request, response: HttpResponse) -> StreamParser:  # noqa: ARG001 - the headers say nothing
    """Start decoding a streamed reply."""
    return GeminiParser(strict=request.strict)


@hookimpl
def list_models(settings: Settings) -> Flow[list[Model]]:
    """List the models, page by page."""
    return list_pages(settings)


@hookimpl
def simulate(request: HttpRequest) -> SimulatedReply:
    """Answer like Gemini; see `jackfield_gemini.simulator`, which is imported on first use."""
    from jackfield_gemini.simulator import simulate as answer

    return answer(request)
