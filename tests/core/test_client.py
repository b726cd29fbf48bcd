"""Both clients over real sockets, one suite for the two: whole, streamed, with tools, retried, observed, abandoned."""

import asyncio
import gc
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import httpx
import pytest
from tests.core.loopback import Loopback, Peer, Received
from tests.core.toy import KEY, frames, stream_of
from tests.core.toy_installation import install_toy

import jackfield
from jackfield import wire
from jackfield.errors import (
    BetweenEventsTimeout,
    DecodeError,
    IncompleteStream,
    MissingCredential,
    NotFound,
    OutputError,
    PluginError,
    ProviderError,
    RateLimited,
    ToolLoopLimit,
    TotalTimeout,
    UnsupportedOperation,
    UsageError,
)
from jackfield.hookspecs import hookimpl
from jackfield.http import HttpRequest, HttpResponse
from jackfield.types.events import Event, Finish, TextDelta
from jackfield.types.messages import Message, assistant, user
from jackfield.types.policies import Retries, Timeouts
from jackfield.types.results import Result
from jackfield.types.tiers import CHEAP

Script = Callable[[Peer, Received], None]
TEXT = ({"text": "one "}, {"text": "two"}, {"done": True})


class Sync:
    """Drives `Client`."""

    def __init__(self, **options: Any) -> None:
        """Set one up."""
        self.client = jackfield.Client("toy:m", **options)

    def generate(self, *arguments: Any, **options: Any) -> "Result[Any]":
        """See `Client`."""
        result: Result[Any] = self.client.generate(*arguments, **options)
        return result

    def run_tools(self, *arguments: Any, **options: Any) -> "Result[Any]":
        """See `Client`."""
        return self.client.run_tools(*arguments, **options)

    def stream_tools(self, *arguments: Any, **options: Any) -> list[Any]:
        """Everything that it gives."""
        return list(self.client.stream_tools(*arguments, **options))

    def list_models(self) -> list[str]:
        """The ids."""
        return [model.id for model in self.client.list_models()]

    def stream(self, seen: list[Event], *arguments: Any, take: int = 999, **options: Any) -> Any:
        """Read so many events into `seen`, then leave; gives the stream."""
        with self.client.stream(*arguments, **options) as stream:
            for event in stream:
                seen.append(event)
                if len(seen) >= take:
                    break
        return stream

    def until_done(self, *arguments: Any, **options: Any) -> "Result[Any]":
        """The result of a stream that nobody looks at."""
        with self.client.stream(*arguments, **options) as stream:
            result: Result[Any] = stream.until_done()
            assert stream.until_done() is result
            return result

    def misread(self, *arguments: Any) -> None:
        """Read a stream twice."""
        with self.client.stream(*arguments) as stream:
            for _ in range(2):
                for _event in stream:
                    pass

    def misopen(self, *arguments: Any) -> None:
        """Read a stream that was not entered."""
        for _event in self.client.stream(*arguments):
            pass

    def reopen(self, *arguments: Any) -> None:
        """Enter a stream twice."""
        with self.client.stream(*arguments) as stream, stream:
            pass

    def skip(self, *arguments: Any) -> "Result[Any]":
        """Leave the loop at the first event, and ask for the result."""
        with self.client.stream(*arguments) as stream:
            for _event in stream:
                break
            result: Result[Any] = stream.until_done()
            assert stream.until_done() is result
            return result

    def active(self) -> int:
        """How many connections are in use."""
        return _connections(self.client._transport._sender)

    def close(self) -> None:
        """Be done."""
        self.client.close()


class Async:
    """Drives `AsyncClient`, in one event loop."""

    def __init__(self, **options: Any) -> None:
        """Set one up."""
        self.client = jackfield.AsyncClient("toy:m", **options)
        self.runner = asyncio.Runner()

    def generate(self, *arguments: Any, **options: Any) -> "Result[Any]":
        """See `Sync`."""
        result: Result[Any] = self.runner.run(self.client.generate(*arguments, **options))
        return result

    def run_tools(self, *arguments: Any, **options: Any) -> "Result[Any]":
        """See `Sync`."""
        return self.runner.run(self.client.run_tools(*arguments, **options))

    def stream_tools(self, *arguments: Any, **options: Any) -> list[Any]:
        """See `Sync`."""

        async def collect() -> list[Any]:
            return [one async for one in self.client.stream_tools(*arguments, **options)]

        return self.runner.run(collect())

    def list_models(self) -> list[str]:
        """See `Sync`."""
        return [model.id for model in self.runner.run(self.client.list_models())]

    def stream(self, seen: list[Event], *arguments: Any, take: int = 999, **options: Any) -> Any:
        """See `Sync`."""

        async def read() -> Any:
            async with self.client.stream(*arguments, **options) as stream:
                async for event in stream:
                    seen.append(event)
                    if len(seen) >= take:
                        break
            return stream

        return self.runner.run(read())

    def until_done(self, *arguments: Any, **options: Any) -> "Result[Any]":
        """See `Sync`."""

        async def read() -> "Result[Any]":
            async with self.client.stream(*arguments, **options) as stream:
                result: Result[Any] = await stream.until_done()
                assert await stream.until_done() is result
                return result

        return self.runner.run(read())

    def misread(self, *arguments: Any) -> None:
        """See `Sync`."""

        async def read() -> None:
            async with self.client.stream(*arguments) as stream:
                for _ in range(2):
                    async for _event in stream:
                        pass

        self.runner.run(read())

    def misopen(self, *arguments: Any) -> None:
        """See `Sync`."""

        async def read() -> None:
            async for _event in self.client.stream(*arguments):
                pass

        self.runner.run(read())

    def reopen(self, *arguments: Any) -> None:
        """See `Sync`."""

        async def enter() -> None:
            async with self.client.stream(*arguments) as stream, stream:
                pass

        self.runner.run(enter())

    def skip(self, *arguments: Any) -> "Result[Any]":
        """See `Sync`."""

        async def read() -> "Result[Any]":
            async with self.client.stream(*arguments) as stream:
                async for _event in stream:
                    break
                result: Result[Any] = await stream.until_done()
                assert await stream.until_done() is result
                return result

        return self.runner.run(read())

    def active(self) -> int:
        """See `Sync`."""
        return _connections(next(iter(self.client._transport._own.values()))[0])

    def close(self) -> None:
        """See `Sync`."""
        self.runner.run(self.client.close())
        self.runner.close()


def _connections(sender: Any) -> int:
    count: int = sender.in_use
    return count


Connect = Callable[..., Sync | Async]


@pytest.fixture(autouse=True)
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy is installed, and its key is in the environment."""
    install_toy(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)  # pyright: ignore[reportUnknownMemberType]  # pytest's own
    monkeypatch.setenv("TOY_API_KEY", KEY)


@pytest.fixture(params=[Sync, Async])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Makes a client, closed at the end; it retries without waiting."""
    made: list[Sync | Async] = []

    def make(server: Loopback, **options: Any) -> Sync | Async:
        retries = Retries(limit=2, first_wait_s=0)
        made.append(request.param(**{"base_url": server.url, "retries": retries, **options}))
        return made[-1]

    yield make
    for one in made:
        one.close()


def _whole(value: Mapping[str, object], status: int = 200, **headers: str) -> Script:
    return lambda peer, _: peer.answer(wire.dumps(value), status=status, **headers)


def _stream(*events: bytes) -> Script:
    return lambda peer, _: peer.stream(*events)


def _in_turn(*scripts: Script) -> Script:
    left = list(scripts)

    def script(peer: Peer, request: Received) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(peer, request)

    return script


# --- whole


def test_generate(connect: Connect) -> None:
    """A text goes out, a result comes back, with what was sent and received."""
    with Loopback(_whole({"text": "hi"})) as server:
        result = connect(server).generate("hello", system="Be short.")
    assert (result.text, result.finish_reason, result.output) == ("hi", "stop", None)
    assert result.raw is not None
    assert result.raw.body == b'{"text":"hi"}'
    [received] = server.received
    assert wire.loads(received.body)["messages"] == [["system", "Be short."], ["user", "hello"]]
    assert received.headers["authorization"] == f"Bearer {KEY}"


def test_a_conversation(connect: Connect) -> None:
    """A reply is appended as it is."""
    with Loopback(_whole({"text": "hi"})) as server:
        client = connect(server)
        messages: list[Message] = [user("hello")]
        messages.append(client.generate(messages).message)
        client.generate([*messages, user("and?")])
    assert wire.loads(server.received[1].body)["messages"] == [["user", "hello"], ["assistant", "hi"], ["user", "and?"]]


@attrs.frozen
class Recipe:
    """What is wanted."""

    name: str


def test_typed_output(connect: Connect) -> None:
    """The text is read as the type; what does not fit is an error with the text and the result."""
    with Loopback(_in_turn(_whole({"text": '{"name":"soup"}'}), _whole({"text": "no"}))) as server:
        client = connect(server)
        assert client.generate("a soup", output=Recipe).output == Recipe("soup")
        with pytest.raises(OutputError) as caught:
            client.generate("a soup", output=Recipe)
    assert caught.value.text == "no"
    assert caught.value.partial.text == "no"


def test_json_output(connect: Connect) -> None:
    """Any JSON, or JSON of a schema; a fence around it is noted."""
    fenced = _whole({"text": '```json\n{"a": 1}\n```'})
    with Loopback(fenced) as server:
        client = connect(server)
        result = client.generate("x", output="json")
        assert result.output == {"a": 1}
        assert [notice.code for notice in result.warnings] == ["output-fenced"]
        schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
        assert client.generate("x", output=schema).output == {"a": 1}


def test_errors(connect: Connect) -> None:
    """What the provider refuses is its error, and what it sends wrong is a DecodeError."""
    with Loopback(_in_turn(_whole({"error": "no"}, 400), lambda peer, _: peer.answer(b"<html>"))) as server:
        client = connect(server)
        with pytest.raises(ProviderError, match="400"):
            client.generate("x")
        with pytest.raises(DecodeError, match="not JSON"):
            client.generate("x")
    assert len(server.received) == 2


@pytest.mark.parametrize("label", ["text/html", "text/plain"])
def test_a_page_in_place_of_a_reply(connect: Connect, label: str) -> None:
    """The error names the provider, the host, the type and the beginning of the page, whole and streamed."""
    page = b"<html><title>Sign in to the hotel</title>" + b"x" * 10_000
    with Loopback(lambda peer, _: peer.answer(page, content_type=label)) as server:
        client = connect(server)
        for call in (client.generate, client.until_done):
            with pytest.raises(
                DecodeError, match=f"toy: 127.0.0.1 answered with {label}, which is not JSON: '<html>"
            ) as caught:
                call("x")
            assert "Sign in to the hotel" in str(caught.value)
            assert len(str(caught.value)) < 400


def test_a_model_that_is_not_there(connect: Connect) -> None:
    """A provider without a scoreboard has no nearest one to name, and the error is the provider's all the same."""
    with Loopback(_whole({"error": "no such model"}, 404)) as server:
        client = connect(server)
        for call in (client.generate, client.until_done):
            with pytest.raises(NotFound, match="no such model") as caught:
                call("x")
            assert caught.value.status == 404


def test_a_call_instead_of_an_output(connect: Connect) -> None:
    """A reply that asks for tools has no output yet."""
    with Loopback(_whole(CALL)) as server:
        result = connect(server).generate("x", output=Recipe, tools=[add])
    assert (result.output, len(result.tool_calls)) == (None, 1)


def test_retries(connect: Connect) -> None:
    """Failures and refusals that may pass are tried again, so many times and no more."""

    def hang_up(peer: Peer, _: Received) -> None:
        raise ConnectionResetError

    with Loopback(_in_turn(hang_up, _whole({}, 429), _whole({"text": "hi"}))) as server:
        assert connect(server).generate("x").text == "hi"
    assert len(server.received) == 3
    with Loopback(_whole({}, 429)) as server:
        with pytest.raises(RateLimited):
            connect(server, retries=0).generate("x")
        assert len(server.received) == 1
        with pytest.raises(RateLimited):
            connect(server).generate("x")
        assert len(server.received) == 4


def test_the_total_bounds_the_waits(connect: Connect) -> None:
    """A wait that cannot end in time is not begun."""
    with Loopback(_whole({}, 429, retry_after="30")) as server:
        with pytest.raises(TotalTimeout):
            connect(server, timeouts=1).generate("x")


def test_models(connect: Connect) -> None:
    """Every page, in order."""
    with Loopback(lambda peer, request: peer.answer(wire.dumps([request.path[-1]]))) as server:
        assert connect(server).list_models() == ["1", "2"]


# --- streamed


def test_stream(connect: Connect) -> None:
    """The events as they come, then the same result as of a whole reply."""
    with Loopback(_stream(*frames(*TEXT))) as server:
        client = connect(server)
        seen: list[Event] = []
        stream = client.stream(seen, "x")
        assert [type(event) for event in seen] == [TextDelta, TextDelta, Finish]
        assert (stream.result.text, stream.partial) == ("one two", stream.result)
        assert client.until_done("x").text == "one two"
        assert client.active() == 0
    assert server.connections == 1


def test_a_stream_that_is_answered_whole(connect: Connect) -> None:
    """Some answer whole although they were asked to stream: events come all the same."""
    with Loopback(_whole({"text": "hi"}, content_type="application/json")) as server:
        seen: list[Event] = []
        stream = connect(server).stream(seen, "x")
    assert TextDelta("hi") in seen
    assert stream.result.text == "hi"


def test_typed_output_of_a_stream(connect: Connect) -> None:
    """It is read at the end, and what does not fit is an error behind all events."""
    good, bad = stream_of([{"text": '{"a":1}'}, {"done": True}]), stream_of([{"text": "no"}, {"done": True}])
    with Loopback(_in_turn(_stream(good), _stream(bad))) as server:
        client = connect(server)
        assert client.until_done("x", output="json").output == {"a": 1}
        seen: list[Event] = []
        with pytest.raises(OutputError) as caught:
            client.stream(seen, "x", output="json")
    assert TextDelta("no") in seen
    assert caught.value.partial.text == "no"


def _cut(peer: Peer, _request: Received) -> None:
    peer.begin_stream()
    peer.chunk(*frames({"text": "a"}))
    raise ConnectionResetError


@pytest.mark.parametrize("script", [_cut, _stream(*frames({"text": "a"}))], ids=["broken", "clean end"])
def test_a_cut_stream(connect: Connect, script: Script) -> None:
    """It is an error with what was delivered, and no second request."""
    with Loopback(script) as server:
        client = connect(server)
        seen: list[Event] = []
        with pytest.raises(IncompleteStream) as caught:
            client.stream(seen, "x")
        assert (seen, caught.value.partial.text) == ([TextDelta("a")], "a")
        assert client.active() == 0
    assert len(server.received) == 1


def test_an_error_in_a_stream(connect: Connect) -> None:
    """It is raised at once, although the server keeps the connection open."""

    def script(peer: Peer, _: Received) -> None:
        peer.begin_stream()
        peer.chunk(b"".join(frames({"text": "a"}, {"error": "overloaded"})))
        peer.wait()

    with Loopback(script) as server:
        client = connect(server, timeouts=Timeouts(between_events_s=5, total_s=5))
        seen: list[Event] = []
        with pytest.raises(ProviderError, match="overloaded") as caught:
            client.stream(seen, "x")
        assert (seen, caught.value.in_stream, caught.value.partial.text) == ([TextDelta("a")], True, "a")
        assert client.active() == 0


@pytest.mark.parametrize("end", ["silence", "reset"])
def test_a_whole_reply_that_never_ends(connect: Connect, end: str) -> None:
    """Once the reply is complete, a connection that breaks or falls silent is its end."""

    def script(peer: Peer, _: Received) -> None:
        peer.begin_stream()
        peer.chunk(b"".join(frames({"text": "a"}, {"complete": True})))
        if end == "reset":
            raise ConnectionResetError
        peer.wait()

    with Loopback(script) as server:
        assert connect(server, timeouts=Timeouts(between_events_s=0.2)).until_done("x").text == "a"


def test_deadlines_of_a_stream(connect: Connect) -> None:
    """The error says which, with what was delivered."""

    def script(peer: Peer, _: Received) -> None:
        peer.begin_stream()
        peer.chunk(*frames({"text": "a"}))
        peer.drip(b"3\r\n:\n\n\r\n")

    with Loopback(script) as server:
        with pytest.raises(BetweenEventsTimeout) as caught:
            connect(server, timeouts=Timeouts(between_events_s=0.2)).until_done("x")
    assert caught.value.partial.text == "a"


def test_an_abandoned_stream(connect: Connect) -> None:
    """Leaving it closes the connection at once; there is a partial result and no final one."""

    def script(peer: Peer, _: Received) -> None:
        peer.begin_stream()
        peer.chunk(b"".join(frames({"text": "a"}, {"text": "b"})))
        peer.wait()

    with Loopback(script) as server:
        client = connect(server)
        stream = client.stream([], "x", take=1)
        assert client.active() == 0
        assert stream.partial.text.startswith("a")
        with pytest.raises(UsageError, match="there is no result, because the stream was left"):
            _ = stream.result
    gc.collect()


def test_a_refused_stream(connect: Connect) -> None:
    """It is retried, and then raised before there is a stream."""
    with Loopback(_in_turn(_whole({}, 503), _stream(*frames(*TEXT)))) as server:
        assert connect(server).until_done("x").text == "one two"
    with Loopback(_whole({}, 400)) as server, pytest.raises(ProviderError):
        connect(server).until_done("x")


def test_streams_used_wrongly(connect: Connect) -> None:
    """They have to be entered, and can be read once."""
    with Loopback(_stream(*frames(*TEXT))) as server:
        client = connect(server)
        with pytest.raises(UsageError, match="is iterated over once"):
            client.misread("x")
        with pytest.raises(UsageError, match="enter the stream first"):
            client.misopen("x")
        sent = len(server.received)
        with pytest.raises(UsageError, match="a stream is entered once"):
            client.reopen("x")
        assert len(server.received) == sent + 1


def test_the_rest_of_a_stream(connect: Connect) -> None:
    """Who leaves the loop may still ask for the result: what is left is read, and what is wrong with it raised."""
    with Loopback(_stream(*frames(*TEXT))) as server:
        assert connect(server).skip("x").text == "one two"
    with Loopback(_stream(*frames(*TEXT[:2]))) as server, pytest.raises(IncompleteStream) as caught:
        connect(server).skip("x")
    assert caught.value.partial.text == "one two"


# --- tools


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


CALL = {"call": ["add", '{"a": 1, "b": 2}']}


def test_run_tools(connect: Connect) -> None:
    """The calls are made, the answers sent, until there is a reply."""
    with Loopback(_in_turn(_whole(CALL), _whole({"text": "3"}))) as server:
        assert connect(server).run_tools("1 + 2?", tools=[add], tool_choice="required").text == "3"
    roles = [role for role, _ in wire.loads(server.received[1].body)["messages"]]
    assert roles == ["user", "assistant", "tool"]


def test_too_many_rounds(connect: Connect) -> None:
    """The last calls are not made, and the last reply is in the error."""
    made: list[int] = []

    def count(a: int, b: int) -> None:
        """Count."""
        made.append(a + b)

    tool = attrs.evolve(jackfield.tool(count), name="add")
    with Loopback(_whole(CALL)) as server:
        with pytest.raises(ToolLoopLimit) as caught:
            connect(server).run_tools("x", tools=[tool], max_rounds=2)
    assert (len(server.received), made, len(caught.value.partial.tool_calls)) == (2, [3], 1)


def test_stream_tools(connect: Connect) -> None:
    """Events, result and answers of each round."""
    rounds = _in_turn(_stream(*frames(CALL, {"done": True})), _stream(*frames({"text": "3"}, {"done": True})))
    with Loopback(rounds) as server:
        seen = connect(server).stream_tools("1 + 2?", tools=[add])
    results: list[Result[Any]] = [one for one in seen if isinstance(one, Result)]
    assert [len(one.tool_calls) for one in results] == [1, 0]
    assert [one.role for one in seen if isinstance(one, Message)] == ["tool"]
    assert seen[-1] is results[-1]
    assert results[-1].text == "3"


def test_too_many_streamed_rounds(connect: Connect) -> None:
    """As for whole replies."""
    with Loopback(_stream(*frames(CALL, {"done": True}))) as server:
        with pytest.raises(ToolLoopLimit) as caught:
            connect(server).stream_tools("x", tools=[add], max_rounds=1)
    assert caught.value.partial.tool_calls


@pytest.mark.parametrize("streamed", [False, True])
def test_the_total_is_for_all_rounds(connect: Connect, *, streamed: bool) -> None:
    """However many requests it takes."""

    def slow(peer: Peer, _: Received) -> None:
        threading.Event().wait(0.2)
        peer.stream(*frames(CALL, {"done": True})) if streamed else peer.answer(wire.dumps(CALL))

    with Loopback(slow) as server:
        client = connect(server, timeouts=Timeouts(total_s=0.5), retries=0)
        with pytest.raises(TotalTimeout):
            (client.stream_tools if streamed else client.run_tools)("x", tools=[add], max_rounds=20)
    assert 2 <= len(server.received) <= 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tools": []}, "run_tools needs at least one tool"),
        ({"tools": [jackfield.Tool(name="x", description="x", parameters={})]}, "run_tools cannot call x"),
        ({"tools": [add], "max_rounds": 0}, "max_rounds: expected a whole number of at least 1, got 0"),
        ({"tools": [add], "max_rounds": "2"}, "max_rounds: expected a whole number of at least 1, got '2'"),
    ],
)
def test_tools_that_cannot_run(connect: Connect, options: dict[str, Any], message: str) -> None:
    """Nothing is sent."""
    with Loopback(_whole({})) as server:
        with pytest.raises(UsageError, match=message):
            connect(server).run_tools("x", **options)
    assert server.received == []


# --- setting up


@pytest.mark.parametrize("kind", [jackfield.Client, jackfield.AsyncClient])
def test_what_a_client_says_of_itself(kind: Any) -> None:
    """Its provider, model and base URL; neither is sent anything, nor loaded."""
    client = kind("toy:m")
    assert (client.info.id, client.model) == ("toy", "m")
    assert repr(client) == f"{kind.__name__}('toy', model='m', base_url='http://toy.invalid')"
    assert kind("toy", model="other").model == "other"
    assert kind("toy:").model is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"provider": "toy:m", "model": "other"}, "the model is given twice: 'm' in the provider's name"),
        ({"provider": "toy", "model": 5}, "model: expected a model's name"),
        ({"provider": None}, 'provider: expected "provider" or "provider:model", got None'),
        ({"provider": "toy", "unsupported": "never"}, "unsupported: expected"),
        ({"provider": "toy", "timeouts": -1}, "total_s must be"),
        ({"provider": "toy", "timeouts": "1"}, "total_s must be"),
        ({"provider": "toy", "retries": -1}, "limit must be"),
        ({"provider": "toy", "settings": {"regio": "eu"}}, "toy has no setting regio"),
        ({"provider": "toy", "settings": {5: "eu"}}, "toy has no setting 5"),
        ({"provider": "toy", "middleware": "cache"}, "middleware: expected a list of names or objects, got 'cache'"),
        ({"provider": "toy", "middleware": 5}, "middleware: expected a list of names or objects, got 5"),
        ({"provider": "toy", "base_url": "toy.invalid"}, "base_url must be"),
        ({"provider": "toy", "model": CHEAP}, "toy"),
    ],
)
def test_clients_that_cannot_be_made(arguments: dict[str, Any], message: str) -> None:
    """Each reason is said."""
    with pytest.raises(UsageError, match=message):
        jackfield.Client(**arguments)


@pytest.mark.parametrize(
    ("kind", "client", "wanted"),
    [
        (jackfield.Client, httpx.AsyncClient, "httpx.Client"),
        (jackfield.AsyncClient, httpx.Client, "httpx.AsyncClient"),
        (jackfield.AsyncClient, dict, "httpx.AsyncClient"),
        (jackfield.Client, dict, "httpx.Client"),
    ],
)
def test_an_http_client_of_the_other_kind(kind: Any, client: Any, wanted: str) -> None:
    """It would fail in the middle of a call, with an error that nobody understands."""
    with pytest.raises(UsageError, match=f"http_client: expected an {wanted}"):
        kind("toy:m", http_client=client())


def test_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable and the page are named."""
    monkeypatch.delenv("TOY_API_KEY")
    with pytest.raises(MissingCredential, match="TOY_API_KEY"):
        jackfield.Client("toy")
    assert jackfield.Client("toy", api_key="k", settings={"region": "eu"}, timeouts=Timeouts()).info.id == "toy"


@pytest.mark.parametrize(
    ("options", "error"),
    [({"model": "m", "frobnicate": 1}, UsageError), ({}, UsageError), ({"model": "m"}, UnsupportedOperation)],
)
def test_pictures_that_cannot_be_made(options: dict[str, Any], error: type[Exception]) -> None:
    """An option that does not exist, no model, a provider that makes none."""
    with pytest.raises(error):
        jackfield.Client("toy").make_image("a cat", **options)

    async def later() -> None:
        with pytest.raises(error):
            await jackfield.AsyncClient("toy").make_image("a cat", **options)

    asyncio.run(later())


def test_one_client_in_two_event_loops() -> None:
    """A client may outlive an event loop, closed or not, and leaves nothing behind."""
    with Loopback(_stream(*frames(*TEXT))) as server:
        client = jackfield.AsyncClient("toy:m", base_url=server.url)

        async def once() -> str:
            async with client.stream("x") as stream:
                return (await stream.until_done()).text

        assert [asyncio.run(once()), asyncio.run(once())] == ["one two", "one two"]
    gc.collect()


async def test_cancelling_a_stream() -> None:
    """The connection is closed at once."""
    with Loopback(_cancelled) as server:
        async with jackfield.AsyncClient("toy:m", base_url=server.url) as client:
            reading = asyncio.Event()

            async def read() -> None:
                async with client.stream("x") as stream:
                    async for _ in stream:
                        reading.set()

            task = asyncio.create_task(read())
            await reading.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert _connections(next(iter(client._transport._own.values()))[0]) == 0


def _cancelled(peer: Peer, _request: Received) -> None:
    peer.begin_stream()
    peer.chunk(*frames({"text": "a"}))
    peer.wait()


def test_a_client_of_the_callers_own() -> None:
    """It is used, and stays open."""
    with Loopback(_whole({"text": "hi"})) as server, httpx.Client(headers={"x-mine": "yes"}) as mine:
        with jackfield.Client("toy:m", base_url=server.url, http_client=mine) as client:
            assert client.generate("x").text == "hi"
        assert not mine.is_closed
    assert server.received[0].headers["x-mine"] == "yes"


# --- middleware


class Watcher:
    """Writes down what it is told."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.told: list[str] = []

    @hookimpl
    def call_started(self, http_request: HttpRequest) -> None:
        """Note it."""
        self.told.append(f"started {http_request.method}")

    @hookimpl
    def call_event(self, event: Event) -> None:
        """Note it."""
        self.told.append(type(event).__name__)

    @hookimpl
    def call_answered(self, response: HttpResponse) -> None:
        """Note it."""
        self.told.append(f"answered {response.status}")

    @hookimpl
    def call_finished(self, result: "Result[Any]") -> None:
        """Note it."""
        self.told.append(f"finished {result.text}")

    @hookimpl
    def call_failed(self, error: BaseException) -> None:
        """Note it."""
        self.told.append(f"failed {type(error).__name__}")


def test_watching(connect: Connect) -> None:
    """Whole, streamed, refused, cut and abandoned calls are all told of, once each."""
    watcher = Watcher()
    scripts = (
        _whole({"text": "hi"}),
        _stream(*frames(*TEXT)),
        _whole({}, 400),
        _whole({}, 400),
        _stream(*frames({"text": "a"})),
        _stream(*frames(*TEXT)),
    )
    with Loopback(_in_turn(*scripts)) as server:
        client = connect(server, middleware=[watcher])
        client.generate("x")
        client.until_done("x")
        for failing in (client.generate, client.until_done):
            with pytest.raises(ProviderError):
                failing("x")
        with pytest.raises(IncompleteStream):
            client.until_done("x")
        client.stream([], "x", take=1)
    assert watcher.told == [
        *("started POST", "answered 200", "finished hi"),
        *("started POST", "TextDelta", "TextDelta", "Finish", "answered 200", "finished one two"),
        *("started POST", "failed ProviderError") * 2,
        *("started POST", "TextDelta", "failed IncompleteStream"),
        *("started POST", "TextDelta", "failed GeneratorExit"),
    ]


class Broken:
    """Fails when it is told of an event."""

    @hookimpl
    def call_event(self) -> None:
        """Fail."""
        raise RuntimeError("broken")


def test_a_watcher_that_fails(connect: Connect) -> None:
    """It is named, and the connection is closed."""
    with Loopback(_stream(*frames(*TEXT))) as server:
        client = connect(server, middleware=[Broken()])
        with pytest.raises(PluginError, match=r"plugin Broken \(middleware 1\) \(call_event\)") as caught:
            client.until_done("x")
        assert client.active() == 0
    assert caught.value.partial is not None


class Cache:
    """Answers in place of the provider."""

    def __init__(self, response: HttpResponse) -> None:
        """Always the same."""
        self.response = response

    @hookimpl
    def answer_request(self) -> HttpResponse:
        """Answer."""
        return self.response


def test_answers_of_middleware(connect: Connect) -> None:
    """Nothing is sent: whole, streamed, and whole where a stream was wanted."""
    whole = HttpResponse(status=200, body=b'{"text":"hi"}')
    streamed = HttpResponse(status=200, headers={"content-type": "text/event-stream"}, body=stream_of(TEXT))
    with Loopback(_whole({})) as server:
        assert connect(server, middleware=[Cache(whole)]).generate("x").text == "hi"
        assert connect(server, middleware=[Cache(whole)]).until_done("x").text == "hi"
        assert connect(server, middleware=[Cache(streamed)]).until_done("x").text == "one two"
        cut = attrs.evolve(streamed, body=stream_of(TEXT[:1]))
        seen: list[Event] = []
        with pytest.raises(IncompleteStream):
            connect(server, middleware=[Cache(cut)]).stream(seen, "x")
        assert seen == [TextDelta("one ")]
    assert server.received == []


def test_a_conversation_by_hand(connect: Connect) -> None:
    """A turn written by hand goes out like a real one."""
    with Loopback(_whole({"text": "hi"})) as server:
        connect(server).generate([user("a"), assistant("b"), user("c")])
    assert wire.loads(server.received[0].body)["messages"] == [["user", "a"], ["assistant", "b"], ["user", "c"]]
