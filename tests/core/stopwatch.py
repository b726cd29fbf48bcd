"""How long something took, with the machine's own delays known: what a deadline promises is promised of a free machine.

A thread that sleeps in short steps sees how much later than asked it wakes up; what that adds up to is time which this
process was not given. So a busy machine fails no test, and a deadline that is late by itself still does.
"""

import threading
import time

GRACE_S = 0.5
_STEP_S = 0.01
_LONGEST_S = 60.0


class Stopwatch:
    """Runs from its making until `check`."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._withheld_s = 0.0
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
        assert least_s <= elapsed_s < least_s + grace_s + self._withheld_s
