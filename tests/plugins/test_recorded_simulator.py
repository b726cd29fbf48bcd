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
    return registry.load(provider).optional("simulate", SimulatedReply, request=request)


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
