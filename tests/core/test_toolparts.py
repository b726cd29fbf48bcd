"""Tool calls from pieces: never merged, whatever marks them, and no more work than their length."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from jackfield import toolparts, wire
from jackfield.toolparts import OpenCall, OpenCalls, make_tool_call, parse_arguments, synthetic_id
from jackfield.types.events import ToolCallDelta
from jackfield.types.parts import Opaque, ToolCall

Seen = list[tuple[str, str]]


def _delta(text: str = "", name: str | None = None, id: str | None = None, index: int | None = None) -> ToolCallDelta:  # noqa: A002 - the field's name
    return ToolCallDelta(arguments=text, name=name, id=id, index=index)


def _calls(deltas: Sequence[ToolCallDelta]) -> Sequence[ToolCall]:
    calls = OpenCalls()
    for delta in deltas:
        calls.take(delta)
    return calls.finish("reply")


def _seen(deltas: Sequence[ToolCallDelta]) -> Seen:
    return [(call.name, call.arguments_raw) for call in _calls(deltas)]


@pytest.mark.parametrize(
    ("deltas", "expected"),
    [
        pytest.param(
            [_delta('{"x"', "f", "a", 0), _delta(":1}", index=0), _delta("{}", "g", "b", 1)],
            [("f", '{"x":1}'), ("g", "{}")],
            id="as documented",
        ),
        pytest.param(
            [
                _delta("", "f", "a", 0),
                _delta("", "g", "b", 1),
                _delta('{"g"', index=1),
                _delta('{"f"', index=0),
                _delta(":2}", index=1),
                _delta(":1}", index=0),
            ],
            [("f", '{"f":1}'), ("g", '{"g":2}')],
            id="interleaved by index",
        ),
        pytest.param(
            [_delta("", "f", "a"), _delta("", "g", "b"), _delta('{"g":2}', id="b"), _delta('{"f":1}', id="a")],
            [("f", '{"f":1}'), ("g", '{"g":2}')],
            id="interleaved by id",
        ),
        pytest.param(
            [_delta("{", "f"), _delta('"x":1}'), _delta("{", "g"), _delta("}")],
            [("f", '{"x":1}'), ("g", "{}")],
            id="neither index nor id",
        ),
        pytest.param(
            [_delta("", "f"), _delta("", "f"), _delta('{"x":1}', "f")],
            [("f", ""), ("f", ""), ("f", '{"x":1}')],
            id="the same name, and nothing else",
        ),
        pytest.param(
            [_delta('{"x":1}', "f", "a", 0), _delta('{"x":2}', "f", "b", 0), _delta("{}", "g", "c", 0)],
            [("f", '{"x":1}'), ("f", '{"x":2}'), ("g", "{}")],
            id="every index is 0, with ids",
        ),
        pytest.param(
            [
                _delta('{"x":1}', "f", index=0),
                _delta('{"x":2}', "f", index=0),
                _delta("", "g", index=0),
                _delta('{"y":3}', index=0),
            ],
            [("f", '{"x":1}'), ("f", '{"x":2}'), ("g", '{"y":3}')],
            id="every index is 0, without ids",
        ),
        pytest.param(
            [_delta("", "f", index=0), _delta("", "g", index=0), _delta("{}", index=0)],
            [("f", ""), ("g", "{}")],
            id="a call without arguments before another at the same index",
        ),
        pytest.param(
            [_delta('{"x"', "f", "a", 0), _delta(":", "f", "a", 0), _delta("1}", "f", "a", 0)],
            [("f", '{"x":1}')],
            id="id and name on every piece",
        ),
        pytest.param(
            [_delta("", "f", "a", 0), _delta('{"x":', None, "b", 0), _delta("1}", None, "c", 0)],
            [("f", '{"x":1}')],
            id="another id on every piece",
        ),
        pytest.param(
            [_delta("", "f", None, 0), _delta("", None, "a", 0), _delta("{}", index=0)],
            [("f", "{}")],
            id="the id comes late",
        ),
        pytest.param(
            [_delta('{"x":1}', "f", "a", 0), _delta('{"y":2}', None, "b", 0)],
            [("f", '{"x":1}'), ("", '{"y":2}')],
            id="a nameless call after a whole one at the same index",
        ),
        pytest.param(
            [_delta('{"x":1}', "f", "a", 0), _delta('{"x":1}', "f", "a", 0)],
            [("f", '{"x":1}')],
            id="a whole call repeated",
        ),
        pytest.param(
            [_delta('{"x"', "f", "a", 0), _delta(":1}", None, "a", 0), _delta('{"x":1}', "f", "a", 0)],
            [("f", '{"x":1}')],
            id="a call in pieces, then whole once more",
        ),
        pytest.param(
            [_delta('{"x":1}', "f", "a", 0), _delta("", "f", "a", 0)],
            [("f", '{"x":1}')],
            id="the head of a call repeated",
        ),
        pytest.param(
            [_delta('{"x":1}', "f", "same"), _delta('{"x":2}', "f", "same"), _delta("{}", "g", "same")],
            [("f", '{"x":1}'), ("f", '{"x":2}'), ("g", "{}")],
            id="one id for all",
        ),
        pytest.param(
            [_delta('{"x":', "f", "a", 0), _delta("1}", None, "a", 3)],
            [("f", '{"x":1}')],
            id="the index shifts",
        ),
        pytest.param(
            [_delta("{", "f", "a", 0), _delta('"x":1}'), _delta("{}", "g", "b", 1)],
            [("f", '{"x":1}'), ("g", "{}")],
            id="pieces without anything go to the last open call",
        ),
        pytest.param(
            [_delta("", "f", "", 0), _delta("{}", "", "", 0)],
            [("f", "{}")],
            id="empty texts for what is not known",
        ),
        pytest.param([_delta("{}", None, "a")], [("", "{}")], id="a call without a name"),
        pytest.param([_delta('{"x":1}{"x":2}', "f")], [("f", '{"x":1}{"x":2}')], id="two objects in one"),
    ],
)
def test_calls_come_out_apart(deltas: list[ToolCallDelta], expected: Seen) -> None:
    """Every call comes out intact or as a readable error; no two become one."""
    assert _seen(deltas) == expected
    assert all(parse_arguments(call.arguments_raw)[1] == call.error for call in _calls(deltas))


OBJECTS = st.dictionaries(st.text("ab"), st.integers(0, 9), max_size=2)


@given(
    texts=st.lists(OBJECTS.map(wire.dumps).map(bytes.decode)),
    size=st.integers(1, 5),
    marks=st.sampled_from(["id and index", "id", "index", "nothing"]),
)
def test_any_pieces_of_any_calls(texts: list[str], size: int, marks: str) -> None:
    """Calls one after another, in pieces of any size, marked in any consistent way, are what was sent."""
    deltas: list[ToolCallDelta] = []
    for number, text in enumerate(texts):
        call_id = f"id{number}" if "id" in marks.split() else None
        index = number if "index" in marks else None
        deltas.append(_delta("", f"f{number}", call_id, index))
        deltas += [_delta(text[at : at + size], None, None, index) for at in range(0, len(text), size)]
    assert _seen(deltas) == [(f"f{number}", text) for number, text in enumerate(texts)]


@pytest.mark.repeats
@pytest.mark.parametrize("unit", ["xxxx", "xxx}", '{"\\}'], ids=["plain", "braces", "escapes"])
@pytest.mark.parametrize(("name", "call_id"), [(None, None), (None, "a"), ("f", "a"), (None, "b")])
def test_many_pieces_are_linear(
    monkeypatch: pytest.MonkeyPatch, name: str | None, call_id: str | None, unit: str
) -> None:
    """Four bytes at a time: the arguments are joined and read a fixed number of times, not once a piece."""
    reads = joins = 0
    joined: Callable[[OpenCall], str] = vars(OpenCall)["raw"].fget

    def counted_parse(raw: str) -> object:
        nonlocal reads
        reads += 1
        return parse_arguments(raw)

    def counted_raw(call: OpenCall) -> str:
        nonlocal joins
        joins += len(call.pieces) > 1
        return joined(call)

    monkeypatch.setattr(toolparts, "parse_arguments", counted_parse)
    monkeypatch.setattr(OpenCall, "raw", property(counted_raw))
    text = wire.dumps({"a": unit * 50_000}).decode()
    assert text.startswith('{"a":"')
    cuts = [0, *range(6, len(text), 4), len(text)]
    pieces = [_delta(text[start:end], name, call_id, 0) for start, end in pairwise(cuts)]
    [call] = _calls([_delta("", "f", "a", 0), *pieces])
    assert call.arguments_raw == text
    assert reads <= 3
    assert joins <= 3


@given(st.lists(st.sampled_from(["{", "}", '"', "\\", "a", ":", "1", " ", '{"a":', '"}', "\n"]), max_size=12))
def test_whether_a_call_is_whole(pieces: list[str]) -> None:
    """Asked after each piece, which is looked at once, it says what reading everything anew would say."""
    call = OpenCall(0, None, None)
    for piece in pieces:
        call.grow(_delta(piece))
        assert call.whole() == (piece.rstrip().endswith("}") and parse_arguments(call.raw)[1] is None)


def test_finishing_twice() -> None:
    """A finished call is closed: what comes later is another one."""
    calls = OpenCalls()
    assert calls.take(_delta("{}", "f", "a", 0)) is not None
    assert [call.name for call in calls.finish(None)] == ["f"]
    assert calls.finish(None) == []
    assert calls.take(_delta("{}", "f", "a", 0)) is not None
    assert [call.id for call in calls.finish(None)] == ["a"]


def test_what_was_cut_off() -> None:
    """Calls that are open and not whole are named; whole and finished ones are not."""
    calls = OpenCalls()
    for delta in (_delta("{}", "f", "a"), _delta('{"x', "g", "b"), _delta("{", None, "c")):
        calls.take(delta)
    messages = [notice.message for notice in calls.cut_off()]
    assert messages == ['g was cut off at: {"x', "(no name) was cut off at: {"]
    calls.finish(None)
    assert list(calls.cut_off()) == []


def test_opaque_state_stays_with_its_call() -> None:
    """The first piece that has some decides."""
    state = Opaque(provider="toy", data={"signature": "s"})
    calls = OpenCalls()
    calls.take(ToolCallDelta(id="a", name="f"))
    calls.take(ToolCallDelta(id="a", arguments="{}", opaque=state))
    assert [call.opaque for call in calls.finish(None)] == [state]


@pytest.mark.parametrize(
    ("raw", "arguments", "error"),
    [
        ("", {}, None),
        (" \n", {}, None),
        ('{"a": 1}', {"a": 1}, None),
        ('{"n": 123456789012345678901}', {"n": 123456789012345678901}, None),
        ("[1]", {}, "not a JSON object: list"),
        ("null", {}, "not a JSON object: NoneType"),
        ('{"a": NaN}', {}, "not JSON: NaN is not JSON"),
        ('{"a"', {}, "not JSON: Expecting ':' delimiter: line 1 column 5 (char 4)"),
        (
            '{"a": "\ud83d"}',
            {},
            "not JSON: 'utf-8' codec can't decode byte 0xed in position 7: invalid continuation byte",
        ),
    ],
)
def test_arguments(raw: str, arguments: object, error: str | None) -> None:
    """What is not a JSON object stays as it is, with the reason."""
    call = make_tool_call(id="a", name="f", arguments_raw=raw)
    assert (call.arguments, call.error, call.arguments_raw) == (arguments, error, raw)


def test_made_up_ids() -> None:
    """Calls without an id get one each: different within a reply and between replies, the same for the same reply."""
    same = [_delta("{}", "f"), _delta("{}", "f")]
    first = [call.id for call in _calls(same)]
    assert len(set(first)) == 2
    assert first == [call.id for call in _calls(same)]
    assert synthetic_id("one") != synthetic_id("two")
    calls = OpenCalls()
    calls.take(_delta("{}", "f"))
    assert calls.finish("another reply")[0].id not in first
