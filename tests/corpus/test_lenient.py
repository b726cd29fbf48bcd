"""Strict and lenient decoding agree on every recorded stream: the hot path reads what the wire types read."""

import attrs
import pytest
from tests.corpus.recordings import Interaction, parametrize, plugin

from jackfield.errors import IncompleteStream, ProviderError
from jackfield.http import HttpResponse
from jackfield.session import StreamSession
from jackfield.types.events import StreamStart

pytestmark = pytest.mark.corpus


def outcome(interaction: Interaction, *, strict: bool) -> object:
    """The events with the result, or the error with what came before it."""
    request = attrs.evolve(interaction.request(), strict=strict)
    head = HttpResponse(status=interaction.response.status, headers=interaction.response.headers)
    parser = plugin(interaction.provider).hooks.parse_stream(request=request, response=head)
    reading = StreamSession(interaction.provider, parser, head)
    try:
        events = [*reading.open(), *reading.feed(interaction.response.body), *reading.close()]
        return [event for event in events if not isinstance(event, StreamStart)], reading.result()
    except (ProviderError, IncompleteStream) as error:
        return str(error), error.partial


@parametrize("chat", streamed=True)
def test_same_in_both_modes(interaction: Interaction) -> None:
    """Event for event, whenever it becomes known who answers."""
    assert outcome(interaction, strict=False) == outcome(interaction, strict=True)
