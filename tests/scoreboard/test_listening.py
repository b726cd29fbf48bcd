"""The client that remembers, and the one that answers from memory."""

import pytest

from jackfield import registry
from jackfield.errors import ConnectTimeout, MissingCredential, TransportError, UnsupportedOption
from jackfield.scoreboard.exchanges import Step
from jackfield.scoreboard.listening import ListeningClient, ReplayClient
from jackfield.testing import Simulator
from jackfield.testing.simulator import unreachable
from jackfield.types.policies import Timeouts

MODEL = "llama-3.1-8b-instant"


def test_what_was_sent_is_given_once() -> None:
    """Whole answers come with it; a call that was refused before any I/O is not mistaken for the one before it."""
    with Simulator("groq") as simulator:
        client = ListeningClient("groq", model=MODEL, base_url=simulator.base_url, settings=simulator.settings)
        with client:
            assert client.take() == ()
            client.generate("Hi")
            (sent,) = client.take()
            assert sent.response is not None
            assert sent.request.url.endswith("/chat/completions")
            with client.stream("Hi") as stream:
                list(stream)
            (opened,) = client.take()
            assert opened.response is None  # the stream's reader has it
            with pytest.raises(UnsupportedOption):
                client.generate("Hi", top_k=3)
            assert client.take() == ()


def test_a_connection_that_fails_was_tried() -> None:
    """The request is remembered, without an answer."""
    with unreachable() as url:
        client = ListeningClient(
            "groq", model=MODEL, base_url=url, api_key="k", timeouts=Timeouts(connect_s=0.1), retries=0
        )
        with client, pytest.raises(ConnectTimeout):
            client.generate("Hi")
        assert [one.response for one in client.take()] == [None]


def test_recorded_answers_are_given_in_their_order() -> None:
    """The same program gets the same results, and nothing is sent; another program gets none."""
    with Simulator("groq") as simulator:
        client = ListeningClient("groq", model=MODEL, base_url=simulator.base_url, settings=simulator.settings)
        with client:
            file = client.files.upload(b"{}", mime_type="application/jsonl")
            seen = client.files.get(file)
            heard = client.take()
        asked = len(simulator.requests)
        steps = [
            Step(method=one.request.method, url=one.request.url, sent=None, response=one.response)
            for one in heard
            if one.response is not None
        ]
        provider = registry.load("groq")
        again = ReplayClient(provider, MODEL, steps)
        assert again.files.upload(b"{}", mime_type="application/jsonl") == file
        assert again.files.get(file) == seen
        with pytest.raises(TransportError, match="no answer to GET"):
            again.files.get(file)
        with pytest.raises(TransportError, match="no answer to DELETE"):
            ReplayClient(provider, MODEL, steps).files.delete(file)
        assert len(simulator.requests) == asked


def test_memory_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a client would ask for one, a recording does not."""
    monkeypatch.delenv("GROQ_API_KEY", raising=False)
    with pytest.raises(MissingCredential):
        ListeningClient("groq", model=MODEL)
    assert ReplayClient(registry.load("groq"), MODEL, ()).model == MODEL
