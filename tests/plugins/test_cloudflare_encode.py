"""Requests to Workers AI: what each endpoint's body holds, and what is refused by name."""

import base64
import json
from typing import Any

import pytest
from tests.plugins.cloudflare_samples import ADD, PROVIDER, encode, on, request, settings

from jackfield import wire
from jackfield.errors import UnsupportedOperation, UnsupportedOption
from jackfield.http import Secret
from jackfield.operations.prepare import prepare
from jackfield.pieces import Pieces
from jackfield.types.messages import Message, assistant, system, tool_result, user
from jackfield.types.parts import Audio, Image, Opaque, Reasoning, Text, ToolCall
from jackfield.types.requests import ImageRequest, OutputSchema, ToolName
from jackfield_cloudflare import CloudflareOptions

PNG = Image.from_bytes(b"\x89PNG\r\n\x1a\nx")
CALL = ToolCall(id="c1", name="add", arguments={"a": 1}, arguments_raw='{"a": 1}')
SCHEMA = OutputSchema(name="Fruit", schema={"type": "object", "properties": {"ripe": {"type": "boolean"}}})


def test_plain() -> None:
    """A native body holds what was asked for and nothing else; the key is a secret in a header."""
    made, body = encode(request())
    assert body == {"messages": [{"role": "user", "content": "Hi"}]}
    assert made.method == "POST"
    assert made.headers["authorization"] == Secret("Bearer canary")
    assert "canary" not in repr(made)


def test_native_options() -> None:
    """Every option of the native schemas goes under its wire name."""
    options: dict[str, Any] = {
        "temperature": 0.5,
        "top_p": 0.9,
        "top_k": 40,
        "max_tokens": 9,
        "seed": 7,
        "frequency_penalty": 0.1,
        "presence_penalty": 0.2,
    }
    _, body = encode(request(**options, stream=True))
    assert body == {"messages": [{"role": "user", "content": "Hi"}], "stream": True, **options}


def test_conversation() -> None:
    """Roles, a call with its arguments as text, its result, earlier reasoning; no content is null or absent."""
    messages = (
        system("Be brief."),
        user("1+1?", name="ann"),
        Message(role="assistant", parts=(Reasoning("Hm."), CALL)),
        tool_result(CALL, "2"),
    )
    _, body = encode(request(messages=messages))
    call = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
    assert body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "1+1?", "name": "ann"},
        {"role": "assistant", "content": "", "reasoning": "Hm.", "tool_calls": [call]},
        {"role": "tool", "content": "2", "tool_call_id": "c1", "name": "add"},
    ]


def test_json_mode_and_schema() -> None:
    """Natively the schema is bare, at `/ai/v1` it is wrapped, in the Responses shape it is part of `text`."""
    assert encode(request(json_mode=True))[1]["response_format"] == {"type": "json_object"}
    made, body = encode(request(schema=SCHEMA))
    assert body["response_format"] == {"type": "json_schema", "json_schema": SCHEMA.schema}
    assert made.output_schema.schema == SCHEMA.schema
    wrapped = {"type": "json_schema", "json_schema": {"name": "Fruit", "schema": SCHEMA.schema}}
    assert encode(request(schema=SCHEMA, extra=on("chat")))[1]["response_format"] == wrapped
    assert encode(request(schema=SCHEMA, extra=on("native", schema_form="wrapped")))[1]["response_format"] == wrapped
    text = {"format": {"type": "json_schema", "name": "Fruit", "schema": SCHEMA.schema}, "verbosity": "low"}
    assert encode(request(schema=SCHEMA, extra=on("responses", verbosity="low")))[1]["text"] == text
    assert encode(request(json_mode=True, extra=on("responses")))[1]["text"] == {"format": {"type": "json_object"}}


def test_a_schema_loss_is_told() -> None:
    """A schema that the dialect cannot say goes out widened, with a notice; strict refuses it."""
    endless = {
        "type": "object",
        "properties": {"next": {"$ref": "#/$defs/N"}},
        "$defs": {"N": {"type": "object", "properties": {"next": {"$ref": "#/$defs/N"}}}},
    }
    made = prepare(PROVIDER, request(schema=OutputSchema(name="L", schema=endless)), settings())
    assert {notice.code for notice in made.notices} == {"schema-loss"}
    with pytest.raises(UnsupportedOption, match="schema"):
        prepare(PROVIDER, request(schema=OutputSchema(name="L", schema=endless, strict=True)), settings())


@pytest.mark.parametrize(
    ("choice", "native", "responses"),
    [
        ("auto", "auto", None),
        ("none", "none", "none"),
        (ToolName("add"), {"type": "function", "function": {"name": "add"}}, {"type": "function", "name": "add"}),
    ],
)
def test_tools(choice: Any, native: Any, responses: Any) -> None:
    """Tools are nested natively and flat in the Responses shape, and so is the forced one."""
    made, body = encode(request(tools=(ADD,), tool_choice=choice))
    function = {"name": "add", "description": "Adds two numbers.", "parameters": ADD.parameters}
    assert body["tools"] == [{"type": "function", "function": function}]
    assert body["tool_choice"] == native
    assert set(made.tool_schemas) == {"add"}
    _, body = encode(request(tools=(ADD,), tool_choice=choice, extra=on("responses")))
    assert body["tools"] == [{"type": "function", "strict": False, **function}]
    assert body.get("tool_choice") == responses


def test_pictures() -> None:
    """In the message as a data URI; beside it as bytes where asked for, and always for image-to-text models."""
    messages = (user("What?", PNG),)
    _, body = encode(request(messages=messages))
    uri = "data:image/png;base64,iVBORw0KGgp4"
    parts = [{"type": "text", "text": "What?"}, {"type": "image_url", "image_url": {"url": uri}}]
    assert body["messages"] == [{"role": "user", "content": parts}]
    _, body = encode(request(messages=messages, extra=on("native", image_input="top_level")))
    assert body == {"messages": [{"role": "user", "content": "What?"}], "image": list(PNG.data or b"")}
    _, body = encode(request(messages=messages, model="@cf/llava-hf/llava-1.5-7b-hf", max_tokens=9))
    assert body == {"prompt": "What?", "image": list(PNG.data or b""), "max_tokens": 9}
    _, body = encode(request(messages=messages, extra=on("responses")))
    seen = [{"type": "input_text", "text": "What?"}, {"type": "input_image", "image_url": uri, "detail": "auto"}]
    assert body["input"] == [{"role": "user", "content": seen}]


@pytest.mark.parametrize(
    "extra", [on("native"), on("native", image_input="top_level"), on("chat"), on("responses")], ids=str
)
def test_a_large_picture(extra: Any) -> None:
    """Written while it is sent, it is what it would be if it were small."""
    data = bytes(range(256)) * 200
    made, body = encode(request(messages=(user("What?", Image(data=data, mime_type="image/png")),), extra=extra))
    assert isinstance(made.content, Pieces)
    assert made.content == wire.dumps(body)
    assert base64.b64encode(data) in made.body or body["image"] == list(data)


def test_a_question_about_a_picture() -> None:
    """Moondream is asked about one picture, by its bytes or its address; another task is a member of its own."""
    model = "@cf/moondream/moondream3.1-9B-A2B"
    asked = {"task": "query", "question": "What?", "image": "data:image/png;base64,iVBORw0KGgp4"}
    _, body = encode(request(messages=(user("What?", PNG),), model=model, max_tokens=9))
    assert body == {**asked, "max_tokens": 9}
    address = "https://pics.example/cat.png"
    _, body = encode(request(messages=(user("What?", Image.from_url(address)),), model=model))
    assert body == {**asked, "image": address}
    caption = CloudflareOptions(body={"task": "caption", "caption_length": "short"})
    _, body = encode(request(messages=(user("What?", PNG),), model=model, extra=caption))
    assert body == {**asked, "task": "caption", "caption_length": "short"}
    for messages in ((user("What?"),), (user("What?", PNG, PNG),)):
        with pytest.raises(UnsupportedOption, match="picture"):
            encode(request(messages=messages, model=model))


def test_detail() -> None:
    """How closely to look is said where the schema has a word for it, and noted where it has not."""
    close = Image.from_bytes(b"\x89PNG\r\n\x1a\nx", detail="high")
    _, body = encode(request(messages=(user(close),), extra=on("chat")))
    assert body["messages"][0]["content"][0]["image_url"]["detail"] == "high"
    made, body = encode(request(messages=(user(close),)))
    assert "detail" not in body["messages"][0]["content"][0]["image_url"]
    assert [(notice.code, notice.option) for notice in made.notices] == [("option-dropped", "detail")]


@pytest.mark.parametrize(
    ("messages", "extra", "option"),
    [
        ((user(Image.from_url("https://pics.example/cat.png")),), None, "image"),
        ((user(Image.from_file("file-1")),), None, "image"),
        ((user(Image(data=b"x", mime_type="image/png", extra=1)),), None, "image.extra"),
        ((Message(role="user", parts=(CALL,)),), on("responses"), "ToolCall"),
        ((user(PNG, PNG),), on("native", image_input="top_level"), "image"),
        ((user(Audio(data=b"x", mime_type="audio/wav")),), None, "audio"),
        ((user(Audio(data=b"x", mime_type="audio/wav")),), on("responses"), "audio"),
        ((assistant("Hi"), user("Hi")), on("native", raw=True), "messages"),
        ((Message(role="assistant", parts=(PNG,)),), on("responses"), "image"),
        ((tool_result(CALL, PNG),), on("responses"), "media"),
    ],
)
def test_parts_that_cannot_be_sent(messages: Any, extra: Any, option: str) -> None:
    """A part that has no place is refused by its kind; leaving it out is no choice."""
    with pytest.raises(UnsupportedOption) as caught:
        encode(request(messages=messages, extra=extra))
    assert (caught.value.option, caught.value.droppable) == (option, False)


@pytest.mark.parametrize(
    ("endpoint", "options"),
    [
        ("native", {"stop": ("x",)}),
        ("native", {"top_logprobs": 2}),
        ("native", {"reasoning_effort": "low"}),
        ("native", {"parallel_tool_calls": True}),
        ("chat", {"top_k": 5}),
        ("responses", {"seed": 1}),
        ("responses", {"stop": ("x",)}),
        ("responses", {"tools": (ADD,), "tool_choice": "required"}),
    ],
)
def test_options_of_another_endpoint(endpoint: Any, options: Any) -> None:
    """What an endpoint's schema does not have is refused by name, and may be left out if the caller says so."""
    with pytest.raises(UnsupportedOption) as caught:
        encode(request(**options, extra=on(endpoint)))
    assert (caught.value.option, caught.value.droppable) == ([*options][-1], True)


def test_the_way_out_is_named() -> None:
    """The refusal says which endpoint could."""
    with pytest.raises(UnsupportedOption, match="endpoint='chat'"):
        encode(request(stop=("x",)))


def test_chat_body() -> None:
    """The chat endpoint has the model in the body, asks for usage, and knows the options that native models do not."""
    options: dict[str, Any] = {"stop": ("x",), "top_logprobs": 2, "reasoning_effort": "low", "max_tokens": 5}
    extra = on("chat", count=2, user="u", chat_template_kwargs={"enable_thinking": False}, reject_if_busy=True)
    _, body = encode(request(**options, stream=True, extra=extra))
    assert body == {
        "model": "@cf/acme/chat-1b",
        "messages": [{"role": "user", "content": "Hi"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "stop": ["x"],
        "logprobs": True,
        "top_logprobs": 2,
        "reasoning_effort": "low",
        "max_tokens": 5,
        "n": 2,
        "user": "u",
        "chat_template_kwargs": {"enable_thinking": False},
        "options": {"rejectIfBusy": True},
    }


def test_responses_body() -> None:
    """The Responses shape: items, its own names, and reasoning sent back exactly as it came."""
    item = {"type": "reasoning", "id": "r1", "content": [{"type": "reasoning_text", "text": "Hm."}], "summary": []}
    kept = Reasoning("", opaque=Opaque(provider="cloudflare", data={"item": item}))
    turn = Message(role="assistant", parts=(Reasoning("Hm."), kept, Text("So:"), CALL))
    wanted = request(
        messages=(user("1+1?"), turn, tool_result(CALL, "2")),
        max_tokens=5,
        reasoning_effort="high",
        parallel_tool_calls=False,
        extra=on("responses", reasoning_summary="auto", truncation="auto"),
    )
    _, body = encode(wanted)
    assert body == {
        "model": "@cf/acme/chat-1b",
        "input": [
            {"role": "user", "content": "1+1?"},
            item,
            {"role": "assistant", "content": "So:"},
            {"type": "function_call", "call_id": "c1", "name": "add", "arguments": '{"a": 1}'},
            {"type": "function_call_output", "call_id": "c1", "output": "2"},
        ],
        "max_output_tokens": 5,
        "reasoning": {"effort": "high", "summary": "auto"},
        "parallel_tool_calls": False,
        "truncation": "auto",
    }


def test_native_extras() -> None:
    """The provider's own native options go into the body under their wire names."""
    extra = CloudflareOptions(
        raw=True, lora="mine", repetition_penalty=1.1, guided_json={"type": "object"}, ignore_eos=True
    )
    assert encode(request(extra=extra))[1] == {
        "prompt": "Hi",
        "raw": True,
        "lora": "mine",
        "repetition_penalty": 1.1,
        "guided_json": {"type": "object"},
        "ignore_eos": True,
    }


def test_another_operation() -> None:
    """Only replies can be asked for, so far."""
    with pytest.raises(UnsupportedOperation):
        PROVIDER.encode_request(ImageRequest(model="m", prompt="a cat"), settings())


def test_text_survives() -> None:
    """Any text arrives as it is."""
    text = 'ä\u2028"\\\n\x00\U0001f600'
    made, _ = encode(request(messages=(user(text),)))
    assert json.loads(made.body)["messages"][0]["content"] == text
