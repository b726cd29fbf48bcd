"""Fake clients: the real behaviour above a script, for threads and for asyncio, and asserts on what was asked."""

import inspect

import attrs
import pytest

import jackfield
from jackfield.errors import IncompleteStream, OutputError, ProviderError, RateLimited, ToolLoopLimit, UsageError
from jackfield.testing import FakeAsyncClient, FakeClient
from jackfield.testing.fakes import ScriptExhausted
from jackfield.types.events import Finish, ReasoningDelta, TextDelta
from jackfield.types.messages import Message, assistant
from jackfield.types.models import Model
from jackfield.types.parts import Image, Reasoning, ToolCall
from jackfield.types.requests import GenerateRequest, ImageRequest
from jackfield.types.results import FinishReason, Result, Usage

LIMITED = RateLimited("slow down", provider="fake", status=429, retry_after_s=7.0)
PNG = b"\x89PNG\r\n\x1a\n"


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@attrs.frozen
class Recipe:
    """An output type."""

    title: str
    minutes: int


def test_a_text() -> None:
    """A text is a whole reply, and the request is there to look at."""
    client = FakeClient("Because of scattering.")
    result = client.generate("Why is the sky blue?", max_tokens=200)
    assert (result.text, result.finish_reason) == ("Because of scattering.", FinishReason.STOP)
    client.assert_asked("sky", max_tokens=200, seed=None)
    client.assert_done()
    assert isinstance(client, jackfield.Client)


def test_streams() -> None:
    """The same script, streamed, comes in pieces and ends with the same result."""
    with FakeClient("Because of scattering.") as client, client.stream("Why?") as stream:
        events = [event for event in stream if isinstance(event, TextDelta)]
        assert [event.text for event in events] == ["Because ", "of ", "scattering."]
        assert stream.result.text == "Because of scattering."


async def test_async() -> None:
    """The other client, whole and streamed."""
    async with FakeAsyncClient("One.", "Two words.") as client:
        assert (await client.generate("1")).text == "One."
        async with client.stream("2") as stream:
            assert [type(event) async for event in stream] == [TextDelta, TextDelta, Finish]
        assert stream.result.text == "Two words."
        client.assert_asked("2")
        client.assert_done()


def test_signatures() -> None:
    """What an app may call on the real clients, it may call on the fakes: nothing is overridden."""
    for fake, real in ((FakeClient, jackfield.Client), (FakeAsyncClient, jackfield.AsyncClient)):
        names = [name for name, _ in inspect.getmembers(real, inspect.isfunction) if not name.startswith("_")]
        assert "generate" in names
        assert all(getattr(fake, name) is getattr(real, name) for name in names)


def test_a_result() -> None:
    """A whole Result is given as it is, and streamed as its events."""
    message = Message(role="assistant", parts=(Reasoning("Hm."), *assistant("Yes.").parts))
    scripted = Result(
        message=message, output=None, usage=Usage(input_tokens=3, output_tokens=2), finish_reason=FinishReason.LENGTH
    )
    client = FakeClient(scripted, scripted)
    whole = client.generate("?")
    with client.stream("?") as stream:
        streamed = stream.until_done()
    for result in (whole, streamed):
        assert (result.text, result.reasoning, result.finish_reason) == ("Yes.", "Hm.", FinishReason.LENGTH)
        assert result.usage == Usage(input_tokens=3, output_tokens=2)


def test_errors() -> None:
    """A scripted error is raised by its own class, and retried as a real one: without waiting."""
    client = FakeClient(LIMITED, "Now.", retries=1)
    assert client.generate("?").text == "Now."
    assert client.sleeps == [7.0]
    assert len(client.requests) == 2
    with pytest.raises(RateLimited):
        FakeClient(LIMITED).generate("?")
    with pytest.raises(RateLimited), FakeClient(LIMITED).stream("?"):
        pass


def test_error_in_a_stream() -> None:
    """It carries what was delivered before it."""
    client = FakeClient([TextDelta("Half"), ProviderError("broke", provider="fake")])
    with client.stream("?") as stream, pytest.raises(ProviderError) as caught:
        stream.until_done()
    assert caught.value.partial.text == "Half"


def test_a_cut_stream() -> None:
    """Events without a Finish are a stream that was cut."""
    client = FakeClient(
        [ReasoningDelta("Hm."), TextDelta("Half")], [TextDelta("All"), Finish(reason=FinishReason.STOP)]
    )
    with client.stream("?") as stream, pytest.raises(IncompleteStream) as caught:
        stream.until_done()
    assert (caught.value.partial.text, caught.value.partial.reasoning) == ("Half", "Hm.")
    with client.stream("?") as stream:
        assert stream.until_done().text == "All"


def test_tool_loops() -> None:
    """run_tools is the real loop: the tool is called, its result is in the next request."""
    call = ToolCall(id="c1", name="add", arguments={"a": 2, "b": 3})
    client = FakeClient(["Let me see.", call], "It is 5.")
    assert client.run_tools("2 + 3?", [add]).text == "It is 5."
    client.assert_asked("2 + 3?", "Let me see.", "5")
    with pytest.raises(ToolLoopLimit):
        FakeClient(call, call).run_tools("2 + 3?", [add], max_rounds=2)


async def test_async_tool_loops() -> None:
    """The same in asyncio, with two calls at once and one that fails."""
    calls = [ToolCall(id=f"c{n}", name="add", arguments={"a": n, "b": b}) for n, b in ((1, 1), (2, "two"))]
    client = FakeAsyncClient(calls, "Done.")
    assert (await client.run_tools("?", [add])).text == "Done."
    results = [part for message in client.last.messages for part in message.parts if message.role == "tool"]
    assert [getattr(part, "is_error", None) for part in results] == [False, True]


def test_outputs() -> None:
    """Outputs are parsed and checked as real ones."""
    client = FakeClient('{"title": "Soup", "minutes": 20}', '{"title": "Soup"}')
    assert client.generate("A soup.", output=Recipe).output == Recipe("Soup", 20)
    with pytest.raises(OutputError):
        client.generate("A soup.", output=Recipe)


def test_a_function() -> None:
    """A reply may depend on the request."""

    def echo(request: GenerateRequest) -> str:
        return request.messages[-1].text.upper()

    client = FakeClient(echo, echo)
    assert [client.generate(text).text for text in ("one", "two")] == ["ONE", "TWO"]


def test_media_and_models() -> None:
    """Pictures, and the models that the client was given."""
    client = FakeClient(Image.from_bytes(PNG), models=[Model(id="m", provider="fake")])
    assert client.make_image("A cat").media[0].data == PNG
    assert isinstance(client.requests[0], ImageRequest)
    assert [model.id for model in client.list_models()] == ["m"]


def test_the_script_runs_out() -> None:
    """Said clearly, with the request that nothing answers; more can be added."""
    client = FakeClient("One.", model="m")
    client.generate("first")
    with pytest.raises(ScriptExhausted, match=r"has 1 replies, and none for request 2.*second"):
        client.generate("second")
    client.add("Two.")
    assert client.generate("third").text == "Two."


def test_asserts() -> None:
    """They fail with what was asked instead."""
    client = FakeClient("One.", "Two.")
    with pytest.raises(AssertionError, match="nothing was asked"):
        client.assert_asked("x")
    client.generate("About dogs", seed=3)
    with pytest.raises(AssertionError, match=r"not asked: \['cats'\]; the messages were: \['user: About dogs'\]"):
        client.assert_asked("cats")
    with pytest.raises(AssertionError, match=r"asked with {'seed': 3}, expected {'seed': 4}"):
        client.assert_asked("dogs", seed=4)
    with pytest.raises(AssertionError, match=r"1 scripted replies were not asked for, the next is 'Two.'"):
        client.assert_done()


def test_wrong_calls_are_wrong_here_too() -> None:
    """What the real client refuses, the fake refuses, and nothing is used up."""
    client = FakeClient("One.")
    with pytest.raises(UsageError, match="temperatur"):
        client.generate("?", temperatur=1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]  # on purpose
    assert client.requests == ()


def test_not_a_reply() -> None:
    """What is no reply is refused by name."""
    with pytest.raises(TypeError, match="not a int"):
        FakeClient(3).generate("?")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # on purpose
