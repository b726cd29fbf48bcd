"""A recorded download: a redirect below the same host, and the bytes."""

from itertools import pairwise

import pytest
from tests.corpus.recordings import expectations, plugin, read_file

pytestmark = pytest.mark.corpus

FILES = sorted(
    path for path, entries in expectations().items() if any(entry["kind"] == "download" for entry in entries)
)


@pytest.mark.parametrize("path", FILES)
def test_downloaded(path: str) -> None:
    """Each request is the recorded one, and what comes out is what was sent last."""
    recorded = [one for one in read_file(path) if one.kind == "download"]
    one = plugin(recorded[0].provider)
    file_id = recorded[0].sent["url"].rpartition("/")[2].partition(":")[0]
    flow = one.hooks.download_file(file_id=file_id, settings=one.settings)
    asked = next(flow)
    for step, following in pairwise(recorded):
        assert (asked.method, asked.url) == (step.sent["method"], step.sent["url"])
        asked = flow.send(step.response)
        assert (asked.method, asked.url) == (following.sent["method"], following.sent["url"])
    with pytest.raises(StopIteration) as done:
        flow.send(recorded[-1].response)
    assert done.value.value == recorded[-1].response.body
