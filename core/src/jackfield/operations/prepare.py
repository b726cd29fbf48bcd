"""From a request to HTTP: what the provider cannot be given is refused, or left out and reported.

Rules: nothing is left out in silence unless the caller said `unsupported="drop"`, and even then `result.warnings` names
it.
"""

from collections.abc import Iterator

from jackfield.errors import UnsupportedOption, UsageError
from jackfield.http import HttpRequest, Settings
from jackfield.operations.build import Unsupported
from jackfield.registry import Provider
from jackfield.types.requests import GENERATE_OPTIONS, GenerateRequest, Request
from jackfield.types.results import Notice
from jackfield.values import frozen

_LOSS = ("path", "keyword", "action", "reason")


@frozen(kw_only=True)
class Prepared:
    """A request that can be sent.

    Attributes:
        request: without the options that were left out.
        http: ready to send.
        notices: what was left out or changed.
    """

    request: Request
    http: HttpRequest
    notices: tuple[Notice, ...]


def prepare(provider: Provider, request: Request, settings: Settings, unsupported: Unsupported = "error") -> Prepared:
    """Check the request against what the provider can be given, and encode it.

    Raises:
        UnsupportedOption: under `error`, or if the request makes no sense without it.
        UnsupportedOperation, UsageError: see each.
    """
    _check_extra(provider, request)
    notices: list[Notice] = []
    for _ in range(len(GENERATE_OPTIONS) + 1):
        try:
            if isinstance(request, GenerateRequest):
                _check(provider, request)
            http = provider.encode_request(request, settings)
            lost = _losses(provider, request, http) if isinstance(request, GenerateRequest) else ()
            return Prepared(request=request, http=http, notices=(*notices, *http.notices, *lost))
        except UnsupportedOption as error:
            if unsupported == "error" or not error.droppable or not isinstance(request, GenerateRequest):
                raise
            if error.option not in request.options():
                raise
            notices.append(Notice(code="option-dropped", message=str(error), option=error.option))
            request = _without(request, error.option)
    msg = "unreachable: each round leaves out one option"
    raise AssertionError(msg)


def _losses(provider: Provider, request: GenerateRequest, http: HttpRequest) -> list[Notice]:
    """What was lost in compiling the schemas of the request, unless the plugin says so itself.

    Raises:
        UnsupportedOption: something was, and the caller wants nothing to be.
    """
    found = [
        Notice(code="schema-loss", message=f"{provider.id}: {loss}", option=option, details=details)
        for option, loss, details in _lost(http)
    ]
    wanted = {"schema": request.schema is not None and request.schema.strict, "tools": False}
    refused = [one for one in found if request.strict_schema or wanted[str(one.option)]]
    if refused:
        reason = "; ".join(one.message.removeprefix(f"{provider.id}: ") for one in refused)
        error = UnsupportedOption(str(refused[0].option), reason, provider=provider.id, droppable=False)
        error.losses = tuple(one.details for one in refused)
        raise error
    said = "\n".join(one.message for one in http.notices)
    return [one for one in found if one.message.removeprefix(f"{provider.id}: ") not in said]


def _lost(http: HttpRequest) -> Iterator[tuple[str, object, dict[str, str]]]:
    """Each loss with the option that it is of, and its facts."""
    compiled = [("tools", one, {"tool": name}) for name, one in http.tool_schemas.items()]
    if http.output_schema is not None:
        compiled.insert(0, ("schema", http.output_schema, {}))
    for option, one, about in compiled:
        for loss in one.inexact:
            yield option, loss, {**{name: getattr(loss, name) for name in _LOSS}, "dialect": one.dialect, **about}


def _without(request: GenerateRequest, option: str) -> GenerateRequest:
    smaller = request.without(option)
    return smaller.without("tool_choice") if option == "tools" and smaller.tool_choice is not None else smaller


def _check(provider: Provider, request: GenerateRequest) -> None:
    """What the capabilities and the combination rules refuse."""
    capabilities = provider.info.capabilities
    for option in request.options():
        if option not in capabilities.options:
            raise UnsupportedOption(option, f"{provider.info.name} has no such option", provider=provider.id)
    features = request.features()
    for message in request.messages:
        for part in message.media:
            if part.kind not in capabilities.media:
                reason = f"{provider.info.name} takes no {part.kind}"
                raise UnsupportedOption(f"{part.kind} part", reason, provider=provider.id, droppable=False)
    for rule in capabilities.rules:
        if rule.refuses(request.model, features):
            option = rule.drop or " with ".join(rule.when)
            reason = f"{rule.reason} ({rule.source})"
            raise UnsupportedOption(option, reason, provider=provider.id, droppable=rule.drop is not None)


def _check_extra(provider: Provider, request: Request) -> None:
    if request.extra is None:
        return
    wanted = provider.info.options_type
    if wanted is not None and isinstance(request.extra, wanted):
        return
    expected = f"a {wanted.__module__}.{wanted.__qualname__}" if wanted else "nothing: it has no options of its own"
    msg = f"extra: {provider.info.name} expects {expected}, got {type(request.extra).__name__}"
    raise UsageError(msg)
