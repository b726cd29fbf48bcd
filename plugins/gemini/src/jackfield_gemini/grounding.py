"""From grounding, citation and URL metadata to citations.

Google counts UTF-8 bytes of the answer, thoughts left out; we count characters of `result.text`. A span is given only
if the text that comes with it stands there (or if none comes): some replies count from the start of one part instead.
A source that no span names is a citation without a span.

Source: https://ai.google.dev/api/generate-content#GroundingMetadata and #UrlContextMetadata
"""

from __future__ import annotations  # the wire types are imported by the first reply that needs them

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jackfield.types.parts import Citation
from jackfield.values import frozen

if TYPE_CHECKING:
    from jackfield_gemini.wiretypes import CitationMetadata, GroundingMetadata, Segment, UrlContextMetadata

_Source = Mapping[str, Any]

_READ = "URL_RETRIEVAL_STATUS_SUCCESS"

# Which member of a source tells what; the first one that is there counts.
_KINDS: Mapping[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "web": ("web", ("uri",), ()),
    "image": ("web", ("sourceUri", "imageUri"), ()),
    "retrievedContext": ("document", ("uri",), ("documentName", "mediaId", "fileSearchStore")),
    "maps": ("map", ("uri",), ("placeId",)),
}


@frozen
class Answer:
    """The answer's text, for spans in bytes.

    Attributes:
        text: as in `result.text`.
        starts: where each part of the content starts in it, in bytes.
    """

    text: str
    starts: Sequence[int] = ()

    def span(self, segment: _Span, data: bytes) -> tuple[int, int] | None:
        """The span in characters; `data` is the text in UTF-8."""
        if segment.end is None:
            return None
        part = segment.part
        shifts = [self.starts[part]] if part is not None and 0 <= part < len(self.starts) else []
        for shift in dict.fromkeys((*shifts, 0)):
            start, end = shift + segment.start, shift + segment.end
            if not 0 <= start <= end <= len(data):
                continue
            quoted = data[start:end].decode("utf-8", "replace")
            if segment.text in (None, quoted):
                first = len(data[:start].decode("utf-8", "ignore"))
                return first, first + len(quoted)
        return None


@frozen(kw_only=True)
class _Span:
    """A span as Google counts it."""

    start: int = 0
    end: int | None = None
    text: str | None = None
    part: int | None = None

    @classmethod
    def of(cls, segment: Segment | None) -> _Span:
        if segment is None:
            return cls()
        return cls(start=segment.start_index, end=segment.end_index, text=segment.text, part=segment.part_index)


def citations(metadata: GroundingMetadata, raw: Mapping[str, Any], answer: Answer) -> Iterator[Citation]:
    """One citation for each source of each span, in order; then the sources without a span."""
    sources: list[_Source] = raw.get("groundingChunks", [])
    data = answer.text.encode("utf-8", "surrogatepass")
    named: set[int] = set()
    for support, raw_support in zip(metadata.grounding_supports, raw.get("groundingSupports", []), strict=True):
        segment = _Span.of(support.segment)
        span = answer.span(segment, data)
        for index in support.grounding_chunk_indices:
            if 0 <= index < len(sources):
                named.add(index)
                origin = {"groundingChunk": sources[index], "groundingSupport": raw_support}
                yield _citation(sources[index], span, segment.text, origin)
    for index, source in enumerate(sources):
        if index not in named:
            yield _citation(source, None, None, {"groundingChunk": source})


def recitations(metadata: CitationMetadata, raw: Mapping[str, Any], answer: Answer) -> Iterator[Citation]:
    """One citation for each source that the answer repeats at length."""
    data = answer.text.encode("utf-8", "surrogatepass")
    listed = (*zip(metadata.citation_sources, raw.get("citationSources", []), strict=True),)
    for source, origin in (*listed, *zip(metadata.citations, raw.get("citations", []), strict=True)):
        span = answer.span(_Span(start=source.start_index, end=source.end_index), data)
        start, end = span or (None, None)
        text = None if span is None else answer.text[slice(*span)]
        yield Citation(
            kind="web", url=source.uri, title=source.title, start=start, end=end, cited_text=text, raw=origin
        )


def fetched(metadata: UrlContextMetadata, raw: Mapping[str, Any], named: Collection[str | None]) -> Iterator[Citation]:
    """One citation without a span for each page that was read and is not among those that are named already.

    What could not be read is no source; it stands in `provider_data["urlContextMetadata"]` with the reason.
    """
    for page, origin in zip(metadata.url_metadata, raw.get("urlMetadata", []), strict=True):
        if page.url_retrieval_status == _READ and page.retrieved_url not in named:
            yield Citation(kind="web", url=page.retrieved_url, raw={"urlMetadata": origin})


def _citation(source: _Source, span: tuple[int, int] | None, text: str | None, raw: Mapping[str, Any]) -> Citation:
    key = next((key for key in _KINDS if isinstance(source.get(key), dict)), None)
    start, end = span or (None, None)
    if key is None:
        return Citation(kind="web", start=start, end=end, cited_text=text, raw=raw)
    kind, urls, ids = _KINDS[key]
    inner: Mapping[str, Any] = source[key]
    return Citation(
        kind=kind,
        url=_first(inner, urls),
        title=_first(inner, ("title",)),
        document_id=_first(inner, ids),
        start=start,
        end=end,
        cited_text=text,
        raw=raw,
    )


def _first(inner: Mapping[str, Any], names: Sequence[str]) -> str | None:
    """The first of these members that is a text and not empty."""
    return next((inner[name] for name in names if inner.get(name) and isinstance(inner[name], str)), None)
