"""Waiting, as a caller sees it: deadlines that pings do not move, cancelling, leaving, and connections afterwards."""

import asyncio
import contextlib
import gc
import warnings
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.core.stopwatch import Stopwatch
from tests.e2e.callers import Caller
from tests.e2e.conftest import MODELS

import jackfield
from jackfield import (
    AsyncClient,
    BetweenEventsTimeout,
    Client,
    FirstEventTimeout,
    TimeoutExceeded,
    Timeouts,
    TotalTimeout,
)
from jackfield.testing import Fault, Simulator

PINGS = Fault(hold_s=5, ping_s=0.02)
GAPS = Fault(gap_s=5, ping_s=0.02)
SILENCE = Fault(latency_s=5)

DEADLINES = {
    "first event, pings": (Timeouts(first_event_s=0.2), PINGS, FirstEventTimeout),
    "first event, silence": (Timeouts(first_event_s=0.2), SILENCE, FirstEventTimeout),
    "between events, pings": (Timeouts(between_events_s=0.2), GAPS, BetweenEventsTimeout),
    "total, pings before": (Timeouts(total_s=0.2), PINGS, TotalTimeout),
    "total, pings between": (Timeouts(total_s=0.2), GAPS, TotalTimeout),
}


@pytest.mark.parametrize("kind", ["sync", "async"], indirect=True)
@pytest.mark.parametrize(("timeouts", "fault", "expected"), DEADLINES.values(), ids=list(DEADLINES))
def test_deadlines_hold_although_pings_flow(
    connect: Callable[..., Caller],
    simulator: Simulator,
    timeouts: Timeouts,
    fault: Fault,
    expected: type[TimeoutExceeded],
) -> None:
    """Each deadline raises in time, says which it was, and has what came before it."""
    caller = connect(timeouts=timeouts)
    simulator.faults.append(fault)
    watch = Stopwatch()
    with pytest.raises(expected) as late:
        caller.stream("Why is the sky blue?")
    watch.check(0.2)
    assert late.value.seconds == 0.2
    if fault == GAPS:
        assert late.value.partial is not None


@pytest.mark.parametrize("kind", ["sync", "async"], indirect=True)
@pytest.mark.parametrize("timeouts", [Timeouts(first_event_s=0.2), Timeouts(total_s=0.2)])
def test_a_whole_reply_has_deadlines_too(
    connect: Callable[..., Caller], simulator: Simulator, timeouts: Timeouts
) -> None:
    """A server that takes its time does not hold the caller."""
    caller = connect(timeouts=timeouts)
    simulator.faults.append(SILENCE)
    watch = Stopwatch()
    with pytest.raises(TimeoutExceeded):
        caller.generate("hi")
    watch.check(0.2)


# --- connections, counted in the pool of a client of the caller's own


def _active(client: httpx.Client | httpx.AsyncClient) -> int:
    inner: Any = client
    pool: Any = inner._transport._pool  # nobody else knows
    return sum(not connection.is_idle() and not connection.is_closed() for connection in pool.connections)


def _options(simulator: Simulator, provider: str, http_client: Any) -> dict[str, Any]:
    url, settings = simulator.base_url, simulator.settings
    return {"model": MODELS[provider], "base_url": url, "settings": settings, "retries": 0, "http_client": http_client}


class LeavingError(Exception):
    """Raised by the reader of a stream."""


@pytest.mark.parametrize("how", ["break", "exception", "unread", "read"])
def test_leaving_frees_the_connection(simulator: Simulator, provider: str, how: str) -> None:
    """After the block no connection is in use, however it was left."""
    simulator.pace_s = 0.0 if how == "read" else 0.05
    with httpx.Client() as mine, Client(provider, **_options(simulator, provider, mine)) as client:
        with contextlib.suppress(LeavingError), client.stream("Tell me something long.") as stream:
            assert _active(mine) == 1
            if how != "unread":
                _read_some(stream, how)
        assert _active(mine) == 0
        simulator.pace_s = 0.0
        assert client.generate("hi").text


def _read_some(stream: Any, how: str) -> None:
    for _ in stream:
        if how == "break":
            break
        if how == "exception":
            raise LeavingError


@pytest.mark.parametrize("how", ["break", "cancel", "timeout", "unread", "read"])
async def test_leaving_frees_the_connection_of_a_task(simulator: Simulator, provider: str, how: str) -> None:
    """Cancelled, timed out by asyncio, left or read to its end: no connection is in use afterwards."""
    simulator.pace_s = 0.0 if how == "read" else 0.05
    async with httpx.AsyncClient() as mine:
        client = AsyncClient(provider, **_options(simulator, provider, mine))
        begun = asyncio.Event()

        async def read() -> None:
            async with client.stream("Tell me something long.") as stream:
                if how == "unread":
                    return
                async for _ in stream:
                    begun.set()
                    if how == "break":
                        break

        task = asyncio.create_task(read())
        if how == "cancel":
            await begun.wait()
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError, TimeoutError):
            async with asyncio.timeout(0.15 if how == "timeout" else 10):
                await task
        assert task.cancelled() == (how in ("cancel", "timeout"))
        assert _active(mine) == 0
        simulator.pace_s = 0.0
        assert (await client.generate("hi")).text


async def test_cancelling_a_whole_reply(simulator: Simulator, provider: str) -> None:
    """A call that is cancelled while it waits leaves no connection behind."""
    simulator.faults.append(Fault(latency_s=5))
    async with httpx.AsyncClient() as mine:
        client = AsyncClient(provider, **_options(simulator, provider, mine))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.15):
                await client.generate("hi")
        assert _active(mine) == 0


def test_one_client_in_two_event_loops(simulator: Simulator, provider: str) -> None:
    """Two `asyncio.run` calls on one client, whole and streamed: both work, and nothing is left open."""
    options = _options(simulator, provider, None)
    client = AsyncClient(provider, **options)

    async def both() -> tuple[str, str]:
        whole = await client.generate("hi", max_tokens=300)
        async with client.stream("hi", max_tokens=300) as stream:
            streamed = await stream.until_done()
        return whole.text, streamed.text

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        answers = {asyncio.run(both()), asyncio.run(both())}
        gc.collect()
    assert len(answers) == 1
    assert [one for one in caught if issubclass(one.category, ResourceWarning)] == []


@pytest.mark.parametrize("kind", ["sync", "async"], indirect=True)
def test_no_retry_after_a_delivered_event(connect: Callable[..., Caller], simulator: Simulator) -> None:
    """A deadline in mid-stream ends it, whatever `retries` says; before the first event it is tried again."""
    caller = connect(retries=2, timeouts=Timeouts(between_events_s=0.2, first_event_s=0.5))
    simulator.faults.append(GAPS)
    with pytest.raises(BetweenEventsTimeout):
        caller.stream("hi there, tell me something")
    assert len(simulator.requests) == 1
    simulator.reset()
    simulator.faults.append(Fault(status=503, retry_after_s=0.01))
    assert caller.stream("hi")[1].text
    assert len(simulator.requests) == 2


@pytest.mark.parametrize("kind", ["sync", "async"], indirect=True)
def test_the_provider_decides_about_retrying(connect: Callable[..., Caller], simulator: Simulator) -> None:
    """`x-should-retry: false` ends it, `true` tries again what would not be."""
    caller = connect(retries=2)
    simulator.always = Fault(status=503, should_retry=False, retry_after_s=0.01)
    with pytest.raises(jackfield.ProviderError) as final:
        caller.generate("hi")
    assert not final.value.retryable
    assert len(simulator.requests) == 1
    simulator.reset()
    simulator.always = None
    simulator.faults.append(Fault(status=400, should_retry=True, retry_after_s=0.01))
    assert caller.generate("hi").text
