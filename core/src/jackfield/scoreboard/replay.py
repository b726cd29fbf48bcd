"""From a recorded exchange to an observation, decoded by the installed plugin.

Rules: the plugin decodes strictly, so a field that it does not know is our failure; the request that jackfield would
send is built and checked too, so that what we cannot send is not claimed, and a refusal is compared with what we
would have asked.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from jackfield import wire
from jackfield.errors import DecodeError, JackfieldError, TransportError, UsageError
from jackfield.http import HttpResponse, Secret, Settings
from jackfield.operations.prepare import prepare
from jackfield.registry import Provider
from jackfield.scoreboard.errands import Errand
from jackfield.scoreboard.exchanges import Exchange
from jackfield.scoreboard.listening import ReplayClient
from jackfield.scoreboard.model import Mode
from jackfield.scoreboard.observation import Kept, Observation
from jackfield.scoreboard.probes import Probe, Setup
from jackfield.session import StreamSession
from jackfield.settings import resolve
from jackfield.types.messages import user
from jackfield.types.provider import ProviderInfo, Rule
from jackfield.types.requests import GenerateRequest, Request
from jackfield.types.results import Result

_LONGEST_NAME = 60
Leaf = str | int | float | bool | None


def settings(info: ProviderInfo) -> Settings:
    """Settings to encode with, not to send with."""
    needed: dict[str, str | Secret | None] = {one.name: "none" for one in info.settings if one.required}
    return resolve(info, needed, environ={})


def observe(exchange: Exchange, probe: Probe, provider: Provider, seen: Mapping[str, Result[Any]]) -> Observation:
    """What a recorded exchange shows of a probe."""
    request = built(provider, exchange.model, exchange.mode, probe, seen)
    unsent, ours = checked(provider, request)
    observation = Observation(
        probe=probe.name,
        recording=exchange.case,
        unsent=unsent,
        excluded=_rule(provider, request) if unsent is not None else None,
        asked=_asked(ours, exchange.sent, probe),
    )
    if request is None:
        message = (user("?"),)
        request = GenerateRequest(model=exchange.model, messages=message, strict=True, stream=exchange.mode == "stream")
    try:
        return attrs.evolve(observation, result=decode(provider, request, exchange.response))
    except JackfieldError as error:
        return attrs.evolve(observation, error=error, unlike=tuple(differences(ours, exchange.sent, probe.asks)))


def unsendable(model: str, mode: Mode, probe: Probe, provider: Provider) -> Observation | None:
    """An observation of a probe that jackfield itself would not send; None if it would."""
    request = built(provider, model, mode, probe, {})
    unsent, _ = checked(provider, request)
    if unsent is None:
        return None
    return Observation(probe=probe.name, recording="", unsent=unsent, excluded=_rule(provider, request))


def observe_errand(exchange: Exchange, errand: Errand, provider: Provider, kept: Mapping[str, Kept]) -> Observation:
    """What a recorded errand shows: it is run again, on the answers that were recorded."""
    observation = Observation(probe=errand.name, recording=exchange.case)
    try:
        found = errand.go(ReplayClient(provider, exchange.model, exchange.steps), errand_setup(exchange.model, kept))
    except UsageError as error:
        return attrs.evolve(observation, unsent=error)
    except JackfieldError as error:
        return attrs.evolve(observation, error=error)
    return attrs.evolve(observation, kept=found)


def errand_setup(model: str, kept: Mapping[str, Kept]) -> Setup:
    """What an errand is run with on recordings."""
    return Setup(model=model, kept=kept, sample=lambda _: b"sample")


def unsendable_errand(model: str, errand: Errand, provider: Provider) -> Observation | None:
    """An observation of an errand that jackfield itself would not begin; None if it would."""
    setup = errand_setup(model, {})
    asked = errand.asks(setup) if errand.asks is not None else None
    unsent, _ = checked(provider, asked)
    try:
        if unsent is None:
            errand.go(ReplayClient(provider, model, ()), setup)
    except UsageError as error:
        unsent = error
    except TransportError:  # it would have sent something
        pass
    if unsent is None:
        return None
    return Observation(probe=errand.name, recording="", unsent=unsent, excluded=_rule(provider, asked))


def _rule(provider: Provider, request: Request | None) -> Rule | None:
    """The combination rule that forbids the request."""
    if not isinstance(request, GenerateRequest):
        return None
    features = request.features()
    return next((one for one in provider.info.capabilities.rules if one.refuses(request.model, features)), None)


def built(provider: Provider, model: str, mode: Mode, probe: Probe, seen: Mapping[str, Result[Any]]) -> Request | None:
    """The probe's request, with a stand-in for every sample file; None if it cannot be built yet."""
    own = provider.info.options_type
    request = probe.build(Setup(model=model, seen=seen, options_type=own, sample=lambda _: b"sample"))
    return attrs.evolve(request, stream=mode == "stream") if isinstance(request, GenerateRequest) else request


def checked(provider: Provider, request: Request | None) -> tuple[UsageError | None, Any]:
    """Why jackfield would not send a request, and the JSON that it would send."""
    if request is None:
        return None, None
    try:
        return None, _body(prepare(provider, request, settings(provider.info)).http.body)
    except UsageError as error:
        return error, None


def decode(provider: Provider, request: Request, response: HttpResponse) -> Result[None]:
    """A recorded answer as a Result.

    Raises:
        ProviderError, DecodeError, IncompleteStream, PluginError: as for a live answer.
    """
    if not (response.status == 200 and response.content_type == "text/event-stream"):
        return provider.decode_response(request, response)
    head = HttpResponse(status=response.status, headers=response.headers, url=response.url)
    session = StreamSession(provider.id, provider.parse_stream(request, head), head)
    session.open()
    session.feed(response.body)
    while session.close():  # an early end is raised by the call that has no event left to give
        pass
    return session.result()


def _body(body: bytes) -> Any:
    try:
        return wire.loads(body)
    except DecodeError:
        return None  # not every operation sends JSON


def _asked(ours: Any, theirs: Any, probe: Probe) -> bool:
    """Whether the recorded request has a field that carries the probe's wish, if ours has one."""
    mine = _names(ours) & set(probe.asks) if ours is not None else set(probe.asks)
    return not mine or bool(_names(theirs) & set(probe.asks))


def _names(value: Any) -> set[str]:
    return {name for path, _ in leaves(value) for name in path}


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Leaf]]:
    """Every scalar in decoded JSON with its path; the items of a list share one."""
    if isinstance(value, dict):
        for key, one in value.items():  # pyright: ignore[reportUnknownVariableType]  # JSON edge
            yield from leaves(one, (*path, str(key)))  # pyright: ignore[reportUnknownArgumentType]  # as above
    elif isinstance(value, list):
        for one in value:  # pyright: ignore[reportUnknownVariableType]  # JSON edge
            yield from leaves(one, (*path, "[]"))
    else:
        yield path, value


def differences(ours: Any, theirs: Any, asks: tuple[str, ...]) -> Iterator[str]:
    """Where another client's request asks otherwise than ours, in the fields that carry the wish (or in all).

    A field that we send and it does not, a word that differs, a flag that one of both sets. Running text is not
    compared, nor what it sends beyond ours.
    """
    if not isinstance(ours, dict):
        return
    mine = [(path, value) for path, value in leaves(ours) if not asks or set(path) & set(asks)]
    other: dict[tuple[str, ...], set[Leaf]] = {}
    for path, value in leaves(theirs):
        other.setdefault(path, set()).add(value)
    prefixes = {path[:end] for path in other for end in range(len(path) + 1)}
    missing = {
        _first_missing(path, prefixes) for path, value in mine if value not in (False, None) and path not in prefixes
    }
    yield from (f"does not send {'.'.join(path)}" for path in sorted(missing))
    for path, value in mine:
        have = other.get(path, set())
        if path[-1] == "name":  # a name is the caller's to choose
            continue
        if path in other and _word(value) and value not in have and all(_word(one) for one in have):
            yield f"sends {'.'.join(path)} = {', '.join(sorted(map(str, have)))} where jackfield sends {value}"
    flags = {
        path for path, have in other.items() if any(one is True for one in have) and (not asks or set(path) & set(asks))
    }
    yield from (f"sets {'.'.join(path)}" for path in sorted(flags - {path for path, value in mine if value is True}))


def _first_missing(path: tuple[str, ...], prefixes: set[tuple[str, ...]]) -> tuple[str, ...]:
    return next(path[:end] for end in range(1, len(path) + 1) if path[:end] not in prefixes)


def _word(value: Leaf) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_NAME and " " not in value.replace("; ", ";")
