"""What a client is set up with, and the calls that it makes from a caller's arguments."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import attrs

from jackfield import registry, settings
from jackfield.errors import UsageError
from jackfield.http import Secret, Settings
from jackfield.operations.build import ToolLike, Unsupported, build_request
from jackfield.operations.generate import Call
from jackfield.registry import Provider
from jackfield.types.policies import Retries, Timeouts
from jackfield.types.requests import GenerateRequest, ImageRequest, Tool
from jackfield.types.tiers import Tier


@attrs.frozen(kw_only=True)
class Setup:
    """A provider with settings and policies; the arguments of a client, checked."""

    provider: Provider
    settings: Settings
    model: str | None
    timeouts: Timeouts
    retries: Retries
    unsupported: Unsupported
    strict: bool

    @classmethod
    def make(  # noqa: PLR0913 - the arguments of a client
        cls,
        provider: str,
        *,
        model: str | Tier | None,
        given: Mapping[str, str | Secret | None],
        base_url: str | None,
        timeouts: Timeouts | float | None,
        retries: Retries | int | None,
        unsupported: Unsupported,
        strict: bool,
        middleware: Sequence[object],
    ) -> Self:
        """Load the provider and resolve its settings. Raises what `Client` says."""
        provider_id, _, named = provider.partition(":")
        if named and model is not None:
            msg = f"the model is given twice: {named!r} in the provider's name, and model={model!r}"
            raise UsageError(msg)
        if unsupported not in ("error", "warn", "drop"):
            msg = f'unsupported: expected "error", "warn" or "drop", got {unsupported!r}'
            raise UsageError(msg)
        loaded = registry.load(provider_id, tuple(middleware))
        wanted = named or model
        return cls(
            provider=loaded,
            settings=settings.resolve(loaded.info, given, base_url=base_url),
            model=_preferred(provider_id, wanted) if isinstance(wanted, Tier) else wanted,
            timeouts=_timeouts(timeouts),
            retries=_retries(retries),
            unsupported=unsupported,
            strict=strict,
        )

    def call(self, prompt: Any, options: Mapping[str, Any], output: object, *, stream: bool) -> Call:
        """A call of `generate` or `stream`. Raises UsageError."""
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
    values = {"model": setup.model, **{name: value for name, value in options.items() if value is not None}}
    if not values["model"]:
        msg = "no model: pass model= to the client or to the call"
        raise UsageError(msg)
    return setup.bare_call(ImageRequest(prompt=prompt, strict=setup.strict, **values), None, setup.unsupported)


def _preferred(provider_id: str, tier: Tier) -> str:
    from jackfield.scoreboard import preferred

    return preferred(provider_id, tier.value)


def _timeouts(given: Timeouts | float | None) -> Timeouts:
    if given is None or isinstance(given, Timeouts):
        return given or Timeouts()
    return Timeouts(total_s=given)


def _retries(given: Retries | int | None) -> Retries:
    if given is None or isinstance(given, Retries):
        return given or Retries()
    return Retries(limit=given)
