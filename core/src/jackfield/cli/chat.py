"""`jackfield chat`: one question from the command line and standard input, or a conversation."""

import json
import sys
from typing import Annotated, Any

import attrs
from cyclopts import Parameter

from jackfield.cli import inputs
from jackfield.cli.asking import Interrupted, Reply, ask
from jackfield.cli.exits import Exit, explain
from jackfield.cli.options import read_options
from jackfield.cli.records import figures, record_of
from jackfield.cli.target import open_client
from jackfield.cli.terminal import printable, say
from jackfield.client import Client
from jackfield.errors import JackfieldError, OutputError, PartialReply, UsageError
from jackfield.operations.build import GenerateOptions
from jackfield.types.messages import Message

_Target = Annotated[
    str | None, Parameter(name=["--model", "-m"], env_var="JACKFIELD_MODEL", help="provider:model, or provider alone.")
]
_System = Annotated[str | None, Parameter(name=["--system", "-s"], help="Instructions for the model.")]
_Attach = Annotated[
    tuple[str, ...],
    Parameter(
        name=["--attach", "-a"],
        negative="",
        show_default=False,
        help="An image, sound, video or document: file or URL; may be repeated.",
    ),
]
_Option = Annotated[
    tuple[str, ...],
    Parameter(
        name=["--option", "-o"],
        negative="",
        show_default=False,
        help="name=value, such as temperature=0.2; may be repeated.",
    ),
]
_Schema = Annotated[str | None, Parameter(help="The reply must fit this JSON Schema: a file, or the schema itself.")]
_Json = Annotated[
    bool, Parameter(name="--json", negative="", show_default=False, help="Print one JSON object, for scripts.")
]
_Usage = Annotated[
    bool, Parameter(negative="", show_default=False, help="Print tokens, quotas and time on standard error.")
]
_BaseUrl = Annotated[str | None, Parameter(help="Instead of the provider's own.")]
_Timeout = Annotated[float | None, Parameter(help="Seconds for the whole call, retries included.")]


def chat(
    *prompt: str,
    model: _Target = None,
    system: _System = None,
    attach: _Attach = (),
    option: _Option = (),
    schema: _Schema = None,
    as_json: _Json = False,
    usage: _Usage = False,
    base_url: _BaseUrl = None,
    timeout: _Timeout = None,
) -> int:
    """Ask a model, once or in a conversation.

    The question is the words given, what is piped in, or both. Without either, on a terminal, a conversation begins.

    Parameters
    ----------
    prompt
        The question; what is piped in comes after it. With neither, on a terminal, a conversation begins.
    """
    question = inputs.question(prompt, attach)
    wanted = None if schema is None else inputs.schema(schema)
    with open_client(model, base_url=base_url, timeout=timeout) as client:
        options = read_options(option, client.info)
        if system:
            options["system"] = system
        if question is not None:
            return _Once(client=client, options=options, schema=wanted, as_json=as_json, usage=usage).run(question)
        if as_json or schema:
            msg = "--json and --schema need a question; next: give one, or pipe one in"
            raise UsageError(msg)
        from jackfield.cli.interactive import Conversation

        return Conversation(client, options, usage=usage).run()


@attrs.frozen(kw_only=True)
class _Once:
    """One question, answered in the wanted form."""

    client: Client
    options: GenerateOptions
    schema: Any
    as_json: bool
    usage: bool

    def run(self, question: Message) -> int:
        try:
            reply = ask(self.client, (question,), self.options, schema=self.schema, quiet=self.as_json)
        except KeyboardInterrupt as error:
            partial = error.partial if isinstance(error, Interrupted) else None  # it may come before the stream is open
            return self._cut(error, partial, "KeyboardInterrupt", Exit.INTERRUPTED)
        except OutputError as error:
            if not self.as_json:
                say(printable(error.text))
            return self._cut(error, error.partial, type(error).__name__, Exit.REPLY)
        except PartialReply as error:
            return self._cut(error, error.partial, type(error).__name__, explain(error)[0])
        except JackfieldError as error:
            return self._cut(error, None, type(error).__name__, explain(error)[0])
        self._show(reply)
        return Exit.OK

    def _show(self, reply: Reply) -> None:
        if self.as_json:
            print_json({**record_of(reply.result), "seconds": round(reply.seconds, 3)})
        elif self.schema is not None:
            print_json(reply.result.output)
        if self.usage:
            say(figures(reply.result, reply.seconds), style="dim")

    def _cut(self, error: BaseException, partial: Any, kind: str, code: Exit) -> int:
        """A reply that did not come to its end: scripts get what there is as JSON, everybody gets the error's line."""
        if self.as_json:
            record: dict[str, Any] = {} if partial is None else record_of(partial)
            message = str(error) or "interrupted"
            print_json({**record, "error": {"type": kind, "message": message, "exit_code": int(code)}})
        raise error


def print_json(value: Any) -> None:
    """Print it as JSON, whatever the encoding of the output."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # a script is to get every character
        text = json.dumps(value, indent=2, default=str)
    sys.stdout.write(text + "\n")
