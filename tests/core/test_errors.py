"""The error tree: as it is drawn, picklable, and with its facts as attributes."""

import copy
import inspect
import pickle
import re
from collections.abc import Callable

import pytest

from jackfield import errors
from jackfield.errors import (
    BetweenEventsTimeout,
    ConnectTimeout,
    DecodeError,
    FirstEventTimeout,
    IncompleteStream,
    JackfieldError,
    MissingCredential,
    OutputError,
    PartialReply,
    PluginBroken,
    PluginConflict,
    PluginError,
    PluginIncompatible,
    PluginNotFound,
    ProviderError,
    RateLimited,
    ReplyTooLarge,
    RequestTooLarge,
    TimeoutExceeded,
    ToolLoopLimit,
    TotalTimeout,
    TransportError,
    UnsupportedOperation,
    UnsupportedOption,
    UsageError,
)
from jackfield.types.messages import assistant
from jackfield.types.results import RateLimit, RateLimits, Result

PARTIAL = Result(message=assistant("so far"), output=None)
_ANSWERED: tuple[type[ProviderError], ...] = (ProviderError, *ProviderError.__subclasses__(), RequestTooLarge)
EXAMPLES: tuple[JackfieldError, ...] = (
    JackfieldError("any"),
    PartialReply("any"),
    UsageError("wrong"),
    UnsupportedOption("top_k", "no such option", provider="toy", droppable=False),
    UnsupportedOperation("embed", provider="toy", reason="chat only"),
    MissingCredential("api_key", provider="toy", variables=("A", "B"), url="https://toy.invalid"),
    PluginError("toy", "returned str", hook="encode_request"),
    PluginNotFound("toi", installed=("toy",), nearest="toy"),
    PluginBroken("toy", "cannot be imported"),
    PluginConflict("toy", distributions=("one", "two")),
    PluginIncompatible("toy", plugin_version="2.0", core_version="1.0"),
    TransportError("reset", url="http://toy.invalid", retryable=False),
    TimeoutExceeded(1.0),
    ConnectTimeout(1.0, url="http://toy.invalid"),
    FirstEventTimeout(2.5),
    BetweenEventsTimeout(0.25),
    TotalTimeout(60),
    *(
        cls(
            "no",
            provider="toy",
            status=429,
            code="slow_down",
            type="quota",
            param="model",
            request_id="r1",
            retry_after_s=7.0,
            failed_generation="half",
            details={"a": 1},
            body=b"no",
            in_stream=True,
            rate_limits=RateLimits((RateLimit(kind="tokens", limit=1),)),
        )
        for cls in _ANSWERED
    ),
    DecodeError("expected a list", path="choices", body=b"{}"),
    OutputError("name is missing", text="{}", path="$"),
    ReplyTooLarge("the reply", max_bytes=10),
    IncompleteStream("toy"),
    ToolLoopLimit(8),
)


def _pickled(error: JackfieldError) -> JackfieldError:
    again: JackfieldError = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    return again


def _classes() -> set[type[JackfieldError]]:
    found = {one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, JackfieldError)}
    return {one for one in found if one.__module__ == errors.__name__}


def test_every_class_has_an_example() -> None:
    """The tests below leave none out."""
    assert {type(one) for one in EXAMPLES} == _classes()


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("how", [_pickled, copy.copy])
def test_survives_a_process_boundary(error: JackfieldError, how: Callable[[JackfieldError], JackfieldError]) -> None:
    """Class, sentence and facts come through, and so does what was delivered."""
    if isinstance(error, PartialReply):
        error.partial = PARTIAL
    again = how(error)
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


def test_the_tree_is_drawn_as_it_is() -> None:
    """The docstring's tree equals the classes, with their parents."""
    parents: list[str] = []
    drawn: set[tuple[str, str]] = set()
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^    ([│ ]*[├└]── |)(\w+)", line)
        if found:
            depth = len(found[1]) // 4
            parents[depth:] = [found[2]]
            drawn.add((parents[depth - 1] if depth else "", found[2]))
    real = {(one.__bases__[0].__name__ if one is not JackfieldError else "", one.__name__) for one in _classes()}
    assert drawn == real


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (UnsupportedOption("top_k", "no such", provider="toy"), "toy: top_k: no such"),
        (UnsupportedOperation("embed", provider="toy"), "toy does not support embed"),
        (
            MissingCredential("api_key", provider="toy", variables=("A", "B"), url="https://x.invalid"),
            "toy needs api_key: set A or B or pass api_key=...; get one at https://x.invalid",
        ),
        (
            MissingCredential("region", provider="toy", variables=()),
            "toy needs region: it has no environment variable or pass region=...",
        ),
        (PluginError("toy", "boom", hook="encode_request"), "plugin toy (encode_request): boom"),
        (
            PluginNotFound("grok", installed=("groq",), nearest="groq"),
            "plugin grok: no such plugin is installed (installed: groq); did you mean 'groq'?",
        ),
        (
            PluginNotFound("toy", installed=()),
            "plugin toy: no such plugin is installed (installed: none); try: pip install jackfield-toy",
        ),
        (
            PluginNotFound("toy", installed=("groq",), excluded_by="JACKFIELD_PLUGINS"),
            "plugin toy: installed, but left out by JACKFIELD_PLUGINS (allowed: groq)",
        ),
        (PluginConflict("toy", distributions=("a", "b")), "plugin toy: claimed by a and b: uninstall all but one"),
        (
            PluginIncompatible("toy", plugin_version="2.0", core_version="1.9"),
            "plugin toy: written for hook API 2.0, this core has 1.9; upgrade jackfield",
        ),
        (
            PluginIncompatible("toy", plugin_version="1.10", core_version="2.9"),
            "plugin toy: written for hook API 1.10, this core has 2.9; upgrade the toy plugin",
        ),
        (FirstEventTimeout(0.5), "no first event within 0.5 s; see timeouts="),
        (ProviderError("", provider="toy"), "toy: the provider gave no message"),
        (
            ProviderError("", provider="toy", status=307),
            "toy: 307: redirected, which is not followed; check base_url",
        ),
        (RateLimited("slow", provider="toy", status=429, code="quota"), "toy: 429 quota: slow"),
        (DecodeError("expected a list", path="choices[0]"), "choices[0]: expected a list"),
        (OutputError("no", text="x"), "the reply does not fit the wanted output: no"),
        (ReplyTooLarge("one event", max_bytes=5), "one event is larger than 5 bytes"),
    ],
)
def test_the_sentence(error: JackfieldError, sentence: str) -> None:
    """It says what failed, why, and what to do next."""
    assert str(error) == sentence


def test_long_bodies_are_cut() -> None:
    """An error keeps 64 KiB of an answer, not all of it."""
    body = bytes(100_000)
    assert len(ProviderError("x", provider="toy", body=body).body) == 64 * 1024
    assert len(DecodeError("x", body=body).body) == 64 * 1024


def test_what_may_be_retried() -> None:
    """The class says it, unless the provider does; a passed total is final."""
    assert RateLimited("x", provider="toy").retryable
    assert not ProviderError("x", provider="toy").retryable
    assert not RateLimited("x", provider="toy", retryable=False).retryable
    assert ConnectTimeout(1).retryable
    assert not TotalTimeout(1).retryable


@pytest.mark.parametrize("name", ["../x", "a b", "x;y", ""])
def test_no_command_for_a_name_that_none_has(name: str) -> None:
    """What cannot be a plugin's id is not put into a command to be typed."""
    assert "pip install" not in str(PluginNotFound(name, installed=("groq",)))
