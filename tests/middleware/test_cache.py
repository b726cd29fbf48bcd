"""The disk cache: same request, same answer, whole and streamed; no secret on disk; damage is a miss."""

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

import jackfield
from jackfield.errors import IncompleteStream
from jackfield.http import HttpRequest, Secret
from jackfield.middleware.cache import CACHE, DiskCache, default_directory, key_of
from jackfield.pieces import Pieces
from jackfield.testing import Fault, Simulator
from jackfield.types.results import Result

KEY = "canary-7f3a91"
PROMPT = "Why is the sky blue?"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """Groq, which does not pass for the simulated one of the installed plugin."""
    with Simulator("groq") as started:
        yield started


def client(simulator: Simulator, *middleware: object, model: str = "sim-chat") -> jackfield.Client:
    """A client of the simulator."""
    return jackfield.Client(
        "groq", model=model, base_url=simulator.base_url, api_key=KEY, middleware=middleware, retries=0
    )


def said(result: Result[Any]) -> tuple[Any, ...]:
    """What a kept answer has to give again."""
    return result.message, result.usage, result.finish_reason, result.id, result.model


def test_a_whole_answer_is_given_again(simulator: Simulator, tmp_path: Path) -> None:
    """The second time nobody is asked; another request is another answer."""
    cache = DiskCache(tmp_path)
    with client(simulator, cache) as groq:
        first, second = groq.generate(PROMPT), groq.generate(PROMPT)
        groq.generate(PROMPT, max_tokens=9)
    assert said(first) == said(second)
    assert len(simulator.requests) == 2
    assert (cache.hits, cache.misses) == (1, 2)


def test_a_stream_is_given_again(simulator: Simulator, tmp_path: Path) -> None:
    """Event by event, from another client too; the whole reply to the same prompt is another request."""
    events: list[list[Any]] = []
    for _ in range(2):
        with client(simulator, DiskCache(tmp_path)) as groq, groq.stream(PROMPT) as stream:
            events.append(list(stream))
    assert [event for event in events[0] if type(event).__name__ != "RateLimitsUpdate"] == events[1]
    assert len(simulator.requests) == 1
    with client(simulator, DiskCache(tmp_path)) as groq:
        groq.generate(PROMPT)
    assert len(simulator.requests) == 2


async def test_asyncio_gets_the_same_answers(simulator: Simulator, tmp_path: Path) -> None:
    """What a thread kept, a task gets."""
    with client(simulator, DiskCache(tmp_path)) as groq, groq.stream(PROMPT) as stream:
        first = stream.until_done()
    async with jackfield.AsyncClient(
        "groq", model="sim-chat", base_url=simulator.base_url, api_key=KEY, middleware=[DiskCache(tmp_path)]
    ) as agroq:
        async with agroq.stream(PROMPT) as astream:
            second = await astream.until_done()
    assert said(first) == said(second)
    assert len(simulator.requests) == 1


def test_failures_are_not_kept(simulator: Simulator, tmp_path: Path) -> None:
    """An error, a cut stream and a stream that was left are asked for again."""
    cache = DiskCache(tmp_path)
    with client(simulator, cache) as groq:
        simulator.faults.extend([Fault(status=429), Fault(cut_after_events=3)])
        with pytest.raises(jackfield.RateLimited):
            groq.generate(PROMPT)
        with pytest.raises(IncompleteStream), groq.stream(PROMPT) as stream:
            stream.until_done()
        with groq.stream(PROMPT) as stream:
            next(iter(stream))
    assert list(tmp_path.iterdir()) == []
    assert cache.hits == 0


def test_no_secret_on_disk(simulator: Simulator, tmp_path: Path) -> None:
    """Neither in names nor in files, which are for this user alone; nor are headers that mean nothing tomorrow."""
    folder = tmp_path / "answers"
    with client(simulator, DiskCache(folder)) as groq:
        groq.generate(PROMPT)
    (file,) = folder.iterdir()
    assert KEY.encode() not in file.read_bytes()
    assert b"ratelimit" not in file.read_bytes()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_key_of_a_request() -> None:
    """Everything that is sent counts, but for secrets."""
    plain = HttpRequest(url="https://a.example/x", body=b"{}", headers={"x": "1", "authorization": Secret("one")})
    other_key = attrs.evolve(plain, headers={"authorization": Secret("two"), "x": "1"})
    assert key_of(plain) == key_of(other_key)
    others = (
        attrs.evolve(plain, url="https://a.example/y"),
        attrs.evolve(plain, body=b"[]"),
        attrs.evolve(plain, method="PUT"),
        attrs.evolve(plain, headers={"x": "2"}),
    )
    assert len({key_of(one) for one in (plain, *others)}) == 5
    assert key_of(attrs.evolve(plain, body=Pieces(b"{", b"}"))) == key_of(plain)


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"status":200,"headers":{},"bytes":9}\n{}', b"\xff\xfe"])
def test_a_damaged_file_is_a_miss(simulator: Simulator, tmp_path: Path, damage: bytes) -> None:
    """It is asked for again, and mended."""
    with client(simulator, DiskCache(tmp_path)) as groq:
        first = groq.generate(PROMPT)
        (file,) = tmp_path.iterdir()
        file.write_bytes(damage)
        assert said(groq.generate(PROMPT)) == said(first)
        groq.generate(PROMPT)
    assert len(simulator.requests) == 2


def test_a_full_disk_fails_no_call(simulator: Simulator, tmp_path: Path) -> None:
    """Where the directory cannot be made, the answer comes all the same."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with client(simulator, DiskCache(tmp_path / "file" / "below")) as groq:
        assert groq.generate(PROMPT).text


def test_age_and_size_are_bounded(simulator: Simulator, tmp_path: Path) -> None:
    """What is too old is asked for again; what is too much goes, the oldest first."""
    with client(simulator, DiskCache(tmp_path, ttl_s=60)) as groq:
        groq.generate(PROMPT)
        (file,) = tmp_path.iterdir()
        past = time.time() - 61

        os.utime(file, (past, past))
        groq.generate(PROMPT)
    assert len(simulator.requests) == 2
    small = DiskCache(tmp_path, max_bytes=1)
    with client(simulator, small) as groq:
        groq.generate("Another question?")
    assert list(tmp_path.iterdir()) == []
    assert small.clear() == 0


def test_by_name(simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`middleware=["cache"]` keeps answers where the environment says."""
    monkeypatch.setenv("JACKFIELD_CACHE_DIR", str(tmp_path / "named"))
    assert default_directory() == tmp_path / "named"
    with client(simulator, "cache") as groq:
        groq.generate(PROMPT)
    assert CACHE.clear() == 1
    monkeypatch.delenv("JACKFIELD_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_directory() == tmp_path / "jackfield"
