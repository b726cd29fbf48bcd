"""Any server that speaks chat completions (vLLM, llama.cpp, Ollama, LM Studio), for jackfield.

There is no default address: `jackfield.Client("openai-compatible", base_url="http://localhost:8000/v1", model=...)`.
"""

from jackfield.hookspecs import hookimpl
from jackfield.http import HttpRequest
from jackfield.types.simulated import SimulatedReply
from jackfield_openai_compatible.options import CompatibleOptions
from jackfield_openai_compatible.server import SERVER

__all__ = [
    "CompatibleOptions",
    "decode_response",
    "encode_request",
    "list_models",
    "parse_stream",
    "provider_info",
    "simulate",
]

provider_info, encode_request, decode_response, parse_stream, list_models = SERVER.hooks()


@hookimpl
def simulate(request: HttpRequest) -> SimulatedReply:
    """Answer like such a server; imported on first use, because it belongs to `jackfield[testing]`."""
    from jackfield_openai_compatible.simulator import SIMULATED

    return SIMULATED.answer(request)
