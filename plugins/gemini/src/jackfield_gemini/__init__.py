"""Google Gemini for jackfield: the hooks, and the typed options that only Gemini knows."""

from collections.abc import MutableMapping, Sequence
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:  # most programs do without files and batches
    from jackfield.types.batches import Batch, BatchEntry, BatchItem
    from jackfield.types.files import File, Upload

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
    "batch_results",
    "cancel_batch",
    "create_batch",
    "decode_response",
    "delete_file",
    "download_file",
    "encode_request",
    "get_batch",
    "get_file",
    "list_batches",
    "list_files",
    "list_models",
    "parse_stream",
    "provider_info",
    "simulate",
    "upload_file",
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
def upload_file(upload: "Upload", settings: Settings) -> "Flow[File]":
    """Upload a file, which lasts 48 hours."""
    from jackfield_gemini.files import send

    return send(upload, settings)


@hookimpl
def get_file(file_id: str, settings: Settings) -> "Flow[File]":
    """Look a file up."""
    from jackfield_gemini.files import get

    return get(file_id, settings)


@hookimpl
def list_files(settings: Settings) -> "Flow[list[File]]":
    """List the files, page by page."""
    from jackfield_gemini.files import list_pages

    return list_pages(settings)


@hookimpl
def delete_file(file_id: str, settings: Settings) -> Flow[None]:
    """Delete a file."""
    from jackfield_gemini.files import delete

    return delete(file_id, settings)


@hookimpl
def download_file(file_id: str, settings: Settings) -> Flow[bytes]:
    """Fetch a file that Gemini made."""
    from jackfield_gemini.files import download

    return download(file_id, settings)


@hookimpl
def create_batch(entries: "Sequence[BatchEntry]", settings: Settings) -> "Flow[Batch]":
    """Begin a batch."""
    from jackfield_gemini.batches import create

    return create(entries, settings)


@hookimpl
def get_batch(batch_id: str, settings: Settings) -> "Flow[Batch]":
    """Look a batch up."""
    from jackfield_gemini.batches import get

    return get(batch_id, settings)


@hookimpl
def list_batches(settings: Settings) -> "Flow[list[Batch]]":
    """List the batches, page by page."""
    from jackfield_gemini.batches import list_pages

    return list_pages(settings)


@hookimpl
def cancel_batch(batch_id: str, settings: Settings) -> Flow[None]:
    """Ask for a batch to be cancelled."""
    from jackfield_gemini.batches import cancel

    return cancel(batch_id, settings)


@hookimpl
def batch_results(batch: "Batch", settings: Settings, strict: bool) -> "Flow[list[BatchItem]]":  # noqa: FBT001 - by name
    """Decode what came with a batch, or fetch the file that it is in."""
    from jackfield_gemini.batches import results

    return results(batch, settings, strict=strict)


@hookimpl
def simulate(request: HttpRequest, store: MutableMapping[str, bytes]) -> SimulatedReply:
    """Answer like Gemini; see `jackfield_gemini.simulator`, which is imported on first use."""
    from jackfield_gemini.simulator import simulate as answer

    return answer(request, store)
