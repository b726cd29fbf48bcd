"""Which tools to call, and with what.

Rules: a forced tool is always called; an offered one only if the prompt shares a word with it, or has the numbers
that it takes; once the results are there, nothing is called unless it is forced.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from jackfield.testing.answers import Call, Function, Prompt, Turn
from jackfield.testing.checking import record, sequence
from jackfield.testing.instances import Filler
from jackfield.testing.reading import names_in, numbers_in, proper_names, words_of

_MOST_CALLS = 8


def calls_for(prompt: Prompt) -> tuple[Call, ...]:
    """The calls to make; none if no tool is wanted or fits."""
    if not prompt.functions or prompt.choice == "none":
        return ()
    question = next((turn.text for turn in reversed(prompt.turns) if turn.role == "user"), "")
    if prompt.choice not in {"auto", "required"}:
        chosen = [one for one in prompt.functions if one.name == prompt.choice]
        return _calls(chosen[0], question, prompt) if chosen else ()
    if prompt.choice == "auto" and _answered(prompt.turns):
        return ()
    fitting = [one for one in sorted(prompt.functions, key=lambda one: -_fit(one, question)) if _fit(one, question)]
    if not fitting and prompt.choice == "required":
        fitting = [prompt.functions[0]]
    if not fitting:
        return ()
    if not prompt.parallel:
        return _calls(fitting[0], question, prompt)[:1]
    named = [one for one in fitting if one.name.lower() in question.lower()]
    made = [call for one in named or fitting[:1] for call in _calls(one, question, prompt)]
    return tuple(made[:_MOST_CALLS])


def _answered(turns: Sequence[Turn]) -> bool:
    return bool(turns) and turns[-1].role == "tool"


def _fit(function: Function, question: str) -> int:
    """How well a tool fits: shared words, those of its name counting double, and enough numbers for it."""
    asked = set(words_of(question))
    name = set(words_of(function.name.replace("_", " ").replace("-", " ")))
    shared = 2 * len(asked & name) + len(asked & set(words_of(function.description)))
    wanted = len(_of_type(function.parameters, {"number", "integer"}))
    return shared + (1 if wanted and len(numbers_in(question)) >= wanted else 0)


def _of_type(parameters: Mapping[str, Any], kinds: set[str]) -> list[str]:
    """The names of the required parameters of these types."""
    properties = record(parameters.get("properties"))
    required = sequence(parameters.get("required")) or tuple(properties)
    return [
        name for name, node in properties.items() if name in required and str(record(node).get("type")).lower() in kinds
    ]


def _calls(function: Function, question: str, prompt: Prompt) -> tuple[Call, ...]:
    """One call, or several where the prompt holds the arguments of several."""
    numbers, names = numbers_in(question), names_in(question)
    wanted = len(_of_type(function.parameters, {"number", "integer"}))
    proper = proper_names(question)
    texts = _of_type(function.parameters, {"string"})
    if prompt.parallel and wanted and len(numbers) > wanted and len(numbers) % wanted == 0:
        groups = [(numbers[at : at + wanted], names) for at in range(0, len(numbers), wanted)]
    elif prompt.parallel and len(texts) == 1 and not wanted and len(proper) > 1:
        groups = [(numbers, (name,)) for name in proper]
    else:
        groups = [(numbers, names)]
    made: list[Call] = []
    for some_numbers, some_names in groups[:_MOST_CALLS]:
        root = {"type": "object", **function.parameters}
        filler = Filler(root, seed=(prompt.seed, question, len(made)), numbers=some_numbers, names=some_names)
        made.append(Call(name=function.name, arguments=json.dumps(filler.fill(), ensure_ascii=False)))
    return tuple(made)
