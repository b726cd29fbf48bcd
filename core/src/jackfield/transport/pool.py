"""Our own clients: httpx's connection pool with as little around it as can be.

`httpx.Client` merges settings, keeps cookies, follows redirects and runs an authentication flow around its transport:
about half of a call's time, and none of it is wanted here. So a client of ours is the transport alone, which is as
public, behind the three methods that are used. Where a proxy is given, or the environment names one, it is an
`httpx.Client` all the same, because that knows the rules about proxies.
"""

import os
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import attrs

from jackfield.errors import UsageError

MAX_REPLY_BYTES = 256 * 1024 * 1024
_IDLE_CONNECTIONS = 20
_TLS_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


@attrs.frozen(kw_only=True)
class HttpOptions:
    """How a client of our own is made; ignored for one that the caller brought."""

    proxy: str | None = attrs.field(default=None, repr=False)  # it may hold a password
    verify: Any = True
    max_reply_bytes: int = MAX_REPLY_BYTES


def check_client(client: object, *, asynchronous: bool) -> None:
    """Refuse a caller's client of the other kind. UsageError says which one is wanted."""
    if client is not None and (hasattr(client, "aclose") is not asynchronous or not hasattr(client, "build_request")):
        wanted = "httpx.AsyncClient" if asynchronous else "httpx.Client"
        msg = f"http_client: expected an {wanted}, or one that works like it, got {type(client).__name__}"
        raise UsageError(msg)


@cache
def _verified(*_environment: str | None) -> Any:
    """The usual TLS context. It takes 14 ms to make, so that all clients of a process share it."""
    return import_module("httpx").create_ssl_context()


def new_client(options: HttpOptions, *, asynchronous: bool) -> Any:
    """A client that nobody else has.

    Raises:
        UsageError: the proxy is none, or SOCKS is not installed; or the certificates cannot be read.
    """
    httpx = import_module("httpx")
    try:
        return _made(httpx, options, asynchronous=asynchronous)
    except ImportError as error:
        raise UsageError(str(error)) from error
    except OSError as error:
        names = ", ".join(_TLS_VARIABLES)
        msg = f"the certificates of verify= or of the environment ({names}) cannot be read: {error}"
        raise UsageError(msg) from error
    except (AttributeError, ValueError, httpx.InvalidURL):  # their words may hold a part of the password
        msg = (
            "proxy: expected an http, https or socks5 URL, in proxy= or in the environment (HTTP_PROXY, ALL_PROXY, ...)"
        )
    raise UsageError(msg)


def _made(httpx: Any, options: HttpOptions, *, asynchronous: bool) -> Any:
    from urllib.request import getproxies  # which httpx imports, too, and asks

    common = {
        "verify": _verified(*map(os.environ.get, _TLS_VARIABLES)) if options.verify is True else options.verify,
        "http2": find_spec("h2") is not None,
        "limits": httpx.Limits(max_connections=None, max_keepalive_connections=_IDLE_CONNECTIONS),
    }
    if options.proxy is None and getproxies().keys() <= {"no"}:
        return _AsyncPool(httpx, common) if asynchronous else _Pool(httpx, common)
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    make = httpx.AsyncClient if asynchronous else httpx.Client
    return make(proxy=options.proxy, follow_redirects=False, cookies=cookies, **common)


class _Base:
    """The part that needs no I/O."""

    def __init__(self, httpx: Any, transport: Any) -> None:
        self._transport = transport
        self._request = httpx.Request
        self._url = lru_cache(maxsize=64)(httpx.URL)  # a client has few URLs, and parsing one takes 15 us
        self._headers = [("user-agent", f"python-httpx/{httpx.__version__}"), ("accept", "*/*")]

    def build_request(self, method: str, url: str, *, headers: Any, content: bytes | None, timeout: Any) -> Any:
        """See `httpx.Client.build_request`."""
        given = {name for name, _ in headers}
        added = [one for one in self._headers if one[0] not in given]
        return self._request(
            method,
            self._url(url),
            headers=[*added, *headers],
            content=content,
            extensions={"timeout": timeout.as_dict()},
        )


class _Pool(_Base):
    def __init__(self, httpx: Any, common: dict[str, Any]) -> None:
        super().__init__(httpx, httpx.HTTPTransport(**common))

    def send(self, request: Any, **_options: bool) -> Any:
        """See `httpx.Client.send`: always a stream, never a redirect."""
        response = self._transport.handle_request(request)
        response.request = request
        return response

    def close(self) -> None:
        self._transport.close()


class _AsyncPool(_Base):
    def __init__(self, httpx: Any, common: dict[str, Any]) -> None:
        super().__init__(httpx, httpx.AsyncHTTPTransport(**common))

    async def send(self, request: Any, **_options: bool) -> Any:
        """See `httpx.AsyncClient.send`: always a stream, never a redirect."""
        response = await self._transport.handle_async_request(request)
        response.request = request
        return response

    async def aclose(self) -> None:
        await self._transport.aclose()
