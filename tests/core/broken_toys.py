"""Plugins that fail, each in its own way: what entry points in tests point to."""

from collections.abc import Callable
from typing import Any

import attrs
from tests.core.toy import INFO, Toy

from jackfield.hookspecs import hookimpl


class Named(Toy):
    """A toy under another name."""

    def __init__(self, name: str, **changes: Any) -> None:
        """Call itself `name`."""
        super().__init__(attrs.evolve(INFO, id=name, **changes))


class NewHook(Named):
    """Implements a hook that only newer cores have."""

    @hookimpl
    def translate(self, text: str) -> str:
        """Unknown here."""
        return text


class NewArgument(Named):
    """Wants an argument that only newer cores give."""

    @hookimpl
    def decode_response(self, request: Any, response: Any, clock: Any) -> Any:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]  # deliberately
        """As above."""
        return request, response, clock


class NoHooks:
    """Implements nothing."""


class FailingInfo(Named):
    """Cannot even say who it is."""

    @hookimpl
    def provider_info(self) -> Any:
        """Fail."""
        raise RuntimeError("no idea")


def replace(hook: str, what: Callable[..., Any], name: str = "toy") -> Toy:
    """A toy with one hook replaced; `what` takes the hook's arguments by name."""
    arguments = {
        "provider_info": "self",
        "encode_request": "self, request, settings",
        "decode_response": "self, request, response",
        "parse_stream": "self, request, response",
        "list_models": "self, settings",
    }[hook]
    namespace: dict[str, Any] = {"what": what}
    exec(f"def {hook}({arguments}): return what()", namespace)  # noqa: S102 - pluggy looks at the signature
    cls = type("Replaced", (Named,), {hook: hookimpl(namespace[hook])})
    made: Toy = cls(name)
    return made


class Unregistrable:
    """Raises as soon as pluggy looks at it."""

    def __dir__(self) -> list[str]:
        raise RuntimeError("do not look")


good = Named("good")
other = Named("other")
newer_minor = Named("newer-minor", api_version="1.99")
newer_major = Named("newer-major", api_version="2.0")
older_major = Named("older-major", api_version="0.9")
odd_version = Named("odd-version", api_version="1.0.0")
no_version = Named("no-version", api_version=None)
misnamed = Named("somebody-else")
new_hook = NewHook("new-hook")
new_hook_newer = NewHook("new-hook-newer", api_version="1.99")
new_argument = NewArgument("new-argument")
new_argument_newer = NewArgument("new-argument-newer", api_version="1.99")
no_hooks = NoHooks()
failing_info = FailingInfo("failing-info")
unregistrable = Unregistrable()
no_capabilities = Named("no-capabilities", capabilities=None)
async_info = replace("provider_info", lambda: 1, "async-info")
