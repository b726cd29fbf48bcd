"""What the bytes of the recordings show of one cell: file, interaction, and the part that decides.

Rules: an excerpt is read off the recorded bytes again, by the plugin or as plain JSON, and says nothing of a table; it
is printed for whoever wants to check a verdict, and stored nowhere.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from jackfield import registry, wire
from jackfield.errors import DecodeError, JackfieldError
from jackfield.scoreboard.exchanges import Exchange
from jackfield.scoreboard.model import Cell
from jackfield.scoreboard.observation import sentence
from jackfield.scoreboard.probes import PROBES
from jackfield.scoreboard.replay import built, decode, leaves
from jackfield.types.messages import user
from jackfield.types.requests import GenerateRequest, Request
from jackfield.types.results import Result

_MOST_FILES = 3
_LONGEST = 120

Reader = Callable[[Exchange], str]


@attrs.frozen
class Excerpts:
    """The recordings of one model, to show of each cell what it rests on."""

    exchanges: Mapping[str, Exchange]

    def show(self, feature: str, cell: Cell) -> Iterator[str]:
        """One line for each thing that the recordings of a cell show, with the files that show it."""
        read = _READERS.get(feature, said)
        groups: dict[str, list[Exchange]] = {}
        for name in cell.recordings:
            exchange = self.exchanges.get(name)
            if exchange is not None:
                groups.setdefault(read(exchange), []).append(exchange)
        for text, found in groups.items():
            yield f"{text} <- {_places(found)}"


def _places(found: Sequence[Exchange]) -> str:
    """Files of one folder, each with the number of its interaction."""
    folder = found[0].place.rpartition("/")[0]
    names = [f"{one.place.removeprefix(folder).strip('/')}#{len(one.steps)}" for one in found]
    more = f" and {len(names) - _MOST_FILES} more" if len(names) > _MOST_FILES else ""
    return f"{folder}: {', '.join(names[:_MOST_FILES])}{more}"


def said(exchange: Exchange) -> str:
    """What came back: calls with their arguments as they were sent, media, the beginning of the text, or the error."""
    result = _result(exchange)
    if not isinstance(result, Result):
        return f"HTTP {exchange.response.status}: {_short(result)}"
    calls = [f"{call.name}({' '.join(call.arguments_raw.split())})" for call in result.tool_calls]
    media = [f"{part.kind} ({part.mime_type})" for part in result.media]
    text = [f"text {json.dumps(_short(result.text), ensure_ascii=False)}"] if result.text.strip() else []
    return ", ".join([*calls, *media, *text]) or "nothing"


def choice(exchange: Exchange) -> str:
    """The values that a tool offered, in their order, and what was chosen."""
    offered = [str(value) for path, value in leaves(exchange.sent) if path[-2:] == ("enum", "[]")]
    return f"offered {', '.join(offered)}: {said(exchange)}"


def ending(exchange: Exchange) -> str:
    """Every field about the end of the reply, by its name."""
    found = [f"{path[-1]} = {value}" for path, value in _leaves(exchange) if value is not None and _ends(path[-1])]
    if found:
        return ", ".join(dict.fromkeys(found))
    return "no field whose name holds finish or stop in the answer"


def counts(exchange: Exchange) -> str:
    """Every token count."""
    found = {path[-1]: value for path, value in _leaves(exchange) if "token" in path[-1].lower() and _number(value)}
    return ", ".join(f"{name} = {value}" for name, value in found.items()) or "no token count in the answer"


def quotas(exchange: Exchange) -> str:
    """Every header about a rate limit."""
    found = [name for name in exchange.response.headers if "ratelimit" in name]
    return ", ".join(found) or "no header about a rate limit"


def _ends(name: str) -> bool:
    lower = name.lower()
    return "finish" in lower or "stop" in lower


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_READERS: Mapping[str, Reader] = {
    "biased": choice,
    "indecisive": choice,
    "finish": ending,
    "usage": counts,
    "limits": quotas,
}


def _leaves(exchange: Exchange) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every scalar of the answer, of all events if it is a stream."""
    for value in _values(exchange.response.body):
        yield from ((path, leaf) for path, leaf in leaves(value) if path)


def _values(body: bytes) -> Iterator[Any]:
    lines = [line.removeprefix(b"data:").strip() for line in body.splitlines() if line.startswith(b"data:")]
    for text in lines or [body]:
        try:
            yield wire.loads(text)
        except DecodeError:
            continue  # such as [DONE]


def _result(exchange: Exchange) -> "Result[Any] | str":
    """The decoded answer, or why it is none."""
    probe, provider = PROBES.get(exchange.probe or ""), registry.load(exchange.provider)
    request: Request | None = built(provider, exchange.model, exchange.mode, probe, {}) if probe is not None else None
    if request is None:
        request = GenerateRequest(
            model=exchange.model, messages=(user("?"),), strict=True, stream=exchange.mode == "stream"
        )
    try:
        return decode(provider, request, exchange.response)
    except JackfieldError as error:
        return str(error)


def _short(text: str) -> str:
    line = sentence(text)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
