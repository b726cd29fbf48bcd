"""A request of ours becomes the body that the plain chat-completions format documents, or is refused by name."""

import json
from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from jackfield.dialects.chat_completions import (
    CHAT_OPTIONS,
    ChatCompletions,
    Encoding,
    ModelTraits,
    web_search,
    without,
)
from jackfield.dialects.chat_completions.extras import as_json
from jackfield.dialects.chat_completions.options import response_format_schema
from jackfield.errors import UnsupportedOperation, UnsupportedOption, UsageError
from jackfield.http import HttpRequest, Secret, Settings
from jackfield.types.messages import user
from jackfield.types.requests import GenerateRequest, ImageRequest, OutputSchema, Tool, ToolName, WebSearch


@attrs.frozen(kw_only=True)
class Inner:
    """An object inside of the options."""

    depth: int | None = None
    names: tuple[str, ...] = ()
    weights: Mapping[str, float] | None = None


@attrs.frozen(kw_only=True)
class AcmeOptions:
    """A provider's own options, with every way to put a field on the wire."""

    tier: str | None = None
    inner: Inner | None = None
    renamed: str | None = attrs.field(default=None, metadata={"wire": "other_name"})
    version: int | None = attrs.field(default=None, metadata={"header": "x-acme-version"})
    kept: str | None = attrs.field(default=None, metadata={"wire": None})
    server_tools: tuple[Inner, ...] | None = attrs.field(default=None, metadata={"wire": "tools"})


ACME = ChatCompletions(
    provider="acme",
    name="Acme",
    base_url="https://api.acme.example",
    prefix="/v1",
    docs_url="https://acme.example/docs",
    key_variables=("ACME_API_KEY",),
    options_type=AcmeOptions,
    headers={"x-acme-client": "jackfield"},
)
SETTINGS = Settings(provider="acme", base_url=ACME.base_url, values={"api_key": Secret("canary")})
ADD = Tool(name="add", description="Adds.", parameters={"type": "object", "properties": {"a": {"type": "integer"}}})


def encode(dialect: ChatCompletions = ACME, **options: Any) -> HttpRequest:
    """Encode a request with these options."""
    request = GenerateRequest(model="m", messages=(user("hi"),), **options)
    return dialect.encode(request, SETTINGS)


def body(dialect: ChatCompletions = ACME, **options: Any) -> dict[str, Any]:
    """The body, without what every request has."""
    made: dict[str, Any] = json.loads(encode(dialect, **options).body)
    assert made.pop("model") == "m"
    assert made.pop("messages") == [{"role": "user", "content": "hi"}]
    return made


def test_envelope() -> None:
    """Method, URL, headers; the key is a secret that does not show."""
    request = encode()
    assert (request.method, request.url) == ("POST", "https://api.acme.example/v1/chat/completions")
    assert request.headers["authorization"] == Secret("Bearer canary")
    assert request.headers["x-acme-client"] == "jackfield"
    assert (request.headers["content-type"], request.headers["accept"]) == ("application/json", "application/json")
    assert "canary" not in repr(request)
    assert request.notices == ()


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        ("http://127.0.0.1:80", "http://127.0.0.1:80/v1/chat/completions"),
        ("http://127.0.0.1:80/", "http://127.0.0.1:80/v1/chat/completions"),
        ("https://gateway.example/acme", "https://gateway.example/acme/chat/completions"),
    ],
)
def test_base_url(base_url: str, url: str) -> None:
    """The prefix is added to a bare host; a base URL with a path is complete."""
    request = GenerateRequest(model="m", messages=(user("hi"),))
    settings = attrs.evolve(SETTINGS, base_url=base_url)
    assert ACME.encode(request, settings).url == url


@pytest.mark.parametrize(
    ("option", "value", "wire"),
    [
        ("temperature", 0.0, {"temperature": 0.0}),
        ("top_p", 0.5, {"top_p": 0.5}),
        ("max_tokens", 7, {"max_completion_tokens": 7}),
        ("stop", ("a", "b"), {"stop": ["a", "b"]}),
        ("seed", 0, {"seed": 0}),
        ("frequency_penalty", 1.0, {"frequency_penalty": 1.0}),
        ("presence_penalty", -1.0, {"presence_penalty": -1.0}),
        ("top_logprobs", 0, {"logprobs": True}),
        ("top_logprobs", 3, {"logprobs": True, "top_logprobs": 3}),
        ("json_mode", True, {"response_format": {"type": "json_object"}}),
        ("json_mode", False, {}),
        ("reasoning_effort", "xhigh", {"reasoning_effort": "xhigh"}),
    ],
)
def test_option(option: str, value: Any, wire: dict[str, Any]) -> None:
    """Each option of the plain format, values that are falsy included."""
    assert body(**{option: value}) == wire


def test_stream_asks_for_usage() -> None:
    """A host that sends usage only when asked is asked; the answer is to be an event stream."""
    assert body(stream=True) == {"stream": True, "stream_options": {"include_usage": True}}
    assert encode(stream=True).headers["accept"] == "text/event-stream"
    assert body(attrs.evolve(ACME, stream_usage=False), stream=True) == {"stream": True}


def test_tools() -> None:
    """Functions with their schemas, the choice among them, and the compiled schema for reading arguments back."""
    made = body(tools=(ADD,), tool_choice="required", parallel_tool_calls=False)
    function = {"name": "add", "description": "Adds.", "parameters": dict(ADD.parameters)}
    assert made == {
        "tools": [{"type": "function", "function": function}],
        "tool_choice": "required",
        "parallel_tool_calls": False,
    }
    named = body(tools=(ADD,), tool_choice=ToolName("add"))
    assert named["tool_choice"] == {"type": "function", "function": {"name": "add"}}
    assert encode(tools=(ADD,)).tool_schemas["add"].schema == dict(ADD.parameters)


def test_strict_tool() -> None:
    """A strict tool goes in the strict dialect, which closes its objects."""
    made = body(tools=(attrs.evolve(ADD, strict=True),))
    function = made["tools"][0]["function"]
    assert function["strict"] is True
    assert function["parameters"]["additionalProperties"] is False


def test_tool_choice_needs_tools() -> None:
    """There is nothing to choose from, and hosts answer 400."""
    with pytest.raises(UnsupportedOption, match="no tools") as caught:
        encode(tool_choice="auto")
    assert caught.value.option == "tool_choice"


SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}


def test_schema() -> None:
    """The schema is compiled strictly, named, and handed on for reading the reply back."""
    request = encode(schema=OutputSchema(name="Recipe", schema=SCHEMA))
    made = json.loads(request.body)["response_format"]["json_schema"]
    assert (made["name"], made["strict"]) == ("Recipe", True)
    assert made["schema"]["additionalProperties"] is False
    assert request.output_schema.schema == made["schema"]
    assert request.notices == ()


def test_schema_as_a_hint() -> None:
    """A model that cannot decode under constraint gets the schema as it is."""
    weak = attrs.evolve(ACME, models=(ModelTraits(strict_output=False),))
    made = body(weak, schema=OutputSchema(name="Recipe", schema=SCHEMA))["response_format"]["json_schema"]
    assert made == {"name": "Recipe", "schema": SCHEMA, "strict": False}


def test_schema_that_strict_cannot_say() -> None:
    """What the strict dialect cannot express is sent as a hint with a notice, or refused if exactness was asked for."""
    endless = {
        "type": "object",
        "properties": {"self": {"$ref": "#"}},
        "required": ["self"],
    }
    refusing = attrs.evolve(ACME, strict_schema=attrs.evolve(ACME.dialect(strict=True), recursion="refuse"))
    request = encode(refusing, schema=OutputSchema(name="Loop", schema=endless))
    assert json.loads(request.body)["response_format"]["json_schema"]["strict"] is False
    assert [notice.code for notice in request.notices] == ["schema-loss"]
    with pytest.raises(UsageError):
        encode(refusing, schema=OutputSchema(name="Loop", schema=endless, strict=True))


def test_refused_by_name() -> None:
    """An option that is not in the table, an effort that is not among the model's, more items than are taken."""
    small = attrs.evolve(
        ACME,
        options=without(CHAT_OPTIONS, "seed"),
        option_limits={"stop": 1},
        models=(ModelTraits(efforts={"none": "off"}),),
    )
    for option, value in (("seed", 1), ("reasoning_effort", "low"), ("stop", ("a", "b")), ("top_k", 3)):
        with pytest.raises(UnsupportedOption) as caught:
            encode(small, **{option: value})
        assert (caught.value.option, caught.value.provider) == (option, "acme")
    assert body(small, reasoning_effort="none") == {"reasoning_effort": "off"}
    assert "seed" not in small.info().capabilities.options


def test_efforts_of_the_provider() -> None:
    """A provider's own words count where a model has none of its own."""
    own = attrs.evolve(ACME, efforts={"low": "little"})
    assert body(own, reasoning_effort="low") == {"reasoning_effort": "little"}
    with pytest.raises(UnsupportedOption, match="it knows low"):
        encode(own, reasoning_effort="max")


def test_web_search() -> None:
    """A search goes the model's own way, its tools joined to the functions; without one it is refused."""

    def search(encoding: Encoding) -> dict[str, Any]:
        return {"tools": [{"type": "search"}]}

    able = attrs.evolve(
        ACME,
        options={**CHAT_OPTIONS, "web_search": web_search},
        models=(ModelTraits(models=("other",)), ModelTraits(models=("m*",), web_search=search)),
    )
    made = body(able, tools=(ADD,), web_search=WebSearch(), tool_choice="auto")
    assert [tool["type"] for tool in made["tools"]] == ["function", "search"]
    assert body(able, web_search=WebSearch(), tool_choice="auto")["tool_choice"] == "auto"
    with pytest.raises(UnsupportedOption, match="cannot search"):
        encode(attrs.evolve(able, models=()), web_search=WebSearch())


def test_extra() -> None:
    """Typed options: unset ones stay away, lists join those of the body, one goes into a header."""
    extra = AcmeOptions(
        tier="gold",
        inner=Inner(names=("a",), weights={"x": 0.5}),
        renamed="x",
        version=2,
        kept="y",
        server_tools=(Inner(depth=1),),
    )
    request = encode(extra=extra, tools=(ADD,))
    made = json.loads(request.body)
    assert (made["tier"], made["other_name"]) == ("gold", "x")
    assert made["inner"] == {"names": ["a"], "weights": {"x": 0.5}}
    assert made["tools"][1] == {"depth": 1, "names": []}
    assert request.headers["x-acme-version"] == "2"
    assert not {"kept", "version", "renamed", "server_tools"} & made.keys()


def test_pieces_are_merged() -> None:
    """An object that an option and the provider's own options both speak of holds what both say; the latter win."""

    def inner(encoding: Encoding) -> dict[str, Any]:
        return {"inner": {"depth": 1, "width": 2}}

    both = attrs.evolve(ACME, options={"seed": inner})
    made = body(both, seed=1, extra=AcmeOptions(inner=Inner(depth=3)))
    assert made["inner"] == {"depth": 3, "width": 2, "names": []}


def test_a_piece_for_nothing() -> None:
    """Without a schema there is no response format."""
    encoding = Encoding(differences=ACME, request=GenerateRequest(model="m", messages=(user("hi"),)))
    assert response_format_schema(encoding) == {}


def test_extra_of_another_provider() -> None:
    """Options of the wrong class are an error that names the right one."""
    with pytest.raises(UsageError, match=r"acme: extra= takes .*AcmeOptions, not Inner"):
        encode(extra=Inner())
    with pytest.raises(UsageError, match="takes no options"):
        encode(attrs.evolve(ACME, options_type=None), extra=Inner())


def test_checks_come_first() -> None:
    """A provider's own check refuses before anything is encoded; plugins for the first hooks have some."""

    def never(encoding: Encoding) -> None:
        raise encoding.refusal("seed", "not on Sundays")

    with pytest.raises(UnsupportedOption, match="Sundays"):
        encode(attrs.evolve(ACME, checks=(never,)), top_k=1)


def test_other_operations() -> None:
    """A picture is no chat."""
    with pytest.raises(UnsupportedOperation, match="acme"):
        ACME.encode(ImageRequest(model="m", prompt="a cat"), SETTINGS)


@pytest.mark.parametrize("value", [{1, 2}, [frozenset({1})]])
def test_a_set_is_no_json(value: object) -> None:
    """It has no order to be sent in."""
    with pytest.raises(UsageError, match="a set is not JSON"):
        as_json({"user": value})
