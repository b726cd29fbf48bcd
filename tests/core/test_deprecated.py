"""What is on its way out goes on to work, and says what replaces it."""

import pytest

from jackfield.dialects.chat_completions.differences import Differences, Encoding
from jackfield.dialects.chat_completions.options import report_losses
from jackfield.schema import STANDARD, compile_schema
from jackfield.types.messages import user
from jackfield.types.requests import GenerateRequest


def test_losses_are_told_once() -> None:
    """Plugins for hooks up to 1.1 told them by themselves; now the core does, so that such a call adds nothing."""
    encoding = Encoding(
        differences=Differences(provider="x"), request=GenerateRequest(model="m", messages=(user("Hi"),))
    )
    compiled = compile_schema({"type": "string"}, STANDARD)
    with pytest.warns(DeprecationWarning, match=r"the core tells what schemas lose; it goes away with jackfield 0\.3"):
        report_losses(encoding, compiled, "schema", strict=True)
    assert encoding.notices == []
