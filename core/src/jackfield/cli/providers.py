"""`jackfield providers`: what is installed, by whom, and what it still lacks."""

import json
import os
import sys
from typing import Annotated, Any

import attrs
from cyclopts import Parameter

from jackfield import registry
from jackfield.cli.terminal import none_installed, one_line, say, show_table
from jackfield.errors import PluginError
from jackfield.registry import Installed
from jackfield.types.provider import ProviderInfo, Setting


@attrs.frozen(kw_only=True)
class Status:
    """One installed provider.

    Attributes:
        settings: name -> the environment variable that holds it; None if none does.
        missing: the required ones that are nowhere, each by its first variable.
        base_url: where requests go, the environment considered.
        fault: why the plugin does not work.
    """

    id: str
    distribution: str
    version: str
    name: str | None = None
    settings: dict[str, str | None] = attrs.field(factory=dict[str, str | None])
    missing: tuple[str, ...] = ()
    base_url: str | None = None
    docs_url: str | None = None
    fault: str | None = None


def status_of(plugin: Installed) -> Status:
    """Load a plugin and look at its settings; whatever is wrong with it is the answer, not an error."""
    bare = Status(id=plugin.id, distribution=plugin.distribution, version=plugin.version)
    try:
        info = registry.load(plugin.id).info
    except PluginError as error:
        return attrs.evolve(bare, fault=one_line(str(error)))
    return attrs.evolve(
        bare,
        name=info.name,
        settings={one.name: _holder(one) for one in info.settings},
        missing=tuple(
            one.variables[0] if one.variables else one.name
            for one in info.settings
            if one.required and one.default is None and _holder(one) is None
        ),
        base_url=_base_url(info),
        docs_url=info.docs_url,
    )


def _holder(setting: Setting) -> str | None:
    return next((name for name in setting.variables if os.environ.get(name, "").strip()), None)


def _base_url(info: ProviderInfo) -> str:
    return next((os.environ[name] for name in info.base_url_variables if os.environ.get(name)), info.base_url)


def providers(
    *, as_json: Annotated[bool, Parameter(name="--json", negative="", show_default=False, help="For scripts.")] = False
) -> None:
    """Show which providers are installed, and what they lack.

    A key is never shown, only the name of the variable that holds it.
    """
    found = [status_of(plugin) for plugin in registry.installed().values()]
    if as_json:
        shown: list[dict[str, Any]] = [attrs.asdict(one) for one in found]
        sys.stdout.write(json.dumps(shown, indent=2, ensure_ascii=False) + "\n")
        return
    if not found:
        say(none_installed())
        return
    rows = [(one.id, one.name or "", f"{one.distribution} {one.version}", *_words(one)) for one in found]
    show_table(("provider", "name", "distribution", "settings", "state"), rows)


def _words(status: Status) -> tuple[str, str]:
    if status.fault is not None:
        return "", f"broken: {status.fault}"
    present = [variable for variable in status.settings.values() if variable]
    words = [*(f"{one} set" for one in present), *(f"{one} missing" for one in status.missing)]
    return ", ".join(words), "needs a key" if status.missing else "ready"
