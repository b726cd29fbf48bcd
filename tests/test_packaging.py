"""What the distributions promise in their metadata, and what the lock pins."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from tests.kit.history import rank, versions

from jackfield import registry

ROOT = Path(__file__).resolve().parent.parent
CORE = ROOT / "core"
PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))


def pyproject(folder: Path) -> dict[str, Any]:
    """The parsed pyproject.toml of this folder."""
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))


def normalized(requirement: str) -> str:
    """The name in a requirement, as the lock writes it."""
    name = re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def test_core_depends_on_five() -> None:
    """Whoever installs the core gets these and nothing else."""
    assert pyproject(CORE)["project"]["dependencies"] == [
        "pluggy>=1.7",
        "httpx",
        "attrs",
        "cattrs",
        "importlib-metadata",
    ]


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.name)
def test_plugin_depends_on_the_core_alone(plugin: Path) -> None:
    """Installing a provider brings that provider, found under its id by its entry point."""
    project = pyproject(plugin)["project"]
    package = f"jackfield_{plugin.name}"
    assert project["name"] == f"jackfield-{plugin.name}"
    (needs,) = project["dependencies"]
    floor, below = re.findall(r"^jackfield>=([\d.]+),<([\d.]+)$", needs)[0]
    ours, closed = pyproject(CORE)["project"]["version"], versions().get(registry.load(plugin.name).info.api_version)
    first = ours if closed is None else closed.core
    assert rank(first) <= rank(floor) <= rank(ours) < rank(below) == (0, 2)
    assert project["entry-points"] == {"jackfield.providers": {plugin.name: package}}
    assert (plugin / "src" / package / "py.typed").is_file()


@pytest.mark.parametrize("folder", [CORE, *PLUGINS], ids=lambda path: path.name)
def test_distribution_carries_the_licence(folder: Path) -> None:
    """Each distribution ships the licence of the repository, and supports the same interpreters."""
    project = pyproject(folder)["project"]
    assert (folder / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert project["license-files"] == ["LICENSE"]
    assert project["requires-python"] == ">=3.11"


def test_lock_pins_every_requirement() -> None:
    """What the lock leaves out would be installed at any version, unchecked; `make lock` mends it."""
    project, groups = pyproject(CORE)["project"], pyproject(ROOT)["dependency-groups"]
    lists = [project["dependencies"], *project["optional-dependencies"].values(), *groups.values()]
    asked = {normalized(item) for items in lists for item in items if isinstance(item, str)}
    pinned = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE))
    assert asked - pinned == set()


def test_lock_ties_nobody_to_a_host() -> None:
    """The lock holds names, versions and hashes, so that it works with whatever index a user has configured."""
    assert "://" not in (ROOT / "requirements.lock").read_text(encoding="utf-8")
