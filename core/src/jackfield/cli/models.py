"""`jackfield models`: what can be put behind `-m`."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated

import attrs
from cyclopts import Parameter

from jackfield import registry, scoreboard
from jackfield.cli.exits import explain
from jackfield.cli.terminal import none_installed, say, show_table
from jackfield.client import Client
from jackfield.errors import JackfieldError, MissingCredential, UsageError
from jackfield.types.models import Model


def models(
    *providers: str,
    match: Annotated[
        str | None,
        Parameter(name=["--filter", "-f"], help="Only those whose id, name, types or features hold this text."),
    ] = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="", show_default=False, help="For scripts.")] = False,
) -> None:
    """List the models of the installed providers, as the providers themselves list them.

    The column `board` is the scoreboard that the plugin ships: which model is best, good or cheap, and how many of its
    cells were verified on real traffic.

    Parameters
    ----------
    providers
        Their ids; without any, every installed provider that has its key.
    """
    known = registry.installed()
    if not known:
        msg = none_installed()
        raise UsageError(msg)
    found: list[tuple[Model, str]] = []
    failed: list[JackfieldError] = []
    for provider in providers or known:
        try:
            listed = _listed(provider)
        except JackfieldError as error:
            if providers:
                raise
            failed.append(error)
            continue
        board = _board(provider)
        found += [(model, board.get(model.id, "")) for model in listed if _matches(model, match)]
    _print(found, as_json=as_json)
    for fault in failed:
        say(f"left out: {explain(fault)[1]}", style="dim")
    if failed and not found:
        raise next((one for one in failed if not isinstance(one, MissingCredential)), failed[0])


def _listed(provider: str) -> Sequence[Model]:
    with Client(provider) as client:
        return sorted(client.list_models(), key=lambda model: model.id)


def _matches(model: Model, text: str | None) -> bool:
    words = (model.id, model.name, model.owner, model.task, *_types(model), *(model.features or ()))
    return text is None or any(text.lower() in word.lower() for word in words if word)


def _types(model: Model) -> tuple[str, ...]:
    return (*(model.input_types or ()), *(model.output_types or ()))


def _board(provider: str) -> Mapping[str, str]:
    """Model id -> what the scoreboard says in a word or two; empty where there is none that can be read."""
    try:
        scenarios = scoreboard.load(provider).scenarios
    except JackfieldError:
        return {}
    words: dict[str, str] = {}
    for scenario in scenarios:
        verified = sum(cell.evidence == "verified" for _, cell in scenario.cells())
        facts = [*scenario.tiers, *([f"{verified} verified"] if verified else [])]
        words |= {model: ", ".join(facts) for model in scenario.models if model not in words or scenario.tiers}
    return words


def _print(found: Sequence[tuple[Model, str]], *, as_json: bool) -> None:
    if as_json:
        shown = [
            {**attrs.asdict(model, filter=lambda field, _: field.name != "raw"), "scoreboard": board or None}
            for model, board in found
        ]
        sys.stdout.write(json.dumps(shown, indent=2, ensure_ascii=False, default=str) + "\n")
        return
    if not found:
        say("no model fits", style="dim")
        return
    headings = ("model", "context", "output", "takes", "gives", "USD per M tokens", "board")
    show_table(headings, [_row(model, board) for model, board in found])


def _row(model: Model, board: str) -> tuple[str, ...]:
    name = f"{model.provider}:{model.id}" + (" (deprecated)" if model.deprecated else "")
    pricing = model.pricing
    price = (
        "" if pricing is None or pricing.input_usd is None else f"{pricing.input_usd:g} / {pricing.output_usd or 0:g}"
    )
    return (
        name,
        _count(model.context_tokens),
        _count(model.max_output_tokens),
        ", ".join(model.input_types or ()),
        ", ".join(model.output_types or ()),
        price,
        board,
    )


def _count(tokens: int | None) -> str:
    return "" if tokens is None else f"{tokens:,}"
