"""What large media cost in memory while they are sent, over real sockets: one copy, which is the caller's own.

The budget counts that copy. It is what is measured and a little more; the same media as one text, as JSON and as bytes
would be five.
"""

import asyncio
import gc
import json
import socket
import threading
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import pytest

import jackfield
from jackfield import AsyncClient, Client, Image, user
from jackfield_cloudflare import CloudflareOptions

SIZE = 4 * 1024 * 1024
BUDGET = 1.4
CHAT = {"id": "c", "model": "m", "choices": [{"index": 0, "message": {"content": "A cat."}, "finish_reason": "stop"}]}
NATIVE = {"result": {"response": "A cat."}, "success": True}
GEMINI = {"candidates": [{"content": {"parts": [{"text": "A cat."}]}, "finishReason": "STOP", "index": 0}]}
WAYS: Mapping[str, tuple[str, Any, object]] = {
    "groq": ("groq", CHAT, None),
    "cerebras": ("cerebras", CHAT, None),
    "cloudflare chat": ("cloudflare", CHAT, CloudflareOptions(endpoint="chat")),
    "cloudflare parts": ("cloudflare", NATIVE, None),
    "cloudflare beside": ("cloudflare", NATIVE, CloudflareOptions(image_input="top_level")),
    "gemini": ("gemini", GEMINI, None),
}
"""Provider, its answer, and the options that choose how a picture is sent."""


class Sink:
    """A server that counts the bytes of each request's body, keeps none of them, and gives the next answer."""

    def __init__(self, *answers: object) -> None:
        """Listen; the last answer is given again and again."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.answers = list(answers)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.lengths: list[int] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End with the connection that is served."""
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        connection.settimeout(10)
        room = memoryview(bytearray(65536))
        with connection, connection.makefile("rb", 0) as given:
            while given.readline():
                head = b"".join(iter(given.readline, b"\r\n")).lower()
                length = left = int(head.partition(b"\r\ncontent-length:")[2].split()[0])
                while left:
                    left -= given.readinto(room[:left]) or left
                self.lengths.append(length)
                body = json.dumps(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]).encode()
                head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n" % len(body)
                connection.sendall(head + f"x-goog-upload-url: {self.url}/upload/x\r\n\r\n".encode() + body)


@pytest.fixture
def sink() -> Iterator[Callable[..., Sink]]:
    """Makes servers, closed at the end."""
    made: list[Sink] = []

    def make(*answers: object) -> Sink:
        made.append(Sink(*answers))
        return made[-1]

    yield make
    for one in made:
        one.close()


class Threads:
    """A client, called."""

    def __init__(self, **options: Any) -> None:
        self.client = Client(**options)

    def do(self, call: Callable[[Any], Any]) -> Any:
        """Call it."""
        return call(self.client)

    def close(self) -> None:
        """Close the client."""
        self.client.close()


class Tasks:
    """An asynchronous client, awaited."""

    def __init__(self, **options: Any) -> None:
        self.runner = asyncio.Runner()
        self.client = AsyncClient(**options)

    def do(self, call: Callable[[Any], Any]) -> Any:
        """Call it, and wait."""

        async def wait(done: Awaitable[Any]) -> Any:
            return await done

        return self.runner.run(wait(call(self.client)))

    def close(self) -> None:
        """Close the client and the loop."""
        self.runner.run(self.client.close())
        self.runner.close()


@pytest.fixture(params=[Threads, Tasks])
def connect(request: pytest.FixtureRequest) -> Iterator[Callable[..., Threads | Tasks]]:
    """Makes clients of both kinds, closed at the end, before their servers are."""
    made: list[Threads | Tasks] = []

    def make(provider: str, url: str) -> Threads | Tasks:
        settings = {"account_id": "a"} if provider == "cloudflare" else {}
        made.append(request.param(provider=provider, model="m", api_key="k", base_url=url, settings=settings))
        return made[-1]

    yield make
    for one in made:
        one.close()


def peak(call: Callable[[bytes], object]) -> float:
    """The most memory that is held while it is called with SIZE bytes, those included, in units of SIZE."""
    call(b"\x89PNG\r\n\x1a\n" * (64 * 1024))  # what is imported and opened once is no medium's
    gc.collect()
    tracemalloc.start()
    try:
        call(b"\x89PNG\r\n\x1a\n" * (SIZE // 8))
        return tracemalloc.get_traced_memory()[1] / SIZE
    finally:
        tracemalloc.stop()


Connect = Callable[..., Threads | Tasks]


@pytest.mark.parametrize("way", WAYS)
def test_an_image(way: str, sink: Callable[..., Sink], connect: Connect) -> None:
    """It goes to the socket block by block, however the provider wants it written."""
    provider, answer, extra = WAYS[way]
    server = sink(answer)
    caller = connect(provider, server.url)

    def ask(data: bytes) -> None:
        message = user("What is this?", Image.from_bytes(data))
        assert caller.do(lambda client: client.generate(message, extra=extra)).text == "A cat."

    assert peak(ask) <= BUDGET
    assert server.lengths[-1] > SIZE * 4 / 3


@pytest.mark.parametrize(("provider", "more"), [("groq", 0), ("gemini", 1)])
def test_a_file(provider: str, more: int, sink: Callable[..., Sink], connect: Connect) -> None:
    """A form, or the file alone."""
    server = sink(*[{"id": "f", "name": "files/f", "file": {"name": "files/f"}}] * (1 + more))
    caller = connect(provider, server.url)
    assert peak(lambda data: caller.do(lambda client: client.files.upload(data, mime_type="image/png"))) <= BUDGET
    assert server.lengths[-1] >= SIZE


@pytest.mark.parametrize("provider", ["groq", "gemini"])
def test_a_batch(provider: str, sink: Callable[..., Sink], connect: Connect) -> None:
    """Every request's images are encoded while the batch is sent."""
    server = sink({"id": "b", "status": "validating", "name": "batches/b"})
    caller = connect(provider, server.url)

    def create(data: bytes) -> None:
        image = Image.from_bytes(data)
        prompts = [user("What is this?", image), user("And this?", image)]
        caller.do(lambda client: client.batches.create(prompts))

    assert peak(create) <= BUDGET
    assert max(server.lengths[-2:]) > 2 * SIZE * 4 / 3


def test_saving_a_conversation() -> None:
    """Its text is made of the bytes once, and once more as text; reading gives back what was saved."""
    message = user("What is this?", Image.from_bytes(b"\x89PNG\r\n\x1a\n" * (SIZE // 8)))
    text = jackfield.dumps([message])
    assert jackfield.loads(text) == (message,)
