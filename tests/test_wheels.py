"""The wheels as a user installs them: built from this tree, into an environment that holds what they ask for alone."""

import json
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator, Sequence
from email.parser import HeaderParser
from importlib import metadata
from pathlib import Path

import attrs
import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PLUGINS = sorted(path.parent.name for path in ROOT.glob("plugins/*/pyproject.toml"))
LIST = "import json, jackfield; print(json.dumps(sorted(jackfield.providers())))"


@attrs.frozen
class Environment:
    """A virtual environment without pip, and without anything else."""

    python: Path
    packages: Path

    @classmethod
    def make(cls, where: Path) -> "Environment":
        """Create it."""
        venv.create(where, symlinks=True)
        [packages] = where.glob("lib/python3.*/site-packages")
        return cls(where / "bin" / "python", packages)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run its interpreter, apart from this one's environment variables and folders."""
        command = [str(self.python), "-I", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, env={}, cwd=self.packages)

    def install(self, wheel: Path) -> None:
        """Install a pure wheel, which is to unpack it, and what it requires."""
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(self.packages)
        for requirement in _required(wheel):
            self._copy(requirement)

    def _copy(self, name: str) -> None:
        """Copy an installed distribution and what it requires from this interpreter."""
        distribution = metadata.distribution(name)
        if list(self.packages.glob(f"{_normal(name)}-*.dist-info")) or name.startswith("jackfield"):
            return
        for file in distribution.files or ():
            source, target = Path(str(distribution.locate_file(file))), self.packages / file
            if ".." not in file.parts and source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
        for needed in _needed(distribution.requires or ()):
            self._copy(needed)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


def _needed(requirements: Sequence[str]) -> Iterator[str]:
    """The names of requirements that hold here, extras left out."""
    for requirement in map(Requirement, requirements):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name


def _metadata(wheel: Path) -> str:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return archive.read(name).decode()


def _required(wheel: Path) -> Iterator[str]:
    return _needed(HeaderParser().parsestr(_metadata(wheel)).get_all("Requires-Dist", []))


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheel of the core and of each plugin, by folder, built without the network."""
    out = tmp_path_factory.mktemp("wheels")
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not here: it builds the wheels")
    for folder in ("core", *(f"plugins/{name}" for name in PLUGINS)):
        command = [uv, "build", "--quiet", "--offline", "--wheel", "--out-dir", str(out), str(ROOT / folder)]
        subprocess.run(command, check=True, capture_output=True, text=True)
    found = {wheel.name.partition("-")[0].removeprefix("jackfield_"): wheel for wheel in out.glob("*.whl")}
    return {"core" if name == "jackfield" else name: wheel for name, wheel in found.items()}


@pytest.fixture
def environment(tmp_path: Path, wheels: dict[str, Path]) -> Environment:
    """The core alone, and what it requires."""
    made = Environment.make(tmp_path / "venv")
    made.install(wheels["core"])
    return made


def test_there_is_a_wheel_of_each(wheels: dict[str, Path]) -> None:
    """Each distribution builds by itself, pure."""
    assert set(wheels) == {"core", *PLUGINS}
    assert all(wheel.name.endswith("-py3-none-any.whl") for wheel in wheels.values())


def test_the_core_alone(environment: Environment) -> None:
    """It imports, has no provider, and what is installed beside it is what five requirements bring."""
    done = environment.run("-c", LIST)
    assert (json.loads(done.stdout), done.stderr) == ([], "")
    installed = {path.name.partition("-")[0] for path in environment.packages.glob("*.dist-info")}
    assert {"jackfield", "pluggy", "httpx", "attrs", "cattrs", "importlib_metadata"} <= installed
    assert installed.isdisjoint({"pydantic", "typer", "rich", "orjson", "jsonschema"})
    unknown = environment.run("-c", "import jackfield; jackfield.Client('groq')")
    assert "pip install jackfield-groq" in unknown.stderr


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_plugin_brings_itself_alone(environment: Environment, wheels: dict[str, Path], plugin: str) -> None:
    """With one plugin's wheel there is that provider, it loads, and no other distribution has come along."""
    before = set(environment.packages.glob("*.dist-info"))
    environment.install(wheels[plugin])
    assert len(set(environment.packages.glob("*.dist-info")) - before) == 1
    assert json.loads(environment.run("-c", LIST).stdout) == [plugin]
    check = f"from jackfield import registry; print(registry.load({plugin!r}).info.id)"
    done = environment.run("-c", check)
    assert (done.stdout.strip(), done.stderr) == (plugin, "")


@pytest.mark.parametrize("name", ["core", *PLUGINS])
def test_what_a_wheel_holds(wheels: dict[str, Path], name: str) -> None:
    """Type information, the licence, a readme; no start-up hook, no test and nothing of another package."""
    with zipfile.ZipFile(wheels[name]) as archive:
        names = archive.namelist()
    package = "jackfield" if name == "core" else f"jackfield_{name}"
    assert f"{package}/py.typed" in names
    assert any(one.endswith("/licenses/LICENSE") for one in names)
    assert not [one for one in names if one.endswith(".pth") or one.startswith("tests/")]
    assert {one.split("/")[0].partition("-")[0] for one in names} == {package}
    if name != "core":
        assert f"{package}/scoreboard.json" in names
    assert len(_metadata(wheels[name]).partition("\n\n")[2]) > 100
