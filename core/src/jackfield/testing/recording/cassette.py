"""The recording of one test case: replays what is on its tape, or records what happens."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from jackfield.testing.recording.matching import RecordingMismatch, explain, same
from jackfield.testing.recording.scrubbing import Scrubber
from jackfield.testing.recording.tape import Exchange, RecordedAnswer, RecordedRequest, load, save

Mode = Literal["replay", "record", "once"]
"""`once` replays a tape that is there, and records one that is not."""


class Cassette:
    """One tape in use; threads may share it.

    Attributes:
        recording: whether requests go to the network.
        exchanges: what is on the tape, in order.
    """

    def __init__(
        self, path: Path, *, mode: Mode = "replay", ordered: bool = True, scrubber: Scrubber | None = None
    ) -> None:
        """Load the tape, unless it is to be recorded. Raises UsageError."""
        self.path = path
        self.recording = mode == "record" or (mode == "once" and not path.exists())
        self._scrubber = scrubber or Scrubber()
        self._ordered = ordered
        self._lock = threading.Lock()
        self.exchanges: list[Exchange] = [] if self.recording else list(load(path))
        self._waiting: list[Exchange] = list(self.exchanges)
        self._asked = 0
        self._mismatch: RecordingMismatch | None = None

    def answer_to(self, request: RecordedRequest) -> RecordedAnswer:
        """The recorded answer to this request, which is used up by that.

        Raises:
            RecordingMismatch: it was not recorded, or not as the next one.
        """
        asked = self._scrubber.request(request)
        with self._lock:
            self._asked += 1
            candidates = self._waiting[:1] if self._ordered else self._waiting
            found = next((one for one in candidates if same(asked, one.request)), None)
            if found is None:
                self._mismatch = RecordingMismatch(f"{self.path}: {explain(asked, candidates, self._asked)}")
                raise self._mismatch
            self._waiting.remove(found)
            return found.answer

    def add(self, request: RecordedRequest, answer: RecordedAnswer) -> None:
        """Put an exchange on the tape, scrubbed, and write it."""
        with self._lock:
            self.exchanges.append(self._scrubber.exchange(request, answer))
            save(self.path, tuple(self.exchanges))

    def finish(self) -> None:
        """Everything that was recorded must have been asked for.

        Raises:
            RecordingMismatch: it was not, or a mismatch was swallowed on the way.
        """
        if self._mismatch is not None:
            raise self._mismatch
        if not self.recording and self._waiting:
            raise RecordingMismatch(f"{self.path}: recorded, but not asked for: {_named(self._waiting)}")


def _named(exchanges: Sequence[Exchange]) -> str:
    return ", ".join(f"{one.request.method} {one.request.url}" for one in exchanges)
