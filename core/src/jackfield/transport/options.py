"""How a client of our own is made, and what the machine says to that. It loads neither an HTTP library nor TLS."""

import os
import sys
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import attrs

from jackfield.errors import UsageError
from jackfield.values import frozen

if TYPE_CHECKING:
    import ssl

MAX_REPLY_BYTES = 256 * 1024 * 1024
IDLE_CONNECTIONS = 20
_SYSTEM_HAS_PROXIES: bool = sys.platform in {"darwin", "win32"}
_TLS_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


@frozen(kw_only=True)
class HttpOptions:
    """How a client of our own is made; ignored for one that the caller brought."""

    proxy: str | None = attrs.field(default=None, repr=False)  # it may hold a password
    verify: Any = True
    max_reply_bytes: int = MAX_REPLY_BYTES


def behind_proxy(options: HttpOptions) -> bool:
    """Whether a proxy is given, or named by the environment or, where there are such, the system's settings."""
    if options.proxy is not None:
        return True
    given = {name.lower() for name, value in os.environ.items() if value}
    if any(name.endswith("_proxy") for name in given - {"no_proxy"}):
        return True
    return _SYSTEM_HAS_PROXIES and _system_names_proxy()


def _system_names_proxy() -> bool:
    from urllib.request import getproxies  # not loaded elsewhere

    return bool(getproxies().keys() - {"no"})


def tls_context(options: HttpOptions) -> "ssl.SSLContext":
    """What `verify` says. UsageError: certificates cannot be read."""
    import ssl

    try:
        if options.verify is True:
            return _verified(*map(os.environ.get, _TLS_VARIABLES))
        if isinstance(options.verify, ssl.SSLContext):
            return options.verify
        import httpx

        return httpx.create_ssl_context(verify=options.verify)
    except OSError as error:
        names = ", ".join(_TLS_VARIABLES)
        msg = f"the certificates of verify= or of the environment ({names}) cannot be read: {error}"
        raise UsageError(msg) from error


@cache
def _verified(file: str | None, folder: str | None) -> "ssl.SSLContext":
    """The usual TLS context. It takes 14 ms to make, so that all clients of a process share it."""
    import ssl

    if file or folder:
        return ssl.create_default_context(cafile=file or None, capath=None if file else folder)
    import certifi  # which httpx and httpcore use as well

    return ssl.create_default_context(cafile=certifi.where())


def has_engine() -> bool:
    """Whether httpx brought the engine that our own connections use; a later httpx may have another one."""
    return find_spec("httpcore") is not None


def has_http2() -> bool:
    """Whether `httpx[http2]` is installed."""
    return find_spec("h2") is not None


@cache
def hush_header_compression() -> None:
    """HTTP/2's compressor logs every header that it packs, the key too, at DEBUG: nothing of that is let through.

    Source: https://github.com/python-hyper/hpack/blob/master/src/hpack/hpack.py (2026-11)
    """
    import logging  # loaded by HTTP libraries anyway

    logging.getLogger("hpack.hpack").addFilter(lambda record: record.levelno > logging.DEBUG)


def check_client(client: object, *, asynchronous: bool) -> None:
    """Refuse a caller's client of the other kind. UsageError says which one is wanted."""
    if client is not None and (hasattr(client, "aclose") is not asynchronous or not hasattr(client, "build_request")):
        wanted = "httpx.AsyncClient" if asynchronous else "httpx.Client"
        msg = f"http_client: expected an {wanted}, or one that works like it, got {type(client).__name__}"
        raise UsageError(msg)
