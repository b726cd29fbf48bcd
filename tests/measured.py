"""Which processes the coverage is counted from: the tests, and the commands that they start.

A process is traced if it is given `ENVIRONMENT`, and none is by default: coverage.py would trace every Python that a
test starts.
"""

import os

ENVIRONMENT: dict[str, str] = {}
"""Has a process traced; empty when no coverage is asked for."""

_VARIABLE = "COVERAGE_PROCESS_CONFIG"


def keep_apart() -> None:
    """Take the variable by which coverage.py traces every process out of the environment."""
    if _VARIABLE in os.environ:
        ENVIRONMENT[_VARIABLE] = os.environ.pop(_VARIABLE)
