"""Media of every kind, from bytes, a file, a URL and an upload, with each provider: sent, or refused by name."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.callers import Caller
from tests.e2e.conftest import MODELS

import jackfield
from jackfield import Audio, Client, Document, Image, Media, UnsupportedOption, Video, registry, user
from jackfield.testing import Fault, Simulator

MARK = b"mark-of-this-file"
BYTES = {
    "image": b"\x89PNG\r\n\x1a\n" + MARK,
    "document": b"%PDF-1.7\n" + MARK,
    "audio": b"RIFF\x00\x00\x00\x00WAVE" + MARK,
    "video": b"\x00\x00\x00\x18ftypmp42" + MARK,
}
NAMES = {"image": "a.png", "document": "a.pdf", "audio": "a.wav", "video": "a.mp4"}
TYPES = {"image": "image/png", "document": "application/pdf", "audio": "audio/wav", "video": "video/mp4"}
CLASSES: dict[str, type[Media]] = {"image": Image, "document": Document, "audio": Audio, "video": Video}
MODEL = {**MODELS, "groq": "meta-llama/llama-4-scout-17b-16e-instruct", "cerebras": "gemma-4-31b"}
"""A model of each provider that looks at pictures, where there is one."""

SENT = {
    ("groq", "image", "bytes"),
    ("groq", "image", "path"),
    ("groq", "image", "url"),
    ("cerebras", "image", "bytes"),
    ("cerebras", "image", "path"),
    ("cloudflare", "image", "bytes"),
    ("cloudflare", "image", "path"),
    *(("gemini", kind, source) for kind in CLASSES for source in ("bytes", "path", "url", "file")),
}
"""What arrives; everything else is refused. A document as text is another matter, see the test below."""


def part_of(kind: str, source: str, folder: Path) -> Media:
    """The same medium from one of its sources."""
    cls = CLASSES[kind]
    if source == "path":
        path = folder / NAMES[kind]
        path.write_bytes(BYTES[kind])
        return cls.from_path(path)
    if source == "url":
        return cls.from_url(f"https://media.invalid/{MARK.decode()}/{NAMES[kind]}")
    if source == "file":
        return cls.from_file(f"https://media.invalid/{MARK.decode()}", mime_type=TYPES[kind])
    return cls.from_bytes(BYTES[kind])


def client(simulator: Simulator, provider: str, **options: Any) -> Client:
    """A client of the simulated provider."""
    url, settings = simulator.base_url, simulator.settings
    return Client(provider, model=MODEL[provider], base_url=url, settings=settings, retries=0, **options)


@pytest.mark.parametrize("source", ["bytes", "path", "url", "file"])
@pytest.mark.parametrize("kind", CLASSES)
def test_sent_or_refused(simulator: Simulator, provider: str, kind: str, source: str, tmp_path: Path) -> None:
    """What is sent arrives whole, beside its text; what is refused is named, and nothing is sent, whole or streamed."""
    media = part_of(kind, source, tmp_path)
    assert media.mime_type == TYPES[kind]
    with client(simulator, provider) as calling:
        if (provider, kind, source) not in SENT:
            for call in (calling.generate, calling.stream):
                with pytest.raises(UnsupportedOption, match=kind) as refused:
                    call([user("What is this?", media)], unsupported="warn")
                assert not refused.value.droppable
            assert simulator.requests == []
            return
        try:
            calling.generate([user("What is this?", media)])
        except jackfield.ProviderError as error:  # the simulator may look at the file, and this one is none
            assert error.status == 400  # noqa: PT017 - either is fine
    body = simulator.requests[0].body
    assert b"What is this?" in body
    wanted = BYTES[kind] if source in ("bytes", "path") else MARK
    assert _holds(body, wanted)


def _holds(body: bytes, wanted: bytes) -> bool:
    """Whether it is in the body: as it is, as base64, or as a list of numbers."""
    return any(form in body for form in (wanted, base64.b64encode(wanted), ", ".join(map(str, wanted)).encode()))


def test_a_large_one_is_sent_again(connect: Callable[..., Caller], simulator: Simulator, provider: str) -> None:
    """It is encoded while it is sent, and anew for a second attempt; on the wire nothing shows that."""
    data = BYTES["image"] + bytes(range(256)) * 300
    caller = connect(model=MODEL[provider], retries=1)
    simulator.faults.append(Fault(status=503, retry_after_s=0))
    caller.generate([user("What is this?", Image.from_bytes(data))])
    first, second = (one.body for one in simulator.requests)
    assert first == second
    assert base64.b64encode(data) in first
    with pytest.raises(jackfield.ProviderError):
        simulator.always = Fault(status=503)
        caller.generate([user("What is this?", Image.from_bytes(data[:-1]))], unsupported="warn")
    assert base64.b64encode(data[:-1]) in simulator.requests[-1].body


def test_text_documents(simulator: Simulator, provider: str) -> None:
    """A document of text goes to those who take documents."""
    document = Document.from_bytes(MARK, mime_type="text/plain")
    with client(simulator, provider) as calling:
        if "document" not in registry.load(provider).info.capabilities.media:
            with pytest.raises(UnsupportedOption, match="document"):
                calling.generate([user("Read it.", document)])
            assert simulator.requests == []
            return
        model = "openai/gpt-oss-20b" if provider == "groq" else MODEL[provider]
        calling.generate([user("Read it.", document)], model=model)
    assert _holds(simulator.requests[0].body, MARK)


def test_every_kind_that_is_declared_can_be_sent() -> None:
    """The capabilities promise no kind of media that the table above does not see arrive."""
    sent = {(provider, kind) for provider, kind, _ in SENT} | {("groq", "document")}
    declared = {
        (provider, kind)
        for provider in MODELS
        for kind in registry.load(provider).info.capabilities.media
        if kind in CLASSES
    }
    assert declared == sent
