"""What is piped into a command, text or not."""

import io
import sys

import pytest

from jackfield.cli.inputs import question
from jackfield.errors import UsageError


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_bytes_that_are_no_text(monkeypatch: pytest.MonkeyPatch, errors: str) -> None:
    """The error is the same in a locale whose standard input lets such bytes through."""
    piped = io.TextIOWrapper(io.BytesIO(b"caf\xff\xfe"), encoding="utf-8", errors=errors)
    monkeypatch.setattr(sys, "stdin", piped)
    with pytest.raises(UsageError, match=r"^standard input is not UTF-8; next: attach files with -a$"):
        question(["Summarize."], [])


def test_text_in_every_script(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is text goes on as it is."""
    text = "caf\u00e9 \U0001f600"
    piped = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", errors="surrogateescape")
    monkeypatch.setattr(sys, "stdin", piped)
    asked = question([], [])
    assert asked is not None
    assert asked.text == text
