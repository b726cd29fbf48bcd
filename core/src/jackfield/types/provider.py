"""What a provider plugin declares about itself, as data."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from importlib import import_module
from typing import Any

import attrs

from jackfield.types.requests import Request
from jackfield.values import frozen


@frozen(kw_only=True)
class Setting:
    """One thing that the provider has to be told.

    Attributes:
        name: its keyword, such as `api_key`.
        variables: environment variables that may hold it, first one wins; an empty one counts as unset.
        secret: it is kept in a `Secret`.
        default: used when it is not set; None with `required` means that the call is refused.
        url: where to get one.
    """

    name: str
    description: str
    variables: tuple[str, ...] = ()
    secret: bool = False
    required: bool = True
    default: str | None = None
    url: str | None = None


@frozen(kw_only=True)
class Rule:
    """Features that exclude each other.

    Attributes:
        when: features (see `GenerateRequest.features`) that together are refused.
        unless: features of which any one lifts the rule.
        drop: the option to leave out under `unsupported="warn"` or `"drop"`; None: always an error.
        models: shell patterns of the models that it holds for.
        excluded_models: patterns of models it does not hold for.
        reason: one sentence for the caller.
        source: where that is written or seen.
    """

    when: tuple[str, ...]
    reason: str
    source: str
    unless: tuple[str, ...] = ()
    drop: str | None = None
    models: tuple[str, ...] = ("*",)
    excluded_models: tuple[str, ...] = ()

    def refuses(self, model: str, features: frozenset[str]) -> bool:
        """Whether a request with these features breaks the rule."""
        return (
            features.issuperset(self.when)
            and features.isdisjoint(self.unless)
            and fits(model, self.models)
            and not fits(model, self.excluded_models)
        )


def fits(model: str, patterns: Iterable[str]) -> bool:
    """Whether one of these shell patterns fits a model's id."""
    return any(_fits(model, pattern) for pattern in patterns)


def _fits(model: str, pattern: str) -> bool:
    start = pattern.removesuffix("*")
    if not any(wild in start for wild in "*?["):  # as nearly all are; a regular expression takes 50 us to compile
        return model == pattern or (start != pattern and model.startswith(start))
    return fnmatchcase(model, pattern)


@frozen(kw_only=True)
class Capabilities:
    """What the codec can put on the wire; what each model makes of it is the scoreboard's business.

    Attributes:
        operations: request classes that `encode_request` takes.
        options: names of `GenerateRequest` options that it can send.
        media: kinds of media parts that it can send.
        rules: combinations that the provider refuses.
    """

    operations: tuple[type[Request], ...]
    options: frozenset[str]
    media: frozenset[str] = frozenset()
    rules: tuple[Rule, ...] = ()


@frozen(kw_only=True)
class ProviderInfo:
    """A provider, as its plugin describes it.

    Attributes:
        id: equal to the entry point's name.
        base_url: the default; without a trailing slash.
        base_url_required: there is no default, so that a caller or a variable has to name one; `base_url` is an example
            then, for simulators and messages.
        settings: `api_key` first by convention.
        api_version: the hook API it was written for, `major.minor`.
        country: where the company is, ISO 3166 alpha-2.
        counted_apart: token counts that are not part of another one: `cached` (else part of `input_tokens`),
            `reasoning` (else part of `output_tokens`), `tool_input` (else part of `input_tokens`).
        options_type: the class of its typed `extra=` options, or None. A plugin may name it, `module:class`, so that it
            is imported on first use.
        base_url_variables: environment variables that replace `base_url`.
    """

    id: str
    name: str
    base_url: str
    settings: tuple[Setting, ...]
    api_version: str
    docs_url: str
    capabilities: Capabilities
    country: str | None = None
    _options_type: type | str | None = attrs.field(default=None, alias="options_type")
    base_url_variables: tuple[str, ...] = ()
    base_url_required: bool = False
    counted_apart: frozenset[str] = frozenset()

    @property
    def options_type(self) -> type | None:
        """The class of its options."""
        return None if self._options_type is None else load_named(self._options_type)


def load_named(named: object) -> Any:
    """The object, imported if it is given as `module:name`."""
    if not isinstance(named, str):
        return named
    module, _, name = named.partition(":")
    return getattr(import_module(module), name)
