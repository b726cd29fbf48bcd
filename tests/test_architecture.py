"""The budgets and boundaries of the code, read from its syntax trees.

ruff counts branches (C901) and arguments (PLR0917), import-linter keeps the floors of the core; here stands what
neither can say. Each rule is a function from a syntax tree to its faults, shown to fail on an example before it is run
over the repository.
"""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest

pytestmark = pytest.mark.repeats  # it reads code, and runs none of it
ROOT = Path(__file__).resolve().parent.parent
FUNCTION_LINES, USUAL_FUNCTION_LINES, FILE_LINES = 40, 30, 400
SHARED_LINES = 10
HTTPX_HOMES = ("core/src/jackfield/transport/", "core/src/jackfield/client.py", "core/src/jackfield/testing/recording/")
VAGUE_NAME = re.compile(r"(.*_)?(helper|manager|util)s?")

Rule = Callable[[ast.Module], list[str]]


def impure_modules() -> frozenset[str]:
    """What a plugin may not import: the list of the import contract, and the parts of modules that it cannot name."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = next(c for c in pyproject["tool"]["importlinter"]["contracts"] if c["id"] == "plugins-pure")
    return frozenset(contract["forbidden_modules"]) | {"http.client", "http.server", "urllib.request"}


IMPURE = impure_modules()
IMPURE_NAMES = frozenset({"date.today", "datetime.now", "datetime.today", "datetime.utcnow", "input", "open", "print"})
# The floors of the core that do I/O, or drive it.
UPPER_FLOORS = frozenset(f"jackfield.{name}" for name in ("cli", "client", "operations", "registry", "transport"))
HTTPX = frozenset({"httpcore", "httpx", "httpx2"})


def python_files(*folders: str) -> Iterator[tuple[str, str]]:
    """Each Python file below these folders of the repository: its path from the root, and its text."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not re.search(r"(^|/)(\.[^/]+|build|dist)/", name):
                yield name, path.read_text(encoding="utf-8")


def functions(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    """Each function with its lines from the signature to the end, the docstring left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            first = node.body[0]
            if ast.get_docstring(node, clean=False) is not None:
                length -= (first.end_lineno or first.lineno) - first.lineno + 1
            yield node, length


def long_functions(tree: ast.Module) -> list[str]:
    """Functions over the budget."""
    return [f"{node.lineno} {node.name}: {lines} lines" for node, lines in functions(tree) if lines > FUNCTION_LINES]


def imports(tree: ast.Module, modules: frozenset[str]) -> list[str]:
    """Imports of any of these modules, or from inside them, wherever in the file."""
    named: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            named += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return [f"{line} imports {name}" for line, name in named if any(f"{name}.".startswith(f"{m}.") for m in modules)]


def impure_imports(tree: ast.Module) -> list[str]:
    """Imports through which a plugin would do I/O."""
    return imports(tree, IMPURE)


def floor_imports(tree: ast.Module) -> list[str]:
    """Imports of the core's upper floors."""
    return imports(tree, UPPER_FLOORS)


def httpx_imports(tree: ast.Module) -> list[str]:
    """Imports of the HTTP client."""
    return imports(tree, HTTPX)


def impure_names(tree: ast.Module) -> list[str]:
    """The clock, the disk and the terminal, where no import gives them away."""
    return [
        f"{node.lineno} uses {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute) and ".".join(ast.unparse(node).split(".")[-2:]) in IMPURE_NAMES
    ]


def asynchronous(tree: ast.Module) -> list[str]:
    """Coroutines and what only they can hold."""
    return [
        f"{node.lineno} is asynchronous"
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith | ast.Await)
    ]


PLUGIN_RULES: tuple[Rule, ...] = (asynchronous, floor_imports, impure_imports, impure_names)


def faults(rules: tuple[Rule, ...], *folders: str) -> list[str]:
    """What these rules find below these folders, as `path:line fault`."""
    return [
        f"{name}:{fault}"
        for name, source in python_files(*folders)
        for tree in [ast.parse(source)]
        for rule in rules
        for fault in rule(tree)
    ]


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        pytest.param(long_functions, "def f():\n" + "    x = 1\n" * FUNCTION_LINES, id="41 lines"),
        pytest.param(asynchronous, "async def f(): ...", id="async def"),
        pytest.param(asynchronous, "def f():\n    async def g(): ...", id="nested async def"),
        pytest.param(floor_imports, "from jackfield import transport", id="upper floor"),
        pytest.param(floor_imports, "from jackfield.client import Client", id="inside an upper floor"),
        pytest.param(httpx_imports, "def f():\n    import httpx", id="late httpx"),
        pytest.param(httpx_imports, "if TYPE_CHECKING:\n    from httpx import Client", id="httpx for its type"),
        pytest.param(impure_imports, "import os.path", id="os"),
        pytest.param(impure_imports, "from urllib import request", id="part of a module"),
        pytest.param(impure_imports, "from time import sleep", id="clock"),
        pytest.param(impure_names, "import datetime\ndatetime.datetime.now()", id="datetime.now"),
        pytest.param(impure_names, "from datetime import date\ndate.today()", id="date.today"),
        pytest.param(impure_names, "read = open", id="open"),
    ],
)
def test_the_rule_fails(rule: Rule, source: str) -> None:
    """Each rule finds the fault that it is for."""
    assert rule(ast.parse(source))


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        pytest.param(
            long_functions,
            'def f():\n    """' + "\n" * 50 + '"""\n' + "    x = 1\n" * 39,
            id="40 lines and a docstring",
        ),
        pytest.param(floor_imports, "from jackfield.types import Message", id="lower floor"),
        pytest.param(httpx_imports, "import httpx_like", id="another module"),
        pytest.param(impure_imports, "from urllib.parse import quote", id="pure part of a module"),
        pytest.param(impure_imports, "from .time import parse_duration", id="own module"),
        pytest.param(impure_names, "datetime.fromisoformat(text)", id="datetime as a value"),
    ],
)
def test_the_rule_passes(rule: Rule, source: str) -> None:
    """No rule finds a fault where there is none."""
    assert rule(ast.parse(source)) == []


def test_functions_are_short() -> None:
    """No function is over the budget, in tests and examples neither."""
    assert faults((long_functions,), "core", "plugins", "tests", "examples", "bench", "docs") == []


def test_most_functions_are_shorter() -> None:
    """Of 20 functions, 19 stay well below the budget."""
    lengths = [lines for _, source in python_files("core", "plugins") for _, lines in functions(ast.parse(source))]
    assert sum(lines > USUAL_FUNCTION_LINES for lines in lengths) <= len(lengths) / 20


def test_files_are_short() -> None:
    """A file can be read in one sitting; tests may list many cases."""
    sizes = {name: text.count("\n") for name, text in python_files("core", "plugins", "examples", "bench", "docs")}
    assert {name: lines for name, lines in sizes.items() if lines > FILE_LINES} == {}


def test_plugins_are_pure() -> None:
    """A plugin is a codec: no I/O, clock, chance, environment or coroutine, and nothing of the core that has any."""
    assert faults(PLUGIN_RULES, *(path.relative_to(ROOT).as_posix() for path in ROOT.glob("plugins/*/src"))) == []


def code_lines(tree: ast.Module) -> list[str]:
    """The lines of the code in one form, without docstrings, imports and the list of public names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            node.body = [one for one in node.body if not _is_no_code(one)] or [ast.Pass()]
    return ast.unparse(tree).replace("\n\n", "\n").splitlines()


def _is_no_code(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0]) == "__all__"
    constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return constant or isinstance(node, ast.Import | ast.ImportFrom)


def text_lines(source: str) -> list[str]:
    """The lines as they are written, imports and public names among them, without indents, blank lines and comments."""
    stripped = (line.strip() for line in source.splitlines())
    return [line for line in stripped if line and not line.startswith("#")]


def runs(lines: list[str]) -> set[tuple[str, ...]]:
    """Every run of lines that is one over the budget for what two plugins may share."""
    return {tuple(lines[at : at + SHARED_LINES + 1]) for at in range(len(lines) - SHARED_LINES)}


def test_sharing_is_found() -> None:
    """Eleven equal lines are too many, ten are not; imports and formatting do not count."""
    same = "\n".join(f"x{number} = {number}" for number in range(11))
    one, other = (
        code_lines(ast.parse(text)) for text in ("import os\n" + same, '"""Say."""\n' + same.replace(" ", ""))
    )
    assert runs(one) & runs(other)
    assert not runs(one[:10]) & runs(other[:10])


def test_written_lines_are_found_too() -> None:
    """A list of imports or of public names is written twice like anything else."""
    names = "".join(f"    name_{number},\n" for number in range(9))
    one, other = text_lines(f"from a import (\n{names})\n"), text_lines(f"# why\nfrom a import (\n\n{names})\n")
    assert runs(one) & runs(other)


def parsed_lines(source: str) -> list[str]:
    """`code_lines` of a text."""
    return code_lines(ast.parse(source))


@pytest.mark.parametrize("lines_of", [parsed_lines, text_lines])
def test_plugins_share_no_code(lines_of: Callable[[str], list[str]]) -> None:
    """What two plugins have in common belongs into the core: at most ten lines in a row stand in both."""
    folders = [path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("plugins/*/src"))]
    found = {folder: {run for _, text in python_files(folder) for run in runs(lines_of(text))} for folder in folders}
    assert all(found.values())
    assert [(one, other, run[0]) for one, other in combinations(folders, 2) for run in found[one] & found[other]] == []


def test_httpx_has_one_home() -> None:
    """The transport does all I/O; beside it, the client names the type of the caller's own, and recordings are one."""
    assert [
        fault for fault in faults((httpx_imports,), "core/src", "plugins") if not fault.startswith(HTTPX_HOMES)
    ] == []


def test_no_module_is_a_drawer() -> None:
    """A module is named after what lives in it."""
    names = (name for name, _ in python_files("core", "plugins", "tests", "examples", "bench"))
    assert [
        name for name in names if any(VAGUE_NAME.fullmatch(part) for part in Path(name).with_suffix("").parts)
    ] == []


def test_nothing_runs_at_start_up() -> None:
    """A .pth file would run code in every process of its user."""
    assert [path for folder in ("core", "plugins") for path in (ROOT / folder).rglob("*.pth")] == []
