"""Answers prompts by rule, the same way every time, and says so.

Strategy: decide what is wanted (a tool call, the use of a tool's result, JSON, a medium looked at, given words, a
long text, or just talk), write it, then cut it at the stop sequences and the token limit like a model would. Rules:
nothing is pretended: free text names itself simulated, and what is said about a medium was computed from its bytes.
"""

import json
import re
from collections.abc import Callable, Sequence

from jackfield.testing.answers import Answer, Call, Ending, Prompt, Token, Turn
from jackfield.testing.calling import calls_for
from jackfield.testing.instances import Filler
from jackfield.testing.reading import names_in, numbers_in, topic_of
from jackfield.testing.tokens import number, tokenize, with_logprobs

_EXACT = re.compile(
    r"\b(?:say|repeat|echo)\b\s+(?:the word\s+)?(?:\"([^\"]+)\"|“([^”]+)”|'([^']+)'|(\w+))", re.IGNORECASE
)
_LONG = re.compile(r"\b(\d{1,6})\s+words\b", re.IGNORECASE)
_MOST_WORDS = 200_000
_ENDINGS = (
    "Ask a real model for the rest.",
    "Nothing behind these words has been thought.",
    "It is made by rule, and the same question gets the same words.",
    "With a key, the same program would reach a model.",
    "The wires are real, only the far end is not.",
)
_FILLING = ("simulated", "words", "follow", "one", "another", "in", "order", "without", "any", "meaning")
_THOUGHTS = (
    "The prompt is about {topic}.",
    "No model runs here, so these thoughts are simulated.",
    "The answer will say that plainly.",
    "The length limit and the stop sequences have to be kept.",
    "Everything follows from the prompt and the seed.",
)
_TURN_TOKENS = 4
_SIGHT_TOKENS = 255


def respond(prompt: Prompt) -> Answer:
    """Answer a prompt."""
    calls = calls_for(prompt)
    thoughts = _thoughts(prompt)
    counted = _input_tokens(prompt)
    if calls:
        return _limited(prompt, thoughts, "", calls, counted)
    return _limited(prompt, thoughts, _text(prompt), (), counted)


def _limited(prompt: Prompt, thoughts: tuple[str, ...], text: str, calls: tuple[Call, ...], counted: int) -> Answer:
    """Cut at the stop sequences, then at the limit, which reasoning uses up first; a call that is cut is left out."""
    left = prompt.max_tokens if prompt.max_tokens is not None else 10**9
    reasoning = thoughts[:left]
    left -= len(reasoning)
    tokens = tokenize(_stopped(text, prompt.stop))
    call_tokens = sum(len(tokenize(call.name + call.arguments)) for call in calls)
    too_long = len(thoughts) > len(reasoning) or max(len(tokens), call_tokens) > left
    ending: Ending = "length" if too_long else "tool_calls" if calls else "stop"
    shown = tokens[:left]
    return Answer(
        reasoning=reasoning,
        tokens=with_logprobs(shown, prompt.top_logprobs or 0) if prompt.top_logprobs is not None else _plain(shown),
        calls=() if too_long else calls,
        ending=ending,
        cited=_cited("".join(shown), prompt),
        input_tokens=counted,
        call_tokens=min(call_tokens, left),
    )


def _plain(texts: Sequence[str]) -> tuple[Token, ...]:
    return tuple(Token(text=text) for text in texts)


def _stopped(text: str, stops: Sequence[str]) -> str:
    places = [place for place in (text.find(stop) for stop in stops if stop) if place >= 0]
    return text[: min(places)] if places else text


def _thoughts(prompt: Prompt) -> tuple[str, ...]:
    """The reasoning, as many sentences as are wanted."""
    topic = topic_of(_question(prompt).text) or "nothing in particular"
    sentences = [_THOUGHTS[place % len(_THOUGHTS)].format(topic=topic) for place in range(prompt.thoughts)]
    return tokenize(" ".join(sentences))[: prompt.think_tokens]


def _input_tokens(prompt: Prompt) -> int:
    said = sum(len(tokenize(turn.text)) + _TURN_TOKENS + _SIGHT_TOKENS * len(turn.sights) for turn in prompt.turns)
    called = sum(len(tokenize(call.name + call.arguments)) for turn in prompt.turns for call in turn.calls)
    offered = sum(len(tokenize(f"{one.name}{one.description}{json.dumps(one.parameters)}")) for one in prompt.functions)
    return said + called + offered + sum(len(tokenize(text)) for _, text in prompt.documents)


def _question(prompt: Prompt) -> Turn:
    """The last thing that the user said."""
    return next((turn for turn in reversed(prompt.turns) if turn.role == "user"), Turn(role="user"))


def _text(prompt: Prompt) -> str:
    return next(text for text in (maker(prompt) for maker in _MAKERS) if text is not None)


def _structured(prompt: Prompt) -> str | None:
    """A value of the wanted shape, as JSON."""
    question = _question(prompt).text
    if prompt.schema is None:
        return json.dumps(_object(prompt, question), ensure_ascii=False) if prompt.json_mode else None
    filler = Filler(prompt.schema, seed=(prompt.seed, question), numbers=numbers_in(question), names=names_in(question))
    return json.dumps(filler.fill(), ensure_ascii=False)


def _object(prompt: Prompt, question: str) -> dict[str, object]:
    made: dict[str, object] = {"simulated": True, "topic": topic_of(question), "numbers": list(numbers_in(question))}
    return made | {f"seed_{prompt.seed}": number(prompt.seed, question) % 1000} if prompt.seed is not None else made


def _from_results(prompt: Prompt) -> str | None:
    """What the tools said, if the conversation ends with their results."""
    if not prompt.turns or prompt.turns[-1].role != "tool":
        return None
    last = len(prompt.turns) - next(
        (place for place, turn in enumerate(reversed(prompt.turns)) if turn.role != "tool"), len(prompt.turns)
    )
    said = [
        f"The tool {turn.tool or 'that was called'} {'failed: ' if turn.failed else 'returned '}{turn.text}"
        for turn in prompt.turns[last:]
    ]
    sights = [str(sight) for turn in prompt.turns[last:] for sight in turn.sights]
    return " ".join(f"{sentence}." for sentence in (*said, *sights)) + " (Simulated reply.)"


def _from_sights(prompt: Prompt) -> str | None:
    """What can be computed about the media of the question."""
    sights = _question(prompt).sights
    if not sights:
        return None
    words = [topic_of(sight.words) for sight in sights if sight.words]
    seen = "; ".join((*map(str, sights), *(f"its text is about {topic}" for topic in words)))
    return f"Simulated look, read from the bytes alone: {seen}. What it shows cannot be told without a model."


def _exact(prompt: Prompt) -> str | None:
    """The words that the user wants to hear."""
    found = _EXACT.search(_question(prompt).text)
    return next(group for group in found.groups() if group).capitalize() + "." if found else None


def _long(prompt: Prompt) -> str | None:
    """As many words as are asked for."""
    found = _LONG.search(_question(prompt).text)
    if not found:
        return None
    start = number(prompt.seed) % len(_FILLING) if prompt.seed is not None else 0
    return " ".join(_FILLING[(start + place) % len(_FILLING)] for place in range(min(int(found[1]), _MOST_WORDS)))


def _quoted(prompt: Prompt) -> str | None:
    """The first sentence of each document."""
    if not prompt.documents:
        return None
    return "Simulated quotations: " + " ".join(_first_sentence(text) for _, text in prompt.documents)


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s", text.strip(), maxsplit=1)[0]


def _cited(text: str, prompt: Prompt) -> tuple[tuple[str, int, int], ...]:
    quotations = ((name, _first_sentence(document)) for name, document in prompt.documents)
    return tuple(
        (name, text.index(quotation), text.index(quotation) + len(quotation))
        for name, quotation in quotations
        if quotation and quotation in text
    )


def _talk(prompt: Prompt) -> str:
    """A reply about the topic that hides nothing."""
    question = _question(prompt)
    topic = topic_of(question.text)
    said = [f"This is a simulated reply to “{' '.join(question.text.split())[:120]}”; no model was asked."]
    if topic:
        said.append(f"It is about {topic}.")
    earlier = [turn.text for turn in prompt.turns if turn.role == "user" and turn is not question and turn.text]
    if earlier:
        said.append(f"Before that you wrote “{' '.join(earlier[-1].split())[:80]}”.")
    if prompt.searches:
        said.append("A web search would run here; none did.")
    start = number(prompt.seed, question.text)
    said.append(_ENDINGS[start % len(_ENDINGS)])
    if prompt.seed is not None:
        said.append(f"With seed {prompt.seed} it ends with {start % 9973}.")
    return " ".join(said)


_MAKERS: tuple[Callable[[Prompt], str | None], ...] = (
    _structured, _from_results, _from_sights, _exact, _long, _quoted, _talk,
)  # fmt: skip
