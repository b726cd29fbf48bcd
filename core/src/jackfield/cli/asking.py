"""One question and its reply, streamed onto the terminal."""

import time
from typing import Any

import attrs

from jackfield.cli.display import Display
from jackfield.client import Client
from jackfield.operations.build import GenerateOptions
from jackfield.types.messages import Message
from jackfield.types.results import Result


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a reply; `partial` is what had come, or None."""

    def __init__(self, partial: Result[Any] | None) -> None:
        super().__init__("interrupted")
        self.partial = partial


@attrs.frozen(kw_only=True)
class Reply:
    """A reply and how long it took."""

    result: Result[Any]
    seconds: float


def ask(
    client: Client, messages: tuple[Message, ...], options: GenerateOptions, *, schema: Any = None, quiet: bool = False
) -> Reply:
    """Ask, and show the reply as it comes; with a schema it is asked for whole, as some models require.

    Raises:
        Interrupted: Ctrl-C.
        JackfieldError: what `Client.stream` raises.
    """
    begun = time.perf_counter()
    label = f"{client.info.id}:{client.model}"
    display = Display(label, quiet=quiet or schema is not None)
    if schema is not None:
        with Display(label):
            result: Result[Any] = client.generate(messages, output=schema, **options)
    else:
        result = _streamed(client, messages, options, display)
    if not quiet:
        Display(label).endnotes(result)
    return Reply(result=result, seconds=time.perf_counter() - begun)


def _streamed(
    client: Client, messages: tuple[Message, ...], options: GenerateOptions, display: Display
) -> Result[None]:
    with display, client.stream(messages, **options) as stream:
        try:
            for event in stream:
                display.show(event)
        except KeyboardInterrupt:
            raise Interrupted(stream.partial) from None
    return stream.result
