"""Groq's API as a pure function: what it accepts, what it refuses, and how it writes its answers.

The words of the answers come from jackfield's responder, which says that it is simulated; the shapes and refusals are
those of recorded traffic of 2025 and 2026 and of the documentation; files and batches are from the documentation alone.
Rules: no state but what was uploaded, which lies in the server's store, and no clock (ids and times follow from the
request); an unknown field, a wrong value and a combination that Groq refuses are refused here too.

Source: https://console.groq.com/docs/api-reference
"""

from collections.abc import MutableMapping
from functools import partial
from urllib.parse import unquote, urlsplit

from jackfield.http import HttpRequest
from jackfield.testing.chat_batches import ChatBatches
from jackfield.testing.chat_completions import dump, prompt_of
from jackfield.testing.checking import Json, Refused, body_of, header, key_is_bad, sequence
from jackfield.testing.faults import Fault, fault_of
from jackfield.testing.responder import respond
from jackfield.testing.tokens import label
from jackfield.types.simulated import SimulatedReply
from jackfield_groq.simulator.models import MODELS, canonical, wire_model
from jackfield_groq.simulator.refusals import check
from jackfield_groq.simulator.replies import Reply, quota_headers, stream_error

_PREFIX = "/openai/v1"
_FAILURES: dict[int, tuple[str, str, str | None]] = {
    413: ("Request too large on tokens per minute (TPM): Limit 8000, Requested 12328", "tokens", "rate_limit_exceeded"),
    429: ("Rate limit reached: Limit 8000, Used 8000. Please try again in {wait:g}s.", "tokens", "rate_limit_exceeded"),
    498: ("Flex tier capacity exceeded", "capacity_exceeded", "capacity_exceeded"),
    500: ("Internal Server Error", "internal_server_error", None),
    503: ("Service Unavailable", "service_unavailable", None),
}  # fmt: skip


def simulate(request: HttpRequest, store: MutableMapping[str, bytes] | None = None) -> SimulatedReply:
    """Answer like `https://api.groq.com`; what was uploaded is kept in `store`."""
    request_id = f"req_{label(request.body, header(request, 'x-simulate-number'), length=26)}"
    try:
        return _answer(request, request_id, {} if store is None else store)
    except Refused as refusal:
        return _refusal(refusal, request_id)


def _answer(request: HttpRequest, request_id: str, store: MutableMapping[str, bytes]) -> SimulatedReply:
    fault = fault_of(request)
    if key_is_bad(header(request, "authorization").removeprefix("Bearer ")):
        raise Refused("Invalid API Key", status=401, code="invalid_api_key")
    if fault.status is not None:
        return _failure(fault, request_id)
    path = unquote(urlsplit(request.url).path).removeprefix(_PREFIX)
    if request.method == "POST" and path == "/chat/completions":
        return _chat(request, request_id, fault)
    if request.method == "GET" and path == "/models":
        return _json({"object": "list", "data": [wire_model(model) for model in MODELS]}, request_id)
    if request.method == "GET" and path.startswith("/models/"):
        return _model(path.removeprefix("/models/"), request_id)
    kept = ChatBatches(answer=partial(_line, request_id=request_id), store=store).reply(request, path)
    if kept is not None:
        return kept
    raise Refused(
        f"Unknown request URL: {request.method} {path}. Please check the URL for typos", status=404, code="unknown_url"
    )


def _line(request: HttpRequest, request_id: str) -> SimulatedReply:
    """The answer to one request of a batch."""
    try:
        return _chat(request, request_id, Fault())
    except Refused as refusal:
        return _refusal(refusal, request_id)


def _chat(request: HttpRequest, request_id: str, fault: Fault) -> SimulatedReply:
    if header(request, "content-type").partition(";")[0] != "application/json":
        raise Refused("Content-Type must be application/json", status=415)
    body = body_of(request)
    kind = check(body)
    prompt = prompt_of(
        body,
        model=canonical(body["model"]),
        thoughts=_thoughts(body, reasons=kind.reasons is not None),
        documents=_documents(body),
        searches=kind.compound or any(tool["type"] == "browser_search" for tool in sequence(body.get("tools"))),
    )
    answer = respond(prompt)
    reply = Reply(body=body, kind=kind, prompt=prompt, answer=answer, request_id=request_id)
    headers = {"x-groq-region": "simulated", **quota_headers(header(request, "x-simulate-number"), answer.input_tokens)}
    if prompt.choice not in {"auto", "none"} and not answer.calls:
        message = "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details."
        refusal = Refused(message, code="tool_use_failed", failed_generation=answer.thinking or answer.text)
        if not body.get("stream"):
            raise refusal
        return _stream((stream_error(error_of(refusal), 400),), headers)
    if not body.get("stream"):
        return SimulatedReply(headers={"content-type": "application/json", **headers}, body=reply.whole())
    chunks = tuple(reply.chunks())
    if fault.stream_error_after is not None:
        refusal = Refused(
            "Simulated failure in mid-stream", code=fault.error or "tool_use_failed", failed_generation=""
        )
        chunks = (*chunks[: fault.stream_error_after], stream_error(error_of(refusal), 400))
    return _stream(chunks, headers)


def _stream(chunks: tuple[bytes, ...], headers: dict[str, str]) -> SimulatedReply:
    return SimulatedReply(
        headers={"content-type": "text/event-stream", "cache-control": "no-cache", **headers}, body=chunks
    )


def _thoughts(body: Json, *, reasons: bool) -> int:
    if not reasons:
        return 0
    return {"none": 0, "low": 1, "high": 5}.get(body.get("reasoning_effort") or "medium", 2)


def _documents(body: Json) -> tuple[tuple[str, str], ...]:
    """The texts to cite, with their ids."""
    if body.get("citation_options") == "disabled":
        return ()
    return tuple(
        (document.get("id") or f"doc_{place}", document["source"].get("text") or dump(document["source"].get("data")))
        for place, document in enumerate(sequence(body.get("documents")))
    )


def _model(model: str, request_id: str) -> SimulatedReply:
    if model not in MODELS:
        raise Refused(
            f"The model `{model}` does not exist or you do not have access to it.", status=404, code="model_not_found"
        )
    return _json(wire_model(model), request_id)


def _json(value: Json, request_id: str, status: int = 200) -> SimulatedReply:
    headers = {"content-type": "application/json", "x-request-id": request_id, "x-groq-region": "simulated"}
    return SimulatedReply(status=status, headers=headers, body=f"{dump(value)}\n".encode())


def error_of(refusal: Refused) -> Json:
    """The error object, keys in the recorded order."""
    facts = {
        "message": refusal.message,
        "type": "invalid_request_error",
        "param": refusal.param,
        "code": refusal.code,
        "failed_generation": refusal.failed_generation,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _refusal(refusal: Refused, request_id: str) -> SimulatedReply:
    return _json({"error": error_of(refusal)}, request_id, refusal.status)


def _failure(fault: Fault, request_id: str) -> SimulatedReply:
    """The error of a status that was asked for."""
    status = fault.status or 500
    message, kind, code = _FAILURES.get(status, (f"Simulated status {status}", "invalid_request_error", None))
    error: Json = {"message": message.format(wait=fault.retry_after_s or 0.0), "type": kind}
    found = fault.error or code
    return _json({"error": error | ({"code": found} if found else {})}, request_id, status)
