"""Cerebras' API as a pure function: what it accepts, what it refuses, and how it writes its answers.

The words of the answers come from jackfield's responder, which says that it is simulated; the shapes and refusals are
those of recorded traffic of 2026-07 and of the documentation of API version 2. Rules: no state but what was uploaded,
which lies in the server's store, and no clock; an unknown field, a wrong value and a combination that Cerebras refuses
are refused here too. Batches are from the documentation alone.

Source: https://inference-docs.cerebras.ai/api-reference/chat-completions
"""

from collections.abc import Mapping, MutableMapping
from urllib.parse import parse_qs, unquote, urlsplit

import attrs

from jackfield.http import HttpRequest
from jackfield.testing.chat_batches import ChatBatches
from jackfield.testing.chat_completions import dump, prompt_of, sse
from jackfield.testing.checking import Json, Refused, body_of, header, key_is_bad
from jackfield.testing.faults import Fault, fault_of
from jackfield.testing.responder import respond
from jackfield.types.simulated import SimulatedReply
from jackfield_cerebras.simulator.models import MODELS, Kind, canonical, openrouter_model, wire_model
from jackfield_cerebras.simulator.refusals import check
from jackfield_cerebras.simulator.replies import Reply, quota_headers

# Source: https://inference-docs.cerebras.ai/support/error
_FAILURES: Mapping[int, tuple[str, str, str, str]] = {
    402: ("Payment required", "payment_required_error", "", "payment_required"),
    408: ("Request timed out", "request_timeout_error", "", "request_timeout"),
    422: ("Validation failed", "invalid_request_error", "", "validation_failed"),
    429: ("Tokens per minute limit exceeded", "too_many_requests_error", "quota", "token_quota_exceeded"),
    500: ("Internal server error", "internal_server_error", "", "internal_error"),
    503: ("Service unavailable", "service_unavailable_error", "", "service_unavailable"),
}


def simulate(request: HttpRequest, store: MutableMapping[str, bytes] | None = None) -> SimulatedReply:
    """Answer like `https://api.cerebras.ai`; what was uploaded is kept in `store`."""
    try:
        return _answer(request, {} if store is None else store)
    except Refused as refusal:
        return _json(_flat(refusal), refusal.status)


def _answer(request: HttpRequest, store: MutableMapping[str, bytes]) -> SimulatedReply:
    fault = fault_of(request)
    if key_is_bad(header(request, "authorization").removeprefix("Bearer ")):
        raise Refused("Wrong API Key", status=401, param="api_key", code="wrong_api_key")
    if fault.status is not None:
        return _json(_failure(fault), fault.status)
    parts = urlsplit(request.url)
    path = unquote(parts.path)
    if request.method == "POST" and path == "/v1/chat/completions":
        return _chat(request, fault)
    if request.method == "GET" and path == "/v1/models":
        rich = parse_qs(parts.query).get("format") == ["openrouter"]
        return _json(
            {"object": "list", "data": [(openrouter_model if rich else wire_model)(model) for model in MODELS]}
        )
    if request.method == "GET" and path.startswith("/v1/models/"):
        return _model(path.removeprefix("/v1/models/"))
    if request.method == "GET" and path == "/v1/tcp_warming":
        return SimulatedReply(headers={"content-type": "text/plain"}, body=b"OK")
    batches = ChatBatches(answer=_line, store=store, first="queued", cancel="DELETE", results="path", full=False)
    return batches.reply(request, path.removeprefix("/v1")) or _json({"detail": "Not Found"}, 404)


def _line(request: HttpRequest) -> SimulatedReply:
    """The answer to one request of a batch."""
    try:
        return _chat(request, Fault())
    except Refused as refusal:
        return _json(_flat(refusal), refusal.status)


def _chat(request: HttpRequest, fault: Fault) -> SimulatedReply:
    body = body_of(request)
    kind = check(request, body)
    limit = body.get("max_completion_tokens") or body.get("max_tokens")
    prompt = prompt_of(
        body,
        model=canonical(body["model"]),
        thoughts=_thoughts(body, kind),
        max_tokens=None if limit == -1 else limit,
    )
    answer = respond(prompt)
    if prompt.choice not in {"auto", "none"} and not answer.calls:
        message = "Failed to generate a tool call"
        raise Refused(message, param="", code="tool_use_failed", failed_generation=answer.thinking or answer.text)
    others = tuple(respond(attrs.evolve(prompt, seed=(prompt.seed or 0) + at)) for at in range(1, body.get("n") or 1))
    reply = Reply(body=body, kind=kind, prompt=prompt, answer=answer, others=others)
    headers = quota_headers(header(request, "x-simulate-number"))
    if not body.get("stream"):
        return SimulatedReply(headers={"content-type": "application/json", **headers}, body=reply.whole())
    chunks = tuple(reply.chunks())
    if fault.stream_error_after is not None:
        refusal = Refused("Simulated failure in mid-stream", param="", code=fault.error or "tool_use_failed")
        chunks = (*chunks[: fault.stream_error_after], sse({"status_code": 400, "error": _flat(refusal)}))
    return SimulatedReply(headers={"content-type": "text/event-stream; charset=utf-8", **headers}, body=chunks)


def _thoughts(body: Json, kind: Kind) -> int:
    effort = body.get("reasoning_effort")
    if kind.reasons is None or body.get("disable_reasoning") or effort == "none":
        return 0
    if effort is None:
        return 2 if kind.thinks_alone else 0
    return {"low": 1, "medium": 2}.get(effort, 4)


def _model(model: str) -> SimulatedReply:
    if model not in MODELS:
        message = f"Model {model} does not exist or you do not have access to it."
        raise Refused(message, status=404, param="model", code="model_not_found")
    return _json(wire_model(model))


def _flat(refusal: Refused) -> Json:
    """An error without a wrapper, keys in the recorded order."""
    kind = "not_found_error" if refusal.status == 404 else "invalid_request_error"
    made = {
        "message": refusal.message,
        "type": kind,
        "param": refusal.param or "",
        "code": refusal.code or "wrong_api_format",
    }
    more = {} if refusal.failed_generation is None else {"failed_generation": refusal.failed_generation}
    return made | more


def _failure(fault: Fault) -> Json:
    """The error of a status that was asked for."""
    message, kind, param, code = _FAILURES.get(
        fault.status or 500, (f"Simulated status {fault.status}", "invalid_request_error", "", "simulated")
    )
    return {"message": message, "type": kind, "param": param, "code": fault.error or code}


def _json(value: Json, status: int = 200) -> SimulatedReply:
    return SimulatedReply(status=status, headers={"content-type": "application/json"}, body=dump(value).encode())
