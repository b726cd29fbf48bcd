"""How long something took, with the machine's own delays known: what a deadline promises is promised of a free machine.

A thread that sleeps in short steps sees how much later than asked it wakes up, and Linux counts how long each thread
waited for a processor; what that adds up to is time which this process was not given. So a busy machine fails no test,
and a deadline that is late by itself still does.
"""

import threading
import time
from contextlib import suppress
from pathlib import Path

GRACE_S = 0.5
_STEP_S = 0.01
_LONGEST_S = 60.0


class Stopwatch:
    """Runs from its making until `check`."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._withheld_s = 0.0
        self._waited_s = _waited_s()
        self._began_s = time.monotonic()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stopped.is_set() and time.monotonic() - self._began_s < _LONGEST_S:
            slept_s = time.monotonic()
            self._stopped.wait(_STEP_S)
            self._withheld_s += max(0.0, time.monotonic() - slept_s - _STEP_S)

    def check(self, least_s: float, grace_s: float = GRACE_S) -> None:
        """It took at least so long, and at most the grace longer."""
        elapsed_s = time.monotonic() - self._began_s
        self._stopped.set()
        self._thread.join()
        withheld_s = self._withheld_s + max(0.0, _waited_s() - self._waited_s)
        assert least_s <= elapsed_s < least_s + grace_s + withheld_s


def _waited_s() -> float:
    """How long the threads of this process have waited for a processor in all; 0 where no system counts it.

    Source: https://docs.kernel.org/scheduler/sched-stats.html
    """
    waited_ns = 0
    for stat in Path("/proc/self/task").glob("*/schedstat"):
        with suppress(OSError):  # the thread has ended
            waited_ns += int(stat.read_text("ascii").split()[1])
    return waited_ns / 1e9
