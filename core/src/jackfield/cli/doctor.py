"""`jackfield doctor`: what is installed, what does not work and why, and what to do next.

Rules: a finding is data, and is made before anything is shown; a key is never shown, only the name of the variable that
holds it; nothing is contacted unless `--connect` is given.
"""

import json
import os
import platform
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, requires, version
from traceback import walk_tb
from typing import Annotated, Literal
from urllib.parse import urlsplit

import attrs
from cyclopts import Parameter

from jackfield import registry
from jackfield.cli.exits import Exit, explain
from jackfield.cli.providers import Status, status_of
from jackfield.cli.terminal import one_line, say, show_table
from jackfield.client import Client
from jackfield.discovery import ALLOW_LIST, MIDDLEWARE_GROUP, Installed
from jackfield.errors import JackfieldError, NotFound, PluginConflict, PluginError, PluginIncompatible
from jackfield.hookspecs import API_VERSION, PROJECT
from jackfield.types.policies import Timeouts

State = Literal["ok", "note", "fail"]
_NEEDED = ("pluggy", "httpx", "attrs", "cattrs", "importlib-metadata")
_REQUIREMENT = re.compile(r"([\w.-]+)[^;]*;.*\bextra == ['\"]([\w-]+)['\"]")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_TRUST = ("SSL_CERT_FILE", "SSL_CERT_DIR")


@attrs.frozen(kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        subject: such as `provider groq`.
        next: what to do about it; empty if there is nothing to do.
        code: the exit code that it stands for.
    """

    subject: str
    state: State
    detail: str
    next: str = ""
    code: Exit = Exit.OK


def doctor(
    *names: Annotated[str, Parameter(help="Providers to look at; all of them if none is named.")],
    connect: Annotated[bool, Parameter(negative="", help="Ask each provider that has its key for its models.")] = False,
    timeout: Annotated[float, Parameter(help="Seconds for each connection.")] = 15.0,
    as_json: Annotated[bool, Parameter(name="--json", negative="", help="For scripts.")] = False,
) -> int:
    """Check the installation: versions, plugins, keys, and on request the connections.

    The exit code is that of the first thing that does not work; a missing key counts where its provider is named.
    """
    found = tuple(examine(names, connect=connect, timeout_s=timeout))
    if as_json:
        sys.stdout.write(json.dumps([attrs.asdict(one) for one in found], indent=2) + "\n")
    else:
        rows = [(one.subject, one.state, one.detail) for one in found]
        show_table(("what", "state", "detail"), rows, styles={"ok": "green", "note": "yellow", "fail": "bold red"})
        for one in found:
            if one.next:
                say(f"{one.subject}: next: {one.next}")
    return next((int(one.code) for one in found if one.code), 0)


def examine(names: tuple[str, ...] = (), *, connect: bool = False, timeout_s: float = 15.0) -> Iterator[Finding]:
    """Every finding, in the order in which it is shown."""
    if not names:
        yield from _base()
        yield from _surroundings()
    allowed = registry.installed()
    everything = registry.installed(hidden=True)
    for name in names:
        if name not in everything:
            yield _missing(name, everything)
    for plugin in everything.values():
        if not names or plugin.id in names:
            yield from _provider(
                plugin, allowed=plugin.id in allowed, named=bool(names), connect=connect, timeout_s=timeout_s
            )
    if not everything and not names:
        yield Finding(subject="providers", state="note", detail="none is installed", next="pip install jackfield-groq")
    if not names:
        yield from (_middleware(one) for one in registry.installed(MIDDLEWARE_GROUP).values())


# --- the base


def _base() -> Iterator[Finding]:
    yield Finding(
        subject="python",
        state="ok",
        detail=f"{platform.python_version()} ({platform.system()} {platform.machine()}) in {sys.prefix}",
    )
    yield Finding(subject="jackfield", state="ok", detail=f"{_version('jackfield')}, hook API {API_VERSION}")
    yield Finding(subject="needs", state="ok", detail=_versions(_NEEDED))
    for extra, parts in extras_of(requires("jackfield") or ()).items():
        lacking = [part for part in parts if _version(part) is None]
        yield Finding(
            subject=f"extra {extra}",
            state="note" if lacking else "ok",
            detail=f"lacks {', '.join(lacking)}: pip install 'jackfield[{extra}]'" if lacking else _versions(parts),
        )


def extras_of(requirements: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What each extra brings, by the requirements in a distribution's metadata."""
    found: dict[str, tuple[str, ...]] = {}
    for match in filter(None, map(_REQUIREMENT.match, requirements)):
        found[match[2]] = (*found.get(match[2], ()), match[1])
    return dict(sorted(found.items()))


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _versions(distributions: Iterable[str]) -> str:
    return ", ".join(f"{one} {_version(one)}" for one in distributions)


def _surroundings() -> Iterator[Finding]:
    """Variables that change what happens, by name; only what cannot hold a secret is shown."""
    if ALLOW_LIST in os.environ:
        allowed = os.environ[ALLOW_LIST] or "nothing"
        yield Finding(subject=ALLOW_LIST, state="note", detail=f"allows {allowed}")
    for name in (*_PROXIES, *map(str.lower, _PROXIES)):
        if os.environ.get(name):
            yield Finding(subject=name, state="note", detail=_host(os.environ[name]))
    for name in _TRUST:
        if os.environ.get(name):
            yield Finding(subject=name, state="note", detail=os.environ[name])


def _host(url: str) -> str:
    """A proxy's address without the user name and password that may be in it."""
    address = url.rpartition("@")[2]
    return urlsplit(f"//{address}").netloc or address if "://" not in address else urlsplit(address).netloc


# --- providers


def _missing(name: str, everything: Mapping[str, Installed]) -> Finding:
    have = ", ".join(everything) or "none"
    near = get_close_matches(name, everything, n=1)
    return Finding(
        subject=f"provider {name}",
        state="fail",
        detail=f"not installed (installed: {have})",
        next=f"did you mean {near[0]}?" if near else f"pip install jackfield-{name}",
        code=Exit.PLUGIN,
    )


def _provider(
    plugin: Installed,
    *,
    allowed: bool,
    named: bool,
    connect: bool,
    timeout_s: float,
) -> Iterator[Finding]:
    subject = f"provider {plugin.id}"
    if not allowed:
        yield Finding(
            subject=subject,
            state="note",
            detail=f"{plugin.distribution} {plugin.version}, left out by {ALLOW_LIST}",
            next=f"add {plugin.id} to {ALLOW_LIST}, or unset it",
        )
        return
    try:
        registry.load(plugin.id)
    except PluginError as error:
        yield _fault(subject, plugin, error)
        return
    status = status_of(plugin)
    yield Finding(subject=subject, state="ok", detail=_loaded(plugin, status))
    ready = True
    for finding in _settings(subject, plugin, status, named=named):
        ready = ready and finding.state == "ok"
        yield finding
    if connect and ready:
        yield _connection(subject, plugin.id, timeout_s)


def _loaded(plugin: Installed, status: Status) -> str:
    written_for = registry.load(plugin.id).info.api_version
    return f"{plugin.distribution} {plugin.version}, for hook API {written_for}, {status.base_url}"


def _settings(subject: str, plugin: Installed, status: Status, *, named: bool) -> Iterator[Finding]:
    info = registry.load(plugin.id).info
    for setting in info.settings:
        variable = status.settings.get(setting.name)
        name = f"{subject}: {setting.name}"
        lacking = setting.required and setting.default is None and variable is None
        if variable is not None:
            yield Finding(subject=name, state="ok", detail=f"{variable} is set")
        elif lacking:
            names = " or ".join(setting.variables) or setting.name
            page = f" (get one at {setting.url})" if setting.url else ""
            code = Exit.CREDENTIAL if named else Exit.OK
            yield Finding(subject=name, state="note", detail="not set", next=f"set {names}{page}", code=code)
    if info.base_url_required and not any(os.environ.get(one) for one in info.base_url_variables):
        names = " or ".join(info.base_url_variables) or "base_url="
        code = Exit.CREDENTIAL if named else Exit.OK
        yield Finding(subject=f"{subject}: base_url", state="note", detail="not set", next=f"set {names}", code=code)


def _fault(subject: str, plugin: Installed, error: PluginError) -> Finding:
    """Why it does not load, where that came from, and what to do."""
    place = _place(error.__cause__)
    return Finding(
        subject=subject,
        state="fail",
        detail=one_line(f"{error} (at {place})" if place else str(error)),
        next=_remedy(plugin, error),
        code=Exit.PLUGIN,
    )


def _place(cause: BaseException | None) -> str:
    """The file and line that raised it, which is not the machinery of imports; empty where there is none."""
    if cause is None:
        return ""
    if isinstance(cause, SyntaxError) and cause.filename:
        return f"{cause.filename}:{cause.lineno}"
    frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(cause.__traceback__)]
    places = [f"{file}:{line}" for file, line in frames if not file.startswith("<frozen ")]
    return places[-1] if places else ""


def _remedy(plugin: Installed, error: PluginError) -> str:
    first = plugin.distribution.partition(",")[0]
    if isinstance(error, PluginConflict):
        return " or ".join(f"pip uninstall {one}" for one in error.distributions)
    if isinstance(error, PluginIncompatible):
        return f"pip install --upgrade {'jackfield' if error.plugin_is_newer else first}"
    if isinstance(error.__cause__, ImportError) and (error.__cause__.name or "").partition(".")[0] == PROJECT:
        return f"pip install --upgrade {PROJECT} {first}: one of both is too old for the other"
    if isinstance(error.__cause__, ModuleNotFoundError):
        return f"pip install --force-reinstall {first}: it lacks the module {error.__cause__.name}"
    return f"pip install --upgrade {first}; if it stays, tell its author"


def _connection(subject: str, provider: str, timeout_s: float) -> Finding:
    """List the models: the cheapest request that needs the key."""
    name = f"{subject}: connection"
    start_s = time.perf_counter()
    try:
        with Client(provider, timeouts=Timeouts(total_s=timeout_s), retries=0) as client:
            models = client.list_models()
    except JackfieldError as error:
        code, line = explain(error)
        what, _, step = line.partition("; next: ")
        address = " or ".join(registry.load(provider).info.base_url_variables) or "its base URL"
        if isinstance(error, NotFound):
            step = f"check {address}: nothing lists models there"
        return Finding(subject=name, state="fail", detail=what, next=step.replace("--base-url", address), code=code)
    took = time.perf_counter() - start_s
    return Finding(subject=name, state="ok", detail=f"{len(models)} models in {took:.2f} s")


# --- middleware


def _middleware(plugin: Installed) -> Finding:
    subject = f"middleware {plugin.id}"
    found = f"{plugin.distribution} {plugin.version}"
    if len(plugin.entry_points) != 1 or plugin.problem is not None:
        reason = plugin.problem or f"claimed by {plugin.distribution}"
        return Finding(subject=subject, state="fail", detail=reason, next="uninstall all but one", code=Exit.PLUGIN)
    try:
        plugin.entry_points[0].load()
    except ImportError as error:
        return Finding(subject=subject, state="note", detail=one_line(f"{found}, off: {error}"))
    except Exception as error:  # noqa: BLE001 - any plugin's code; what it raises is the finding
        detail = one_line(f"{found} cannot be imported: {type(error).__name__}: {error}")
        return Finding(
            subject=subject,
            state="fail",
            detail=detail,
            next=f"pip install --upgrade {plugin.distribution}",
            code=Exit.PLUGIN,
        )
    return Finding(subject=subject, state="ok", detail=f"{found}, off unless asked for")
