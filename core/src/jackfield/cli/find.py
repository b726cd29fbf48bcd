"""`jackfield find`: which model to use, across the installed providers."""

import json
import sys
from typing import Annotated, Literal

import attrs
from cyclopts import Parameter

from jackfield import scoreboard
from jackfield.cli.exits import Exit
from jackfield.cli.terminal import console
from jackfield.errors import UsageError


def find(
    *,
    needs: Annotated[str, Parameter(help="What the model must do, such as vision,tools,stream.")],
    prefer: Annotated[
        Literal["best", "good", "cheap"] | None, Parameter(help="Which tier comes first among those that fit.")
    ] = None,
    limit: Annotated[int, Parameter(help="How many to show.")] = 5,
    as_json: Annotated[bool, Parameter(name="--json", negative="", show_default=False, help="For scripts.")] = False,
) -> int:
    """Find the model to use, with the reason: what it was seen to do comes before what is only documented."""
    if limit < 1:
        msg = f"--limit: expected at least 1, got {limit}"
        raise UsageError(msg)
    choices = scoreboard.find(scoreboard.parse_needs(needs), scoreboard.installed(), prefer=prefer)
    if as_json:
        rows = [attrs.asdict(choice) for choice in choices[:limit]]
        sys.stdout.write(f"{json.dumps(rows, indent=1, ensure_ascii=False)}\n")
    else:
        from jackfield.scoreboard.terminal import show_choices

        show_choices(choices, console(), limit=limit)
    return Exit.OK if choices else Exit.USAGE
