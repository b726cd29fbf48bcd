"""Google Gemini for jackfield: the hooks, and the typed options that only Gemini knows."""

from typing import TYPE_CHECKING

from jackfield.hookspecs import StreamParser, deferred, deferred_names, hookimpl
from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.types.provider import ProviderInfo
from jackfield.types.requests import Request
from jackfield.types.results import Result
from jackfield_gemini.decode import decode
from jackfield_gemini.encode import encode
from jackfield_gemini.info import INFO
from jackfield_gemini.stream import GeminiParser

if TYPE_CHECKING:
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


list_models = deferred("list_models", "jackfield_gemini.models:list_pages")
upload_file = deferred("upload_file", "jackfield_gemini.files:send")
get_file = deferred("get_file", "jackfield_gemini.files:get")
list_files = deferred("list_files", "jackfield_gemini.files:list_pages")
delete_file = deferred("delete_file", "jackfield_gemini.files:delete")
download_file = deferred("download_file", "jackfield_gemini.files:download")
create_batch = deferred("create_batch", "jackfield_gemini.batches:create")
get_batch = deferred("get_batch", "jackfield_gemini.batches:get")
list_batches = deferred("list_batches", "jackfield_gemini.batches:list_pages")
cancel_batch = deferred("cancel_batch", "jackfield_gemini.batches:cancel")
batch_results = deferred("batch_results", "jackfield_gemini.batches:results")
simulate = deferred("simulate", "jackfield_gemini.simulator:simulate")
__getattr__ = deferred_names("jackfield_gemini.options", __all__)
