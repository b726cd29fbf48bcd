"""Groq for jackfield: the hooks of a pure codec, and Groq's own options.

Everything is a table in `dialect`; what Groq adds to replies is read in `reply`, to requests in `encoding`. Files and
batches are those of the plain format: https://console.groq.com/docs/batch (2026-11).
"""

from typing import TYPE_CHECKING

from jackfield.dialects.chat_completions.stored import Batching, file_hooks
from jackfield.hookspecs import deferred, deferred_names
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
]

provider_info, encode_request, decode_response, parse_stream, list_models = GROQ.hooks()
upload_file, get_file, list_files, delete_file, download_file = file_hooks(GROQ)
create_batch, get_batch, list_batches, cancel_batch, batch_results = Batching(dialect=GROQ).hooks()
simulate = deferred("simulate", "jackfield_groq.simulator:simulate")
__getattr__ = deferred_names("jackfield_groq.options", __all__)
