"""Quotas hold a run back, as long as the provider says and no longer than makes sense."""

import threading
import time

import pytest

from jackfield.scoreboard.pace import LONGEST_S, Pace
from jackfield.types.results import RateLimit, RateLimits


class Clock:
    """A time that stands still."""

    now = 100.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def limits(kind: str, remaining: int | None, reset_s: float | None) -> RateLimits:
    """One quota."""
    return RateLimits(limits=(RateLimit(kind=kind, limit=1000, remaining=remaining, reset_s=reset_s),))


@pytest.mark.parametrize(
    ("kind", "remaining", "reset_s", "held_s"),
    [
        ("requests", 1, 7.0, 7.0),
        ("requests", 2, 7.0, 0.0),
        ("requests", 0, 3600.0, LONGEST_S),
        ("tokens", 100, 0.5, 0.5),
        ("tokens", 100_000, 9.0, 0.0),
        ("requests", None, 7.0, 0.0),
        ("requests", 0, None, 0.0),
    ],
)
def test_a_quota_that_is_used_up_holds_back(
    kind: str, remaining: int | None, reset_s: float | None, held_s: float
) -> None:
    """With two workers, two requests may be on their way; what is not reported is not guessed."""
    clock = Clock()
    pace = Pace(2, clock=clock)
    pace.learn(limits(kind, remaining, reset_s))
    pace.stop()  # so that the wait is measured and not waited
    assert not pace.wait()
    assert pace.waited_s == pytest.approx(held_s)


def test_the_wait_is_real_and_a_stop_ends_it() -> None:
    """A thread that waits for a quota goes on when the run is stopped."""
    pace = Pace(1)
    assert pace.wait()
    pace.learn(limits("requests", 0, 0.05))
    started = time.monotonic()
    assert pace.wait()
    assert time.monotonic() - started >= 0.04
    pace.learn(limits("requests", 0, 30.0))
    answers = list[bool]()
    thread = threading.Thread(target=lambda: answers.append(pace.wait()))
    thread.start()
    pace.stop()
    thread.join(5)
    assert answers == [False]
