"""What every part of the contract starts from: the class attributes that an author sets, and the subject."""

from typing import ClassVar

import pytest

from jackfield.errors import JackfieldError
from jackfield.testing.contract.subject import Subject
from jackfield.testing.contract.verdict import broken
from jackfield.types.requests import GenerateRequest


class ContractBase:
    """The attributes that a test class sets.

    Attributes:
        provider: the id, as `jackfield.Client` takes it.
        plugin: the plugin object (a module, usually), where it is not installed; found by its entry point otherwise.
        model: asked in every case; else the first models that the simulator lists.
        settings: values for `ProviderInfo.settings`; else made up.
        excused: what cannot hold with this provider: the name of an option or of a fact (`finish_reason`) to the
            reason, with its source. The cases about it are skipped with that reason.
        keeps_state: the simulator answers with state that has to come back (a thought signature).
    """

    provider: ClassVar[str] = ""
    plugin: ClassVar[object | None] = None
    model: ClassVar[str | None] = None
    settings: ClassVar[dict[str, str]] = {}
    excused: ClassVar[dict[str, str]] = {}
    keeps_state: ClassVar[bool] = False

    _subjects: ClassVar[dict[type, "Subject | JackfieldError"]] = {}

    @classmethod
    def load(cls) -> "Subject | JackfieldError":
        """The subject, loaded once a class; the error if it does not load."""
        if cls not in cls._subjects:
            try:
                cls._subjects[cls] = Subject(cls.provider, cls.plugin, model=cls.model, settings=cls.settings)
            except JackfieldError as error:
                cls._subjects[cls] = error
        return cls._subjects[cls]

    @pytest.fixture
    def loaded(self) -> Subject:
        """The plugin; the test is skipped if it does not load, which `test_it_loads` reports."""
        found = self.load()
        if isinstance(found, Subject):
            return found
        pytest.skip(f"{self.provider} does not load; see test_it_loads")

    def excuse(self, name: str) -> None:
        """Skip the running test if the provider is excused from it."""
        if name in self.excused:
            pytest.skip(f"{self.provider}: {name}: {self.excused[name]}")

    @pytest.fixture
    def subject(self, loaded: Subject) -> Subject:
        """The plugin, which must generate."""
        if GenerateRequest not in loaded.info.capabilities.operations:
            pytest.skip(f"{self.provider} does not generate replies")
        return loaded

    def test_it_loads(self) -> None:
        """It imports, registers, has every hook, speaks this version of the hooks, and is who it says it is."""
        if not self.provider:
            pytest.fail(f"{type(self).__name__} needs provider = '<the id of your provider>'", pytrace=False)
        found = self.load()
        if isinstance(found, JackfieldError):
            broken(self.provider, "loading", str(found))
