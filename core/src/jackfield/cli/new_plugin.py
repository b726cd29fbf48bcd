"""`jackfield new-plugin`: a complete provider plugin from a template, which keeps the contract as it is.

The templates are in `template/`: `common`, and one folder for each dialect. copier fills them in.
"""

import re
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from jackfield import registry
from jackfield.cli.terminal import say
from jackfield.errors import UsageError
from jackfield.hookspecs import API_VERSION
from jackfield.settings import url_fault

TEMPLATES = Path(__file__).parent / "template"
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PLAIN = re.compile(r"[^\"\\\x00-\x1f\x7f]+")

Dialect = Literal["chat-completions", "own"]


def new_plugin(
    provider: Annotated[str, Parameter(help="Its id, such as mistral; the distribution is called jackfield-mistral.")],
    *,
    dialect: Annotated[
        Dialect, Parameter(help="The provider's format: chat completions, or one of its own (a worked example).")
    ] = "chat-completions",
    name: Annotated[str | None, Parameter(help="The provider's name, as people write it.")] = None,
    base_url: Annotated[str | None, Parameter(help="Where its API is: scheme and host.")] = None,
    docs_url: Annotated[str | None, Parameter(help="Where its API is documented.")] = None,
    directory: Annotated[Path, Parameter(help="Where to put the new folder.")] = Path(),
) -> None:
    """Write a new provider plugin.

    It has the hooks, an options class, a scoreboard, a simulator, tests, CI and a README, and its tests pass as it is.
    """
    folder = directory / f"jackfield-{provider}"
    write(folder, answers(provider, dialect=dialect, name=name, base_url=base_url, docs_url=docs_url))
    say(f"wrote {folder}; next: cd {folder} && pip install --editable '.[test]' && pytest")


def answers(
    provider: str,
    *,
    dialect: Dialect,
    name: str | None = None,
    base_url: str | None = None,
    docs_url: str | None = None,
) -> dict[str, str]:
    """What the templates ask for.

    Raises:
        UsageError: the id is none, a text cannot stand in source code, or a URL is none.
    """
    if not _ID.fullmatch(provider):
        msg = f"{provider!r} is no id: lower-case letters, digits and single hyphens, such as mistral or my-host"
        raise UsageError(msg)
    if provider in registry.installed():
        msg = f"a plugin for {provider!r} is installed already; choose another id, or `jackfield providers` shows it"
        raise UsageError(msg)
    for text in (name, base_url, docs_url):
        if text is not None and not _PLAIN.fullmatch(text):
            msg = f"{text!r} cannot stand in source code: no quotation marks, backslashes or control characters"
            raise UsageError(msg)
    _check_urls(base_url, docs_url)
    words = provider.split("-")
    core = version("jackfield")
    major, minor = (int(number) for number in core.split(".")[:2])
    return {
        "id": provider,
        "dialect": dialect,
        "name": name or " ".join(word.capitalize() for word in words),
        "package": "jackfield_" + "_".join(words),
        "class": "".join(word.capitalize() for word in words),
        "constant": "_".join(words).upper(),
        "variable": "_".join(words).upper(),
        "base_url": (base_url or f"https://api.{provider}.example").rstrip("/"),
        "docs_url": docs_url or f"https://{provider}.example/docs",
        "api_version": API_VERSION,
        "core_from": core,
        "core_below": f"{major}.{minor + 1}" if major == 0 else f"{major + 1}",
    }


def _check_urls(base_url: str | None, docs_url: str | None) -> None:
    """The rule for a client's base URL; documentation may also have a query, and a place in the page."""
    page = None if docs_url is None else re.split(r"[?#]", docs_url, maxsplit=1)[0]
    for option, url in (("--base-url", base_url), ("--docs-url", page)):
        fault = None if url is None else url_fault(url)
        if fault is not None:
            msg = f"{option} {fault[0]}"
            raise UsageError(msg)


def write(folder: Path, filled: dict[str, str]) -> None:
    """Fill the templates in.

    Raises:
        UsageError: the folder is there already, or copier is not installed.
    """
    try:
        from copier import run_copy
    except ImportError as error:
        msg = "new-plugin needs copier; next: pip install 'jackfield[new-plugin]'"
        raise UsageError(msg) from error
    if folder.exists():
        msg = f"{folder} is there already"
        raise UsageError(msg)
    for part in ("common", filled["dialect"]):
        run_copy(str(TEMPLATES / part), folder, data=filled, defaults=True, overwrite=True, quiet=True)
