"""Reading a recorded answer, and comparing what was read with what it says.

`differences` is the one judge: it names each fact that a Result or an error gets wrong. What is specific to a provider
stands in the tables at the end.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.corpus.recordings import Interaction, plugin

from jackfield.errors import IncompleteStream, ProviderError
from jackfield.http import HttpResponse
from jackfield.session import StreamSession
from jackfield.types.events import Event
from jackfield.types.results import RateLimit, RateLimits, Result

TERMINAL: Mapping[str, re.Pattern[bytes]] = {
    "groq": re.compile(rb"^data: \[DONE\]", re.MULTILINE),
    "cloudflare": re.compile(rb"^data: \[DONE\]", re.MULTILINE),
    "cerebras": re.compile(rb'"finish_reason":\s?"'),
    "gemini": re.compile(rb'"finishReason":'),
}
"""The event without which a stream of that provider is not whole."""

Wrong = dict[str, tuple[object, object]]
"""What was read and what was expected, by the name of the fact."""


def session(interaction: Interaction, *, strict: bool = True) -> StreamSession:
    """A session ready for the bytes of a streamed answer."""
    head = HttpResponse(status=interaction.response.status, headers=interaction.response.headers)
    parser = plugin(interaction.provider).hooks.parse_stream(request=interaction.request(strict=strict), response=head)
    return StreamSession(interaction.provider, parser, head)


def stream(
    interaction: Interaction, chunks: Iterable[bytes], *, strict: bool = True
) -> tuple[list[Event], Result[None]]:
    """The events and the result of a streamed answer that arrives in these chunks."""
    reading = session(interaction, strict=strict)
    events = list(reading.open())
    for chunk in chunks:
        if reading.done:
            break
        events += reading.feed(chunk)
    events += reading.close()
    return events, reading.result()


def read(interaction: Interaction, *, strict: bool = True) -> Result[None]:
    """The result of a recorded answer, whole or streamed; of a stream that was recorded cut, what it delivered."""
    if interaction.streamed:
        body = interaction.response.body
        try:
            return stream(interaction, [body], strict=strict)[1]
        except IncompleteStream as error:
            if TERMINAL[interaction.provider].search(body):
                raise
            partial: Result[None] = error.partial
            return partial
    hooks = plugin(interaction.provider).hooks
    result: Result[None] = hooks.decode_response(
        request=interaction.request(strict=strict), response=interaction.response
    )
    return result


def differences(result: Result[None], interaction: Interaction) -> Wrong:
    """Every fact of the result that is not as expected."""
    expected = interaction.expected
    think = expected["inline_think"]
    facts = {
        "text": _text(result.text, expected) if think is None else (result.text, think["answer"]),
        "reasoning": (result.reasoning, expected["reasoning"] + (think["thought"] if think else "")),
        "tool_calls": _tool_calls(result, expected),
        "finish_reason": (result.finish_reason_raw, expected["finish_reason"]),
        "finish_message": (result.finish_message, expected["finish_message"]),
        "usage": (_usage(result), expected["usage"]),
        "usage_raw": (result.usage and result.usage.raw, expected["usage_raw"]),
        "logprobs": _logprobs(result, expected),
        "media": (_media(result), expected["media"]),
        "media_refs": ([one.url for one in result.media if one.url], expected["media_refs"]),
        "model": (result.model, expected["model"]),
        "thought_signatures": (_signatures(result), expected["thought_signatures"]),
        **rate_limits(result.rate_limits, expected["rate_limits"]),
        **CITATIONS[interaction.provider](result, expected["citations"]),
    }
    return {name: (got, wanted) for name, (got, wanted) in facts.items() if got != wanted}


def _text(text: str, expected: Mapping[str, Any]) -> tuple[object, object]:
    """An answer that the provider sent as JSON is our text in any spelling."""
    if expected["text_json"] is not None:
        return json.loads(text), expected["text_json"]
    return text, expected["text"]


def _tool_calls(result: Result[None], expected: Mapping[str, Any]) -> tuple[object, object]:
    wanted = expected["tool_calls"]
    assert all(call.id for call in result.tool_calls), "a call has no id"
    made_up = {number for number, call in enumerate(wanted) if call["id"] is None}  # the provider sent none
    got = [
        {"id": None if number in made_up else call.id, "name": call.name, "arguments": call.arguments}
        for number, call in enumerate(result.tool_calls)
    ]
    return got, wanted


def _usage(result: Result[None]) -> object:
    usage = result.usage
    return usage and {
        "prompt": usage.input_tokens,
        "completion": usage.output_tokens,
        "total": usage.total_tokens,
        "cached": usage.cached_tokens,
        "reasoning": usage.reasoning_tokens,
        "tool_prompt": usage.tool_input_tokens,
    }


def _logprobs(result: Result[None], expected: Mapping[str, Any]) -> tuple[object, object]:
    tokens = result.logprobs or ()
    longest = max((len(token.top) for token in tokens), default=0)
    return (len(tokens), longest), (expected["logprob_tokens"], expected["logprob_top"])


def _media(result: Result[None]) -> object:
    return [
        {"mime": one.mime_type, "sha256": hashlib.sha256(one.data).hexdigest(), "bytes": len(one.data)}
        for one in result.media
        if one.data is not None
    ]


def _signatures(result: Result[None]) -> int:
    """The parts that carry opaque state which is a signature."""
    opaque = [getattr(part, "opaque", None) for part in result.message.parts]
    return sum("thoughtSignature" in one.data for one in opaque if one is not None)


# --- rate limits -----------------------------------------------------------------------------------------------------

PERIODS = {"minute": 60.0, "hour": 3600.0, "day": 86400.0}
HEADER = re.compile(
    r"x-ratelimit-(?P<fact>limit|remaining|reset)-(?P<kind>requests|tokens)(?:-(?P<period>minute|hour|day))?"
)
UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


def rate_limits(got: RateLimits | None, headers: Mapping[str, str]) -> Wrong:
    """Each header against the quota that was read; no quota may be there without a header."""
    limits = got.limits if got else ()
    facts: Wrong = {"rate limits": (bool(limits), bool(headers))}
    for name, text in headers.items():
        match = HEADER.fullmatch(name)
        assert match is not None, name
        limit = next((one for one in limits if _is_meant(one, match)), None)
        attribute = "reset_s" if match["fact"] == "reset" else match["fact"]
        wanted = _seconds(text) if match["fact"] == "reset" else int(text)
        value = getattr(limit, attribute, None)
        facts[name] = (value if isinstance(value, int | None) else round(value, 9), wanted)
    return facts


def _is_meant(limit: RateLimit, header: re.Match[str]) -> bool:
    return limit.kind == header["kind"] and header["period"] in (
        None,
        *(k for k, v in PERIODS.items() if v == limit.period_s),
    )


def _seconds(text: str) -> float:
    pieces = re.findall(r"([0-9.]+)(h|ms|us|µs|ns|m|s)?", text)
    return round(sum(float(number) * UNITS[unit or "s"] for number, unit in pieces), 9)


# --- errors ----------------------------------------------------------------------------------------------------------


def error_differences(error: ProviderError, interaction: Interaction) -> Wrong:
    """Every fact of the error that is not as expected."""
    expected = interaction.expected["error"]
    in_stream = expected["where"] == "stream"
    facts = {
        "message": (error.message, expected["message"]),
        "type": (error.type, expected["type"] or error.type),
        "param": (error.param, expected["param"]),
        "failed_generation": (error.failed_generation, expected["failed_generation"]),
        "in_stream": (error.in_stream, in_stream),
        "status": (error.status, error.status if in_stream else interaction.expected["status"]),
        "provider": (error.provider, interaction.provider),
        **rate_limits(error.rate_limits, interaction.expected["rate_limits"]),
    }
    for fact in ("code", "status"):  # a number or a word; some providers repeat the HTTP status as a code
        if expected[fact] is not None:
            known = {str(error.code), str(error.type), str(error.status)}
            facts[f"provider's {fact}"] = (known, known | {str(expected[fact])})
    return {name: (got, wanted) for name, (got, wanted) in facts.items() if got != wanted}


# --- what is specific to a provider -----------------------------------------------------------------------------------


def _no_citations(result: Result[None], expected: object) -> Wrong:
    return {"citations": (result.citations, ()), "expected citations": (None, expected)}


def _groq_citations(result: Result[None], expected: Mapping[str, Any] | None) -> Wrong:
    wanted = expected or {"executed_tools": [], "search_results": 0, "urls": []}
    return {
        "executed tools": ([tool.name or tool.kind for tool in result.server_tools], wanted["executed_tools"]),
        "citations": ([one.url for one in result.citations], wanted["urls"]),
        "search results": (len(result.citations), wanted["search_results"]),
    }


def _gemini_citations(result: Result[None], expected: Mapping[str, Any] | None) -> Wrong:
    wanted: list[str] = expected["urls"] if expected else []
    return {"citations": (list(dict.fromkeys(one.url for one in result.citations)), wanted)}


CITATIONS: Mapping[str, Callable[[Result[None], Any], Wrong]] = {
    "groq": _groq_citations,
    "cerebras": _no_citations,
    "cloudflare": _no_citations,
    "gemini": _gemini_citations,
}
