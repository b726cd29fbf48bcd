"""Whatever a caller gives is refused where it is of the wrong type: by name, and before anything is sent.

Every public name is in one of three tables: what callers make, what they call, and what jackfield alone makes.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from inspect import isawaitable, signature
from pathlib import Path
from typing import Any, Literal

import attrs
import pytest

import jackfield
from jackfield import AsyncClient, Client, Image, Opaque, Secret, Text, ToolCall, UsageError, user
from jackfield.operations.build import GenerateOptions
from jackfield.testing import Simulator
from jackfield.types.fields import expect

WRONG: Mapping[str, Any] = {"an object": object(), "a mapping": {5: object()}, "a list": [object()], "i": 1j}
"""Nothing that a caller gives may be one of these."""

MADE: Mapping[Any, Mapping[str, Any]] = {
    jackfield.Text: {"text": "hi"},
    jackfield.Reasoning: {"text": "hi"},
    jackfield.Opaque: {"provider": "groq", "data": {}},
    jackfield.Media: {},
    jackfield.Image: {},
    jackfield.Audio: {},
    jackfield.Video: {},
    jackfield.Document: {},
    jackfield.ToolCall: {"id": "a", "name": "add"},
    jackfield.ToolResult: {"call_id": "a", "name": "add", "content": (Text("7"),)},
    jackfield.ServerTool: {"kind": "search"},
    jackfield.Citation: {},
    jackfield.ProviderPart: {"kind": "a", "opaque": Opaque(provider="groq", data={})},
    jackfield.Message: {"role": "user", "parts": (Text("hi"),)},
    jackfield.Tool: {"name": "add", "description": "Add.", "parameters": {"type": "object"}},
    jackfield.ToolName: {"name": "add"},
    jackfield.WebSearch: {},
    jackfield.OutputSchema: {"name": "a", "schema": {}},
    jackfield.GenerateRequest: {"model": "m", "messages": (user("hi"),)},
    jackfield.ImageRequest: {"model": "m", "prompt": "a cat"},
    jackfield.Retries: {},
    jackfield.Timeouts: {},
}
"""The values that callers make, each with what it needs."""
FIELDS = [
    pytest.param(cls, field.alias, id=f"{cls.__name__}.{field.alias}")
    for cls in MADE
    for field in attrs.fields(cls)
    if field.init and field.alias != "extra"  # which the provider's plugin looks at
]

JACKFIELD_MAKES = {
    "Alternative", "AsyncStream", "Batch", "BatchCounts", "BatchItem", "BatchState", "Event", "File", "FileState",
    "Finish", "FinishReason", "LogprobsDelta", "MediaDelta", "Model", "Notice", "NoticeEvent", "Pricing",
    "ProviderData", "RateLimit", "RateLimits", "RateLimitsUpdate", "RawReply", "ReasoningDelta", "Result", "Stream",
    "StreamStart", "TextDelta", "TextWasReasoning", "TokenLogprob", "ToolCallDelta", "Usage", "UsageUpdate",
}  # fmt: skip
"""What comes out; it is not looked at a second time."""
NO_ARGUMENTS = {"API_VERSION", "BEST", "CHEAP", "GOOD", "Tier", "providers", "hookimpl"}

CALL = ToolCall(id="a", name="add")
PNG = b"\x89PNG\r\n\x1a\n"


def add(a: int) -> int:
    """Add."""
    return a


FUNCTIONS: Mapping[str, Callable[[Any], object]] = {
    "user": user,
    "Message.name": lambda wrong: user("hi", name=wrong),
    "system": jackfield.system,
    "assistant": jackfield.assistant,
    "tool_result: call": lambda wrong: jackfield.tool_result(wrong, "7"),
    "tool_result": lambda wrong: jackfield.tool_result(CALL, wrong),
    "ToolResult.is_error": lambda wrong: jackfield.tool_result(CALL, "7", is_error=wrong),
    "tool": jackfield.tool,
    "Tool.strict": lambda wrong: jackfield.tool(add, strict=wrong),
    "dumps": jackfield.dumps,
    "loads": jackfield.loads,
    "Secret": Secret,
    "data": Image.from_bytes,
    "Image.mime_type": lambda wrong: Image.from_bytes(PNG, mime_type=wrong),
    "Image.detail": lambda wrong: Image.from_bytes(PNG, detail=wrong),
    "path": Image.from_path,
    "url": jackfield.Document.from_url,
    "Audio.mime_type": lambda wrong: jackfield.Audio.from_url("https://toy.invalid/a", mime_type=wrong),
    "file": jackfield.Video.from_file,
    "Video.detail": lambda wrong: jackfield.Video.from_file("a", detail=wrong),
}
"""By how the error begins."""

CALLS: list[tuple[str, str, Callable[[Any, Any], Any]]] = [
    ("generate", "the prompt|message 0", lambda client, wrong: client.generate(wrong)),
    ("stream", "the prompt|message 0", lambda client, wrong: client.stream(wrong)),
    ("run_tools", "tools", lambda client, wrong: client.run_tools("hi", wrong)),
    ("run_tools", "max_rounds", lambda client, wrong: client.run_tools("hi", [add], max_rounds=wrong)),
    ("stream_tools", "tools", lambda client, wrong: client.stream_tools("hi", wrong)),
    ("stream_tools", "max_rounds", lambda client, wrong: client.stream_tools("hi", [add], max_rounds=wrong)),
    ("make_image", "ImageRequest.prompt", lambda client, wrong: client.make_image(wrong)),
    ("make_image", "model", lambda client, wrong: client.make_image("a cat", model=wrong)),
    ("make_image", "ImageRequest.size", lambda client, wrong: client.make_image("a cat", size=wrong)),
    ("make_image", "ImageRequest.images", lambda client, wrong: client.make_image("a cat", images=wrong)),
    ("make_image", "ImageRequest.seed", lambda client, wrong: client.make_image("a cat", seed=wrong)),
    ("upload", "path", lambda client, wrong: client.files.upload(wrong)),
    ("upload", "mime_type", lambda client, wrong: client.files.upload(b"x", mime_type=wrong)),
    ("upload", "name", lambda client, wrong: client.files.upload(b"x", mime_type="a/b", name=wrong)),
    ("upload", "purpose", lambda client, wrong: client.files.upload(b"x", mime_type="a/b", purpose=wrong)),
    ("get", "file", lambda client, wrong: client.files.get(wrong)),
    ("delete", "file", lambda client, wrong: client.files.delete(wrong)),
    ("download", "file", lambda client, wrong: client.files.download(wrong)),
    ("wait", "file", lambda client, wrong: client.files.wait(wrong)),
    ("wait", "poll_s", lambda client, wrong: client.files.wait("a", poll_s=wrong)),
    ("create", "prompts|the prompt|an id", lambda client, wrong: client.batches.create(wrong)),
    ("create", "temperature", lambda client, wrong: client.batches.create(["hi"], temperature=wrong)),
    ("get batch", "batch", lambda client, wrong: client.batches.get(wrong)),
    ("cancel", "batch", lambda client, wrong: client.batches.cancel(wrong)),
    ("wait batch", "batch", lambda client, wrong: client.batches.wait(wrong)),
    ("wait batch", "poll_s", lambda client, wrong: client.batches.wait("a", poll_s=wrong)),
    ("results", "batch", lambda client, wrong: client.batches.results(wrong)),
]
"""Method, how the error begins, and the call."""
ARGUMENTS = tuple(name for name in signature(Client).parameters if name != "http_client")
OPTIONS = tuple(GenerateOptions.__annotations__)


@pytest.fixture(scope="module")
def asked() -> Iterator[Simulator]:
    """A simulator that is never asked anything."""
    with Simulator("groq") as simulator:
        yield simulator
        assert simulator.requests == []


@pytest.fixture(params=[Client, AsyncClient], ids=["sync", "async"])
def client(request: pytest.FixtureRequest, asked: Simulator) -> Any:
    """Either client; nothing that it would have to close is ever opened."""
    return request.param("groq:openai/gpt-oss-20b", base_url=asked.base_url, settings=asked.settings)


def refused(pattern: str, call: Callable[..., Any], *arguments: Any, **options: Any) -> None:
    """Call, wait for the answer if it has to be awaited, and look at the error."""

    async def ended(answer: Any) -> None:
        await answer

    with pytest.raises(UsageError, match=rf"^({pattern})\b"):
        if isawaitable(answer := call(*arguments, **options)):
            asyncio.run(ended(answer))


def test_every_public_name_is_looked_at() -> None:
    """One that is new goes into a table."""
    called = {name.partition(":")[0] for name in FUNCTIONS if name.islower()} | {"Client", "AsyncClient", "Secret"}
    made = {one.__name__ for one in MADE}
    names = {name for name in dir(jackfield) if not _is_error(getattr(jackfield, name))}
    assert made | JACKFIELD_MAKES | NO_ARGUMENTS | (called & names) == names


def _is_error(one: object) -> bool:
    return isinstance(one, type) and issubclass(one, Exception)


@pytest.mark.parametrize(("cls", "field"), FIELDS)
@pytest.mark.parametrize("wrong", WRONG.values(), ids=list(WRONG))
def test_a_field(cls: Any, field: str, wrong: Any) -> None:
    """The error names it, and says what was expected and what came."""
    given = {**MADE[cls], field: wrong}
    if issubclass(cls, jackfield.Media) and field not in ("data", "url", "file_id"):
        given["file_id"] = "a"
    with pytest.raises(UsageError, match=rf"^({cls.__name__}\.)?{field}(:| must be) .*(got|: )"):
        cls(**given)


@pytest.mark.parametrize(("begin", "call"), FUNCTIONS.items(), ids=list(FUNCTIONS))
@pytest.mark.parametrize("wrong", WRONG.values(), ids=list(WRONG))
def test_a_function(begin: str, call: Callable[[Any], object], wrong: Any) -> None:
    """At once, and not when the value is used."""
    words = {"dumps": "a conversation is made of messages"}.get(begin, begin)
    refused(words, call, wrong)


@pytest.mark.parametrize(("name", "begin", "call"), CALLS, ids=[f"{name} {begin}" for name, begin, _ in CALLS])
@pytest.mark.parametrize("wrong", WRONG.values(), ids=list(WRONG))
def test_a_method(client: Any, name: str, begin: str, call: Callable[[Any, Any], Any], wrong: Any) -> None:
    """Nothing is sent, by neither client."""
    refused(begin, call, client, wrong)


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("wrong", WRONG.values(), ids=list(WRONG))
def test_an_option(client: Any, option: str, wrong: Any) -> None:
    """Whole, streamed and in a batch."""
    for call, prompt in ((client.generate, "hi"), (client.stream, "hi"), (client.batches.create, ["hi"])):
        refused(option, call, prompt, **{option: wrong})


@pytest.mark.parametrize("wrong", [5, 1j, object(), [5], {5: 5}, "xml", int | complex])
def test_an_output(client: Any, wrong: Any) -> None:
    """What has no JSON Schema."""
    for call in (client.generate, client.stream):
        refused("output|.* has no JSON Schema|the key 5", call, "hi", output=wrong)


@pytest.mark.parametrize("argument", ARGUMENTS)
@pytest.mark.parametrize("make", [Client, AsyncClient])
@pytest.mark.parametrize("wrong", WRONG.values(), ids=list(WRONG))
def test_a_client(argument: str, make: Any, wrong: Any) -> None:
    """Each argument by its name; what may be a secret is not shown."""
    given = {"provider": "groq", "api_key": "k", argument: wrong}
    if argument == "middleware" and wrong is WRONG["a list"]:
        given[argument] = wrong[0]  # a list of objects may be middleware
    names = {"timeouts": "total_s", "retries": "limit", "settings": "settings|groq has no setting"}
    refused(names.get(argument, argument), make, **given)


@pytest.mark.parametrize("wrong", [5, "key", b"key", object(), ["key"]])
def test_secrets_do_not_show(wrong: Any) -> None:
    """What stands in a secret's place may be one."""
    make: Any = Client
    places: list[dict[str, Any]] = [{"settings": wrong}, {"api_key": [wrong]}, {"proxy": [wrong]}]
    for given in places:
        with pytest.raises(UsageError) as caught:
            make("groq", **{"api_key": "k", **given})
        assert "key" not in str(caught.value).replace("api_key", "")


NEAR: list[tuple[Any, Any, str]] = [
    (str, b"x", "a text"),
    (str | None, 5, "a text or None"),
    (bytes, "x", "bytes"),
    (bytes, bytearray(b"x"), "bytes"),
    (bool, 1, "True or False"),
    (int, True, "a whole number"),
    (int, 1.0, "a whole number"),
    (float, True, "a number"),
    (float, "1", "a number"),
    (Literal["a", "b"], "c", "one of a, b"),
    (Literal[1, 2], True, "one of 1, 2"),
    (Literal[1, 2] | None, 3, "one of 1, 2 or None"),
    (tuple[str, ...], "ab", "a tuple, each a text"),
    (tuple[str, ...], ("a", 5), "a tuple, each a text"),
    (tuple[Text | Image, ...], ("a",), "a tuple, each Text or Image"),
    (Mapping[str, Any], [("a", 1)], "a mapping from a text to anything"),
    (Mapping[str, int], {"a": "b"}, "a mapping from a text to a whole number"),
    (Mapping[str, int], {1: 1}, "a mapping from a text to a whole number"),
    (dict[str, Any], {1: 1}, "a mapping from a text to anything"),
    (Callable[..., Any], 5, "a function"),
    (Callable[..., Any] | None, 5, "a function or None"),
    (str | Text | Image, 5, "a text, Text or Image"),
    (Image, Text("a"), "Image"),
]


@pytest.mark.parametrize(("wanted", "wrong", "words"), NEAR)
def test_near_misses(wanted: Any, wrong: Any, words: str) -> None:
    """Nothing is coerced, and the words are those of a person."""
    with pytest.raises(UsageError) as caught:
        expect("it", wanted, wrong)
    assert str(caught.value) == f"it: expected {words}, got {wrong!r}"


@pytest.mark.parametrize(
    ("wanted", "right"),
    [
        (str, ""),
        (float, 1),
        (float | None, None),
        (Literal["a"], "a"),
        (tuple[str, ...], ()),
        (Mapping[str, Any], {"a": object()}),
        (dict[str, Any], {}),
        (Callable[..., Any], len),
        (Any, object()),
        (object, 5),
    ],
)
def test_what_fits(wanted: Any, right: Any) -> None:
    """It is let through."""
    expect("it", wanted, right)


def test_a_list_does_for_a_tuple() -> None:
    """So that a program without a type checker need not know which of the two is frozen."""
    parts: Any = [Text("hi")]
    assert jackfield.Message(role="user", parts=parts) == user("hi")


def test_a_long_value_is_cut() -> None:
    """An error is one line."""
    with pytest.raises(UsageError, match=r"^it: expected a text, got \[0, 1.*\.\.\.$") as caught:
        expect("it", str, list(range(1000)))
    assert len(str(caught.value)) < 120


def test_a_path_that_nothing_can_have(tmp_path: Path) -> None:
    """Neither is a name of a file."""
    for name in ("a\0b", "\ud800"):
        with pytest.raises(UsageError, match=r"cannot read .*no file can have that name"):
            Image.from_path(tmp_path / name)
