"""Which hosts are contacted: the base URL's, and no other one, whatever a server, a user's URL or a file id says."""

import asyncio
import contextlib
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import httpx2
import pytest
from tests.core.loopback import Loopback, Peer, Received
from tests.e2e.callers import Caller
from tests.e2e.conftest import MODELS

import jackfield
from jackfield import Audio, Client, Document, Image, JackfieldError, UnsupportedOption, Video, registry, user
from jackfield.testing import Fault, Simulator


def _never(peer: Peer, _request: Received) -> None:
    peer.answer(b"{}", content_type="application/json")


@pytest.fixture
def trap() -> Iterator[Loopback]:
    """Another host, which nobody may ask anything."""
    with Loopback(_never) as server:
        yield server
    assert server.connections == 0


@pytest.fixture
def contacted(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, int]]:
    """The hosts and ports whose address was looked up, or that were connected to, by anything in this process."""
    found: set[tuple[str, int]] = set()
    resolve, connect = socket.getaddrinfo, socket.socket.connect

    def resolved(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        found.add((str(host), int(port)))
        return resolve(host, port, *args, **options)

    def connected(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            found.add((str(address[0]), int(address[1])))
        connect(self, address)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(socket.socket, "connect", connected)
    return found


def _port(simulator: Simulator) -> int:
    return int(httpx.URL(simulator.base_url).port or 0)


def test_a_custom_base_is_the_only_host(
    connect: Callable[..., Caller], simulator: Simulator, contacted: set[tuple[str, int]]
) -> None:
    """Models, whole and streamed replies, tools, a typed reply: everything goes to the base URL that was given."""

    def add(a: int, b: int) -> int:
        """Add two whole numbers."""
        return a + b

    caller = connect()
    caller.list_models()
    caller.generate("hi")
    caller.stream("hi")
    caller.run_tools("What is 3214 + 5632?", [add])
    caller.generate("A soup.", output={"type": "object", "properties": {"name": {"type": "string"}}})
    assert len(simulator.requests) >= 6
    assert contacted
    assert contacted == {("127.0.0.1", _port(simulator))}


PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)
PARTS: dict[str, Callable[[str], Any]] = {
    "image": lambda url: Image.from_url(f"{url}/a.png"),
    "document": lambda url: Document.from_url(f"{url}/a.pdf"),
    "audio": lambda url: Audio.from_url(f"{url}/a.wav"),
    "video": lambda url: Video.from_url(f"{url}/a.mp4"),
    "image file": lambda url: Image.from_file(f"{url}/v1beta/files/abc", mime_type="image/png"),
    "document file": lambda url: Document.from_file(f"{url}/v1beta/files/abc", mime_type="application/pdf"),
    "video file": lambda url: Video.from_file(f"{url}/v1beta/files/abc", mime_type="video/mp4"),
}


@pytest.mark.parametrize("kind", ["sync", "async"], indirect=True)
@pytest.mark.parametrize("part", PARTS)
def test_a_users_url_is_never_fetched(
    connect: Callable[..., Caller], trap: Loopback, simulator: Simulator, part: str
) -> None:
    """A URL or a file's URI is handed on as it is, or refused by name: its host hears nothing from us."""
    media = PARTS[part](trap.url)
    caller = connect()
    for call in (caller.generate, caller.stream):
        try:
            call([user("What is this?", media)])
        except UnsupportedOption:
            assert simulator.requests == []
        except jackfield.ProviderError:
            assert trap.url.encode() in simulator.requests[-1].body
        else:
            assert trap.url.encode() in simulator.requests[-1].body


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("kind", ["sync", "async"], indirect=True)
def test_a_redirect_is_not_followed(connect: Callable[..., Caller], trap: Loopback, kind: str, status: int) -> None:
    """Neither is one of the caller's own client that follows them: the key is sent to no other host."""

    def elsewhere(peer: Peer, _request: Received) -> None:
        peer.answer(status=status, location=f"{trap.url}/stolen")

    with Loopback(elsewhere) as server:
        mine: Any = (httpx.Client if kind == "sync" else httpx.AsyncClient)(follow_redirects=True)
        for options in ({}, {"http_client": mine}):
            caller = connect(base_url=server.url, retries=2, **options)
            for call in (caller.generate, caller.stream):
                with pytest.raises(JackfieldError):
                    call("hi")
            with pytest.raises(JackfieldError):
                caller.list_models()
        if kind == "sync":
            mine.close()
        else:
            asyncio.run(mine.aclose())
    assert server.received


@pytest.mark.parametrize("kind", ["sync"], indirect=True)
def test_the_next_page_is_asked_of_the_same_host(connect: Callable[..., Caller], trap: Loopback, provider: str) -> None:
    """A page token that looks like a URL is a token."""

    def pages(peer: Peer, _request: Received) -> None:
        following = f"{trap.url}/next{len(server.received)}"
        more = {"nextPageToken": following, "next": following, "result_info": {"next": following}}
        page: dict[str, Any] = {"models": [], "data": [], "result": [], "success": True, "object": "list"}
        shown = {**page, **more} if len(server.received) < 4 else page
        peer.answer(json.dumps(shown).encode(), content_type="application/json")

    with Loopback(pages) as server:
        caller = connect(base_url=server.url, strict=False)
        caller.list_models()
    assert len(server.received) == (4 if provider == "gemini" else 1)


@pytest.mark.parametrize("module", [httpx, httpx2], ids=["httpx", "httpx2"])
def test_a_callers_own_client_keeps_its_base_url_out(
    simulator: Simulator, trap: Loopback, provider: str, module: Any
) -> None:
    """The base URL of the caller's client does not lead the request elsewhere."""
    with module.Client(base_url=trap.url) as mine:
        with Client(
            provider, model=MODELS[provider], base_url=simulator.base_url, settings=simulator.settings, http_client=mine
        ) as client:
            assert client.generate("hi").text
            assert client.list_models()
        assert not mine.is_closed


def test_the_environment_names_no_other_host(
    monkeypatch: pytest.MonkeyPatch, trap: Loopback, simulator: Simulator, provider: str
) -> None:
    """A base URL that was given wins over the one in the environment."""
    for variable in registry.load(provider).info.base_url_variables:
        monkeypatch.setenv(variable, trap.url)
    options: dict[str, Any] = {"base_url": simulator.base_url, "settings": simulator.settings}
    with Client(provider, model=MODELS[provider], **options) as client:
        assert client.generate("hi").text


def test_a_redirect_of_the_simulator(simulator: Simulator, trap: Loopback, provider: str) -> None:
    """The error of a redirect is one of ours, and says the status."""
    simulator.always = Fault(body="redirect", location=trap.url)
    options: dict[str, Any] = {"base_url": simulator.base_url, "settings": simulator.settings}
    with Client(provider, model=MODELS[provider], retries=0, **options) as client:
        with pytest.raises(jackfield.ProviderError, match="307"):
            client.generate("hi")


@pytest.mark.parametrize("provider", sorted(set(MODELS) - {"cloudflare"}))
def test_files_stay_on_the_host(trap: Loopback, provider: str) -> None:
    """An answer that names another host for an upload, a download or a batch's results leads nobody there."""

    def elsewhere(peer: Peer, _request: Received) -> None:
        where = f"{trap.url}/v1beta/files/abc"
        file = {"name": where, "id": where, "uri": where, "downloadUri": where, "state": "ACTIVE", "mimeType": "a/b"}
        upload = f"{trap.url}/upload/v1beta/files?upload_id=abc"
        links: dict[str, Any] = {"x-goog-upload-url": upload, "x-goog-upload-status": "active", "location": where}
        peer.answer(json.dumps({**file, "file": file}).encode(), content_type="application/json", **links)

    asked: tuple[Callable[[Client], object], ...] = (
        lambda client: client.files.upload(b"%PDF-1.7", mime_type="application/pdf"),
        lambda client: client.files.get(f"{trap.url}/v1beta/files/abc"),
        lambda client: client.files.download(f"{trap.url}/v1beta/files/abc"),
        lambda client: client.files.delete(f"{trap.url}/v1beta/files/abc"),
        lambda client: client.batches.results(f"{trap.url}/v1beta/batches/abc"),
    )
    with Loopback(elsewhere) as server:
        with Client(provider, api_key="canary", base_url=server.url, model=MODELS[provider], retries=0) as client:
            for ask in asked:
                with contextlib.suppress(JackfieldError):
                    ask(client)
    assert server.received
