"""A simulator takes and refuses the requests of the recorded traffic like the provider did.

What differs is named with its reason: a provider that changed its mind, a model that had a bad day, state that only the
real provider can check.
"""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from jackfield import registry
from jackfield.http import HttpRequest
from jackfield.testing.checking import record, sequence
from jackfield.types.simulated import SimulatedReply

pytestmark = pytest.mark.corpus

DIFFERENCES = {
    "cerebras/gpt-oss-120b_thinking*/GenS*-JSON*": "refused JSON output in 2025, and takes it since 2026",
    "cerebras/gpt-oss-120b_thinking*/GenS*-Tools-*": "refused to be forced in 2025, and takes it since 2026",
    "cerebras/llama-4-scout*/*": "gone since 2025-12",
    "gemini/gemini-2.5-flash*/*-URL.json": "fetched no addresses in 2025, and does since 2026",
    "gemini/gemini-flash-lite-latest*/*SquareRoot-2*": "real thought signatures, which the simulator cannot have made",
    "groq/*/GenSync-Tools-SquareRoot-1.json": "a model that wrote a call which could not be read",
    "groq/openai--gpt-oss-20b*/GenSync-Tools-WebSearch.json": "a search that found too much for the context",
}

NEWER = (
    "stream.usage",  # Groq, since 2025-12: https://console.groq.com/docs/api-reference#chat-create
    "stream.x_groq.seed",  # since late 2025
    "stream.x_groq.usage.completion_tokens_details",  # since 2025-10
    "whole.usage.completion_tokens_details",  # Cerebras, predicted outputs; recorded with one model only
    "stream.usage.prompt_tokens_details",  # Cloudflare, since 2026-04
    "whole.result.response.",  # JSON that Cloudflare decodes: the words are the responder's
)
"""Members of simulated answers that the recordings are too old for."""
RARER = (
    "stream.error",  # Groq: a bad day of a model; see DIFFERENCES
    "stream.usageMetadata.cache", "whole.usageMetadata.cache",  # Gemini caches by itself at times
    "whole.result.response.",
)  # fmt: skip
"""Members of recorded answers that the simulator gives on request only."""


def interactions(corpus: Path, provider: str) -> Iterator[tuple[str, Any]]:
    """The exchanges with text bodies; the `misc` ones are no chat."""
    for path in sorted((corpus / provider).rglob("*.json")):
        if "misc" not in path.parent.name:
            for interaction in json.loads(path.read_text(encoding="utf-8"))["interactions"]:
                if not isinstance(interaction["request"]["body"], dict):
                    yield path.relative_to(corpus).as_posix(), interaction


def answer(provider: str, name: str, recorded: Any) -> SimulatedReply:
    """The simulator's answer to a recorded request; keys were not recorded."""
    key = "bad" if "bad_apiKey" in name else "simulated"
    headers = {"content-type": "application/json", "authorization": f"Bearer {key}", "x-goog-api-key": key}
    body = (recorded["body"] or "").encode()
    request = HttpRequest(method=recorded["method"], url=recorded["url"], headers=headers, body=body)
    return registry.load(provider).optional("simulate", SimulatedReply, request=request, store={})


def identity(body: str) -> Any:
    """What a program would tell errors apart by: codes and types, not sentences."""
    value = record(json.loads(body))
    error = record(value.get("error")) or record(next(iter(sequence(value.get("errors"))), None)) or value
    return {name: error.get(name) or None for name in ("code", "type", "status")}


@pytest.mark.parametrize("provider", ["cerebras", "cloudflare", "gemini", "groq"])
def test_recorded_requests(corpus: Path, provider: str) -> None:
    """The same status, and of an error the same codes."""
    seen = 0
    wrong: list[str] = []
    for name, interaction in interactions(corpus, provider):
        if any(fnmatchcase(name, pattern) for pattern in DIFFERENCES):
            continue
        seen += 1
        theirs, ours = interaction["response"], answer(provider, name, interaction["request"])
        same = ours.status == theirs["status"]
        if same and ours.status >= 400:
            same = identity(ours.content.decode()) == identity(theirs["body"])
        if not same:
            wrong.append(f"{name}: {theirs['status']} {theirs['body'][:150]} but {ours.status} {ours.content[:150]!r}")
    assert wrong == []
    assert seen >= 80


def test_the_differences_still_differ(corpus: Path) -> None:
    """An exception that no longer is one goes."""
    unused = set(DIFFERENCES)
    for provider in ("cerebras", "gemini", "groq"):
        for name, interaction in interactions(corpus, provider):
            for pattern in [one for one in unused if fnmatchcase(name, one)]:
                if answer(provider, name, interaction["request"]).status != interaction["response"]["status"]:
                    unused.discard(pattern)
    assert unused == set()


def objects(body: str) -> Iterator[Any]:
    """The JSON of a whole answer, or of each event."""
    if body.lstrip().startswith("{"):
        yield json.loads(body)
        return
    for line in body.splitlines():
        data = line.removeprefix("data: ")
        if data not in {line, "[DONE]"}:
            yield json.loads(data)


def keys(value: Any, path: str) -> Iterator[str]:
    """The place of every member, list positions aside."""
    for name, one in record(value).items():
        yield f"{path}.{name}"
        yield from keys(one, f"{path}.{name}")
    for one in sequence(value):
        yield from keys(one, f"{path}[]")


@pytest.mark.parametrize("provider", ["cerebras", "cloudflare", "gemini", "groq"])
def test_shapes(corpus: Path, provider: str) -> None:
    """No member is made up, and hardly one is missing: over all recorded requests, whole and streamed apart."""
    recorded, simulated = set[str](), set[str]()
    for name, interaction in interactions(corpus, provider):
        reply = answer(provider, name, interaction["request"])
        if interaction["response"]["status"] == reply.status == 200:
            way = "stream" if reply.streamed else "whole"
            recorded |= {key for one in objects(interaction["response"]["body"]) for key in keys(one, way)}
            simulated |= {key for one in objects(reply.content.decode()) for key in keys(one, way)}
    made_up = {key for key in simulated - recorded if not any(key.startswith(known) for known in NEWER)}
    missing = {key for key in recorded - simulated if not any(key.startswith(known) for known in RARER)}
    assert (made_up, missing) == (set(), set())
