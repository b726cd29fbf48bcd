"""Recorded exchanges as values, read from a directory of JSON files.

Rules: a file is read once, and its hash is of the very bytes that are judged; nothing here knows a provider or a model.
A file holds one case: `{"provider", "model", "reasoning", "case", "recorded", "commit_date", "interactions":
[{"request", "response"}]}`, headers as lists of values, a body as text or `{"base64": ...}`.
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from jackfield import wire
from jackfield.errors import DecodeError
from jackfield.http import HttpResponse, origin_of
from jackfield.scoreboard.model import Mode, Recording

_CASE = re.compile(r"Gen(?P<mode>Sync|Stream|Doc|Async)(?P<media>MultiModal)?-(?P<probe>.+)")


@attrs.frozen(kw_only=True)
class Step:
    """One request of a case, and its answer.

    Attributes:
        sent: the JSON of the request's body; None if it is not JSON.
    """

    method: str
    url: str
    sent: Any
    response: HttpResponse


@attrs.frozen(kw_only=True)
class Exchange:
    """One recorded case.

    Attributes:
        case: its name, such as `GenStream-Seed`.
        place: its file, below the directory that was read.
        steps: its requests in order; a probe has one that counts, the last.
        recording: what is kept of it as evidence.
        simulated: a simulator answered.
    """

    provider: str
    model: str
    thinking: bool
    case: str
    place: str
    steps: tuple[Step, ...]
    recording: Recording
    simulated: bool = False

    @property
    def sent(self) -> Any:
        """The JSON of the last request."""
        return self.steps[-1].sent

    @property
    def response(self) -> HttpResponse:
        """The last answer."""
        return self.steps[-1].response

    @property
    def mode(self) -> Mode:
        """Whole or streamed."""
        match = _CASE.fullmatch(self.case)
        return "stream" if match and match["mode"] == "Stream" else "sync"

    @property
    def origin(self) -> str:
        """Who was asked: scheme and host."""
        return origin_of(self.steps[-1].url)

    @property
    def of_both_modes(self) -> bool:
        """Whether it tells of files or batches, which know no modes."""
        match = _CASE.fullmatch(self.case)
        return match is not None and match["mode"] == "Async"

    @property
    def probe(self) -> str | None:
        """The name of the probe that it answers; None for another kind of recording."""
        match = _CASE.fullmatch(self.case)
        return match and ("MultiModal-" if match["media"] else "") + match["probe"]

    @property
    def streamed(self) -> bool:
        """Whether the answer is an event stream, by the rule of the `parse_stream` hook."""
        return self.response.status == 200 and self.response.content_type == "text/event-stream"


def read(path: Path, root: Path | None = None) -> Exchange | None:
    """The case in a file; None if it names no model or was no probe. `root` is the directory that is read.

    Raises:
        DecodeError: it is not such a file.
    """
    data = path.read_bytes()
    file = wire.loads(data)
    interactions = file.get("interactions")
    if not interactions or not file.get("model") or not _CASE.fullmatch(str(file.get("case"))):
        return None
    return Exchange(
        provider=file["provider"],
        model=file["model"],
        thinking=bool(file["reasoning"]),
        case=file["case"],
        place=path.relative_to(root or path.parent).as_posix(),
        steps=tuple(map(_step, interactions)),
        recording=Recording(
            sha256=hashlib.sha256(data).hexdigest(), recorded=file.get("recorded"), published=file.get("commit_date")
        ),
        simulated=bool(file.get("simulated")),
    )


def read_all(directory: Path) -> Iterator[Exchange]:
    """Every probe that was recorded below a directory, in the order of the paths."""
    for path in sorted(directory.rglob("*.json")):
        exchange = read(path, directory) if path.parent != directory else None
        if exchange is not None:
            yield exchange


def _bytes(body: Any) -> bytes:
    if isinstance(body, dict):
        return base64.b64decode(body["base64"])  # pyright: ignore[reportUnknownArgumentType]  # JSON edge
    return (body or "").encode()


def _json(body: Any) -> Any:
    try:
        return wire.loads(_bytes(body)) if body else None
    except DecodeError:
        return None


def _step(interaction: Mapping[str, Any]) -> Step:
    request = interaction["request"]
    return Step(
        method=request["method"], url=request["url"], sent=_json(request["body"]), response=_response(interaction)
    )


def _response(interaction: Mapping[str, Any]) -> HttpResponse:
    answer = interaction["response"]
    headers = {name.lower(): ", ".join(values) for name, values in answer["headers"].items()}
    url = interaction["request"]["url"]
    return HttpResponse(status=answer["status"], headers=headers, body=_bytes(answer["body"]), url=url)
