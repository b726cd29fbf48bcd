"""The plugin keeps jackfield's contract; every case comes from the kit."""

from jackfield.testing import contract


class TestContract(contract.ProviderContract):
    """All cases of the kit."""

    provider = "anthropic"
    keeps_state = True  # thoughts carry a signature
