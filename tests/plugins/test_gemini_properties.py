"""What holds for any reply and any conversation, shown on generated ones."""

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings, strategies as st
from tests.plugins import gemini_samples as samples

from jackfield.conversation import dumps, loads
from jackfield.errors import UsageError
from jackfield.types.messages import Message, assistant, user
from jackfield.types.parts import Text, ToolCall, ToolResult
from jackfield.types.requests import GenerateRequest, ToolName, WebSearch
from jackfield_gemini import GeminiOptions, encode_request

Json = dict[str, Any]

Strategy = st.SearchStrategy[Any]
TEXTS: Strategy = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SIGNED: dict[str, Strategy] = {"thoughtSignature": st.text("ABab01+/=-_", min_size=1)}
ARGUMENTS: Strategy = st.dictionaries(TEXTS, st.one_of(st.none(), st.booleans(), st.integers(-9, 9), TEXTS), max_size=3)
CALL: Strategy = st.fixed_dictionaries({"name": st.just("f"), "args": ARGUMENTS}, optional={"id": st.just("x")})
CODE: Strategy = st.fixed_dictionaries({"language": st.just("PYTHON"), "code": TEXTS})
PICTURE: Strategy = st.fixed_dictionaries({"mimeType": st.just("image/png"), "data": st.sampled_from(["AA==", "+/8="])})
PARTS: Strategy = st.one_of(
    st.fixed_dictionaries({"text": TEXTS}, optional={"thought": st.just(value=True), **SIGNED}),
    st.fixed_dictionaries({"functionCall": CALL}, optional=SIGNED),
    st.fixed_dictionaries({"executableCode": CODE}, optional=SIGNED),
    st.fixed_dictionaries({"inlineData": PICTURE}, optional=SIGNED),
)


def joined(parts: Sequence[Json]) -> list[Json]:
    """Neighbours that hold nothing but text, or nothing but thoughts, are one part; empty ones are none."""
    made: list[Json] = []
    for part in parts:
        plain = part.keys() <= {"text", "thought"}
        if plain and made and made[-1].keys() == part.keys():
            made[-1]["text"] += part["text"]
        elif not plain or part["text"]:
            made.append(dict(part))
    return made


def in_pieces(draw: st.DrawFn, part: Json) -> list[Json]:
    """A part as a stream may send it: an unsigned text in two pieces."""
    if not part.keys() <= {"text", "thought"}:
        return [part]
    at = draw(st.integers(0, len(part["text"])))
    return [{**part, "text": part["text"][:at]}, {**part, "text": part["text"][at:]}]


@st.composite
def streams(draw: st.DrawFn) -> tuple[list[Json], list[list[Json]]]:
    """Parts, and the events in which they arrive."""
    parts = draw(st.lists(PARTS, max_size=6))
    events: list[list[Json]] = [[]]
    for piece in [piece for part in parts for piece in in_pieces(draw, part)]:
        if draw(st.booleans()):
            events.append([])
        events[-1].append(piece)
    return parts, events


@given(case=streams(), strict=st.booleans())
@settings(max_examples=150)
def test_the_same_however_it_arrives(case: tuple[list[Json], list[list[Json]]], strict: bool) -> None:  # noqa: FBT001 - drawn
    """Whole or in any events, strictly or not, parts make the same message; stored and sent back they are the same."""
    parts, events = case
    whole = samples.decode(samples.reply(*parts))
    chunks = [samples.reply(*event, finish=None) for event in events]
    assert samples.stream(*chunks, samples.reply(), strict=strict)[1].message == whole.message
    (stored,) = loads(dumps([whole.message]))
    conversation = (user("Hi"), stored, user("Go on"))
    sent = samples.body(messages=conversation)["contents"]
    assert [one["parts"] for one in sent if one["role"] == "model"] == ([joined(parts)] if joined(parts) else [])


@given(count=st.integers(1, 5), ids=st.booleans(), data=st.data())
@settings(max_examples=100)
def test_results_in_any_order_and_grouping(count: int, ids: bool, data: st.DataObject) -> None:  # noqa: FBT001 - drawn
    """Results in any order, in one message or in several, are sent as if they had come in the order of the calls."""
    prefix = "call_" if ids else "local_"
    calls = [ToolCall(id=f"{prefix}{number}", name="f", arguments={"n": number}) for number in range(count)]
    results = [ToolResult(call_id=call.id, name="f", content=(Text(call.id),)) for call in calls]
    shuffled = data.draw(st.permutations(results))
    cut = data.draw(st.integers(0, count))
    groups = [Message(role="tool", parts=tuple(group)) for group in (shuffled[:cut], shuffled[cut:]) if group]
    usual = Message(role="tool", parts=tuple(results))
    turns = (user("a"), assistant(*calls))
    assert samples.body(messages=(*turns, *groups)) == samples.body(messages=(*turns, usual))


OPTIONS: Json = {
    "temperature": st.floats(0, 2),
    "top_k": st.integers(1, 99),
    "max_tokens": st.integers(1, 9999),
    "stop": st.just(("END",)),
    "top_logprobs": st.integers(0, 20),
    "json_mode": st.booleans(),
    "tools": st.sampled_from([(), (samples.ADD,)]),
    "tool_choice": st.sampled_from(["auto", "none", "required", ToolName("add")]),
    "web_search": st.sampled_from([WebSearch(), WebSearch(country="chad")]),
    "reasoning_effort": st.sampled_from(["none", "minimal", "low", "medium", "high", "xhigh", "max"]),
    "reasoning_budget": st.integers(-1, 40_000),
    "frequency_penalty": st.floats(-2, 2),
    "stream": st.booleans(),
    "extra": st.builds(GeminiOptions, url_context=st.booleans(), candidate_count=st.sampled_from([None, 2])),
}
MODELS = ("gemini-2.0-flash", "gemini-2.5-pro", "gemini-3.1-flash-lite", "gemini-4-argon", "gemma-3-4b-it", "gemini-x")


@given(options=st.fixed_dictionaries({}, optional=OPTIONS), model=st.sampled_from(MODELS))
@settings(max_examples=200)
def test_sent_or_refused(options: Json, model: str) -> None:
    """Any mixture of options is a request in JSON, or refused as a wrong use, with the option named."""
    request = GenerateRequest(model=model, messages=(user("Hi"),), **options)
    try:
        http = encode_request(request, samples.settings())
    except UsageError as error:
        assert getattr(error, "option", None)  # noqa: PT017 - either way is fine
        return
    assert json.loads(http.body)["contents"]
    assert http.url.endswith("?alt=sse") is bool(options.get("stream"))
