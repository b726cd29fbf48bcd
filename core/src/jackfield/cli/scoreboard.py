"""`jackfield scoreboard`: what each model can really do; `run` finds out, `html` draws it as a page."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import attrs
from cyclopts import App, Parameter

from jackfield import scoreboard as boards
from jackfield.cli.exits import Exit
from jackfield.cli.terminal import console, say
from jackfield.errors import UsageError

if TYPE_CHECKING:
    from jackfield.scoreboard.run import Job
    from jackfield.scoreboard.terminal import Row

scoreboard = App(
    name="scoreboard", help="Show what each model can really do, with the evidence.", result_action="return_value"
)

Flag = Parameter(negative="", show_default=False)


@scoreboard.default
def show(
    *providers: str,
    needs: Annotated[str, Parameter(help="Only what does all of this, such as tools,schema,stream.")] = "",
    model: Annotated[str, Parameter(name=["--model", "-m"], help="Only models whose id holds this text.")] = "",
    tested: Annotated[bool, Flag, Parameter(help="Leave out what nobody tried.")] = False,
    explain: Annotated[bool, Flag, Parameter(help="Each cell with its evidence, one line each.")] = False,
    as_json: Annotated[bool, Flag, Parameter(name="--json", help="For scripts.")] = False,
) -> None:
    """Show what each model can really do, with the evidence.

    Parameters
    ----------
    providers
        Their ids; every installed one if none is given.
    """
    from jackfield.scoreboard import terminal

    chosen = terminal.select(_scores(providers), needs=boards.parse_needs(needs), model=model, tested=tested)
    _print(list(chosen), explain=explain, as_json=as_json)


def _scores(providers: tuple[str, ...]) -> list[boards.Score]:
    return [boards.load(one) for one in providers] if providers else list(boards.installed())


def _print(rows: "list[Row]", *, explain: bool, as_json: bool) -> None:
    from jackfield.scoreboard import terminal

    if as_json:
        sys.stdout.write(f"{terminal.as_json(rows)}\n")
    elif explain:
        terminal.explain(rows, console())
    else:
        terminal.show(rows, console())


@scoreboard.command
def html(
    *providers: str,
    output: Annotated[Path, Parameter(name=["--output", "-o"], help="The directory to write to.")] = Path("scoreboard"),
) -> None:
    """Draw the scoreboard as one web page, which needs nothing else.

    Parameters
    ----------
    providers
        Their ids; every installed one if none is given.
    """
    from jackfield.scoreboard.webpage import html as write

    say(f"written: {write(output, _scores(providers))}")


@scoreboard.command
def run(
    provider: str,
    *,
    model: Annotated[str, Parameter(name=["--model", "-m"], help="The model to try.")],
    record: Annotated[Path | None, Parameter(help="Where recordings go; what is there is not sent again.")] = None,
    replay: Annotated[Path | None, Parameter(help="Judge the recordings there; nothing is sent.")] = None,
    simulate: Annotated[bool, Flag, Parameter(help="Ask the simulator, not the provider.")] = False,
    effort: Annotated[Literal["minimal", "low", "medium", "high"] | None, Parameter(help="How long to think.")] = None,
    media: Annotated[Path | None, Parameter(help="A directory with image.jpg, audio.mp3 and other samples.")] = None,
    workers: Annotated[int, Parameter(help="Requests at a time.")] = 2,
) -> int:
    """Try a model: one probe a cell, sent through the client, recorded without keys, and judged.

    Ctrl-C stops it; the same command goes on where it was.

    Parameters
    ----------
    provider
        The provider's id.
    """
    from jackfield.scoreboard.run import Job

    if replay is not None:
        return _replayed(replay, provider, model)
    job = Job(
        provider=provider,
        model=model,
        directory=record or Path("recordings"),
        effort=effort,
        media=media,
        workers=workers,
    )
    return _simulated(job) if simulate else _tried(job)


def _replayed(directory: Path, provider: str, model: str) -> int:
    from jackfield.scoreboard.run import Outcome, Progress, replay
    from jackfield.scoreboard.terminal import show_outcome

    found = [scenario for name, scenario in replay(directory) if name == provider and model in scenario.models]
    if not found:
        raise UsageError(f"there are no recordings of {provider}:{model} below {directory}")
    for scenario in found:
        show_outcome(Outcome(scenario=scenario, unfinished={}, progress=Progress(total=0)), console())
    return Exit.OK


def _simulated(job: "Job") -> int:
    from jackfield.testing import Simulator

    with Simulator(job.provider) as simulator:
        say("simulated: this shows what the codec and the probes do, and nothing about a model")
        return _tried(attrs.evolve(job, simulated=True, base_url=simulator.base_url, settings=simulator.settings))


def _tried(job: "Job") -> int:
    from jackfield.scoreboard import terminal
    from jackfield.scoreboard.run import run as run_probes

    with terminal.progress(console(stderr=True)) as watch:
        outcome = run_probes(job, watch)
    terminal.show_outcome(outcome, console())
    return Exit.PROVIDER if outcome.unfinished else Exit.OK
