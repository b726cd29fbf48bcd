"""The plugin for Cerebras keeps the contract that every plugin is held to."""

import pytest

from jackfield.testing import contract


@pytest.mark.repeats
class TestCerebras(contract.ProviderContract):
    """Every case of the kit."""

    provider = "cerebras"
