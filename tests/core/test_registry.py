"""Plugins as pip installs them: found without import, loaded one by one, and kept from harming each other."""

import os
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from tests.core.broken_toys import Named, Unregistrable, replace
from tests.core.toy import INFO, KEY, toy_provider, toy_settings
from tests.core.toy_installation import install, install_text

import jackfield
from jackfield import hookspecs, registry
from jackfield.errors import (
    JackfieldError,
    PluginBroken,
    PluginConflict,
    PluginError,
    PluginIncompatible,
    PluginNotFound,
    ProviderError,
    UnsupportedOperation,
    UsageError,
)
from jackfield.hookspecs import API_VERSION, hookimpl
from jackfield.http import HttpRequest, HttpResponse
from jackfield.types.messages import system, user
from jackfield.types.requests import GenerateRequest, ImageRequest
from jackfield.types.results import Notice, Result

BROKEN = {
    name.replace("_", "-"): f"tests.core.broken_toys:{name}"
    for name in (
        "good",
        "newer_minor",
        "newer_major",
        "older_major",
        "odd_version",
        "no_version",
        "misnamed",
        "new_hook",
        "new_hook_newer",
        "new_argument",
        "new_argument_newer",
        "no_hooks",
        "failing_info",
        "unregistrable",
        "no_capabilities",
        "async_info",
    )
} | {
    "raises": "tests.core.failing_imports.raises",
    "exits": "tests.core.failing_imports.exits",
    "missing-module": "no_such_module_anywhere",
    "missing-attribute": "tests.core.broken_toys:nothing",
}
REQUEST = GenerateRequest(model="m", messages=(user("hi"),))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory on `sys.path`, for distributions; no allow-list."""
    monkeypatch.syspath_prepend(tmp_path)  # pyright: ignore[reportUnknownMemberType]  # pytest's own
    monkeypatch.delenv("JACKFIELD_PLUGINS", raising=False)
    return tmp_path


@pytest.fixture
def crowd(site: Path) -> Path:
    """One distribution whose plugins all fail, but for `good`."""
    install(site, "jackfield-crowd", BROKEN, version="2.5")
    return site


# --- finding


def test_what_is_installed(crowd: Path) -> None:
    """Everything is listed by id, sorted, with its distribution and version, and nothing is imported."""
    found = registry.providers()
    assert set(BROKEN) <= set(found)
    assert list(found) == sorted(found)
    assert (found["good"].distribution, found["good"].version) == ("jackfield-crowd", "2.5")
    assert jackfield.providers() == found
    assert "tests.core.failing_imports.raises" not in sys.modules


@pytest.mark.parametrize(
    ("allowed", "expected"), [("good, raises", {"good", "raises"}), ("", set[str]()), ("nobody", set[str]())]
)
def test_the_allow_list(crowd: Path, monkeypatch: pytest.MonkeyPatch, allowed: str, expected: set[str]) -> None:
    """Only what it names is there; set to nothing, it allows nothing."""
    monkeypatch.setenv("JACKFIELD_PLUGINS", allowed)
    assert set(registry.providers()) == expected


def test_left_out_by_the_allow_list(crowd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says that it is the list that leaves it out, and does so even if it was loaded before."""
    registry.load("good")
    monkeypatch.setenv("JACKFIELD_PLUGINS", "raises")
    with pytest.raises(PluginNotFound, match="left out by JACKFIELD_PLUGINS") as caught:
        registry.load("good")
    assert (caught.value.installed, caught.value.excluded_by) == (("raises",), "JACKFIELD_PLUGINS")


def test_not_installed(crowd: Path) -> None:
    """The error names what is there, and the nearest."""
    with pytest.raises(PluginNotFound, match="did you mean 'good'") as caught:
        registry.load("goood")
    assert caught.value.nearest == "good"
    assert "raises" in caught.value.installed
    with pytest.raises(PluginNotFound, match="pip install jackfield-zzzzzz"):
        registry.load("zzzzzz")


def test_two_claimants(crowd: Path) -> None:
    """Both are named, neither is loaded, and the others go on working."""
    install(crowd, "jackfield-rival", {"good": "tests.core.broken_toys:good", "other": "tests.core.broken_toys:other"})
    assert registry.providers()["good"].distribution == "jackfield-crowd, jackfield-rival"
    registry._load.cache_clear()
    with pytest.raises(PluginConflict, match="claimed by jackfield-crowd and jackfield-rival") as caught:
        registry.load("good")
    assert caught.value.distributions == ("jackfield-crowd", "jackfield-rival")
    assert registry.load("other").id == "other"


def test_the_same_distribution_twice(crowd: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An older copy further back on the path is no rival."""
    behind = tmp_path_factory.mktemp("behind")
    install(behind, "jackfield-crowd", BROKEN, version="1.0")
    sys.path.append(str(behind))
    try:
        assert registry.providers()["good"].version == "2.5"
    finally:
        sys.path.remove(str(behind))


@pytest.mark.parametrize("text", ["[jackfield.providers]\nthis is no entry point\n", "[jackfield.providers]\n= x\n"])
def test_unreadable_metadata(crowd: Path, text: str) -> None:
    """One distribution that cannot be read hides no other."""
    install_text(crowd, "jackfield-unreadable", text)
    assert registry.load("good").id == "good"
    assert {"good", "raises"} <= set(registry.providers())


def test_metadata_that_raises(crowd: Path) -> None:
    """Bytes that are no text: listed with its problem, and refused by name."""
    info = install(crowd, "jackfield-bytes", {"x": "y"})
    (info / "METADATA").unlink()
    (info / "METADATA").mkdir()
    found = registry.providers()
    assert "good" in found
    broken = [one for one in found.values() if one.problem is not None]
    for one in broken:
        with pytest.raises(PluginBroken, match="cannot be read"):
            registry.load(one.id)


def test_metadata_of_another_kind(crowd: Path) -> None:
    """What setuptools leaves for a development install is read as well."""
    info = install(crowd, "jackfield-egg", {"egg": "tests.core.broken_toys:other"}, version="0.5")
    (info / "METADATA").rename(info / "PKG-INFO")
    info.rename(crowd / "jackfield_egg.egg-info")
    found = registry.providers()["egg"]
    assert (found.distribution, found.version, found.problem) == ("jackfield-egg", "0.5", None)


def test_discovery_imports_nothing(crowd: Path) -> None:
    """In a new process, listing what is installed imports neither plugins nor httpx."""
    code = (
        "import sys, jackfield; found = jackfield.providers(); assert 'good' in found, found;"
        "print([name for name in sys.modules if name.startswith(('tests', 'httpx', 'cattrs', 'orjson', 'ssl'))])"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(crowd), str(Path.cwd())])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ)
    assert done.stdout.strip() == "[]"


# --- loading


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("raises", PluginBroken, "jackfield-crowd 2.5 cannot be imported: RuntimeError: no import"),
        ("exits", PluginBroken, "jackfield-crowd 2.5 cannot be imported: SystemExit: 3"),
        ("missing-module", PluginBroken, "cannot be imported: ModuleNotFoundError"),
        ("missing-attribute", PluginBroken, "cannot be imported: AttributeError"),
        (
            "newer-minor",
            PluginIncompatible,
            f"hook API 1.99, this core has {API_VERSION}; upgrade jackfield",
        ),
        (
            "newer-major",
            PluginIncompatible,
            f"hook API 2.0, this core has {API_VERSION}; upgrade jackfield",
        ),
        ("older-major", PluginIncompatible, "upgrade the older-major plugin"),
        ("odd-version", PluginBroken, "api_version '1.0.0' is not major.minor"),
        ("no-version", PluginBroken, "api_version None is not major.minor"),
        ("misnamed", PluginBroken, "calls itself 'somebody-else'"),
        ("new-hook", PluginBroken, "implements translate, which is no hook"),
        ("new-hook-newer", PluginIncompatible, "written for hook API 1.99"),
        ("new-argument", PluginBroken, "cannot be registered"),
        ("new-argument-newer", PluginIncompatible, "written for hook API 1.99"),
        ("no-hooks", PluginBroken, "does not implement provider_info, encode_request"),
        ("failing-info", PluginError, r"plugin failing-info \(provider_info\): RuntimeError: no idea"),
        ("unregistrable", PluginBroken, "cannot be registered: RuntimeError: do not look"),
        ("no-capabilities", PluginBroken, "capabilities is a NoneType, not Capabilities"),
        ("async-info", PluginError, "returned int, expected ProviderInfo"),
    ],
)
def test_plugins_that_cannot_be_loaded(crowd: Path, name: str, error: type[PluginError], message: str) -> None:
    """Each is refused with an error of its own that names it; the good one goes on working."""
    with pytest.raises(error, match=message) as caught:
        registry.load(name)
    assert caught.value.provider == name
    assert registry.load("good").info.id == "good"


def test_loading_twice(crowd: Path) -> None:
    """A provider without middleware is loaded once."""
    assert registry.load("good") is registry.load("good")
    assert registry.load("good", [Observer()]) is not registry.load("good")


@pytest.mark.parametrize("version", ["1.0", "1.1", API_VERSION])
def test_versions_that_work(version: str) -> None:
    """The same major version, and a minor that is not newer."""
    assert toy_provider(attrs.evolve(INFO, api_version=version)).info.api_version == version


@pytest.mark.parametrize(
    ("core", "plugin", "works"),
    [
        ("1.2", "1.0", True),
        ("1.2", "1.2", True),
        ("1.2", "1.3", False),
        ("1.10", "1.9", True),
        ("1.9", "1.10", False),
        ("2.0", "1.9", False),
        ("1.9", "2.0", False),
    ],
)
def test_the_version_matrix(monkeypatch: pytest.MonkeyPatch, core: str, plugin: str, *, works: bool) -> None:
    """Numbers are compared as numbers, and the error says which side to upgrade."""
    monkeypatch.setattr(hookspecs, "API_VERSION", core)
    info = attrs.evolve(INFO, api_version=plugin)
    if works:
        assert toy_provider(info).id == "toy"
        return
    newer = float(plugin) > float(core) or plugin == "1.10"
    with pytest.raises(PluginIncompatible, match="upgrade jackfield" if newer else "upgrade the toy plugin"):
        toy_provider(info)


# --- calling


def _boom() -> Any:
    raise RuntimeError("boom")


def _ours() -> Any:
    raise ProviderError("ours", provider="toy")


def _usage() -> Any:
    raise UsageError("blamed")


async def _later() -> None:
    """Nobody waits for it."""


CALLS: dict[str, Callable[[registry.Provider], object]] = {
    "encode_request": lambda provider: provider.encode_request(REQUEST, toy_settings()),
    "decode_response": lambda provider: provider.decode_response(REQUEST, HttpResponse(status=200)),
    "parse_stream": lambda provider: provider.parse_stream(REQUEST, HttpResponse(status=200)),
    "list_models": lambda provider: next(provider.list_models(toy_settings())),
}


@pytest.mark.parametrize("hook", CALLS)
@pytest.mark.parametrize(
    ("what", "message"),
    [
        (_boom, "RuntimeError: boom"),
        (lambda: None, "returned NoneType, expected"),
        (lambda: "rubbish", "returned str, expected"),
        (_later, "returned coroutine, expected"),
    ],
)
def test_hooks_that_misbehave(hook: str, what: Callable[[], Any], message: str) -> None:
    """What a hook raises or returns wrong names the plugin and the hook."""
    provider = registry.build("toy", replace(hook, what))
    with pytest.raises(PluginError, match=message) as caught:
        CALLS[hook](provider)
    assert (caught.value.provider, caught.value.hook) == ("toy", hook)


WRONG_FIELDS: list[tuple[str, dict[str, Any], str]] = [
    ("url", {"url": None}, "a text, got something of type NoneType"),
    ("method", {"method": 5}, "a text, got something of type int"),
    ("headers", {"headers": {"x-toy": 5}}, "a mapping from a text to a text or Secret, got something of type dict"),
    ("headers", {"headers": {5: KEY}}, "a mapping from a text to a text or Secret, got something of type dict"),
    ("headers", {"headers": [("x-toy", KEY)]}, "a mapping from a text to a text or Secret, got something of type list"),
    ("body", {"body": "x"}, "bytes or Pieces, got something of type str"),
    ("body", {"body": None}, "bytes or Pieces, got something of type NoneType"),
    ("notices", {"notices": ("x",)}, "a tuple, each Notice, got something of type tuple"),
    ("retryable", {"retryable": "no"}, "True or False, got something of type str"),
]


@pytest.mark.parametrize(("field", "changes", "expected"), WRONG_FIELDS)
@pytest.mark.parametrize("hook", ["encode_request", "list_models"])
def test_requests_with_wrong_fields(hook: str, field: str, changes: dict[str, Any], expected: str) -> None:
    """The field is named, whether the request is returned or yielded; its value may be a secret, and is not shown."""
    fields: dict[str, Any] = {"url": "http://toy.invalid/x", **changes}
    request = HttpRequest(**fields)
    made: dict[str, Callable[[], Any]] = {"encode_request": lambda: request, "list_models": lambda: _yielding(request)}
    with pytest.raises(PluginError) as caught:
        CALLS[hook](registry.build("toy", replace(hook, made[hook])))
    assert str(caught.value) == f"plugin toy ({hook}): HttpRequest.{field}: expected {expected}"


def test_a_list_of_notices() -> None:
    """A list is as good as a tuple."""
    notices: Any = [Notice(code="x", message="x")]
    request = HttpRequest(url="http://toy.invalid/x", notices=notices)
    provider = registry.build("toy", replace("encode_request", lambda: request))
    assert provider.encode_request(REQUEST, toy_settings()) is request


@pytest.mark.parametrize("field", ["message", "usage", "warnings", "alternatives", "raw", "finish_reason", "model"])
def test_results_with_wrong_fields(field: str) -> None:
    """What the core and the caller rely on is what its type says."""
    wrong: Any = {"message": system("x"), field: 5}
    provider = registry.build("toy", replace("decode_response", lambda: Result(output=None, **wrong)))
    with pytest.raises(PluginError, match=rf"^plugin toy \(decode_response\): Result\.{field}: expected .* type int$"):
        provider.decode_response(REQUEST, HttpResponse(status=200))


def _yielding(request: HttpRequest) -> Generator[HttpRequest, HttpResponse, list[Any]]:
    yield request
    return []


@pytest.mark.parametrize("hook", CALLS)
def test_errors_of_ours_pass(hook: str) -> None:
    """A ProviderError is not wrapped."""
    with pytest.raises(ProviderError, match="ours"):
        CALLS[hook](registry.build("toy", replace(hook, _ours)))


def test_operations_that_it_does_not_do() -> None:
    """The plugin is not even asked."""
    with pytest.raises(UnsupportedOperation, match="toy does not support making images"):
        toy_provider().encode_request(ImageRequest(model="m", prompt="x"), toy_settings())
    with pytest.raises(UnsupportedOperation, match="simulate"):
        toy_provider().optional("simulate", HttpResponse, request=HttpRequest(url="x"), store={})


@pytest.mark.parametrize("url", ["http://other.invalid/x", "https://toy.invalid/x", "http://toy.invalid:81/x", "/x"])
def test_other_hosts(url: str) -> None:
    """A plugin cannot take the key anywhere but to the base URL."""
    provider = registry.build("toy", replace("encode_request", lambda: HttpRequest(url=url)))
    with pytest.raises(PluginError, match=r"is not the host of base_url='http://toy\.invalid'"):
        provider.encode_request(REQUEST, toy_settings())
    flow = registry.build("toy", replace("list_models", lambda: _asking(url))).list_models(toy_settings())
    with pytest.raises(PluginError, match="is not the host"):
        next(flow)


def test_a_key_in_the_address() -> None:
    """Addresses end up in logs and errors."""
    leaking = HttpRequest(url=f"http://toy.invalid/x?key={KEY}")
    provider = registry.build("toy", replace("encode_request", lambda: leaking))
    with pytest.raises(PluginError, match="puts a secret into the address") as caught:
        provider.encode_request(REQUEST, toy_settings())
    assert KEY not in str(caught.value)


def _asking(url: str) -> Generator[HttpRequest, HttpResponse, list[Any]]:
    yield HttpRequest(url=url)
    return []


def _yielding_rubbish() -> Iterator[Any]:
    yield "rubbish"


def _raising() -> Iterator[Any]:
    yield HttpRequest(url="http://toy.invalid/1")
    raise RuntimeError("boom")


def _ending_with_none() -> Iterator[Any]:
    yield HttpRequest(url="http://toy.invalid/1")


def _refusing() -> Iterator[Any]:
    yield HttpRequest(url="http://toy.invalid/1")
    raise ProviderError("no", provider="toy")


def test_flows_that_misbehave() -> None:
    """A plugin's generator is watched like a hook."""
    provider = registry.build("toy", replace("list_models", _yielding_rubbish))
    with pytest.raises(PluginError, match=r"returned str, expected HttpRequest \(yielded\)"):
        next(provider.list_models(toy_settings()))
    for what, error in ((_raising, PluginError), (_refusing, ProviderError)):
        flow = registry.build("toy", replace("list_models", what)).list_models(toy_settings())
        assert next(flow) == HttpRequest(url="http://toy.invalid/1")
        with pytest.raises(error):
            flow.send(HttpResponse(status=200))


def test_a_flow_that_ends_with_rubbish() -> None:
    """What a generator returns is checked, too."""
    flow = registry.build("toy", replace("list_models", _ending_with_none)).list_models(toy_settings())
    next(flow)
    with pytest.raises(PluginError, match="returned NoneType, expected list"):
        flow.send(HttpResponse(status=200))


def test_a_flow_that_works() -> None:
    """Requests come out, answers go in, models come back."""
    flow = toy_provider().list_models(toy_settings())
    assert next(flow).url == "http://toy.invalid/models?page=1"
    assert flow.send(HttpResponse(status=200, body=b'["a"]')).url == "http://toy.invalid/models?page=2"
    with pytest.raises(StopIteration) as stop:
        flow.send(HttpResponse(status=200, body=b'["b"]'))
    assert [model.id for model in stop.value.value] == ["a", "b"]


# --- middleware


class Observer:
    """Writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    @hookimpl
    def call_started(self, call_id: str) -> None:
        """Hear of a call."""
        self.heard.append(f"started {call_id}")


class Misspelt:
    """Means another hook."""

    @hookimpl
    def call_startd(self, call_id: str) -> None:
        """Never hear of a call."""


class Unfit:
    """Asks for what the hook does not give."""

    @hookimpl
    def call_started(self, call_number: str) -> None:
        """Never hear of a call."""


class Deaf:
    """Fails when it is told something."""

    @hookimpl
    def call_started(self) -> None:
        """Hear of a call."""
        raise RuntimeError("deaf")

    @hookimpl
    def call_failed(self) -> None:
        """Hear of a failure."""
        raise RuntimeError("deaf")


class Wrapper:
    """Wraps a provider's hook, and fails before or after it."""

    def __init__(self, *, before: bool) -> None:
        self.before = before

    @hookimpl(wrapper=True)
    def decode_response(self) -> Generator[None, Any, Any]:
        """Around the provider."""
        if self.before:
            raise RuntimeError("wrapped")
        result = yield
        raise RuntimeError("wrapped" if result else "?")


class Cache:
    """Answers in place of the provider."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    @hookimpl
    def answer_request(self) -> object:
        """Answer."""
        return self.answer


def test_observers() -> None:
    """Who listens is told, and nobody else asked."""
    observer = Observer()
    provider = toy_provider(middleware=[observer])
    provider.notify("call_started", call_id="1", request=REQUEST, http_request=HttpRequest(url="x"))
    provider.notify("call_finished", call_id="1", request=REQUEST, result=None)
    assert observer.heard == ["started 1"]
    assert provider.observes("call_started")
    assert not provider.observes("call_event")
    assert not provider.may_answer


def test_an_observer_that_fails_is_named() -> None:
    """Not the provider is at fault."""
    provider = toy_provider(middleware=[Deaf()])
    with pytest.raises(PluginError, match=r"plugin Deaf \(middleware 1\) \(call_started\): RuntimeError: deaf"):
        provider.notify("call_started", call_id="1", request=REQUEST, http_request=HttpRequest(url="x"))


def test_an_observer_that_fails_when_told_of_a_failure() -> None:
    """The call's own error stays, with a note."""
    error = ProviderError("no", provider="toy")
    toy_provider(middleware=[Deaf()]).notify_failed(error, call_id="1", request=REQUEST)
    assert "RuntimeError: deaf" in error.__notes__[0]


@pytest.mark.parametrize("before", [True, False])
def test_a_wrapper_that_fails_is_named(*, before: bool) -> None:
    """Whether it fails before or after the provider answered."""
    provider = toy_provider(middleware=[Observer(), Wrapper(before=before)])
    with pytest.raises(PluginError, match="RuntimeError: wrapped") as caught:
        provider.decode_response(REQUEST, HttpResponse(status=200, body=b"{}"))
    assert caught.value.provider == "Wrapper (middleware 2)"


def test_a_provider_that_fails_inside_a_wrapper_is_named() -> None:
    """The innermost culprit counts."""

    class Passing:
        @hookimpl(wrapper=True)
        def decode_response(self) -> Generator[None, Any, Any]:
            """Around the provider."""
            return (yield)

    provider = registry.build("toy", replace("decode_response", _boom), [Passing()])
    with pytest.raises(PluginError) as caught:
        provider.decode_response(REQUEST, HttpResponse(status=200))
    assert caught.value.provider == "toy"


def test_answers_of_middleware() -> None:
    """A response, or None to let the call go on, and nothing else."""
    response = HttpResponse(status=200)
    http = HttpRequest(url="x")
    assert toy_provider().answer_request("1", REQUEST, http) is None
    assert toy_provider(middleware=[Cache(None)]).answer_request("1", REQUEST, http) is None
    assert toy_provider(middleware=[Cache(response)]).answer_request("1", REQUEST, http) is response
    with pytest.raises(PluginError, match="returned str, expected HttpResponse or None"):
        toy_provider(middleware=[Cache("x")]).answer_request("1", REQUEST, http)
    wrong: Any = {"status": "200"}
    with pytest.raises(PluginError, match=r"HttpResponse\.status: expected a whole number, got something of type str"):
        toy_provider(middleware=[Cache(HttpResponse(**wrong))]).answer_request("1", REQUEST, http)


def test_middleware_by_name(crowd: Path) -> None:
    """It is found in its own group; what is not there is named."""
    install(crowd, "jackfield-watch", {"watch": "tests.core.toy_installation:WATCH"}, group="jackfield.middleware")
    assert registry.installed("jackfield.middleware")["watch"].distribution == "jackfield-watch"
    assert registry.load("good", ["watch"]).observes("call_started")
    with pytest.raises(PluginNotFound, match="did you mean 'watch'"):
        registry.load("good", ["watsh"])


@pytest.mark.parametrize(
    ("middleware", "message"),
    [
        (Unregistrable(), r"plugin Unregistrable \(middleware 1\): cannot be registered"),
        (None, r"plugin NoneType \(middleware 1\): implements no hook"),
        (Named("toy"), r"plugin Named \(middleware 1\): implements \w+ of the provider: wrap it"),
        (Misspelt(), r"plugin Misspelt \(middleware 1\): implements call_startd, .*did you mean call_started\?$"),
        (Unfit(), r"^plugin Unfit \(middleware 1\): cannot be registered[^\n]*$"),
    ],
)
def test_middleware_that_cannot_be_registered(middleware: object, message: str) -> None:
    """It is named, with its place; a second provider is no middleware, or it could answer unnoticed."""
    with pytest.raises(PluginBroken, match=message):
        toy_provider(middleware=[middleware])


def test_middleware_is_given_once() -> None:
    """It would hear everything twice."""
    observer = Observer()
    with pytest.raises(PluginBroken, match=r"plugin Observer \(middleware 2\): is given twice"):
        toy_provider(middleware=[observer, observer])


def test_an_optional_hook_of_another_core() -> None:
    """Marked as such, it is let pass."""

    class Careful(Observer):
        @hookimpl(optionalhook=True)
        def call_dreamt(self) -> None:
            """Nobody calls it here."""

    assert toy_provider(middleware=[Careful()]).observes("call_started")


def test_a_decoder_that_blames_the_caller() -> None:
    """A request was sent: what is wrong with its answer is no UsageError."""
    provider = registry.build("toy", replace("decode_response", _usage))
    with pytest.raises(PluginError, match="UsageError: blamed") as caught:
        provider.decode_response(REQUEST, HttpResponse(status=200))
    assert (caught.value.provider, caught.value.hook) == ("toy", "decode_response")


def test_hooks_give_what_they_should() -> None:
    """The typed façade over a plugin that works."""
    provider = toy_provider()
    assert provider.encode_request(REQUEST, toy_settings()).url == "http://toy.invalid/generate"
    result: Result[None] = provider.decode_response(REQUEST, HttpResponse(status=200, body=b'{"text":"hi"}'))
    assert result.text == "hi"
    assert provider.parse_stream(REQUEST, HttpResponse(status=200)).opening == ()
    with pytest.raises(JackfieldError):
        provider.decode_response(REQUEST, HttpResponse(status=500))
