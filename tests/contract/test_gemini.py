"""The plugin for Gemini keeps the contract that every plugin is held to."""

import pytest

from jackfield.testing import contract


@pytest.mark.repeats
class TestGemini(contract.ProviderContract):
    """Every case of the kit."""

    provider = "gemini"
    keeps_state = True
