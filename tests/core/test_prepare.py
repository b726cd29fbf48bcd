"""What a provider cannot be given is refused, or left out and reported."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest
from tests.core.broken_toys import replace
from tests.core.toy import INFO, toy_provider, toy_settings, with_capabilities

from jackfield import registry
from jackfield.errors import UnsupportedOperation, UnsupportedOption, UsageError
from jackfield.http import HttpRequest
from jackfield.operations.build import Unsupported, build_request
from jackfield.operations.prepare import Prepared, prepare
from jackfield.types.messages import tool_result, user
from jackfield.types.parts import Audio, Image, ToolCall
from jackfield.types.provider import Rule
from jackfield.types.requests import GenerateRequest, ImageRequest
from jackfield.types.results import Notice


def f(a: int) -> int:
    """Do something."""
    return a


def _request(prompt: Any = "hi", *, stream: bool = False, **options: Any) -> GenerateRequest:
    return build_request(prompt, options, stream=stream, strict=False, model="m")


def _prepare(
    request: GenerateRequest, unsupported: Unsupported = "error", provider: registry.Provider | None = None
) -> Prepared:
    return prepare(provider or toy_provider(), request, toy_settings(), unsupported)


def test_what_can_be_sent() -> None:
    """Nothing is changed, nothing reported."""
    request = _request(seed=1)
    prepared = _prepare(request)
    assert prepared.request is request
    assert prepared.notices == ()
    assert prepared.http.url == "http://toy.invalid/generate"


def test_an_option_that_it_does_not_have() -> None:
    """It is an error before any I/O, or left out and named."""
    request = _request(top_k=5, seed=1)
    with pytest.raises(UnsupportedOption, match="toy: top_k: Toy has no such option") as caught:
        _prepare(request)
    assert caught.value.option == "top_k"
    for unsupported in ("warn", "drop"):
        prepared = _prepare(request, unsupported)
        assert prepared.request == _request(seed=1)
        assert [(notice.code, notice.option) for notice in prepared.notices] == [("option-dropped", "top_k")]


def test_several_options() -> None:
    """Each is left out, each is named; a tool choice goes with its tools."""
    provider = toy_provider(with_capabilities(options=frozenset({"seed"})))
    request = _request(temperature=1, tools=[f], tool_choice="required", seed=1)
    prepared = _prepare(request, "warn", provider)
    assert prepared.request == _request(seed=1)
    assert [notice.option for notice in prepared.notices] == ["temperature", "tools"]


def test_combinations() -> None:
    """One of two that exclude each other is left out, if the rule says which."""
    request = _request(seed=1, stop="x")
    with pytest.raises(UnsupportedOption, match=r"toy: seed: a seed does not go with stop \(toy docs\)"):
        _prepare(request)
    assert _prepare(request, "drop").request == _request(stop="x")
    neither = _request(stream=True, output={"type": "object", "properties": {}})
    for unsupported in ("error", "warn", "drop"):
        with pytest.raises(UnsupportedOption, match="toy: stream with schema: a schema does not go with stream"):
            _prepare(neither, unsupported)


@pytest.mark.parametrize(
    ("rule", "refused"),
    [
        ({"models": ("m*",)}, True),
        ({"models": ("x*",)}, False),
        ({"excluded_models": ("m",)}, False),
        ({"when": ("seed", "stop")}, False),
    ],
)
def test_rules_for_models(rule: dict[str, Any], *, refused: bool) -> None:
    """A rule holds for the models that it names, and for all of its features together."""
    rules = (attrs.evolve(Rule(when=("seed",), reason="no", source="toy"), **rule),)
    provider = toy_provider(with_capabilities(rules=rules))
    if refused:
        with pytest.raises(UnsupportedOption):
            _prepare(_request(seed=1), "drop", provider)
    else:
        _prepare(_request(seed=1), "error", provider)


SOUND = Audio(data=b"x", mime_type="audio/wav")
PICTURE = Image(data=b"x", mime_type="image/png")


@pytest.mark.parametrize("prompt", [user("what?", SOUND), [user("hi"), tool_result(ToolCall(id="a", name="f"), SOUND)]])
@pytest.mark.parametrize("unsupported", ["error", "drop"])
def test_media_that_it_does_not_take(prompt: Any, unsupported: Unsupported) -> None:
    """A part cannot be left out, wherever it is."""
    with pytest.raises(UnsupportedOption, match="toy: audio part: Toy takes no audio"):
        _prepare(_request(prompt), unsupported)
    _prepare(_request(user("what?", PICTURE)))


def _refusing(option: str, *, droppable: bool = True) -> Callable[[], HttpRequest]:
    def encode() -> HttpRequest:
        raise UnsupportedOption(option, "not with this model", provider="toy", droppable=droppable)

    return encode


@pytest.mark.parametrize(("option", "droppable"), [("seed", False), ("stop", True), ("detail", True)])
def test_what_the_plugin_refuses_for_good(option: str, *, droppable: bool) -> None:
    """What cannot be dropped, or was not even asked for, is an error."""
    provider = registry.build("toy", replace("encode_request", _refusing(option, droppable=droppable)))
    with pytest.raises(UnsupportedOption, match="not with this model"):
        _prepare(_request(seed=1), "drop", provider)


def test_what_the_plugin_refuses() -> None:
    """It is asked again without that option, until it has nothing to complain about."""
    refusals = [_refusing("seed"), _refusing("stop")]
    sent = HttpRequest(url="http://toy.invalid/x", notices=(Notice(code="schema-loss", message="wider"),))

    def encode() -> HttpRequest:
        return refusals.pop(0)() if refusals else sent

    info = with_capabilities(rules=())
    plugin = replace("encode_request", encode)
    plugin.info = info
    prepared = _prepare(_request(seed=1, stop="x", top_p=1), "warn", registry.build("toy", plugin))
    assert prepared.request == _request(top_p=1)
    assert [notice.code for notice in prepared.notices] == ["option-dropped", "option-dropped", "schema-loss"]


@attrs.frozen
class ToyOptions:
    """The toy's own."""

    tier: str = "flex"


@pytest.mark.parametrize(
    ("options_type", "extra", "message"),
    [
        (None, ToyOptions(), "extra: Toy expects nothing: it has no options of its own, got ToyOptions"),
        (ToyOptions, {"tier": "flex"}, "extra: Toy expects a tests.core.test_prepare.ToyOptions, got dict"),
        (ToyOptions, ToyOptions(), None),
        (ToyOptions, None, None),
    ],
)
def test_options_of_its_own(options_type: type | None, extra: object, message: str | None) -> None:
    """Only the type that the plugin exports is taken."""
    provider = toy_provider(attrs.evolve(INFO, options_type=options_type))
    request = _request(extra=extra)
    if message is None:
        assert _prepare(request, "error", provider).request is request
        return
    with pytest.raises(UsageError, match=message):
        _prepare(request, "drop", provider)


def test_an_operation_that_it_does_not_do() -> None:
    """There is nothing to drop."""
    with pytest.raises(UnsupportedOperation):
        prepare(toy_provider(), ImageRequest(model="m", prompt="x"), toy_settings(), "drop")
