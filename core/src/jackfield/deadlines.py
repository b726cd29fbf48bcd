"""When a call must have got how far: connect, first event, between events, total.

Rules: only delivered events move the deadlines, never bytes (comments and keep-alives are bytes); the time that the
caller takes between two reads does not count against the provider, except in the total.
"""

import time

from jackfield.errors import BetweenEventsTimeout, FirstEventTimeout, TimeoutExceeded, TotalTimeout
from jackfield.types.policies import Timeouts


class Deadlines:
    """When a call must have got how far. All times are `time.monotonic` seconds."""

    def __init__(self, timeouts: Timeouts) -> None:
        """Start the clock of the whole call."""
        self.timeouts = timeouts
        self._total_at = None if timeouts.total_s is None else time.monotonic() + timeouts.total_s
        self._event_at: float | None = None
        self._first = True
        self._fresh = False

    def start(self) -> None:
        """A request is about to be sent: its first event is due."""
        limit = self.timeouts.first_event_s
        self._event_at = None if limit is None else time.monotonic() + limit
        self._first, self._fresh = True, False

    def event_seen(self) -> None:
        """Events were delivered; the next one is due from the next read on."""
        self._first, self._fresh = False, True

    def next_at(self) -> float | None:
        """When to give up on the read that begins now, or None."""
        return self._next_at(time.monotonic())

    def wait_s(self) -> float | None:
        """Seconds until `next_at`, 0 if it has passed, or None."""
        now = time.monotonic()
        at = self._next_at(now)
        return None if at is None else max(at - now, 0.0)

    def _next_at(self, now: float) -> float | None:
        if self._fresh:
            limit = self.timeouts.between_events_s
            self._event_at = None if limit is None else now + limit
            self._fresh = False
        event, total = self._event_at, self._total_at
        if event is None or (total is not None and total < event):
            return total
        return event

    def left(self) -> float | None:
        """Seconds until `next_at`, or None.

        Raises:
            TimeoutExceeded: it has passed.
        """
        at = self.next_at()
        if at is None:
            return None
        left = at - time.monotonic()
        if left <= 0:
            raise self.exceeded()
        return left

    def exceeded(self) -> TimeoutExceeded:
        """The error for the deadline that is due first."""
        if self._total_at is not None and (self._event_at is None or self._total_at <= self._event_at):
            return TotalTimeout(self.timeouts.total_s or 0.0)
        if self._first:
            return FirstEventTimeout(self.timeouts.first_event_s or 0.0)
        return BetweenEventsTimeout(self.timeouts.between_events_s or 0.0)

    def check_sleep(self, seconds: float) -> None:
        """Refuse to sleep past the total deadline."""
        if self._total_at is not None and time.monotonic() + seconds > self._total_at:
            raise TotalTimeout(self.timeouts.total_s or 0.0)
