"""Everything wrong with a call is found before any I/O, and reported by the name that the caller used."""

import math
from typing import Annotated, Any, TypedDict

import attrs
import pytest

from jackfield.errors import UsageError
from jackfield.operations.build import build_request, messages_of, tool
from jackfield.types.messages import Message, assistant, system, tool_result, user
from jackfield.types.parts import Document, Image, Media, Reasoning, Text, ToolCall, ToolResult
from jackfield.types.requests import GenerateRequest, ImageRequest, OutputSchema, Tool, ToolName, WebSearch


def _build(prompt: Any = "hi", model: str | None = "m", **options: Any) -> GenerateRequest:
    return build_request(prompt, options, stream=False, strict=False, model=model)


def add(a: Annotated[int, "the first"], b: int) -> int:
    """Add two numbers."""
    return a + b


def bare(a: int) -> int:  # noqa: D103 - what it lacks is what it is for
    return a


def untyped(a) -> int:  # type: ignore[no-untyped-def]  # noqa: ANN001 - what a caller may give
    """Lacks an annotation."""
    return int(a)  # pyright: ignore[reportUnknownArgumentType]  # as it says


@attrs.frozen
class Recipe:
    """What is wanted."""

    name: str


class Unspeakable(TypedDict):
    """Holds something without a JSON Schema."""

    what: complex


CONVERSATION = (user("hi"), assistant(Reasoning("?"), "so"), user("and?"))
PICTURE = user(Image(url="https://toy.invalid/x.png"))
TOOL = Tool(name="add", description="Add.", parameters={"type": "object"})


def test_the_least() -> None:
    """A text and a model are enough, and nothing that was not asked for is set."""
    request = _build()
    assert request == GenerateRequest(model="m", messages=(user("hi"),))
    assert request.options() == ()


def test_every_option() -> None:
    """Each ends up in its field, in its final form."""
    request = build_request(
        [user("hi")],
        {
            "model": "other",
            "system": "Be short.",
            "temperature": 0,
            "top_p": 0.5,
            "top_k": 5,
            "max_tokens": 10,
            "stop": "END",
            "seed": -7,
            "frequency_penalty": -2,
            "presence_penalty": 2.0,
            "top_logprobs": 0,
            "tools": [add, Tool(name="b", description="B.", parameters={})],
            "tool_choice": "add",
            "parallel_tool_calls": False,
            "web_search": True,
            "reasoning_effort": "low",
            "output": "json",
            "strict_schema": True,
            "extra": "anything",
            "unsupported": "drop",
        },
        stream=True,
        strict=True,
        model="m",
    )
    assert (request.model, request.stream, request.strict, request.extra) == ("other", True, True, "anything")
    assert request.messages == (system("Be short."), user("hi"))
    assert (request.temperature, request.top_p, request.top_k, request.max_tokens) == (0, 0.5, 5, 10)
    assert (request.stop, request.seed, request.frequency_penalty, request.presence_penalty) == (("END",), -7, -2, 2.0)
    assert request.tools is not None
    assert [one.name for one in request.tools] == ["add", "b"]
    assert (request.tools[0].function, request.tools[0].typed) == (add, True)
    assert (request.tool_choice, request.parallel_tool_calls) == (ToolName("add"), False)
    assert (request.web_search, request.reasoning_effort, request.json_mode) == (WebSearch(), "low", True)
    assert request.top_logprobs == 0


def test_where_to_search() -> None:
    """A search may be limited."""
    search = WebSearch(include_domains=("toy.invalid",))
    assert _build(web_search=search).web_search is search


def test_none_means_not_asked_for() -> None:
    """So that a caller can pass options on."""
    options = dict.fromkeys(("temperature", "stop", "tools", "system", "output", "extra", "unsupported"))
    assert _build(**options) == _build()
    assert _build(tools=[], web_search=False, system="") == _build()


@pytest.mark.parametrize(
    ("output", "name"),
    [
        (Recipe, "Recipe"),
        ({"type": "object", "title": "A Thing!", "properties": {}}, "A_Thing_"),
        ({"type": "object", "properties": {}}, "output"),
    ],
)
def test_schemas(output: object, name: str) -> None:
    """A type or a JSON Schema gets a name that every provider takes."""
    schema = _build(output=output, strict_schema=True).schema
    assert isinstance(schema, OutputSchema)
    assert (schema.name, schema.strict) == (name, True)


@pytest.mark.parametrize(
    ("prompt", "messages"),
    [
        ("hi", (user("hi"),)),
        (user("hi"), (user("hi"),)),
        (list(CONVERSATION), CONVERSATION),
        (iter([user("hi")]), (user("hi"),)),
        (PICTURE, (PICTURE,)),
    ],
)
def test_prompts(prompt: Any, messages: tuple[Message, ...]) -> None:
    """A text, a message or several."""
    assert messages_of(prompt) == messages


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        ("", "the prompt is empty"),
        ([], "the prompt is empty"),
        ("  \n", "message 0 is empty"),
        ([user("hi"), user("")], "message 1 is empty"),
        (Message(role="user", parts=()), "message 0 is empty"),
        (5, "the prompt: expected a text, a message or several messages, got 5"),
        (None, "the prompt: expected"),
        (b"hi", "the prompt: expected"),
        ({"role": "user"}, "the prompt: expected"),
        ([{"role": "user", "content": "hi"}], "message 0 is a dict; build it with user"),
        (["hi"], "message 0 is a str"),
    ],
)
def test_prompts_that_are_none(prompt: object, message: str) -> None:
    """Each is refused, with its place."""
    with pytest.raises(UsageError, match=message):
        _build(prompt)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"temprature": 1}, "unknown option: temprature; did you mean temperature?"),
    ({"zzz": 1, "aaa": 2}, "unknown option: aaa, zzz; there are: model, system"),
    ({"temperature": -1}, "temperature: expected a number of at least 0, got -1"),
    ({"temperature": "1"}, "temperature: expected a number of at least 0, got '1'"),
    ({"temperature": True}, "temperature: expected"),
    ({"temperature": math.nan}, "temperature: expected"),
    ({"stop": ""}, "stop: expected a text, or several, none of them empty, got ''"),
    ({"stop": "\ud83d"}, "stop cannot be sent as text"),
    ({"system": "\ud83d"}, "system cannot be sent as text"),
    ({"output": {"description": "\ud83d"}}, "the schema at /description has half a surrogate pair"),
    ({"output": {"\ud83d": 1}}, "half a surrogate pair"),
    ({"timeouts": 5}, r"timeouts is an argument of Client"),
    ({"retries": 5}, r"retries is an argument of Client"),
    ({"temperature": 10**400}, "temperature: expected"),
    ({"temperature": 10**5000}, "temperature: expected a number of at least 0, got something of type int"),
    ({"temperature": math.inf}, "temperature: expected"),
    ({"top_p": 1.1}, "top_p: expected a number from 0 to 1, got 1.1"),
    ({"top_k": 0}, "top_k: expected a whole number of at least 1, got 0"),
    ({"top_k": 1.5}, "top_k: expected a whole number"),
    ({"max_tokens": -5}, "max_tokens: expected a whole number of at least 1, got -5"),
    ({"max_tokens": 0}, "max_tokens: expected"),
    ({"seed": 2**63}, "seed: expected"),
    ({"seed": 1.0}, "seed: expected"),
    ({"frequency_penalty": 3}, "frequency_penalty: expected a number from -2 to 2"),
    ({"top_logprobs": 21}, "top_logprobs: expected a whole number from 0 to 20"),
    ({"stop": ""}, "stop: expected a text, or several, none of them empty"),
    ({"stop": []}, "stop: expected"),
    ({"stop": ["a", ""]}, "stop: expected"),
    ({"stop": ["a", 5]}, "stop: expected"),
    ({"stop": 5}, "stop: expected a text, or several, none of them empty, got 5"),
    ({"parallel_tool_calls": 1}, "parallel_tool_calls: expected True or False, got 1"),
    ({"web_search": "yes"}, "web_search: expected True or False, got 'yes'"),
    ({"reasoning_effort": "huge"}, "reasoning_effort: expected one of none, minimal"),
    ({"reasoning_budget": -1}, "reasoning_budget: expected"),
    ({"reasoning_effort": "low", "reasoning_budget": 5}, "reasoning_effort and reasoning_budget exclude"),
    ({"tools": "add"}, "tools: expected a list of functions or Tool objects, got 'add'"),
    ({"tools": [5]}, "tools: expected a list of functions or Tool objects, got 5"),
    ({"tools": {"add": add}}, "tools: expected"),
    ({"tools": [bare]}, "bare has no description"),
    ({"tools": [untyped]}, "annotation"),
    ({"tools": [Tool(name="x", description=" ", parameters={})]}, "x has no description"),
    ({"tools": [add, TOOL]}, "two tools are named add"),
    ({"tools": [add], "tool_choice": "sub"}, "tool_choice names 'sub', which is not among the tools: add"),
    ({"tools": [add], "tool_choice": 5}, "tool_choice: expected auto, none, required, or the name of a tool"),
    ({"tools": [add], "tool_choice": ""}, "tool_choice: expected"),
    ({"tool_choice": "add"}, "not among the tools: none were given"),
    ({"output": "xml"}, "output: expected a type, a JSON Schema or \"json\", got 'xml'"),
    ({"output": 5}, "output: expected"),
    ({"output": Unspeakable}, "complex"),
    ({"strict_schema": "yes"}, "strict_schema: expected True or False"),
    ({"system": 5}, "system: expected a text, got 5"),
    ({"model": 5}, "model: expected a model's name, got 5"),
    ({"model": "  "}, "model: expected"),
    ({"unsupported": "ignore"}, 'unsupported: expected "error", "warn" or "drop"'),
    ({"stop": ["x" * 500, ""]}, r"x\.\.\.$"),
]


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_options_that_are_wrong(options: dict[str, Any], message: str) -> None:
    """Each is refused by its name, with what was expected."""
    with pytest.raises(UsageError, match=message):
        _build(**options)


def test_no_model() -> None:
    """A call has to name one if the client does not."""
    with pytest.raises(UsageError, match="no model: pass model="):
        _build(model=None)


@pytest.mark.parametrize("make", [Image.from_bytes, Document.from_bytes])
def test_media_of_unknown_type(make: Any) -> None:
    """It has to be named where the bytes do not tell."""
    with pytest.raises(UsageError, match="cannot be told from its bytes: pass mime_type="):
        make(b"who knows")


def test_an_empty_picture() -> None:
    """A picture needs a description, and a number of pictures that makes sense."""
    for options in ({"prompt": " "}, {"prompt": 5}, {"count": 0}, {"count": True}, {"seed": 1.5}):
        with pytest.raises(UsageError):
            ImageRequest(**{"model": "m", "prompt": "a cat", **options})  # type: ignore[arg-type]  # deliberately
    assert ImageRequest(model="m", prompt="a cat", count=1, seed=-1).seed == -1


def test_a_tool() -> None:
    """A function says what it is called, what it does and what it takes."""
    made = tool(add, strict=True)
    assert (made.name, made.description, made.strict) == ("add", "Add two numbers.", True)
    assert set(made.parameters["properties"]) == {"a", "b"}


def test_what_a_request_uses() -> None:
    """The words of combination rules, media in tool results included."""
    call = ToolCall(id="a", name="f")
    request = attrs.evolve(
        _build(tools=[add], tool_choice="required", top_logprobs=1, reasoning_effort="low", seed=1),
        messages=(user("hi"), tool_result(call, Image(url="https://toy.invalid/x.png"))),
        stream=True,
    )
    assert request.features() == {
        "tools",
        "tool_choice",
        "forced_tool",
        "top_logprobs",
        "logprobs",
        "reasoning_effort",
        "thinking",
        "seed",
        "image",
        "tool_results",
        "stream",
    }
    assert "thinking" not in _build(reasoning_effort="none").features()
    assert "forced_tool" not in _build(tools=[add], tool_choice="auto").features()


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (Text("\ud83d"), "message 1 cannot be sent as text"),
        (Image(url="nope"), "message 1: the URL of the image: expected one that begins with https://"),
        (Document(url="file:///etc/passwd"), "message 1: the URL of the document"),
        (Image(data=b"x", mime_type="image/png\r\nx: y"), "message 1: the type of the image"),
        (Image(data=b"x", mime_type="image/"), "message 1: the type of the image"),
    ],
)
def test_parts_that_cannot_be_sent(part: Text | Media, reason: str) -> None:
    """They are refused by the place of their message, in a turn of the user's and in a tool's answer."""
    answer = ToolResult(call_id="a", name="add", content=(part,))
    for message in (user("Look:", part), Message(role="tool", parts=(answer,))):
        with pytest.raises(UsageError, match=reason):
            messages_of([user("hi"), message])
    said = Message(role="assistant", parts=(part,))  # what the model said is data
    assert messages_of([user("hi"), said])[1] is said
