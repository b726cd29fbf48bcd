"""From the caller's arguments to a checked GenerateRequest.

Rules: everything wrong with a call is found here, before any I/O, and reported by the name that the caller used.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, TypedDict, get_args

from jackfield import wire
from jackfield.errors import UsageError
from jackfield.types.fields import is_finite, refusal
from jackfield.types.messages import Message, system, user
from jackfield.types.parts import Media, Text, ToolResult
from jackfield.types.requests import (
    GenerateRequest,
    OutputSchema,
    ReasoningEffort,
    Tool,
    ToolMode,
    ToolName,
    WebSearch,
)

Prompt = str | Message | Sequence[Message]
Unsupported = Literal["error", "warn", "drop"]
ToolLike = Tool | Callable[..., Any]
_URLS = ("https://", "http://", "gs://", "data:")
_MIME_TYPE = re.compile(r"[\w.+*-]+/[\w.+*-]+( *;[\x20-\x7e]*)?", re.ASCII)
_OF_THE_CLIENT = ("base_url", "http_client", "max_bytes", "middleware", "retries", "settings", "strict", "timeouts")


class CommonOptions(TypedDict, total=False):
    """The keyword arguments of every way to generate, but for the tools; see `GenerateRequest` for what each means.

    Attributes:
        model: instead of the client's own.
        system: instructions, put in front of the conversation.
        stop: one stop sequence, or several.
        tool_choice: `auto`, `none`, `required`, or the name of the one tool to call.
        web_search: True, or where to search.
        strict_schema: any loss in compiling the output schema or a tool's is an error.
        extra: the provider's own options, an object that its plugin exports.
        unsupported: instead of the client's own.
    """

    model: str
    system: str
    temperature: float
    top_p: float
    top_k: int
    max_tokens: int
    stop: str | Sequence[str]
    seed: int
    frequency_penalty: float
    presence_penalty: float
    top_logprobs: int
    tool_choice: ToolMode | str | ToolName
    parallel_tool_calls: bool
    web_search: bool | WebSearch
    reasoning_effort: ReasoningEffort
    reasoning_budget: int
    strict_schema: bool
    extra: object
    unsupported: Unsupported


class GenerateOptions(CommonOptions, total=False):
    """The keyword arguments of `generate` and `stream`.

    Attributes:
        tools: plain typed functions, or `Tool` objects.
    """

    tools: Sequence[ToolLike]


def tool(function: Callable[..., Any], *, strict: bool | None = None) -> Tool:
    """A plain typed function, sync or async, as a tool: its docstring and annotations describe it.

    Raises:
        UsageError: it has no description, or a parameter cannot be described.
    """
    if not callable(function):
        raise refusal("tool", "a function", function)
    from jackfield.schema import function_schema

    name, description, parameters = function_schema(function)
    return Tool(name=name, description=description, parameters=parameters, strict=strict, function=function, typed=True)


def messages_of(prompt: Any, system_text: object = None) -> tuple[Message, ...]:
    """The conversation of a prompt, which callers without a type checker may have got wrong.

    Raises:
        UsageError: it is empty, or holds something that is not a Message or a part.
    """
    if system_text is not None and not isinstance(system_text, str):
        raise refusal("system", "a text", system_text)
    check_sendable("system", system_text or "")
    if isinstance(prompt, str):
        prompt = (user(prompt),) if prompt else ()
    elif isinstance(prompt, Message):
        prompt = (prompt,)
    items: Any = prompt
    if not isinstance(prompt, Iterable) or isinstance(prompt, bytes | Mapping):
        raise refusal("the prompt", "a text, a message or several messages", items)
    messages = tuple(_message(position, item) for position, item in enumerate(items))
    if not messages:
        msg = "the prompt is empty: give a text or at least one message"
        raise UsageError(msg)
    return (system(system_text), *messages) if system_text else messages


def _message(position: int, message: object) -> Message:
    if not isinstance(message, Message):
        found = type(message).__name__
        msg = f"message {position} is a {found}; build it with user(...), system(...), assistant(...)"
        raise UsageError(msg)
    if message.role != "assistant":  # what the model said is data, and goes back as it is
        for part in message.parts:
            for one in part.content if isinstance(part, ToolResult) else (part,):
                _check_part(f"message {position}", one)
    if message.role == "user" and all(isinstance(part, Text) and not part.text.strip() for part in message.parts):
        msg = f"message {position} is empty: a user's turn needs some text or media"
        raise UsageError(msg)
    return message


def _check_part(where: str, part: object) -> None:
    """UsageError if a part holds what can only be refused once it is sent."""
    if isinstance(part, Text):
        check_sendable(where, part.text)
    if not isinstance(part, Media):
        return
    if part.url is not None and not part.url.startswith(_URLS):
        raise refusal(f"{where}: the URL of the {part.kind}", f"one that begins with {', '.join(_URLS)}", part.url)
    if part.mime_type is not None and not _MIME_TYPE.fullmatch(part.mime_type):
        raise refusal(f"{where}: the type of the {part.kind}", "a media type such as image/png", part.mime_type)


def check_sendable(name: str, text: str) -> None:
    """UsageError, with that name, if UTF-8 cannot express the text."""
    try:
        wire.check_text(text)
    except UsageError as error:
        msg = f"{name} {error}"
        raise UsageError(msg) from error


def build_request(
    prompt: object, options: Mapping[str, Any], *, stream: bool, strict: bool, model: str | None
) -> GenerateRequest:
    """Check the options and make the request.

    Raises:
        UsageError: an option has an unknown name, a wrong type or a value out of range; or two exclude each other.
    """
    values = {name: value for name, value in options.items() if value is not None}
    check_unsupported(values.pop("unsupported", "error"))
    wanted = checked_model(values.pop("model", None), model)
    messages = messages_of(prompt, values.pop("system", None))
    strict_schema = flag("strict_schema", values.pop("strict_schema", False))
    schema = _output(values.pop("output", None), strict=strict_schema)
    extra = values.pop("extra", None)
    unknown = sorted(values.keys() - _CHECKS.keys())
    if unknown:
        raise UsageError(_unknown_options(unknown))
    checked = {name: _CHECKS[name](name, value) for name, value in values.items()}
    request = GenerateRequest(
        model=wanted,
        messages=messages,
        stream=stream,
        strict=strict,
        extra=extra,
        strict_schema=strict_schema,
        **schema,
        **checked,
    )
    _check_together(request)
    return request


def checked_model(model: object, otherwise: str | None = None) -> str:
    """The model's name; `otherwise` where it is None. UsageError if there is none."""
    wanted = otherwise if model is None else model
    if wanted is None:
        msg = "no model: pass model= to the client or to the call"
        raise UsageError(msg)
    if not isinstance(wanted, str) or not wanted.strip() or not wanted.isprintable():
        raise refusal("model", "a model's name", wanted)
    return wanted


def check_unsupported(value: object) -> None:
    """UsageError if it is not an `Unsupported`."""
    if value not in get_args(Unsupported):
        raise refusal("unsupported", '"error", "warn" or "drop"', value)


def _unknown_options(unknown: Sequence[str]) -> str:
    if unknown[0] in _OF_THE_CLIENT:
        return f"unknown option: {unknown[0]} is an argument of Client(...), for all of its calls"
    known = (*CommonOptions.__annotations__, "tools", "output")
    from difflib import get_close_matches

    near = get_close_matches(unknown[0], known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
    return f"unknown option: {', '.join(unknown)}; {hint}"


def _check_together(request: GenerateRequest) -> None:
    if request.reasoning_effort is not None and request.reasoning_budget is not None:
        msg = "reasoning_effort and reasoning_budget exclude each other: give one"
        raise UsageError(msg)
    tools = request.tools or ()
    if isinstance(request.tool_choice, ToolName) and all(one.name != request.tool_choice.name for one in tools):
        names = ", ".join(one.name for one in tools) or "none were given"
        msg = f"tool_choice names {request.tool_choice.name!r}, which is not among the tools: {names}"
        raise UsageError(msg)


def _output(output: object, *, strict: bool) -> dict[str, Any]:
    """`output=` as the request's `json_mode` or `schema`."""
    if output is None:
        return {}
    if output == "json":
        return {"json_mode": True}
    given: Any = output
    if isinstance(output, str | int | float | bytes | list | tuple | set):
        raise refusal("output", 'a type, a JSON Schema or "json"', given)
    from jackfield.schema import json_schema

    schema = json_schema(output)
    name = getattr(output, "__name__", None) or schema.get("title")
    safe = "".join(one if one.isalnum() and one.isascii() else "_" for one in str(name or "output"))[:64]
    return {"schema": OutputSchema(name=safe, schema=schema, strict=strict)}


# --- one check an option


def _number(low: float, high: float = float("inf"), *, whole: bool = False) -> Callable[[str, object], Any]:
    kind = "a whole number" if whole else "a number"
    expected = f"{kind} of at least {low:g}" if high == float("inf") else f"{kind} from {low:g} to {high:g}"

    def check(name: str, value: object) -> Any:
        accepted = (int,) if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, accepted):
            raise refusal(name, expected, value)
        if not (is_finite(value) and low <= value <= high):
            raise refusal(name, expected, value)
        return value

    return check


def flag(name: str, value: object) -> bool:
    """The value. UsageError if it is neither True nor False."""
    if not isinstance(value, bool):
        raise refusal(name, "True or False", value)
    return value


def _stop(name: str, value: object) -> tuple[str, ...]:
    shown: Any = value
    given: Any = (value,) if isinstance(value, str) else value
    stops: tuple[Any, ...] = tuple(given) if isinstance(value, Iterable) else ()
    if not stops or not all(isinstance(one, str) and one for one in stops):
        raise refusal(name, "a text, or several, none of them empty", shown)
    for one in stops:
        check_sendable(name, one)
    return stops


def _effort(name: str, value: object) -> Any:
    if value not in get_args(ReasoningEffort):
        raise refusal(name, "one of " + ", ".join(get_args(ReasoningEffort)), value)
    return value


def _tools(name: str, value: Any) -> tuple[Tool, ...] | None:
    expected = "a list of functions or Tool objects"
    if not isinstance(value, list | tuple | set | frozenset):
        raise refusal(name, expected, value)
    items: tuple[Any, ...] = tuple(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # any
    strange = [one for one in items if not (isinstance(one, Tool) or callable(one))]
    if strange:
        raise refusal(name, expected, strange[0])
    tools = tuple(one if isinstance(one, Tool) else tool(one) for one in items)
    names = [one.name for one in tools]
    twice = {one for one in names if names.count(one) > 1}
    if twice:
        msg = f"{name}: two tools are named {', '.join(sorted(twice))}"
        raise UsageError(msg)
    for one in tools:
        if not one.description.strip():
            msg = f"{name}: {one.name} has no description: the model would not know when to call it"
            raise UsageError(msg)
    return tools or None


def _tool_choice(name: str, value: object) -> Any:
    if isinstance(value, ToolName) or value in get_args(ToolMode):
        return value
    if not isinstance(value, str) or not value:
        raise refusal(name, "auto, none, required, or the name of a tool", value)
    return ToolName(value)


def _web_search(name: str, value: object) -> WebSearch | None:
    if isinstance(value, WebSearch):
        return value
    return WebSearch() if flag(name, value) else None


_CHECKS: Mapping[str, Callable[[str, Any], Any]] = {
    "temperature": _number(0),
    "top_p": _number(0, 1),
    "top_k": _number(1, whole=True),
    "max_tokens": _number(1, whole=True),
    "stop": _stop,
    "seed": _number(-(2**63), 2**63 - 1, whole=True),
    "frequency_penalty": _number(-2, 2),
    "presence_penalty": _number(-2, 2),
    "top_logprobs": _number(0, 20, whole=True),
    "tools": _tools,
    "tool_choice": _tool_choice,
    "parallel_tool_calls": flag,
    "web_search": _web_search,
    "reasoning_effort": _effort,
    "reasoning_budget": _number(0, whole=True),
}
