"""Groq's own events: tools that it ran, what they found, citations, and errors in its own field.

Rules (recordings of 2025-07 to 2026-02): a tool's snapshot with an index seen before replaces it, so its sources are
given once; ids change from chunk to chunk, and `stub` is none; the type of a tool may change when it is done.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from jackfield import wire
from jackfield.dialects.chat_completions import Reply, provider_error
from jackfield.errors import DecodeError, ProviderError
from jackfield.sse import Frame
from jackfield.types.events import Event
from jackfield.types.parts import Citation, ServerTool
from jackfield.wire import is_object

if TYPE_CHECKING:
    from jackfield.dialects.chat_completions import wiretypes
    from jackfield_groq.wiretypes import BrowserResult, SearchResult


class GroqReply(Reply):
    """Reads one reply of Groq."""

    _sources: set[tuple[int | None, int, str | None]] | None = None

    def message_events(self, message: "wiretypes.Message", index: int) -> Iterator[Event]:
        """Reasoning, the tools that were run, the text, its citations, calls."""
        from jackfield_groq.wiretypes import Message

        own = message if isinstance(message, Message) else Message()
        yield from self.reasoning(message)
        for raw in own.executed_tools or ():
            yield from self._server_tool(raw)
        yield from self.text(message, index)
        for raw in own.annotations or ():
            yield self._annotation(raw)
        yield from self.tool_calls(message)

    def request_id(self, raw: Mapping[str, Any]) -> str | None:
        """Of the header, else of the body, else of the network in front.

        Replies have had no header since 2025-12; compound systems say `stub`.
        """
        found = super().request_id(raw)
        own = raw.get("x_groq")
        if found is None and is_object(own) and isinstance(own.get("id"), str) and own["id"] != "stub":
            found = own["id"]
        return found or self.response.headers.get("cf-ray")

    def error(self, chunk: Mapping[str, Any], frame: Frame) -> ProviderError | None:
        """An error event, an `error` key, or a text in Groq's own field, which the SDK knows and nobody has seen."""
        own = chunk.get("x_groq")
        if is_object(own) and own.get("error"):
            return provider_error(own, self.response, self.differences, in_stream=True, body=frame.data)
        return super().error(chunk, frame)

    def _server_tool(self, raw: Mapping[str, Any]) -> Iterator[Event]:
        from jackfield_groq.wiretypes import ExecutedTool

        tool = wire.structure(raw, ExecutedTool, strict=self.strict)
        yield ServerTool(
            kind=tool.type,
            index=tool.index,
            name=tool.name,
            arguments_raw=tool.arguments,
            output=tool.output,
            raw=raw,
        )
        found = tool.search_results.results if tool.search_results else None
        sources: tuple[SearchResult | BrowserResult, ...] = (*(found or ()), *(tool.browser_results or ()))
        for position, source in enumerate(sources):
            if self._is_new(tool.index, position, source):
                yield Citation(url=source.url, title=source.title, cited_text=source.content)

    def _is_new(self, index: int | None, position: int, source: "SearchResult | BrowserResult") -> bool:
        """Whether the source was not in an earlier snapshot of the same tool."""
        seen = self._sources = self._sources or set()
        place = (index, position, source.url)
        new = place not in seen
        seen.add(place)
        return new

    def _annotation(self, raw: Mapping[str, Any]) -> Citation:
        from jackfield_groq.wiretypes import Annotation

        annotation = wire.structure(raw, Annotation, strict=self.strict)
        document, call = annotation.document_citation, annotation.function_citation
        if document is not None:
            start, end = document.start_index, document.end_index
            return Citation(kind="document", document_id=document.document_id, start=start, end=end, raw=raw)
        if call is not None:
            start, end = call.start_index, call.end_index
            return Citation(kind="tool", document_id=call.tool_call_id, start=start, end=end, raw=raw)
        raise DecodeError(f"an annotation of type {annotation.type!r} without a citation", path="annotations")
