"""Which recorded exchange answers a request, and a readable difference where none does."""

import difflib
import json
from collections.abc import Sequence
from typing import Any

from jackfield.testing.recording.tape import Exchange, RecordedRequest, body_fields


class RecordingMismatch(AssertionError):
    """What was asked is not what was recorded; the text shows the difference. No error of jackfield: a test fails."""


def same(asked: RecordedRequest, recorded: RecordedRequest) -> bool:
    """Whether method, URL, kept headers and body are equal; JSON is compared as values."""
    return _lines(asked) == _lines(recorded)


def comparable(request: RecordedRequest) -> dict[str, Any]:
    """What is compared, and shown."""
    return {
        "method": request.method,
        "url": request.url,
        "headers": dict(sorted(request.headers.items())),
        **body_fields(request.body),
    }


def explain(asked: RecordedRequest, waiting: Sequence[Exchange], place: int) -> str:
    """What differs between a request and the recorded one that it comes nearest to."""
    if not waiting:
        return f"request {place} was never recorded, the recording is at its end: {asked.method} {asked.url}"
    ours = _lines(asked)
    nearest = max(waiting, key=lambda one: difflib.SequenceMatcher(None, _lines(one.request), ours).ratio())
    difference = difflib.unified_diff(_lines(nearest.request), ours, "recorded", "asked", lineterm="", n=2)
    return f"request {place} is not the recorded one:\n" + "\n".join(difference)


def _lines(request: RecordedRequest) -> list[str]:
    return json.dumps(comparable(request), ensure_ascii=False, indent=1, sort_keys=True).splitlines()
