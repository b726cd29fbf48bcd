"""What the contract demands, clause by clause: `python -m jackfield.testing.contract CLAUSE` prints it.

Rules: every clause is a heading of the manual page `docs/testing.md`, with the same words; a test compares them.
"""

from collections.abc import Mapping

import attrs

MANUAL = "docs/testing.md"


@attrs.frozen(kw_only=True)
class Clause:
    """One rule.

    Attributes:
        why: what goes wrong for users where it is broken.
        demands: what holds where it is kept.
    """

    why: str
    demands: str


CLAUSES: Mapping[str, Clause] = {
    "loading": Clause(
        why="A plugin that does not load, or claims to be another, cannot be called at all.",
        demands="The plugin imports, registers, implements the five required hooks, names the version of the "
        "hooks that it was written for and uses none that came later, and calls itself what its entry "
        "point calls it.",
    ),
    "declaration": Clause(
        why="What `provider_info` declares is all that a caller and the core know before the first call.",
        demands="Addresses are URLs, options and media are known words, rules are about features that exist, a "
        "key is secret and has no default, the distribution requires `jackfield`.",
    ),
    "hooks": Clause(
        why="The core relies on the type of what comes back; a foreign exception or a wrong type becomes a "
        "PluginError in the face of the user.",
        demands="Hooks return what the specification says, raise errors of jackfield only, stay on the host of "
        "the base URL, and write header names in lower case.",
    ),
    "options": Clause(
        why="A caller who sets an option believes that it holds: it is sent, reported or refused.",
        demands="Each option, beside each kind of part, whole and streamed, with every model: it changes the "
        "request, with each value in another way; or a notice names it; or it is refused by name. What is "
        "declared can be sent to some model, and the simulator takes it.",
    ),
    "parts": Clause(
        why="A part of the conversation that silently goes missing changes what the model answers.",
        demands="Text of every turn leaves the plugin, bytes of media do or are refused, and results of tools "
        "stay told apart in any order.",
    ),
    "whole-replies": Clause(
        why="What the provider sent and the caller does not get is lost: nothing is dropped or guessed.",
        demands="A reply of the simulator decodes in strict mode, with text, finish reason and the provider's "
        "own word for it. Every sentence in its JSON is in the result. Rubbish is a `DecodeError`.",
    ),
    "streams": Clause(
        why="A streamed reply is the same reply: same text, same calls, same facts, however its bytes are cut.",
        demands="Whole and streamed replies are equal. The stream is cut in two at hundreds of places, fed byte "
        "by byte, and two streams are read in turns: the result stays the same.",
    ),
    "cut-streams": Clause(
        why="A reply that was cut off and looks finished is acted upon as if it were whole.",
        demands="The stream is ended after every event before its terminal one: that is an `IncompleteStream`, "
        "and `partial` is exactly what was delivered, without half a tool call.",
    ),
    "usage": Clause(
        why="Token counts are bills: they are the provider's own, never added up or estimated.",
        demands="Each count is a number that the provider sent.",
    ),
    "tools": Clause(
        why="A call that is merged with another, or loses an argument, makes an app do the wrong thing.",
        demands="Calls have ids of their own, a name that was offered and arguments that are an object; "
        "streamed ones equal whole ones; a tool loop goes round over a real socket.",
    ),
    "errors": Clause(
        why="Retrying, alerting and messages to users go by the class of an error and its facts.",
        demands="Each status becomes its class, with any body, from the provider's own words to a page of HTML. "
        "An error event inside a stream is an error, with what came before it.",
    ),
    "unknown-fields": Clause(
        why="New fields come every week: they must never break a user, and must be seen in strict mode.",
        demands="A field that nobody knows, put into every object of a reply and every event of a stream, "
        "changes nothing; in strict mode it is a `DecodeError`. An unknown finish reason is `OTHER`, "
        "with the word kept.",
    ),
    "state": Clause(
        why="Thought signatures that do not come back bit for bit make the provider refuse the next turn.",
        demands="A conversation is saved, loaded in another process and encoded there: the same bytes. State "
        "that a reply brought is in the next request; state of another provider is not, and a notice "
        "with the code `foreign-state` says so.",
    ),
    "schemas": Clause(
        why="A schema that is changed on the way without a word promises a shape that nobody holds the model to.",
        demands="Schemas with references, unions, maps and recursion are compiled or refused. A loss that "
        "changes which values are valid is a notice, and a refusal under `strict_schema`. The compiled "
        "forms go along, so that replies can be read back.",
    ),
    "models": Clause(
        why="A list that never ends, or loses a page, hangs or misleads whoever chooses a model from it.",
        demands="The listing goes on to the last page and ends there, even where a page leads back to itself. It names "
        "each model once, and takes neither an error nor rubbish for a page. (Seen if the simulator has two pages.)",
    ),
    "purity": Clause(
        why="Without I/O, clock, environment and chance a plugin serves threads and asyncio, and can be replayed.",
        demands="No module of the package imports I/O, the clock, the environment or chance, and none is "
        "asynchronous; and with sockets, files, clock, environment and chance taken away, encoding and "
        "decoding still work.",
    ),
    "secrets": Clause(
        why="A key that shows in a repr, a URL or a traceback ends up in a log.",
        demands="A canary key is in a `Secret` header and nowhere else: neither in a URL, a body, a repr, a "
        "pickle, a notice nor in the traceback of any error, with the locals of every frame.",
    ),
    "simulator": Clause(
        why="The simulator stands in for the provider in everybody's tests: it and the client have to agree.",
        demands="Client and simulator agree over a real socket, in threads and in asyncio, in strict mode.",
    ),
}
