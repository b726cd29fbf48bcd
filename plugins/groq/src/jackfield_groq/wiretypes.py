"""What Groq adds to the plain chat-completions reply.

Rules: a server-run tool and an annotation stay plain objects here, because their raw form is kept; `reply` checks them
against `ExecutedTool` and `Annotation`.

Source: https://console.groq.com/docs/api-reference#chat-create
"""

from collections.abc import Mapping
from typing import Any

from jackfield.dialects.chat_completions import wiretypes
from jackfield.values import frozen


@frozen(kw_only=True)
class SearchResult:
    """A page that a search found. The score is 0 where there is none."""

    title: str | None = None
    url: str | None = None
    content: str | None = None
    score: float | None = None


@frozen(kw_only=True)
class SearchResults:
    """What a search found; `results` is null or empty until it has."""

    results: tuple[SearchResult, ...] | None = None
    images: tuple[str, ...] | None = None


@frozen(kw_only=True)
class BrowserResult:
    """A page that a browser showed."""

    title: str | None = None
    url: str | None = None
    content: str | None = None
    live_view_url: str | None = None


@frozen(kw_only=True)
class CodeResult:
    """What a program gave; charts stay as they are."""

    text: str | None = None
    png: str | None = None
    chart: Mapping[str, Any] | None = None
    charts: tuple[Mapping[str, Any], ...] | None = None


@frozen(kw_only=True)
class ExecutedTool:
    """A tool that Groq ran. In a stream, a later one with the same index replaces it."""

    index: int | None = None
    type: str
    name: str | None = None
    arguments: str | None = None
    output: str | None = None
    search_results: SearchResults | None = None
    browser_results: tuple[BrowserResult, ...] | None = None
    code_results: tuple[CodeResult, ...] | None = None


@frozen(kw_only=True)
class DocumentCitation:
    """A span of the text that a document supports."""

    document_id: str
    start_index: int
    end_index: int


@frozen(kw_only=True)
class FunctionCitation:
    """A span of the text that a tool's result supports."""

    tool_call_id: str
    start_index: int
    end_index: int


@frozen(kw_only=True)
class Annotation:
    """A citation; one of the two is there."""

    type: str
    document_citation: DocumentCitation | None = None
    function_citation: FunctionCitation | None = None


@frozen(kw_only=True)
class Message(wiretypes.Message):
    """A message or delta.

    Attributes:
        channel: `analysis` beside reasoning of gpt-oss, undocumented (seen 2025-09).
    """

    channel: str | None = None
    executed_tools: tuple[Mapping[str, Any], ...] | None = None
    annotations: tuple[Mapping[str, Any], ...] | None = None
    function_call: wiretypes.Function | None = None


@frozen(kw_only=True)
class Choice(wiretypes.Choice):
    """The one choice."""

    message: Message | None = None
    delta: Message | None = None


@frozen(kw_only=True)
class Usage(wiretypes.Usage):
    """Tokens billed, and seconds spent; the total leaves the queue out."""

    queue_time: float | None = None
    prompt_time: float | None = None
    completion_time: float | None = None
    total_time: float | None = None
    dram_cached_tokens: int | None = None
    sram_cached_tokens: int | None = None


@frozen(kw_only=True)
class ModelUsage:
    """What one model of a compound system used."""

    model: str | None = None
    usage: Usage | None = None


@frozen(kw_only=True)
class UsageBreakdown:
    """What each model of a compound system used; older replies have no list."""

    models: tuple[ModelUsage, ...] | None = None


@frozen(kw_only=True)
class Debug:
    """Tokens as numbers and texts."""

    input_token_ids: tuple[int, ...] | None = None
    input_tokens: tuple[str, ...] | None = None
    output_token_ids: tuple[int, ...] | None = None
    output_tokens: tuple[str, ...] | None = None


@frozen(kw_only=True)
class XGroq:
    """Groq's own facts.

    Attributes:
        id: of the request; `stub` for compound systems.
        error: typed in the SDK, never seen.
    """

    id: str | None = None
    seed: int | None = None
    usage: Usage | None = None
    usage_breakdown: UsageBreakdown | None = None
    debug: Debug | None = None
    error: str | None = None


@frozen(kw_only=True)
class Completion(wiretypes.Completion):
    """A reply or a chunk."""

    choices: tuple[Choice, ...] = ()
    usage: Usage | None = None
    usage_breakdown: UsageBreakdown | None = None
    x_groq: XGroq | None = None
    mcp_list_tools: tuple[Mapping[str, Any], ...] | None = None
