"""The options of a request, each as a piece of the body, and the table of those that the plain format has.

Rules: an option whose value goes as it is has its wire name in the table; every other one has a function here.
Nothing is left out silently: what a model cannot be given is refused by name.

Source: https://platform.openai.com/docs/api-reference/chat/create
"""

import warnings
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from jackfield.dialects.chat_completions.differences import Encode, Encoding, Json
from jackfield.errors import UsageError
from jackfield.types.requests import Tool, ToolName

if TYPE_CHECKING:
    from jackfield.schema import Compiled, Dialect


def response_format_json(_encoding: Encoding) -> Json:
    """JSON of any shape. The prompt has to ask for JSON, too."""
    return {"response_format": {"type": "json_object"}}


def response_format_schema(encoding: Encoding) -> Json:
    """JSON of one shape, under constraint where the model can do that and the schema can be said."""
    schema = encoding.request.schema
    if schema is None:
        return {}
    from jackfield.schema import compile_schema

    compiled, strict = None, encoding.traits.strict_output
    if strict:
        try:
            compiled = compile_schema(schema.schema, encoding.differences.dialect(strict=True))
        except UsageError as error:
            if schema.strict:
                raise
            facts = {"path": "", "keyword": "strict", "action": "dropped", "reason": str(error)}
            encoding.notice("schema-loss", f"sent as a hint only: {error}", "schema", facts)
            strict = False
    if compiled is None:
        compiled = compile_schema(schema.schema, encoding.differences.dialect(strict=False))
    encoding.output_schema = compiled
    wire = {"name": schema.name, "schema": compiled.schema, "strict": strict}
    return {"response_format": {"type": "json_schema", "json_schema": wire}}


def report_losses(_encoding: Encoding, _compiled: "Compiled", _option: str, *, strict: bool) -> None:  # noqa: ARG001
    """Nothing, and deprecated: the core tells the losses of the schemas that the request carries."""
    message = "report_losses is not needed: the core tells what schemas lose; it goes away with jackfield 0.3"
    warnings.warn(message, DeprecationWarning, stacklevel=2)


def function_tools(encoding: Encoding) -> Json:
    """The functions that the model may ask for."""
    return {"tools": [_function_tool(encoding, tool) for tool in encoding.request.tools or ()]}


def _function_tool(encoding: Encoding, tool: Tool) -> Json:
    dialect = encoding.differences.dialect(strict=bool(tool.strict))
    function: dict[str, Any] = {
        "name": tool.name,
        "description": tool.description,
        "parameters": _parameters(encoding, tool, dialect),
    }
    if tool.strict is not None:
        function["strict"] = tool.strict
    return {"type": "function", "function": function}


def _parameters(encoding: Encoding, tool: Tool, dialect: "Dialect") -> Json:
    from jackfield.schema import compile_schema

    compiled = encoding.tool_schemas[tool.name] = compile_schema(tool.parameters, dialect)
    return compiled.schema


def tool_choice(encoding: Encoding) -> Json:
    """Which tool to call."""
    choice = encoding.request.tool_choice
    if isinstance(choice, ToolName):
        return {"tool_choice": {"type": "function", "function": {"name": choice.name}}}
    return {"tool_choice": choice}


def top_logprobs(encoding: Encoding) -> Json:
    """Log probabilities of the tokens written, and of the likeliest others if more than 0 are asked for."""
    count = encoding.request.top_logprobs
    return {"logprobs": True, **({"top_logprobs": count} if count else {})}


def reasoning_effort(encoding: Encoding) -> Json:
    """How long to think, in the model's own words."""
    effort = encoding.request.reasoning_effort or ""
    efforts = encoding.traits.efforts if encoding.traits.efforts is not None else encoding.differences.efforts
    if efforts is None:
        return {"reasoning_effort": effort}
    if effort not in efforts:
        known = ", ".join(efforts) or "none at all"
        raise encoding.refusal(
            "reasoning_effort", f"{encoding.request.model} does not know {effort!r}; it knows {known}"
        )
    return {"reasoning_effort": efforts[effort]}


def web_search(encoding: Encoding) -> Json:
    """A search of the web, by what the model has for it."""
    encode = encoding.traits.web_search
    if encode is None:
        raise encoding.refusal("web_search", f"{encoding.request.model} cannot search the web")
    return encode(encoding)


CHAT_OPTIONS: Mapping[str, str | Encode] = {
    "temperature": "temperature",
    "top_p": "top_p",
    "max_tokens": "max_completion_tokens",
    "stop": "stop",
    "seed": "seed",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "top_logprobs": top_logprobs,
    "json_mode": response_format_json,
    "schema": response_format_schema,
    "tools": function_tools,
    "tool_choice": tool_choice,
    "parallel_tool_calls": "parallel_tool_calls",
    "reasoning_effort": reasoning_effort,
}
"""The options of the plain format. A provider takes it as it is, or `{**CHAT_OPTIONS, "top_k": "top_k"}`, or
`without`."""


def without(options: Mapping[str, str | Encode], *names: str) -> Mapping[str, str | Encode]:
    """The same table without these options, which the core then refuses by name."""
    return {name: encode for name, encode in options.items() if name not in names}


def encode_options(encoding: Encoding) -> Iterable[Json]:
    """A piece of the body for each option that is set.

    Raises:
        UnsupportedOption: the provider or the model cannot be given it.
    """
    for name in encoding.request.options():
        encode = encoding.differences.options.get(name)
        value = getattr(encoding.request, name)
        if encode is None:
            raise encoding.refusal(name, "the provider has no such option")
        if name == "json_mode" and value is False:
            continue
        most = encoding.differences.option_limits.get(name)
        if most is not None and len(value) > most:
            raise encoding.refusal(name, f"at most {most} are taken, not {len(value)}", droppable=False)
        yield {encode: value} if isinstance(encode, str) else encode(encoding)
