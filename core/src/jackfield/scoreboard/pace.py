"""Keeping a run within the rate limits: what the last answers said of the quotas holds the next requests back.

Rules: only what a provider reports is acted on; a wait ends when the run is stopped, and is never longer than
`LONGEST_S`: a quota that takes longer to come back ends in a refusal, which leaves its case open.
"""

import threading
import time
from collections.abc import Callable

from jackfield.types.results import RateLimits

LONGEST_S = 60.0
FEW_TOKENS = 400
"""Fewer tokens than a probe may take: the next one would be refused."""


class Pace:
    """Shared by the threads of a run.

    Attributes:
        waited_s: how long requests were held back, all together.
    """

    def __init__(self, workers: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Hold back when no more requests are left than there are workers."""
        self._workers = workers
        self._clock = clock
        self._free_s = 0.0
        self._stopped = threading.Event()
        self.waited_s = 0.0

    @property
    def stopped(self) -> bool:
        """Whether nothing more is to be sent."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Send nothing more; who waits, goes on."""
        self._stopped.set()

    def wait(self) -> bool:
        """Wait for the quotas; False if the run was stopped."""
        left = self._free_s - self._clock()
        if left > 0:
            self.waited_s += left
            self._stopped.wait(left)
        return not self.stopped

    def learn(self, limits: RateLimits) -> None:
        """Take note of what an answer said."""
        waits = [
            one.reset_s
            for one in limits.limits
            if one.remaining is not None and one.reset_s is not None and one.remaining < self._needed(one.kind)
        ]
        self.hold(max(waits, default=0.0))

    def hold(self, seconds: float) -> None:
        """Send nothing for that long."""
        if seconds > 0:
            self._free_s = max(self._free_s, self._clock() + min(seconds, LONGEST_S))

    def _needed(self, kind: str) -> int:
        return self._workers if kind == "requests" else FEW_TOKENS
