"""As a new user would: wheels in a fresh environment, a plugin from each template, the two examples, all by the kit."""

from pathlib import Path

import pytest
from tests.kit.building import ROOT, Fresh, lint, run

EXAMPLES = ("anthropic", "openai_compatible")
# Short and long ids: the templates stay formatted whatever is filled in.
GENERATED = (("acme", "chat-completions"), ("zeta-labs-europe", "own"))
MOST_LINES = 60


def cases_in(listing: str) -> list[str]:
    """The names of the collected tests, without their file and class."""
    return [line.rpartition("::")[2] for line in listing.splitlines() if "::" in line]


@pytest.mark.slow
def test_plugins_from_wheels(tmp_path: Path, subtests: pytest.Subtests) -> None:
    """Whatever a third party would ship passes the contract when only wheels are installed."""
    fresh = Fresh.make(tmp_path)
    core = fresh.build(ROOT / "core")
    examples = [fresh.build(ROOT / "examples" / "plugins" / name) for name in EXAMPLES]
    fresh.install(f"{core}[cli,new-plugin,testing]", *examples)
    projects = {name: ROOT / "examples" / "plugins" / name for name in EXAMPLES}
    for provider, dialect in GENERATED:
        run(fresh.bin / "jackfield", "new-plugin", provider, "--dialect", dialect, cwd=tmp_path)
        projects[dialect] = tmp_path / f"jackfield-{provider}"
    wheels = [fresh.build(projects[dialect]) for _, dialect in GENERATED]
    fresh.install(*wheels)
    for name, project in projects.items():
        with subtests.test(f"{name} keeps the contract"):
            fresh.pytest(project)
    for _, dialect in GENERATED:
        with subtests.test(f"{dialect} is clean"):
            lint(projects[dialect], fresh)
    with subtests.test("one line of a conftest is the same suite"):
        collect = ("-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider")
        cases = run(fresh.python, *collect, "tests", cwd=projects["chat-completions"])
        alone = tmp_path / "alone"
        alone.mkdir()
        (alone / "conftest.py").write_text('jackfield_provider = "acme"\n', encoding="utf-8")
        assert cases_in(run(fresh.python, *collect, cwd=alone)) == cases_in(cases) != []
        run(fresh.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "loads or streamed", cwd=alone)
    with subtests.test("what is installed"):
        listed = run(fresh.bin / "jackfield", "providers", "--json", cwd=tmp_path)
        assert all(f'"{name}"' in listed for name in ("acme", "anthropic", "openai-compatible", "zeta-labs-europe"))
    with subtests.test("the chat-completions variant is short"):
        sources = [*projects["chat-completions"].rglob("*.py")]
        assert sum(len(file.read_text(encoding="utf-8").splitlines()) for file in sources) < MOST_LINES
