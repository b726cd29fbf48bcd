"""Sources: spans from UTF-8 bytes to characters, sources without spans, what is kept for the caller."""

from typing import Any

import pytest
from tests.plugins.gemini_samples import both, decode, reply, stream

from jackfield.types.parts import Citation

TEXT = "Où ? Là-bas, 🦆 nage."
WEB = {"web": {"uri": "https://a.test", "title": "A"}}


def support(text: str, *chunks: int, whole: str = TEXT, **segment: Any) -> dict[str, Any]:
    """A support of that text, with its span in bytes."""
    start = len(whole[: whole.index(text)].encode())
    span = {"startIndex": start, "endIndex": start + len(text.encode()), "text": text, **segment}
    return {
        "segment": {key: value for key, value in span.items() if value not in (0, None)},
        "groundingChunkIndices": [*chunks],
    }


def cited(*supports: Any, chunks: Any = (WEB,), parts: Any = ({"text": TEXT},)) -> tuple[Citation, ...]:
    """The citations of a whole answer, which a stream of it shares."""
    metadata = {"groundingChunks": [*chunks], "groundingSupports": [*supports]}
    whole, streamed = both(*parts, groundingMetadata=metadata)
    assert whole.citations == streamed.citations
    return whole.citations


@pytest.mark.parametrize("quoted", ["Où", "Là-bas", "🦆", "nage.", TEXT])
def test_spans_count_characters(quoted: str) -> None:
    """Bytes become characters of `result.text`, whatever stands before or inside."""
    (one,) = cited(support(quoted, 0))
    assert TEXT[one.start : one.end] == quoted
    assert (one.kind, one.url, one.title, one.cited_text) == ("web", "https://a.test", "A", quoted)
    assert one.raw["groundingChunk"] == WEB


def test_thoughts_do_not_count() -> None:
    """Offsets start with the answer, which follows the thoughts."""
    (one,) = cited(support("nage.", 0), parts=({"text": "Hm 🦆", "thought": True}, {"text": TEXT}))
    assert TEXT[one.start : one.end] == "nage."


def test_offsets_of_a_part() -> None:
    """Where the offsets are those of one part, the span is still one of the whole text."""
    parts = ({"text": "Före. ", "thoughtSignature": "s"}, {"text": TEXT, "thoughtSignature": "s"})
    metadata = {"groundingChunks": [WEB], "groundingSupports": [support("Là", 0, partIndex=1)]}
    result = decode(reply(*parts, groundingMetadata=metadata))
    (one,) = result.citations
    assert result.text[one.start : one.end] == "Là"


@pytest.mark.parametrize(
    "segment",
    [
        pytest.param({"startIndex": 1, "endIndex": 4, "text": "other"}, id="another text"),
        pytest.param({"startIndex": 0, "endIndex": 999, "text": "other"}, id="past the end"),
        pytest.param({"startIndex": 9, "endIndex": 2}, id="backwards"),
        pytest.param({"startIndex": -5, "endIndex": 2}, id="negative"),
        pytest.param({"text": "nage."}, id="no end"),
    ],
)
def test_a_span_that_does_not_fit_is_not_given(segment: dict[str, Any]) -> None:
    """A wrong span would be worse than none; the source stays."""
    (one,) = cited({"segment": segment, "groundingChunkIndices": [0]})
    assert (one.start, one.end, one.url, one.cited_text) == (None, None, "https://a.test", segment.get("text"))


def test_a_span_without_text_is_taken() -> None:
    """Nothing contradicts it; an absent start is 0."""
    (one,) = cited({"segment": {"endIndex": 3}, "groundingChunkIndices": [0]})
    assert (one.start, one.end) == (0, 2)


def test_a_support_without_a_segment() -> None:
    """The source is cited without a span."""
    (one,) = cited({"groundingChunkIndices": [0]})
    assert (one.url, one.start, one.cited_text) == ("https://a.test", None, None)


def test_sources_that_no_span_names() -> None:
    """They follow as citations without a span; numbers of no source are ignored."""
    chunks = [WEB, {"web": {"uri": "https://b.test"}}]
    first, second, third = cited(support("Où", 1, 7), support("nage.", 1), chunks=chunks)
    assert [one.url for one in (first, second, third)] == ["https://b.test", "https://b.test", "https://a.test"]
    assert third.start is None


@pytest.mark.parametrize(
    ("chunk", "wanted"),
    [
        pytest.param({"image": {"sourceUri": "s", "imageUri": "i", "title": "T"}}, ("web", "s", "T", None), id="image"),
        pytest.param(
            {"retrievedContext": {"title": "T", "text": "...", "fileSearchStore": "fileSearchStores/1"}},
            ("document", None, "T", "fileSearchStores/1"),
            id="document",
        ),
        pytest.param({"maps": {"uri": "m", "title": "T", "placeId": "p"}}, ("map", "m", "T", "p"), id="place"),
        pytest.param({"web": {"uri": "u", "title": ""}}, ("web", "u", None, None), id="empty title"),
        pytest.param({}, ("web", None, None, None), id="nothing"),
    ],
)
def test_kinds_of_sources(chunk: Any, wanted: Any) -> None:
    """Each kind has its own members for address, title and id."""
    (one,) = cited(chunks=[chunk])
    assert (one.kind, one.url, one.title, one.document_id) == wanted


def test_the_last_metadata_that_is_not_empty_counts() -> None:
    """Snapshots in many events: member by member, never emptied; and said once."""
    text = {"text": TEXT}
    early = reply(text, finish=None, groundingMetadata={"groundingChunks": [WEB], "webSearchQueries": ["ducks"]})
    middle = reply(finish=None, groundingMetadata={})
    last = reply(finish="STOP", groundingMetadata={"groundingSupports": [support("nage.", 0)], "retrievalMetadata": {}})
    events, result = stream(early, middle, last)
    assert sum(isinstance(one, Citation) for one in events) == 1
    metadata = result.provider_data["groundingMetadata"]
    assert metadata["webSearchQueries"] == ["ducks"]
    assert TEXT[result.citations[0].start : result.citations[0].end] == "nage."


def test_recited_text() -> None:
    """Citation sources carry spans in bytes too; Vertex names the list otherwise."""
    source = {"startIndex": 4, "endIndex": 9, "uri": "https://c.test", "license": "mit"}
    for name in ("citationSources", "citations"):
        (one,) = decode(reply({"text": TEXT}, citationMetadata={name: [source]})).citations
        assert (one.url, one.cited_text) == ("https://c.test", TEXT.encode()[4:9].decode())
        assert TEXT[one.start : one.end] == one.cited_text


def test_lone_surrogates() -> None:
    """A half character in the answer, as JSON can write it, breaks nothing."""
    value = reply({"text": "a\ud83e b"}, groundingMetadata={"groundingChunks": [WEB]})
    assert len(decode(value).citations) == 1


def page(url: str, status: str = "SUCCESS") -> dict[str, str]:
    """What URL context says of one page."""
    return {"retrievedUrl": url, "urlRetrievalStatus": f"URL_RETRIEVAL_STATUS_{status}"}


def test_pages_that_were_read() -> None:
    """URL context names its pages: those that were read are sources, once, also beside grounding that names them."""
    pages = [page("https://a.test"), page("https://b.test"), page("https://c.test", "PAYWALL")]
    metadata = {"groundingChunks": [WEB], "groundingSupports": [support("nage.", 0)]}
    both_kinds = {"urlContextMetadata": {"urlMetadata": pages}, "groundingMetadata": metadata}
    for result in both({"text": TEXT}, **both_kinds):
        assert [(one.url, one.start is None) for one in result.citations] == [
            ("https://a.test", False),
            ("https://b.test", True),
        ]
        assert result.citations[1].raw == {"urlMetadata": pages[1]}
        assert result.provider_data["urlContextMetadata"] == {"urlMetadata": pages}
    (alone,) = decode(reply({"text": TEXT}, urlContextMetadata={"urlMetadata": pages[:1]})).citations
    assert (alone.url, alone.start, alone.kind) == ("https://a.test", None, "web")
