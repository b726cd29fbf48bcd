"""How a breach of the contract is told: what is wrong, why it matters, where to read. The clauses are in `clauses`."""

from typing import NoReturn

import pytest

from jackfield.testing.contract.clauses import CLAUSES, MANUAL


def broken(provider: str, clause: str, what: str) -> NoReturn:
    """Fail the running test: the plugin breaks this clause."""
    __tracebackhide__ = True
    message = (
        f"{provider} breaks the contract: {clause}\n"
        f"  what: {what}\n"
        f"  why:  {CLAUSES[clause].why}\n"
        f"  read: python -m jackfield.testing.contract {clause}, or {MANUAL}#{clause} in the manual"
    )
    pytest.fail(message, pytrace=False)


def cannot_show(provider: str, clause: str, reason: str) -> NoReturn:
    """Skip the running test: the plugin gives nothing to judge this clause by."""
    __tracebackhide__ = True
    pytest.skip(f"{provider}: {clause} cannot be shown: {reason}; see {MANUAL}#{clause}")
