"""Trying a model live: every probe through the public client, recorded, then judged like any other recording.

Strategy: what is on disk already is not sent again, so a run that was stopped goes on where it was. Rules: at most
`workers` requests at a time; a rate limit is waited for as the provider asks, and a quota that is used up holds the
next request back; what failed for a passing reason is left open, never judged.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import attrs

from jackfield import registry
from jackfield.errors import UsageError
from jackfield.http import origin_of
from jackfield.scoreboard import exchanges
from jackfield.scoreboard.evaluate import evaluate
from jackfield.scoreboard.listening import ListeningClient
from jackfield.scoreboard.model import Scenario
from jackfield.scoreboard.progress import Progress
from jackfield.scoreboard.recorder import Shelf, private_values, slug
from jackfield.scoreboard.trial import Trial
from jackfield.scoreboard.work import Job, case_name
from jackfield.settings import resolve

__all__ = ["Job", "Outcome", "Progress", "case_name", "judged", "replay", "run"]


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
    shelf = Shelf(
        directory=job.directory / job.provider / slug(job.model, thinking=job.thinking, simulated=job.simulated),
        provider=job.provider,
        model=job.model,
        thinking=job.thinking,
        simulated=job.simulated,
        private=private_values(settings),
        origin=None if job.simulated else origin_of(settings.base_url),
    )
    with ListeningClient(
        job.provider, model=job.model, settings=job.settings, base_url=job.base_url, strict=True
    ) as client:
        trial = Trial(job, client, shelf, watch)
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


def replay(directory: Path) -> Iterator[tuple[str, Scenario]]:
    """The scenarios of every model whose recordings are below a directory, with the provider: nothing is sent."""
    groups: dict[tuple[str, str, bool], list[exchanges.Exchange]] = {}
    for exchange in exchanges.read_all(directory):
        groups.setdefault((exchange.provider, exchange.model, exchange.thinking), []).append(exchange)
    for (provider, _, _), group in groups.items():
        yield provider, evaluate(group, registry.load(provider))
