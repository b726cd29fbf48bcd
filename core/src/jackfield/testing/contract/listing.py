"""Models: listed page by page to an end, and errors on the way are errors."""

import json
import re
from collections.abc import Iterator

import pytest

from jackfield.errors import DecodeError, ProviderError
from jackfield.http import HttpRequest
from jackfield.testing.contract.base import ContractBase
from jackfield.testing.contract.replies import STATUSES
from jackfield.testing.contract.subject import Subject
from jackfield.testing.contract.verdict import broken
from jackfield.testing.contract.wirejson import fields, leaves, parsed
from jackfield.types.simulated import SimulatedReply

_MORE = re.compile(r"next.*|.*cursor|.*page_?token|.*continuation.*|has_?more|after", re.IGNORECASE)
_NEXT_LINK = re.compile(r"rel=\"?next\b", re.IGNORECASE)


class Listing(ContractBase):
    """The provider's models."""

    def test_models(self, loaded: Subject) -> None:
        """The simulator's models: each once, and known as this provider's."""
        models = loaded.list_models(loaded.answer)
        ids = [model.id for model in models]
        if not ids:
            broken(loaded.id, "models", "the simulator lists no model")
        if len(set(ids)) < len(ids):
            broken(loaded.id, "models", f"listed twice: {sorted(one for one in set(ids) if ids.count(one) > 1)}")
        strangers = {model.provider for model in models} - {loaded.id}
        if strangers:
            broken(loaded.id, "models", f"Model.provider is {sorted(strangers)}, expected {loaded.id!r}")

    def test_models_to_the_end(self, loaded: Subject) -> None:
        """Every page that the simulator has is read, and something of each one is in the list."""
        pages: list[SimulatedReply] = []

        def answer(request: HttpRequest) -> SimulatedReply:
            pages.append(loaded.answer(request))
            return pages[-1]

        ids = {model.id for model in loaded.list_models(answer)}
        for sign in _signs_of_more(pages[-1]):
            broken(loaded.id, "models", f"the last page that was asked for says that there is more: {sign}")
        for place, page in enumerate(pages, 1):
            if len(pages) > 1 and not any(one in text for text in _texts(page) for one in ids):
                broken(loaded.id, "models", f"of page {place} of {len(pages)} no model is in the list")

    def test_models_endless(self, loaded: Subject) -> None:
        """A list that leads back to its first page ends, with or without an error."""
        first: list[SimulatedReply] = []

        def answer(request: HttpRequest) -> SimulatedReply:
            first.append(first[0] if first else loaded.answer(request))
            return first[0]

        try:
            loaded.list_models(answer)
        except (DecodeError, ProviderError):
            return

    @pytest.mark.parametrize("status", [row[0] for row in STATUSES])
    def test_models_error(self, loaded: Subject, status: int) -> None:
        """An error in place of a page is a ProviderError of its class."""
        classes = next(row[1] for row in STATUSES if row[0] == status)
        body = json.dumps({"error": {"message": "no"}}).encode()
        reply = SimulatedReply(status=status, headers={"content-type": "application/json"}, body=body)
        try:
            models = loaded.list_models(lambda _request: reply)
        except ProviderError as error:
            if not isinstance(error, classes):
                broken(loaded.id, "errors", f"{status} in place of a page became {type(error).__name__}")
        else:
            broken(loaded.id, "models", f"{status} in place of a page was taken for one of {len(models)} models")

    @pytest.mark.parametrize("body", [b"", b"rubbish", b"null", b"[1]", b'"text"'], ids=repr)
    def test_models_rubbish(self, loaded: Subject, body: bytes) -> None:
        """Rubbish in place of a page is a DecodeError."""
        reply = SimulatedReply(headers={"content-type": "application/json"}, body=body)
        try:
            loaded.list_models(lambda _request: reply)
        except (DecodeError, ProviderError):
            return
        broken(loaded.id, "models", f"{body!r} was taken for a page of models")


def _signs_of_more(page: SimulatedReply) -> Iterator[str]:
    """Where a page points to the next one, by what providers usually call it."""
    for name, value in fields(parsed(page.content)):
        if _MORE.fullmatch(name) and value not in (None, "", False) and not isinstance(value, (dict, list)):
            yield f"{name} is {value!r}"
    if _NEXT_LINK.search(page.headers.get("link", "")):
        yield f"the header link is {page.headers['link']!r}"


def _texts(page: SimulatedReply) -> Iterator[str]:
    """The texts of a page."""
    return (one for one in leaves(parsed(page.content)) if isinstance(one, str))
