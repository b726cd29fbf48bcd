"""Fixtures for every test, and the place of the recorded traffic.

The recordings of real provider traffic are no part of the repository. Their directory is `$JACKFIELD_CORPUS`, or else
`../shared/corpus` beside the checkout. A test that reads them carries the `corpus` marker and is skipped where there
are none; it finds the directory in the `corpus` fixture.
"""

import gc
import os
import signal
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings
from tests import measured

gc.disable()  # thirteen thousand tests are collected, and live to the end: see pytest_collection_finish

# The same values each time, and no test by the clock; `--hypothesis-profile=default` draws new ones.
settings.register_profile(
    "jackfield", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("jackfield")

ROOT = Path(__file__).resolve().parent.parent
CORPUS = Path(os.environ.get("JACKFIELD_CORPUS") or ROOT.parent / "shared" / "corpus")


def pytest_configure() -> None:
    """The workers of pytest-xdist count by pytest-cov alone; commands can be interrupted, in a background job too."""
    measured.keep_apart()  # where no worker is: pytest-cov started before this file was imported
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # what a process ignores, those that it starts ignore
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Trace the tests that say something about the coverage."""
    with measured.paused() if measured.is_untraced(item) else nullcontext():
        return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the recordings where they are absent."""
    measured.keep_apart()  # again in a worker: there pytest-cov starts with the session, after pytest_configure
    if (CORPUS / "index.json").is_file():
        return
    skip = pytest.mark.skip(reason=f"no recorded traffic in {CORPUS}: set JACKFIELD_CORPUS to its directory")
    for item in items:
        if item.get_closest_marker("corpus"):
            item.add_marker(skip)


def pytest_collection_finish() -> None:
    """Collect garbage from here on, without going through all tests each time."""
    gc.enable()
    gc.freeze()


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The directory of the recorded traffic, which a test marked `corpus` can rely on."""
    return CORPUS


class _Keeper:
    """Notes what an inner run of pytest imported.

    pytester puts `sys.modules` back as it was, after each inner run and at the end of the test. A library that the
    inner run was the first to import would be imported a second time later on, with classes that are not those which
    others hold by then: httpx would no longer know httpcore's errors.
    """

    def __init__(self) -> None:
        self.modules: dict[str, ModuleType] = {}

    def pytest_unconfigure(self) -> None:
        """Take the modules before pytester puts the old ones back."""
        self.modules |= sys.modules


@pytest.fixture
def keeper() -> Iterator[_Keeper]:
    """Comes before pytester, so that it ends after it."""
    kept = _Keeper()
    yield kept
    for name, module in kept.modules.items():
        if not name.startswith(("test_", "tiny_", "conftest")):
            sys.modules.setdefault(name, module)


@pytest.fixture
def run_inside(keeper: _Keeper, pytester: pytest.Pytester) -> Callable[..., pytest.RunResult]:
    """Run pytest in this process; only the modules of the inner tests are forgotten."""
    return lambda *arguments: pytester.runpytest_inprocess(*arguments, plugins=[keeper])
