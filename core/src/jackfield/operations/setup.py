"""What a client is set up with, and the calls that it makes from a caller's arguments."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Self

import attrs

from jackfield import registry, settings
from jackfield.errors import UnsupportedOperation, UsageError
from jackfield.http import Secret, Settings
from jackfield.operations.build import (
    ToolLike,
    Unsupported,
    build_request,
    check_sendable,
    check_unsupported,
    checked_model,
    flag,
)
from jackfield.operations.generate import Call
from jackfield.registry import Provider
from jackfield.types.fields import expect, refusal
from jackfield.types.policies import Retries, Timeouts
from jackfield.types.requests import GenerateRequest, ImageRequest, Tool
from jackfield.types.tiers import Tier
from jackfield.values import frozen


@frozen(kw_only=True)
class Setup:
    """A provider with settings and policies; the arguments of a client, checked."""

    provider: Provider
    settings: Settings
    model: str | None
    timeouts: Timeouts
    retries: Retries
    unsupported: Unsupported
    strict: bool
    nearest: Callable[[str, str], str | None]

    @classmethod
    def make(
        cls,
        provider: str,
        *,
        model: str | Tier | None,
        preferred: Callable[[str, str], str],
        nearest: Callable[[str, str], str | None],
        given: Mapping[str, Secret] | None,
        base_url: str | None,
        timeouts: Timeouts | float | None,
        retries: Retries | int | None,
        unsupported: Unsupported,
        strict: bool,
        middleware: Sequence[object],
    ) -> Self:
        """Load the provider and resolve its settings. Raises what `Client` says.

        `preferred` finds a tier's model, `nearest` one of a similar name.
        """
        provider_id, named = _split(provider)
        if named and model is not None:
            msg = f"the model is given twice: {named!r} in the provider's name, and model={model!r}"
            raise UsageError(msg)
        check_unsupported(unsupported)
        flag("strict", strict)
        loaded = registry.load(provider_id, _middleware(middleware))
        wanted = named or model
        if isinstance(wanted, Tier):
            wanted = preferred(provider_id, wanted.value)
        return cls(
            provider=loaded,
            settings=settings.resolve(loaded.info, given, base_url=base_url),
            model=None if wanted is None else checked_model(wanted),
            timeouts=_timeouts(timeouts),
            retries=_retries(retries),
            unsupported=unsupported,
            strict=strict,
            nearest=nearest,
        )

    def call(self, prompt: Any, options: Mapping[str, Any], output: object, *, stream: bool) -> Call:
        """A call of `generate` or `stream`. Raises UsageError."""
        if options.get("output") is not None:  # among the others only where it is no argument
            raise UnsupportedOperation("output= here", provider=self.provider.id, reason="read result.text yourself")
        request = build_request(
            prompt, {**options, "output": output}, stream=stream, strict=self.strict, model=self.model
        )
        return self.bare_call(request, output, options.get("unsupported", self.unsupported))

    def bare_call(self, request: GenerateRequest | ImageRequest, output: object, unsupported: Unsupported) -> Call:
        """A call from a request that is at hand."""
        return Call(
            provider=self.provider,
            settings=self.settings,
            request=request,
            output=output,
            retries=self.retries,
            unsupported=unsupported,
            nearest=self.nearest,
        )


def tool_call(
    setup: Setup, prompt: Any, tools: Sequence[ToolLike], options: Mapping[str, Any], output: object, *, stream: bool
) -> tuple[Call, tuple[Tool, ...]]:
    """The first call of `run_tools`, and its tools.

    Raises:
        UsageError: there are no tools, or one has no function to call.
    """
    call = setup.call(prompt, {**options, "tools": tools}, output, stream=stream)
    request = call.request
    found = request.tools if isinstance(request, GenerateRequest) else None
    if not found:
        msg = "run_tools needs at least one tool"
        raise UsageError(msg)
    without = [one.name for one in found if one.function is None]
    if without:
        msg = f"run_tools cannot call {', '.join(without)}: give Tool.function, or answer the calls yourself"
        raise UsageError(msg)
    return call, found


def image_call(setup: Setup, prompt: str, options: Mapping[str, Any]) -> Call:
    """A call of `make_image`. Raises UsageError."""
    values: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    model = checked_model(values.pop("model", None), setup.model)
    known = {field.name for field in attrs.fields(ImageRequest)} - {"model", "prompt", "strict"}
    unknown = sorted(values.keys() - known)
    if unknown:
        msg = f"unknown option: {', '.join(unknown)}; there are: {', '.join(sorted({*known, 'model'}))}"
        raise UsageError(msg)
    check_sendable("prompt", str(prompt))
    request = ImageRequest(model=model, prompt=prompt, strict=setup.strict, **values)
    return setup.bare_call(request, None, setup.unsupported)


def _split(provider: object) -> tuple[str, str]:
    """A provider's id, and the model named behind a colon."""
    provider_id, _, named = provider.partition(":") if isinstance(provider, str) else ("", "", "")
    if not provider_id.strip() or not provider_id.isprintable():
        raise refusal("provider", '"provider" or "provider:model"', provider)
    return provider_id.strip(), named.strip()


def _middleware(given: object) -> tuple[object, ...]:
    items: Any = given
    if not isinstance(given, Iterable) or isinstance(given, str | bytes | Mapping):
        raise refusal("middleware", "a list of names or objects", items)
    return tuple(items)


def check_connection(proxy: object, verify: object) -> None:
    """UsageError if they are of the wrong type; a proxy's address may hold a password, and is not shown."""
    expect("proxy", str | None, proxy, shown=False)
    ssl: Any = sys.modules.get("ssl")  # a context has imported it
    if not (isinstance(verify, bool) or (ssl is not None and isinstance(verify, ssl.SSLContext))):
        raise refusal("verify", "True, False or an ssl.SSLContext", verify)


def _timeouts(given: Timeouts | float | None) -> Timeouts:
    if given is None or isinstance(given, Timeouts):
        return given or Timeouts()
    return Timeouts(total_s=given)


def _retries(given: Retries | int | None) -> Retries:
    if given is None or isinstance(given, Retries):
        return given or Retries()
    return Retries(limit=given)
