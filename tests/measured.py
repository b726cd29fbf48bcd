"""What the coverage is counted from: the tests with examples, and the commands that they start.

Recordings, drawn values, and tests marked `repeats` reach the same lines thousands of times. They are not traced, which
would take two thirds of their time; so the figure does not change with what is drawn, nor with whether the recordings
are there. A process is traced if it is given `ENVIRONMENT`, and none is by default: coverage.py would trace every
Python that a test starts.
"""

import os
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager

import pytest

UNTRACED = ("corpus", "hypothesis", "repeats")
"""The markers of tests that are not traced."""

ENVIRONMENT: dict[str, str] = {}
"""Has a process traced; empty when no coverage is asked for."""

_VARIABLE = "COVERAGE_PROCESS_CONFIG"


def keep_apart() -> None:
    """Take the variable by which coverage.py traces every process out of the environment."""
    if _VARIABLE in os.environ:
        ENVIRONMENT[_VARIABLE] = os.environ.pop(_VARIABLE)


def is_untraced(item: pytest.Item) -> bool:
    """Whether its lines do not count."""
    return any(item.get_closest_marker(name) for name in UNTRACED)


@contextmanager
def paused() -> Generator[None]:
    """Trace nothing; a debugger's tracing goes on. pytest-cov's own `no_cover` does nothing under pytest-xdist."""
    tracer, of_threads = sys.gettrace(), threading.gettrace()
    if not type(tracer).__module__.startswith("coverage"):
        yield
        return
    sys.settrace(None)
    threading.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)
        threading.settrace(of_threads)
