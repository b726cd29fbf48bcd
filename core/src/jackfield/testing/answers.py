"""What the responder is asked and what it answers, apart from any provider's wire format.

Rules: a `Prompt` holds all that the answer depends on, so the same prompt always gets the same answer.
"""

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from jackfield.testing.sights import Sight

Speaker = Literal["system", "user", "assistant", "tool"]
Ending = Literal["stop", "length", "tool_calls"]


@attrs.frozen(kw_only=True)
class Call:
    """One tool call; `arguments` is JSON text."""

    name: str
    arguments: str
    id: str = ""


@attrs.frozen(kw_only=True)
class Turn:
    """One message of the conversation.

    Attributes:
        text: its text, or the tool's result.
        sights: the media in it.
        calls: what the model asked for in it.
        tool: the name of the tool whose result it is.
        failed: whether that result is an error.
    """

    role: Speaker
    text: str = ""
    sights: tuple[Sight, ...] = ()
    calls: tuple[Call, ...] = ()
    tool: str | None = None
    failed: bool = False


@attrs.frozen(kw_only=True)
class Function:
    """A tool that the prompt offers."""

    name: str
    description: str = ""
    parameters: Mapping[str, Any] = attrs.field(factory=dict[str, Any])


@attrs.frozen(kw_only=True)
class Prompt:
    """Everything that decides the answer.

    Attributes:
        choice: `auto`, `none`, `required`, or the name of the tool that must be called.
        thoughts: how many sentences of reasoning to give; 0 for none.
        think_tokens: most tokens of reasoning; None for no bound of its own.
        top_logprobs: as in `GenerateRequest`; None if none are wanted.
        documents: texts with their ids, to be cited.
        searches: the model may search the web.
    """

    model: str
    turns: tuple[Turn, ...]
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    functions: tuple[Function, ...] = ()
    choice: str = "auto"
    parallel: bool = True
    json_mode: bool = False
    schema: Mapping[str, Any] | None = None
    top_logprobs: int | None = None
    thoughts: int = 0
    think_tokens: int | None = None
    documents: tuple[tuple[str, str], ...] = ()
    searches: bool = False


@attrs.frozen(kw_only=True)
class Token:
    """One token of the answer; `logprob` and `top` are set only if they were asked for."""

    text: str
    logprob: float | None = None
    top: tuple[tuple[str, float], ...] = ()


@attrs.frozen(kw_only=True)
class Answer:
    """What a model would have said.

    Attributes:
        reasoning: the reasoning, token by token.
        tokens: the text, token by token.
        cited: for each document that the text quotes: its id, and where in the text the quotation starts and ends.
        input_tokens, call_tokens: counted as the text is.
    """

    reasoning: tuple[str, ...] = ()
    tokens: tuple[Token, ...] = ()
    calls: tuple[Call, ...] = ()
    ending: Ending = "stop"
    cited: tuple[tuple[str, int, int], ...] = ()
    input_tokens: int = 0
    call_tokens: int = 0

    @property
    def text(self) -> str:
        """The text."""
        return "".join(token.text for token in self.tokens)

    @property
    def thinking(self) -> str:
        """The reasoning."""
        return "".join(self.reasoning)

    @property
    def output_tokens(self) -> int:
        """Everything that was generated, reasoning included."""
        return len(self.reasoning) + len(self.tokens) + self.call_tokens
