"""The plugin for Cloudflare keeps the contract that every plugin is held to."""

from jackfield.testing import contract


class TestCloudflare(contract.ProviderContract):
    """Every case of the kit."""

    provider = "cloudflare"
