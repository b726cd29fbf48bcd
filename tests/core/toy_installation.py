"""Installs the toy provider for a test, the way pip would: a distribution with an entry point on `sys.path`."""

from collections.abc import Mapping
from pathlib import Path

from tests.core.toy import Toy

from jackfield.hookspecs import hookimpl

PLUGIN = Toy()


class Watch:
    """Middleware that listens and does nothing."""

    @hookimpl
    def call_started(self, call_id: str) -> None:
        """Hear of a call."""


WATCH = Watch()


def install(
    folder: Path,
    name: str,
    entry_points: Mapping[str, str],
    *,
    version: str = "1.0",
    group: str = "jackfield.providers",
) -> Path:
    """Write a distribution with these entry points; `folder` has to be on `sys.path`."""
    lines = "\n".join(f"{entry} = {target}" for entry, target in entry_points.items())
    return install_text(folder, name, f"[{group}]\n{lines}\n", version=version)


def install_text(folder: Path, name: str, entry_points: str, *, version: str = "1.0") -> Path:
    """Write a distribution with that text as its entry_points.txt."""
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(entry_points, encoding="utf-8")
    return info


def install_toy(folder: Path) -> None:
    """Make `toy` a provider that can be loaded."""
    install(folder, "jackfield-toy", {"toy": "tests.core.toy_installation:PLUGIN"})
