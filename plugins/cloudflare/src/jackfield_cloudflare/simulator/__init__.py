"""Workers AI as a pure function: what it accepts, what it refuses, and how it writes its answers.

The words of the answers come from jackfield's responder, which says that it is simulated; the shapes and refusals are
those of recorded traffic of 2025 and 2026 where there is any (native text generation, model search), and of the
documentation elsewhere. Served are the account's API and the paths of an AI Gateway. Rules: no state and no clock.

Source: https://developers.cloudflare.com/api/resources/ai/
"""

import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote, urlsplit

from jackfield.http import HttpRequest
from jackfield.testing.answers import Answer, Prompt
from jackfield.testing.chat_completions import sse
from jackfield.testing.checking import Json, Refused, body_of, header, key_is_bad
from jackfield.testing.faults import Fault, fault_of
from jackfield.testing.responder import respond
from jackfield.testing.tokens import label
from jackfield.types.simulated import SimulatedReply
from jackfield_cloudflare.simulator.bodies import bad_input, chat_prompt, native_prompt, responses_prompt
from jackfield_cloudflare.simulator.chat import Chat
from jackfield_cloudflare.simulator.models import Kind, kind_of, neurons, search
from jackfield_cloudflare.simulator.native import Native
from jackfield_cloudflare.simulator.pictures import answered, question_prompt
from jackfield_cloudflare.simulator.responses import Responses

_PATH = re.compile(
    r"(?:.*/accounts/(?P<account>[^/]+)/ai|/v1/[^/]+/[^/]+/(?:workers-ai|(?P<compat>compat)))/(?P<rest>.+)"
)
# Source: https://developers.cloudflare.com/workers-ai/platform/errors/
_FAILURES: Mapping[int, tuple[str, str]] = {
    403: ("5016", "AiError: Model Agreement: submit the prompt 'agree'"),
    404: ("3042", "AiError: Invalid model ID"),
    408: ("3007", "AiError: Request timeout"),
    413: ("3006", "AiError: Request is too large"),
    429: ("3040", "AiError: Capacity temporarily exceeded, please try again."),
    500: ("1000", "AiError: Internal server error"),
    503: ("1001", "AiError: Service unavailable"),
}
_MEANINGS: Mapping[str, str] = {
    "3036": "AiError: you have used up your daily free allocation of 10,000 neurons",
    "5035": "AiError: this model needs the Workers Paid plan",
}


def simulate(request: HttpRequest) -> SimulatedReply:
    """Answer like `https://api.cloudflare.com`."""
    digits = label(request.body, request.url, header(request, "x-simulate-number"), length=32)
    request_id = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    try:
        return _answer(request, request_id)
    except Refused as refusal:
        return _refusal(refusal, request_id)


def _answer(request: HttpRequest, request_id: str) -> SimulatedReply:
    parts = urlsplit(request.url)
    found = _PATH.fullmatch(unquote(parts.path))
    rest = found["rest"] if found else ""
    searching = rest == "models/search"
    if key_is_bad(header(request, "authorization").removeprefix("Bearer ")):
        return _unauthenticated(searching=searching)
    fault = fault_of(request)
    if fault.status is not None:
        code, message = _FAILURES.get(fault.status, ("1002", f"AiError: Simulated status {fault.status}"))
        raise Refused(_MEANINGS.get(fault.error or "", message), status=fault.status, code=fault.error or code)
    if request.method == "GET" and searching:
        return _search(parts.query)
    if request.method == "POST" and rest.startswith("run/"):
        return _run(request, rest.removeprefix("run/"), request_id, fault)
    if request.method == "POST" and rest in {"v1/chat/completions", "v1/responses", "chat/completions"}:
        return _compatible(request, rest, request_id, fault)
    raise _no_route()


def _no_route() -> Refused:
    return Refused("No route for that URI", code="7000")


def _unauthenticated(*, searching: bool) -> SimulatedReply:
    """The search answers 400 with another code and another body. Recorded 2025-08."""
    if searching:
        error = {"code": 10001, "message": "Unable to authenticate request"}
        return _json({"success": False, "errors": [error]}, 400, end="\n")
    error = {"code": 10000, "message": "Authentication error"}
    return _json({"result": None, "success": False, "errors": [error], "messages": []}, 401)


def _search(query: str) -> SimulatedReply:
    given = parse_qs(query)
    page, per_page = int(given.get("page", ["1"])[0]), int(given.get("per_page", ["50"])[0])
    reply = _json(search(page, per_page, given.get("task", [None])[0]))
    quota = {"ratelimit": '"default";r=1199;t=1', "ratelimit-policy": '"default";q=1200;w=300'}
    return SimulatedReply(headers={"content-type": "application/json;charset=UTF-8", **quota}, body=reply.body)


def _run(request: HttpRequest, model: str, request_id: str, fault: Fault) -> SimulatedReply:
    """The native endpoint: the answer stands in an envelope, and events do not."""
    kind = kind_of(model)
    if kind is None:
        raise _no_route()
    body = body_of(request)
    if kind.responses and "input" in body:
        if "messages" in body:
            raise bad_input("oneOf at '/' not met, 2 matches")
        return _responses(body, kind, model, request_id, fault, enveloped=True)
    if kind.backend == "chat":
        prompt = chat_prompt(body | {"model": model}, kind, model, wrapped=False)
        return _chat(body, kind, prompt, request_id, fault, enveloped=True)
    if kind.backend == "question":
        prompt = question_prompt(body, model)
        answer = respond(prompt)
        return _whole(_envelope(answered(body, answer)), answer, prompt, request_id)
    prompt = native_prompt(body, kind, model)
    native = Native(kind=kind, prompt=prompt, answer=respond(prompt))
    if body.get("stream"):
        return _stream(tuple(native.events()), request_id, fault)
    return _whole(_envelope(native.result()), native.answer, prompt, request_id)


def _compatible(request: HttpRequest, rest: str, request_id: str, fault: Fault) -> SimulatedReply:
    """The endpoints of OpenAI's shape, which have no envelope."""
    body = body_of(request)
    model = str(body.get("model"))
    if rest == "chat/completions":
        model = model.removeprefix("workers-ai/")  # the unified endpoint of a gateway names the provider
    kind = kind_of(model)
    if kind is None:
        raise Refused("AiError: No such model", code="5007")
    if rest == "v1/responses":
        if not kind.responses:
            raise bad_input("this model has no Responses API")
        return _responses(body, kind, model, request_id, fault, enveloped=False)
    prompt = chat_prompt(body, kind, model, wrapped=True)
    return _chat(body, kind, prompt, request_id, fault, enveloped=False)


def _chat(body: Json, kind: Kind, prompt: Prompt, request_id: str, fault: Fault, *, enveloped: bool) -> SimulatedReply:
    chat = Chat(kind=kind, prompt=prompt, answer=respond(prompt))
    if body.get("stream"):
        return _stream(tuple(chat.chunks()), request_id, fault)
    whole = chat.whole()
    return _whole(_envelope(whole) if enveloped else whole, chat.answer, prompt, request_id)


def _responses(body: Json, kind: Kind, model: str, request_id: str, fault: Fault, *, enveloped: bool) -> SimulatedReply:
    prompt = responses_prompt(body, kind, model)
    made = Responses(prompt=prompt, answer=respond(prompt))
    if body.get("stream"):
        return _stream(tuple(made.events()), request_id, fault)
    whole = made.whole()
    return _whole(_envelope(whole) if enveloped else whole, made.answer, prompt, request_id)


def _stream(events: tuple[bytes, ...], request_id: str, fault: Fault) -> SimulatedReply:
    """Neurons are always 0 here. Recorded since 2025-12."""
    if fault.stream_error_after is not None:
        error = {"code": int(fault.error or 3040), "message": "AiError: Simulated failure in mid-stream"}
        events = (*events[: fault.stream_error_after], sse({"errors": [error], "success": False}))
    headers = {"content-type": "text/event-stream", "cf-ai-req-id": request_id, "cf-ai-neurons": "0"}
    return SimulatedReply(headers=headers, body=events)


def _whole(value: Json, answer: Answer, prompt: Prompt, request_id: str) -> SimulatedReply:
    billed = neurons(prompt.model, answer.input_tokens, answer.output_tokens)
    headers = {"content-type": "application/json", "cf-ai-req-id": request_id, "cf-ai-neurons": billed}
    return SimulatedReply(headers=headers, body=_json(value).body)


def _envelope(result: Json) -> Json:
    return {"result": result, "success": True, "errors": [], "messages": []}


def _refusal(refusal: Refused, request_id: str) -> SimulatedReply:
    """Refusals of a model end with the request's id; those of a route have another order of keys."""
    code = int(refusal.code or 5006)
    if code == 7000:
        error = {"code": code, "message": refusal.message}
        return _json({"success": False, "errors": [error], "messages": [], "result": None}, refusal.status)
    error = {"message": f"{refusal.message} ({request_id})", "code": code}
    return _json({"errors": [error], "success": False, "result": {}, "messages": []}, refusal.status)


def _json(value: Json, status: int = 200, *, end: str = "") -> SimulatedReply:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")) + end
    return SimulatedReply(status=status, headers={"content-type": "application/json"}, body=body.encode())
