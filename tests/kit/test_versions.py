"""Old and new plugins with old and new cores, from wheels: each pair works, or says which of both to upgrade."""

import os
import shutil
import sys
from pathlib import Path

import attrs
import pytest
from tests.kit.building import ROOT, Fresh, clean_environment, run, uv

from jackfield.cli.new_plugin import answers, write

CORES = ("1.0", "1.1", "2.0")
PLUGINS = ("0.9", "1.0", "1.1", "2.0")
# Prints what a user gets: an answer of the plugin's simulator, or the error.
USE = """
import jackfield
from jackfield.testing import Simulator
try:
    with Simulator("acme") as simulator:
        with jackfield.Client("acme:sim-chat", base_url=simulator.base_url, api_key="x") as client:
            print("works:", client.generate("Hello").text)
except jackfield.PluginError as error:
    print(type(error).__name__ + ":", error)
"""


@attrs.frozen
class Matrix:
    """Unpacked wheels, one folder a version."""

    folder: Path

    def use(self, core: str, plugin: str) -> str:
        """What a user of this pair gets. The other dependencies come from the running environment."""
        paths = [self.folder / f"core-{core}", self.folder / f"plugin-{plugin}"]
        env = {**clean_environment(), "PYTHONPATH": os.pathsep.join(map(str, paths))}
        return run(sys.executable, "-c", USE, cwd=self.folder, env=env).strip()


def unpack(fresh: Fresh, project: Path, target: Path) -> None:
    """Build a project's wheel and install it into a folder of its own."""
    wheel = fresh.build(project)
    run(uv(), "pip", "install", "--quiet", "--no-deps", "--target", target, wheel, cwd=project)
    wheel.unlink()


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    """A core of each version, and a plugin written for each."""
    folder = tmp_path_factory.mktemp("versions")
    fresh = Fresh(folder / "unused", folder / "wheels")
    for version in CORES:
        project = folder / f"source-core-{version}"
        shutil.copytree(ROOT / "core", project, ignore=shutil.ignore_patterns("__pycache__", "dist"))
        hookspecs = project / "src" / "jackfield" / "hookspecs.py"
        source = hookspecs.read_text(encoding="utf-8")
        assert 'API_VERSION = "1.1"' in source, "the versions of this test count from 1.1"
        hookspecs.write_text(source.replace('API_VERSION = "1.1"', f'API_VERSION = "{version}"'), encoding="utf-8")
        unpack(fresh, project, folder / f"core-{version}")
    for version in PLUGINS:
        project = folder / f"source-plugin-{version}"
        write(project, answers("acme", dialect="chat-completions"))
        module = project / "src" / "jackfield_acme" / "__init__.py"
        source = module.read_text(encoding="utf-8")
        module.write_text(source.replace('api_version="1.1"', f'api_version="{version}"'), encoding="utf-8")
        unpack(fresh, project, folder / f"plugin-{version}")
    return Matrix(folder)


@pytest.mark.slow
@pytest.mark.xdist_group("versions")
def test_every_pair(matrix: Matrix, subtests: pytest.Subtests) -> None:
    """Same major, and the plugin's minor not newer: it works. Else the error names the older of both."""
    for core in CORES:
        for plugin in PLUGINS:
            with subtests.test(f"plugin {plugin}, core {core}"):
                said = matrix.use(core, plugin)
                if plugin[0] == core[0] and plugin <= core:
                    assert said.startswith("works:"), said
                else:
                    older = "jackfield" if plugin > core else "the acme plugin"
                    assert said.startswith("PluginIncompatible:"), said
                    assert f"written for hook API {plugin}, this core has {core}; upgrade {older}" in said
    with subtests.test("a plugin that needs a name which this core does not have"):
        module = matrix.folder / "plugin-1.0" / "jackfield_acme" / "__init__.py"
        module.write_text("from jackfield.hookspecs import NotYetThere\n", encoding="utf-8")
        said = matrix.use("1.0", "1.0")
        assert said.startswith("PluginBroken:"), said
        assert "NotYetThere" in said
        assert "it asks for jackfield" in said
