"""What people wrote about their types: docstrings (Google's `Args:` and `Attributes:`) and `Annotated` descriptions."""

import re
from collections.abc import Iterable

from jackfield.values import frozen

_SECTION = re.compile(r"^(?P<name>[A-Z][A-Za-z ]*):\s*$")
_ENTRY = re.compile(r"^\*{0,2}(?P<name>\w+)\s*(?:\([^)]*\))?:\s*(?P<text>.*)$")
_MEMBERS = frozenset({"Args", "Arguments", "Attributes", "Fields", "Parameters"})
_SECTIONS = _MEMBERS | {
    "Example",
    "Examples",
    "Note",
    "Notes",
    "Raises",
    "References",
    "Returns",
    "See Also",
    "Source",
    "Warns",
    "Yields",
}


@frozen(kw_only=True)
class Docs:
    """A docstring taken apart: the text before its sections, and what is said of each parameter or attribute."""

    text: str
    members: dict[str, str]


def parse_docs(docstring: str | None) -> Docs:
    """Take a docstring apart.

    Source: https://google.github.io/styleguide/pyguide.html#383-functions-and-methods
    """
    import inspect

    text: list[str] = []
    sections: list[list[str]] = []
    current: list[str] = text
    for line in inspect.cleandoc(docstring or "").splitlines():
        found = _SECTION.match(line)
        if found and found["name"] in _SECTIONS:
            current = []
            if found["name"] in _MEMBERS:
                sections.append(current)
        else:
            current.append(line)
    members = {name: words for section in sections for name, words in _members(section).items()}
    return Docs(text="\n".join(text).strip(), members=members)


def _members(lines: list[str]) -> dict[str, str]:
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    members: dict[str, str] = {}
    name = ""
    for line in lines:
        entry = _ENTRY.match(line[indent:])
        if entry:
            name = entry["name"]
            members[name] = entry["text"].strip()
        elif name and line.strip():
            members[name] = f"{members[name]} {line.strip()}".strip()
    return members


def class_docs(cls: type) -> Docs:
    """Take the docstring apart that was written for this very class; generated and inherited ones say nothing."""
    docstring = cls.__dict__.get("__doc__")
    if not isinstance(docstring, str) or docstring.startswith(f"{cls.__name__}("):
        return parse_docs(None)
    return parse_docs(docstring)


def described(metadata: Iterable[object]) -> str | None:
    """Return the description among the metadata of an `Annotated`.

    It is a plain string, or an object with a string `documentation` (`typing_extensions.Doc`, PEP 727) or
    `description`.
    """
    for item in metadata:
        for words in (item, getattr(item, "documentation", None), getattr(item, "description", None)):
            if isinstance(words, str):
                return words
    return None
