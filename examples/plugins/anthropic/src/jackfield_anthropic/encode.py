"""Our request as a request for a message; each option is a piece of the body.

Source: https://platform.claude.com/docs/en/api/messages (2026-11)
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from jackfield import wire
from jackfield.errors import UnsupportedOperation
from jackfield.http import HttpRequest, Settings
from jackfield.schema import Compiled, Dialect, compile_schema
from jackfield.types.requests import GenerateRequest, Request, Tool, ToolName
from jackfield_anthropic.content import ConversationWriter
from jackfield_anthropic.options import AnthropicOptions
from jackfield_anthropic.schema import CONSTRAINED, HINT
from jackfield_anthropic.shapes import PROVIDER, Json, headers, refusal

DEFAULT_MAX_TOKENS = 8192
"""The API wants a limit; this one is used, and reported, where the caller gives none."""
FILES_BETA = "files-api-2025-04-14"
SEARCH_TOOL = "web_search_20250305"
_EFFORTS = frozenset({"low", "medium", "high", "xhigh", "max"})
_LEAST_BUDGET = 1024


def encode(request: Request, settings: Settings) -> HttpRequest:
    """The HTTP request for ours.

    Raises:
        UnsupportedOperation: it is no GenerateRequest.
        UnsupportedOption: an option, value or part that it cannot be given.
    """
    if not isinstance(request, GenerateRequest):
        raise UnsupportedOperation(type(request).__name__, provider=PROVIDER)
    if request.extra is not None and not isinstance(request.extra, AnthropicOptions):
        reason = f"it must be AnthropicOptions, not {type(request.extra).__name__}"
        raise refusal("extra", reason, droppable=False)
    return _Encoding(request, request.extra or AnthropicOptions(), ConversationWriter()).http(settings)


@attrs.define
class _Encoding:
    """One request on its way to the wire."""

    request: GenerateRequest
    extra: AnthropicOptions
    conversation: ConversationWriter
    output_schema: Compiled | None = None
    tool_schemas: dict[str, Compiled] = attrs.field(factory=dict[str, Compiled])

    def http(self, settings: Settings) -> HttpRequest:
        system, turns = self.conversation.write(self.request.messages)
        body: dict[str, Any] = {"model": self.request.model, "max_tokens": self._max_tokens(), "messages": turns}
        if system:
            body["system"] = system
        if self.request.stream:
            body["stream"] = True
        for piece in (*self._options(), *self._extras()):
            for name, value in piece.items():
                present = body.get(name)
                body[name] = (
                    {**present, **value} if isinstance(present, dict) else
                    [*present, *value] if isinstance(present, list) else value
                )  # fmt: skip
        return HttpRequest(
            url=f"{settings.base_url}/v1/messages",
            headers={**headers(settings), "content-type": "application/json", **self._betas()},
            body=wire.content(body, escape=True),
            notices=tuple(self.conversation.notices.values()),
            output_schema=self.output_schema,
            tool_schemas=self.tool_schemas,
        )

    def _options(self) -> Iterable[Json]:
        for name in self.request.options():
            encode_option = _OPTIONS.get(name)
            if encode_option is None:
                raise refusal(name, "Anthropic has no such option")
            yield (
                {encode_option: getattr(self.request, name)} if isinstance(encode_option, str) else encode_option(self)
            )

    def _extras(self) -> Iterable[Json]:
        extra = self.extra
        if extra.service_tier is not None:
            yield {"service_tier": extra.service_tier}
        if extra.user_id is not None:
            yield {"metadata": {"user_id": extra.user_id}}
        if extra.cache is not None:
            yield {"cache_control": {"type": "ephemeral", "ttl": extra.cache}}
        if extra.container is not None:
            yield {"container": extra.container}
        if extra.server_tools:
            yield {"tools": [dict(tool) for tool in extra.server_tools]}

    def _betas(self) -> Mapping[str, str]:
        names = (*self.extra.betas, *((FILES_BETA,) if self.conversation.files else ()))
        return {"anthropic-beta": ",".join(dict.fromkeys(names))} if names else {}

    def _max_tokens(self) -> int:
        budget = self.request.reasoning_budget or 0
        if self.request.max_tokens is None:
            limit = DEFAULT_MAX_TOKENS + budget
            self.conversation.notice(
                "default-limit", f"the API wants a limit; {limit} tokens were asked for", "max_tokens"
            )
            return limit
        if budget >= self.request.max_tokens:
            raise refusal("reasoning_budget", f"it must be below max_tokens={self.request.max_tokens}")
        return self.request.max_tokens

    # --- one method an option, looked up in _OPTIONS

    def temperature(self) -> Json:
        value = self.request.temperature
        if value is not None and value > 1:
            raise refusal("temperature", f"it goes from 0 to 1, not to {value:g}")
        return {"temperature": value}

    def limit(self) -> Json:
        return {}  # it stands in every request, see _max_tokens

    def schema(self) -> Json:
        wanted = self.request.schema
        if wanted is None:
            return {}
        self.output_schema = compiled = compile_schema(wanted.schema, CONSTRAINED)
        return {"output_config": {"format": {"type": "json_schema", "schema": compiled.schema}}}

    def tools(self) -> Json:
        return {"tools": [self._tool(tool) for tool in self.request.tools or ()]}

    def _tool(self, tool: Tool) -> Json:
        dialect: Dialect = CONSTRAINED if tool.strict else HINT
        compiled = self.tool_schemas[tool.name] = compile_schema(tool.parameters, dialect)
        strict = {"strict": tool.strict} if tool.strict is not None else {}
        return {"name": tool.name, "description": tool.description, "input_schema": compiled.schema, **strict}

    def tool_choice(self) -> Json:
        choice = self.request.tool_choice
        if isinstance(choice, ToolName):
            return {"tool_choice": {"type": "tool", "name": choice.name}}
        return {"tool_choice": {"type": "any" if choice == "required" else choice}}

    def parallel(self) -> Json:
        if not self.request.tools:
            raise refusal("parallel_tool_calls", "there are no tools")
        if self.request.tool_choice == "none":
            return {}  # no call at all is no two calls
        given = {} if self.request.tool_choice is not None else {"type": "auto"}
        return {"tool_choice": {**given, "disable_parallel_tool_use": not self.request.parallel_tool_calls}}

    def web_search(self) -> Json:
        search = self.request.web_search
        if search is None:
            return {}
        if search.country is not None:
            raise refusal("web_search", "a country cannot be given by its name; use AnthropicOptions.server_tools")
        if search.include_domains and search.exclude_domains:
            raise refusal("web_search", "domains can be included or excluded, not both")
        domains = {"allowed_domains": search.include_domains, "blocked_domains": search.exclude_domains}
        given = {name: list(value) for name, value in domains.items() if value}
        return {"tools": [{"type": SEARCH_TOOL, "name": "web_search", **given}]}

    def effort(self) -> Json:
        effort = self.request.reasoning_effort
        if effort == "none":
            return {"thinking": {"type": "disabled"}}
        if effort not in _EFFORTS:
            raise refusal("reasoning_effort", f"there is no {effort!r}; there are {', '.join(sorted(_EFFORTS))}")
        return {"thinking": {"type": "adaptive"}, "output_config": {"effort": effort}}

    def budget(self) -> Json:
        budget = self.request.reasoning_budget or 0
        if not budget:
            return {"thinking": {"type": "disabled"}}
        if budget < _LEAST_BUDGET:
            raise refusal("reasoning_budget", f"at least {_LEAST_BUDGET} tokens, not {budget}")
        return {"thinking": {"type": "enabled", "budget_tokens": budget}}


_OPTIONS: Mapping[str, str | Callable[[_Encoding], Json]] = {
    "temperature": _Encoding.temperature,
    "top_p": "top_p",
    "top_k": "top_k",
    "max_tokens": _Encoding.limit,
    "stop": "stop_sequences",
    "schema": _Encoding.schema,
    "tools": _Encoding.tools,
    "tool_choice": _Encoding.tool_choice,
    "parallel_tool_calls": _Encoding.parallel,
    "web_search": _Encoding.web_search,
    "reasoning_effort": _Encoding.effort,
    "reasoning_budget": _Encoding.budget,
}
