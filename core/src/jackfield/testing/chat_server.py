"""A server of the plain chat-completions format, for plugins whose provider speaks it without much of its own.

    SERVER = ChatServer(models=("small", "large"))

    @hookimpl
    def simulate(request: HttpRequest) -> SimulatedReply:
        return SERVER.answer(request)

The words of the answers come from jackfield's responder, which says that it is simulated. Rules: no state and no clock;
an unknown field and a wrong value are refused, so that a misspelt field of an encoder is seen.

Source: https://platform.openai.com/docs/api-reference/chat/create
"""

from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

import attrs

from jackfield.http import HttpRequest
from jackfield.testing.answers import Answer, Prompt
from jackfield.testing.chat_completions import (
    DONE,
    dump,
    fragments,
    prompt_of,
    sse,
    wire_calls,
    wire_logprobs,
    with_ids,
)
from jackfield.testing.chat_tables import (
    CALL_FIELDS,
    FUNCTION,
    IMAGE_PART,
    JSON_SCHEMA,
    RESPONSE_FORMAT,
    TEXT_PART,
    TOOL_CHOICE,
    content_of,
    message_of,
)
from jackfield.testing.checking import (
    Check,
    Json,
    Refused,
    Table,
    body_of,
    boolean,
    either,
    fields,
    header,
    key_is_bad,
    listed,
    nullable,
    one_of,
    real,
    record,
    text,
    whole,
)
from jackfield.testing.faults import fault_of
from jackfield.testing.responder import respond
from jackfield.testing.tokens import label
from jackfield.types.simulated import SimulatedReply

_CREATED_S = 1_765_000_000
_CONTENT = content_of({"text": TEXT_PART, "image_url": IMAGE_PART})
_CALL = fields({**CALL_FIELDS}, required=("id", "type", "function"))
_SPOKEN = fields({"role": text, "content": _CONTENT, "name": text}, required=("content",))
_ROLES: Mapping[str, Check] = {
    "system": _SPOKEN, "user": _SPOKEN,
    "assistant": fields({
        "role": text, "content": nullable(_CONTENT), "name": text, "tool_calls": nullable(listed(_CALL)),
        "reasoning": nullable(text), "reasoning_content": nullable(text),
    }),
    "tool": fields({"role": text, "content": _CONTENT, "tool_call_id": text, "name": text},
                   required=("content", "tool_call_id")),
}  # fmt: skip
_TOOL = fields({"type": one_of("function"), "function": FUNCTION}, required=("type", "function"))
PLAIN_FIELDS: Table = {
    "model": text, "messages": listed(message_of(_ROLES)), "stream": nullable(boolean),
    "stream_options": nullable(fields({"include_usage": boolean})),
    "max_tokens": nullable(whole(1)), "max_completion_tokens": nullable(whole(1)),
    "temperature": nullable(real(0, 2)), "top_p": nullable(real(0, 1)), "seed": nullable(whole()),
    "stop": nullable(either(text, listed(text))), "frequency_penalty": nullable(real(-2, 2)),
    "presence_penalty": nullable(real(-2, 2)), "logprobs": nullable(boolean), "top_logprobs": nullable(whole(0, 20)),
    "tools": nullable(listed(_TOOL)), "tool_choice": nullable(TOOL_CHOICE), "parallel_tool_calls": nullable(boolean),
    "response_format": nullable(RESPONSE_FORMAT), "reasoning_effort": nullable(text),
}  # fmt: skip
"""What the plain format takes; a provider's own fields come on top, see `ChatServer.fields`."""
_SCHEMA = fields(JSON_SCHEMA, required=("name", "schema"))
_FAILURES: Mapping[int, tuple[str, str]] = {
    413: ("invalid_request_error", "context_length_exceeded"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
    503: ("overloaded_error", "overloaded"),
}


@attrs.frozen(kw_only=True)
class ChatServer:
    """A simulated server of the plain format.

    Attributes:
        models: the ids that it lists; it serves every other one that begins with `sim-`, too.
        fields: what it takes beside `PLAIN_FIELDS`.
        lacks: what of `PLAIN_FIELDS` it refuses.
        needs_key: whether a request without a key is refused.
        reasoning_field: where reasoning stands in a message.
        stream_usage: usage comes in a stream only if asked for; otherwise at the end of each.
    """

    models: tuple[str, ...]
    fields: Table = attrs.field(factory=dict[str, Check])
    lacks: tuple[str, ...] = ()
    needs_key: bool = True
    reasoning_field: str = "reasoning_content"
    stream_usage: bool = True

    def answer(self, request: HttpRequest) -> SimulatedReply:
        """What the server answers; the hook `simulate` of a plugin."""
        try:
            return self._answer(request)
        except Refused as refusal:
            return _refusal(refusal)

    def _answer(self, request: HttpRequest) -> SimulatedReply:
        fault = fault_of(request)
        key = header(request, "authorization").removeprefix("Bearer ")
        if key_is_bad(key) if key or self.needs_key else False:
            raise Refused("Incorrect API key provided", status=401, code="invalid_api_key")
        if fault.status is not None:
            kind, code = _FAILURES.get(fault.status, ("server_error", "simulated"))
            return _error(f"Simulated status {fault.status}", fault.status, kind=kind, code=fault.error or code)
        path = unquote(urlsplit(request.url).path)
        if request.method == "GET" and path.endswith("/models"):
            listed_models = [_model(name) for name in self.models]
            return _json({"object": "list", "data": listed_models})
        if request.method != "POST" or not path.endswith("/chat/completions"):
            raise Refused(f"Invalid URL ({request.method} {path})", status=404, code="unknown_url")
        body = body_of(request)
        self._check(body)
        prompt = prompt_of(body, thoughts=_thoughts(body))
        answer = respond(prompt)
        reply = _Reply(server=self, body=body, prompt=prompt, answer=answer)
        if not body.get("stream"):
            return _json(reply.whole())
        chunks = tuple(reply.chunks())
        if fault.stream_error_after is not None:
            error = {"message": "Simulated failure in mid-stream", "type": "server_error", "code": fault.error}
            chunks = (*chunks[: fault.stream_error_after], sse({"error": error}))
        return SimulatedReply(headers={"content-type": "text/event-stream"}, body=chunks)

    def _check(self, body: Json) -> None:
        """Refuse what the server does not know."""
        plain = {name: check for name, check in PLAIN_FIELDS.items() if name not in self.lacks}
        fault = fields({**plain, **self.fields}, required=("model", "messages"))(body)
        form = record(body.get("response_format"))
        if fault is None and form.get("type") == "json_schema":
            fault = _SCHEMA(form.get("json_schema"))
        if fault:
            raise Refused(fault)
        model = str(body["model"])
        if model not in self.models and not model.startswith("sim-"):
            raise Refused(f"The model `{model}` does not exist", status=404, param="model", code="model_not_found")


@attrs.frozen(kw_only=True)
class _Reply:
    """One answer, to be written."""

    server: ChatServer
    body: Json
    prompt: Prompt
    answer: Answer

    def whole(self) -> Json:
        """The body of an answer that is not streamed."""
        calls = with_ids(self.answer, self.prompt, prefix="call_")
        message: Json = {"role": "assistant", "content": self.answer.text or None if calls else self.answer.text}
        if self.answer.reasoning:
            message[self.server.reasoning_field] = self.answer.thinking
        if calls:
            message["tool_calls"] = wire_calls(calls)
        choice: Json = {"index": 0, "message": message, "finish_reason": self.answer.ending}
        if self.prompt.top_logprobs is not None:
            choice["logprobs"] = wire_logprobs(self.answer.tokens)
        return {**self._facts("chat.completion"), "choices": [choice], "usage": self._usage()}

    def chunks(self) -> Iterator[bytes]:
        """The events of a streamed answer."""
        yield self._chunk({"role": "assistant", "content": ""})
        for thought in self.answer.reasoning:
            yield self._chunk({self.server.reasoning_field: thought})
        for token in self.answer.tokens:
            logprobs = wire_logprobs((token,)) if self.prompt.top_logprobs is not None else None
            yield self._chunk({"content": token.text}, logprobs=logprobs)
        for place, call in enumerate(with_ids(self.answer, self.prompt, prefix="call_")):
            for piece in fragments(call, place):
                yield self._chunk(piece)
        yield self._chunk({}, finish=self.answer.ending)
        if not self.server.stream_usage or record(self.body.get("stream_options")).get("include_usage"):
            yield sse({**self._facts("chat.completion.chunk"), "choices": [], "usage": self._usage()})
        yield DONE

    def _chunk(self, delta: Json, *, finish: str | None = None, logprobs: Json | None = None) -> bytes:
        choice: Json = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": logprobs}
        return sse({**self._facts("chat.completion.chunk"), "choices": [choice]})

    def _facts(self, kind: str) -> Json:
        name = f"chatcmpl-{label(self.prompt, length=24)}"
        return {"id": name, "object": kind, "created": _CREATED_S, "model": self.prompt.model}

    def _usage(self) -> Json:
        told, said = self.answer.input_tokens, self.answer.output_tokens
        usage: Json = {"prompt_tokens": told, "completion_tokens": said, "total_tokens": told + said}
        if self.answer.reasoning:
            usage["completion_tokens_details"] = {"reasoning_tokens": len(self.answer.reasoning)}
        return usage


def _thoughts(body: Json) -> int:
    return {"none": 0, "minimal": 1, "low": 1, "medium": 2}.get(str(body.get("reasoning_effort") or "none"), 4)


def _model(name: str) -> Json:
    return {"id": name, "object": "model", "created": _CREATED_S, "owned_by": "jackfield simulator"}


def _refusal(refusal: Refused) -> SimulatedReply:
    return _error(refusal.message, refusal.status, code=refusal.code, param=refusal.param)


def _error(
    message: str, status: int, *, kind: str = "invalid_request_error", code: str | None, param: str | None = None
) -> SimulatedReply:
    return _json({"error": {"message": message, "type": kind, "param": param, "code": code}}, status)


def _json(value: Json, status: int = 200) -> SimulatedReply:
    return SimulatedReply(status=status, headers={"content-type": "application/json"}, body=dump(value).encode())
