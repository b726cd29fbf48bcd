"""Every recorded list of models comes out whole, in its order, whatever its pages."""

import re
from collections.abc import Sequence

import pytest
from tests.corpus.recordings import Interaction, parametrize, plugin, read_file
from tests.corpus.replies import error_differences

from jackfield.errors import ProviderError
from jackfield.types.models import Model

pytestmark = pytest.mark.corpus


def list_models(interaction: Interaction) -> tuple[Sequence[Model], Sequence[Interaction]]:
    """Answer the plugin's requests, which must be the recorded ones, with this recording and those after it."""
    one = plugin(interaction.provider)
    flow = one.hooks.list_models(settings=one.settings)
    waiting = read_file(interaction.path)[interaction.number :]
    asked = next(flow)
    for number, page in enumerate(waiting, 1):
        assert (asked.method, meant(asked.url), asked.body) == (page.sent["method"], meant(page.sent["url"]), b"")
        try:
            asked = flow.send(page.response)
        except StopIteration as done:
            return done.value, waiting[:number]
    pytest.fail("the plugin asks for more pages than were recorded")


def meant(url: str) -> str:
    """An address without the number of a page: the recording client goes on after a short page, which is the last."""
    return re.sub(r"(?<=[?&]page=)[0-9]+", "", url)


@parametrize("models")
def test_models(interaction: Interaction) -> None:
    """All ids, or the error."""
    if interaction.expected["error"] is not None:
        with pytest.raises(ProviderError) as caught:
            list_models(interaction)
        assert error_differences(caught.value, interaction) == {}
        return
    models, pages = list_models(interaction)
    wanted = [name.removeprefix("models/") for page in pages for name in page.expected["models"]]
    assert [model.id.removeprefix("models/") for model in models] == wanted
    assert {model.provider for model in models} <= {interaction.provider}
