"""The plugin for Groq keeps the contract that every plugin is held to."""

from jackfield.testing import contract


class TestGroq(contract.ProviderContract):
    """Every case of the kit."""

    provider = "groq"
    excused = {  # noqa: RUF012 - declared as a class variable by the base
        "web_search": "compound systems search by themselves: https://console.groq.com/docs/web-search",
    }
