"""The steps of the demo: each a few lines of the public interface, and what came of them.

Rule: what a provider cannot do is refused by name before anything is sent; the demo shows that instead of hiding it.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from jackfield.cli.picture import red_disc
from jackfield.cli.records import limit_words, usage_words
from jackfield.cli.target import tier_model
from jackfield.cli.terminal import printable
from jackfield.client import Client
from jackfield.errors import UnsupportedOption, UsageError
from jackfield.scoreboard import Tier
from jackfield.types.events import ReasoningDelta, TextDelta
from jackfield.types.messages import Message, user
from jackfield.types.models import Model
from jackfield.types.parts import Image, ToolCall, ToolResult
from jackfield.types.results import Result

if TYPE_CHECKING:
    from rich.console import Console

_SHOWN = 4
_TIERS: tuple[Tier, ...] = ("good", "cheap", "best")


@attrs.frozen
class Recipe:
    """A dish.

    Attributes:
        name: what it is called.
        minutes: how long it takes.
        ingredients: what goes in.
    """

    name: str
    minutes: int
    ingredients: list[str]


def add(a: int, b: int) -> int:
    """Add two whole numbers.

    Args:
        a: the first number.
        b: the second number.
    """
    return a + b


@attrs.define
class Stage:
    """What the steps share: the client, the screen, and the models once they are listed."""

    client: Client
    out: "Console"
    models: Sequence[Model] = ()
    last: Result[None] | None = None

    def line(self, text: str, style: str = "") -> None:
        """A line of a step's outcome."""
        self.out.print(f"   {printable(text)}", style=style, soft_wrap=True)

    def pick(self, *kinds: str) -> str:
        """A model that takes these kinds of input and writes text: a tier of the scoreboard if it lists one that does.

        A provider that does not say what its models take gets the first choice, and the step shows what comes of it.
        """
        writing = [
            model for model in self.models if "text" in (model.output_types or ("text",)) and not model.deprecated
        ]
        fitting = [model.id for model in writing if set(kinds) <= set(model.input_types or ("text",))]
        names = fitting or [model.id for model in writing] or [model.id for model in self.models]
        if not names:
            msg = "there is no model to ask"
            raise UsageError(msg)
        tiers = (tier_model(self.client.info.id, tier) for tier in _TIERS)
        return next((one for one in tiers if one in names), None) or names[0]


def list_models(stage: Stage) -> None:
    """client.list_models()."""
    stage.models = stage.client.list_models()
    names = [model.id for model in stage.models]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    stage.line(f"{len(names)} models: {', '.join(names[:_SHOWN])}{more}")


def streamed_chat(stage: Stage) -> None:
    """client.stream(question)."""
    model = stage.pick("text")
    stage.line(f"{model} < Why is the sky blue?", "dim")
    stage.out.print("   ", end="")
    events = 0
    with stage.client.stream("Why is the sky blue?", model=model, max_tokens=400) as stream:
        for event in stream:
            events += 1
            if isinstance(event, TextDelta | ReasoningDelta):
                style = "" if isinstance(event, TextDelta) else "dim"
                stage.out.print(printable(event.text), end="", style=style, soft_wrap=True)
                stage.out.file.flush()
    stage.out.print()
    stage.last = stream.result
    stage.line(f"{events} events; finished: {stream.result.finish_reason}", "dim")


def answered_tool(stage: Stage) -> None:
    """client.stream_tools(question, [add])."""
    question = "What is 3214 + 5632? Use the tool add."
    stage.line(question, "dim")
    for item in stage.client.stream_tools(question, [add], model=stage.pick("text"), max_tokens=400):
        if isinstance(item, ToolCall):
            stage.line(f"the model calls {item.name}({item.arguments_raw})")
        elif isinstance(item, Message):
            answers = [part.text for part in item.parts if isinstance(part, ToolResult)]
            stage.line(f"add, a Python function, answers {', '.join(answers)}")
        elif isinstance(item, Result):
            _reply(stage, item)


def _reply(stage: Stage, reply: Result[Any]) -> None:
    if reply.text:
        stage.line(reply.text)


def typed_answer(stage: Stage) -> None:
    """client.generate(question, output=Recipe)."""
    stage.line("A recipe for a soup, as an attrs class.", "dim")
    result = stage.client.generate("A recipe for a soup.", output=Recipe, model=stage.pick("text"), max_tokens=800)
    stage.line(repr(result.output))


def image_question(stage: Stage) -> None:
    """client.generate([user(text, Image.from_bytes(png))])."""
    picture = red_disc()
    stage.line(f"What is in this picture? (a PNG made in code, {len(picture):,} bytes)", "dim")
    question = user("What is in this picture?", Image.from_bytes(picture))
    try:
        stage.line(stage.client.generate(question, model=stage.pick("text", "image"), max_tokens=400).text)
    except UnsupportedOption as error:
        stage.line(f"refused before anything was sent: {error}", "yellow")


def figures(stage: Stage) -> None:
    """result.usage and result.rate_limits."""
    result = stage.last
    if result is None:
        stage.line("there was no reply to count")
        return
    stage.line(f"tokens: {usage_words(result.usage)}")
    for limit in result.rate_limits.limits:
        stage.line(f"quota: {limit_words(limit)}")
    if not result.rate_limits:
        stage.line("quota: this provider does not report any")


STEPS: tuple[tuple[str, Callable[[Stage], None]], ...] = (
    ("List the models", list_models),
    ("A streamed chat", streamed_chat),
    ("A tool call, answered", answered_tool),
    ("A typed answer", typed_answer),
    ("A question about a picture", image_question),
    ("Tokens and quotas of the chat", figures),
)
