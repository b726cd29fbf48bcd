"""How `jackfield scoreboard run` tries a model: with a key, against the simulator, or from what was recorded."""

import sys
from typing import TYPE_CHECKING

import attrs

from jackfield.cli.exits import Exit, explain
from jackfield.cli.terminal import console, say
from jackfield.client import Client
from jackfield.errors import JackfieldError, MissingCredential, UsageError
from jackfield.types.models import Pricing

if TYPE_CHECKING:
    from jackfield.scoreboard.run import Job, Outcome

REHEARSAL = "simulated: this shows what the codec and the probes do, and nothing about a model"


def price_of(text: str | None) -> Pricing | None:
    """`0.15/0.60` as a price.

    Raises:
        UsageError: it is none.
    """
    if text is None:
        return None
    try:
        given, got = (float(one) for one in text.split("/"))
    except ValueError:
        raise UsageError(f"--price: expected USD per million tokens, in/out, such as 0.15/0.60, got {text}") from None
    return Pricing(input_usd=given, output_usd=got)


def tried(job: "Job", *, as_json: bool) -> int:
    """Ask the provider; without a key, judge what is recorded, or ask the simulator."""
    try:
        return _sent(job, as_json=as_json)
    except MissingCredential as error:
        return _without_key(job, error, as_json=as_json)


def _without_key(job: "Job", error: MissingCredential, *, as_json: bool) -> int:
    say(f"no key: {explain(error)[1]}")
    if any(job.directory.rglob("*.json")):
        say(f"judging what is recorded in {job.directory}")
        return replayed(job, as_json=as_json)
    return simulated(job, as_json=as_json)


def _listed(job: "Job") -> Pricing | None:
    """What the provider's list of models says that it costs.

    Raises:
        MissingCredential: there is no key.
    """
    with Client(job.provider, base_url=job.base_url, settings=job.settings) as client:
        try:
            return next((one.pricing for one in client.list_models() if one.id == job.model), None)
        except JackfieldError:
            return None  # a price is no reason to stop: the first probe says what is wrong


def simulated(job: "Job", *, as_json: bool) -> int:
    """Ask the simulator."""
    from jackfield.testing import Simulator

    with Simulator(job.provider) as simulator:
        say(REHEARSAL)
        there = {"simulated": True, "base_url": simulator.base_url, "settings": simulator.settings, "poll_s": 0.01}
        return _sent(attrs.evolve(job, **there), as_json=as_json)  # type: ignore[arg-type]  # fields of different types


def replayed(job: "Job", *, as_json: bool) -> int:
    """Judge what is recorded; nothing is sent."""
    from jackfield.scoreboard.run import Outcome, Progress, replay

    found = [one for name, one in replay(job.directory) if name == job.provider and job.model in one.models]
    if not found:
        raise UsageError(f"there are no recordings of {job.provider}:{job.model} below {job.directory}")
    for scenario in found:
        _show(Outcome(scenario=scenario, unfinished={}, progress=Progress(total=0)), as_json=as_json)
    return Exit.OK


def _sent(job: "Job", *, as_json: bool) -> int:
    from jackfield.scoreboard import terminal
    from jackfield.scoreboard.run import run

    priced = attrs.evolve(job, pricing=job.pricing or _listed(job))
    with terminal.progress(console(stderr=True)) as watch:
        outcome = run(priced, watch)
    _show(outcome, as_json=as_json)
    say(terminal.spent(outcome.progress))
    return Exit.PROVIDER if outcome.unfinished else Exit.OK


def _show(outcome: "Outcome", *, as_json: bool) -> None:
    from jackfield.scoreboard import terminal
    from jackfield.scoreboard.store import encode_scenario

    if as_json:
        sys.stdout.write(f"{encode_scenario(outcome.scenario)}\n")
    else:
        terminal.show_outcome(outcome, console())
