"""Cloudflare Workers AI for jackfield: hooks, and the typed options for `extra=`."""

from jackfield.hookspecs import hookimpl
from jackfield.http import HttpRequest
from jackfield.types.simulated import SimulatedReply
from jackfield_cloudflare.decode import decode_response, parse_stream
from jackfield_cloudflare.encode import encode_request
from jackfield_cloudflare.info import provider_info
from jackfield_cloudflare.models import list_models
from jackfield_cloudflare.options import CloudflareGateway, CloudflareOptions

__all__ = [
    "CloudflareGateway",
    "CloudflareOptions",
    "decode_response",
    "encode_request",
    "list_models",
    "parse_stream",
    "provider_info",
    "simulate",
]


@hookimpl
def simulate(request: HttpRequest) -> SimulatedReply:
    """Answer like Workers AI; see `jackfield_cloudflare.simulator`, which is imported on first use."""
    from jackfield_cloudflare.simulator import simulate as answer

    return answer(request)
