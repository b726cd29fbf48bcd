"""The plugin for Gemini keeps the contract that every plugin is held to."""

from jackfield.testing import contract


class TestGemini(contract.ProviderContract):
    """Every case of the kit."""

    provider = "gemini"
    keeps_state = True
