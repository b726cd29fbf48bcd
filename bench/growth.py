#!/usr/bin/env python3
"""How cost grows: with the length of a stream, a conversation, tool arguments, an image, the number of installed plugins,
layers of middleware, and concurrent streams. CPU time of this process; `bench/server.py` answers on loopback.

    growth.py [--json FILE] [--plots FOLDER] [MEASURE ...]

Run by `make bench`, which gives it an environment with jackfield, its plugins and matplotlib.
"""
import argparse
import asyncio
import gc
import json
import platform
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import tracemalloc
from pathlib import Path
from time import process_time

import httpx
import pluggy

import jackfield
from jackfield.http import HttpResponse, Settings
from jackfield.registry import load
from jackfield.session import StreamSession
from jackfield.types.requests import GenerateRequest

HERE = Path(__file__).resolve().parent
HEAD = HttpResponse(status=200, headers={"content-type": "text/event-stream"})
SETTINGS = {one: Settings(provider=one, base_url="http://x", values={"api_key": "k"}) for one in ("groq", "gemini")}
hookimpl = pluggy.HookimplMarker("jackfield")


def request(**fields):
    return GenerateRequest(model="m", stream=True, **{"messages": (jackfield.user("hi"),), **fields})


def chunk(delta):
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return b"data: " + json.dumps({**head, "choices": [choice]}).encode() + b"\n\n"


def gemini_chunk(text):
    content = {"parts": [{"text": text}], "role": "model"}
    usage = {"promptTokenCount": 3, "candidatesTokenCount": 1, "totalTokenCount": 4}
    return b"data: " + json.dumps({"candidates": [{"content": content, "index": 0}], "usageMetadata": usage}).encode() + b"\r\n\r\n"


def read(provider, chunks, size=16384, middleware=()):
    """CPU seconds to decode a stream that ends here, in reads of so many bytes."""
    body = b"".join(chunks)
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    loaded = load(provider, middleware)
    session = StreamSession(provider, loaded.parse_stream(request(), HEAD), HEAD)
    session.open()
    gc.collect()
    began = process_time()
    for piece in pieces:
        session.feed(piece)
    session.result()
    return process_time() - began


def best(measure, repetitions=3):
    return min(measure() for _ in range(repetitions))


# --- one function a figure: {series: {x: y}}


def stream_length(_url):
    """us a chunk against the number of chunks in the stream."""
    out = {}
    for provider, event in ("groq", chunk({"content": " word"})), ("gemini", gemini_chunk(" word")):
        out[provider] = {n: best(lambda n=n: read(provider, [event] * n)) / n * 1e6 for n in (100, 1000, 10_000, 100_000)}
    return out


def conversation(_url):
    """us a message to check and encode a conversation of so many messages."""
    out = {}
    for provider in SETTINGS:
        client = jackfield.Client(provider, model="m", api_key="k")
        for n in (10, 100, 1000, 10_000):
            turns = [jackfield.user("Hello there.") if i % 2 == 0 else jackfield.assistant("Good day.") for i in range(n - 1)]
            messages = [*turns, jackfield.user("Go on.")]

            def encode():
                began = process_time()
                client._setup.call(messages, {}, None, stream=False).prepared()
                return process_time() - began

            out.setdefault(provider, {})[n] = best(encode) / n * 1e6
    return out


def tool_arguments(_url):
    """us a fragment of 4 bytes against the size of the arguments, decoding and assembling included."""
    out = {}
    for size in (4096, 65_536, 262_144, 1_048_576):
        first = {"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "f", "arguments": '{"a":"'}}]}
        more = chunk({"tool_calls": [{"index": 0, "function": {"arguments": "aaaa"}}]})
        n = size // 4
        last = chunk({"tool_calls": [{"index": 0, "function": {"arguments": '"}'}}]})
        out[size] = best(lambda: read("groq", [chunk(first), *[more] * n, last]), 2) / n * 1e6
    return {"groq": out}


class Sink:
    """Reads a request on a connection of its own, keeps nothing of it, and answers."""

    def __init__(self, reply):
        self.listener, self.reply = socket.create_server(("127.0.0.1", 0)), reply
        self.url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        room = memoryview(bytearray(65536))
        while True:
            connection, _ = self.listener.accept()
            with connection, connection.makefile("rb", 0) as given:
                while given.readline():
                    head = b"".join(iter(given.readline, b"\r\n")).lower()
                    left = int(head.partition(b"\ncontent-length:")[2].split()[0])
                    while left:
                        left -= given.readinto(room[:left])
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(self.reply) + self.reply)


CHAT = b'{"id":"c","model":"m","choices":[{"index":0,"message":{"content":"A cat."},"finish_reason":"stop"}]}'
REPLIES = {
    "groq": CHAT, "cerebras": CHAT, "cloudflare chat": CHAT,
    "cloudflare native": b'{"result":{"response":"A cat."},"success":true}',
    "cloudflare top level": b'{"result":{"response":"A cat."},"success":true}',
    "gemini": b'{"candidates":[{"content":{"parts":[{"text":"A cat."}]},"finishReason":"STOP","index":0}]}',
}


def asked(name, url):
    """A client of that provider, and the options of its way to send an image."""
    provider, _, way = name.partition(" ")
    options = {"provider": provider, "model": "m", "api_key": "k", "base_url": url}
    if not way:
        return options, {}
    from jackfield_cloudflare import CloudflareOptions

    extra = CloudflareOptions(endpoint="chat" if way == "chat" else "native", image_input="top_level" if way == "top level" else None)
    return {**options, "settings": {"account_id": "a"}}, {"extra": extra}


def image_memory(_url):
    """Peak memory of a call with an image of so many MB, that image included, as a multiple of its size."""

    def sync(options, call, ask):
        with jackfield.Client(**options) as client:
            return ask(lambda prompt: client.generate(prompt, **call))

    def awaited(options, call, ask):
        with asyncio.Runner() as runner:
            client = jackfield.AsyncClient(**options)
            found = ask(lambda prompt: runner.run(client.generate(prompt, **call)))
            runner.run(client.close())
            return found

    def peak(mib):
        def measure(generate):
            generate("warm")
            gc.collect()
            tracemalloc.start()
            data = bytes(range(256)) * (4096 * mib)
            assert generate(jackfield.user("What is this?", jackfield.Image(data=data, mime_type="image/png"))).text
            size = tracemalloc.get_traced_memory()[1] / len(data)
            tracemalloc.stop()
            return size

        return measure

    out = {}
    for name, reply in REPLIES.items():
        options, call = asked(name, Sink(reply).url)
        out[name] = {mib: max(run(options, call, peak(mib)) for run in (sync, awaited)) for mib in (1, 5, 20)}
    return out


def plugins(_url):
    """ms of CPU to list what is installed, and to load one provider, with so many plugins on the path."""
    program = (
        "import sys, time; sys.path[:0] = [sys.argv[1]]; import jackfield.registry as r\n"
        "b = time.process_time(); r.providers(); a = time.process_time(); r.load('groq'); print(a - b, time.process_time() - a)"
    )
    out = {"list": {}, "load one": {}}
    for n in (1, 10, 25, 50):
        with tempfile.TemporaryDirectory() as folder:
            for i in range(n):
                info = Path(folder) / f"jackfield_p{i}-1.0.dist-info"
                info.mkdir()
                (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: jackfield-p{i}\nVersion: 1.0\n")
                (info / "entry_points.txt").write_text(f"[jackfield.providers]\np{i} = jackfield_p{i}\n")
            runs = [subprocess.run([sys.executable, "-c", program, folder], capture_output=True, text=True, check=True).stdout.split() for _ in range(5)]
        out["list"][n] = min(float(a) for a, _ in runs) * 1e3
        out["load one"][n] = min(float(b) for _, b in runs) * 1e3
    return out


class Observer:
    @hookimpl
    def call_started(self, call_id, request, http_request):
        pass

    @hookimpl
    def call_finished(self, call_id, request, result):
        pass


class Watcher(Observer):
    @hookimpl
    def call_event(self, call_id, request, event):
        pass


def middleware(url):
    """us a streamed chunk with so many layers: of observers of calls, and of observers of every event."""
    out = {}
    for name, layer in ("calls", Observer), ("every event", Watcher):
        for n in range(5):
            layers = [layer() for _ in range(n)]
            with jackfield.Client("groq", model="bench-2000", api_key="k", base_url=url, middleware=layers) as client:

                def stream():
                    began = process_time()
                    with client.stream("hi") as events:
                        for _ in events:
                            pass
                    return process_time() - began

                out.setdefault(name, {})[n] = best(stream, 5) / 2000 * 1e6
    return out


def concurrent(url):
    """us of CPU a chunk with so many streams of 50 chunks at once."""
    out = {}

    async def one(client):
        async with client.stream("hi", model="bench-50-flush") as events:
            count = 0
            async for event in events:
                count += type(event) is jackfield.TextDelta
        assert count == 50, count

    async def run(n):
        async with jackfield.AsyncClient("groq", model="m", api_key="k", base_url=url) as client:
            await asyncio.gather(*(one(client) for _ in range(min(n, 50))))
            began = process_time()
            await asyncio.gather(*(one(client) for _ in range(n)))
            return process_time() - began

    for n in (1, 10, 100, 500, 1000, 2000):
        out[n] = best(lambda n=n: asyncio.run(run(n)), 3) / n / 50 * 1e6
    return {"groq": out}


def idle_memory(url):
    """kB of memory of one open stream of which one event was read, and no other came (tracemalloc), ours and a plain httpx stream's."""

    async def ours(n):
        async with jackfield.AsyncClient("groq", model="m", api_key="k", base_url=url) as client:

            async def begin():
                stream = await client.stream("hi", model="bench-1000-idle").__aenter__()
                events = aiter(stream)
                await anext(events)
                return stream, events

            return await weigh(begin, lambda one: one[0].__aexit__(None, None, None), n)

    async def floor(n):
        body = {"model": "bench-1000-idle", "stream": True, "messages": [{"role": "user", "content": "hi"}]}
        async with httpx.AsyncClient(limits=httpx.Limits(max_connections=None), timeout=60) as client:

            async def begin():
                context = client.stream("POST", url + "/v1/chat/completions", json=body)
                response = await context.__aenter__()
                lines = response.aiter_bytes()
                return context, response, lines, await anext(lines)

            return await weigh(begin, lambda one: one[0].__aexit__(None, None, None), n)

    async def weigh(begin, end, n):
        await end(await begin())
        gc.collect()
        tracemalloc.start()
        streams = [await begin() for _ in range(n)]
        gc.collect()
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        for one in streams:
            await end(one)
        return size / n / 1e3

    counts = (50, 200)
    return {"ours": {n: asyncio.run(ours(n)) for n in counts}, "httpx": {n: asyncio.run(floor(n)) for n in counts}}


MEASURES = {
    one.__name__: one
    for one in (stream_length, conversation, tool_arguments, image_memory, plugins, middleware, concurrent, idle_memory)
}


def plot(results, folder):
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "jackfield", "svg.fonttype": "none"})  # text as text: a third of the size
    from matplotlib import pyplot as plt

    wide = {"stream_length", "conversation", "tool_arguments", "concurrent"}
    figure, axes = plt.subplots(2, 4, figsize=(13, 5.5))
    for axis, name in zip(axes.flat, MEASURES, strict=True):
        for label, points in results["figures"].get(name, {}).items():
            axis.plot([float(x) for x in points], list(points.values()), marker="o", label=label)
        axis.set_title("\n".join(textwrap.wrap(MEASURES[name].__doc__.rstrip("."), 44)[:3]), fontsize=7)
        axis.set_ylim(0, axis.get_ylim()[1] * 1.1)
        axis.set_xscale("log" if name in wide else "linear")
        axis.minorticks_off()
        axis.tick_params(labelsize=7)
        axis.legend(fontsize=6)
    figure.tight_layout()
    figure.savefig(folder / "growth.svg", metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("measures", nargs="*", help="default: all")
    parser.add_argument("--json", default=str(Path(tempfile.gettempdir()) / "growth.json"))
    parser.add_argument("--plots", type=Path)
    arguments = parser.parse_args()
    server = subprocess.Popen([sys.executable, str(HERE / "server.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    results = {"date": time.strftime("%F"), "python": platform.python_version(), "machine": platform.platform(), "figures": {}}
    try:
        url = "http://127.0.0.1:" + server.stdout.readline().strip()
        for name in arguments.measures or MEASURES:
            results["figures"][name] = MEASURES[name](url)
            print("\n" + MEASURES[name].__doc__)
            for series, points in results["figures"][name].items():
                print("  %-12s" % series, "  ".join("%s: %.3g" % point for point in points.items()), flush=True)
    finally:
        server.stdin.close()
        server.wait(5)
    Path(arguments.json).write_text(json.dumps(results, indent=1))
    if arguments.plots:
        plot(results, arguments.plots)


if __name__ == "__main__":
    main()
