"""Every provider on loopback, and the four ways to call it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.e2e.callers import KINDS, Caller

from jackfield.testing import Simulator

MODELS = {
    "groq": "openai/gpt-oss-20b",
    "cerebras": "gpt-oss-120b",
    "cloudflare": "@cf/meta/llama-4-scout-17b-16e-instruct",
    "gemini": "gemini-2.5-flash",
}
"""A model of each provider that takes tools and schemas."""


@pytest.fixture(params=sorted(MODELS))
def provider(request: pytest.FixtureRequest) -> str:
    """Each provider in turn."""
    return str(request.param)


@pytest.fixture
def simulator(provider: str) -> Iterator[Simulator]:
    """The provider on loopback; what it did wrong itself fails the test."""
    with Simulator(provider) as simulated:
        yield simulated
    assert simulated.failures == ()


@pytest.fixture(params=[pytest.param(one, marks=pytest.mark.repeats if "httpx2" in one else ()) for one in KINDS])
def kind(request: pytest.FixtureRequest) -> str:
    """Each way to call in turn."""
    return str(request.param)


@pytest.fixture
def connect(provider: str, simulator: Simulator, kind: str) -> Iterator[Callable[..., Caller]]:
    """Make callers of the provider; they are closed after the test."""
    made: list[Caller] = []

    def make(**options: Any) -> Caller:
        settings = simulator.settings
        key = settings.pop("api_key")
        defaults = {"model": MODELS[provider], "base_url": simulator.base_url, "retries": 0, "strict": True}
        caller = Caller(kind, provider, api_key=key, settings=settings, **{**defaults, **options})
        made.append(caller)
        return caller

    yield make
    for caller in made:
        caller.close()


@pytest.fixture
def caller(connect: Callable[..., Caller]) -> Caller:
    """A caller with the usual options."""
    return connect()
