"""The same suite for both clients, over httpx and over httpx2, with each provider."""

from collections.abc import Callable
from typing import Annotated

import attrs
import pytest
from tests.e2e.callers import Caller, text_of

import jackfield
from jackfield import (
    FirstEventTimeout,
    IncompleteStream,
    InvalidRequest,
    JackfieldError,
    NotFound,
    Overloaded,
    ProviderError,
    RateLimited,
    Retries,
    ServerError,
    TextDelta,
    Timeouts,
    TransportError,
)
from jackfield.testing import Fault, Simulator


@attrs.frozen(kw_only=True)
class Soup:
    """A soup.

    Attributes:
        name: what it is called.
        minutes: how long it takes.
    """

    name: str
    minutes: int


def add(a: Annotated[int, "one number"], b: Annotated[int, "another number"]) -> int:
    """Add two whole numbers."""
    return a + b


def broken(what: str) -> str:
    """Look something up."""
    msg = f"{what} is not there"
    raise LookupError(msg)


def test_a_whole_reply(caller: Caller) -> None:
    """A prompt gives a text, a reason for its end and the tokens it took."""
    result = caller.generate("Why is the sky blue?")
    assert "simulated" in result.text.lower()
    assert result.usage is not None
    assert result.usage.output_tokens
    assert result.raw is not None
    assert result.raw.body


def test_stream_and_whole_are_equal(caller: Caller) -> None:
    """What streams in adds up to what comes whole."""
    whole = caller.generate("Why is the sky blue?", max_tokens=300, seed=7)
    events, streamed = caller.stream("Why is the sky blue?", max_tokens=300, seed=7)
    assert streamed.text == whole.text == text_of(events)
    assert (streamed.reasoning, streamed.finish_reason) == (whole.reasoning, whole.finish_reason)
    assert sum(isinstance(event, TextDelta) for event in events) > 1


def test_tools_are_called_and_answered(caller: Caller, simulator: Simulator) -> None:
    """A plain function answers the model's call, in as many rounds as it takes."""
    result = caller.run_tools("What is 3214 + 5632?", [add])
    assert "8846" in result.text
    assert len(simulator.requests) == 2


def test_a_tool_that_fails_is_reported_to_the_model(caller: Caller, simulator: Simulator) -> None:
    """An exception in a tool becomes an error result, and the conversation goes on."""
    caller.run_tools("Look up the weather.", [broken], tool_choice="required")
    assert "is not there" in simulator.requests[-1].body.decode()


def test_typed_output(caller: Caller) -> None:
    """A class is asked for, and comes back as an object of it."""
    result = caller.generate("A soup.", output=Soup)
    assert isinstance(result.output, Soup)


def test_models_are_listed(caller: Caller, provider: str) -> None:
    """Every page of the list is read."""
    models = caller.list_models()
    assert models
    assert {model.provider for model in models} == {provider}
    assert len({model.id for model in models}) == len(models)


def test_a_conversation_goes_on(caller: Caller) -> None:
    """The result's message is the next turn's history."""
    first = caller.generate("Name a fruit.")
    conversation = [jackfield.user("Name a fruit."), first.message, jackfield.user("Name another one.")]
    assert caller.generate(conversation).text


@pytest.mark.parametrize("cut", ["clean", "drop", "reset"])
def test_a_cut_stream_is_an_error(caller: Caller, simulator: Simulator, cut: str) -> None:
    """However a stream ends early, the error holds exactly what was delivered."""
    simulator.faults.append(Fault(cut_after_events=4, cut=cut))  # type: ignore[arg-type]  # pytest's parameters are text
    with pytest.raises(IncompleteStream) as caught:
        caller.stream("Why is the sky blue?")
    assert caught.value.partial is not None
    whole = caller.generate("Why is the sky blue?").text
    assert whole.startswith(caught.value.partial.text)


def test_an_error_inside_a_stream(caller: Caller, simulator: Simulator) -> None:
    """An error event is a ProviderError with what came before it."""
    simulator.faults.append(Fault(stream_error_after=3))
    with pytest.raises(ProviderError) as caught:
        caller.stream("Why is the sky blue?")
    assert caught.value.in_stream
    assert caught.value.partial is not None


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (429, (RateLimited, Overloaded)),  # Workers AI answers 429 when it has no capacity
        (503, (Overloaded,)),
        (500, (ServerError,)),
        (404, (NotFound,)),
        (400, (InvalidRequest,)),
    ],
)
def test_errors_by_status(
    caller: Caller, simulator: Simulator, status: int, expected: tuple[type[ProviderError], ...]
) -> None:
    """Each kind of failure has its class, whole and streamed."""
    simulator.always = Fault(status=status)
    for call in (caller.generate, caller.stream):
        with pytest.raises(expected) as caught:
            call("hi")
        assert caught.value.retryable is (status >= 429)


def test_retry_after_is_waited_for(connect: Callable[..., Caller], simulator: Simulator) -> None:
    """A refusal with Retry-After is tried again, and the second answer counts."""
    caller = connect(retries=1)
    for call in (caller.generate, caller.stream):
        simulator.reset()
        simulator.faults.append(Fault(status=429, retry_after_s=0.05))
        call("hi")
        assert [asked.status for asked in simulator.requests] == [429, 200]


def test_too_long_a_wait_is_not_waited(connect: Callable[..., Caller], simulator: Simulator) -> None:
    """A provider that asks for more than the bound gets no second attempt; the error says how long."""
    caller = connect(retries=Retries(limit=3, max_wait_s=1))
    simulator.always = Fault(status=429, retry_after_s=30)
    with pytest.raises((RateLimited, Overloaded)) as caught:
        caller.generate("hi")
    assert caught.value.retry_after_s == 30
    assert len(simulator.requests) == 1


def test_no_retry_after_the_first_event(connect: Callable[..., Caller], simulator: Simulator) -> None:
    """A stream that breaks is not begun again."""
    caller = connect(retries=3)
    simulator.faults.append(Fault(cut_after_events=3))
    with pytest.raises(IncompleteStream):
        caller.stream("hi there, tell me something")
    assert len(simulator.requests) == 1


def test_pings_do_not_reset_the_first_deadline(connect: Callable[..., Caller], simulator: Simulator) -> None:
    """Keep-alives flow, no event comes: the first-event deadline holds."""
    caller = connect(timeouts=Timeouts(first_event_s=0.3))
    simulator.faults.append(Fault(hold_s=5, ping_s=0.05))
    with pytest.raises(FirstEventTimeout):
        caller.stream("hi")


@pytest.mark.parametrize("spoiled", ["bad-json", "bad-utf8", "html", "malformed", "empty", "wrong-type", "redirect"])
def test_rubbish_is_one_of_our_errors(caller: Caller, simulator: Simulator, spoiled: str) -> None:
    """Whatever a server answers, it ends in a JackfieldError, whole and streamed, and no other host is asked."""
    simulator.always = Fault(body=spoiled)  # type: ignore[arg-type]  # pytest's parameters are text
    for call in (caller.generate, caller.stream):
        if spoiled == "wrong-type" and call == caller.generate:
            continue  # a whole reply is JSON whatever it is labelled
        with pytest.raises(JackfieldError):
            call("hi")


def test_leaving_a_stream_closes_its_connection(caller: Caller, simulator: Simulator) -> None:
    """After the block is left, no connection is open for the abandoned reply."""
    simulator.pace_s = 0.05
    caller.leave_stream("Tell me something long.", after=2)
    simulator.pace_s = 0
    events, _ = caller.stream("hi")
    assert events


def test_an_unreachable_host(connect: Callable[..., Caller]) -> None:
    """Nobody listens: a TransportError that names the host."""
    caller = connect(base_url="http://127.0.0.1:9/client/v4")
    with pytest.raises(TransportError, match=r"127\.0\.0\.1:9"):
        caller.generate("hi")
