"""Fixtures for every test, and the place of the recorded traffic.

The recordings of real provider traffic are no part of the repository. Their directory is `$JACKFIELD_CORPUS`, or else
`../shared/corpus` beside the checkout. A test that reads them carries the `corpus` marker and is skipped where there
are none; it finds the directory in the `corpus` fixture.
"""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CORPUS = Path(os.environ.get("JACKFIELD_CORPUS") or ROOT.parent / "shared" / "corpus")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the recordings where they are absent."""
    if (CORPUS / "index.json").is_file():
        return
    skip = pytest.mark.skip(reason=f"no recorded traffic in {CORPUS}: set JACKFIELD_CORPUS to its directory")
    for item in items:
        if item.get_closest_marker("corpus"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The directory of the recorded traffic, which a test marked `corpus` can rely on."""
    return CORPUS
