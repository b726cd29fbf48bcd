"""What the caller asks for, as values: one class an operation, and the tools and options that go into it.

Rules: None means "not asked for", and is never sent; every field that is set is sent, or refused by name.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Literal, Self

import attrs

from jackfield.errors import UsageError
from jackfield.types.fields import checked, refusal
from jackfield.types.messages import Message
from jackfield.types.parts import Image

ReasoningEffort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
ToolMode = Literal["auto", "none", "required"]


@checked
class ToolName:
    """Forces the call of this one tool: `tool_choice=ToolName("add")`."""

    name: str


@checked(kw_only=True)
class Tool:
    """A function that the model may ask for.

    Attributes:
        parameters: JSON Schema of the arguments, an object.
        strict: ask the provider to hold the arguments to the schema, where it can.
        function: what `run_tools` calls; None if the caller answers the calls.
        typed: the function's annotations say how to read the arguments (set by `jackfield.tool`).
    """

    name: str
    description: str
    parameters: Mapping[str, Any]
    strict: bool | None = None
    function: Callable[..., Any] | None = attrs.field(default=None, repr=False, eq=False)
    typed: bool = False


@checked(kw_only=True)
class WebSearch:
    """Let the provider search the web.

    Attributes:
        include_domains, exclude_domains: limit where it looks.
        country: English name in lower case, such as `canada`.
    """

    include_domains: tuple[str, ...] = ()
    exclude_domains: tuple[str, ...] = ()
    country: str | None = None


@checked(kw_only=True)
class OutputSchema:
    """The JSON Schema that the reply must fit.

    Attributes:
        schema: plain JSON Schema (draft 2020-12); the plugin compiles it to its own dialect.
        strict: True: any loss in that compilation is an error. False: it is a warning.
    """

    name: str
    schema: Mapping[str, Any]
    strict: bool = False


@checked(kw_only=True)
class Request:
    """What every operation has.

    Attributes:
        strict: unknown fields and enum values in the answer are errors (tests, probes), so that drift is seen.
        extra: the provider's own options, an object that its plugin exports.
    """

    operation: ClassVar[str] = "this kind of request"
    """What it asks for, in words for an error."""

    model: str
    strict: bool = False
    extra: Any = None


# Options that the caller sets by name, in the order in which they are reported.
GENERATE_OPTIONS: tuple[str, ...] = (
    "temperature", "top_p", "top_k", "max_tokens", "stop", "seed", "frequency_penalty", "presence_penalty",
    "top_logprobs", "json_mode", "schema", "tools", "tool_choice", "parallel_tool_calls", "web_search",
    "reasoning_effort", "reasoning_budget",
)  # fmt: skip


@checked(kw_only=True)
class GenerateRequest(Request):
    """One reply of a language model.

    Attributes:
        messages: the conversation, at least one message.
        stream: send the reply as it is made.
        max_tokens: upper bound on generated tokens, reasoning included where the provider counts it.
        stop: the model stops before writing one of these.
        top_logprobs: log probabilities of each token and of this many alternatives (0: of the token alone).
        json_mode: the reply must be JSON of any shape.
        schema: the reply must be JSON of this shape; excludes json_mode.
        reasoning_effort: how long to think; `none` switches it off.
        reasoning_budget: most tokens to think with; excludes reasoning_effort.
        strict_schema: any loss in compiling the schema or a tool's is an error, not a warning.
    """

    operation: ClassVar[str] = "generating text"

    messages: tuple[Message, ...]
    stream: bool = False
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] | None = None
    seed: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    top_logprobs: int | None = None
    json_mode: bool | None = None
    schema: OutputSchema | None = None
    tools: tuple[Tool, ...] | None = None
    tool_choice: ToolMode | ToolName | None = None
    parallel_tool_calls: bool | None = None
    web_search: WebSearch | None = None
    reasoning_effort: ReasoningEffort | None = None
    reasoning_budget: int | None = None
    strict_schema: bool = False

    def options(self) -> tuple[str, ...]:
        """The names of the options that are set."""
        return tuple(name for name in GENERATE_OPTIONS if getattr(self, name) is not None)

    def features(self) -> frozenset[str]:
        """What the request uses, in the words of combination rules.

        The set options, `stream`, `forced_tool` (tool_choice is required or a name), `thinking` (reasoning asked for),
        `logprobs`, the media kinds in the conversation (`image`, `audio`, `video`, `document`), `system` and
        `tool_results`; of the provider's own options each that is set, by its name and, where it is a text, a number or
        a truth value, also as `name=value`.
        """
        derived = {
            "stream": self.stream,
            "forced_tool": self.tool_choice == "required" or isinstance(self.tool_choice, ToolName),
            "thinking": bool(self.reasoning_budget) or self.reasoning_effort not in (None, "none"),
            "logprobs": self.top_logprobs is not None,
            "system": any(message.role == "system" for message in self.messages),
            "tool_results": any(message.role == "tool" for message in self.messages),
        }
        media = {part.kind for message in self.messages for part in message.media}
        used = (name for name, is_used in derived.items() if is_used)
        return frozenset((*self.options(), *media, *used, *_own_features(self.extra)))

    def without(self, option: str) -> Self:
        """The same request with that option unset."""
        unset: dict[str, Any] = {option: None}
        return attrs.evolve(self, **unset)


def _own_features(extra: object) -> Iterator[str]:
    """The options of a provider that differ from their defaults."""
    cls: type[object] = type(extra)
    for field in attrs.fields(cls) if attrs.has(cls) else ():
        value = getattr(extra, field.name)
        if value is None or value in (field.default, (), {}):
            continue
        yield field.name
        if isinstance(value, str | int):
            yield f"{field.name}={value}"


@checked(kw_only=True)
class ImageRequest(Request):
    """Make pictures from a text.

    Attributes:
        count: how many; None leaves it to the provider.
        aspect_ratio: such as `16:9`.
        seed: for a repeatable picture.
        images: pictures to start from.
    """

    operation: ClassVar[str] = "making images"

    prompt: str
    count: int | None = None
    aspect_ratio: str | None = None
    size: str | None = None
    seed: int | None = None
    negative_prompt: str | None = None
    images: tuple[Image, ...] = ()

    def __attrs_post_init__(self) -> None:
        if not self.prompt.strip():
            msg = "prompt: an image needs a description"
            raise UsageError(msg)
        if self.count is not None and self.count < 1:
            raise refusal("count", "a whole number of at least 1", self.count)
