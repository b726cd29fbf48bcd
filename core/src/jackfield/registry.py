"""Finding provider plugins without importing them, loading one, and calling its hooks with types that hold.

Rules: discovery reads metadata alone; each provider has a plugin manager of its own, which holds that provider and the chosen
middleware and nothing else; whatever a plugin raises or returns becomes a value of the right type or one of our errors, which
names it. `JACKFIELD_PLUGINS=groq,gemini` allows only these; set to nothing, it allows none.
"""

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache, partial
from typing import Any, TypeVar

import attrs
import pluggy
from importlib_metadata import EntryPoint, entry_points

from jackfield import hookspecs
from jackfield.errors import (
    JackfieldError,
    PluginBroken,
    PluginConflict,
    PluginError,
    PluginIncompatible,
    PluginNotFound,
    UnsupportedOperation,
)
from jackfield.hookspecs import Flow, StreamParser
from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.types.models import Model
from jackfield.types.provider import ProviderInfo
from jackfield.types.requests import Request
from jackfield.types.results import Result

T = TypeVar("T")

ALLOW_LIST = "JACKFIELD_PLUGINS"
REQUIRED_HOOKS = ("provider_info", "encode_request", "decode_response", "parse_stream", "list_models")


@attrs.frozen(kw_only=True)
class Installed:
    """A plugin as its distribution's metadata declare it; it has not been imported.

    Attributes:
        id: the entry point's name.
        distribution: the distribution that provides it; several, joined with commas, if they conflict.
        entry_points: what to import; more than one is a conflict.
    """

    id: str
    distribution: str
    version: str
    entry_points: tuple[EntryPoint, ...] = attrs.field(repr=False)


def installed(group: str = hookspecs.PROVIDER_GROUP) -> Mapping[str, Installed]:
    """Installed plugins of a group by id, sorted, from metadata alone; the allow-list applies."""
    allowed = os.environ.get(ALLOW_LIST)
    names = None if allowed is None else {name.strip() for name in allowed.split(",")}
    found: dict[str, dict[str, EntryPoint]] = {}
    for entry in entry_points(group=group):
        if names is None or entry.name in names:
            distribution = entry.dist.name if entry.dist is not None else "?"
            found.setdefault(entry.name, {})[distribution] = entry
    return {name: _installed(name, found[name]) for name in sorted(found)}


def _installed(name: str, claims: Mapping[str, EntryPoint]) -> Installed:
    entries = tuple(claims[distribution] for distribution in sorted(claims))
    versions = [entry.dist.version if entry.dist is not None else "?" for entry in entries]
    return Installed(id=name, distribution=", ".join(sorted(claims)), version=", ".join(versions), entry_points=entries)


class Provider:
    """A loaded provider: typed access to its hooks."""

    def __init__(self, provider_id: str, manager: pluggy.PluginManager) -> None:
        """Take over a manager that holds the provider's plugin; `load` is the usual way to get one."""
        self.id = provider_id
        self._manager = manager
        self._hook = manager.hook
        self.info = self._call("provider_info", ProviderInfo)
        self._observed = frozenset(
            name for name in ("call_started", "call_event", "call_answered", "call_finished", "call_failed")
            if getattr(self._hook, name).get_hookimpls()
        )  # fmt: skip
        self.may_answer = bool(self._hook.answer_request.get_hookimpls())

    def encode_request(self, request: Request, settings: Settings) -> HttpRequest:
        """See `hookspecs.ProviderHooks.encode_request`."""
        if not isinstance(request, self.info.capabilities.operations):
            raise UnsupportedOperation(type(request).__name__, provider=self.id)
        return self._call("encode_request", HttpRequest, request=request, settings=settings)

    def decode_response(self, request: Request, response: HttpResponse) -> "Result[None]":
        """See `hookspecs.ProviderHooks.decode_response`."""
        return self._call("decode_response", Result, request=request, response=response)

    def parse_stream(self, request: Request, response: HttpResponse) -> StreamParser:
        """See `hookspecs.ProviderHooks.parse_stream`."""
        parser = self._guard("parse_stream", request=request, response=response)
        if isinstance(parser, StreamParser):
            return parser
        raise self._wrong("parse_stream", parser, "StreamParser")

    def list_models(self, settings: Settings) -> "Flow[list[Model]]":
        """See `hookspecs.ProviderHooks.list_models`."""
        return self._flow("list_models", settings=settings)

    def answer_request(self, call_id: str, request: Request, http_request: HttpRequest) -> HttpResponse | None:
        """What middleware answers in place of the provider, or None."""
        if not self.may_answer:
            return None
        answer = self._guard("answer_request", call_id=call_id, request=request, http_request=http_request)
        if answer is None or isinstance(answer, HttpResponse):
            return answer
        raise self._wrong("answer_request", answer, "HttpResponse or None")

    def observes(self, hook: str) -> bool:
        """Whether any middleware implements that observer hook."""
        return hook in self._observed

    def notify(self, hook: str, **facts: Any) -> None:
        """Tell the middleware that observes this hook."""
        if hook in self._observed:
            self._guard(hook, **facts)

    def optional(self, hook: str, returns: type[T], **arguments: Any) -> T:
        """Call an optional hook.

        Raises:
            UnsupportedOperation: the provider does not implement it.
        """
        if not getattr(self._hook, hook).get_hookimpls():
            raise UnsupportedOperation(hook, provider=self.id)
        return self._call(hook, returns, **arguments)

    def _guard(self, hook: str, **arguments: Any) -> Any:
        try:
            return getattr(self._hook, hook)(**arguments)
        except JackfieldError:
            raise
        except Exception as error:
            raise PluginError(self.id, f"{type(error).__name__}: {error}", hook=hook) from error

    def _call(self, hook: str, returns: type[T], **arguments: Any) -> T:
        value: object = self._guard(hook, **arguments)
        if isinstance(value, returns):
            return value
        raise self._wrong(hook, value, returns.__name__)

    def _wrong(self, hook: str, value: Any, expected: str) -> PluginError:
        return PluginError(self.id, f"returned {type(value).__name__}, expected {expected}", hook=hook)

    def _flow(self, hook: str, **arguments: Any) -> "Flow[Any]":
        """A plugin's generator, with what it raises and yields checked."""
        flow: Any = self._guard(hook, **arguments)
        if not isinstance(flow, Generator):
            raise self._wrong(hook, flow, "generator")
        response: HttpResponse | None = None
        while True:
            try:
                request = next(flow) if response is None else flow.send(response)
            except StopIteration as stop:
                return stop.value
            except JackfieldError:
                raise
            except Exception as error:
                raise PluginError(self.id, f"{type(error).__name__}: {error}", hook=hook) from error
            if not isinstance(request, HttpRequest):
                raise self._wrong(hook, request, "HttpRequest (yielded)")
            response = yield request


def load(provider_id: str, middleware: Sequence[object] = ()) -> Provider:
    """Import a provider's plugin and check it.

    Args:
        provider_id: the entry point's name.
        middleware: names from the group `jackfield.middleware`, or objects with hook implementations.

    Raises:
        PluginNotFound, PluginConflict, PluginBroken, PluginIncompatible: see each.
    """
    return _load(provider_id, os.environ.get(ALLOW_LIST)) if not middleware else _build(provider_id, middleware)


@cache
def _load(provider_id: str, _allowed: str | None) -> Provider:
    return _build(provider_id, ())


def _build(provider_id: str, middleware: Sequence[object]) -> Provider:
    plugin = _import(provider_id, installed())
    extras = [_middleware(one) for one in middleware]
    return build(provider_id, plugin, extras)


def build(provider_id: str, plugin: object, middleware: Sequence[object] = ()) -> Provider:
    """A Provider from a plugin object that is at hand, for instance in a test."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs.ProviderHooks)
    manager.add_hookspecs(hookspecs.MiddlewareHooks)
    _checked(provider_id, lambda: manager.register(plugin, name=provider_id))
    for one in middleware:
        _checked(provider_id, partial(manager.register, one))
    missing = [name for name in REQUIRED_HOOKS if not getattr(manager.hook, name).get_hookimpls()]
    if missing:
        raise PluginBroken(provider_id, f"does not implement {', '.join(missing)}")
    provider = Provider(provider_id, manager)
    _negotiate(provider.info, provider_id)
    _checked(provider_id, manager.check_pending)
    return provider


def _checked(provider_id: str, act: Callable[[], object]) -> None:
    try:
        act()
    except Exception as error:
        raise PluginBroken(provider_id, f"cannot be registered: {error}") from error


def _import(provider_id: str, available: Mapping[str, Installed]) -> object:
    found = available.get(provider_id)
    if found is None:
        near = get_close_matches(provider_id, available, n=1)
        raise PluginNotFound(provider_id, installed=tuple(available), nearest=near[0] if near else None)
    if len(found.entry_points) > 1:
        raise PluginConflict(provider_id, distributions=tuple(found.distribution.split(", ")))
    try:
        return found.entry_points[0].load()
    except Exception as error:
        reason = f"{found.distribution} {found.version} cannot be imported: {type(error).__name__}: {error}"
        raise PluginBroken(provider_id, reason) from error


def _middleware(one: object) -> object:
    return _import(one, installed(hookspecs.MIDDLEWARE_GROUP)) if isinstance(one, str) else one


def _negotiate(info: ProviderInfo, provider_id: str) -> None:
    """Same major version, and the plugin's minor is not newer than ours."""
    try:
        theirs = tuple(int(number) for number in info.api_version.split("."))
        ours = tuple(int(number) for number in hookspecs.API_VERSION.split("."))
        fits = len(theirs) == len(ours) and theirs[0] == ours[0] and theirs <= ours
    except ValueError as error:
        raise PluginBroken(provider_id, f"api_version {info.api_version!r} is not major.minor") from error
    if not fits:
        raise PluginIncompatible(provider_id, plugin_version=info.api_version, core_version=hookspecs.API_VERSION)
    if info.id != provider_id:
        raise PluginBroken(provider_id, f"calls itself {info.id!r}; the entry point's name and the id must be equal")
