"""Cerebras for jackfield: the hooks of a pure codec, and Cerebras's own options.

Everything is a table in `dialect`.
"""

from jackfield.hookspecs import hookimpl
from jackfield.http import HttpRequest
from jackfield.types.simulated import SimulatedReply
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
    "simulate",
]

provider_info, encode_request, decode_response, parse_stream, list_models = CEREBRAS.hooks()


@hookimpl
def simulate(request: HttpRequest) -> SimulatedReply:
    """Answer like Cerebras; see `jackfield_cerebras.simulator`, which is imported on first use."""
    from jackfield_cerebras.simulator import simulate as answer

    return answer(request)
