"""Trying a model live: every probe through the public client, recorded, then judged like any other recording.

Strategy: what is on disk already is not sent again, so a run that was stopped goes on where it was. Rules: the first
probe is sent alone, and a wrong key or model ends the run there; at most `workers` requests at a time, and a rate limit
is waited for as the provider asks; what failed for a passing reason is left open, never judged.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs

from jackfield import registry
from jackfield.client import Client
from jackfield.errors import JackfieldError, OutputError, ProviderError, UsageError
from jackfield.http import Secret
from jackfield.scoreboard import exchanges
from jackfield.scoreboard.evaluate import evaluate
from jackfield.scoreboard.model import MODES, Mode, Scenario
from jackfield.scoreboard.observation import passing
from jackfield.scoreboard.probes import PROBES, Probe, Setup
from jackfield.scoreboard.recorder import Listener, Shelf, private_values, reply_of, slug
from jackfield.scoreboard.replay import decode
from jackfield.scoreboard.samples import sample
from jackfield.settings import resolve
from jackfield.types.models import Pricing
from jackfield.types.requests import GenerateRequest, ImageRequest, ReasoningEffort, Request
from jackfield.types.results import Result

_STAGES: tuple[tuple[str, ...], ...] = (
    ("Tools-SquareRoot-1-any",),
    ("Tools-SquareRoot-2", "Tools-ToolBias-Canada", "Tools-ToolBias-USA"),
    ("Tools-SquareRoot-2-any",),
)
_LATER = {name for stage in _STAGES for name in stage}
_SAME_AS_ANOTHER = frozenset({"Citations"})


@attrs.frozen(kw_only=True)
class Job:
    """One model to try.

    Attributes:
        directory: where the recordings are, one folder a model.
        simulated: `base_url` is a simulator's; nothing that it shows is real.
        effort: how long to think, where the model can be told; None leaves it to the provider.
        media: a directory with sample files (`image.jpg`, `audio.mp3`, ...) beside the few that `samples` makes.
        workers: requests at a time.
    """

    provider: str
    model: str
    directory: Path
    simulated: bool = False
    base_url: str | None = None
    settings: Mapping[str, str | Secret] = attrs.field(factory=dict[str, str | Secret], repr=False)
    effort: ReasoningEffort | None = None
    modes: tuple[Mode, ...] = MODES
    media: Path | None = None
    workers: int = 2
    pricing: Pricing | None = None

    @property
    def thinking(self) -> bool:
        """Whether thinking is asked for."""
        return self.effort not in (None, "none")


@attrs.define
class Progress:
    """How far a run is.

    Attributes:
        done, total: probes; the total shrinks when one proves needless.
        sent: requests that this run made; the others were on disk.
        usd: what they cost by the list price; None without one.
    """

    total: int
    done: int = 0
    sent: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    usd: float | None = None
    case: str = ""

    def add(self, result: Result[Any], pricing: Pricing | None) -> None:
        """Count a reply's tokens, and what they cost."""
        usage = result.usage
        self.input_tokens += (usage and usage.input_tokens) or 0
        self.output_tokens += (usage and usage.output_tokens) or 0
        if pricing is not None:
            cost = self.input_tokens * (pricing.input_usd or 0) + self.output_tokens * (pricing.output_usd or 0)
            self.usd = cost / 1_000_000


@attrs.frozen(kw_only=True)
class Outcome:
    """What a run found.

    Attributes:
        unfinished: case -> why it was left open; run again to try these.
    """

    scenario: Scenario
    unfinished: Mapping[str, str]
    progress: Progress


def run(job: Job, watch: Callable[[Progress], None] = lambda _: None) -> Outcome:
    """Try a model; `watch` is called after each probe, from any thread.

    Raises:
        MissingCredential, UsageError, PluginError: see each; nothing was sent.
        AuthenticationError, PermissionDenied, NotFound: the first request says that the rest is useless.
    """
    provider = registry.load(job.provider)
    settings = resolve(provider.info, dict(job.settings), base_url=job.base_url)
    listener = Listener()
    shelf = Shelf(
        directory=job.directory / job.provider / slug(job.model, thinking=job.thinking),
        provider=job.provider,
        model=job.model,
        thinking=job.thinking,
        simulated=job.simulated,
        private=private_values(settings),
    )
    with Client(
        job.provider,
        model=job.model,
        settings=job.settings,
        base_url=job.base_url,
        strict=True,
        middleware=(listener,),
    ) as client:
        trial = _Trial(job, client, listener, shelf, watch)
        trial.go()
    return Outcome(scenario=judged(shelf), unfinished=trial.unfinished, progress=trial.progress)


def judged(shelf: Shelf) -> Scenario:
    """The scenario of what is on a shelf.

    Raises:
        UsageError: it is empty.
    """
    found = [one for one in map(exchanges.read, sorted(shelf.directory.glob("*.json"))) if one is not None]
    if not found:
        raise UsageError(f"no recordings in {shelf.directory}")
    return evaluate(found, registry.load(shelf.provider))


class _Trial:
    def __init__(
        self, job: Job, client: Client, listener: Listener, shelf: Shelf, watch: Callable[[Progress], None]
    ) -> None:
        self._job = job
        self._client = client
        self._listener = listener
        self._shelf = shelf
        self._watch = watch
        self._seen: dict[Mode, dict[str, Result[Any]]] = {mode: {} for mode in job.modes}
        self.unfinished: dict[str, str] = {}
        self.progress = Progress(total=len(job.modes) * (len(PROBES) - len(_SAME_AS_ANOTHER)))

    def go(self) -> None:
        """Send what is missing, stage by stage."""
        first, *others = (probe for name, probe in PROBES.items() if name not in _LATER | _SAME_AS_ANOTHER)
        modes: tuple[Mode, ...] = self._job.modes
        self._try(modes[0], first, fatal=True)
        self._stage([(modes[at], first) for at in range(1, len(modes))])
        self._stage([(mode, probe) for probe in others for mode in modes])
        for names in _STAGES:
            pairs: list[tuple[Mode, Probe]] = [(mode, PROBES[name]) for name in names for mode in modes]
            wanted: list[tuple[Mode, Probe]] = [one for one in pairs if self._wanted(one[1].name, one[0])]
            self.progress.total -= len(pairs) - len(wanted)
            self._stage(wanted)

    def _stage(self, tasks: Iterable[tuple[Mode, Probe]]) -> None:
        with ThreadPoolExecutor(max_workers=self._job.workers) as pool:
            futures = [pool.submit(self._try, mode, probe) for mode, probe in tasks]
            try:
                for future in futures:
                    future.result()
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise

    def _wanted(self, name: str, mode: Mode) -> bool:
        """Whether a later probe has something to add."""
        seen = self._seen[mode]
        if name == "Tools-SquareRoot-1-any":
            called = seen.get("Tools-SquareRoot-1")
            return called is None or not called.tool_calls
        return name != "Tools-SquareRoot-2-any" or "Tools-SquareRoot-2" not in seen

    def _try(self, mode: Mode, probe: Probe, *, fatal: bool = False) -> None:
        case = case_name(probe.name, mode)
        request = self._request(mode, probe)
        if request is not None and not (isinstance(request, ImageRequest) and mode == "stream"):
            kept = self._kept(case, request)
            self._send(case, mode, probe.name, request, fatal=fatal) if not kept else self._keep(mode, probe.name, kept)
        self.progress.done += 1
        self.progress.case = case
        self._watch(self.progress)

    def _request(self, mode: Mode, probe: Probe) -> Request | None:
        request = probe.build(
            Setup(model=self._job.model, seen=self._seen[mode], sample=lambda name: sample(name, self._job.media))
        )
        if not isinstance(request, GenerateRequest):
            return request
        return attrs.evolve(request, stream=mode == "stream", reasoning_effort=self._job.effort)

    def _kept(self, case: str, request: Request) -> "Result[Any] | str | None":
        """What is on disk: a result, why it is none, or None if there is no file."""
        path = self._shelf.path(case)
        exchange = exchanges.read(path) if path.is_file() else None
        if exchange is None:
            return None
        try:
            return decode(registry.load(self._job.provider), request, exchange.response)
        except JackfieldError as error:
            return str(error) or type(error).__name__

    def _keep(self, mode: Mode, name: str, kept: "Result[Any] | str") -> None:
        if isinstance(kept, Result):
            self._seen[mode][name] = kept

    def _send(self, case: str, mode: Mode, name: str, request: Request, *, fatal: bool) -> None:
        outcome: Result[Any] | Exception
        try:
            outcome = ask(self._client, request)
        except JackfieldError as error:
            outcome = error
        sent = self._listener.take()
        if isinstance(outcome, Result):
            self._seen[mode][name] = outcome
            self.progress.add(outcome, self._job.pricing)
        elif fatal and not isinstance(outcome, UsageError):
            raise outcome
        if sent is None:
            return  # refused before any I/O: the judge of recordings sees that by itself
        self.progress.sent += 1
        reply = reply_of(outcome)
        if isinstance(outcome, JackfieldError) and (
            reply is None or not isinstance(outcome, ProviderError) or passing(outcome)
        ):
            self.unfinished[case] = str(outcome)
        elif reply is not None:
            self._shelf.write(case, sent, reply)


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
    names = [name for name in request.options() if name not in ("json_mode", "schema")]
    options: dict[str, Any] = {name: getattr(request, name) for name in names}
    output: Any = "json" if request.json_mode else request.schema.schema if request.schema is not None else None
    if not request.stream:
        return client.generate(request.messages, output=output, model=request.model, **options)
    with client.stream(request.messages, output=output, model=request.model, **options) as stream:
        for _ in stream:
            pass
    return stream.result


def case_name(probe: str, mode: Mode) -> str:
    """What a recording of that probe is called."""
    if probe == "Image":
        return "GenDoc-Image"
    prefix = "GenStream" if mode == "stream" else "GenSync"
    return f"{prefix}{probe}" if probe.startswith("MultiModal-") else f"{prefix}-{probe}"


def replay(directory: Path) -> Iterator[tuple[str, Scenario]]:
    """The scenarios of every model whose recordings are below a directory, with the provider: nothing is sent."""
    groups: dict[tuple[str, str, bool], list[exchanges.Exchange]] = {}
    for exchange in exchanges.read_all(directory):
        groups.setdefault((exchange.provider, exchange.model, exchange.thinking), []).append(exchange)
    for (provider, _, _), group in groups.items():
        yield provider, evaluate(group, registry.load(provider))
