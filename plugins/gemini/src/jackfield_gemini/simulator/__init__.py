"""The Gemini API as a pure function: what it accepts, what it refuses, and how it writes its answers.

The words of the answers come from jackfield's responder, which says that it is simulated; the shapes and refusals are
those of recorded traffic of 2025 and 2026 and of the documentation; files and batches are from the documentation alone.
Rules: no state but what was uploaded, which lies in the server's store, and no clock; an unknown field, a wrong value,
a combination that Google refuses, a thought signature that does not come back unchanged are refused here too.

Source: https://ai.google.dev/api
"""

import json
from collections.abc import Callable, Mapping, MutableMapping
from functools import partial
from urllib.parse import parse_qs, unquote, urlsplit

import attrs

from jackfield.http import HttpRequest
from jackfield.testing.answers import Answer, Function, Prompt, Token, Turn
from jackfield.testing.checking import Json, Refused, body_of, header, key_is_bad, record, sequence
from jackfield.testing.faults import Fault, fault_of
from jackfield.testing.responder import respond
from jackfield.testing.tokens import tokenize
from jackfield.types.simulated import SimulatedReply
from jackfield_gemini.simulator.contents import turns_of
from jackfield_gemini.simulator.errors import bad_key, failure, refusal_body
from jackfield_gemini.simulator.imagen import predict
from jackfield_gemini.simulator.messages import REQUEST, read
from jackfield_gemini.simulator.models import MODELS, Kind, kind_of, wire_model
from jackfield_gemini.simulator.refusals import built_in_of, check, functions_of
from jackfield_gemini.simulator.replies import Reply, blocked, dump, event
from jackfield_gemini.simulator.stored import Stored

_VERSIONS = ("v1beta", "v1alpha", "v1")
_BLOCKS = frozenset({"SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY"})
_THOUGHTS: Mapping[str | None, int] = {"MINIMAL": 0, "LOW": 1, "MEDIUM": 2, "HIGH": 4, "XHIGH": 5}


@attrs.frozen(kw_only=True)
class _Call:
    """A request, taken apart."""

    request: HttpRequest
    path: str
    query: Mapping[str, list[str]]
    fault: Fault
    store: MutableMapping[str, bytes]


def simulate(request: HttpRequest, store: MutableMapping[str, bytes] | None = None) -> SimulatedReply:
    """Answer like `https://generativelanguage.googleapis.com`; what was uploaded is kept in `store`."""
    parts = urlsplit(request.url)
    path, query = unquote(parts.path).strip("/"), parse_qs(parts.query)
    call = _Call(request=request, path=path, query=query, fault=fault_of(request), store={} if store is None else store)
    try:
        return _answer(call)
    except Refused as refusal:
        # A failed stream is plain JSON that calls itself a stream. Recorded 2025-08.
        streamed = path.endswith(":streamGenerateContent") and query.get("alt") == ["sse"]
        return _json(refusal_body(refusal), refusal.status, event_stream=streamed)


def _answer(call: _Call) -> SimulatedReply:
    key = header(call.request, "x-goog-api-key") or call.query.get("key", [""])[0]
    streamed = call.path.endswith(":streamGenerateContent")
    if key_is_bad(key):
        status, body = bad_key(missing=not key)
        return _json(body, status, event_stream=streamed)
    if call.fault.status is not None:
        return _json(failure(call.fault), call.fault.status, event_stream=streamed)
    uploads = call.path.startswith("upload/")
    version, _, rest = call.path.removeprefix("upload/").partition("/")
    if version not in _VERSIONS:
        return SimulatedReply(status=404, headers={"content-type": "text/html"}, body=b"")
    if uploads or rest.startswith(("files", "batches")):
        return Stored(store=call.store, answer=partial(_one, call)).reply(
            call.request, rest, call.query, uploads=uploads
        )
    if call.request.method == "GET" and rest == "models":
        return _models(call)
    if call.request.method == "GET" and rest.startswith("models/"):
        return _json(wire_model(_known(rest.removeprefix("models/"), "get")), 200)
    model, _, method = rest.removeprefix("models/").partition(":")
    if call.request.method == "POST" and rest.startswith("models/") and method in _METHODS:
        return _METHODS[method](call, _kind(model, method))
    raise Refused("Requested entity was not found.", status=404)


def _batch(call: _Call, kind: Kind) -> SimulatedReply:
    return Stored(store=call.store, answer=partial(_one, call)).create(kind.name, body_of(call.request))


def _one(call: _Call, model: str, body: Json) -> Json:
    """The answer to one request of a batch, beside nothing or in place of an error."""
    request = HttpRequest(url=f"https://simulated/{_VERSIONS[0]}/models/{model}:generateContent", body=dump(body))
    alone = attrs.evolve(call, request=request, path=urlsplit(request.url).path, fault=Fault())
    try:
        return {"response": json.loads(_generate(alone, _kind(model, "generateContent")).content)}
    except Refused as refusal:
        return {"error": {"code": 5 if refusal.status == 404 else 3, "message": refusal.message}}


def _kind(model: str, method: str) -> Kind:
    if " " in model:
        raise Refused("* GenerateContentRequest.model: unexpected model name format\n")
    kind = kind_of(_known(model, method))
    listed = "generateContent" if method == "streamGenerateContent" else method
    if kind is None or listed not in MODELS.get(model, MODELS["sim-chat"])[2]:
        raise _not_found(model, method)
    return kind


def _known(model: str, method: str) -> str:
    if kind_of(model) is None or (method == "get" and model not in MODELS):
        raise _not_found(model, method)
    return model


def _not_found(model: str, method: str) -> Refused:
    return Refused(
        f"models/{model} is not found for API version v1beta, or is not supported for {method}. Call "
        "ModelService.ListModels to see the list of available models and their supported methods.",
        status=404,
    )


def _models(call: _Call) -> SimulatedReply:
    """A page; `nextPageToken` is absent on the last one."""
    size = min(int(call.query.get("pageSize", ["50"])[0]), 1000)
    start = int(call.query.get("pageToken", ["0"])[0])
    names = list(MODELS)
    page: Json = {"models": [wire_model(name) for name in names[start : start + size]]}
    return _json(page | ({"nextPageToken": str(start + size)} if start + size < len(names) else {}), 200)


def _generate(call: _Call, kind: Kind) -> SimulatedReply:
    body = read(body_of(call.request), REQUEST)
    stream = ":streamGenerateContent" in call.path
    check(body, kind, stream=stream)
    prompt = _prompt(body, kind)
    answers = _answers(body, prompt)
    error = call.fault.error
    if error in _BLOCKS:
        made = blocked(kind, error, answers[0].input_tokens)
        return _events((event(made),)) if stream else _json(made, 200)
    reply = Reply(body=body, kind=kind, prompt=prompt, answers=answers, outcome=error)
    if not stream:
        return SimulatedReply(headers=_headers("application/json; charset=UTF-8"), body=reply.whole())
    events = tuple(reply.events())
    after = call.fault.stream_error_after
    if after is not None:
        failed = failure(attrs.evolve(call.fault, status=503))
        events = (*events[:after], event(failed))
    return _events(events)


def _answers(body: Json, prompt: Prompt) -> tuple[Answer, ...]:
    """One answer a candidate; those of an enum are bare words."""
    config = record(body.get("generationConfig"))
    prompts = [
        prompt,
        *(attrs.evolve(prompt, seed=(prompt.seed or 0) + at) for at in range(1, config.get("candidateCount", 1))),
    ]
    answers = tuple(respond(one) for one in prompts)
    if config.get("responseMimeType") != "text/x.enum":
        return answers
    return tuple(
        attrs.evolve(one, tokens=tuple(Token(text=text) for text in tokenize(one.text.strip('"')))) for one in answers
    )


def _prompt(body: Json, kind: Kind) -> Prompt:
    config = record(body.get("generationConfig"))
    calling = record(record(body.get("toolConfig")).get("functionCallingConfig"))
    allowed = sequence(calling.get("allowedFunctionNames"))
    functions = [one for one in functions_of(body) if not allowed or one["name"] in allowed]
    schema = config.get("responseSchema") or config.get("responseJsonSchema")
    turns = turns_of(body.get("contents") or [], kind.generation)
    system = "\n".join(part.get("text", "") for part in sequence(record(body.get("systemInstruction")).get("parts")))
    thoughts, budget = _thinking(config, kind)
    return Prompt(
        model=kind.name,
        turns=((Turn(role="system", text=system),) if system else ()) + turns,
        max_tokens=config.get("maxOutputTokens"),
        stop=tuple(config.get("stopSequences") or ()),
        seed=config.get("seed"),
        functions=tuple(
            Function(
                name=one["name"],
                description=one.get("description", ""),
                parameters=record(one.get("parametersJsonSchema") or one.get("parameters")),
            )
            for one in functions
        ),
        choice={"ANY": "required", "NONE": "none"}.get(calling.get("mode", "AUTO"), "auto"),
        json_mode=config.get("responseMimeType") == "application/json" and schema is None,
        schema=schema,
        top_logprobs=config.get("logprobs", 0) if config.get("responseLogprobs") else None,
        thoughts=thoughts,
        think_tokens=budget,
        searches="googleSearch" in built_in_of(body),
    )


def _thinking(config: Json, kind: Kind) -> tuple[int, int | None]:
    """Sentences of reasoning, and the most tokens of it."""
    wanted = record(config.get("thinkingConfig"))
    level, budget = wanted.get("thinkingLevel"), wanted.get("thinkingBudget")
    if not kind.thinks or budget == 0:
        return 0, None
    if level is not None:
        return _THOUGHTS[level], None
    if budget is not None:
        return 3, None if budget == -1 else budget
    return (2 if kind.thinks_alone else 0), None


def _count(call: _Call, kind: Kind) -> SimulatedReply:
    body = body_of(call.request)
    inner = read(record(body.get("generateContentRequest")) or {"contents": body.get("contents", [])}, REQUEST)
    total = respond(_prompt(inner, kind)).input_tokens
    return _json({"totalTokens": total, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": total}]}, 200)


def _predict(call: _Call, _kind: Kind) -> SimulatedReply:
    return _json(predict(body_of(call.request)), 200)


_METHODS: Mapping[str, Callable[[_Call, Kind], SimulatedReply]] = {
    "generateContent": _generate, "streamGenerateContent": _generate, "countTokens": _count, "predict": _predict,
    "batchGenerateContent": _batch,
}  # fmt: skip


def _events(events: tuple[bytes, ...]) -> SimulatedReply:
    return SimulatedReply(headers={**_headers("text/event-stream"), "content-disposition": "attachment"}, body=events)


def _json(value: Json, status: int, *, event_stream: bool = False) -> SimulatedReply:
    kind = "text/event-stream" if event_stream else "application/json; charset=UTF-8"
    return SimulatedReply(status=status, headers=_headers(kind), body=dump(value, indent=2) + b"\n")


def _headers(content_type: str) -> dict[str, str]:
    return {"content-type": content_type, "server-timing": "gfet4t7; dur=1", "x-content-type-options": "nosniff"}
