"""Shows a reply on the terminal as it comes.

Rules: the answer goes to standard output as it is; reasoning is dimmed there on a terminal, and left out in a pipe; a
spinner turns on standard error until the first token, only if both are terminals.
"""

import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from jackfield.cli.terminal import console, printable
from jackfield.types.events import Event, MediaDelta, ReasoningDelta, TextDelta, TextWasReasoning
from jackfield.types.parts import ServerTool, ToolCall
from jackfield.types.results import FinishReason, Result

_ENDS = {
    FinishReason.LENGTH: "the reply stops at the token limit; raise -o max_tokens=",
    FinishReason.CONTENT_FILTER: "the provider's content filter stopped the reply",
    FinishReason.ERROR: "the provider says that the reply failed",
}


class Display:
    """The screen of one reply; a context manager that turns the spinner."""

    def __init__(self, label: str, *, quiet: bool = False) -> None:
        """Take a label for the spinner; `quiet` shows nothing at all."""
        self._out = console()
        self._err = console(stderr=True)
        self._quiet = quiet
        self._mode = ""
        self._at_start = True
        self._terminal = sys.stdout.isatty()
        turning = self._terminal and sys.stderr.isatty() and not quiet and not self._err.is_dumb_terminal
        self._spinner = self._err.status(f"waiting for {printable(label)}", spinner="dots") if turning else None

    def __enter__(self) -> Self:
        """Start to wait."""
        if self._spinner is not None:
            self._spinner.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop waiting and end the line."""
        self._arrived()
        if not self._at_start:
            self._write("\n")

    def show(self, event: Event) -> None:
        """Show one event."""
        if self._quiet:
            return
        shower = _SHOWERS.get(type(event))
        if shower is not None:
            self._arrived()
            shower(self, event)

    def text(self, text: str) -> None:
        """More of the answer."""
        self._enter("answer")
        self._write(printable(text) if self._terminal else text)

    def reasoning(self, text: str) -> None:
        """More reasoning."""
        if self._terminal and text:
            self._enter("reasoning")
            self._write(printable(text), style="dim")

    def aside(self, text: str) -> None:
        """A line on standard error, between the lines of the answer."""
        self._arrived()
        if not self._at_start and self._terminal:
            self._write("\n")
        self._err.print(printable(text), style="dim", soft_wrap=True)

    def endnotes(self, result: Result[Any]) -> None:
        """What a reader of the reply should know."""
        ending = _ENDS.get(result.finish_reason) if result.finish_reason is not None else None
        sources = [one.url or one.title or one.document_id or "" for one in result.citations]
        for note in (
            *(f"source: {one}" for one in dict.fromkeys(sources) if one),
            *(f"note: {notice.message}" for notice in result.warnings),
            *([f"note: {ending}"] if ending else []),
        ):
            self.aside(note)

    def _arrived(self) -> None:
        if self._spinner is not None:
            self._spinner.stop()
            self._spinner = None

    def _enter(self, mode: str) -> None:
        """Set reasoning and answer apart, without colours too."""
        if self._mode == mode:
            return
        if not self._at_start:
            self._write("\n")
        if mode == "reasoning":
            self._write("thinking: ", style="dim italic")
        elif self._mode == "reasoning":
            self._write("\n")
        self._mode = mode

    def _write(self, text: str, style: str = "") -> None:
        if self._quiet or not text:
            return
        if style:
            self._out.print(text, style=style, end="", soft_wrap=True)
        else:
            sys.stdout.write(text)
        sys.stdout.flush()
        self._at_start = text.endswith("\n")


def _media(display: Display, event: MediaDelta) -> None:
    if not event.append:
        display.aside(f"[{event.mime_type}, {len(event.data):,} bytes; --json or the Python client keeps it]")


_SHOWERS: dict[type, Callable[[Display, Any], None]] = {
    TextDelta: lambda display, event: display.text(event.text),
    ReasoningDelta: lambda display, event: display.reasoning(event.text),
    TextWasReasoning: lambda display, _: display.aside("[what stands above was the model's reasoning]"),
    MediaDelta: _media,
    ServerTool: lambda display, event: (
        display.aside(f"[the provider ran {event.kind}]") if event.output is None else None
    ),
    ToolCall: lambda display, event: display.aside(f"[the model asks for {event.name}({event.arguments_raw})]"),
}
