"""How a breach of the contract is told: what is wrong, why it matters, where to read. The clauses are in `clauses`."""

from typing import NoReturn

import pytest

from jackfield.errors import JackfieldError
from jackfield.testing.contract.clauses import CLAUSES, MANUAL

_CLAUSE_OF = {
    "encoding": "options", "listing": "models", "loopback": "simulator", "replies": "whole-replies",
    "schemas": "schemas", "secrecy": "secrets", "state": "state", "streams": "streams",
}  # fmt: skip
"""The clause of an error that a case of that module does not expect."""


def broken(provider: str, clause: str, what: str) -> NoReturn:
    """Fail the running test: the plugin breaks this clause."""
    __tracebackhide__ = True
    message = (
        f"{provider} breaks the contract: {clause}\n"
        f"  what: {what}\n"
        f"  why:  {CLAUSES[clause].why}\n"
        f"  read: python -m jackfield.testing.contract {clause}, or {MANUAL}#{clause} in the manual"
    )
    raise pytest.fail.Exception(message, pytrace=False) from None  # what was caught on the way is in `what`


def unexpected(provider: str, case: str, error: JackfieldError) -> NoReturn:
    """Fail the running test: an error came where the case expects none. `case` is the name of its module."""
    __tracebackhide__ = True
    broken(provider, _CLAUSE_OF.get(case.rpartition(".")[2], "hooks"), f"an error where none belongs: {error!r}")


def cannot_show(provider: str, clause: str, reason: str) -> NoReturn:
    """Skip the running test: the plugin gives nothing to judge this clause by."""
    __tracebackhide__ = True
    pytest.skip(f"{provider}: {clause} cannot be shown: {reason}; see {MANUAL}#{clause}")
