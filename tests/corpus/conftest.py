"""The fixture through which every test here gets its recording."""

import pytest
from tests.corpus.recordings import Interaction, read_file


@pytest.fixture
def interaction(request: pytest.FixtureRequest) -> Interaction:
    """The exchange at the place that the test was parametrized with."""
    place: tuple[str, int] = request.param
    path, number = place
    return read_file(path)[number]
