"""The hook reference, made from the hook specifications: `python -m tests.docs.hook_reference` writes it."""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from jackfield import hookspecs
from jackfield.registry import REQUIRED_HOOKS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "hooks.md"
_SINCE = re.compile(r"\s*(?:Optional\. )?Since (?P<version>\d+\.\d+)\.\s*$")
_HEAD = f"""# Hook reference

<!-- made by `make hooks` from jackfield.hookspecs; do not edit -->

The hooks of API version {hookspecs.API_VERSION}. A plugin works with a core of the same major version whose minor
version is not older. An implementation is decorated with `jackfield.hookimpl`, has the hook's name, and may leave out
arguments that it does not need. [Write a provider](write-a-provider.md) and [Write middleware](middleware.md) show them
at work; `jackfield new-plugin NAME --dialect own` writes a worked example of every provider hook, to start from.
[Deprecation](deprecation.md) says how they change.
"""
_PROVIDERS = """A provider implements them in the module that its entry point in the group `jackfield.providers` names.
They are synchronous and pure: no I/O, clock, environment or randomness. One provider answers; middleware may wrap it
with `@hookimpl(wrapper=True)`."""
_MIDDLEWARE = """All of them are optional. `provider` is the provider's id, and `call_id` is the same for one call.
Every middleware is called; `answer_request` stops at the first answer."""
_PARTS = (
    ("Provider hooks", hookspecs.ProviderHooks, _PROVIDERS),
    ("Middleware hooks", hookspecs.MiddlewareHooks, _MIDDLEWARE),
)


@attrs.frozen(kw_only=True)
class Hook:
    """One hook as it is documented."""

    name: str
    signature: str
    since: str
    text: str
    required: bool
    first_result: bool


def hooks(group: type) -> Iterator[Hook]:
    """The hooks of a specification, in the order in which they are written. ValueError: one says no version."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(group))).body
    assert isinstance(tree, ast.ClassDef)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield _hook(node, getattr(group, node.name))


def _hook(node: ast.FunctionDef, function: Any) -> Hook:
    text = inspect.getdoc(function) or ""
    since = _SINCE.search(text)
    if since is None:
        message = f"{node.name} does not say since which version it is there"
        raise ValueError(message)
    arguments = ", ".join(f"{one.arg}: {_shown(one.annotation)}" for one in node.args.args if one.arg != "self")
    return Hook(
        name=node.name,
        signature=f"{node.name}({arguments}) -> {_shown(node.returns)}",
        since=since["version"],
        text=text[: since.start()].rstrip(),
        required=node.name in REQUIRED_HOOKS,
        first_result=bool(function.jackfield_spec["firstresult"]),
    )


def _shown(annotation: ast.expr | None) -> str:
    """An annotation as it is written, without the quotation marks of a late one."""
    assert annotation is not None
    return str(annotation.value) if isinstance(annotation, ast.Constant) else ast.unparse(annotation)


def render() -> str:
    """The page."""
    pieces = [_HEAD]
    for title, group, text in _PARTS:
        pieces.append(f"## {title}\n\n{text}\n")
        pieces += [_section(hook) for hook in hooks(group)]
    return "\n".join(pieces)


def _section(hook: Hook) -> str:
    need = "required" if hook.required else "optional"
    who = "the first answer counts" if hook.first_result else "everybody is called"
    body = re.sub(r"^Raises:\n((?:    .+\n?)+)", _raises, hook.text, flags=re.MULTILINE)
    return (
        f"### {hook.name}\n\n```text\n{hook.signature}\n```\n\nSince {hook.since}; {need}; {who}.\n\n{body.strip()}\n"
    )


def _raises(found: "re.Match[str]") -> str:
    lines = [line.strip() for line in found[1].splitlines()]
    return "Raises:\n\n" + "\n".join(f"- `{line.partition(':')[0]}`:{line.partition(':')[2]}" for line in lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE}\n")
