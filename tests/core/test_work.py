"""How much work is done, counted and not timed: function calls a chunk, memory a chunk, modules at the start.

A budget is what is done today and a little more. One that breaks says that something became dearer: make it cheaper, or
raise the budget and say in the commit what it buys. `bench/` measures the time behind the counts.
"""

import gc
import json
import subprocess
import sys
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

import httpx
import pytest
from tests.core.loopback import Loopback, Peer, Received

import jackfield

HEADERS = {"content-type": "text/event-stream"}
CALLS = {"groq": 41, "gemini": 50}
"""Function calls, of Python and of C, httpx's included, for an event of text that comes in a read of its own."""
AWAITED_CALLS = {"groq": 51, "gemini": 60}
COALESCED_CALLS = {"groq": 18, "gemini": 29}
"""The same in a read of sixteen events."""
ARGUMENT_CALLS = 50
"""For four bytes of a tool call's arguments, sixteen such events in a read."""
BLOCKS = 5
"""Blocks of memory that a chunk leaves behind in an open stream: its raw bytes, its text, and what lists grow by."""


def _groq(text: str) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "logprobs": None, "finish_reason": None}
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "system_fingerprint": "f"}
    return b"data: " + json.dumps({**head, "choices": [choice]}).encode() + b"\n\n"


def _gemini(text: str) -> bytes:
    candidate = {"content": {"parts": [{"text": text}], "role": "model"}, "index": 0}
    usage = {"promptTokenCount": 3, "candidatesTokenCount": 1, "totalTokenCount": 4}
    event = {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "m", "responseId": "r"}
    return b"data: " + json.dumps(event).encode() + b"\r\n\r\n"


def _end(event: bytes) -> bytes:
    """The same event with a finish reason, as this provider says it."""
    if b"candidates" in event:
        return event.replace(b'"index": 0}', b'"index": 0, "finishReason": "STOP"}')
    return event.replace(b'"finish_reason": null', b'"finish_reason": "stop"') + b"data: [DONE]\n\n"


EVENTS: dict[str, Callable[[str], bytes]] = {"groq": _groq, "gemini": _gemini}


def _stream(provider: str, count: int, together: int = 1) -> list[bytes]:
    """A reply of so many events, so many of them in one read."""
    events = [EVENTS[provider](f" word{number % 7}") for number in range(count)]
    return [*(b"".join(events[at : at + together]) for at in range(0, count, together)), _end(events[0])]


class _Counter:
    """Counts function calls of this thread."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, _frame: object, event: str, _argument: object) -> None:
        self.calls += event in ("call", "c_call")


def _read(provider: str, chunks: Sequence[bytes]) -> int:
    """The calls made to read this stream, after it was opened."""
    reply = httpx.Response(200, headers=HEADERS, content=iter(chunks))
    http = httpx.Client(transport=httpx.MockTransport(lambda _: reply))
    counter = _Counter()
    with http, jackfield.Client(provider, model="m", api_key="k", http_client=http) as client, client.stream("hi") as s:
        sys.setprofile(counter)
        for _ in s:
            pass
        sys.setprofile(None)
        assert s.result.text
    return counter.calls


async def _aread(provider: str, chunks: Sequence[bytes]) -> int:
    async def body() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    reply = httpx.Response(200, headers=HEADERS, content=body())
    counter = _Counter()
    async with (
        httpx.AsyncClient(transport=httpx.MockTransport(lambda _: reply)) as http,
        jackfield.AsyncClient(provider, model="m", api_key="k", http_client=http) as client,
        client.stream("hi") as stream,
    ):
        sys.setprofile(counter)
        async for _ in stream:
            pass
        sys.setprofile(None)
    return counter.calls


@pytest.fixture(autouse=True)
def warm() -> Iterator[None]:
    """What is imported and cached once is no chunk's work; and a test that fails leaves no profiler behind."""
    for provider in EVENTS:
        _read(provider, _stream(provider, 2))
    yield
    sys.setprofile(None)


@pytest.mark.parametrize("provider", EVENTS)
def test_calls_a_chunk(provider: str) -> None:
    """A text event in a read of its own costs so many function calls, transport and all."""
    per_chunk = (_read(provider, _stream(provider, 400)) - _read(provider, _stream(provider, 200))) / 200
    assert per_chunk <= CALLS[provider]


@pytest.mark.parametrize("provider", EVENTS)
async def test_calls_a_chunk_awaited(provider: str) -> None:
    """The same in asyncio."""
    more, fewer = await _aread(provider, _stream(provider, 400)), await _aread(provider, _stream(provider, 200))
    assert (more - fewer) / 200 <= AWAITED_CALLS[provider]


@pytest.mark.parametrize("provider", EVENTS)
def test_calls_a_chunk_of_many(provider: str) -> None:
    """Where events come together, reading costs them little."""
    more, fewer = (_read(provider, _stream(provider, count, 16)) for count in (800, 400))
    assert (more - fewer) / 400 <= COALESCED_CALLS[provider]


def test_calls_a_piece_of_arguments() -> None:
    """They are not read through the wire types; and a name or a brace in every piece makes none of them dearer."""
    piece = {"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": "aaa}"}}

    def read(count: int) -> int:
        event = _groq("").replace(b'"content": ""', b'"tool_calls": ' + json.dumps([piece]).encode())
        first = event.replace(b"aaa}", b'{\\"a\\":\\"')
        events = [_groq("text"), first, *[event] * count, _end(_groq(""))]
        return _read("groq", [b"".join(events[at : at + 16]) for at in range(0, len(events), 16)])

    read(2)
    short, long = (read(400) - read(200)) / 200, (read(4000) - read(3000)) / 1000
    assert short <= ARGUMENT_CALLS
    assert long <= short + 1


@pytest.mark.parametrize("provider", EVENTS)
def test_a_long_stream_costs_no_more_a_chunk(provider: str) -> None:
    """The four-thousandth chunk takes the calls of the hundredth."""
    short = (_read(provider, _stream(provider, 200)) - _read(provider, _stream(provider, 100))) / 100
    long = (_read(provider, _stream(provider, 4000)) - _read(provider, _stream(provider, 3000))) / 1000
    assert long <= short + 1


@pytest.mark.parametrize("provider", EVENTS)
def test_memory_a_chunk(provider: str) -> None:
    """What an open stream keeps of a chunk: its bytes and its text, nothing that was built on the way."""
    count = 500
    reply = httpx.Response(200, headers=HEADERS, content=iter(_stream(provider, count)))
    http = httpx.Client(transport=httpx.MockTransport(lambda _: reply))
    with http, jackfield.Client(provider, model="m", api_key="k", http_client=http) as client, client.stream("hi") as s:
        events = iter(s)
        for _ in range(20):
            next(events)
        gc.collect()
        tracemalloc.start()
        for _ in range(count - 100):
            next(events)
        gc.collect()
        kept = sum(one.count for one in tracemalloc.take_snapshot().statistics("filename"))
        tracemalloc.stop()
    assert kept / (count - 100) <= BLOCKS


# --- the start of a program, in processes of their own


def _loaded(program: str) -> set[str]:
    """The modules that a program has loaded at its end."""
    code = f"import sys\n{program}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


CLIENT = "import jackfield\nclient = jackfield.Client({provider!r}, model='m', api_key='k')\n"
CALL = """
import jackfield, linecache
with jackfield.Client({provider!r}, model='m', api_key='k', base_url={url!r}) as client:
    assert client.generate('hi').usage.total_tokens == 3
    with client.stream('hi') as stream:
        assert stream.until_done().text == ' word0 word1 word0'
print('classes:', sum(name.startswith('<attrs generated methods jackfield') for name in linecache.cache), sep='')
"""
MODULES = {"groq": 62, "gemini": 62}
"""Modules of ours that a plain call loads."""
CLASSES = {"groq": 68, "gemini": 70}
"""Classes of ours that attrs makes for it."""
BODIES = {
    "groq": b'{"id":"c","usage":{"total_tokens":3},"choices":[{"message":{"content":"a"},"finish_reason":"stop"}]}',
    "gemini": b'{"candidates":[{"content":{"parts":[{"text":"a"}],"role":"model"},"finishReason":"STOP","index":0}],'
    b'"usageMetadata":{"totalTokenCount":3},"responseId":"r","modelVersion":"m"}',
}


def test_import_loads_nothing() -> None:
    """`import jackfield` is a table of names."""
    assert {name for name in _loaded("import jackfield") if name.startswith(("jackfield", "attr", "httpx"))} == {
        "jackfield"
    }


def test_a_list_of_providers_loads_little() -> None:
    """Looking at metadata takes neither the hooks nor the types of requests and results."""
    loaded = {name for name in _loaded("import jackfield; jackfield.providers()") if name.startswith("jackfield")}
    assert loaded == {"jackfield", "jackfield.discovery", "jackfield.errors", "jackfield.values"}


@pytest.mark.parametrize("provider", EVENTS)
def test_a_client_loads_what_it_needs(provider: str) -> None:
    """To set up a client takes no event loop, HTTP client, converter, schema compiler, simulator or other provider."""
    loaded = _loaded(CLIENT.format(provider=provider))
    others = {f"jackfield_{one}" for one in ("groq", "cerebras", "cloudflare", "gemini") if one != provider}
    heavy = {"asyncio", "httpx", "cattrs", "difflib", "urllib.request", "jsonschema", "pydantic"}
    heavy |= {"decimal", "email.parser", "hashlib", "logging", "zipfile"}  # of the standard library, and not small
    ours = {"schema.dialect", "types.models", "types.files", "toolcalls", "testing", "cli", "scoreboard"}
    assert loaded & (others | heavy | {f"jackfield.{one}" for one in ours}) == set()
    assert not any(name.endswith(".simulator") for name in loaded)


@pytest.mark.parametrize("provider", EVENTS)
def test_a_plain_call_loads_what_it_needs(provider: str) -> None:
    """A text asked for and answered over HTTP, whole and streamed: so many modules and classes of ours, none of these.

    Not httpx, which is for clients that a caller brings; neither wire types nor the options and errors of the provider.
    """

    def reply(peer: Peer, received: Received) -> None:
        if b"stream" in received.path.encode() + received.body:
            peer.stream(*_stream(provider, 2))
        else:
            peer.answer(BODIES[provider], content_type="application/json")

    with Loopback(reply) as server:
        loaded = _loaded(CALL.format(provider=provider, url=server.url))
    (classes,) = (int(one.removeprefix("classes:")) for one in loaded if one.startswith("classes:"))
    ours = {one for one in loaded if one.startswith("jackfield")}
    late = {"httpx", "cattrs", "asyncio", "urllib.request", "email.parser", "zipfile", "decimal"}
    late |= {f"jackfield_{provider}.{one}" for one in ("wiretypes", "options", "errors", "grounding", "schema")}
    assert loaded & {*late, "jackfield.dialects.chat_completions.wiretypes", "jackfield.schema.dialect"} == set()
    assert len(ours) <= MODULES[provider]
    assert classes <= CLASSES[provider]
