"""Reading and changing a provider's JSON without knowing its format."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from jackfield.testing.checking import is_record, is_sequence
from jackfield.testing.contract.subject import Sample, frames_of
from jackfield.types.simulated import SimulatedReply

STRANGE = "x_contract_unknown"
_CUTS = re.compile(r"</?think>|\n")
_PROSE = re.compile(r"\w+ \w+ \w+")


def leaves(value: object) -> Iterator[object]:
    """Every value that is neither an object nor a list."""
    if is_record(value):
        for one in value.values():
            yield from leaves(one)
    elif is_sequence(value):
        for one in value:
            yield from leaves(one)
    else:
        yield value


def fields(value: object) -> Iterator[tuple[str, object]]:
    """Every field of every object."""
    if is_record(value):
        yield from value.items()
        for one in value.values():
            yield from fields(one)
    elif is_sequence(value):
        for one in value:
            yield from fields(one)


def prose(value: object) -> Iterator[str]:
    """Every text of several words; think tags and line ends cut it."""
    texts = (one for one in leaves(value) if isinstance(one, str))
    return (one.strip() for text in texts for one in _CUTS.split(text) if _PROSE.search(one))


def numbers(value: object) -> set[int]:
    """Every whole number."""
    return {one for one in leaves(value) if isinstance(one, int) and not isinstance(one, bool)}


def replaced(value: Any, old: str, new: str) -> Any:
    """The value with every text that equals `old` replaced."""
    if is_record(value):
        return {name: replaced(one, old, new) for name, one in value.items()}
    if is_sequence(value):
        return [replaced(one, old, new) for one in value]
    return new if value == old else value


def object_paths(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the objects are."""
    if is_record(value):
        yield path
        for name, one in value.items():
            yield from object_paths(one, (*path, name))
    elif is_sequence(value):
        for place, one in enumerate(value):
            yield from object_paths(one, (*path, place))


def with_strange_field(value: Any, path: Sequence[Any]) -> Any:
    """A copy with a field that nobody knows in the object at that path."""
    copied = json.loads(json.dumps(value))
    place = copied
    for step in path:
        place = place[step]
    place[STRANGE] = {"a": [1, "b"]}
    return copied


def whole_json(sample: Sample) -> Any:
    """The JSON of a whole reply, or None if it is something else."""
    return parsed(sample.reply.content)


def parsed(data: bytes) -> Any:
    """The JSON, or None."""
    try:
        return json.loads(data)
    except ValueError:
        return None


def frame_values(reply: SimulatedReply) -> list[Any]:
    """The JSON of each frame; None for one that is none, such as `[DONE]`."""
    values = (parsed(frame.data) for frame in frames_of(reply))
    return [value if is_record(value) else None for value in values]


def restreamed(reply: SimulatedReply, changed: int, value: Any) -> list[bytes]:
    """The stream's events with the data of one of them replaced."""
    events: list[bytes] = []
    for place, frame in enumerate(frames_of(reply)):
        data = json.dumps(value, ensure_ascii=False).encode() if place == changed else frame.data
        named = f"event: {frame.event}\n".encode() if frame.event != "message" else b""
        events.append(named + b"data: " + data + b"\n\n")
    return events
