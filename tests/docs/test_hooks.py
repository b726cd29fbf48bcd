"""Every hook is documented with its exact signature and since which version, and the page is what is generated."""

import ast
import inspect
import re

import pluggy
import pytest
from tests.docs.hook_reference import PAGE, render

from jackfield import hookspecs
from jackfield.types import batches, files, models, simulated

MANAGER = pluggy.PluginManager(hookspecs.PROJECT)
MANAGER.add_hookspecs(hookspecs.ProviderHooks)
MANAGER.add_hookspecs(hookspecs.MiddlewareHooks)
# What the annotations may name; what most programs do without is imported for type checkers alone.
WORDS = {**vars(batches), **vars(files), **vars(models), **vars(simulated), **vars(hookspecs)}
NAMES = sorted(vars(MANAGER.hook))


def specification(name: str) -> inspect.Signature:
    """The signature as pluggy sees it, without `self`."""
    spec = vars(MANAGER.hook)[name].spec
    assert spec is not None
    signature = inspect.signature(spec.function)
    return signature.replace(parameters=[one for one in signature.parameters.values() if one.name != "self"])


def section(name: str) -> str:
    """What the page says about a hook."""
    found = re.search(rf"^### {name}\n(.*?)(?=^##|\Z)", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found, f"{name} is not documented"
    return found[1]


def meaning(annotation: object) -> object:
    """What an annotation stands for in the module of the specifications."""
    if isinstance(annotation, ast.expr):
        annotation = ast.unparse(annotation)
    return eval(annotation, dict(WORDS)) if isinstance(annotation, str) else annotation  # noqa: S307 - our own page


@pytest.mark.parametrize("name", NAMES)
def test_a_hook_is_documented(name: str) -> None:
    """Arguments in order, each with its type, and the type of the answer."""
    text = section(name)
    shown = re.search(r"```text\n(.*?)\n```", text, re.DOTALL)
    assert shown
    (function,) = ast.parse(f"def {shown[1]}: ...").body
    assert isinstance(function, ast.FunctionDef)
    signature = specification(name)
    assert function.name == name
    assert [one.arg for one in function.args.args] == list(signature.parameters)
    for one in function.args.args:
        assert meaning(one.annotation) == meaning(signature.parameters[one.arg].annotation)
    assert meaning(function.returns) == meaning(signature.return_annotation)
    assert re.search(r"^Since \d+\.\d+; (required|optional); ", text, re.MULTILINE)


def test_the_page_is_up_to_date() -> None:
    """`make hooks` writes it."""
    assert PAGE.read_text(encoding="utf-8") == render()


def test_no_other_hook_is_documented() -> None:
    """What is gone is gone from the page."""
    assert sorted(re.findall(r"^### (\w+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)) == NAMES
