"""Record real HTTP traffic once, replay it in tests, streams included: chunk boundaries and waits are kept.

    with recording.use("recordings/sky.json") as tape:
        client = jackfield.Client("groq", http_client=tape.client())

Keys, cookies and account ids never reach the file (`Scrubber`); what is asked must be what was recorded, else
`RecordingMismatch` shows the difference. httpx is imported when a tape is used.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from jackfield.testing.recording.cassette import Cassette, Mode
from jackfield.testing.recording.matching import RecordingMismatch
from jackfield.testing.recording.scrubbing import Scrubber
from jackfield.testing.recording.tape import Chunk, Exchange, RecordedAnswer, RecordedRequest, load, save

if TYPE_CHECKING:
    import httpx

__all__ = [
    "Cassette",
    "Chunk",
    "Exchange",
    "Mode",
    "RecordedAnswer",
    "RecordedRequest",
    "RecordingMismatch",
    "Scrubber",
    "Tape",
    "load",
    "save",
    "use",
]


class Tape:
    """A recording in use, and the httpx clients that go through it."""

    def __init__(self, cassette: Cassette, *, pace: float) -> None:
        """Made by `use`."""
        self.cassette = cassette
        self._pace = pace
        self._clients: list[httpx.Client] = []

    @property
    def recording(self) -> bool:
        """Whether requests go to the network."""
        return self.cassette.recording

    def client(self, inner: "httpx.BaseTransport | None" = None) -> "httpx.Client":
        """An `httpx.Client` for `http_client=`, closed with the tape; `inner` sends while recording."""
        import httpx

        from jackfield.testing.recording.transports import RecordingTransport

        client = httpx.Client(transport=RecordingTransport(self.cassette, inner, pace=self._pace))
        self._clients.append(client)
        return client

    def async_client(self, inner: "httpx.AsyncBaseTransport | None" = None) -> "httpx.AsyncClient":
        """The same for `AsyncClient`; close it in your event loop."""
        import httpx

        from jackfield.testing.recording.transports import AsyncRecordingTransport

        return httpx.AsyncClient(transport=AsyncRecordingTransport(self.cassette, inner, pace=self._pace))

    def close(self) -> None:
        """Close the clients of threads."""
        for client in self._clients:
            client.close()


@contextmanager
def use(
    path: str | Path,
    *,
    mode: Mode = "replay",
    ordered: bool = True,
    pace: float = 0.0,
    scrubber: Scrubber | None = None,
) -> Generator[Tape]:
    """Replay or record one case.

    Args:
        path: the JSON file of the case.
        mode: `replay`, `record` (anew), or `once`: record if there is no file yet.
        ordered: requests come in the order of the recording; False: in any order, for concurrent ones.
        pace: the recorded waits between chunks are repeated, times this; 0: none.
        scrubber: what must not be written down, instead of the defaults.

    Raises:
        UsageError: the file is missing, or no recording.
        RecordingMismatch: something else was asked, or not everything.
    """
    cassette = Cassette(Path(path), mode=mode, ordered=ordered, scrubber=scrubber)
    tape = Tape(cassette, pace=pace)
    try:
        yield tape
    finally:
        tape.close()
    cassette.finish()
