"""How one provider differs from the plain chat-completions format, as data, and the context of one encoding.

Rules: a field here has a neutral default, the plain format's; a new quirk is a new field or a row of a table, never a
branch on a provider's name. What holds for some models only is a row of `models`; the first row whose pattern fits
counts.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import attrs

from jackfield.errors import ProviderError, UnsupportedOption
from jackfield.types.parts import Media
from jackfield.types.provider import Rule, fits, load_named
from jackfield.types.requests import GenerateRequest
from jackfield.types.results import FinishReason, Notice
from jackfield.values import frozen

if TYPE_CHECKING:
    from jackfield.dialects.chat_completions.wiretypes import Completion
    from jackfield.schema import Compiled, Dialect

Json = Mapping[str, Any]
Encode = Callable[["Encoding"], Json]
"""Turns one option into a piece of the body; pieces are merged, lists in them joined."""
EncodePart = Callable[[Media, "Encoding"], Json | None]
"""Turns a media part into a part of a message; None if it stands elsewhere in the body, see `Encoding.pieces`."""


@frozen(kw_only=True)
class ModelTraits:
    """What is peculiar to some models.

    Attributes:
        models: shell patterns of their ids.
        think: whether a think tag in the text opens reasoning: `inline`, if one opens it; `unopened`, also if one only
            closes it; `none`, never.
        replay: how earlier reasoning goes back: in a message's `field`, `inline` between think tags, or it is left out
            (`omit`, reported).
        efforts: wire values of `reasoning_effort` by our names; what is not there is refused. None: all go as they are.
        strict_output: whether the model decodes a strict schema under constraint.
        web_search: how the web is searched: by an `Encode`, or None if the model cannot.
    """

    models: tuple[str, ...] = ("*",)
    think: Literal["none", "inline", "unopened"] = "inline"
    replay: Literal["field", "inline", "omit"] = "omit"
    efforts: Mapping[str, str] | None = None
    strict_output: bool = True
    web_search: Encode | None = None

    def fits(self, model: str) -> bool:
        """Whether the row is about this model."""
        return fits(model, self.models)


@frozen(kw_only=True)
class Quota:
    """The headers of one quota, in lower case; an empty name means that there is none for that fact."""

    kind: Literal["requests", "tokens"]
    period_s: float | None = None
    limit: str = ""
    remaining: str = ""
    reset: str = ""


@frozen(kw_only=True)
class Fault:
    """What an error code, type or status means.

    Attributes:
        error: the class to raise.
        retryable: whether trying again may help; None: as that class says.
    """

    error: type[ProviderError]
    retryable: bool | None = None


@frozen(kw_only=True)
class Differences:
    """One provider, as it differs from the plain format.

    Attributes:
        provider: its id, equal to the plugin's entry point.
        prefix: of every path, such as `/v1`; not added to a base URL that has a path of its own.
        headers: sent with every request.
        options: our option names -> the wire name, or an `Encode` for what is not a plain value.
        option_limits: the most items that an option may have.
        efforts: the provider's own values of `reasoning_effort`, by our names; None: all go as they are.
        stream_usage: usage comes in a stream only if asked for.
        parts: kinds of media parts that a user's message may hold, and how each is encoded.
        checks: called before anything is encoded; each raises where no rule can say what is excluded.
        message_names: whether messages may carry a `name`.
        joined_text: text parts are joined to one string; otherwise several make a list.
        ordered_history: tool results must follow their calls, ids must be unique, and results without a call are
            refused.
        reasoning_field: where a message carries earlier reasoning.
        strict_schema, loose_schema: the dialects for `strict: true` and for the rest; as text, `module:name`, one is
            imported with the first schema, see `dialect`.
        models: what is peculiar to some models; the last row is a catch-all.
        completion: the wire type of a reply and of a chunk, with the provider's own fields; as text, `module:name`, it
            is imported with the first reply that needs it, see `wire_type`.
        quiet: fields of the provider's own that mean nothing to a caller; a chunk with them is still a plain one.
        finish_reasons: what each of the provider's words means, the plain ones included:
            `{**FINISH_REASONS, "model_length": FinishReason.LENGTH}`.
        ends_with: what makes a stream whole: `[DONE]` alone (`done`), or also an end of the bytes after the finish
            reason (`finish`).
        usage_paths: where usage may stand in a reply, the first one that is there counts.
        facts: names in `result.provider_data` and where they stand in a reply; the first value that is not null counts.
        quotas: the rate-limit headers.
        request_id_headers: headers with the id to quote to support, the first one that is there counts.
        error_codes, error_types, error_statuses: what an error means, looked up in this order.
        rules: combinations that the provider refuses.
    """

    provider: str
    prefix: str = ""
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    options: Mapping[str, "str | Encode"] = attrs.field(factory=dict[str, "str | Encode"])
    option_limits: Mapping[str, int] = attrs.field(factory=dict[str, int])
    efforts: Mapping[str, str] | None = None
    stream_usage: bool = True
    parts: Mapping[str, "EncodePart"] = attrs.field(factory=dict[str, "EncodePart"])
    checks: tuple[Callable[["Encoding"], None], ...] = ()
    message_names: bool = True
    joined_text: bool = False
    ordered_history: bool = False
    reasoning_field: str = "reasoning"
    strict_schema: "Dialect | str" = "jackfield.schema:STRICT"
    loose_schema: "Dialect | str" = "jackfield.schema:STANDARD"
    models: tuple[ModelTraits, ...] = (ModelTraits(),)
    completion: "type[Completion] | str" = "jackfield.dialects.chat_completions.wiretypes:Completion"
    quiet: frozenset[str] = frozenset()
    finish_reasons: Mapping[str, FinishReason] = attrs.field(factory=lambda: FINISH_REASONS)
    ends_with: Literal["done", "finish"] = "done"
    usage_paths: tuple[tuple[str, ...], ...] = (("usage",),)
    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    quotas: tuple[Quota, ...] = ()
    request_id_headers: tuple[str, ...] = ("x-request-id",)
    error_codes: Mapping[str, Fault] = attrs.field(factory=dict[str, Fault])
    error_types: Mapping[str, Fault] = attrs.field(factory=dict[str, Fault])
    error_statuses: Mapping[int, Fault] = attrs.field(factory=dict[int, Fault])
    rules: tuple[Rule, ...] = attrs.field(factory=lambda: CHAT_RULES)

    @property
    def wire_type(self) -> "type[Completion]":
        """The class behind `completion`."""
        found: type[Completion] = load_named(self.completion)
        return found

    def dialect(self, *, strict: bool) -> "Dialect":
        """The dialect of a schema, imported if it is given by its name."""
        found: Dialect = load_named(self.strict_schema if strict else self.loose_schema)
        return found

    def traits(self, model: str) -> ModelTraits:
        """What is peculiar to that model; the plain traits if no row fits."""
        return next((row for row in self.models if row.fits(model)), ModelTraits())


CHAT_RULES: tuple[Rule, ...] = (
    Rule(
        when=("tool_choice",),
        unless=("tools",),
        reason="there are no tools to choose from",
        source="https://platform.openai.com/docs/api-reference/chat/create#chat-create-tool_choice",
    ),
)
"""What the plain format excludes; a provider's own rules take its place, or come on top: `(*CHAT_RULES, ...)`."""

FINISH_REASONS: Mapping[str, FinishReason] = {
    "stop": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "tool_calls": FinishReason.TOOL_CALLS,
    "function_call": FinishReason.TOOL_CALLS,
    "content_filter": FinishReason.CONTENT_FILTER,
}


@attrs.define(kw_only=True, eq=False, repr=False)
class Encoding:
    """One request on its way to the wire: what it is about, and what had to be left out or changed.

    Attributes:
        output_schema: how the wanted output was compiled.
        tool_schemas: how each tool's parameters were, by its name.
        pieces: of the body, put there by parts of messages that do not stand in their message.
    """

    differences: Differences
    request: GenerateRequest
    output_schema: "Compiled | None" = None
    tool_schemas: dict[str, "Compiled"] = attrs.field(factory=dict[str, "Compiled"])
    pieces: list[Json] = attrs.field(factory=list[Json])
    notices: list[Notice] = attrs.field(factory=list[Notice])

    @property
    def traits(self) -> ModelTraits:
        """What is peculiar to the request's model."""
        return self.differences.traits(self.request.model)

    def notice(
        self, code: str, message: str, option: str | None = None, details: Mapping[str, str] | None = None
    ) -> None:
        """Report something that the caller should know, once."""
        sentence = f"{self.differences.provider}: {message}"
        notice = Notice(code=code, message=sentence, option=option, details=details or {})
        if notice not in self.notices:
            self.notices.append(notice)

    def refusal(self, option: str, reason: str, *, droppable: bool = True) -> UnsupportedOption:
        """The error to raise for what cannot be expressed."""
        return UnsupportedOption(option, reason, provider=self.differences.provider, droppable=droppable)
