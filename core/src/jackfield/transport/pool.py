"""Our own connections: httpcore's pools, one for http and one for https, and the requests that they are given.

httpx is httpcore with a client around it that merges settings, keeps cookies, follows redirects and runs an
authentication flow: half of a call's time, and half of the time to start; none of it is wanted here. Where a proxy is
given, or the environment names one, the client is an `httpx` one all the same, because that knows the rules about
proxies: see `brought`.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import httpcore

from jackfield.errors import UsageError
from jackfield.http import HttpRequest
from jackfield.transport.common import Limit, outgoing_headers
from jackfield.transport.options import IDLE_CONNECTIONS, HttpOptions, has_http2, hush_header_compression, tls_context

_IDLE_S = 5.0
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_PLAIN_URL = re.compile(r"(https?)://([A-Za-z0-9.-]+)(?::(\d{1,5}))?([/?][A-Za-z0-9._~:/?@!$&'()*+,;=%-]*)?")
"""Addresses that mean the same to everybody; httpx quotes and checks all others."""


def pool_options(scheme: bytes, options: HttpOptions) -> dict[str, Any]:
    """The arguments of a pool for one scheme: what only TLS needs is only made for it."""
    limits = {"max_connections": None, "max_keepalive_connections": IDLE_CONNECTIONS, "keepalive_expiry": _IDLE_S}
    if scheme != b"https":
        return limits
    hush_header_compression()
    return {**limits, "ssl_context": tls_context(options), "http2": has_http2()}


@lru_cache(maxsize=256)
def _target(url: str) -> tuple[httpcore.URL, str]:
    """An address in its parts, and the value of the host header."""
    if found := _PLAIN_URL.fullmatch(url):
        scheme, host, port, path = found.groups()
        target = path if path and path.startswith("/") else f"/{path or ''}"
        plain = httpcore.URL(scheme=scheme, host=host.lower(), port=int(port) if port else None, target=target)
        return plain, f"{host.lower()}:{port or ''}".removesuffix(_DEFAULT_PORTS[scheme]).removesuffix(":")
    import httpx

    other = httpx.URL(url)
    quoted = httpcore.URL(scheme=other.raw_scheme, host=other.raw_host, port=other.port, target=other.raw_path)
    return quoted, other.netloc.decode("ascii")


def outgoing(request: HttpRequest, limit: Limit, content: bytes | Iterable[bytes] | Any) -> httpcore.Request:
    """The request as a pool takes it; `limit` goes in place of its timeouts, down to the line that waits."""
    url, host = _target(request.url)
    headers = {
        "host": host,
        "user-agent": "jackfield",
        "accept": "*/*",
        **outgoing_headers(request),
    }
    if request.content or request.method in _WITH_BODY:
        headers["content-length"] = str(len(request.content))
    return httpcore.Request(
        request.method,
        url,
        headers=[(name.encode(), _encoded(name, value)) for name, value in headers.items()],
        content=content,
        extensions={"timeout": {"connect": limit, "read": limit, "write": limit}},
    )


def _encoded(name: str, value: str) -> bytes:
    try:
        return value.encode("ascii")
    except UnicodeEncodeError:  # it holds the value, which may be a key
        msg = f"the header {name} can only hold ASCII: look for a stray character in what it is made of"
    raise UsageError(msg)


def incoming_headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Names in lower case, repeated ones joined."""
    headers: dict[str, str] = {}
    for key, value in raw:
        name, text = key.decode("latin-1").lower(), value.decode("latin-1")
        headers[name] = f"{headers[name]}, {text}" if name in headers else text
    return headers
