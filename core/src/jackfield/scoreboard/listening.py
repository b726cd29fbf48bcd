"""A client that remembers what it sends and gets, and one that answers from what was remembered.

Rules: both are clients like any other, so a probe cannot tell them apart; a recorded answer is given to the request
that it was recorded for, and to no other.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

import attrs

from jackfield.client import Client
from jackfield.deadlines import Deadlines
from jackfield.errors import TransportError
from jackfield.flow import Effect, Open, Send, Steps, run
from jackfield.http import HttpRequest, HttpResponse, Secret
from jackfield.registry import Provider
from jackfield.scoreboard.exchanges import Step
from jackfield.types.policies import Retries

T = TypeVar("T")


@attrs.frozen
class Sent:
    """A request, and the whole answer; None for a stream, which its reader keeps."""

    request: HttpRequest
    response: HttpResponse | None


class ListeningClient(Client):
    """A client that remembers what each thread sent, and what came back."""

    def __init__(self, provider: str, **options: Any) -> None:
        """As for a Client."""
        self._heard = threading.local()
        super().__init__(provider, **options)

    def take(self) -> tuple[Sent, ...]:
        """What this thread sent since it was asked last."""
        heard: list[Sent] = getattr(self._heard, "sent", [])
        self._heard.sent = list[Sent]()
        return tuple(heard)

    def _run(self, flow: Steps[T], deadlines: Deadlines | None = None) -> T:
        if not hasattr(self._heard, "sent"):
            self.take()
        return super()._run(_overheard(flow, self._heard.sent.append), deadlines)


def _overheard(flow: Steps[T], keep: Callable[[Sent], None]) -> Steps[T]:
    """The same flow; what it sends is kept with what it gets."""
    try:
        effect = next(flow)
        while True:
            try:
                outcome = yield effect
            except Exception as error:  # noqa: BLE001 - the flow decides what to make of it
                _keep(effect, None, keep)
                effect = flow.throw(error)
            else:
                _keep(effect, outcome, keep)
                effect = flow.send(outcome)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]  # a generator's return value is untyped in StopIteration
    finally:
        flow.close()


def _keep(effect: Effect, outcome: Any, keep: Callable[[Sent], None]) -> None:
    if isinstance(effect, Send | Open):
        keep(Sent(effect.request, outcome if isinstance(outcome, HttpResponse) else None))


class ReplayClient(Client):
    """A client whose answers were recorded: nothing is sent, and no wait is waited."""

    def __init__(self, provider: Provider, model: str, steps: Sequence[Step]) -> None:
        """Answer with these steps, in their order."""
        needed: dict[str, str | Secret] = {one.name: "none" for one in provider.info.settings if one.required}
        super().__init__(
            provider.id, model=model, settings=needed, base_url=provider.info.base_url, strict=True, retries=Retries()
        )
        self._left = list(steps)

    def _run(self, flow: Steps[T], deadlines: Deadlines | None = None) -> T:
        del deadlines
        return run(flow, self._play)

    def _play(self, effect: Effect) -> Any:
        if not isinstance(effect, Send | Open):
            return None
        wanted = _told(effect.request.method, effect.request.url)
        found = self._left.pop(0) if self._left else None
        if found is None or _told(found.method, found.url) != wanted:
            message = f"no answer to {wanted} was recorded"
            raise TransportError(message, retryable=False)
        return found.response


def _told(method: str, url: str) -> str:
    """Method and last part of the path: what stands before it depends on the base URL."""
    return f"{method} {urlsplit(url).path.rpartition('/')[2]}"
