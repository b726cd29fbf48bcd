"""Tools and how they may be used: functions, and those that Google runs itself.

Source: https://ai.google.dev/api/caching#Tool and https://ai.google.dev/api/caching#FunctionCallingConfig (2026-11)
"""

from __future__ import annotations  # schemas and options are imported by the first request that has some

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from jackfield.errors import UnsupportedOption
from jackfield.types.requests import GenerateRequest, Tool, ToolName, WebSearch
from jackfield_gemini.families import Family
from jackfield_gemini.mirror import as_wire, members
from jackfield_gemini.schemas import SchemaWriter, says_nothing

if TYPE_CHECKING:
    from jackfield.schema import Compiled
    from jackfield_gemini.options import GeminiOptions

Json = dict[str, Any]

_MODES: Mapping[str, str] = {"auto": "AUTO", "none": "NONE", "required": "ANY"}
_PARAMETERS: Mapping[str, str] = {"openapi": "parameters", "json_schema": "parametersJsonSchema"}


@attrs.define(eq=False, repr=False)
class Toolbox:
    """Writes `tools` and `toolConfig` of one request.

    Attributes:
        compiled: tool name -> the schema of its arguments as sent.
    """

    request: GenerateRequest
    extra: GeminiOptions | None
    family: Family
    schemas: SchemaWriter
    compiled: dict[str, Compiled] = attrs.field(factory=dict[str, "Compiled"], init=False)

    def write(self) -> Json:
        """The members of the body that are about tools.

        Raises:
            UnsupportedOption: Gemini cannot be given a tool or a choice.
        """
        functions = [self._function(tool) for tool in self.request.tools or ()]
        others = self._google_tools()
        tools = [*([{"functionDeclarations": functions}] if functions else []), *others]
        config = self._config(mixed=bool(functions and others))
        return {name: value for name, value in (("tools", tools), ("toolConfig", config)) if value}

    def _function(self, tool: Tool) -> Json:
        compiled = self.schemas.compile(tool.parameters, option="tools")
        self.compiled[tool.name] = compiled
        declared: Json = {"name": tool.name, "description": tool.description}
        if not says_nothing(compiled.schema):
            declared[_PARAMETERS[self.schemas.field]] = compiled.schema
        return declared

    def _google_tools(self) -> list[Json]:
        searched = self._search(self.request.web_search)
        if self.extra is None:
            return searched
        named: Mapping[str, Any] = members(self.extra, "tools")
        none: Json = {}
        with_options = [{name: none if value is True else value} for name, value in named.items() if value is not False]
        return [*searched, *with_options, *as_wire(self.extra.more_tools)]

    def _search(self, asked: WebSearch | None) -> list[Json]:
        for option in ("include_domains", "exclude_domains", "country"):
            if asked is not None and getattr(asked, option):
                reason = f"Google Search has no {option}"
                raise UnsupportedOption("web_search", reason, provider="gemini", droppable=False)
        more = None if self.extra is None else self.extra.google_search
        if more is None:
            return [] if asked is None else [{"googleSearch": {}}]
        search: Json = {"searchTypes": {"webSearch": {}, "imageSearch": {}}} if more.images else {}
        span = {"startTime": more.start_time, "endTime": more.end_time}
        if any(span.values()):
            search["timeRangeFilter"] = {name: value for name, value in span.items() if value}
        return [{"googleSearch": search}]

    def _config(self, *, mixed: bool) -> Json:
        extra = self.extra
        shown = extra and extra.include_server_side_tool_invocations
        if shown is None and mixed and self.family.newest:
            shown = True  # "Tool call context circulation is not enabled" otherwise (2026-08)
        calling, place = self._calling(), as_wire(extra and extra.retrieval_config)
        return _said(
            {"functionCallingConfig": calling, "retrievalConfig": place, "includeServerSideToolInvocations": shown}
        )

    def _calling(self) -> Json:
        extra = self.extra
        mode = (extra and extra.tool_mode) or self._mode()
        choice = self.request.tool_choice
        names = [choice.name] if isinstance(choice, ToolName) else as_wire(extra and extra.allowed_function_names)
        if names and mode not in {"ANY", "VALIDATED"}:
            reason = f"only with the modes ANY and VALIDATED, not {mode or 'AUTO'}"
            raise UnsupportedOption("allowed_function_names", reason, provider="gemini", droppable=False)
        return _said({"mode": mode, "allowedFunctionNames": names})

    def _mode(self) -> str | None:
        """How free the model is, by the choice asked for; None is Gemini's own AUTO."""
        choice = self.request.tool_choice
        if isinstance(choice, ToolName):
            return "ANY"
        if choice in (None, "auto") and any(tool.strict for tool in self.request.tools or ()):
            return "VALIDATED"  # holds the arguments to the schema without forcing a call
        return choice and _MODES[choice]


def _said(wanted: Mapping[str, Any]) -> Json:
    """The members that say something."""
    return {name: value for name, value in wanted.items() if value not in (None, {})}
