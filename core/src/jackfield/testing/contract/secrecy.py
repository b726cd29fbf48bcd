"""Secrets: a canary key, which must be on the wire in a header and nowhere else."""

import pickle
import traceback
from collections.abc import Iterator
from typing import Any

from jackfield.errors import JackfieldError
from jackfield.http import HttpRequest, Secret
from jackfield.testing.contract.base import ContractBase
from jackfield.testing.contract.encoding import MEDIA, VALUES
from jackfield.testing.contract.replies import BODIES
from jackfield.testing.contract.subject import CANARY, PLAIN, Subject
from jackfield.testing.contract.verdict import broken, cannot_show
from jackfield.types.messages import user


class Secrecy(ContractBase):
    """Where a key may show."""

    def test_request(self, subject: Subject) -> None:
        """Not in the repr, the URL, the body, a plain header, a notice or a pickle of the encoded request."""
        if not any(isinstance(value, Secret) for value in subject.settings.values.values()):
            cannot_show(subject.id, "secrets", "it declares no secret setting")
        http = subject.prepare(subject.request()).http
        for where, text in _places(http):
            if CANARY in text:
                broken(subject.id, "secrets", f"the key shows in {where}")
        try:
            pickled = pickle.dumps(http)
        except TypeError:  # a Secret refuses
            return
        if CANARY.encode() in pickled:
            broken(subject.id, "secrets", "the key shows in a pickle of the request")

    def test_key_is_sent(self, subject: Subject) -> None:
        """A required key is sent, in a header."""
        needed = [one.name for one in subject.info.settings if one.secret and one.required]
        headers = subject.prepare(subject.request()).http.headers.values()
        revealed = " ".join(one.reveal() for one in headers if isinstance(one, Secret))
        missing = [name for name in needed if subject.settings.secret(name).reveal() not in revealed]
        if missing:
            broken(subject.id, "secrets", f"not sent in any Secret header although required: {missing}")

    def test_errors(self, subject: Subject) -> None:
        """Not in any error: neither its text, nor its facts, nor a traceback with the locals of every frame."""
        for error in (*_refusals(subject), *_failures(subject)):
            told = traceback.TracebackException.from_exception(error, capture_locals=True)
            for where, text in (
                ("its text", str(error)),
                ("its facts", repr(vars(error))),
                ("its traceback", "".join(told.format())),
            ):
                if CANARY in text:
                    broken(subject.id, "secrets", f"the key shows in {where} of {type(error).__name__}: {error}")

    def test_models_request(self, loaded: Subject) -> None:
        """Not in the requests that list the models."""
        flow = loaded.ours(lambda: loaded.provider.list_models(loaded.settings))
        http = loaded.ours(lambda: next(flow))
        flow.close()
        for where, text in _places(http):
            if CANARY in text:
                broken(loaded.id, "secrets", f"the key shows in {where} of the request for models")


def _places(http: HttpRequest) -> Iterator[tuple[str, str]]:
    yield "the URL", http.url
    yield "the body", http.body.decode("utf-8", "replace")
    yield "a header that is no Secret", " ".join(one for one in http.headers.values() if isinstance(one, str))
    yield "the repr", repr(http)
    yield "vars()", repr([getattr(http, name) for name in ("headers", "notices", "url")])


def _refusals(subject: Subject) -> Iterator[JackfieldError]:
    """Every refusal that the options and parts provoke."""
    requests: list[Any] = [
        subject.request(**{option: value}) for option, values in VALUES.items() for value in values
    ] + [subject.request(user(PLAIN, make(b"x"))) for make in MEDIA.values()]
    for request in requests:
        try:
            subject.prepare(request)
        except JackfieldError as error:
            yield error


def _failures(subject: Subject) -> Iterator[JackfieldError]:
    """Every error that answers provoke."""
    for status in (200, 401, 429, 500):
        for _, kind, body in BODIES:
            try:
                subject.decode(subject.request(), body, status=status, content_type=kind)
            except JackfieldError as error:
                yield error
