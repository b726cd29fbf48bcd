"""An httpx client, or one that works like it: the caller's own, or ours where a proxy is involved.

A client that the caller brought may be an `httpx2` one, so that its module is found from its class.
"""

from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

from jackfield.errors import UsageError
from jackfield.http import HttpRequest
from jackfield.sockets import ReadDeadline
from jackfield.transport.common import Limit, Reply, outgoing_content, outgoing_headers
from jackfield.transport.options import IDLE_CONNECTIONS, HttpOptions, has_http2, hush_header_compression, tls_context


def proxied_client(options: HttpOptions, *, asynchronous: bool) -> Any:
    """A client of ours that knows the rules about proxies.

    Raises:
        UsageError: the proxy is none, or SOCKS is not installed; or the certificates cannot be read.
    """
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    import httpx

    verify = tls_context(options)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=IDLE_CONNECTIONS)
    cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    common: Any = {"verify": verify, "http2": has_http2(), "limits": limits, "cookies": cookies}
    try:
        make = httpx.AsyncClient if asynchronous else httpx.Client
        return make(proxy=options.proxy, follow_redirects=False, **common)
    except ImportError as error:
        raise UsageError(str(error)) from error
    except (AttributeError, ValueError, httpx.InvalidURL):  # their words may hold a part of the password
        msg = (
            "proxy: expected an http, https or socks5 URL, in proxy= or in the environment (HTTP_PROXY, ALL_PROXY, ...)"
        )
    raise UsageError(msg)


def built(client: Any, request: HttpRequest, limit: Limit, content: Any) -> Any:
    """The client's own request."""
    hush_header_compression()
    httpx = _module_of(client)
    headers = outgoing_headers(request)
    if not isinstance(content, bytes):
        headers["content-length"] = str(len(request.content))
    return client.build_request(
        request.method,
        request.url,
        headers=list(headers.items()),
        content=content or None,
        timeout=httpx.Timeout(limit.left(), connect=limit.left_to_connect()),
    )


def _module_of(client: object) -> ModuleType:
    """The module whose client this is, whatever package subclassed it: httpx, or a successor with its interface."""
    roots = (one.__module__.partition(".")[0] for one in reversed(type(client).__mro__))
    return import_module(next((root for root in roots if root.startswith("httpx")), "httpx"))


class BroughtClient:
    """Sends through an httpx client, in a thread."""

    def __init__(self, client: Any, *, owned: bool) -> None:
        """Take over a client; one that is not ours is never closed."""
        self._client = client
        self._owned = owned

    def send(self, request: HttpRequest, limit: Limit) -> Reply:
        """Send, and read the head of the answer."""
        made = built(self._client, request, limit, outgoing_content(request))
        response = self._client.send(made, stream=True, follow_redirects=False)
        return _BroughtReply(response, limit).reply

    def close(self) -> None:
        """Close a client of ours."""
        if self._owned:
            self._client.close()


class _BroughtReply:
    """The reads of one reply, each with what is left of its deadline."""

    def __init__(self, response: Any, limit: Limit) -> None:
        self._response = response
        self._limit = limit
        self._deadline = ReadDeadline(response)
        self.reply = Reply(response.status_code, dict(response.headers.items()), self._chunks(), self._close)

    def _chunks(self) -> Iterator[bytes]:
        chunks = iter(self._response.stream)
        while True:
            self._deadline.arm(self._limit.deadlines.left())
            chunk = next(chunks, None)
            if chunk is None:
                return
            yield chunk

    def _close(self) -> None:
        self._deadline.disarm()
        self._response.close()
