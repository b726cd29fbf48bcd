"""Writing the exchanges of a live run as recordings that can be judged again, with nothing private in them.

Rules: of a request's headers the content type is kept, of an answer's what judging takes, and no value of a setting (a
key, an account id) anywhere; the events of a stream are written anew from their data. A file is written whole or not at
all, so a run can be resumed.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs

from jackfield.errors import PartialReply, ProviderError
from jackfield.http import HttpRequest, Secret, Settings
from jackfield.scoreboard.exchanges import Exchange, read
from jackfield.types.results import RawReply, Result
from jackfield.types.simulated import SIMULATOR

_SHORTEST_PRIVATE = 4
_PERSONAL = re.compile(r"\b(?:org|acct|user|proj|gsk|csk|sk)[_-][A-Za-z0-9]{8,}|\bAIza[A-Za-z0-9_-]{20,}")
"""Ids of organizations and keys that providers put into their messages."""
_QUERY = re.compile(r"(?<==)[^&=]{8,}")
"""What an address says after its `?`, such as the id of an upload; the address itself is where to go on."""
_KEPT_HEADERS = ("content-type", "date")
_KEPT_PREFIXES = ("x-ratelimit", "retry-after")
_ADDRESS = ("http:", "https:")


@attrs.frozen(kw_only=True)
class Shelf:
    """Where the recordings of one model go.

    Attributes:
        directory: of this model alone; made when the first file is written.
        private: text -> what stands for it.
        origin: what was answered from elsewhere is not read; None reads everything.
        simulated: the other side is a simulator; each file says so. Jackfield's own is known by its answers.
    """

    directory: Path
    provider: str
    model: str
    thinking: bool
    simulated: bool
    private: Mapping[str, str] = attrs.field(repr=False)
    origin: str | None = None

    def read(self, case: str) -> Exchange | None:
        """The recording of a case, if there is one."""
        found = read(self.path(case)) if self.path(case).is_file() else None
        return found if found is None or self.origin in (None, found.origin) else None

    def path(self, case: str) -> Path:
        """The file of a case."""
        return self.directory / f"{case}.json"

    def write(self, case: str, *steps: tuple[HttpRequest, RawReply]) -> Path:
        """Write one case: each request with its answer."""
        file = {
            "provider": self.provider,
            "model": self.model,
            "reasoning": self.thinking,
            "case": case,
            "recorded": datetime.now(UTC).date().isoformat(),
            "simulated": self.simulated or any(reply.headers.get("server") == SIMULATOR for _, reply in steps),
            "interactions": [
                {"request": self._request(sent), "response": self._response(reply)} for sent, reply in steps
            ],
        }
        path = self.path(case)
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".part")
        half.write_text(json.dumps(file, indent=1, ensure_ascii=False), encoding="utf-8")
        half.replace(path)
        return path

    def _request(self, sent: HttpRequest) -> dict[str, Any]:
        headers = {name: [str(value)] for name, value in sent.headers.items() if name == "content-type"}
        url = self._scrub(sent.url.partition("?")[0])
        return {"method": sent.method, "url": url, "headers": headers, "body": self._text(sent.body)}

    def _response(self, reply: RawReply) -> dict[str, Any]:
        kept = {
            name: [self._header(value)]
            for name, value in reply.headers.items()
            if name in _KEPT_HEADERS or name.startswith(_KEPT_PREFIXES) or value.startswith(_ADDRESS)
        }
        body = reply.body or b"".join(_event(frame) for frame in reply.frames)
        return {"status": reply.status, "headers": kept, "body": self._text(body)}

    def _header(self, value: str) -> str:
        text = self._scrub(value)
        return _QUERY.sub(lambda match: "*" * len(match[0]), text) if value.startswith(_ADDRESS) else text

    def _text(self, body: bytes) -> str | dict[str, str]:
        try:
            return self._scrub(body.decode("utf-8"))
        except UnicodeDecodeError:
            clean = body
            for private in self.private:
                clean = clean.replace(private.encode(), b"*" * len(private))
            return {"base64": base64.b64encode(clean).decode()}

    def _scrub(self, text: str) -> str:
        for private, stand_in in self.private.items():
            text = text.replace(private, stand_in)
        return _PERSONAL.sub(lambda match: "*" * len(match[0]), text)


def private_values(settings: Settings) -> dict[str, str]:
    """Every setting that must not be written, longest first: text -> its name in capitals."""
    texts = {
        (value.reveal() if isinstance(value, Secret) else value): name.upper()
        for name, value in settings.values.items()
    }
    return dict(sorted(((text, name) for text, name in texts.items() if len(text) >= _SHORTEST_PRIVATE), reverse=True))


def slug(model: str, *, thinking: bool, simulated: bool = False) -> str:
    """The directory of a model: its id with what no file system likes replaced, and marks of what is kept apart."""
    plain = "".join(one if one.isalnum() or one in ".-_" else "-" for one in model).strip(".-")
    mark = hashlib.sha256(model.encode()).hexdigest()[:6]
    return f"{plain}-{mark}" + ("_thinking" if thinking else "") + ("_simulated" if simulated else "")


def reply_of(outcome: "Result[Any] | Exception") -> RawReply | None:
    """What came back, from a result or an error; None if nothing did."""
    if isinstance(outcome, Result):
        return outcome.raw
    partial = outcome.partial if isinstance(outcome, PartialReply) else None
    raw = partial.raw if isinstance(partial, Result) else None
    if not isinstance(outcome, ProviderError):
        return raw
    if outcome.in_stream and raw is not None:
        return attrs.evolve(raw, frames=(*raw.frames, outcome.body))
    headers = {"content-type": "application/json"}
    return raw or RawReply(status=outcome.status or 400, headers=headers, body=outcome.body)


def _event(data: bytes) -> bytes:
    lines: Sequence[bytes] = data.split(b"\n")
    return b"".join(b"data: " + line + b"\n" for line in lines) + b"\n"
