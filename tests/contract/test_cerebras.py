"""The plugin for Cerebras keeps the contract that every plugin is held to."""

from jackfield.testing import contract


class TestCerebras(contract.ProviderContract):
    """Every case of the kit."""

    provider = "cerebras"
