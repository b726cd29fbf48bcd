"""What a command ends with: the exit codes, and each error as one line that says what to do next."""

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from jackfield import errors
from jackfield.cli.terminal import one_line


class Exit(IntEnum):
    """The exit codes; the manual lists them, and they do not change their meaning."""

    OK = 0
    BUG = 1
    """Not foreseen: a fault of jackfield; `--debug` shows the traceback."""
    USAGE = 2
    """The command, an option or a file is wrong; nothing was sent."""
    CREDENTIAL = 3
    """The key is missing or refused, or the account may not do that."""
    PROVIDER = 4
    """The provider answered with an error."""
    TRANSPORT = 5
    """No usable answer: connection, TLS, proxy, deadline."""
    INCOMPLETE = 6
    """The answer was cut before its end; what came is shown."""
    PLUGIN = 7
    """A plugin is missing, broken, in conflict or of another version."""
    REPLY = 8
    """The answer could not be read, or does not fit the schema."""
    INTERRUPTED = 130
    """Ctrl-C; what came is shown."""
    PIPE = 141
    """Whoever read the output stopped reading."""


def _credential(error: errors.MissingCredential) -> str:
    names = " or ".join(error.variables)
    page = f" (get one at {error.url})" if error.url else ""
    return f"set the environment variable {names}{page}"


def _leave_out(error: errors.UnsupportedOption) -> str:
    return f"leave it out, or {'add -o unsupported=warn' if error.droppable else 'choose another model'}"


def _wait(error: errors.ProviderError) -> str:
    return "try again later" if error.retry_after_s is None else f"try again in {error.retry_after_s:g} s"


def _read_on(error: errors.DecodeError) -> str:
    if error.body and not error.body.lstrip().startswith((b"{", b"[")):
        return "check --base-url, and whether a portal or a proxy answers in the provider's place"
    return "ask again; if it stays, the plugin does not know this answer"


Step = str | Callable[[Any], str]

# The first class that fits counts.
_TABLE: tuple[tuple[type[BaseException], Exit, Step], ...] = (
    (errors.MissingCredential, Exit.CREDENTIAL, _credential),
    (errors.UnsupportedOption, Exit.USAGE, _leave_out),
    (errors.UsageError, Exit.USAGE, ""),
    (errors.AuthenticationError, Exit.CREDENTIAL, "check the key; `jackfield providers` says where it comes from"),
    (errors.PermissionDenied, Exit.CREDENTIAL, "ask for access, or choose another model"),
    (errors.PaymentRequired, Exit.CREDENTIAL, "add credit to the account"),
    (errors.NotFound, Exit.PROVIDER, lambda error: f"`jackfield models {error.provider}` lists what there is"),
    (errors.RateLimited, Exit.PROVIDER, _wait),
    (errors.Overloaded, Exit.PROVIDER, _wait),
    (errors.ServerError, Exit.PROVIDER, _wait),
    (errors.ProviderError, Exit.PROVIDER, ""),
    (errors.TotalTimeout, Exit.TRANSPORT, "raise --timeout"),
    (errors.TimeoutExceeded, Exit.TRANSPORT, "try again"),
    (errors.TransportError, Exit.TRANSPORT, "check the network, the proxy and --base-url"),
    (errors.IncompleteStream, Exit.INCOMPLETE, "ask again"),
    (errors.PluginNotFound, Exit.PLUGIN, ""),
    (errors.PluginError, Exit.PLUGIN, "`jackfield providers` shows which plugins work"),
    (errors.OutputError, Exit.REPLY, "ask again, or loosen the schema"),
    (errors.DecodeError, Exit.REPLY, _read_on),
    (errors.JackfieldError, Exit.BUG, "--debug shows where"),
    (OSError, Exit.USAGE, ""),
    (BaseException, Exit.BUG, "please report this; --debug shows where"),
)


def explain(error: BaseException) -> tuple[Exit, str]:
    """The exit code of an error, and the line about it."""
    code, step = next((code, step) for cls, code, step in _TABLE if isinstance(error, cls))
    text = _sentence(error)
    further = step if isinstance(step, str) else step(error)
    return code, one_line(f"{text.rstrip('.')}; next: {further}" if further else text)


def _sentence(error: BaseException) -> str:
    """The error's own words, without those that are meant for a program's author."""
    if isinstance(error, errors.MissingCredential):
        return f"{error.provider} needs {error.setting}"
    if isinstance(error, errors.IncompleteStream):
        return f"{error.provider}: the answer was cut before its end"
    if isinstance(error, errors.TimeoutExceeded):
        return f"no {error.deadline} within {error.seconds:g} s"
    if isinstance(error, errors.ProviderError) and error.message.lstrip().startswith("<"):
        return f"{error.provider}: {error.status}: a web page came in place of an answer"
    if isinstance(error, errors.JackfieldError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return f"{type(error).__name__}: {error}"
