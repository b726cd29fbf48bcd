"""One run: which probes are sent, in which order, by which threads, and what is written of each.

Rules: the first probe is sent alone, and a wrong key or model ends the run there; a probe that needs what another one
found comes after it; what is on disk is not sent again. Threads end with the program: one that waits for a provider
does not keep a run that was stopped.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from jackfield import registry
from jackfield.client import Client
from jackfield.errors import (
    JackfieldError,
    NotFound,
    OutputError,
    ProviderError,
    RateLimited,
    TransportError,
    UsageError,
)
from jackfield.http import HttpRequest
from jackfield.scoreboard.errands import ERRANDS, Errand
from jackfield.scoreboard.exchanges import Exchange
from jackfield.scoreboard.listening import ListeningClient, Sent
from jackfield.scoreboard.model import Mode
from jackfield.scoreboard.observation import STORED, Kept, passing
from jackfield.scoreboard.pace import Pace
from jackfield.scoreboard.probes import PROBES, Probe, Setup
from jackfield.scoreboard.progress import Progress
from jackfield.scoreboard.recorder import Shelf, reply_of
from jackfield.scoreboard.replay import decode, observe_errand, unsendable_errand
from jackfield.scoreboard.samples import sample
from jackfield.scoreboard.work import Job, case_name
from jackfield.types.requests import GenerateRequest, ImageRequest, Request
from jackfield.types.results import RawReply, Result

Task = Callable[[], None]

_STAGES: tuple[tuple[str, ...], ...] = (
    ("Tools-SquareRoot-1-any",),
    ("Tools-SquareRoot-2", "Tools-ToolBias-Canada", "Tools-ToolBias-USA"),
    ("Tools-SquareRoot-2-any",),
)
_LATER = {name for stage in _STAGES for name in stage}
_SAME_AS_ANOTHER = frozenset({"Citations"})
_ATTEMPTS = 3
_GRACE_S = 1.0
"""How long a run that was stopped waits for the answers that are on their way: they were paid for."""


class Trial:
    """Sends what is missing.

    Attributes:
        unfinished: case -> why it was left open.
    """

    def __init__(self, job: Job, client: ListeningClient, shelf: Shelf, watch: Callable[[Progress], None]) -> None:
        """Prepare; `go` begins."""
        self._job = job
        self._client = client
        self._shelf = shelf
        self._watch = watch
        self._provider = registry.load(job.provider)
        self._seen: Mapping[Mode, dict[str, Result[Any]]] = {mode: {} for mode in job.modes}
        self._kept: dict[str, Kept] = {}
        self._pace = Pace(job.workers)
        self._lock = threading.Lock()
        self.unfinished: dict[str, str] = {}
        probes = len(PROBES) - len(_SAME_AS_ANOTHER)
        usd = None if job.pricing is None else 0.0
        self.progress = Progress(total=len(job.modes) * probes + len(ERRANDS), usd=usd)

    def go(self) -> None:
        """Do everything, stage by stage."""
        first, *others = (probe for name, probe in PROBES.items() if name not in _LATER | _SAME_AS_ANOTHER)
        modes: tuple[Mode, ...] = self._job.modes
        if not self._begun(modes[0], first):
            return
        self._stage([self._task(mode, first) for mode in modes[1:]])
        errands = [self._errand_task(one) for one in ERRANDS.values() if not one.last]
        self._stage([*errands, *(self._task(mode, probe) for probe in others for mode in modes)])
        for names in _STAGES:
            pairs: list[tuple[Mode, str]] = [(mode, name) for name in names for mode in modes]
            wanted: list[tuple[Mode, str]] = [pair for pair in pairs if self._wanted(*pair)]
            self._needless(len(pairs) - len(wanted))
            self._stage([self._task(mode, PROBES[name]) for mode, name in wanted])
        self._stage([self._errand_task(one) for one in ERRANDS.values() if one.last])

    def _begun(self, mode: Mode, first: Probe) -> bool:
        """Whether there is more to try: a model that only makes pictures is not found where others are asked."""
        try:
            self._probe(mode, first, fatal=True)
        except NotFound as error:
            if ImageRequest not in self._provider.info.capabilities.operations:
                raise
            picture = PROBES["Image"]
            self._probe("sync", picture)
            if self._shelf.read(case_name(picture.name)) is None:
                raise error from None
            self._needless(self.progress.total - self.progress.done)
            return False
        return True

    def _task(self, mode: Mode, probe: Probe) -> Task:
        return lambda: self._probe(mode, probe)

    def _errand_task(self, errand: Errand) -> Task:
        return lambda: self._errand(errand)

    def _stage(self, tasks: Iterable[Task]) -> None:
        """Do these with some threads; the first failure ends it, and so does whatever is raised while waiting."""
        work = _Work(tasks, self._pace)
        threads = [threading.Thread(target=work.go, daemon=True) for _ in range(self._job.workers)]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                thread.join()
        except BaseException:
            self._pace.stop()
            end_s = time.monotonic() + _GRACE_S
            for thread in threads:
                thread.join(max(0.0, end_s - time.monotonic()))
            raise
        if work.failure is not None:
            raise work.failure

    def _wanted(self, mode: Mode, name: str) -> bool:
        """Whether a later probe has something to add."""
        seen = self._seen[mode]
        if name == "Tools-SquareRoot-1-any":
            called = seen.get("Tools-SquareRoot-1")
            return called is None or not called.tool_calls
        return name != "Tools-SquareRoot-2-any" or "Tools-SquareRoot-2" not in seen

    # --- what has been done

    def _done(self, case: str) -> None:
        with self._lock:
            self.progress.done += 1
            self.progress.case = case
            self._watch(self.progress)

    def _needless(self, count: int) -> None:
        if count:
            with self._lock:
                self.progress.total -= count
                self._watch(self.progress)

    def _paid(self, requests: int, result: Result[Any] | None) -> None:
        with self._lock:
            self.progress.sent += requests
            if result is not None:
                self.progress.add(result, self._job.pricing)
        if result is not None:
            self._pace.learn(result.rate_limits)

    def _setup(self, seen: Mapping[str, Result[Any]]) -> Setup:
        return Setup(
            model=self._job.model,
            seen=seen,
            kept=self._kept,
            poll_s=self._job.poll_s,
            options_type=self._provider.info.options_type,
            sample=lambda name: sample(name, self._job.media),
        )

    # --- probes

    def _probe(self, mode: Mode, probe: Probe, *, fatal: bool = False) -> None:
        case = case_name(probe.name, mode)
        request = self._request(mode, probe)
        if request is not None and not (isinstance(request, ImageRequest) and mode == "stream"):
            recorded = self._shelf.read(case)
            if recorded is None:
                self._send(case, mode, probe.name, request, fatal=fatal)
            else:
                self._keep(mode, probe.name, request, recorded)
        self._done(case)

    def _request(self, mode: Mode, probe: Probe) -> Request | None:
        request = probe.build(self._setup(self._seen[mode]))
        if not isinstance(request, GenerateRequest):
            return request
        return attrs.evolve(request, stream=mode == "stream", reasoning_effort=self._job.effort)

    def _keep(self, mode: Mode, name: str, request: Request, recorded: Exchange) -> None:
        """What is on disk may be what a later probe needs."""
        with contextlib.suppress(JackfieldError):  # the judge says what an error means
            self._seen[mode][name] = decode(self._provider, request, recorded.response)

    def _send(self, case: str, mode: Mode, name: str, request: Request, *, fatal: bool) -> None:
        if not self._pace.wait():
            return
        outcome: Result[Any] | Exception
        self._client.take()
        try:
            outcome = ask(self._client, request)
        except JackfieldError as error:
            outcome = error
        sent = self._client.take()
        if isinstance(outcome, Result):
            self._seen[mode][name] = outcome
        elif fatal and not isinstance(outcome, UsageError):
            raise outcome
        if not sent:
            return  # refused before any I/O: the judge of recordings sees that by itself
        self._paid(len(sent), outcome if isinstance(outcome, Result) else None)
        reply = reply_of(outcome)
        if isinstance(outcome, JackfieldError) and (
            reply is None or not isinstance(outcome, ProviderError) or passing(outcome)
        ):
            self.unfinished[case] = str(outcome)
        elif reply is not None:
            self._shelf.write(case, (sent[-1].request, reply))

    # --- errands

    def _errand(self, errand: Errand) -> None:
        case = case_name(errand.name)
        recorded = self._shelf.read(case)
        seen = None if recorded is None else observe_errand(recorded, errand, self._provider, self._kept)
        if seen is not None and not isinstance(seen.error, TransportError):  # else it tells of another batch
            if seen.kept is not None:
                self._kept[errand.name] = seen.kept
        elif unsendable_errand(self._job.model, errand, self._provider) is None:
            self._run(case, errand)
        self._done(case)

    def _run(self, case: str, errand: Errand) -> None:
        """Run it, again and again while a batch is running and there is patience, or while a limit is waited for."""
        end_s = time.monotonic() + self._job.patience_s
        attempts = _ATTEMPTS
        while self._pace.wait():
            self._client.take()
            try:
                found = errand.go(self._client, self._setup({}))
            except JackfieldError as error:
                attempts -= 1
                if isinstance(error, RateLimited) and error.retry_after_s is not None and attempts:
                    self._pace.hold(error.retry_after_s)  # what creates something is not sent again by the client
                    continue
                self._failed(case, errand, error)
                return
            sent = self._client.take()
            self._paid(len(sent), None if found is None else found.result)
            if found is None:
                return
            if not found.running or not errand.last:
                self._kept[errand.name] = found
                self._shelf.write(case, *_answered(sent))
                return
            if time.monotonic() >= end_s:
                self.unfinished[case] = "the batch has not ended"
                return
            time.sleep(self._job.poll_s)

    def _failed(self, case: str, errand: Errand, error: JackfieldError) -> None:
        sent = self._client.take()
        self._paid(len(sent), None)
        if not isinstance(error, ProviderError) or passing(error, stored=errand.name in STORED):
            self.unfinished[case] = str(error)
        else:
            self._shelf.write(case, *_answered(sent))


class _Work:
    """Tasks that several threads share."""

    def __init__(self, tasks: Iterable[Task], pace: Pace) -> None:
        self._left = iter(tuple(tasks))
        self._pace = pace
        self._lock = threading.Lock()
        self.failure: BaseException | None = None

    def go(self) -> None:
        while not self._pace.stopped:
            with self._lock:
                task = next(self._left, None)
            if task is None:
                return
            try:
                task()
            except BaseException as error:  # noqa: BLE001 - it is raised where the threads are waited for
                self.failure = error
                self._pace.stop()


def _answered(sent: Iterable[Sent]) -> Iterator[tuple[HttpRequest, RawReply]]:
    """The requests that were answered; a connection that failed was followed by another attempt."""
    for one in sent:
        if one.response is not None:
            reply = RawReply(status=one.response.status, headers=one.response.headers, body=one.response.body)
            yield one.request, reply


def ask(client: Client, request: Request) -> Result[Any]:
    """Send a probe's request through the public client; a reply that does not fit its schema is a reply, too.

    Raises:
        JackfieldError: whatever the client raises.
    """
    if isinstance(request, ImageRequest):
        return client.make_image(request.prompt, model=request.model)
    assert isinstance(request, GenerateRequest)  # noqa: S101 - probes make these two
    try:
        return _generated(client, request)
    except OutputError as error:
        partial: Result[Any] | None = error.partial
        if partial is None:
            raise
        return partial


def _generated(client: Client, request: GenerateRequest) -> Result[Any]:
    names: Sequence[str] = [name for name in request.options() if name not in ("json_mode", "schema")]
    options: dict[str, Any] = {name: getattr(request, name) for name in names} | {"extra": request.extra}
    output: Any = "json" if request.json_mode else request.schema.schema if request.schema is not None else None
    if not request.stream:
        return client.generate(request.messages, output=output, model=request.model, **options)
    with client.stream(request.messages, output=output, model=request.model, **options) as stream:
        for _ in stream:
            pass
    return stream.result
