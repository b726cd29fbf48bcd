"""Loading a provider's plugin, and calling its hooks with types that hold.

Rules: each provider has a plugin manager of its own, which holds that provider and the chosen middleware and nothing
else; middleware wraps hooks and listens, and never answers in a provider's place unnoticed; whatever a plugin raises or
returns becomes a value of the right type or one of our errors, which names it; the key goes to the host of the base
URL, in a header. How plugins are found is in `discovery`.
"""

import os
from collections.abc import Generator, Mapping, Sequence
from functools import cache
from types import CoroutineType
from typing import TYPE_CHECKING, Any, TypeVar

import pluggy

from jackfield import hookspecs
from jackfield.discovery import (
    ALLOW_LIST,
    MIDDLEWARE_GROUP,
    PROVIDER_GROUP,
    Installed,
    import_plugin,
    installed,
    providers,
)
from jackfield.errors import (
    JackfieldError,
    PluginBroken,
    PluginError,
    PluginIncompatible,
    UnsupportedOperation,
    UsageError,
)
from jackfield.hookspecs import Flow, StreamParser
from jackfield.http import HttpRequest, HttpResponse, Secret, Settings, origin_of
from jackfield.types.fields import misfit
from jackfield.types.provider import Capabilities, ProviderInfo
from jackfield.types.requests import Request
from jackfield.types.results import Result

if TYPE_CHECKING:
    from jackfield.types.models import Model

T = TypeVar("T")

__all__ = ["REQUIRED_HOOKS", "Installed", "Provider", "build", "installed", "load", "providers"]

_SHORTEST_KEY = 8
_LOOKED_AT = (HttpRequest, HttpResponse, Result)
REQUIRED_HOOKS = ("provider_info", "encode_request", "decode_response", "parse_stream", "list_models")


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
        """See `hookspecs.ProviderHooks.encode_request`. PluginError if it names another host than the base URL."""
        if not isinstance(request, self.info.capabilities.operations):
            raise UnsupportedOperation(request.operation, provider=self.id)
        encoded = self._call("encode_request", HttpRequest, request=request, settings=settings)
        return self._at_home("encode_request", encoded, settings)

    def decode_response(self, request: Request, response: HttpResponse) -> "Result[None]":
        """See `hookspecs.ProviderHooks.decode_response`."""
        expected: type[Result[None]] = Result
        try:
            return self._call("decode_response", expected, request=request, response=response)
        except UnsupportedOperation:
            raise
        except UsageError as error:  # a request was sent: the caller is not to blame
            raise self._foreign("decode_response", error) from error

    def parse_stream(self, request: Request, response: HttpResponse) -> StreamParser:
        """See `hookspecs.ProviderHooks.parse_stream`."""
        parser = self._guard("parse_stream", request=request, response=response)
        if isinstance(parser, StreamParser):
            return parser
        raise self._wrong("parse_stream", parser, "StreamParser")

    def list_models(self, settings: Settings) -> "Flow[list[Model]]":
        """See `hookspecs.ProviderHooks.list_models`."""
        return self._flow("list_models", list, settings)

    def conversation(self, hook: str, returns: type[T], settings: Settings, **arguments: Any) -> "Flow[T]":
        """An optional hook that is a flow; it ends with an object of the class `returns`.

        Raises:
            UnsupportedOperation: the provider does not implement it.
        """
        if not getattr(self._hook, hook).get_hookimpls():
            raise UnsupportedOperation(hook, provider=self.id)
        return self._flow(hook, returns, settings, **arguments)

    def answer_request(self, call_id: str, request: Request, http_request: HttpRequest) -> HttpResponse | None:
        """What middleware answers in place of the provider, or None."""
        if not self.may_answer:
            return None
        answer = self._guard(
            "answer_request", provider=self.id, call_id=call_id, request=request, http_request=http_request
        )
        if answer is not None and not isinstance(answer, HttpResponse):
            raise self._wrong("answer_request", answer, "HttpResponse or None")
        return self._looked_at("answer_request", answer)

    def implemented(self) -> Mapping[str, frozenset[str]]:
        """The hooks of the provider's own plugin, and the arguments that each of them takes."""
        plugin = self._manager.get_plugin(self.id)
        return {
            caller.name: frozenset(one.argnames)
            for caller in self._manager.get_hookcallers(plugin) or ()
            for one in caller.get_hookimpls()
            if one.plugin is plugin
        }

    def observes(self, hook: str) -> bool:
        """Whether any middleware implements that observer hook."""
        return hook in self._observed

    def notify(self, hook: str, **facts: Any) -> None:
        """Tell the middleware that observes this hook."""
        if hook in self._observed:
            self._guard(hook, provider=self.id, **facts)

    def notify_failed(self, error: BaseException, **facts: Any) -> None:
        """Tell the middleware that a call failed; what goes wrong in telling is a note on the error."""
        try:
            self.notify("call_failed", error=error, **facts)
        except JackfieldError as broken:
            error.add_note(str(broken))

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
            raise self._foreign(hook, error) from error

    def _foreign(self, hook: str, error: Exception) -> PluginError:
        """The error for what a plugin must not raise; it names the plugin whose code raised it, perhaps a wrapper."""
        names = {
            code: one.plugin_name
            for one in getattr(self._hook, hook).get_hookimpls()
            if (code := getattr(one.function, "__code__", None)) is not None
        }
        culprit = self.id
        from traceback import walk_tb  # where nothing fails, nobody needs it

        for frame, _ in walk_tb(error.__traceback__):
            culprit = names.get(frame.f_code, culprit)
        return PluginError(culprit, f"{type(error).__name__}: {error}", hook=hook)

    def _at_home(self, hook: str, request: HttpRequest, settings: Settings) -> HttpRequest:
        """The request, unless it would take the key to another host, or to the logs that addresses end up in."""
        if request.origin == origin_of(settings.base_url):
            keys = [one.reveal() for one in settings.values.values() if isinstance(one, Secret)]
            if any(len(key) >= _SHORTEST_KEY and key in request.url for key in keys):
                raise PluginError(self.id, "puts a secret into the address: it belongs in a header", hook=hook)
            return request
        message = f"wants to send to {request.host}, which is not the host of base_url={settings.base_url!r}"
        raise PluginError(self.id, message, hook=hook)

    def _call(self, hook: str, returns: type[T], **arguments: Any) -> T:
        value: object = self._guard(hook, **arguments)
        if isinstance(value, returns):
            return self._looked_at(hook, value)
        raise self._wrong(hook, value, returns.__name__)

    def _looked_at(self, hook: str, value: T) -> T:
        """The value, unless a field of it, on which the core relies, is of the wrong type."""
        given: object = value
        if isinstance(given, _LOOKED_AT) and (wrong := misfit(given)) is not None:
            raise PluginError(self.id, wrong, hook=hook)
        return value

    def _wrong(self, hook: str, value: object, expected: str) -> PluginError:
        found = type(value).__name__
        if isinstance(value, CoroutineType):
            value.close()  # or Python would warn that nobody awaited it
        return PluginError(self.id, f"returned {found}, expected {expected}", hook=hook)

    def _flow(self, hook: str, returns: type[Any], settings: Settings, **arguments: Any) -> "Flow[Any]":
        """A plugin's generator, with what it raises, yields and returns checked."""
        flow: Any = self._guard(hook, settings=settings, **arguments)
        if not isinstance(flow, Generator):
            raise self._wrong(hook, flow, "generator")
        send: Any = flow.send  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # any plugin's
        response: HttpResponse | None = None
        while True:
            try:
                request = send(response)
            except StopIteration as stop:
                if isinstance(stop.value, returns):
                    return stop.value
                raise self._wrong(hook, stop.value, returns.__name__) from None
            except JackfieldError:
                raise
            except Exception as error:
                raise self._foreign(hook, error) from error
            if not isinstance(request, HttpRequest):
                raise self._wrong(hook, request, "HttpRequest (yielded)")
            response = yield self._at_home(hook, self._looked_at(hook, request), settings)


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
    plugin = import_plugin(provider_id, PROVIDER_GROUP)
    extras = [_middleware(one) for one in middleware]
    return build(provider_id, plugin, extras)


def build(provider_id: str, plugin: object, middleware: Sequence[object] = ()) -> Provider:
    """A Provider from a plugin object that is at hand, for instance in a test.

    Raises:
        PluginBroken, PluginIncompatible, PluginError: see each.
    """
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs.ProviderHooks)
    manager.add_hookspecs(hookspecs.MiddlewareHooks)
    try:
        manager.register(plugin, name=provider_id)
    except Exception as error:
        _refuse_version(plugin, provider_id)
        raise _unregistered(provider_id, error) from error
    for position, one in enumerate(middleware, 1):
        _add(manager, one, f"{getattr(one, '__name__', type(one).__name__)} (middleware {position})")
    missing = [name for name in REQUIRED_HOOKS if not getattr(manager.hook, name).get_hookimpls()]
    if missing:
        raise PluginBroken(provider_id, f"does not implement {', '.join(missing)}")
    provider = Provider(provider_id, manager)
    _check(provider.info, provider_id)
    _only_known(manager, plugin, provider_id)
    manager.check_pending()
    return provider


def _add(manager: pluggy.PluginManager, middleware: object, name: str) -> None:
    if manager.is_registered(middleware):
        raise PluginBroken(name, "is given twice")
    try:
        manager.register(middleware, name=name)
    except Exception as error:
        raise _unregistered(name, error) from error
    if not manager.get_hookcallers(middleware):
        raise PluginBroken(name, "implements no hook: mark its functions with jackfield.hookimpl")
    _only_known(manager, middleware, name)
    _only_wraps(manager, middleware, name)


def _only_known(manager: pluggy.PluginManager, plugin: object, name: str) -> None:
    """A hook that nobody calls is a spelling mistake, or for another version of the core."""
    for caller in manager.get_hookcallers(plugin) or ():
        mine = [one for one in caller.get_hookimpls() if one.plugin is plugin]
        if not caller.has_spec() and not all(one.optionalhook for one in mine):
            from difflib import get_close_matches

            known = [one for one in vars(manager.hook) if getattr(manager.hook, one).has_spec()]
            near = get_close_matches(caller.name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise PluginBroken(name, f"implements {caller.name}, which is no hook{hint}")


def _only_wraps(manager: pluggy.PluginManager, middleware: object, name: str) -> None:
    """Middleware wraps a provider's hooks; it does not answer in its place unnoticed."""
    for caller in manager.get_hookcallers(middleware) or ():
        mine = [one for one in caller.get_hookimpls() if one.plugin is middleware]
        if hasattr(hookspecs.ProviderHooks, caller.name) and not all(one.wrapper or one.hookwrapper for one in mine):
            raise PluginBroken(name, f"implements {caller.name} of the provider: wrap it with hookimpl(wrapper=True)")


def _unregistered(name: str, error: Exception) -> PluginBroken:
    reason = " ".join(str(error).split())  # pluggy's are of several lines
    return PluginBroken(name, f"cannot be registered: {type(error).__name__}: {reason}")


def _refuse_version(plugin: object, provider_id: str) -> None:
    """A plugin for newer hooks fails to register for that reason: say so if it can be told."""
    describe: Any = getattr(plugin, "provider_info", None)
    try:
        info = describe()
    except Exception:  # noqa: BLE001 - then the failure to register is what there is to say
        return
    if isinstance(info, ProviderInfo):
        _check(info, provider_id)


def _middleware(one: object) -> object:
    return import_plugin(one, MIDDLEWARE_GROUP) if isinstance(one, str) else one


def _check(info: ProviderInfo, provider_id: str) -> None:
    """Same major version, and the plugin's minor is not newer than ours; then, what the core relies on."""
    version = info.api_version
    numbers = str(version).split(".")
    if len(numbers) != 2 or not all(number.isdecimal() for number in numbers):
        raise PluginBroken(provider_id, f"api_version {version!r} is not major.minor")
    (major, minor), (ours, newest) = (map(int, one) for one in (numbers, hookspecs.API_VERSION.split(".")))
    if major != ours or minor > newest:
        raise PluginIncompatible(provider_id, plugin_version=str(version), core_version=hookspecs.API_VERSION)
    if info.id != provider_id:
        raise PluginBroken(provider_id, f"calls itself {info.id!r}; the entry point's name and the id must be equal")
    for name, wanted in (("base_url", str), ("name", str), ("settings", tuple), ("capabilities", Capabilities)):
        value = getattr(info, name)
        if not isinstance(value, wanted):
            raise PluginBroken(provider_id, f"provider_info: {name} is a {type(value).__name__}, not {wanted.__name__}")
