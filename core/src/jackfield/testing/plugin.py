"""The pytest plugin: fixtures that start simulators and replay recordings, and the contract in one line of a conftest.

It is loaded through the entry point group `pytest11`.
"""

import re
from collections.abc import Generator, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from jackfield.errors import JackfieldError

if TYPE_CHECKING:
    from jackfield.testing.recording import Tape
    from jackfield.testing.simulator import Simulator


@pytest.fixture
def simulator(request: pytest.FixtureRequest) -> "Iterator[Simulator]":
    """Every installed provider on loopback, stopped after the test.

    `@pytest.mark.simulate("groq", pace_s=0.1)` names the providers, and gives further arguments of `Simulator`.
    """
    from jackfield import registry
    from jackfield.testing.simulator import Simulator

    marker: pytest.Mark | None = request.node.get_closest_marker("simulate")
    names: tuple[str, ...] = marker.args if marker and marker.args else tuple(registry.installed())
    options: dict[str, Any] = dict(marker.kwargs) if marker else {}
    with Simulator(*names, **options) as started:
        yield started


@pytest.fixture
def recording(request: pytest.FixtureRequest) -> "Iterator[Tape]":
    """The test's own recording: `recordings/<test file>/<test>.json` beside the test file.

    `@pytest.mark.recording(ordered=False, pace=1.0)` gives further arguments of `jackfield.testing.recording.use`, and
    `path=` another file. The option `--jackfield-record` says when to record: `replay` (never, the default), `once`, or
    `record`.
    """
    from jackfield.testing.recording import use

    marker: pytest.Mark | None = request.node.get_closest_marker("recording")
    options: dict[str, Any] = {
        "mode": request.config.getoption("--jackfield-record"),
        **(marker.kwargs if marker else {}),
    }
    name = re.sub(r"[^\w.-]+", "-", str(request.node.name)).strip("-")
    beside: Path = request.path.parent / "recordings" / request.path.stem / f"{name}.json"
    with use(options.pop("path", beside), **options) as tape:
        yield tape


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Tell an error that a case of the contract does not expect like any other breach."""
    try:
        return (yield)
    except JackfieldError as error:
        provider: str | None = getattr(pyfuncitem.cls, "provider", None)
        case = str(getattr(pyfuncitem.obj, "__module__", ""))
        if not case.startswith("jackfield.testing.contract.") or provider is None:
            raise
        from jackfield.testing.contract.verdict import unexpected

        unexpected(provider, case, error)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the contract for a `conftest.py` that says `jackfield_provider = "mistral"`."""
    if file_path.name != "conftest.py":
        return None
    conftest = parent.config.pluginmanager.get_plugin(str(file_path))
    provider: object = getattr(conftest, "jackfield_provider", None)
    if provider is None:
        return None
    if not isinstance(provider, str):
        msg = f"{file_path}: jackfield_provider is the id of a provider, such as 'mistral', not {provider!r}"
        raise parent.CollectError(msg)
    collected: pytest.Module = pytest.Module.from_parent(parent, path=file_path)  # pyright: ignore[reportUnknownMemberType]  # pytest's own
    collected.obj = _contract_of(provider)
    return collected


def _contract_of(provider: str) -> ModuleType:
    """A module with one test class, as an author would write it."""
    from jackfield.testing.contract import ProviderContract

    module = ModuleType("jackfield_contract")
    facts = {"provider": provider, "__module__": module.__name__, "__doc__": "Every case of the kit."}
    vars(module)["TestContract"] = type("TestContract", (ProviderContract,), facts)
    return module


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare when to record."""
    parser.getgroup("jackfield").addoption(
        "--jackfield-record",
        choices=("replay", "once", "record"),
        default="replay",
        help="whether the `recording` fixture replays, records what is missing, or records anew",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    config.addinivalue_line("markers", "simulate(*providers, **options): what the simulator fixture serves")
    config.addinivalue_line("markers", "recording(**options): how the recording fixture replays")
