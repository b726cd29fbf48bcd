"""Groq for jackfield: the hooks of a pure codec, and Groq's own options.

Everything is a table in `dialect`; what Groq adds to replies is read in `reply`, to requests in `encoding`. Files and
batches are those of the plain format: https://console.groq.com/docs/batch (2026-11).
"""

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from jackfield.dialects.chat_completions.stored import Batching, file_hooks
from jackfield.hookspecs import hookimpl
from jackfield.http import HttpRequest
from jackfield.types.simulated import SimulatedReply
from jackfield_groq.dialect import GROQ

if TYPE_CHECKING:
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

provider_info, encode_request, decode_response, parse_stream, list_models = GROQ.hooks()
upload_file, get_file, list_files, delete_file, download_file = file_hooks(GROQ)
create_batch, get_batch, list_batches, cancel_batch, batch_results = Batching(dialect=GROQ).hooks()


@hookimpl
def simulate(request: HttpRequest, store: MutableMapping[str, bytes]) -> SimulatedReply:
    """Answer like Groq; see `jackfield_groq.simulator`, which is imported on first use."""
    from jackfield_groq.simulator import simulate as answer

    return answer(request, store)


def __getattr__(name: str) -> Any:
    """The options, which most programs do without, are imported on first use."""
    if name in __all__:
        from jackfield_groq import options

        return getattr(options, name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
