"""Finding plugins in the metadata of what is installed, and importing one.

Rules: finding imports none of them; metadata that cannot be read hide no other's; two distributions that claim one id
are a conflict, never a winner and a loser. `JACKFIELD_PLUGINS=groq,gemini` allows only these; set to nothing, it allows
none.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
from importlib_metadata import (
    EntryPoint,
    distributions as _untyped,  # pyright: ignore[reportUnknownVariableType]  # **kwargs
    version,
)

from jackfield.errors import PluginBroken, PluginConflict, PluginNotFound
from jackfield.values import frozen

PROVIDER_GROUP = "jackfield.providers"
MIDDLEWARE_GROUP = "jackfield.middleware"
ALLOW_LIST = "JACKFIELD_PLUGINS"
_OURS = "jackfield"
# As texts, for they are used in errors alone: to compile them would cost each start.
_CORE = r"(?i)jackfield\b(?![-_.])"
_BOUND = r"(>=|<)\s*([\d.]+)"
_RELEASE = r"\d+(\.\d+)*"


@frozen(kw_only=True)
class Installed:
    """A plugin as its distribution's metadata declare it; it has not been imported.

    Attributes:
        id: the entry point's name; the distribution's where its entry points cannot be read.
        distribution: the distribution that provides it; several, joined with commas, if they conflict.
        entry_points: what to import; more than one is a conflict.
        problem: why the metadata cannot be read, or None.
    """

    id: str
    distribution: str
    version: str
    entry_points: tuple[EntryPoint, ...] = attrs.field(repr=False)
    problem: str | None = None


def providers() -> Mapping[str, Installed]:
    """Installed providers by id, sorted, from metadata alone: none of them is imported. The allow-list applies."""
    return installed(PROVIDER_GROUP)


def installed(group: str = PROVIDER_GROUP, *, hidden: bool = False) -> Mapping[str, Installed]:
    """Installed plugins of a group by id, sorted, from metadata alone.

    The allow-list applies unless `hidden` asks for what it leaves out, too.
    """
    allowed = None if hidden else os.environ.get(ALLOW_LIST)
    names = None if allowed is None else {name.strip() for name in allowed.split(",")}
    return _found(group, lambda name: names is None or name in names)


def _found(group: str, wanted: Callable[[str], bool]) -> Mapping[str, Installed]:
    claims: dict[str, dict[str, Installed]] = {}
    # What is not there holds nothing; the library would open it as an archive.
    everything: Iterable[Any] = _untyped(path=[entry for entry in sys.path if Path(entry).exists()])
    for distribution in everything:
        for one in _declared(distribution, group):
            if wanted(one.id):
                claims.setdefault(one.id, {}).setdefault(one.distribution, one)  # the first on sys.path counts
    return {name: _joined(name, claims[name]) for name in sorted(claims)}


def _declared(distribution: Any, group: str) -> Iterator[Installed]:
    """What one distribution declares; one with unreadable metadata hides no other."""
    name, version = "?", "?"
    try:
        if f"[{group}]" not in (distribution.read_text("entry_points.txt") or ""):
            return
        name, version = _name_and_version(distribution)
        entries: Iterable[EntryPoint] = distribution.entry_points
        for entry in entries:
            if entry.group == group:
                yield Installed(id=entry.name, distribution=name, version=version, entry_points=(entry,))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it becomes its `problem`
        problem = f"its metadata cannot be read: {type(error).__name__}: {error}"
        yield Installed(id=name, distribution=name, version=version, entry_points=(), problem=problem)


def _name_and_version(distribution: Any) -> tuple[str, str]:
    """As the first lines of the metadata say; to have all of them parsed would import the `email` package."""
    text: str = distribution.read_text("METADATA") or ""
    lines = text.partition("\n\n")[0].splitlines()
    fields: Mapping[str, Any] = dict(line.split(": ", 1) for line in lines if ": " in line)
    if "Name" not in fields or "Version" not in fields:
        fields = distribution.metadata
    return fields["Name"] or "?", fields["Version"] or "?"


def _joined(name: str, claims: Mapping[str, Installed]) -> Installed:
    ordered = [claims[distribution] for distribution in sorted(claims)]
    return Installed(
        id=name,
        distribution=", ".join(one.distribution for one in ordered),
        version=", ".join(one.version for one in ordered),
        entry_points=tuple(entry for one in ordered for entry in one.entry_points),
        problem=next((one.problem for one in ordered if one.problem), None),
    )


def import_plugin(plugin_id: str, group: str) -> object:
    """What a plugin's entry point names.

    Raises:
        PluginNotFound, PluginConflict, PluginBroken: see each.
    """
    available = installed(group)
    found = available.get(plugin_id)
    if found is None:
        from difflib import get_close_matches

        near = get_close_matches(plugin_id, available, n=1)
        hidden = plugin_id in _found(group, lambda name: name == plugin_id)
        raise PluginNotFound(
            plugin_id,
            installed=tuple(available),
            nearest=near[0] if near else None,
            excluded_by=ALLOW_LIST if hidden else None,
        )
    if found.problem is not None:
        raise PluginBroken(plugin_id, f"{found.distribution}: {found.problem}")
    entry, *others = found.entry_points
    if others:
        raise PluginConflict(plugin_id, distributions=tuple(found.distribution.split(", ")))
    try:
        return entry.load()
    except (Exception, SystemExit) as error:
        reason = f"{found.distribution} {found.version} cannot be imported: {type(error).__name__}: {error}"
        reason += _range_of(entry)
        raise PluginBroken(plugin_id, reason) from error


def _range_of(entry: EntryPoint) -> str:
    """Which cores the plugin's distribution asks for, beside the one that is here; empty if it does not say."""
    distribution: Any = getattr(entry, "dist", None)
    asked = [one for one in (distribution.requires if distribution else None) or () if re.match(_CORE, one)]
    if not asked:
        return ""
    ours = version(_OURS)
    return f" (it asks for {asked[0]}; this is jackfield {ours}{_advice(asked[0], ours, distribution.name)})"


def _advice(asked: str, ours: str, plugin: str) -> str:
    """Which of both to upgrade, if the range leaves this core out."""
    for comparison, bound in re.findall(_BOUND, asked):
        if comparison == ">=" and _release(ours) < _release(bound):
            return f": upgrade {_OURS}"
        if comparison == "<" and _release(ours) >= _release(bound):
            return f": upgrade {plugin}"
    return ""


def _release(text: str) -> tuple[int, ...]:
    """The numbers of a version, by which it is ordered; `.0` at the end counts for nothing."""
    found = re.match(_RELEASE, text)
    numbers = [int(number) for number in found[0].split(".")] if found else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
