"""Anthropic's API as a pure function: what it accepts, what it refuses, and how it writes its answers.

The words of the answers come from jackfield's responder, which says that it is simulated; shapes and refusals are those
of the documentation. Rules: no state and no clock; an unknown field and a wrong value are refused.

Source: https://platform.claude.com/docs/en/api/messages (2026-11)
"""

from urllib.parse import parse_qs, unquote, urlsplit

from jackfield.http import HttpRequest
from jackfield.testing.checking import Json, Refused, body_of, header, key_is_bad
from jackfield.testing.faults import Fault, fault_of
from jackfield.testing.responder import respond
from jackfield.testing.tokens import label
from jackfield.types.simulated import SimulatedReply
from jackfield_anthropic.simulator.reading import check, prompt_of
from jackfield_anthropic.simulator.writing import Reply, dump, quota_headers, sse

MODELS = ("claude-opus-4-6", "claude-sonnet-4-6", "claude-haiku-4-5-20251001", "sim-chat", "sim-thinker")
_CREATED = "2026-02-05T00:00:00Z"
_TYPES = {
    400: "invalid_request_error", 401: "authentication_error", 402: "billing_error", 403: "permission_error",
    404: "not_found_error", 409: "conflict_error", 413: "request_too_large", 429: "rate_limit_error",
    500: "api_error", 504: "timeout_error", 529: "overloaded_error",
}  # fmt: skip


def simulate(request: HttpRequest) -> SimulatedReply:
    """Answer like `https://api.anthropic.com`."""
    request_id = f"req_{label(request.body, header(request, 'x-simulate-number'), length=24)}"
    try:
        return _answer(request, request_id)
    except Refused as refusal:
        return _error(refusal.message, refusal.status, request_id)


def _answer(request: HttpRequest, request_id: str) -> SimulatedReply:
    fault = fault_of(request)
    if key_is_bad(header(request, "x-api-key")):
        raise Refused("invalid x-api-key", status=401)
    if not header(request, "anthropic-version"):
        raise Refused("anthropic-version: header is required")
    if fault.status is not None:
        return _error(f"Simulated status {fault.status}", fault.status, request_id, kind=fault.error)
    parts = urlsplit(request.url)
    path = unquote(parts.path)
    if request.method == "GET" and path == "/v1/models":
        return _json(_models(parse_qs(parts.query)), request_id)
    if request.method != "POST" or path != "/v1/messages":
        raise Refused("Not found", status=404)
    return _message(request, request_id, fault)


def _message(request: HttpRequest, request_id: str, fault: Fault) -> SimulatedReply:
    body = body_of(request)
    check(body, header(request, "anthropic-beta"))
    if body["model"] not in MODELS and not str(body["model"]).startswith("sim-"):
        raise Refused(f"model: {body['model']}", status=404)
    prompt = prompt_of(body)
    reply = Reply(prompt=prompt, answer=respond(prompt), stamp=label(prompt, length=24))
    headers = {"request-id": request_id, **quota_headers(header(request, "x-simulate-number"))}
    if not body.get("stream"):
        return SimulatedReply(
            headers={"content-type": "application/json", **headers}, body=dump(reply.whole()).encode()
        )
    events = tuple(reply.events())
    if fault.stream_error_after is not None:
        failure = _body("Overloaded", fault.error or "overloaded_error", request_id)
        events = (*events[: fault.stream_error_after], sse("error", failure))
    return SimulatedReply(headers={"content-type": "text/event-stream; charset=utf-8", **headers}, body=events)


def _models(query: dict[str, list[str]]) -> Json:
    """One page."""
    limit = int(query.get("limit", ["20"])[0])
    after = query.get("after_id", [""])[0]
    start = MODELS.index(after) + 1 if after in MODELS else 0
    page = MODELS[start : start + limit]
    data = [
        {"type": "model", "id": name, "display_name": f"{name} (simulated)", "created_at": _CREATED,
         "max_input_tokens": 200_000, "max_tokens": 64_000, "lifecycle": "active"}
        for name in page
    ]  # fmt: skip
    more = start + limit < len(MODELS)
    return {
        "data": data,
        "has_more": more,
        "first_id": page[0] if page else None,
        "last_id": page[-1] if page else None,
    }


def _body(message: str, kind: str, request_id: str) -> Json:
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": request_id}


def _error(message: str, status: int, request_id: str, *, kind: str | None = None) -> SimulatedReply:
    found = kind or _TYPES.get(status, "api_error" if status >= 500 else "invalid_request_error")
    return _json(_body(message, found, request_id), request_id, status)


def _json(value: Json, request_id: str, status: int = 200) -> SimulatedReply:
    headers = {"content-type": "application/json", "request-id": request_id}
    return SimulatedReply(status=status, headers=headers, body=dump(value).encode())
