"""One whole reply, and the loop that answers tool calls, as flows."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import attrs

from jackfield import wire
from jackfield.errors import DecodeError, NotFound, OutputError, ToolLoopLimit, UsageError
from jackfield.flow import RunTools, Send, Steps, exchange
from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.operations.build import Unsupported
from jackfield.operations.prepare import Prepared, prepare
from jackfield.registry import Provider
from jackfield.types.messages import Message
from jackfield.types.parts import Media, Text, ToolCall, ToolResult
from jackfield.types.policies import Retries
from jackfield.types.requests import GenerateRequest, Request, Tool
from jackfield.types.results import Notice, RawReply, Result
from jackfield.values import frozen

_numbers = count(1)
_EXCERPT = 120


@frozen(kw_only=True)
class Call:
    """Everything that one call needs.

    Attributes:
        output: the type or schema that the reply is read as, or None.
        nearest: finds the model that is spelled most like an unknown one.
    """

    provider: Provider
    settings: Settings
    request: Request
    output: object = None
    retries: Retries = attrs.field(factory=Retries)
    unsupported: Unsupported = "error"
    nearest: Callable[[str, str], str | None] = lambda _provider, _model: None
    id: str = attrs.field(factory=lambda: f"call-{next(_numbers)}")

    def prepared(self) -> Prepared:
        """Check and encode. Raises what `prepare` raises."""
        return prepare(self.provider, self.request, self.settings, self.unsupported)


def generate(call: Call, prepared: Prepared) -> Steps["Result[Any]"]:
    """A whole reply: send, retry, decode, read the output."""
    provider, request, http = call.provider, prepared.request, prepared.http
    provider.notify("call_started", call_id=call.id, request=request, http_request=http)
    try:
        response = provider.answer_request(call.id, request, http)
        if response is None:
            response, result = yield from exchange(
                Send(http), call.retries, lambda answer: (answer, decoded(call, request, answer))
            )
        else:
            result = decoded(call, request, response)
        provider.notify("call_answered", call_id=call.id, request=request, http_request=http, response=response)
        result = finish(call, prepared, result, response)
    except BaseException as error:
        provider.notify_failed(error, call_id=call.id, request=request)
        raise
    provider.notify("call_finished", call_id=call.id, request=request, result=result)
    return result


def decoded(call: Call, request: Request, response: HttpResponse) -> "Result[None]":
    """What the plugin makes of a whole answer; a model that is not there is told with the nearest name.

    Raises:
        ProviderError, DecodeError, PluginError: see each.
    """
    try:
        return call.provider.decode_response(request, response)
    except NotFound as error:
        error.nearest = call.nearest(call.provider.id, request.model)
        raise
    except DecodeError as error:
        if response.content_type in _JSON_LABELS or wire.is_json(response.body):
            raise
        raise _no_json(call, response) from error


_JSON_LABELS = ("", "application/json", "text/event-stream")


def _no_json(call: Call, response: HttpResponse) -> DecodeError:
    """The error for a page, or whatever else came in place of a reply."""
    host = urlsplit(call.settings.base_url).hostname
    text = response.body[:_EXCERPT].decode("utf-8", "replace").strip()
    message = (
        f"{call.provider.id}: {host} answered with {response.content_type[:_EXCERPT]}, which is not JSON: {text!r}"
    )
    return DecodeError(f"{message}; perhaps a portal or proxy, or base_url is wrong", body=response.body)


def finish(call: Call, prepared: Prepared, result: "Result[None]", response: HttpResponse | None) -> "Result[Any]":
    """The result as the caller gets it: warnings, raw reply, parsed output."""
    raw = result.raw
    if raw is None and response is not None:
        raw = RawReply(status=response.status, headers=response.headers, body=response.body)
    warnings = (*prepared.notices, *(one for one in result.warnings if one not in prepared.notices))
    complete = attrs.evolve(result, raw=raw, warnings=warnings)
    return complete if call.output is None else _with_output(call, prepared.http, complete)


def _with_output(call: Call, http: HttpRequest, result: "Result[None]") -> "Result[Any]":
    """Read the text as what was asked for; a reply that asks for tools has no output yet."""
    if result.tool_calls and not result.text.strip():
        return result
    notices: list[Notice] = []
    try:
        value = _read(call, http, result.text, notices)
    except OutputError as error:
        error.partial = result
        raise
    complete: Result[Any] = result
    return attrs.evolve(complete, output=value, warnings=(*result.warnings, *notices))


def _read(call: Call, http: HttpRequest, text: str, notices: list[Notice]) -> object:
    from jackfield.schema import STANDARD, compile_schema, read_output

    request = call.request
    schema = request.schema if isinstance(request, GenerateRequest) else None
    compiled = http.output_schema or compile_schema(schema.schema if schema else {}, STANDARD)
    read = read_output(text, {} if call.output == "json" else call.output, compiled)
    if read.fenced:
        notices.append(Notice(code="output-fenced", message="the JSON stood in a Markdown fence", option="output"))
    if not read.validated and call.output != "json":
        message = "the reply is JSON, but was not checked against the schema: pip install 'jackfield[schema]'"
        notices.append(Notice(code="output-not-validated", message=message, option="output"))
    return read.value


# --- tools


def answer_calls(result: "Result[Any]", tools: Sequence[Tool], http: HttpRequest) -> Steps[tuple[Message, ...]]:
    """Call the tools that the reply asks for: one message a call, in order."""
    answers = yield RunTools(result.tool_calls, tuple(tools), http.tool_schemas)
    return tuple(
        tool_message(call, value, is_error=is_error)
        for call, (value, is_error) in zip(result.tool_calls, answers, strict=True)
    )


def tool_message(call: ToolCall, value: Any, *, is_error: bool = False) -> Message:
    """What a tool gave as a message: text and media as they are, everything else as JSON.

    A value that JSON cannot express is an error of the tool, and the model is told.
    """
    if is_error and isinstance(value, str):
        value = value.encode("utf-8", "backslashreplace").decode("utf-8")  # whatever it says, the model is told
    items = tuple[Any, ...](value) if _mixed(value) else (value,)
    try:
        content = tuple(item if isinstance(item, Media) else Text(_as_text(item)) for item in items)
    except UsageError as error:
        content, is_error = (Text(f"the tool gave a value that {error}"),), True
    except Exception as error:  # noqa: BLE001 - whatever unstructuring it raised: the model is told, as of any tool
        content, is_error = (Text(f"the tool gave a value that has no JSON: {type(error).__name__}: {error}"),), True
    result = ToolResult(call_id=call.id, name=call.name, content=content, is_error=is_error)
    return Message(role="tool", parts=(result,))


def _mixed(value: Any) -> bool:
    """Whether it is media, with or without text, in one list."""
    if type(value) not in (tuple, list):
        return False
    return any(isinstance(item, Media) for item in value) and all(isinstance(item, str | Media) for item in value)


def _as_text(value: Any) -> str:
    """Text as it is; attrs and data classes, dates, sets and so on in the shape that cattrs gives them, as JSON."""
    from cattrs.preconf.json import make_converter

    if isinstance(value, str):
        wire.check_text(value)
        return value
    dump = getattr(value, "model_dump", None)  # pydantic, which need not be installed
    plain = dump(mode="json") if callable(dump) else make_converter().unstructure(value)
    return wire.dumps(plain).decode("utf-8")


def run_tools(call: Call, tools: Sequence[Tool], max_rounds: int) -> Steps["Result[Any]"]:
    """Generate and answer tool calls until the model is done.

    Raises:
        ToolLoopLimit: it is not done after `max_rounds` replies.
    """
    rounds = Rounds(call, max_rounds)
    while True:
        prepared = rounds.call.prepared()
        result = yield from generate(rounds.call, prepared)
        if rounds.ended_by(result):
            return result
        rounds.take((yield from answer_calls(result, tools, prepared.http)))


class Rounds:
    """The rounds of a tool loop, for whole and streamed replies alike."""

    def __init__(self, call: Call, max_rounds: object) -> None:
        """Begin with the caller's own call. UsageError if there may not be even one round."""
        if isinstance(max_rounds, bool) or not isinstance(max_rounds, int) or max_rounds < 1:
            msg = f"max_rounds: expected a whole number of at least 1, got {max_rounds!r}"
            raise UsageError(msg)
        self.call = call
        self._max_rounds = self._left = max_rounds
        self._result: Result[Any] | None = None

    def ended_by(self, result: "Result[Any]") -> bool:
        """Whether this reply is the last one.

        Raises:
            ToolLoopLimit: it is not, and no round is left; its calls are not made.
        """
        if not result.tool_calls:
            return True
        self._result, self._left = result, self._left - 1
        if self._left:
            return False
        error = ToolLoopLimit(self._max_rounds)
        error.partial = result
        raise error

    def take(self, answers: tuple[Message, ...]) -> None:
        """Go on with the answers to the calls of the last reply."""
        assert self._result is not None  # noqa: S101 - `ended_by` comes first
        self.call = next_round(self.call, self._result, answers)


def next_round(call: Call, result: "Result[Any]", answers: tuple[Message, ...]) -> Call:
    """The call that continues the conversation; a forced tool choice holds for the first round only."""
    request = call.request
    assert isinstance(request, GenerateRequest)  # noqa: S101 - tools exist for this request only
    forced = request.tool_choice not in (None, "auto", "none")
    messages = (*request.messages, result.message, *answers)
    request = attrs.evolve(request, messages=messages, tool_choice=None if forced else request.tool_choice)
    return attrs.evolve(call, request=request)
