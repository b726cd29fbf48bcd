"""The commands, and how one is run: parse, call, and turn whatever goes wrong into a line and an exit code.

A new command is one line in `COMMANDS` and a file with a function: its parameters are the options, its docstring the
help.
"""

import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Annotated, Any

import attrs
from cyclopts import App, CycloptsError, Parameter, UnknownCommandError

from jackfield.cli.exits import Exit, explain
from jackfield.cli.terminal import one_line


@attrs.frozen
class Command:
    """A command: `target` is `module:function`, imported when the command is used; `examples` end its help."""

    name: str
    target: str
    help: str
    examples: tuple[str, ...] = ()

    @property
    def epilogue(self) -> str:
        """The end of its help."""
        return "\n  ".join(("Examples:", *self.examples)) + f"\n\n{_EPILOGUE}"


_EPILOGUE = "Exit codes: 0 fine, 2 usage, 3 credential, 4 provider, 5 transport, 6 cut, 7 plugin, 8 reply, 130 Ctrl-C."


COMMANDS: tuple[Command, ...] = (
    Command(
        "chat",
        "jackfield.cli.chat:chat",
        "Ask a model, once or in a conversation.",
        (
            'jackfield chat -m groq:openai/gpt-oss-20b "Why is the sky blue?"',
            'git diff | jackfield chat -m groq -o max_tokens=200 "Write a commit message."',
            'jackfield chat -m gemini -a photo.jpg "What is this?"',
        ),
    ),
    Command("models", "jackfield.cli.models:models", "List the models of the installed providers."),
    Command(
        "providers", "jackfield.cli.providers:providers", "Show which providers are installed, and what they lack."
    ),
    Command(
        "demo", "jackfield.cli.demo:demo", "Watch every installed provider at work, simulated: no key, no network."
    ),
    Command("find", "jackfield.cli.find:find", "Find the model to use, by what it has to do."),
    Command("scoreboard", "jackfield.cli.scoreboard:scoreboard", "Show what each model can really do, with evidence."),
    Command("doctor", "jackfield.cli.doctor:doctor", "Check the installation: versions, plugins, keys, connections."),
    Command("new-plugin", "jackfield.cli.new_plugin:new_plugin", "Write a new provider plugin from a template."),
    Command("simulate", "jackfield.cli.simulate:simulate", "Serve simulated providers on this machine until Ctrl-C."),
)


def _version() -> str:
    from importlib.metadata import version

    return version("jackfield")


def build() -> App:
    """The application with every command."""
    plain = not sys.stdout.isatty() or bool(os.environ.get("NO_COLOR"))
    app = App(
        name="jackfield",
        help="Call language models of any provider, through plugins.",
        help_epilogue=_EPILOGUE,
        help_format="plaintext",
        help_formatter="plain" if plain else "default",
        version=_version,
        exit_on_error=False,
        print_error=False,
        suppress_keyboard_interrupt=False,
        result_action="return_value",
    )
    for command in COMMANDS:
        more = {"help_epilogue": command.epilogue} if command.examples else {}
        app.command(command.target, name=command.name, help=command.help, **more)
    app.meta.suppress_keyboard_interrupt = False  # it would end without a word
    app.meta.default(_launcher(app))
    return app


def _launcher(app: App) -> Any:
    def launch(
        *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
        debug: Annotated[
            bool, Parameter(negative="", show_default=False, help="Show the traceback of an error.")
        ] = False,
    ) -> Any:
        if not debug:
            return app(tokens)
        try:
            return app(tokens)
        except CycloptsError:
            raise
        except Exception:
            import traceback

            traceback.print_exc()
            raise

    return launch


def run(arguments: Sequence[str]) -> int:
    """Run one command line; the exit code."""
    try:
        answer = build().meta(arguments)
        sys.stdout.flush()
        return int(answer) if isinstance(answer, int) else Exit.OK
    except CycloptsError as error:
        return _failed(Exit.USAGE, f"{one_line(_complaint(error))}; next: {_help_of(arguments)}")
    except KeyboardInterrupt:
        return _failed(Exit.INTERRUPTED, "interrupted")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still buffered goes nowhere
        return Exit.PIPE
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else Exit.OK
    except Exception as error:  # noqa: BLE001 - the last place where an error can become a line
        return _failed(*explain(error))


def _complaint(error: CycloptsError) -> str:
    """The parser's sentence; for an unknown command our own, because its own would import every command."""
    if not isinstance(error, UnknownCommandError):
        return str(error).strip().rstrip(".")
    word = (error.unused_tokens or ["?"])[0]
    names = [command.name for command in COMMANDS]
    near = get_close_matches(word, names, n=1)
    return f"no command {word!r}; " + (f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(names)}")


def _help_of(arguments: Sequence[str]) -> str:
    named = [one.name for one in COMMANDS if one.name in arguments[:2]]
    return " ".join(("jackfield", *named[:1], "--help"))


def _failed(code: Exit, line: str) -> int:
    sys.stderr.write(f"jackfield: {line}\n")
    sys.stderr.flush()
    return code
