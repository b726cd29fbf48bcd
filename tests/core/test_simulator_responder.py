"""The responder keeps limits, stops, seeds, tools and schemas like a model should, and never pretends to be one."""

import json
import math
import struct
import zlib
from typing import Any

import attrs
import jsonschema
import pytest
from hypothesis import given, strategies as st

from jackfield.testing.answers import Answer, Function, Prompt, Turn
from jackfield.testing.responder import respond
from jackfield.testing.sights import Sight, glimpse, look
from jackfield.testing.tokens import tokenize

ADD = Function(
    name="add",
    description="Add two numbers.",
    parameters={
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "required": ["a", "b"],
    },
)
WEATHER = Function(
    name="get_weather",
    description="The weather of a city.",
    parameters={"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
)


def ask(text: str, *sights: Sight, **options: Any) -> Answer:
    """The answer to one question."""
    return respond(Prompt(model="sim-chat", turns=(Turn(role="user", text=text, sights=sights),), **options))


def arguments(answer: Answer) -> list[tuple[str, Any]]:
    """The calls with their decoded arguments."""
    return [(call.name, json.loads(call.arguments)) for call in answer.calls]


def png(width: int, height: int, colour: bytes, *, filter_type: int = 0, kind: int = 2, palette: bytes = b"") -> bytes:
    """A picture of one colour, eight bits a channel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    line = colour * width if filter_type == 0 else colour + bytes(len(colour)) * (width - 1)
    pixels = zlib.compress((bytes([filter_type]) + line) * height)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0))
    colours = chunk(b"PLTE", palette) if palette else b""
    return b"\x89PNG\r\n\x1a\n" + head + colours + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@given(st.text())
def test_tokens_joined_are_the_text(text: str) -> None:
    """Nothing is lost or added by counting."""
    assert "".join(tokenize(text)) == text


def test_free_text_says_that_it_is_simulated() -> None:
    """Nobody takes the answer for a model's, and the topic shows that the prompt arrived."""
    answer = ask("Why is the sky blue?")
    assert "simulated" in answer.text
    assert "sky" in answer.text
    assert answer.ending == "stop"


@pytest.mark.parametrize("limit", [1, 2, 7, 20])
@pytest.mark.parametrize("thoughts", [0, 3])
def test_max_tokens_holds(limit: int, thoughts: int) -> None:
    """Reasoning and text together stay within the limit, are the start of the full answer, and say why they end."""
    whole, cut = ask("Why?", thoughts=thoughts), ask("Why?", thoughts=thoughts, max_tokens=limit)
    assert cut.output_tokens == limit
    assert cut.ending == "length"
    assert (whole.thinking + whole.text).startswith(cut.thinking + cut.text)


def test_the_exact_length_is_no_cut() -> None:
    """A limit that the answer just fits in does not end it."""
    whole = ask("Why?")
    assert ask("Why?", max_tokens=whole.output_tokens) == whole
    assert ask("Why?", max_tokens=whole.output_tokens - 1).ending == "length"


def test_stop_comes_before_the_limit() -> None:
    """The text ends before the first stop sequence, which is not part of it."""
    whole = ask("Why?").text
    assert ask("Why?", stop=("no model", "asked")).text == whole[: whole.index("no model")]
    assert ask("Why?", stop=("absent",)).text == whole
    assert ask("Why?", stop=("no model",)).ending == "stop"


def test_seeds_decide() -> None:
    """The same seed gives the same answer, another one another, for free text, JSON and long texts."""
    for options in ({}, {"json_mode": True}):
        first, again, other = (ask("Tell me a story.", seed=seed, **options).text for seed in (7, 7, 8))
        assert first == again
        assert first != other


def test_a_number_of_words_is_kept() -> None:
    """Benchmarks can ask for a length."""
    assert len(ask("Write 500 words about cats.").text.split()) == 500


def test_words_are_said_on_request() -> None:
    """Probes ask for one word and look for it."""
    assert ask("Say hello. Use only one word.").text == "Hello."
    assert ask('Repeat "two words" please').text == "Two words."


def test_thinking_is_bounded_by_its_budget() -> None:
    """A budget cuts the reasoning and leaves the text alone."""
    free, bound = ask("Why?", thoughts=4), ask("Why?", thoughts=4, think_tokens=3)
    assert len(bound.reasoning) == 3 < len(free.reasoning)
    assert bound.text == free.text


def test_a_fitting_tool_is_called_with_the_numbers_of_the_prompt() -> None:
    """`auto` calls what fits."""
    answer = ask("What is 3214 + 5632?", functions=(WEATHER, ADD))
    assert arguments(answer) == [("add", {"a": 3214, "b": 5632})]
    assert (answer.ending, answer.text) == ("tool_calls", "")


def test_no_tool_is_called_that_does_not_fit() -> None:
    """`auto` answers in words if no tool shares a word or number with the prompt."""
    assert ask("Hi there", functions=(ADD, WEATHER)).calls == ()


@pytest.mark.parametrize(("choice", "name"), [("required", "add"), ("get_weather", "get_weather")])
def test_a_forced_tool_is_called_anyway(choice: str, name: str) -> None:
    """Forcing needs no reason, and the arguments still fit the schema."""
    answer = ask("Hi there", functions=(ADD, WEATHER), choice=choice)
    assert [call.name for call in answer.calls] == [name]
    function = {"add": ADD, "get_weather": WEATHER}[name]
    jsonschema.validate(json.loads(answer.calls[0].arguments), function.parameters)


def test_a_forbidden_tool_is_not_called() -> None:
    """`none` is kept."""
    assert ask("What is 1 + 2?", functions=(ADD,), choice="none").calls == ()


def test_parallel_calls() -> None:
    """Several sets of arguments make several calls, unless that is forbidden."""
    question = "What is the weather in Paris and in London?"
    both = ask(question, functions=(WEATHER,))
    assert arguments(both) == [("get_weather", {"city": "Paris"}), ("get_weather", {"city": "London"})]
    assert arguments(ask(question, functions=(WEATHER,), parallel=False)) == arguments(both)[:1]
    sums = ask("Add 1 and 2, then 3 and 4.", functions=(ADD,))
    assert arguments(sums) == [("add", {"a": 1, "b": 2}), ("add", {"a": 3, "b": 4})]


def test_a_call_that_does_not_fit_the_limit_is_left_out() -> None:
    """Half a call is never delivered as a whole one."""
    answer = ask("What is 1 + 2?", functions=(ADD,), max_tokens=2)
    assert (answer.calls, answer.ending) == ((), "length")


def test_tool_results_are_used_and_not_asked_for_again() -> None:
    """The result stands in the text; an error is called one."""
    asked = Turn(role="user", text="What is 3214 + 5632?")
    good, bad = Turn(role="tool", tool="add", text="8846"), Turn(role="tool", tool="add", text="boom", failed=True)
    answer = respond(Prompt(model="m", turns=(asked, Turn(role="assistant"), good, bad), functions=(ADD,)))
    assert answer.calls == ()
    assert "add returned 8846" in answer.text
    assert "add failed: boom" in answer.text


def test_earlier_turns_are_known() -> None:
    """A conversation reaches the responder whole."""
    turns = (Turn(role="user", text="I like plums."), Turn(role="assistant"), Turn(role="user", text="And now?"))
    assert "I like plums." in respond(Prompt(model="m", turns=turns)).text


def test_json_mode() -> None:
    """An object, and one that owns up."""
    assert json.loads(ask("A soup, as JSON", json_mode=True).text)["simulated"] is True


SCHEMAS: dict[str, dict[str, Any]] = {
    "nested": {
        "type": "object",
        "properties": {
            "title": {"type": "string", "minLength": 3, "maxLength": 12},
            "servings": {"type": "integer", "minimum": 2, "maximum": 9, "multipleOf": 2},
            "steps": {"type": "array", "items": {"type": "string"}, "minItems": 3, "uniqueItems": True},
            "kind": {"enum": ["hot", "cold"]},
            "price": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1.5},
            "when": {"type": "string", "format": "date"},
            "code": {"type": "string", "pattern": "^[A-Z]{2}-\\d{3}$"},
        },
        "required": ["title", "servings", "steps", "kind", "price", "when", "code"],
        "additionalProperties": False,
    },
    "references": {
        "$defs": {
            "node": {
                "type": "object",
                "properties": {"next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}, "x": {"const": 4}},
                "required": ["next", "x"],
            }
        },
        "$ref": "#/$defs/node",
    },
    "self": {"type": "object", "properties": {"kids": {"type": "array", "items": {"$ref": "#"}}}, "required": ["kids"]},
    "all of": {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
            {"type": "object", "properties": {"b": {"type": ["null", "boolean"]}}, "required": ["b"]},
        ]
    },
    "tuple": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False},
    "map": {"type": "object", "additionalProperties": {"type": "number"}, "minProperties": 1},
    "bare": {"type": "boolean"},
    "numbers": {"type": "array", "items": {"enum": [1]}, "uniqueItems": True, "minItems": 1},
    "unique": {"type": "array", "items": {"const": 3}, "maxItems": 1},
    "shuffled": {
        "type": "array",
        "items": {"type": "integer", "minimum": 5, "maximum": 9},
        "uniqueItems": True,
        "minItems": 3,
    },
    "referenced list": {
        "$defs": {"one": {"oneOf": [{"type": "string"}]}},
        "type": "array",
        "items": {"$ref": "#/$defs/one"},
    },
    "bad pattern": {"type": "string", "minLength": 1},
}


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_a_schema_is_kept(name: str, seed: int | None) -> None:
    """The answer is an instance of the schema, whatever the seed."""
    schema = SCHEMAS[name]
    jsonschema.validate(json.loads(ask("A soup for 4 people.", schema=schema, seed=seed).text), schema)


def test_a_schema_takes_numbers_and_words_from_the_prompt() -> None:
    """What was asked can be recognized in the answer."""
    made = json.loads(ask("A “plum soup” for 4 people.", schema=SCHEMAS["nested"]).text)
    assert (made["title"], made["servings"]) == ("plum soup", 4)


def test_gemini_writes_types_in_capitals() -> None:
    """Its dialect gives the same instances."""
    schema = {"type": "OBJECT", "properties": {"n": {"type": "INTEGER"}}, "required": ["n"]}
    assert json.loads(ask("7 plums", schema=schema).text) == {"n": 7}


@pytest.mark.parametrize("top", [0, 1, 5, 20])
def test_logprobs(top: int) -> None:
    """Each token has its own, the chosen one leads, and the probabilities of a position do not pass one."""
    answer = ask("Why?", top_logprobs=top)
    for token in answer.tokens:
        assert token.logprob is not None
        assert token.logprob < 0
        assert len(token.top) == top
        if top:
            assert token.top[0] == (token.text, token.logprob)
            assert len({text for text, _ in token.top}) == top
            assert sum(math.exp(value) for _, value in token.top) <= 1 + 1e-4
            assert sorted(token.top, key=lambda one: -one[1]) == list(token.top)
    assert all(token.logprob is None for token in ask("Why?").tokens)


def test_pictures_are_looked_at() -> None:
    """Format, size and colour come from the bytes; what is in the picture is not made up."""
    text = ask("What fruit is it?", look(png(6, 4, b"\xdc\x1e\x1e"))).text
    assert "image/png" in text
    assert "6 x 4 pixels" in text
    assert "red" in text
    assert "cannot be told" in text


def test_filtered_lines_are_undone() -> None:
    """PNG's Sub filter gives the same colour as none."""
    assert look(png(6, 4, b"\x1e\x3c\xdc", filter_type=1)).facts[1] == look(png(6, 4, b"\x1e\x3c\xdc")).facts[1]


@pytest.mark.parametrize("filter_type", [2, 3, 4])
def test_the_other_filters_are_undone(filter_type: int) -> None:
    """Up, Average and Paeth: the lines of zeros repeat or halve what stands above and to the left."""
    data = png(2, 2, b"\x00\x00\x00", filter_type=filter_type)
    assert "mostly black (#000000 on average)" in look(data).facts


@pytest.mark.parametrize(
    ("colour_type", "pixel", "extra", "name"),
    [
        (0, b"\xff", b"", "white"),
        (3, b"\x01", b"\x00\x00\x00\xf0\xdc\x28", "yellow"),
        (6, b"\x1e\xa0\x32\xff", b"", "green"),
    ],
    ids=["grey", "palette", "alpha"],
)  # fmt: skip
def test_colours_of_each_kind(colour_type: int, pixel: bytes, extra: bytes, name: str) -> None:
    """Grey, indexed and transparent pictures have a colour too."""
    assert any(
        fact.startswith(f"mostly {name} ") for fact in look(png(3, 3, pixel, kind=colour_type, palette=extra)).facts
    )


def test_large_pictures_are_not_added_up() -> None:
    """What would take long is left out."""
    assert look(png(1000, 1000, b"\x00\x00\x00")).facts[0] == "1000 x 1000 pixels"
    assert not any(fact.startswith("mostly") for fact in look(png(1000, 1000, b"\x00\x00\x00")).facts)


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b"GIF89a" + struct.pack("<HH", 3, 2), "3 x 2 pixels"),
        (b"\xff\xd8\xff\xe0\x00\x02\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 5, 9) + bytes(4), "9 x 5 pixels"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8X" + bytes(8) + b"\x07\x00\x00\x02\x00\x00", "8 x 3 pixels"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8L" + bytes(5) + (8 - 1 | 3 - 1 << 14).to_bytes(4, "little"), "8 x 3 pixels"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(10) + struct.pack("<HH", 8, 3), "8 x 3 pixels"),
        (b"%PDF-1.7\n<</Type /Page>> <</Type /Pages>>", "1 page objects"),
        (
            b"RIFF\x00\x00\x00\x00WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16) + b"data"
            + struct.pack("<I", 8000),
            "0.50 seconds",
        ),
    ],
    ids=["gif", "jpeg", "webp", "lossless", "lossy", "pdf", "wav"],
)  # fmt: skip
def test_headers_are_read(data: bytes, fact: str) -> None:
    """Each format says its size, length or pages."""
    assert fact in look(data).facts


@given(
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF1234WEBP", b"%PDF-"]), st.binary(max_size=60)
)
def test_damaged_media_do_no_harm(magic: bytes, rest: bytes) -> None:
    """Broken files are still described."""
    assert look(magic + rest).facts


def test_a_url_is_not_fetched() -> None:
    """The simulator contacts nobody, and says so."""
    assert "not fetched" in ask("What is it?", glimpse("https://example.com/a.png", "image/png")).text


def test_text_documents_are_read() -> None:
    """A text file's words are there without a model."""
    assert "plums" in ask("Summarize.", look(b"About plums and more.", "text/plain")).text


def test_documents_are_cited() -> None:
    """Citations point at the very words that they quote."""
    answer = ask("What is the capital?", documents=(("d1", "The capital is Quack. It rains."), ("d2", "Ducks swim.")))
    assert [(name, answer.text[start:end]) for name, start, end in answer.cited] == [
        ("d1", "The capital is Quack."),
        ("d2", "Ducks swim."),
    ]


def test_input_is_counted() -> None:
    """Every part of the prompt adds to the count."""
    plain = Prompt(model="m", turns=(Turn(role="user", text="Hi"),))
    longer = [
        attrs.evolve(plain, turns=(Turn(role="system", text="Be brief."), *plain.turns)),
        attrs.evolve(plain, functions=(ADD,)),
        attrs.evolve(plain, documents=(("d", "text"),)),
        attrs.evolve(plain, turns=(Turn(role="user", text="Hi", sights=(glimpse("https://example.com"),)),)),
    ]
    assert all(respond(one).input_tokens > respond(plain).input_tokens for one in longer)
