"""Cerebras for jackfield: the hooks of a pure codec, and Cerebras's own options.

Everything is a table in `dialect`. Batches are a private preview: one is cancelled by DELETE, its results are at a path
of their own, and of files nothing but the upload is documented.

Source: https://inference-docs.cerebras.ai/capabilities/batch (2026-11)
"""

from jackfield.dialects.chat_completions.stored import Batching, file_hooks
from jackfield.hookspecs import deferred
from jackfield_cerebras.dialect import CEREBRAS
from jackfield_cerebras.options import CerebrasOptions, Prediction, StreamOptions

__all__ = ["CerebrasOptions", "Prediction", "StreamOptions"]

provider_info, encode_request, decode_response, parse_stream, list_models = CEREBRAS.hooks()
upload_file = file_hooks(CEREBRAS).upload_file
_BATCHES = Batching(dialect=CEREBRAS, cancel="DELETE", results="path").hooks()
create_batch, get_batch = _BATCHES.create_batch, _BATCHES.get_batch
cancel_batch, batch_results = _BATCHES.cancel_batch, _BATCHES.batch_results
simulate = deferred("simulate", "jackfield_cerebras.simulator:simulate")
