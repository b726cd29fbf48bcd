"""`jackfield scoreboard`: what each model can really do; `run` finds out, `html` draws it as a page."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from jackfield import scoreboard as boards
from jackfield.cli.terminal import console, say
from jackfield.errors import UsageError

if TYPE_CHECKING:
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
    legend: Annotated[Literal["newer", "older"], Parameter(help="The older one has a column for schemas.")] = "newer",
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
    _print(list(chosen), legend=legend, explain=explain, as_json=as_json)


def _scores(providers: tuple[str, ...]) -> list[boards.Score]:
    return [boards.load(one) for one in providers] if providers else list(boards.installed())


def _print(rows: "list[Row]", *, legend: Literal["newer", "older"], explain: bool, as_json: bool) -> None:
    from jackfield.scoreboard import terminal

    if as_json:
        sys.stdout.write(f"{terminal.as_json(rows)}\n")
    elif explain:
        terminal.explain(rows, console())
    else:
        terminal.show(rows, console(), columns_of=legend)


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
    base_url: Annotated[str | None, Parameter(help="Instead of the provider's own.")] = None,
    effort: Annotated[Literal["minimal", "low", "medium", "high"] | None, Parameter(help="How long to think.")] = None,
    media: Annotated[Path | None, Parameter(help="A directory with an image.jpg, audio.mp3, ... of your own.")] = None,
    workers: Annotated[int, Parameter(help="Requests at a time.")] = 2,
    price: Annotated[str | None, Parameter(help="USD per million tokens, in/out, such as 0.15/0.60.")] = None,
    patience: Annotated[float, Parameter(help="Seconds to wait for a batch before it is left for later.")] = 60.0,
    as_json: Annotated[bool, Flag, Parameter(name="--json", help="For scripts.")] = False,
) -> int:
    """Try a model: one probe a cell, sent through the client, recorded without keys, and judged.

    Without a key, what was recorded before is judged; if there is nothing, the simulator is asked instead. Ctrl-C stops
    a run; the same command goes on where it was.

    Parameters
    ----------
    provider
        The provider's id.
    """
    from jackfield.cli import trying
    from jackfield.scoreboard.run import Job

    if workers < 1:
        raise UsageError(f"--workers: expected at least 1, got {workers}")
    job = Job(
        provider=provider,
        model=model,
        directory=replay or record or Path("recordings"),
        base_url=base_url,
        effort=effort,
        media=media,
        workers=workers,
        pricing=trying.price_of(price),
        patience_s=patience,
    )
    if replay is not None and (simulate or record is not None):
        raise UsageError("--replay sends nothing: leave out --record and --simulate")
    how = trying.replayed if replay is not None else trying.simulated if simulate else trying.tried
    return how(job, as_json=as_json)
