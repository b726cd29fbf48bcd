"""The recordings as values, and the request and the plugin that each of them is read with.

Rules: the files are read in place and one at a time; nothing here knows a provider, a model or a file.
"""

import base64
import json
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import attrs
import pluggy
import pytest

from jackfield.hookspecs import PROJECT, ProviderHooks
from jackfield.http import HttpResponse, Secret, Settings
from jackfield.types.messages import user
from jackfield.types.provider import ProviderInfo
from jackfield.types.requests import GenerateRequest, ImageRequest, Request

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("JACKFIELD_CORPUS") or ROOT.parent / "shared" / "corpus")

NOT_A_REPLY: Mapping[str, str] = {
    "cache": "cached contents: created, read, changed and deleted, by no operation of the core",
    "operation": "long-running operations: a video begun and polled",
    "other": "two URLs that the recording client had built wrongly",
}
"""Kinds of interactions that are neither a reply nor a list of models, and so are left out here."""

MODEL_IN_URL = re.compile(r"/(?:ai/run|models)/(?P<model>[^:?]+)")


@attrs.frozen(kw_only=True)
class Interaction:
    """One recorded exchange with what a correct client must report of it.

    Attributes:
        path: of its file, from the directory of recordings.
        number: which exchange of that file.
        sent: the request as recorded.
        expected: the entry of expected.json.
    """

    path: str
    number: int
    sent: Mapping[str, Any]
    response: HttpResponse
    expected: Mapping[str, Any]

    @property
    def provider(self) -> str:
        """The provider's id."""
        return self.path.partition("/")[0]

    @property
    def kind(self) -> str:
        """What it is: `chat`, `models`, `image` or one of NOT_A_REPLY."""
        return str(self.expected["kind"])

    @property
    def streamed(self) -> bool:
        """Whether the answer is an event stream, by the rule of the `parse_stream` hook."""
        return self.response.status == 200 and self.response.content_type == "text/event-stream"

    @property
    def body(self) -> Mapping[str, Any]:
        """The recorded request's JSON; empty if it had none."""
        return json.loads(self.sent["body"]) if self.sent["body"] else {}

    @property
    def model(self) -> str:
        """The model that was asked for."""
        in_url = MODEL_IN_URL.search(self.sent["url"])
        return str(self.body.get("model") or (in_url and in_url["model"]) or "unknown")

    def request(self, *, strict: bool = True) -> Request:
        """A request that makes the plugin read this answer; its conversation is not the recorded one."""
        if self.kind == "image":
            return ImageRequest(model=self.model, prompt="recorded", strict=strict)
        stream = bool(self.expected["stream"])
        return GenerateRequest(model=self.model, messages=(user("recorded"),), stream=stream, strict=strict)


def read_file(path: str) -> tuple[Interaction, ...]:
    """The exchanges of one file."""
    recorded = json.loads((CORPUS / path).read_text(encoding="utf-8"))["interactions"]
    expected = expectations()[path]
    assert len(recorded) == len(expected), path
    return tuple(
        Interaction(path=path, number=number, sent=one["request"], response=_response(one), expected=wanted)
        for number, (one, wanted) in enumerate(zip(recorded, expected, strict=True))
    )


def _response(recorded: Mapping[str, Any]) -> HttpResponse:
    answer = recorded["response"]
    body = answer["body"]
    data = base64.b64decode(body["base64"]) if isinstance(body, dict) else (body or "").encode()  # pyright: ignore[reportUnknownArgumentType]  # JSON edge
    headers = {name.lower(): ", ".join(values) for name, values in answer["headers"].items()}
    return HttpResponse(status=answer["status"], headers=headers, body=data, url=recorded["request"]["url"])


@cache
def expectations() -> Mapping[str, list[Mapping[str, Any]]]:
    """The whole of expected.json; empty where there are no recordings."""
    where = CORPUS / "expected.json"
    return json.loads(where.read_text(encoding="utf-8")) if where.is_file() else {}


def places(*kinds: str, streamed: bool | None = None) -> Iterator[tuple[str, int]]:
    """The file and number of each exchange of these kinds; with `streamed`, only those that are or are not a stream."""
    for path, entries in sorted(expectations().items()):
        for number, entry in enumerate(entries):
            is_stream = entry["stream_events"] > 0 or (entry["stream"] and entry["status"] == 200)
            if entry["kind"] in kinds and streamed in (None, is_stream):
                yield path, number


def parametrize(*kinds: str, streamed: bool | None = None) -> pytest.MarkDecorator:
    """Run a test with `interaction` for each exchange of these kinds."""
    params = [
        pytest.param(place, id=f"{place[0].removesuffix('.json')}:{place[1]}")
        for place in places(*kinds, streamed=streamed)
    ]
    return pytest.mark.parametrize("interaction", params, indirect=True)


@attrs.frozen(kw_only=True)
class Plugin:
    """One provider's hooks, reached as the core reaches them."""

    hooks: Any
    info: ProviderInfo

    @property
    def settings(self) -> Settings:
        """What the provider wants to be set up with, filled with stand-ins."""
        values = {one.name: Secret("test") if one.secret else one.default or "ACCOUNT_ID" for one in self.info.settings}
        return Settings(provider=self.info.id, base_url=self.info.base_url, values=values)


@cache
def plugin(provider: str) -> Plugin:
    """The plugin of a provider; the test is skipped while it has no hooks."""
    module = import_module(f"jackfield_{provider}")
    if not hasattr(module, "provider_info"):
        pytest.skip(f"jackfield-{provider} has no hooks yet")
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(ProviderHooks)
    manager.register(module)
    return Plugin(hooks=manager.hook, info=manager.hook.provider_info())
