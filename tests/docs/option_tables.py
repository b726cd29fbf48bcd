"""The tables of options in the plugins' READMEs, made from the classes: `python -m tests.docs.option_tables`."""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType

import attrs

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
PROVIDERS = tuple(sorted(path.name for path in PLUGINS.iterdir() if (path / "README.md").exists()))
_HEAD = "\n## Options\n\n<!-- made by `make hooks` from the classes; do not edit -->\n"
_SECTION = re.compile(re.escape(_HEAD) + r".*?(?=\n## |\Z)", re.DOTALL)
_ENTRY = re.compile(r"^    (?P<names>\w+(?:, \w+)*): (?P<text>.+(?:\n     +.+)*)", re.MULTILINE)


def classes(module: ModuleType) -> Iterator[type]:
    """The classes of a module of options: that of the whole request first, then as they are written."""
    found = [one for one in vars(module).values() if inspect.isclass(one) and one.__module__ == module.__name__]
    main = [one for one in found if one.__name__.lower() == f"{module.__name__.split('_')[1].split('.')[0]}options"]
    yield from main + [one for one in found if one not in main]


def fields(cls: type) -> Iterator[tuple[str, str, str]]:
    """Name, type and meaning of each field that a caller may give."""
    meanings = _meanings(inspect.getdoc(cls) or "")
    types = _types(cls)
    for field in attrs.fields(cls):
        if field.init:
            yield field.name, types[field.name], meanings.get(field.name, "")


def _meanings(text: str) -> Mapping[str, str]:
    """What the docstring says of each field; one entry may hold for several."""
    return {
        name: " ".join(entry["text"].split())
        for entry in _ENTRY.finditer(text.partition("Attributes:")[2])
        for name in entry["names"].split(", ")
    }


def _types(cls: type) -> Mapping[str, str]:
    """The annotations as they are read: the words of a Literal, and no None, which every option may be."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    assert isinstance(tree, ast.ClassDef)
    written = {
        node.target.id: ast.unparse(node.annotation)
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    return {name: _shown(annotation) for name, annotation in written.items()}


def _shown(annotation: str) -> str:
    words = re.fullmatch(r"Literal\[(.+)\]", annotation.removesuffix(" | None"))
    text = ", ".join(words[1].replace("'", "").split(", ")) if words else annotation.removesuffix(" | None")
    return text.replace("|", r"\|")


def render(provider: str) -> str:
    """The section of one README: the options of a request as a table, and what they are made of as a list."""
    main, *others = classes(import_module(f"jackfield_{provider}.options"))
    rows = "".join(f"| `{name}` | {kind} | {text} |\n" for name, kind, text in fields(main))
    return f"{_HEAD}\n| `{main.__name__}(...)` | | |\n|---|---|---|\n{rows}\n" + "".join(map(_entry, others))


def _entry(cls: type) -> str:
    """One class of a value or of a part: what it is for, and its fields."""
    given = "; ".join(f"`{name}`: {text.rstrip('.')}" if text else f"`{name}`" for name, _, text in fields(cls))
    about = (inspect.getdoc(cls) or "").partition("\n\n")[0].rstrip(".")
    return textwrap.fill(
        f"- **{cls.__name__}**: {about}" + (f" ({given})." if given else "."),
        width=120, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False,
    ) + "\n"  # fmt: skip


def renewed(provider: str) -> str:
    """The README with its section as it should be."""
    text = (PLUGINS / provider / "README.md").read_text(encoding="utf-8")
    return _SECTION.sub(lambda _: render(provider), text)


if __name__ == "__main__":
    for one in PROVIDERS:
        path = PLUGINS / one / "README.md"
        path.write_text(renewed(one), encoding="utf-8")
        sys.stdout.write(f"wrote {path}\n")
