"""Where output goes, and what may go there.

Rules: standard output carries answers alone; a model's text never reaches a terminal with control characters in it,
which could move the cursor, rename the window or fake a prompt; NO_COLOR, TERM=dumb and pipes get plain text.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_CONTROLS = {code: "\N{REPLACEMENT CHARACTER}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
_WIDE = 10_000
_LONGEST_LINE = 2_000


def printable(text: str) -> str:
    """The text without control characters other than line feeds and tabs."""
    return text.translate(_CONTROLS)


def one_line(text: str) -> str:
    """The text on one line, printable and of bounded length."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]} ..."


def console(*, stderr: bool = False) -> "Console":
    """A console on standard output or standard error; piped, it neither wraps nor colours."""
    from rich.console import Console

    piped = not (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=_WIDE if piped else None)


def say(text: str, *, style: str = "") -> None:
    """A line on standard error."""
    console(stderr=True).print(printable(text), style=style, soft_wrap=True)


def none_installed() -> str:
    """What to say where there is no provider: the allow-list may be the reason."""
    from jackfield.discovery import ALLOW_LIST

    if os.environ.get(ALLOW_LIST) is not None:
        return f"{ALLOW_LIST} allows no installed provider; next: unset it, or name one there"
    return "no provider is installed; next: pip install jackfield-groq"


def show_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, styles: Mapping[str, str] | None = None
) -> None:
    """A table on standard output, without its empty columns; piped, columns are blanks apart and no line is cut.

    Args:
        headings: of the columns.
        rows: of cells.
        styles: how a cell of just this text looks.
    """
    kept = [place for place in range(len(headings)) if any(row[place] for row in rows)] or range(len(headings))
    headings = [headings[place] for place in kept]
    clean = [[printable(row[place]) for place in kept] for row in rows]
    if not sys.stdout.isatty():
        widths = [max(map(len, column)) for column in zip(headings, *clean, strict=True)]
        for row in (headings, *clean):
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            sys.stdout.write(f"{line.rstrip()}\n")
        return
    from rich.table import Table
    from rich.text import Text

    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for place, heading in enumerate(headings):
        made.add_column(heading, overflow="fold", no_wrap=place == 0)
    for row in clean:
        made.add_row(*(Text(cell, style=(styles or {}).get(cell, "")) for cell in row))
    console().print(made)
