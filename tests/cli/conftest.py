"""A simulated Groq for the commands to talk to."""

from collections.abc import Iterator

import pytest

from jackfield.testing import Simulator


@pytest.fixture
def groq() -> Iterator[Simulator]:
    """Groq's API on loopback, stopped after the test."""
    with Simulator("groq") as started:
        yield started
        assert started.failures == ()
