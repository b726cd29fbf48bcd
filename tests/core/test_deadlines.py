"""Deadlines against a clock that the test moves."""

from collections.abc import Callable

import pytest

from jackfield import deadlines
from jackfield.deadlines import Deadlines
from jackfield.errors import BetweenEventsTimeout, FirstEventTimeout, TotalTimeout, UsageError
from jackfield.types.policies import Retries, Timeouts


class Clock:
    """What `time.monotonic` says."""

    now = 100.0

    def monotonic(self) -> float:
        """The time."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still until it is moved."""
    clock = Clock()
    monkeypatch.setattr(deadlines, "time", clock)
    return clock


def test_the_first_event(clock: Clock) -> None:
    """It is due from the moment of sending."""
    due = Deadlines(Timeouts(first_event_s=10))
    assert due.left() is None
    clock.now += 5
    due.start()
    assert due.left() == 10
    clock.now += 9
    assert due.left() == 1
    clock.now += 1
    with pytest.raises(FirstEventTimeout) as caught:
        due.left()
    assert caught.value.seconds == 10


def test_between_events(clock: Clock) -> None:
    """The next one is due from the next read on: the caller's own time does not count."""
    due = Deadlines(Timeouts(first_event_s=10, between_events_s=3))
    due.start()
    due.left()
    due.event_seen()
    clock.now += 1000
    assert due.left() == 3
    clock.now += 2
    assert due.left() == 1
    clock.now += 2
    with pytest.raises(BetweenEventsTimeout):
        due.left()


def test_the_total(clock: Clock) -> None:
    """It runs from the beginning, and comes first where it is shorter."""
    due = Deadlines(Timeouts(first_event_s=10, total_s=15))
    clock.now += 4
    due.start()
    assert due.left() == 10
    clock.now += 3
    due.start()
    assert due.left() == 8
    due.event_seen()
    assert due.left() == 8
    clock.now += 8
    with pytest.raises(TotalTimeout) as caught:
        due.left()
    assert caught.value.seconds == 15


def test_a_new_attempt_waits_for_its_own_first_event(clock: Clock) -> None:
    """Each request starts anew, the total aside."""
    due = Deadlines(Timeouts(first_event_s=10, between_events_s=1))
    due.start()
    due.event_seen()
    clock.now += 50
    due.start()
    assert due.left() == 10
    clock.now += 10
    with pytest.raises(FirstEventTimeout):
        due.left()


def test_no_deadlines(clock: Clock) -> None:
    """None means that there is none."""
    due = Deadlines(Timeouts(connect_s=None, first_event_s=None, between_events_s=None))
    due.start()
    due.event_seen()
    clock.now += 1e6
    assert due.left() is None
    due.check_sleep(1e6)


def test_sleeping(clock: Clock) -> None:
    """A wait that would pass the total is refused before it begins."""
    due = Deadlines(Timeouts(total_s=10))
    due.check_sleep(10)
    clock.now += 1
    with pytest.raises(TotalTimeout):
        due.check_sleep(9.5)


@pytest.mark.parametrize("name", ["connect_s", "first_event_s", "between_events_s", "total_s"])
@pytest.mark.parametrize("value", [0, -1, "5", True, float("nan"), float("inf")])
def test_times_that_make_no_sense(name: str, value: object) -> None:
    """They are refused by name."""
    with pytest.raises(UsageError, match=name):
        Timeouts(**{name: value})  # type: ignore[arg-type]  # deliberately


@pytest.mark.parametrize(
    ("name", "value"),
    [("limit", -1), ("limit", 1.5), ("limit", True), ("limit", "2"), ("first_wait_s", -0.1), ("max_wait_s", None)],
)
def test_retries_that_make_no_sense(name: str, value: object) -> None:
    """So are these."""
    with pytest.raises(UsageError, match=name):
        Retries(**{name: value})  # type: ignore[arg-type]  # deliberately


@pytest.mark.parametrize(
    "make",
    [
        lambda: Timeouts(total_s=10**400),
        lambda: Timeouts(connect_s=10**5000),
        lambda: Retries(limit=10**400),
        lambda: Retries(first_wait_s=10**400),
    ],
)
def test_a_number_beyond_all_floats(make: Callable[[], object]) -> None:
    """It is refused as infinity is, and its digits do not fill the screen."""
    with pytest.raises(UsageError, match="must be a number") as caught:
        make()
    assert len(str(caught.value)) < 200
