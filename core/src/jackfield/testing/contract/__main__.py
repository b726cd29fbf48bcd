"""`python -m jackfield.testing.contract [CLAUSE ...]`: what the contract demands, for whoever has the wheel alone."""

import sys
from collections.abc import Sequence
from textwrap import fill

from jackfield.testing.contract.clauses import CLAUSES


def main(names: Sequence[str]) -> int:
    """Print these clauses, or all of them."""
    unknown = [name for name in names if name not in CLAUSES]
    if unknown:
        sys.stderr.write(f"no such clause: {', '.join(unknown)}; there are: {', '.join(CLAUSES)}\n")
        return 2
    for name in names or CLAUSES:
        clause = CLAUSES[name]
        sys.stdout.write(f"{name}\n{_lines(clause.demands)}\n{_lines('Why: ' + clause.why)}\n\n")
    return 0


def _lines(text: str) -> str:
    return fill(text, 100, initial_indent="  ", subsequent_indent="  ")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
