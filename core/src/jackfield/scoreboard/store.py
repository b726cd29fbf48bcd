"""Reading and writing `scoreboard.json`, and finding it in installed plugins without importing them.

Rules: decoding is strict; what is written is the same for the same Score, cells on one line each, so that a change of
evidence is a change of one line; an unknown cell or an empty field is left out.
"""

import json
from collections.abc import Iterator
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import attrs
from importlib_metadata import EntryPoint

from jackfield import registry, wire
from jackfield.errors import DecodeError, JackfieldError, PluginNotFound, UsageError
from jackfield.scoreboard.model import Scenario, Score

FILENAME = "scoreboard.json"
_WIDTH = 150


def decode(data: bytes) -> Score:
    """A Score from JSON.

    Raises:
        DecodeError: it does not fit the types, holds an unknown key, or contradicts itself.
    """
    return wire.structure(wire.loads(data), Score, strict=True)


def encode(score: Score) -> bytes:
    """The JSON of a Score; `decode` gives it back."""
    return (_layout(attrs.asdict(score, filter=_said), indent=0) + "\n").encode()


def encode_scenario(scenario: Scenario) -> str:
    """The JSON of one scenario, as it stands in a Score."""
    return _layout(attrs.asdict(scenario, filter=_said), indent=0)


def _said(field: "attrs.Attribute[Any]", value: Any) -> bool:
    """Whether the field holds something else than its default."""
    default: Any = field.default
    if default is attrs.NOTHING:
        return True
    return bool(value != (default.factory() if hasattr(default, "factory") else default))


def _layout(value: Any, *, indent: int) -> str:
    """JSON where everything that fits is on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    kind = _kind(value)
    if kind not in ("dict", "tuple") or len(flat) + indent <= _WIDTH:
        return flat
    pad = " " * (indent + 1)
    if kind == "dict":
        inner = [f"{pad}{json.dumps(key)}: {_layout(value[key], indent=indent + 1)}" for key in value]
    else:
        inner = [pad + _layout(one, indent=indent + 1) for one in value]
    start, end = "{}" if kind == "dict" else "[]"
    return f"{start}\n" + ",\n".join(inner) + f"\n{' ' * indent}{end}"


def _kind(value: object) -> str:
    """The name of its type; unlike isinstance it leaves the items of decoded JSON Any."""
    return type(value).__name__


def path_of(provider: str) -> Path | None:
    """Where the plugin's `scoreboard.json` lies; None if it ships none. The plugin is not imported.

    Raises:
        PluginNotFound: no such provider is installed.
    """
    plugins = registry.installed()
    if provider not in plugins:
        raise PluginNotFound(provider, installed=tuple(plugins))
    return _located(plugins[provider].entry_points[0])


def _located(point: EntryPoint) -> Path | None:
    """Beside the module of the entry point; the import system is asked where that is, and nothing is run."""
    spec = find_spec(point.module.partition(".")[0])
    for directory in (spec.submodule_search_locations or ()) if spec is not None else ():
        if (Path(directory) / FILENAME).is_file():
            return Path(directory) / FILENAME
    return None


def load(provider: str) -> Score:
    """The scoreboard that an installed plugin ships.

    Raises:
        PluginNotFound: no such provider is installed.
        DecodeError: it ships none, or one that is broken.
    """
    path = path_of(provider)
    if path is None:
        raise DecodeError(f"the {provider} plugin ships no {FILENAME}")
    return decode(path.read_bytes())


def installed() -> Iterator[Score]:
    """The scoreboards of every installed plugin that ships one, by provider id."""
    for provider, plugin in registry.installed().items():
        path = _located(plugin.entry_points[0])
        if path is not None:
            score = decode(path.read_bytes())
            yield score if score.provider == provider else attrs.evolve(score, provider=provider)


def preferred(provider: str, tier: str) -> str:
    """The model id of a tier (`best`, `good` or `cheap`), without decoding the evidence.

    Raises:
        PluginNotFound: no such provider is installed.
        DecodeError: its scoreboard is not JSON.
        UsageError: the plugin names no model for that tier.
    """
    for scenario in _scenarios(provider):
        if tier in scenario.get("tiers", ()):
            return str(scenario["models"][0])
    raise UsageError(f"the scoreboard of {provider} names no {tier} model: pass model= by name")


def nearest(provider: str, model: str) -> str | None:
    """The model id that is spelled most like this one; None where this one is known, or none is like it."""
    try:
        known = [str(one) for scenario in _scenarios(provider) for one in scenario.get("models", ())]
    except JackfieldError:
        return None
    return None if model in known else next(iter(get_close_matches(model, known, n=1)), None)


def _scenarios(provider: str) -> tuple[Any, ...]:
    """The scenarios as they are written, without decoding the evidence."""
    path = path_of(provider)
    return tuple(wire.loads(path.read_bytes()).get("scenarios", ())) if path is not None else ()
