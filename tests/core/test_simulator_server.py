"""The simulator speaks real HTTP over real sockets, does each fault where a client can see it, and stops at once."""

import gzip
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from jackfield import registry, testing
from jackfield.errors import UsageError
from jackfield.hookspecs import Flow, StreamParser, hookimpl
from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.testing import Fault, Simulator, serve, unreachable
from jackfield.testing.checking import header
from jackfield.types.models import Model
from jackfield.types.provider import Capabilities, ProviderInfo, Setting
from jackfield.types.requests import GenerateRequest, Request
from jackfield.types.results import Result
from jackfield.types.simulated import SimulatedReply

EVENTS = tuple(f'data: {{"n":"{place}"}}\n\n'.encode() for place in range(5))
CANARY = "canary-key-0123456789"


class Echo:
    """A provider whose simulator answers with what it was asked, or with five events."""

    @hookimpl
    def provider_info(self) -> ProviderInfo:
        """Two settings, one of them secret."""
        return ProviderInfo(
            id="echo",
            name="Echo",
            base_url="https://api.echo.example/v1",
            settings=(
                Setting(name="api_key", description="Key", secret=True),
                Setting(name="account", description="Id"),
            ),
            api_version="1.0",
            docs_url="https://echo.example",
            capabilities=Capabilities(operations=(GenerateRequest,), options=frozenset()),
        )

    @hookimpl
    def encode_request(self, request: Request, settings: Settings) -> HttpRequest:
        """Unused."""
        raise NotImplementedError

    @hookimpl
    def decode_response(self, request: Request, response: HttpResponse) -> "Result[None]":
        """Unused."""
        raise NotImplementedError

    @hookimpl
    def parse_stream(self, request: Request, response: HttpResponse) -> StreamParser:
        """Unused."""
        raise NotImplementedError

    @hookimpl
    def list_models(self, settings: Settings) -> "Flow[list[Model]]":
        """Unused."""
        raise NotImplementedError

    @hookimpl
    def simulate(self, request: HttpRequest) -> SimulatedReply:
        """Echo, stream, or fail."""
        if request.url.endswith("/broken"):
            msg = "a bug"
            raise RuntimeError(msg)
        if request.url.endswith("/stream"):
            return SimulatedReply(headers={"content-type": "text/event-stream"}, body=EVENTS)
        shown = {
            "url": request.url,
            "method": request.method,
            "body": request.body.decode(),
            "number": header(request, "x-simulate-number"),
            "origin": header(request, "x-simulate-origin"),
            "key": header(request, "authorization"),
            "fault": header(request, "x-simulate"),
            "filling": "x" * 600,
        }
        return SimulatedReply(headers={"content-type": "application/json"}, body=json.dumps(shown).encode())


ECHO = registry.build("echo", Echo())


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """One started simulator."""
    with Simulator(ECHO) as started:
        yield started


@pytest.fixture
def client(simulator: Simulator) -> Iterator[httpx.Client]:
    """A client of it."""
    with httpx.Client(base_url=simulator.base_url, timeout=10) as made:
        yield made


def exchange(simulator: Simulator, *, path: str = "/v1/stream", fault: str = "") -> bytes:
    """Everything that comes back over a socket of our own; a reset ends it like the rest."""
    port = urlsplit(simulator.base_url).port
    asked = f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n" + (f"x-simulate: {fault}\r\n" if fault else "")
    received = bytearray()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(asked.encode() + b"\r\n")
        with suppress(ConnectionResetError):
            while piece := connection.recv(65536):
                received += piece
    return bytes(received)


def test_the_hook_sees_the_providers_own_url(client: httpx.Client, simulator: Simulator) -> None:
    """A simulator's hook is written against the real API, query included."""
    shown = client.post("chat?page=2", content=b"hello", headers={"authorization": f"Bearer {CANARY}"}).json()
    assert shown["url"] == "https://api.echo.example/v1/chat?page=2"
    assert (shown["method"], shown["body"], shown["number"]) == ("POST", "hello", "1")
    assert shown["key"] == f"Bearer {CANARY}"
    assert shown["origin"] == simulator.base_url.removesuffix("/v1")


def test_settings_are_what_the_provider_needs(simulator: Simulator) -> None:
    """A client can be made without a key."""
    assert simulator.settings == {"api_key": "simulated-api-key", "account": "simulated-account"}


def test_requests_are_kept_without_keys(client: httpx.Client, simulator: Simulator) -> None:
    """The record shows what was asked, and nobody's key."""
    secrets = {"authorization": CANARY, "x-goog-api-key": CANARY, "cookie": CANARY, "x-api-key": CANARY}
    client.post("chat", params={"key": CANARY, "page": "2"}, json={"a": 1}, headers=secrets)
    [asked] = simulator.requests
    assert (asked.method, asked.status, asked.json) == ("POST", 200, {"a": 1})
    assert asked.url == "https://api.echo.example/v1/chat?key=***&page=2"
    assert CANARY not in repr(asked)
    simulator.reset()
    assert simulator.requests == []


def test_a_connection_is_reused(client: httpx.Client, simulator: Simulator) -> None:
    """Keep-alive holds over whole and streamed answers."""
    for path in ("chat", "stream", "chat"):
        assert client.get(path).status_code == 200
    assert simulator.connections == 1


def test_a_stream_comes_in_chunks(simulator: Simulator) -> None:
    """The framing of HTTP/1.1, one chunk an event."""
    head, _, body = exchange(simulator).partition(b"\r\n\r\n")
    assert b"transfer-encoding: chunked" in head.lower()
    framed = b"".join(b"%x\r\n%b\r\n" % (len(event), event) for event in EVENTS)
    assert body == framed + b"0\r\n\r\n"


@pytest.mark.parametrize(("writing", "chunks"), [("whole", 1), (1, sum(map(len, EVENTS))), (7, 15)])
def test_writing_decides_the_cuts(writing: int, chunks: int) -> None:
    """Parsers can be tried with other splits than one event a chunk."""
    with Simulator(ECHO, writing=writing) as simulator:
        body = exchange(simulator).partition(b"\r\n\r\n")[2]
        assert httpx.get(f"{simulator.base_url}/stream").content == b"".join(EVENTS)
    assert body.count(b"\r\n") == 2 * chunks + 2


def test_whole_answers_are_compressed_for_those_who_take_it(client: httpx.Client) -> None:
    """As the providers do; streams stay plain."""
    plain = client.get("chat", headers={"accept-encoding": "identity"})
    packed = client.get("chat", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json()["url"] == plain.json()["url"]
    assert "content-encoding" not in client.get("stream").headers


def test_request_bodies_may_be_packed_or_chunked(client: httpx.Client) -> None:
    """Both ways of sending are read."""
    packed = client.post("chat", content=gzip.compress(b"plum"), headers={"content-encoding": "gzip"})
    assert packed.json()["body"] == "plum"
    assert client.post("chat", content=iter([b"pl", b"um"])).json()["body"] == "plum"


def test_too_large_a_body_is_refused(simulator: Simulator) -> None:
    """Nobody fills the memory."""
    port = urlsplit(simulator.base_url).port
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"POST /v1/chat HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n")
        assert b" 413 " in connection.recv(1000)


def test_faults_queue_then_always_then_header(client: httpx.Client, simulator: Simulator) -> None:
    """The request's own fault goes before the queue, the queue before what holds always."""
    simulator.always = Fault(should_retry=True)
    simulator.faults.extend([Fault(retry_after_s=7), None])
    own = client.get("chat", headers={"x-simulate": "retry_after_s=3"})
    queued, none, always = (client.get("chat") for _ in range(3))
    assert [one.headers.get("retry-after") for one in (own, queued, none, always)] == ["3", "7", None, None]
    assert "x-should-retry" not in none.headers
    assert always.headers["x-should-retry"] == "true"
    assert always.json()["fault"] == "should_retry=true"


def test_a_bad_fault_is_no_silent_success(client: httpx.Client, simulator: Simulator) -> None:
    """A misspelt header is an error, and stays readable."""
    assert client.get("chat", headers={"x-simulate": "stauts=429"}).status_code == 500
    assert isinstance(simulator.failures[0], UsageError)


def test_a_broken_simulator_says_so(client: httpx.Client, simulator: Simulator) -> None:
    """A bug in a hook is kept and answered with a 500, and the next request works."""
    assert client.get("broken").status_code == 500
    assert "a bug" in str(simulator.failures[0])
    assert client.get("chat").status_code == 200


def test_drops_break_the_framing(client: httpx.Client) -> None:
    """Without its last chunk the answer is incomplete on the HTTP level too."""
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("stream", headers={"x-simulate": "cut_after_events=2"})


def test_clean_cuts_do_not(client: httpx.Client) -> None:
    """Only what is missing shows it."""
    reply = client.get("stream", headers={"x-simulate": "cut_after_events=2, cut=clean"})
    assert reply.content == b"".join(EVENTS[:2])


def test_resets_reach_the_client(simulator: Simulator) -> None:
    """The connection ends with a TCP reset, not with an end of file."""
    port = urlsplit(simulator.base_url).port
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"GET /v1/stream HTTP/1.1\r\nhost: x\r\nx-simulate: cut_after_events=1, cut=reset\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            while connection.recv(65536):
                pass


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("body=html", b"<h1>Bad Gateway</h1>"),
        ("body=redirect, location=http://127.0.0.1:1/", b"location: http://127.0.0.1:1/"),
        ("body=wrong-type", b"content-type: application/octet-stream"),
        ("body=bad-json", b'{,"n":"1"'),
        ("body=bad-utf8", b'"n":"\xff\xfe1"'),
        ("body=malformed", bytes(range(1, 256))),
        ("body=empty", b"content-length: 0"),
        ("body=duplicate-done", EVENTS[-1] + b"\r\n11\r\n" + EVENTS[-1]),
        ("body=gzip-bomb, size=2000000", b"content-encoding: gzip"),
        ("body=huge-line, size=200000", b"x" * 60000),
        ("body=endless, size=2000", EVENTS[2] + b"\r\n"),
        ("hold_s=0.05, ping_s=0.02", b": ping\n\n"),
        ("retry_after_s=2, should_retry=false", b"retry-after: 2\r\nx-should-retry: false"),
    ],
)  # fmt: skip
def test_each_fault_is_on_the_wire(simulator: Simulator, fault: str, seen: bytes) -> None:
    """What the header asks for is what a socket receives, and a later request is answered well."""
    assert seen in exchange(simulator, fault=fault)
    assert EVENTS[-1] in exchange(simulator)


@pytest.mark.parametrize("fault", ["latency_s=0.2", "hold_s=0.2", "gap_s=0.05"])
def test_waits_pass(simulator: Simulator, fault: str) -> None:
    """The time really passes, before the headers, the body or each event."""
    began_s = time.monotonic()
    exchange(simulator, fault=fault)
    assert time.monotonic() - began_s >= 0.2


def test_pacing_spaces_events() -> None:
    """`pace_s` holds for every stream without a fault of its own."""
    with Simulator(ECHO, pace_s=0.05) as simulator:
        began_s = time.monotonic()
        exchange(simulator)
    assert time.monotonic() - began_s >= 0.2


@pytest.mark.parametrize("fault", ["latency_s=60", "hold_s=60", "gap_s=60", "body=endless", "body=huge-line"])
def test_stopping_ends_every_fault(fault: str) -> None:
    """No thread, socket or wait outlives the server, even one whose client does not read."""
    simulator = Simulator(ECHO)
    simulator.start()
    port = urlsplit(simulator.base_url).port
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"GET /v1/stream HTTP/1.1\r\nhost: x\r\nx-simulate: {fault}\r\n\r\n".encode())
        deadline_s = time.monotonic() + 5
        while not simulator.requests and time.monotonic() < deadline_s:
            pass
        began_s = time.monotonic()
        simulator.stop()
        assert time.monotonic() - began_s < 2
        assert simulator.connections == 0
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=2)


def test_a_simulator_that_never_started_stops() -> None:
    """Binding alone leaves nothing behind."""
    Simulator(ECHO).stop()


def test_no_provider_is_a_mistake() -> None:
    """There would be nothing to serve."""
    with pytest.raises(UsageError):
        Simulator()


def test_unreachable_is_no_refusal() -> None:
    """The connection hangs until the client gives up."""
    with unreachable() as base_url, pytest.raises(httpx.ConnectTimeout):
        httpx.get(base_url, timeout=0.3)


def test_two_providers_have_two_ports() -> None:
    """A codec takes a base URL as it is, so none can be a path of another's."""
    with Simulator("groq", ECHO) as both:
        assert list(both.base_urls) == ["groq", "echo"]
        assert both.base_url == both.base_urls["groq"]
        assert len({urlsplit(url).port for url in both.base_urls.values()}) == 2
        assert httpx.get(f"{both.base_urls['echo']}/chat").json()["url"] == "https://api.echo.example/v1/chat"
        assert [asked.provider for asked in both.requests] == ["echo"]
        assert both.settings_of("echo").keys() == {"api_key", "account"}


def test_a_port_that_is_taken_leaves_nothing_behind(simulator: Simulator) -> None:
    """The error is the system's; a socket bound before it is closed, or its ResourceWarning would fail this test."""
    taken = urlsplit(simulator.base_url).port
    assert taken is not None
    with pytest.raises(OSError, match="in use"):
        Simulator(ECHO, port=taken)
    with pytest.raises(OSError, match="in use"):
        Simulator("groq", ECHO, port=taken - 1)


class Silent(Echo):
    """A provider without a simulator."""

    simulate = None  # type: ignore[assignment]  # pluggy sees no hook


def test_a_provider_without_a_simulator_says_so() -> None:
    """501 and a sentence."""
    with Simulator(registry.build("echo", Silent())) as simulator:
        reply = httpx.get(f"{simulator.base_url}/chat")
    assert reply.status_code == 501
    assert "simulate" in reply.text


def test_serving_ends_with_an_interrupt() -> None:
    """`serve` tells when it is ready, and leaves no socket behind."""
    started: list[Simulator] = []

    def ready(simulator: Simulator) -> None:
        started.append(simulator)
        assert httpx.get(f"{simulator.base_url}/models", headers={"authorization": "Bearer k"}).status_code == 200
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        serve(["groq"], ready=ready)
    with pytest.raises(httpx.ConnectError):
        httpx.get(started[0].base_url)


def test_waiting_ends_when_it_is_stopped(simulator: Simulator) -> None:
    """`wait` blocks no longer than the server runs."""
    simulator.stop()
    simulator.wait()


def test_chunks_that_are_too_much_are_refused(simulator: Simulator) -> None:
    """A chunked body has a limit too."""
    port = urlsplit(simulator.base_url).port
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"POST /v1/chat HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nfffffffff\r\n")
        assert b" 500 " in connection.recv(1000)


def test_trailers_are_skipped(simulator: Simulator) -> None:
    """What follows the last chunk is no next request."""
    port = urlsplit(simulator.base_url).port
    head = b"POST /v1/chat HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head + b"4\r\nplum\r\n0\r\nx-trailer: 1\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b'"body": "plum"' in received


def test_what_is_exported_exists() -> None:
    """Names are imported on first use; others are an AttributeError."""
    assert all(getattr(testing, name) for name in testing.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        _ = testing.nothing


FIXTURE_USERS = """
import httpx
import pytest

@pytest.mark.simulate("groq", pace_s=0.0)
def test_marked(simulator):
    assert list(simulator.base_urls) == ["groq"]
    assert httpx.get(simulator.base_url + "/models", headers={"authorization": "Bearer k"}).status_code == 200

def test_unmarked(simulator):
    assert {"cerebras", "cloudflare", "gemini", "groq"} <= set(simulator.base_urls)
"""


def test_the_fixture(tmp_path: Path) -> None:
    """Anybody's tests get `simulator` from the installed plugin."""
    (tmp_path / "test_it.py").write_text(FIXTURE_USERS)
    plugins = ("no:cacheprovider", "no:xdist", "no:cov", "no:asyncio", "no:jackfield", "jackfield.testing.plugin")
    options = [argument for plugin in plugins for argument in ("-p", plugin)]
    command = [sys.executable, "-m", "pytest", "-q", "--strict-markers", *options, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=60)
    assert "2 passed" in done.stdout, done.stdout + done.stderr
