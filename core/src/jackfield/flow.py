"""Conversations as generators: the effects they yield, retrying, and the two drivers.

Strategy: a flow yields an effect and is sent its outcome, or gets the transport's error thrown in. What an effect does
is the transport's business, so a flow is tested without I/O: `next(flow) == Send(request)`.

Rules: a flow is synchronous and holds no clock and no randomness; waits are given as the shortest acceptable time, and
the transport adds jitter (never less than asked, at most a tenth more). `retry-after`, `x-should-retry` and the resets
of quotas are obeyed here, for every plugin alike.
"""

from collections.abc import Awaitable, Callable, Generator, Mapping
from typing import Any, TypeVar

import attrs

from jackfield.errors import ProviderError, TransportError
from jackfield.hookspecs import Flow
from jackfield.http import HttpRequest, HttpResponse
from jackfield.types.parts import ToolCall
from jackfield.types.policies import Retries
from jackfield.types.requests import Tool
from jackfield.values import frozen

T = TypeVar("T")

_MAX_DOUBLINGS = 1000  # a float overflows not much later
RETRYABLE_STATUSES = frozenset({408, 409, 429, 498, 500, 502, 503, 504, 529})
"""Answers that a second attempt may change, where neither the provider nor its plugin says otherwise."""


@frozen
class Send:
    """Send a request, read the whole answer: gives an HttpResponse."""

    request: HttpRequest


@frozen
class Open:
    """Send a request: gives the transport's open stream if the answer is one, else the whole HttpResponse."""

    request: HttpRequest


@frozen
class Sleep:
    """Wait at least this many seconds: gives None."""

    seconds: float


@frozen
class RunTools:
    """Call the functions of these tool calls, together where the driver can.

    Gives one `toolcalls.Answer` a call, in order.

    Attributes:
        schemas: tool name -> how its schema was compiled, to read the arguments back.
    """

    calls: tuple[ToolCall, ...]
    tools: tuple[Tool, ...]
    schemas: Mapping[str, Any] = attrs.field(factory=dict[str, Any])


Effect = Send | Open | Sleep | RunTools
Steps = Generator[Effect, Any, T]
"""A flow of the core; what it is sent depends on the effect that it yielded."""


def run(flow: Steps[T], perform: Callable[[Effect], Any]) -> T:
    """Drive a flow to its end, synchronously."""
    try:
        effect = next(flow)
        while True:
            try:
                outcome = perform(effect)
            except Exception as error:  # noqa: BLE001 - the flow decides what to make of it
                effect = flow.throw(error)
            else:
                effect = flow.send(outcome)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]  # a generator's return value is untyped in StopIteration
    finally:
        flow.close()


async def arun(flow: Steps[T], perform: Callable[[Effect], Awaitable[Any]]) -> T:
    """Drive a flow to its end, asynchronously."""
    try:
        effect = next(flow)
        while True:
            try:
                outcome = await perform(effect)
            except Exception as error:  # noqa: BLE001 - the flow decides what to make of it
                effect = flow.throw(error)
            else:
                effect = flow.send(outcome)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]  # as in run
    finally:
        flow.close()


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds that the answer asks to wait, or None.

    Reads `retry-after-ms`, then `retry-after` in seconds or as a date, which is compared with the answer's own `date`.

    Source: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers[name]) * unit
        except (KeyError, ValueError):
            continue
        return seconds if 0 <= seconds < float("inf") else None
    from email.utils import parsedate_to_datetime  # dates are rare, the module is not small

    try:
        until, now = parsedate_to_datetime(headers["retry-after"]), parsedate_to_datetime(headers["date"])
        return max(0.0, (until - now).total_seconds())
    except (KeyError, TypeError, ValueError):
        return None


def should_retry(headers: Mapping[str, str]) -> bool | None:
    """What `x-should-retry` says, or None."""
    return {"true": True, "false": False}.get(headers.get("x-should-retry", ""))


def exchange(
    effect: Send | Open, retries: Retries, accept: Callable[[Any], T] | None = None
) -> Generator[Effect, Any, T]:
    """Send, and send again while the answer or the failure is worth it.

    Args:
        effect: what to do; its outcome goes to `accept`.
        retries: how often, and how long to wait.
        accept: turns the outcome into the value; a retryable ProviderError from it means another attempt. Without it
            the outcome is the value, and the status and headers alone decide.

    Raises:
        ProviderError, TransportError: the last one, when no attempt is left or the provider asks for too long a wait.
    """
    attempt = 0
    while True:
        backoff = min(retries.first_wait_s * 2.0 ** min(attempt, _MAX_DOUBLINGS), retries.max_wait_s)
        final = attempt == retries.limit or not effect.request.retryable
        outcome: Any = None
        try:
            outcome = yield effect
            if accept is not None:
                return accept(outcome)
            wait = _wait_of_response(outcome, backoff)
            if final or wait is None or wait > retries.max_wait_s:
                return outcome  # type: ignore[no-any-return]  # T is the outcome's type when there is no accept
        except TransportError as error:
            if final or not error.retryable:
                raise
            wait = backoff
        except ProviderError as error:
            wait = _wait_of_error(error, outcome, backoff)
            if final or wait is None or wait > retries.max_wait_s:
                raise
        yield Sleep(wait)
        attempt += 1


def _wait_of_response(response: HttpResponse, backoff: float) -> float | None:
    """Seconds until the next attempt, or None if the answer stands."""
    asked = should_retry(response.headers)
    retryable = response.status in RETRYABLE_STATUSES if asked is None else asked and response.status >= 400
    if not retryable:
        return None
    after = retry_after_s(response.headers)
    return backoff if after is None else after


def _wait_of_error(error: ProviderError, outcome: object, backoff: float) -> float | None:
    """As for a response; the error learns what the headers of the answer that it stands for say."""
    headers: Mapping[str, str] = outcome.headers if isinstance(outcome, HttpResponse) else dict[str, str]()
    asked = should_retry(headers)
    if asked is not None:
        error.retryable = asked
    if error.retry_after_s is None:
        error.retry_after_s = retry_after_s(headers)
    if not error.retryable:
        return None
    if error.retry_after_s is not None:
        return error.retry_after_s
    limits = error.rate_limits.limits if error.rate_limits else ()
    resets = [limit.reset_s for limit in limits if limit.remaining == 0 and limit.reset_s is not None]
    return max(resets, default=backoff)


def pages(flow: Flow[T], retries: Retries) -> Steps[T]:
    """Drive a plugin's flow: each request it yields is exchanged, retries included.

    It is sent the answer whatever its status, and decides itself.
    """
    try:
        request = next(flow)
        while True:
            sending: Generator[Effect, Any, HttpResponse] = exchange(Send(request), retries)
            response = yield from sending
            request = flow.send(response)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]  # as in run
    finally:
        flow.close()
