"""What only Groq knows, typed: `Client("groq", ...).generate(..., extra=GroqOptions(service_tier="flex"))`.

Source: https://console.groq.com/docs/api-reference#chat-create
"""

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from jackfield.types.fields import checked


@checked(kw_only=True)
class SearchSettings:
    """Where a compound system searches.

    Attributes:
        country: English name in lower case, such as `united states`.
    """

    country: str | None = None
    include_domains: tuple[str, ...] | None = None
    exclude_domains: tuple[str, ...] | None = None
    include_images: bool | None = None


@checked
class TextSource:
    """A document that is text."""

    text: str
    type: str = attrs.field(default="text", init=False)


@checked
class JsonSource:
    """A document that is a JSON object."""

    data: Mapping[str, Any]
    type: str = attrs.field(default="json", init=False)


@checked
class SourceDocument:
    """A document that the reply may cite; `result.citations` name it by its id."""

    source: TextSource | JsonSource
    id: str | None = None


@checked(kw_only=True)
class CompoundModels:
    """The models that a compound system works with."""

    answering_model: str | None = None
    reasoning_model: str | None = None


@checked(kw_only=True)
class WolframSettings:
    """The caller's own key for Wolfram Alpha."""

    authorization: str = attrs.field(repr=False)


@checked(kw_only=True)
class CompoundTools:
    """The tools that a compound system may run.

    Attributes:
        enabled_tools: of `web_search`, `code_interpreter`, `visit_website`, `browser_automation`, `wolfram_alpha`.
    """

    enabled_tools: tuple[str, ...] | None = None
    wolfram_settings: WolframSettings | None = None


@checked(kw_only=True)
class CompoundCustom:
    """How a compound system is put together."""

    models: CompoundModels | None = None
    tools: CompoundTools | None = None


@checked
class BrowserSearch:
    """Lets a gpt-oss model browse the web; Groq runs it."""

    type: str = attrs.field(default="browser_search", init=False)


@checked
class CodeInterpreter:
    """Lets a gpt-oss model run Python; Groq runs it."""

    type: str = attrs.field(default="code_interpreter", init=False)


@checked(kw_only=True)
class McpServer:
    """A remote tool server that Groq calls (beta).

    Attributes:
        headers: sent to that server by Groq; may hold a key, and is not shown.
        require_approval: such as `never`.
        allowed_tools: names of the tools that may be called; None allows all.

    Source: https://console.groq.com/docs/mcp
    """

    type: str = attrs.field(default="mcp", init=False)
    server_label: str
    server_url: str
    headers: Mapping[str, str] | None = attrs.field(default=None, repr=False)
    server_description: str | None = None
    require_approval: str | None = None
    allowed_tools: tuple[str, ...] | None = None


@checked(kw_only=True)
class StreamOptions:
    """What a stream holds beside the reply. Groq sends usage without being asked."""

    include_usage: bool | None = None


@checked(kw_only=True)
class GroqOptions:
    """Groq's own options for one reply.

    Attributes:
        service_tier: `flex` fails at once where there is no room; `auto` takes the best tier with room.
        reasoning_format: where reasoning goes: `parsed` into its own field, `raw` into the text, `hidden` nowhere.
        include_reasoning: the same question as a yes or no; excludes `reasoning_format`.
        documents: texts to be cited.
        citation_options: whether they are cited.
        search_settings: for compound systems; `web_search=` fills it, too.
        compound_custom: the models and tools of a compound system.
        disable_tool_validation: let calls to unknown tools, or with arguments that do not fit, through.
        server_tools: tools that Groq runs, beside the functions of `tools=`.
        user: an opaque name of the end user.
        logit_bias: in the API, and taken by no model so far.
        debug: token ids in `result.provider_data["debug"]`.
        stream_options: what a stream holds beside the reply.
        body: further members of the request as they go on the wire; they win.
        model_version: `latest` takes the newest tools of a compound system.
    """

    service_tier: Literal["auto", "on_demand", "flex", "performance"] | None = None
    reasoning_format: Literal["hidden", "raw", "parsed"] | None = None
    include_reasoning: bool | None = None
    documents: tuple[SourceDocument, ...] | None = None
    citation_options: Literal["enabled", "disabled"] | None = None
    search_settings: SearchSettings | None = None
    compound_custom: CompoundCustom | None = None
    disable_tool_validation: bool | None = None
    server_tools: tuple[BrowserSearch | CodeInterpreter | McpServer, ...] | None = attrs.field(
        default=None, metadata={"wire": "tools"}
    )
    user: str | None = None
    logit_bias: Mapping[str, int] | None = None
    debug: bool | None = None
    stream_options: StreamOptions | None = None
    body: Mapping[str, Any] | None = attrs.field(default=None, metadata={"members": True})
    model_version: str | None = attrs.field(default=None, metadata={"header": "groq-model-version"})
