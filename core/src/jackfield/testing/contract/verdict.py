"""What the contract demands, clause by clause, and how a breach is told: what is wrong, why it matters, where to read.

Rules: every clause is a heading of the manual page `docs/testing.md`, which a test compares with this table.
"""

from collections.abc import Mapping
from typing import NoReturn

import pytest

MANUAL = "docs/testing.md"

CLAUSES: Mapping[str, str] = {
    "loading": "A plugin that does not load, or claims to be another, cannot be called at all.",
    "declaration": "What `provider_info` declares is all that a caller and the core know before the first call.",
    "hooks": "The core relies on the type of what comes back; a foreign exception or a wrong type becomes a PluginError"
    " in the face of the user.",
    "options": "A caller who sets an option believes that it holds: it is sent, reported or refused.",
    "parts": "A part of the conversation that silently goes missing changes what the model answers.",
    "whole-replies": "What the provider sent and the caller does not get is lost: nothing is dropped or guessed.",
    "streams": "A streamed reply is the same reply: same text, same calls, same facts, however its bytes are cut.",
    "cut-streams": "A reply that was cut off and looks finished is acted upon as if it were whole.",
    "usage": "Token counts are bills: they are the provider's own, never added up or estimated.",
    "tools": "A call that is merged with another, or loses an argument, makes an app do the wrong thing.",
    "errors": "Retrying, alerting and messages to users go by the class of an error and its facts.",
    "unknown-fields": "New fields come every week: they must never break a user, and must be seen in strict mode.",
    "state": "Thought signatures that do not come back bit for bit make the provider refuse the next turn.",
    "schemas": "A schema that is changed on the way without a word promises a shape that nobody holds the model to.",
    "models": "A list that never ends, or loses a page, hangs or misleads whoever chooses a model from it.",
    "purity": "Without I/O, clock, environment and chance a plugin serves threads and asyncio, and can be replayed.",
    "secrets": "A key that shows in a repr, a URL or a traceback ends up in a log.",
    "simulator": "The simulator stands in for the provider in everybody's tests: it and the client have to agree.",
}


def broken(provider: str, clause: str, what: str) -> NoReturn:
    """Fail the running test: the plugin breaks this clause."""
    __tracebackhide__ = True
    message = (
        f"{provider} breaks the contract: {clause}\n"
        f"  what: {what}\n"
        f"  why:  {CLAUSES[clause]}\n"
        f"  read: {MANUAL}#{clause}"
    )
    pytest.fail(message, pytrace=False)


def cannot_show(provider: str, clause: str, reason: str) -> NoReturn:
    """Skip the running test: the plugin gives nothing to judge this clause by."""
    __tracebackhide__ = True
    pytest.skip(f"{provider}: {clause} cannot be shown: {reason}; see {MANUAL}#{clause}")
