"""Old and new plugins with old and new cores, from wheels: each pair works, or says which of both to upgrade.

The versions that there were come from the history, see `history`; those to come are today's wheels with another number.
"""

import os
import re
import shutil
import sys
from itertools import product
from pathlib import Path

import attrs
import pytest
from tests.kit.building import ROOT, Fresh, clean_environment, run, uv
from tests.kit.history import HOOKSPECS, hooks_in, rank, versions

from jackfield.hookspecs import API_VERSION
from jackfield.testing.contract.declaration import ages

NOW = "now"
MODELS = {"groq": "openai/gpt-oss-20b", "gemini": "gemini-2.5-flash", "cloudflare": "@cf/meta/llama-3.2-1b-instruct"}
"""A plugin on the dialect and one with a format of its own, both for the newest hooks; and one that needs 1.0 only."""
# Prints what a user gets: answers of the plugin's simulator, or the error.
USE = """
import sys
import jackfield
from jackfield.testing import Simulator
provider, model = sys.argv[1:]
try:
    with Simulator(provider) as simulator:
        facts = {"model": model, "base_url": simulator.base_url, "settings": simulator.settings}
        with jackfield.Client(provider, api_key="x", **facts) as client:
            whole = client.generate("Hello").text
            with client.stream("Hello") as stream:
                assert stream.until_done().text == whole != ""
            print("works:", len(client.list_models()), "models")
except jackfield.PluginError as error:
    print(type(error).__name__ + ":", error)
"""


@attrs.frozen
class Matrix:
    """Unpacked wheels, one folder a distribution and version."""

    folder: Path

    def add(self, version: str, source: Path, *distributions: str) -> None:
        """Build wheels from this source."""
        fresh = Fresh(self.folder / "unused", self.folder / "wheels")
        for name in distributions:
            wheel = fresh.build(source / ("core" if name == "core" else f"plugins/{name}"))
            target = self.folder / f"{name}-{version}"
            run(uv(), "pip", "install", "--quiet", "--no-deps", "--target", target, wheel, cwd=ROOT)
            wheel.unlink()

    def renumber(self, name: str, version: str, file: str, line: str) -> None:
        """Today's wheel with another number in that line."""
        target = self.folder / f"{name}-{version}"
        shutil.copytree(self.folder / f"{name}-{NOW}", target)
        source = (target / file).read_text(encoding="utf-8")
        changed, times = re.subn(rf'{line}"[\d.]+"', f'{line}"{version}"', source)
        assert times == 1
        (target / file).write_text(changed, encoding="utf-8")

    def metadata(self, name: str, version: str, pattern: str) -> str:
        """What the distribution says of itself."""
        (file,) = (self.folder / f"{name}-{version}").glob("*.dist-info/METADATA")
        found = re.search(pattern, file.read_text(encoding="utf-8"))
        assert found is not None
        return found[1]

    def use(self, core: str, provider: str, plugin: str) -> str:
        """What a user of this pair gets. The other dependencies come from the running environment."""
        paths = [self.folder / f"core-{core}", self.folder / f"{provider}-{plugin}"]
        env = {**clean_environment(), "PYTHONPATH": os.pathsep.join(map(str, paths))}
        return run(sys.executable, "-c", USE, provider, MODELS[provider], cwd=self.folder, env=env).strip()


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    """Today's wheels."""
    made = Matrix(tmp_path_factory.mktemp("versions"))
    made.add(NOW, ROOT, "core", *MODELS)
    return made


@pytest.mark.slow
@pytest.mark.xdist_group("versions")
def test_the_versions_that_there_were(matrix: Matrix, subtests: pytest.Subtests) -> None:
    """Every old plugin works with today's core; every plugin works with an old core, or says what to upgrade."""
    for number, version in versions().items():
        matrix.add(number, version.source(matrix.folder / f"source-{number}"), "core", *MODELS)
    everything = (*versions(), NOW)
    pairs = ((core, plugin) for core in everything for plugin in everything if NOW in (core, plugin))
    for (core, plugin), name in product(pairs, MODELS):
        with subtests.test(f"{name} of {plugin}, core of {core}"):
            said = matrix.use(core, name, plugin)
            if said.startswith("works:"):
                continue
            floor = matrix.metadata(name, plugin, r"Requires-Dist: jackfield\S*>=([\d.]+)")
            ours = matrix.metadata("core", core, r"\nVersion: (\S+)")
            assert rank(floor) > rank(ours), f"it asks for jackfield>={floor}, and fails with {ours}: {said}"
            told = (f"it asks for jackfield>={floor},<0.2; this is jackfield {ours}", "; upgrade jackfield")
            assert said.startswith(("PluginBroken:", "PluginIncompatible:")), said
            assert any(one in said for one in told), said


@pytest.mark.slow
@pytest.mark.xdist_group("versions")
def test_the_versions_to_come(matrix: Matrix, subtests: pytest.Subtests) -> None:
    """Same major, and the plugin's minor not newer: it works. Else the error names the older of both."""
    major, minor = rank(API_VERSION)
    minor_to_come, major_to_come = f"{major}.{minor + 1}", f"{major + 1}.0"
    for version in (minor_to_come, major_to_come):
        matrix.renumber("core", version, "jackfield/hookspecs.py", "API_VERSION = ")
    for version in ("0.9", minor_to_come, major_to_come):
        matrix.renumber("groq", version, "jackfield_groq/dialect.py", "api_version=")
    for core in (NOW, minor_to_come, major_to_come):
        for plugin in ("0.9", NOW, minor_to_come, major_to_come):
            with subtests.test(f"plugin for {plugin}, core of {core}"):
                has, needs = (API_VERSION if one == NOW else one for one in (core, plugin))
                said = matrix.use(core, "groq", plugin)
                if rank(needs)[0] == rank(has)[0] and rank(needs) <= rank(has):
                    assert said.startswith("works:"), said
                else:
                    older = "jackfield" if rank(needs) > rank(has) else "the groq plugin"
                    assert said.startswith("PluginIncompatible:"), said
                    assert f"written for hook API {needs}, this core has {has}; upgrade {older}" in said


@pytest.mark.slow
@pytest.mark.xdist_group("versions")
def test_a_name_that_this_core_does_not_have(matrix: Matrix, subtests: pytest.Subtests) -> None:
    """A plugin that cannot even be imported says which side its range of versions leaves out."""
    for asked, advice in ((">=0.1.99", "upgrade jackfield"), ("<0.1", "upgrade jackfield-groq")):
        with subtests.test(advice):
            folder = shutil.copytree(matrix.folder / f"groq-{NOW}", matrix.folder / f"groq-odd-{advice[-4:]}")
            (folder / "jackfield_groq" / "__init__.py").write_text("from jackfield.hookspecs import NotThere\n")
            (metadata,) = folder.glob("*.dist-info/METADATA")
            text = metadata.read_text(encoding="utf-8")
            changed = re.sub(r"^Requires-Dist: .*$", f"Requires-Dist: jackfield{asked}", text, flags=re.MULTILINE)
            metadata.write_text(changed, encoding="utf-8")
            said = matrix.use(NOW, "groq", folder.name.removeprefix("groq-"))
            assert said.startswith("PluginBroken:"), said
            assert "NotThere" in said
            assert f"it asks for jackfield{asked}; this is jackfield " in said
            assert said.endswith(f": {advice})"), said


def test_the_table() -> None:
    """Each commit has the version that the table says, and this tree a newer one, which takes nothing away."""
    for number, version in versions().items():
        assert f'API_VERSION = "{number}"' in version.hookspecs()
    assert [*versions(), API_VERSION] == sorted({*versions(), API_VERSION}, key=rank)
    today, newest = hooks_in((ROOT / HOOKSPECS).read_text(encoding="utf-8")), list(versions().values())[-1]
    for name, arguments in hooks_in(newest.hookspecs()).items():
        assert today[name] >= arguments, "what goes away is a new major version"


def test_the_manual() -> None:
    """It has the same table, and the version in the making with the core that brings it."""
    page = (ROOT / "docs" / "deprecation.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+\.\d+) \| ([\d.]+) \|", page, re.MULTILINE)
    closed = [(number, version.core) for number, version in versions().items()]
    assert (rows[:-1], rows[-1][0]) == (closed, API_VERSION)


def test_since_when() -> None:
    """What a hook says about its age is what the history says."""
    today = hooks_in((ROOT / HOOKSPECS).read_text(encoding="utf-8"))
    there = {number: hooks_in(version.hookspecs()) for number, version in versions().items()} | {API_VERSION: today}
    for name, arguments in today.items():
        first = next(number for number, hooks in there.items() if name in hooks)
        later = {
            one: number
            for number, hooks in reversed(there.items())
            for one in arguments & hooks.get(name, frozenset[str]())
        }
        expected = {name: first} | {f"{name}({one})": since for one, since in later.items() if since != first}
        assert ages(name, arguments) == expected
