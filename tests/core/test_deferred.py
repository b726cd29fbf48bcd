"""Hooks whose code is imported when they are first called, and names whose module is."""

import sys
from pathlib import Path
from types import ModuleType

import pluggy
import pytest

from jackfield.hookspecs import PROJECT, ProviderHooks, deferred, deferred_names
from jackfield.http import Settings

SETTINGS = Settings(provider="acme", base_url="https://api.acme.example")


def relay(module: ModuleType) -> pluggy.HookRelay:
    """The hooks of a module, called as the core calls them."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(ProviderHooks)
    manager.register(module)
    manager.check_pending()
    return manager.hook


def test_imported_on_first_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Registration imports nothing; the function gets what was given, then the arguments of the hook in their order."""
    (tmp_path / "acme_files_of_a_test.py").write_text("def get(*arguments):\n    return arguments\n")
    monkeypatch.syspath_prepend(tmp_path)  # pyright: ignore[reportUnknownMemberType]  # pytest leaves it untyped
    plugin = ModuleType("acme")
    vars(plugin)["get_file"] = deferred("get_file", "acme_files_of_a_test:get", "given")
    hooks = relay(plugin)
    assert "acme_files_of_a_test" not in sys.modules
    assert hooks.get_file(settings=SETTINGS, file_id="one") == ("given", "one", SETTINGS)
    monkeypatch.delitem(sys.modules, "acme_files_of_a_test")


def test_a_hook_that_does_not_exist() -> None:
    """A misspelt name is found where it is written."""
    with pytest.raises(AttributeError, match="get_fiel"):
        deferred("get_fiel", "acme:get")


def test_it_is_described_like_the_hook() -> None:
    """A reader of the plugin sees the name and the words of the specification."""
    made = deferred("list_files", "acme:files")
    assert (made.__name__, made.__doc__) == ("list_files", ProviderHooks.list_files.__doc__)


def test_names_found_on_first_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The module is imported by the first of its names; a name that is not among them is none of the package."""
    (tmp_path / "acme_options_of_a_test.py").write_text("Options, Other = 'options', 'other'\n")
    monkeypatch.syspath_prepend(tmp_path)  # pyright: ignore[reportUnknownMemberType]  # pytest leaves it untyped
    package = ModuleType("acme")
    vars(package)["__getattr__"] = deferred_names("acme_options_of_a_test", ("Options",))
    assert not hasattr(package, "Other")
    assert "acme_options_of_a_test" not in sys.modules
    assert package.Options == "options"
    monkeypatch.delitem(sys.modules, "acme_options_of_a_test")


def test_a_name_that_a_plugin_does_not_have() -> None:
    """The error names the package."""
    with pytest.raises(AttributeError, match="module 'acme' has no attribute 'Optoins'"):
        deferred_names("acme.options", ("Options",))("Optoins")
