"""The judges: what the replies to the probes say, one function a cell.

Rules: a judge sees what was observed in one mode and nothing else, never a table or another provider; it answers with a
verdict and names the observations that it rests on; where nothing was seen it says unknown.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jackfield.scoreboard.errands import QUESTIONS
from jackfield.scoreboard.model import Support
from jackfield.scoreboard.observation import Kept, Observation, Verdict, shown_by, unknown, worked
from jackfield.scoreboard.probes import PAGE
from jackfield.scoreboard.replay import leaves
from jackfield.types.batches import BatchItem
from jackfield.types.parts import ToolCall
from jackfield.types.results import FinishReason, Result

AS_TEXT = "tool-call-as-text"
"""The notice of a plugin that finds a tool call in the text of a reply."""
_NEAR_THE_ROOT = re.compile(r"36[34]")

Seen = Mapping[str, Observation]
"""The observations of one mode by probe name."""

_COUNTS = ("input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens", "total_tokens")


def _results(seen: Seen) -> list[tuple[Observation, Result[Any]]]:
    return [(one, one.result) for one in seen.values() if one.result is not None]


def _share(good: Sequence[Observation], bad: Sequence[Observation], *, missing: str) -> Verdict:
    """True if all are good, false if none is, flaky between."""
    if not good and not bad:
        return unknown("no probe got a reply")
    if not bad:
        return worked(*good)
    names = ", ".join(one.recording for one in bad[:4]) + (", ..." if len(bad) > 4 else "")
    if not good:
        return Verdict(support="false", seen=tuple(bad), cause="refused", reason=f"{missing} in any reply")
    reason = f"{missing} in {len(bad)} of {len(bad) + len(good)} replies: {names}"
    return Verdict(support="flaky", seen=(*good, *bad), cause="refused", reason=reason)


def usage(seen: Seen) -> Verdict:
    """Every reply counts its tokens."""
    good, bad = list[Observation](), list[Observation]()
    for one, result in _results(seen):
        counted = result.usage is not None and any(getattr(result.usage, name) for name in _COUNTS)
        (good if counted else bad).append(one)
    return _share(good, bad, missing="no token counts")


def _expected(probe: str, result: Result[Any]) -> FinishReason:
    if result.tool_calls:
        return FinishReason.TOOL_CALLS
    if probe == "MaxTokens" and _cut(result) is None:
        return FinishReason.LENGTH
    return FinishReason.STOP


def finish(seen: Seen) -> Verdict:
    """Every reply says why it ended, and says it right."""
    good, bad, silent = list[Observation](), list[Observation](), True
    for one, result in _results(seen):
        right = result.finish_reason == _expected(one.probe, result)
        silent = silent and (right or result.finish_reason is None)
        (good if right else bad).append(one)
    return _share(good, bad, missing="no finish reason" if silent else "no finish reason that fits")


def limits(seen: Seen) -> Verdict:
    """The plain answer tells what is left of the quotas."""
    for name in ("Text", "Image"):
        one = seen.get(name)
        if one is not None and one.result is not None:
            if one.result.rate_limits:
                return worked(one)
            return Verdict(support="false", seen=(one,), cause="refused", reason="the reply reports no rate limits")
    return unknown("no plain answer was seen")


def _judge(probe: str, shows: str, fault: Callable[[Result[Any]], str | None]) -> Callable[[Seen], Verdict]:
    """A judge of one probe's result: what it shows, and a function that gives what is wrong with it, or None."""

    def judge(seen: Seen) -> Verdict:
        one = seen.get(probe)
        early = shown_by(one)
        if early is not None or one is None or one.result is None:
            return early or unknown("it was not tried")
        wrong = fault(one.result)
        return worked(one) if wrong is None else Verdict(support="false", seen=(one,), cause="model", reason=wrong)

    judge.__doc__ = shows
    return judge


def _answered(result: Result[Any]) -> str | None:
    return None if result.text or result.reasoning else "the reply is empty"


def _cut(result: Result[Any]) -> str | None:
    if not result.text and not result.reasoning and result.finish_reason != FinishReason.LENGTH:
        return "the reply is empty"
    words = result.text.count(" ")
    return None if words < 20 else f"sixteen tokens were allowed, and {words} words came"


def _stopped(result: Result[Any]) -> str | None:
    if not result.text and not result.reasoning:
        return "the reply is empty: it stops before anything is said"
    if " is " in result.text:
        return "the reply goes on after the text to stop at"
    return None if result.text.count(" ") < 30 else "the reply does not stop early"


def _logprobs(result: Result[Any]) -> str | None:
    return None if result.logprobs or result.reasoning_logprobs else "the reply has no log probabilities"


def _object(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _json(result: Result[Any]) -> str | None:
    return None if isinstance(_object(result.text), dict) else "the reply is not a JSON object"


def _schema(result: Result[Any]) -> str | None:
    value = _object(result.text)
    fits = isinstance(value, dict) and {**value} == {"is_fruit": True}
    return None if fits else "the reply does not fit the schema"


seed = _judge("Seed", "A seed is taken.", _answered)
logprobs = _judge("TopLogprobs", "The reply has log probabilities.", _logprobs)
max_tokens = _judge("MaxTokens", "The reply is cut where it was asked for.", _cut)
stop = _judge("Stop", "The reply stops before the given text.", _stopped)
json_mode = _judge("JSON", "The reply is a JSON object.", _json)
schema = _judge("JSONSchema", "The reply has the given shape.", _schema)


# --- tools ------------------------------------------------------------------------------------------------------------


def _sound(call: ToolCall) -> bool:
    return call.error is None and call.name == "square_root" and call.arguments.get("number") in (132413, "132413")


def _calls(one: Observation | None) -> tuple[ToolCall, ...]:
    return one.result.tool_calls if one is not None and one.result is not None else ()


def _caller(seen: Seen) -> Observation | None:
    """The first observation in which the model called the tool."""
    tried = (seen.get(name) for name in ("Tools-SquareRoot-1", "Tools-SquareRoot-1-any"))
    return next((one for one in tried if _calls(one)), None)


def _no_call(seen: Seen) -> Verdict:
    """Nothing was called: whose doing is it?"""
    for name in ("Tools-SquareRoot-1-any", "Tools-SquareRoot-1"):
        one = seen.get(name)
        if one is not None:
            early = shown_by(one)
            written = one.result is not None and any(one.code == AS_TEXT for one in one.result.warnings)
            reason = "it writes the call as text instead of making it" if written else "it answers without a call"
            return early or Verdict(support="false", seen=(one,), cause="model", reason=reason)
    return unknown("it was not tried")


def tools(seen: Seen) -> Verdict:
    """The model calls the tool with the right number, and uses the result."""
    caller = _caller(seen)
    if caller is None:
        return _no_call(seen)
    if caller.unsent is not None:
        return shown_by(caller) or unknown("it was not tried")
    if not _sound(_calls(caller)[0]):
        return Verdict(support="false", seen=(caller,), cause="model", reason="the call does not hold the number")
    doubts = list(_tool_doubts(seen, caller))
    if doubts:
        observations = (caller, *(one for one, _ in doubts if one is not None))
        return Verdict(support="flaky", seen=observations, cause="model", reason="; ".join(why for _, why in doubts))
    second = [seen[name] for name in ("Tools-SquareRoot-2", "Tools-SquareRoot-2-any") if name in seen]
    return worked(caller, *(one for one in second if one.result is not None))


def _tool_doubts(seen: Seen, caller: Observation) -> Sequence[tuple[Observation | None, str]]:
    doubts = list[tuple[Observation | None, str]]()
    first = seen.get("Tools-SquareRoot-1")
    if first is not None and first is not caller and first.asked and first.result is not None:
        doubts.append((first, "it does not always call"))
    second = [seen[name] for name in ("Tools-SquareRoot-2", "Tools-SquareRoot-2-any") if name in seen]
    tried = [one for one in second if one.recording]
    last = tried[-1] if tried else None
    if last is None:
        doubts.append((None, "it calls, and no recording shows that it uses the result"))
    elif last.result is None:
        doubts.append((last, "giving it the result fails"))
    elif last.result.tool_calls:
        doubts.append((last, "it calls again instead of using the result"))
    elif not _NEAR_THE_ROOT.search(last.result.text):
        doubts.append((last, "it does not tell the result that it was given"))
    doubts.extend((one, f"no sound call for {one.recording}") for one in _bias(seen) if not _countries(one))
    return doubts


def forced(seen: Seen) -> Verdict:
    """A call was required, and came."""
    one = seen.get("Tools-SquareRoot-1")
    early = shown_by(one)
    if early is not None or one is None:
        return early or unknown("it was not tried")
    if not _calls(one):
        return Verdict(support="false", seen=(one,), cause="model", reason="a call was required, and none came")
    return worked(one)


def _bias(seen: Seen) -> list[Observation]:
    tried = [seen[name] for name in ("Tools-ToolBias-Canada", "Tools-ToolBias-USA") if name in seen]
    return [one for one in tried if one.recording]


def _countries(one: Observation) -> list[str]:
    """The countries that were chosen; empty if a call is not sound."""
    chosen = [call.arguments.get("country") for call in _calls(one) if call.error is None]
    named = [country for country in chosen if country in ("Canada", "USA")]
    return [str(country) for country in named] if len(named) == len(_calls(one)) <= 2 else []


def biased(seen: Seen) -> Verdict:
    """It takes the first value of an enum, both ways."""
    both = _bias(seen)
    if len(both) < 2 or not all(_countries(one) for one in both):
        return unknown("the two choices were not both answered", *both)
    first = [set(_countries(one)) == {one.probe.rpartition("-")[2]} for one in both]
    if all(first):
        return Verdict(support="true", seen=tuple(both), reason="it chose the first value both times")
    if any(first):
        return Verdict(
            support="flaky", seen=tuple(both), cause="model", reason="it chose the first value once of twice"
        )
    return Verdict(support="false", seen=tuple(both), cause="model", reason="it never chose the first value alone")


def indecisive(seen: Seen) -> Verdict:
    """It calls twice, once for each value."""
    both = [one for one in _bias(seen) if _countries(one)]
    if not both:
        return unknown("the two choices were not answered", *_bias(seen))
    if any(sorted(_countries(one)) == ["Canada", "USA"] for one in both):
        return worked(*both, reason="it called the tool with both values")
    return Verdict(support="false", seen=tuple(both), cause="model", reason="it made one choice each time")


# --- the web and documents --------------------------------------------------------------------------------------------


def _web(result: Result[Any], words: str) -> bool:
    cited = any(citation.kind == "web" for citation in result.citations)
    return cited or any(words in tool.kind for tool in result.server_tools) or _queried(result.provider_data)


def _queried(facts: Mapping[str, Any]) -> bool:
    """Whether the provider lists the search queries that it made, under whatever name."""
    names = (name.lower() for path, value in leaves(dict(facts)) if value for name in path)
    return any("search" in name and "quer" in name for name in names)


def web_search(seen: Seen) -> Verdict:
    """The reply names web pages, or shows the search that the provider made."""
    one = seen.get("Tools-WebSearch")
    if one is not None and one.result is not None and _web(one.result, "search"):
        return worked(one)
    early = shown_by(one)
    if early is not None or one is None:
        return early or unknown("it was not tried")
    return Verdict(support="false", seen=(one,), cause="model", reason="the reply shows no search")


def web_fetch(seen: Seen) -> Verdict:
    """The reply quotes the page, or the provider names it among the pages that it read."""
    one = seen.get("Tools-WebFetch")
    if one is not None and one.result is not None and _read_page(one.result):
        return worked(one)
    early = shown_by(one)
    if early is not None or one is None:
        return early or unknown("it was not tried")
    return Verdict(support="false", seen=(one,), cause="model", reason="the page is neither quoted nor named")


def _read_page(result: Result[Any]) -> bool:
    named = any((citation.url or "").startswith(PAGE) for citation in result.citations)
    return named or "pas de panique" in result.text.lower()


def citations(seen: Seen) -> Verdict:
    """The reply names the passage of the document that it rests on."""
    tried = [seen[name] for name in ("Citations-text-plain", "Citations-text-markdown", "Citations") if name in seen]
    if not tried:
        return unknown("it was not tried")
    good = [one for one in tried if one.result is not None and one.result.citations]
    if good:
        return worked(*good)
    answered = [one for one in tried if shown_by(one) is None]
    if not answered:
        return shown_by(tried[0]) or unknown("it was not tried")
    return Verdict(support="false", seen=tuple(answered), cause="refused", reason="the reply names no passage")


# --- what is kept -----------------------------------------------------------------------------------------------------


def files(seen: Seen) -> Verdict:
    """A file was taken, and is ready."""
    one = seen.get("Files")
    early = shown_by(one)
    if early is not None or one is None or one.kept is None:
        return early or unknown("it was not tried")
    file, lacking = one.kept.file, ", ".join(one.kept.lacking)
    if file is None or not file.ready:
        return Verdict(support="false", seen=(one,), cause="refused", reason="the file that was taken is not ready")
    return worked(one, reason=f"jackfield has no {lacking} with this provider" if lacking else None)


def batch(seen: Seen) -> Verdict:
    """A batch was taken, ended, and answered every request."""
    begun, ended = seen.get("Batch-1"), seen.get("Batch-2")
    early = shown_by(begun)
    if early is not None or begun is None:
        return early or unknown("it was not tried")
    if ended is None or ended.kept is None or ended.kept.running:
        return unknown("a batch was taken, and its results were not seen", begun)
    return _results_of(begun, ended, ended.kept)


def _results_of(begun: Observation, ended: Observation, kept: Kept) -> Verdict:
    failed = [name for name in QUESTIONS if not _said(kept.items.get(name))]
    if not failed:
        return worked(begun, ended)
    reason = f"of {len(QUESTIONS)} requests in the batch {len(failed)} got no reply"
    support: Support = "false" if len(failed) == len(QUESTIONS) else "flaky"
    return Verdict(support=support, seen=(begun, ended), cause="refused", reason=reason)


def _said(item: BatchItem | None) -> bool:
    return item is not None and item.result is not None and _answered(item.result) is None


JUDGES: Mapping[str, Callable[[Seen], Verdict]] = {
    "usage": usage,
    "finish": finish,
    "limits": limits,
    "seed": seed,
    "tools": tools,
    "biased": biased,
    "indecisive": indecisive,
    "forced": forced,
    "web_search": web_search,
    "web_fetch": web_fetch,
    "json": json_mode,
    "schema": schema,
    "citations": citations,
    "logprobs": logprobs,
    "max_tokens": max_tokens,
    "stop": stop,
    "batch": batch,
    "files": files,
}
"""Cell -> judge, one for each of `model.FEATURES`."""
