"""The steps of the demo: each a few lines of the public interface, and what came of them.

Rule: what a provider cannot do is refused by name before anything is sent; the demo shows that instead of hiding it.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import attrs

from jackfield.cli.picture import red_square
from jackfield.cli.records import limit_words, usage_words
from jackfield.cli.target import tier_model
from jackfield.cli.terminal import printable
from jackfield.client import Client
from jackfield.errors import JackfieldError, UnsupportedOption, UsageError
from jackfield.scoreboard import Tier, load
from jackfield.scoreboard.model import Modality
from jackfield.types.events import ReasoningDelta, TextDelta
from jackfield.types.messages import user
from jackfield.types.models import Model
from jackfield.types.parts import Image
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


@attrs.define
class Stage:
    """What the steps share: the client, the screen, and what earlier steps found out."""

    client: Client
    out: "Console"
    models: Sequence[Model] = ()
    last: Result[None] | None = None

    def line(self, text: str, style: str = "") -> None:
        """A line of a step's outcome."""
        from rich.padding import Padding

        self.out.print(Padding(printable(text), (0, 0, 0, 3), expand=False), style=style)

    def pick(self, kind: Modality = "text") -> str:
        """A model that takes this kind of input and writes text: by the provider's list, else by the scoreboard.

        Among those that fit, a tier of the scoreboard comes first. Where neither knows, the step shows what happens.

        Raises:
            UsageError: no model is listed.
        """
        writing = [
            model for model in self.models if "text" in (model.output_types or ("text",)) and not model.deprecated
        ]
        names = [model.id for model in writing if kind in (model.input_types or ("text",))]
        known = _known_to_take(self.client.info.id, kind)
        names = names or [model.id for model in writing if model.id in known] or [model.id for model in writing]
        if not names:
            msg = "there is no model to ask"
            raise UsageError(msg)
        tiers = (tier_model(self.client.info.id, tier) for tier in _TIERS)
        return next((one for one in tiers if one in names), None) or names[0]


def _known_to_take(provider: str, kind: Modality) -> frozenset[str]:
    """The models of which the scoreboard says that they take this kind of input; empty where there is none."""
    try:
        scenarios = load(provider).scenarios
    except JackfieldError:
        return frozenset()
    return frozenset(
        model for one in scenarios if kind in one.inputs and one.inputs[kind].cell.works for model in one.models
    )


def list_models(stage: Stage) -> None:
    """client.list_models()."""
    stage.models = stage.client.list_models()
    names = [model.id for model in stage.models]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    stage.line(f"{len(names)} models: {', '.join(names[:_SHOWN])}{more}")


def streamed_chat(stage: Stage) -> None:
    """client.stream(question)."""
    question, model = "Why is the sky blue?", stage.pick()
    stage.line(f"asking {model}: {question}", "dim")
    events, said = 0, ""
    with stage.client.stream(question, model=model, max_tokens=400) as stream:
        for event in stream:
            events += 1
            if isinstance(event, TextDelta | ReasoningDelta):
                said = _piece(stage, event, said)
    stage.out.print()
    stage.last = stream.result
    stage.line(f"{events} events; finished: {stream.result.finish_reason or 'the provider does not say why'}", "dim")


def _piece(stage: Stage, event: TextDelta | ReasoningDelta, said: str) -> str:
    """Show a piece, reasoning dimmed and on lines of its own; what it was: `text` or `thinking`."""
    kind = "text" if isinstance(event, TextDelta) else "thinking"
    style = "" if kind == "text" else "dim"
    if kind != said:
        start = "\n   " if said else "   "
        stage.out.print(f"{start}{'thinking: ' if kind == 'thinking' else ''}", end="", style=style)
    stage.out.print(printable(event.text), end="", style=style, soft_wrap=True)
    stage.out.file.flush()
    return kind


def answered_tool(stage: Stage) -> None:
    """client.run_tools(question, [add])."""

    def add(a: int, b: int) -> int:
        """Add two whole numbers.

        Args:
            a: the first number.
            b: the second number.
        """
        stage.line(f"the model has add({a}, {b}) called, a function of this program: {a + b}")
        return a + b

    question = "What is 3214 + 5632? Use the tool add."
    stage.line(f"asking: {question}", "dim")
    result = stage.client.run_tools(question, [add], model=stage.pick(), max_tokens=400)
    stage.line(result.text)


def typed_answer(stage: Stage) -> None:
    """client.generate(question, output=Recipe)."""
    stage.line("asking: A recipe for a soup. (as an attrs class)", "dim")
    result = stage.client.generate("A recipe for a soup.", output=Recipe, model=stage.pick(), max_tokens=800)
    stage.line(repr(result.output))


def image_question(stage: Stage) -> None:
    """client.generate(user(text, Image.from_bytes(png)))."""
    picture = red_square()
    stage.line(f"asking: What is in this picture? (a PNG made in code, {len(picture):,} bytes)", "dim")
    question = user("What is in this picture?", Image.from_bytes(picture))
    try:
        stage.line(stage.client.generate(question, model=stage.pick("image"), max_tokens=400).text)
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
