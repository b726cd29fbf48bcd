"""Providers on loopback: real sockets, real HTTP, and answers that a plugin's `simulate` hook writes.

    with Simulator("groq") as simulator:
        client = jackfield.Client("groq", base_url=simulator.base_url, settings=simulator.settings)

Rules: nothing but the given address is listened on, nobody is contacted, and no key is kept: what `requests` shows is
scrubbed.
"""

import json
import socket
from collections import Counter, deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

import attrs

from jackfield import registry
from jackfield.errors import UnsupportedOperation, UsageError
from jackfield.http import HttpRequest
from jackfield.registry import Provider
from jackfield.testing.faults import HEADER, Fault, Plan, plan
from jackfield.testing.server import Received, Server, Writing, compressed
from jackfield.types.simulated import SimulatedReply

NUMBER_HEADER = "x-simulate-number"
"""Set for the hook: which request of its provider this is, from 1. A pure simulator counts nothing itself."""
ORIGIN_HEADER = "x-simulate-origin"
"""Set for the hook: what stands for the provider's scheme and host here, for absolute URLs in answers."""

_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})
_SECRET_WORDS = ("api-key", "apikey", "token", "authorization")
_SECRET_PARAMETERS = frozenset({"access_token", "api_key", "key"})
_COMPRESS_FROM = 512


@attrs.frozen(kw_only=True)
class Asked:
    """One request that a simulator was sent; keys are replaced by `***`.

    Attributes:
        url: as the provider would have got it.
        fault: what went wrong with its answer, if anything was to.
    """

    provider: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = attrs.field(repr=lambda body: f"<{len(body)} bytes>")
    status: int
    fault: Fault

    @property
    def json(self) -> Any:
        """The decoded body.

        Raises:
            ValueError: it is not JSON.
        """
        return json.loads(self.body)


class Simulator:
    """Serves one or more providers, each on a port of its own; a context manager.

    Attributes:
        faults: for the next answers, one each, in order; None for an answer without any.
        always: the fault of every other answer. A request's own `x-simulate` header goes before both.
        pace_s: seconds between the events of a stream.
        requests: what was asked, in order.
    """

    def __init__(
        self,
        *providers: str | Provider,
        host: str = "127.0.0.1",
        port: int = 0,
        pace_s: float = 0.0,
        writing: Writing = "event",
        compress: bool = True,
    ) -> None:
        """Load the providers and bind a socket for each.

        Args:
            providers: ids of installed providers, or loaded ones.
            host: the address to listen on.
            port: of the first provider, the others follow; 0 for any free ones.
            pace_s: seconds between the events of a stream.
            writing: how streams are cut into writes: `event`, `whole`, or a number of bytes.
            compress: gzip whole answers for clients that take it.

        Raises:
            UsageError: no provider is named.
            PluginError: one cannot be loaded.
            OSError: the address is taken.
        """
        if not providers:
            msg = "name at least one provider to simulate"
            raise UsageError(msg)
        loaded = [one if isinstance(one, Provider) else registry.load(one) for one in providers]
        self._providers = {provider.id: provider for provider in loaded}
        self._compress = compress
        self._numbers: Counter[str] = Counter()
        self.faults: deque[Fault | None] = deque()
        self.always: Fault | None = None
        self.pace_s = pace_s
        self.requests: list[Asked] = []
        self._servers: dict[str, Server] = {}
        self._stores: dict[str, dict[str, bytes]] = {name: {} for name in self._providers}
        try:
            for at, provider in enumerate(self._providers.values()):
                server = Server(host, port + at if port else 0, partial(self._answer, provider))
                server.writing = writing
                self._servers[provider.id] = server
        except OSError:
            self.stop()
            raise

    @property
    def base_url(self) -> str:
        """The base URL of the first provider."""
        return next(iter(self.base_urls.values()))

    @property
    def base_urls(self) -> Mapping[str, str]:
        """The base URL of each provider: a port of its own, with the path that the real one has."""
        return {
            name: server.origin + urlsplit(self._providers[name].info.base_url).path
            for name, server in self._servers.items()
        }

    @property
    def settings(self) -> dict[str, str]:
        """Settings that the first provider's simulator accepts, `api_key` among them."""
        return self.settings_of(next(iter(self._providers)))

    def settings_of(self, provider: str) -> dict[str, str]:
        """Settings that this provider's simulator accepts: one for each that is required."""
        declared = self._providers[provider].info.settings
        return {
            one.name: f"simulated-{one.name.replace('_', '-')}" for one in declared if one.required and not one.default
        }

    @property
    def failures(self) -> Sequence[BaseException]:
        """What the simulator itself did wrong."""
        return tuple(failure for server in self._servers.values() for failure in server.failures)

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return sum(server.connections for server in self._servers.values())

    def reset(self) -> None:
        """Forget requests, faults, counts and whatever was uploaded."""
        self.faults.clear()
        self.always = None
        self.requests.clear()
        self._numbers.clear()
        for store in self._stores.values():
            store.clear()

    def start(self) -> None:
        """Begin to serve in the background."""
        for server in self._servers.values():
            server.start()

    def stop(self) -> None:
        """Cut what is being sent, close every connection and the sockets."""
        for server in self._servers.values():
            server.stop()

    def wait(self) -> None:
        """Block until `stop`, or until KeyboardInterrupt."""
        next(iter(self._servers.values())).stopping.wait()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _answer(self, provider: Provider, received: Received) -> Plan:
        fault = self._fault(received)
        base = urlsplit(provider.info.base_url)
        self._numbers[provider.id] += 1
        headers = {name: value for name, value in received.headers.items() if name != HEADER}
        url = f"{base.scheme}://{base.netloc}{received.target}"
        facts = {
            HEADER: str(fault),
            NUMBER_HEADER: str(self._numbers[provider.id]),
            ORIGIN_HEADER: self._servers[provider.id].origin,
        }
        request = HttpRequest(method=received.method, url=url, headers={**headers, **facts}, body=received.body)
        reply = self._reply(provider, request)
        self.requests.append(_scrubbed(provider.id, request, headers, reply.status, fault))
        paced = fault if fault.gap_s else attrs.evolve(fault, gap_s=self.pace_s)
        return plan(self._encoded(reply, received, fault), paced)

    def _fault(self, received: Received) -> Fault:
        if HEADER in received.headers:
            return Fault.parse(received.headers[HEADER])
        return (self.faults.popleft() if self.faults else self.always) or Fault()

    def _reply(self, provider: Provider, request: HttpRequest) -> SimulatedReply:
        try:
            return provider.optional("simulate", SimulatedReply, request=request, store=self._stores[provider.id])
        except UnsupportedOperation as error:
            return SimulatedReply(status=501, headers={"content-type": "text/plain"}, body=f"{error}\n".encode())

    def _encoded(self, reply: SimulatedReply, received: Received, fault: Fault) -> SimulatedReply:
        """The reply, with gzip if that is wanted and nothing speaks against it."""
        wanted = self._compress and "gzip" in received.headers.get("accept-encoding", "")
        plain = fault.body is None and fault.cut_after_bytes is None
        if isinstance(reply.body, tuple) or not (wanted and plain) or len(reply.body) < _COMPRESS_FROM:
            return reply
        headers = {**reply.headers, "content-encoding": "gzip"}
        return attrs.evolve(reply, headers=headers, body=compressed(reply.body))


def _scrubbed(provider: str, request: HttpRequest, headers: Mapping[str, str], status: int, fault: Fault) -> Asked:
    shown = {
        name: "***" if name in _SECRET_HEADERS or any(word in name for word in _SECRET_WORDS) else value
        for name, value in headers.items()
    }
    parts = urlsplit(request.url)
    pairs = [(name, "***" if name in _SECRET_PARAMETERS else value) for name, value in parse_qsl(parts.query)]
    url = parts._replace(query=urlencode(pairs, safe="*")).geturl() if pairs else request.url
    return Asked(
        provider=provider, method=request.method, url=url, headers=shown, body=request.body, status=status, fault=fault
    )


def serve(
    providers: Sequence[str],
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    pace_s: float = 0.0,
    ready: Callable[[Simulator], object] | None = None,
) -> None:
    """Serve until KeyboardInterrupt; `ready` is called with the started simulator.

    Raises:
        UsageError, PluginError, OSError: see `Simulator`.
    """
    with Simulator(*providers, host=host, port=port, pace_s=pace_s) as simulator:
        if ready is not None:
            ready(simulator)
        simulator.wait()


@contextmanager
def unreachable() -> Generator[str]:
    """A base URL on loopback to which no connection is ever completed: the queue of its socket is full (Linux).

    Nothing else waits as surely for a connect deadline without leaving the machine.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        try:
            for one in waiting:
                one.setblocking(False)  # noqa: FBT003 - the socket takes it by position only
                one.connect_ex(address)
            yield f"http://127.0.0.1:{address[1]}"
        finally:
            for one in waiting:
                one.close()
