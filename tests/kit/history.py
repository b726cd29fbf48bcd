"""Every version of the hooks that is closed, and its source: `api_versions.json` names the commit of each.

The commits are tagged `api-1.0` and so on; the table stands for the tags where a clone has none. The version in the
making, `API_VERSION`, is in no table: its source is this tree. Whoever begins the next one adds the last commit of this
one to the table and tags it.
"""

import ast
import json
import subprocess
import tarfile
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

import attrs
import pytest
from tests.kit.building import ROOT

HOOKSPECS = "core/src/jackfield/hookspecs.py"
Hooks = Mapping[str, frozenset[str]]
"""The arguments of each hook."""


@attrs.frozen(kw_only=True)
class Version:
    """A version of the hooks.

    Attributes:
        core: the first version of the distribution jackfield that had it.
        commit: the tree that its wheels are built from.
    """

    number: str
    core: str
    commit: str

    def source(self, folder: Path) -> Path:
        """Unpack the tree of that commit. The test is skipped where the history does not reach it."""
        with tarfile.open(fileobj=BytesIO(_git("archive", self.commit, "core", "plugins", "LICENSE"))) as archive:
            archive.extractall(folder, filter="data")
        return folder

    def hookspecs(self) -> str:
        """The specifications as they were."""
        return _git("show", f"{self.commit}:{HOOKSPECS}").decode()


@cache
def versions() -> Mapping[str, Version]:
    """All of them, oldest first."""
    table = json.loads((Path(__file__).parent / "api_versions.json").read_text(encoding="utf-8"))
    return {number: Version(number=number, **facts) for number, facts in table.items()}


def rank(version: str) -> tuple[int, ...]:
    """By which versions are ordered: 1.10 comes after 1.9."""
    return tuple(map(int, version.split(".")))


def hooks_in(source: str) -> Hooks:
    """Every hook of these specifications, with its arguments."""
    groups = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.name.endswith("Hooks")]
    return {
        node.name: frozenset(one.arg for one in node.args.args) - {"self"}
        for group in groups
        for node in group.body
        if isinstance(node, ast.FunctionDef)
    }


def _git(*arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("git is not installed: the older versions of the hooks cannot be had")
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        pytest.skip(f"this clone lacks the commits of api_versions.json (git fetch --unshallow gets them): {said}")
    return done.stdout
