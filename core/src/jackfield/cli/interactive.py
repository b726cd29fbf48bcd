"""A conversation at the terminal: questions and replies until Ctrl-D."""

import sys
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from jackfield.cli.asking import Interrupted, ask
from jackfield.cli.exits import Exit, explain
from jackfield.cli.inputs import attachment
from jackfield.cli.records import figures
from jackfield.cli.terminal import console, say
from jackfield.client import Client
from jackfield.conversation import dumps
from jackfield.errors import JackfieldError, PartialReply, UsageError
from jackfield.operations.build import GenerateOptions
from jackfield.types.messages import Message, user
from jackfield.types.parts import Media

_HELP = """\
/attach FILE   send a file with the next question
/new           forget the conversation
/save FILE     write the conversation as JSON, for jackfield.loads
/help          this list
/quit          leave, as Ctrl-D does
Ctrl-C stops a reply and keeps what came; at the prompt it leaves."""


class Conversation:
    """The turns so far, and the loop that adds to them."""

    def __init__(self, client: Client, options: GenerateOptions, *, usage: bool = False) -> None:
        """Begin an empty one; `usage` prints the figures of each reply."""
        self._client = client
        self._options = options
        self._usage = usage
        self._messages: tuple[Message, ...] = ()
        self._attached: tuple[Media, ...] = ()

    def run(self) -> int:
        """Talk until the person leaves."""
        out = console()
        prompt = _line_editing(bold=not out.is_dumb_terminal)
        out.print(
            f"{self._client.info.name}, {self._client.model}. /help lists the commands, Ctrl-D leaves.", style="dim"
        )
        while True:
            try:
                line = input(prompt).strip()
            except EOFError:
                out.print()
                return Exit.OK
            if line == "/quit":
                return Exit.OK
            try:
                self._take(line)
            except JackfieldError as error:
                say(f"jackfield: {explain(error)[1]}", style="red")
            except OSError as error:
                say(f"jackfield: {explain(error)[1]}", style="red")

    def _take(self, line: str) -> None:
        """A command, or a question."""
        word, _, rest = line.partition(" ")
        if word in _COMMANDS:
            _COMMANDS[word](self, rest.strip())
        elif word.startswith("/") and word[1:].isalpha():
            msg = f"there is no command {word}; next: /help"
            raise UsageError(msg)
        elif line:
            self._ask(user(line, *self._attached))

    def _ask(self, question: Message) -> None:
        """Ask; whatever came of the reply stays in the conversation, and nothing of a question without any reply."""
        asked = (*self._messages, question)
        begun = time.perf_counter()
        try:
            reply = ask(self._client, asked, self._options).result
        except Interrupted as stop:
            self._keep(asked, stop.partial.message if stop.partial else None)
            say("stopped; what came is kept", style="dim")
            return
        except PartialReply as error:
            self._keep(asked, error.partial.message if error.partial else None)
            raise
        self._keep(asked, reply.message)
        if self._usage:
            say(figures(reply, time.perf_counter() - begun), style="dim")

    def _keep(self, asked: tuple[Message, ...], answer: Message | None) -> None:
        if answer is not None and answer.parts:
            self._messages = (*asked, answer)
            self._attached = ()

    def attach(self, where: str) -> None:
        """Keep a file for the next question."""
        self._attached = (*self._attached, attachment(where))
        say(f"{where} goes with the next question", style="dim")

    def forget(self, _rest: str) -> None:
        """Start anew."""
        self._messages, self._attached = (), ()
        say("a new conversation", style="dim")

    def save(self, where: str) -> None:
        """Write the conversation to a file that is not there yet."""
        if not where:
            msg = "/save needs a file name"
            raise UsageError(msg)
        with Path(where).expanduser().open("x", encoding="utf-8") as file:
            file.write(dumps(self._messages))
        say(f"{len(self._messages)} messages written to {where}", style="dim")


_COMMANDS: Mapping[str, Callable[[Conversation, str], None]] = {
    "/attach": Conversation.attach,
    "/help": lambda _conversation, _rest: console().print(_HELP),
    "/new": Conversation.forget,
    "/save": Conversation.save,
}


def _line_editing(*, bold: bool) -> str:
    """Switch on arrow keys and a history for input(), where the platform has them; the prompt.

    readline has to print the prompt itself, and to know which part of it has no width.
    """
    if sys.platform == "win32":
        return "> "
    try:
        import_module("readline")  # importing it is what switches it on
    except ImportError:
        return "> "
    return "\001\033[1m\002> \001\033[0m\002" if bold else "> "
