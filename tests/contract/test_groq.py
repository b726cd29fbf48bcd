"""The plugin for Groq keeps the contract that every plugin is held to."""

from jackfield.testing import contract


class TestGroq(contract.ProviderContract):
    """Every case of the kit."""

    provider = "groq"
