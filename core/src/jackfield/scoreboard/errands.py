"""The probes that take more than one request: what a provider keeps, through `client.files` and `client.batches`.

Rules: an errand is a function of a client, so that it runs live, against a simulator, and on what was recorded; it
gives what it found, and `judges` says what that means. It deletes the file that it uploaded, where that can be done.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

import attrs

from jackfield.client import Client
from jackfield.errors import UnsupportedOperation
from jackfield.scoreboard.observation import Kept
from jackfield.scoreboard.probes import MEDIA, Setup
from jackfield.types.messages import user
from jackfield.types.parts import Media
from jackfield.types.requests import GenerateRequest, Request

QUESTIONS: Mapping[str, str] = {
    "first": "Greet me with a single word.",
    "second": "Which colour has a ripe banana? Answer with one word.",
}
_LINE = b'{"custom_id": "probe", "method": "POST", "url": "/v1/chat/completions", "body": {}}\n'
_TYPE = "application/jsonl"
"""Every provider that keeps files takes requests for batches in lines."""


class Go(Protocol):
    """Runs an errand."""

    def __call__(self, client: Client, setup: Setup, /) -> Kept | None:
        """What was found; None if something is missing that it needs."""
        ...


@attrs.frozen(kw_only=True)
class Errand:
    """One errand.

    Attributes:
        name: what recordings call it.
        go: does it.
        asks: the request that it comes to, with a stand-in for what is kept: what cannot be sent is not begun.
        last: it is for the end of a run, because what it asks for takes its time.
    """

    name: str
    go: Go
    asks: Callable[[Setup], Request] | None = None
    last: bool = False


def keep_file(client: Client, setup: Setup) -> Kept:
    """A file is uploaded, looked at until it is ready, and deleted."""
    file = client.files.upload(_LINE, mime_type=_TYPE, name="probe.jsonl")
    try:
        ready = client.files.wait(file, poll_s=setup.poll_s)
        client.files.delete(file)
    except UnsupportedOperation as error:
        return Kept(file=file, lacking=(error.operation,))
    return Kept(file=ready)


def begin_batch(client: Client, setup: Setup) -> Kept:
    """Two questions are handed in together."""
    return Kept(batch=client.batches.create(QUESTIONS, model=setup.model, max_tokens=200))


def read_batch(client: Client, setup: Setup) -> Kept | None:
    """The batch is looked at, and if it has ended, its results are fetched."""
    begun = setup.kept.get("Batch-1")
    if begun is None or begun.batch is None:
        return None
    batch = client.batches.get(begun.batch)
    return Kept(batch=batch, items=client.batches.results(batch) if batch.ended else {})


def ask_about(kind: str, extension: str, mime_type: str) -> Errand:
    """A sample is uploaded, and asked about by its address."""
    part, question, _, _ = MEDIA[kind]
    name = f"{kind.lower()}.{extension}"

    def look(setup: Setup, medium: Media) -> GenerateRequest:
        return GenerateRequest(model=setup.model, messages=(user(question, medium),), strict=True)

    def go(client: Client, setup: Setup) -> Kept | None:
        data = setup.sample(name)
        if data is None:
            return None
        file = client.files.wait(client.files.upload(data, mime_type=mime_type, name=name), poll_s=setup.poll_s)
        request = look(setup, part.from_file(file.url or file.id, mime_type=mime_type))
        try:
            return Kept(file=file, result=client.generate(request.messages, model=request.model))
        finally:
            client.files.delete(file)

    return Errand(
        name=f"MultiModal-{kind}-{extension}-Upload",
        go=go,
        asks=lambda setup: look(setup, part.from_file("probe", mime_type=mime_type)),
    )


ERRANDS: Mapping[str, Errand] = {
    errand.name: errand
    for errand in (
        Errand(name="Files", go=keep_file),
        Errand(name="Batch-1", go=begin_batch),
        *(ask_about(kind, *formats[0]) for kind, (_, _, _, formats) in MEDIA.items()),
        Errand(name="Batch-2", go=read_batch, last=True),
    )
}
"""Every errand by name, in the order in which they are run."""
