"""Simulated models to whom something is done: they are given sight, and then each thing that they do is taken away.

What is done is done on the wire, between the client and the simulator: a field is overlooked or refused on the way in,
or something is taken out of the answer on the way out. So it looks like a model that never had it.
"""

import json
import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any

import attrs

from jackfield import registry
from jackfield.hookspecs import hookimpl
from jackfield.http import HttpRequest
from jackfield.scoreboard.probes import MEDIA
from jackfield.testing import Simulator
from jackfield.testing.faults import HEADER, Fault
from jackfield.types.simulated import SimulatedReply

Before = Callable[[HttpRequest], HttpRequest]
After = Callable[[SimulatedReply], SimulatedReply]
Change = Callable[[Any], Any]
Seen = Callable[[str, Any], bool]

REFUSAL = str(Fault(status=400))


@attrs.frozen(kw_only=True)
class Cripple:
    """What is done to a model, and the cells that are lost by it.

    Attributes:
        cells: names of features, or paths such as `in.image.inline`.
    """

    cells: frozenset[str]
    before: Before = lambda request: request
    after: After = lambda reply: reply


class Altered:
    """A provider whose simulator is reached through these changes; its hooks are those of the real plugin."""

    def __init__(self, provider: str, *changes: Cripple) -> None:
        """Take the plugin's hooks, but for `simulate`."""
        module = registry.installed()[provider].entry_points[0].load()
        for name in registry.REQUIRED_HOOKS:
            setattr(self, name, getattr(module, name))
        self._real = registry.load(provider)
        self._changes = changes

    @hookimpl
    def simulate(self, request: HttpRequest, store: dict[str, bytes]) -> SimulatedReply:
        """Answer, with everything done that is to be done."""
        for change in self._changes:
            request = change.before(request)
        reply = self._real.optional("simulate", SimulatedReply, request=request, store=store)
        for change in self._changes:
            reply = change.after(reply)
        return reply


@contextmanager
def simulated(provider: str, *changes: Cripple) -> Generator[Simulator]:
    """A simulator of one provider, reached through these changes."""
    with Simulator(registry.build(provider, Altered(provider, *changes)) if changes else provider) as simulator:
        yield simulator


# --- JSON, wherever it is ---------------------------------------------------------------------------------------------


def everywhere(change: Change) -> Change:
    """A change of every object, the innermost first."""

    def walk(value: Any) -> Any:
        match _kind_of(value):
            case "dict":
                return change({key: walk(one) for key, one in value.items()})
            case "list":
                return [walk(one) for one in value]
            case _:
                return value

    return walk


def found(value: Any, seen: Seen) -> bool:
    """Whether any field, by name and value, is what is looked for."""
    match _kind_of(value):
        case "dict":
            return any(seen(key, one) or found(one, seen) for key, one in value.items())
        case "list":
            return any(found(one, seen) for one in value)
        case _:
            return False


def _kind_of(value: object) -> str:
    """The name of its type; unlike isinstance it leaves the items of decoded JSON Any."""
    return type(value).__name__


def in_requests(change: Change) -> Before:
    """A change of what is asked; other bodies than JSON stay."""

    def before(request: HttpRequest) -> HttpRequest:
        try:
            body = json.loads(request.body)
        except ValueError:
            return request
        changed = change(body)
        return request if changed == body else attrs.evolve(request, body=json.dumps(changed).encode())

    return before


def in_replies(change: Change) -> After:
    """A change of every object of an answer, streamed or not, in lines or not."""
    walk = everywhere(change)

    def line(match: "re.Match[bytes]") -> bytes:
        try:
            return match[1] + json.dumps(walk(json.loads(match[2]))).encode()
        except ValueError:
            return match[0]

    def changed(body: bytes) -> bytes:
        try:
            return json.dumps(walk(json.loads(body))).encode()
        except ValueError:
            return re.sub(rb"(?m)^(data: |)(.+)$", line, body)

    def after(reply: SimulatedReply) -> SimulatedReply:
        body = tuple(map(changed, reply.body)) if isinstance(reply.body, tuple) else changed(reply.body)
        return attrs.evolve(reply, body=body)

    return after


def without(*names: str) -> Change:
    """Objects without these fields."""
    return lambda value: {key: one for key, one in value.items() if key not in names}


def saying(old: str, new: str) -> Change:
    """Objects in which one word stands for another."""
    return lambda value: {key: new if one == old else one for key, one in value.items()}


def refused(request: HttpRequest) -> HttpRequest:
    """A request that the provider refuses, in its own words."""
    return attrs.evolve(request, headers={**request.headers, HEADER: REFUSAL})


def refusing(seen: Seen) -> Before:
    """Requests with such a field are refused."""

    def before(request: HttpRequest) -> HttpRequest:
        try:
            body = json.loads(request.body)
        except ValueError:
            return request
        return refused(request) if found(body, seen) else request

    return before


def refusing_path(*texts: str) -> Before:
    """Whatever is sent to such an address is refused."""

    def before(request: HttpRequest) -> HttpRequest:
        return refused(request) if request.method == "POST" and any(one in request.url for one in texts) else request

    return before


# --- what is done -----------------------------------------------------------------------------------------------------


def overlooking(cell: str, *names: str) -> Cripple:
    """The field is not looked at."""
    return Cripple(cells=frozenset({cell}), before=in_requests(everywhere(without(*names))))


def barring(cell: str, seen: Seen, *also: str) -> Cripple:
    """Requests with such a field are refused."""
    return Cripple(cells=frozenset({cell, *also}), before=refusing(seen))


def one_value(place: int) -> Change:
    """A choice of countries of which only one is left."""

    def change(value: Any) -> Any:
        two = value.get("enum")
        return {**value, "enum": [two[place]]} if two and len(two) == 2 else value

    return change


def _limits_gone(reply: SimulatedReply) -> SimulatedReply:
    headers = {name: value for name, value in reply.headers.items() if not name.startswith("x-ratelimit")}
    return attrs.evolve(reply, headers=headers)


_SCHEMAS = ("json_schema", "responseSchema", "responseJsonSchema")


def _is_schema(name: str, value: Any) -> bool:
    return name in _SCHEMAS or (name == "type" and value == "json_schema")


def _is_free_json(name: str, value: Any) -> bool:
    if name == "response_format":
        return bool(value.get("type") == "json_object")
    return name == "generationConfig" and "responseMimeType" in value and not found(value, _is_schema)


def _is_required(name: str, value: Any) -> bool:
    return (name, value) in (("tool_choice", "required"), ("mode", "ANY"))


TOOLS = ("tool_choice", "toolConfig", "functionDeclarations")


def _without_functions(value: Any) -> Any:
    kept = without(*TOOLS)(value)
    if any(isinstance(one, dict) and "function" in one for one in kept.get("tools", ())):
        return without("tools")(kept)
    return {**kept, "tools": [one for one in kept["tools"] if one]} if "tools" in kept else kept


CRIPPLES: Mapping[str, Cripple] = {
    "seed": barring("seed", lambda name, _: name == "seed"),
    "logprobs": overlooking("logprobs", "logprobs", "top_logprobs", "responseLogprobs"),
    "max_tokens": overlooking("max_tokens", "max_tokens", "max_completion_tokens", "maxOutputTokens"),
    "stop": overlooking("stop", "stop", "stopSequences"),
    "json": barring("json", _is_free_json),
    "schema": barring("schema", _is_schema),
    "tools": Cripple(
        cells=frozenset({"tools", "forced", "biased", "indecisive"}),
        before=in_requests(everywhere(_without_functions)),
    ),
    "forced": barring("forced", _is_required),
    "biased": Cripple(cells=frozenset({"biased", "indecisive"}), before=in_requests(everywhere(one_value(0)))),
    "indecisive": Cripple(cells=frozenset({"indecisive"}), before=in_requests(everywhere(one_value(1)))),
    "web_fetch": overlooking("web_fetch", "urlContext"),
    "web_search": overlooking("web_search", "googleSearch", "google_search"),
    "citations": overlooking("citations", "documents"),
    "usage": Cripple(cells=frozenset({"usage"}), after=in_replies(without("usage", "usageMetadata"))),
    "finish": Cripple(
        cells=frozenset({"finish"}),
        after=in_replies(lambda one: saying("STOP", "SAFETY")(saying("stop", "content_filter")(one))),
    ),
    "limits": Cripple(cells=frozenset({"limits"}), after=_limits_gone),
    "batch": Cripple(cells=frozenset({"batch"}), before=refusing_path("batches", ":batchGenerateContent")),
    "files": Cripple(cells=frozenset({"files"}), before=refusing_path("/files")),
}
"""How each thing is taken away from a model, whatever its provider."""


# --- sight ------------------------------------------------------------------------------------------------------------


def _kind(mime_type: str) -> str:
    top = mime_type.partition("/")[0].capitalize()
    return top if top in MEDIA else "Document"


def _sight(value: Any) -> Any:
    """A medium becomes its word, in the shape of its provider."""
    for name in ("inlineData", "fileData"):
        if name in value:
            return {"text": f'Say "{MEDIA[_kind(value[name].get("mimeType") or "")][2]}".'}
    if value.get("type") == "image_url":
        return {"type": "text", "text": f'Say "{MEDIA["Image"][2]}".'}
    return value


SIGHT = Cripple(
    cells=frozenset(),
    before=in_requests(everywhere(_sight)),
    after=in_replies(saying("URL_RETRIEVAL_STATUS_ERROR", "URL_RETRIEVAL_STATUS_SUCCESS")),
)
"""Not a loss: the simulators do not pretend to see what a file shows, or to have read a page, and this model does."""


def blind(kind: str, way: str) -> Cripple:
    """A model that does not take this kind of medium this way."""

    def seen(name: str, value: Any) -> bool:
        if name == "inlineData":
            return way == "inline" and _kind(value["mimeType"]) == kind.capitalize()
        if name == "fileData":
            uploaded = "/v1beta/files/" in value["fileUri"]
            return way == ("upload" if uploaded else "url") and _kind(value["mimeType"]) == kind.capitalize()
        inline = name == "image_url" and str(value.get("url", "")).startswith("data:")
        return name == "image_url" and kind == "image" and way == ("inline" if inline else "url")

    return Cripple(cells=frozenset({f"in.{kind}.{way}"}), before=refusing(seen))
