"""Flows without I/O: what is sent, when, how often, and what both drivers make of it."""

import asyncio
from collections.abc import Callable, Generator, Mapping
from typing import Any

import pytest

from jackfield.errors import FirstEventTimeout, ProviderError, RateLimited, TotalTimeout, TransportError
from jackfield.flow import Effect, Open, Send, Sleep, Steps, arun, exchange, pages, retry_after_s, run, should_retry
from jackfield.http import HttpRequest, HttpResponse
from jackfield.types.policies import Retries
from jackfield.types.results import RateLimit, RateLimits

REQUEST = HttpRequest(url="http://toy.invalid")
RETRIES = Retries(limit=2, first_wait_s=0.5, max_wait_s=10)


def _response(status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    return HttpResponse(status=status, headers=headers or {})


def _exchange(retries: Retries = RETRIES, request: HttpRequest = REQUEST) -> Generator[Effect, Any, HttpResponse]:
    return exchange(Send(request), retries)


def _returned(flow: Generator[Effect, Any, Any], outcome: object) -> object:
    with pytest.raises(StopIteration) as stop:
        flow.send(outcome)
    value: object = stop.value.value
    return value


def test_the_example() -> None:
    """Sends, waits as long as it was asked to, sends again, and gives the answer."""
    flow = _exchange()
    assert next(flow) == Send(REQUEST)
    assert flow.send(_response(429, {"retry-after": "7"})) == Sleep(7.0)
    assert flow.send(None) == Send(REQUEST)
    assert _returned(flow, _response(200)) == _response(200)


@pytest.mark.parametrize("status", [408, 409, 429, 498, 500, 502, 503, 504, 529])
def test_answers_worth_another_attempt(status: int) -> None:
    """Their waits double, and are bounded."""
    flow = _exchange(Retries(limit=3, first_wait_s=1, max_wait_s=3))
    next(flow)
    waits: list[Effect] = []
    for _ in range(3):
        waits.append(flow.send(_response(status)))
        assert flow.send(None) == Send(REQUEST)
    assert waits == [Sleep(1), Sleep(2), Sleep(3)]
    assert _returned(flow, _response(status)) == _response(status)


@pytest.mark.parametrize("status", [200, 301, 400, 401, 402, 403, 404, 413, 422, 501])
def test_answers_that_stand(status: int) -> None:
    """Sending again would not help."""
    flow = _exchange()
    next(flow)
    assert _returned(flow, _response(status)) == _response(status)


@pytest.mark.parametrize(
    ("retries", "request_"),
    [(Retries(limit=0), REQUEST), (RETRIES, HttpRequest(url="http://toy.invalid", retryable=False))],
)
def test_sending_once(retries: Retries, request_: HttpRequest) -> None:
    """No retries when none are wanted, nor of a request that must not be sent twice."""
    flow = _exchange(retries, request_)
    next(flow)
    assert _returned(flow, _response(503)) == _response(503)
    flow = _exchange(retries, request_)
    next(flow)
    with pytest.raises(TransportError):
        flow.throw(TransportError("reset"))


@pytest.mark.parametrize(
    ("status", "word", "again"),
    [(400, "true", True), (503, "false", False), (200, "true", False), (503, "perhaps", True), (400, "TRUE", False)],
)
def test_the_servers_word(status: int, word: str, *, again: bool) -> None:
    """`x-should-retry` decides where it says something."""
    flow = _exchange()
    next(flow)
    if again:
        assert flow.send(_response(status, {"x-should-retry": word})) == Sleep(0.5)
    else:
        _returned(flow, _response(status, {"x-should-retry": word}))


def test_too_long_a_wait() -> None:
    """Who is asked to come back tomorrow does not wait, and gives the answer at once."""
    flow = _exchange()
    next(flow)
    late = _response(429, {"retry-after": "86400"})
    assert _returned(flow, late) == late


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Sat, 21 Nov 2026 02:00:30 GMT", "date": "Sat, 21 Nov 2026 02:00:00 GMT"}, 30.0),
        ({"retry-after": "Sat, 21 Nov 2026 01:00:00 GMT", "date": "Sat, 21 Nov 2026 02:00:00 GMT"}, 0.0),
        ({"retry-after": "Sat, 21 Nov 2026 01:00:00 -0000", "date": "Sat, 21 Nov 2026 02:00:00 GMT"}, None),
        ({"retry-after": "Sat, 21 Nov 2026 02:00:30 GMT"}, None),
        ({}, None),
    ],
)
def test_retry_after(headers: Mapping[str, str], seconds: float | None) -> None:
    """Seconds, milliseconds, or a date against the answer's own."""
    assert retry_after_s(headers) == seconds


def test_should_retry() -> None:
    """Only the two words count."""
    assert [should_retry({"x-should-retry": word}) for word in ("true", "false", "maybe")] == [True, False, None]
    assert should_retry({}) is None


# --- with `accept`


def _accepting(error: ProviderError | None, retries: Retries = RETRIES) -> Generator[Effect, Any, str]:
    def accept(outcome: object) -> str:
        if error is not None and isinstance(outcome, HttpResponse) and outcome.status != 200:
            raise error
        return "accepted"

    return exchange(Open(REQUEST), retries, accept)


def test_accepting() -> None:
    """What the plugin accepts is the value, whatever it is made of."""
    flow = _accepting(None)
    assert next(flow) == Open(REQUEST)
    assert _returned(flow, object()) == "accepted"


@pytest.mark.parametrize(
    ("facts", "wait"),
    [
        ({"retryable": False}, None),
        ({"retryable": True}, 0.5),
        ({"retry_after_s": 3.0}, 3.0),
        ({"retry_after_s": 11.0}, None),
        ({"rate_limits": RateLimits((RateLimit(kind="tokens", remaining=0, reset_s=4.0),))}, 4.0),
        ({"rate_limits": RateLimits((RateLimit(kind="tokens", remaining=9, reset_s=4.0),))}, 0.5),
        (
            {
                "rate_limits": RateLimits(
                    (
                        RateLimit(kind="tokens", remaining=0, reset_s=2.0),
                        RateLimit(kind="requests", remaining=0, reset_s=6.0),
                        RateLimit(kind="requests", remaining=0),
                    )
                )
            },
            6.0,
        ),
    ],
)
def test_errors_of_the_plugin(facts: dict[str, Any], wait: float | None) -> None:
    """The facts of the error decide: retryable, the wait it names, the reset of the quota that is used up."""
    error = RateLimited("slow", provider="toy", **facts)
    flow = _accepting(error)
    next(flow)
    if wait is None:
        with pytest.raises(RateLimited):
            flow.send(_response(429))
        return
    assert flow.send(_response(429)) == Sleep(wait)
    assert flow.send(None) == Open(REQUEST)
    assert _returned(flow, _response(200)) == "accepted"


def test_no_retry_after_the_limit() -> None:
    """The last error is raised as it is."""
    error = RateLimited("slow", provider="toy")
    flow = _accepting(error, Retries(limit=1))
    next(flow)
    flow.send(_response(429))
    flow.send(None)
    with pytest.raises(RateLimited) as caught:
        flow.send(_response(429))
    assert caught.value is error


def test_headers_count_for_every_plugin() -> None:
    """A plugin that does not read `retry-after` is obeyed all the same, and its error learns it."""
    error = RateLimited("slow", provider="toy")
    flow = _accepting(error)
    next(flow)
    assert flow.send(_response(429, {"retry-after": "7"})) == Sleep(7.0)
    assert error.retry_after_s == 7.0
    flow.send(None)
    with pytest.raises(RateLimited):
        flow.send(_response(429, {"x-should-retry": "false"}))
    assert not error.retryable


# --- transport errors


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (TransportError("reset"), True),
        (TransportError("bad address", retryable=False), False),
        (FirstEventTimeout(1), True),
        (TotalTimeout(1), False),
    ],
)
def test_failures_of_the_transport(error: TransportError, *, again: bool) -> None:
    """They are worth another attempt unless they say otherwise."""
    flow = _exchange()
    next(flow)
    if again:
        assert flow.throw(error) == Sleep(0.5)
        assert flow.send(None) == Send(REQUEST)
    else:
        with pytest.raises(type(error)):
            flow.throw(error)


def test_a_wait_that_fails_ends_it() -> None:
    """A total deadline that passes in a wait is raised."""
    flow = _exchange()
    next(flow)
    flow.send(_response(503))
    with pytest.raises(TotalTimeout):
        flow.throw(TotalTimeout(1))


# --- pages


def _two_pages() -> Generator[HttpRequest, HttpResponse, list[int]]:
    first = yield HttpRequest(url="http://toy.invalid/1")
    second = yield HttpRequest(url="http://toy.invalid/2")
    return [first.status, second.status]


def test_pages() -> None:
    """Each request of a plugin's flow is exchanged, retries included, and answered whatever the status."""
    flow = pages(_two_pages(), RETRIES)
    assert next(flow) == Send(HttpRequest(url="http://toy.invalid/1"))
    assert flow.send(_response(503)) == Sleep(0.5)
    assert flow.send(None) == Send(HttpRequest(url="http://toy.invalid/1"))
    assert flow.send(_response(404)) == Send(HttpRequest(url="http://toy.invalid/2"))
    assert _returned(flow, _response(200)) == [404, 200]


# --- the drivers


def _drive(flow: Steps[Any], perform: Callable[[Effect], Any]) -> Any:
    return run(flow, perform)


def _drive_async(flow: Steps[Any], perform: Callable[[Effect], Any]) -> Any:
    async def awaited(effect: Effect) -> Any:
        return perform(effect)

    return asyncio.run(arun(flow, awaited))


@pytest.mark.parametrize("drive", [_drive, _drive_async])
def test_the_drivers(drive: Callable[..., Any]) -> None:
    """Outcomes are sent in, errors thrown in, and the value is what the flow returns."""
    outcomes: list[Any] = [TransportError("reset"), None, _response(200)]
    seen: list[Effect] = []

    def perform(effect: Effect) -> Any:
        seen.append(effect)
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    assert drive(_exchange(), perform) == _response(200)
    assert seen == [Send(REQUEST), Sleep(0.5), Send(REQUEST)]


@pytest.mark.parametrize("drive", [_drive, _drive_async])
def test_the_drivers_close_what_they_leave(drive: Callable[..., Any]) -> None:
    """An interruption closes the flow, so that it can clean up."""
    closed: list[str] = []

    def flow() -> Steps[None]:
        try:
            yield Sleep(1)
        finally:
            closed.append("closed")

    def perform(_effect: Effect) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drive(flow(), perform)
    assert closed == ["closed"]


@pytest.mark.parametrize("drive", [_drive, _drive_async])
def test_a_flow_without_effects(drive: Callable[..., Any]) -> None:
    """A flow may be done at once."""

    def flow(effects: tuple[Effect, ...]) -> Steps[str]:
        yield from effects
        return "done"

    assert drive(flow(()), repr) == "done"


def test_many_attempts() -> None:
    """However many there were, the wait is a number and bounded."""
    flow = _exchange(Retries(limit=5000, first_wait_s=0.001, max_wait_s=2))
    next(flow)
    waits: list[Effect] = []
    for _ in range(3000):
        waits.append(flow.send(_response(503)))
        flow.send(None)
    assert waits[-1] == Sleep(2)
