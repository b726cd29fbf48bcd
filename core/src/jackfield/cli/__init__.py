"""The command `jackfield`: one file a command, loaded when it is used.

Rules: what `jackfield --help` shows needs neither httpx nor a plugin; answers go to standard output, everything else to
standard error; an error is one line with the next step and an exit code of `exits.Exit`.
"""

import sys
from importlib import import_module
from io import TextIOWrapper

_EXTRA = ("cyclopts", "rich")


def main() -> None:
    """Run the command line of this process, and exit."""
    try:
        for name in _EXTRA:
            import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        sys.stderr.write("jackfield: the command line needs its extra; next: pip install 'jackfield[cli]'\n")
        sys.exit(2)
    from jackfield.cli.app import run

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a character that it cannot show is no reason to fail
    sys.exit(run(sys.argv[1:]))
