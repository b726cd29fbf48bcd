"""The plugin for Groq keeps the contract that every plugin is held to."""

from typing import ClassVar

from jackfield.testing import contract


class TestGroq(contract.ProviderContract):
    """Every case of the kit."""

    provider = "groq"
    excused: ClassVar[dict[str, str]] = {
        "web_search": "compound systems search by themselves: https://console.groq.com/docs/web-search",
    }
