"""A reply for scripts, and the figures of a reply for people."""

from collections.abc import Mapping
from typing import Any

import attrs

from jackfield.types.results import RateLimit, Result, Usage


def record_of(result: Result[Any]) -> dict[str, Any]:
    """A result as JSON values: what `--json` prints. Bytes are counted, not shown."""
    limits = [_plain(limit) for limit in result.rate_limits.limits]
    return {
        "text": result.text,
        "output": result.output,
        "reasoning": result.reasoning or None,
        "tool_calls": [{"id": one.id, "name": one.name, "arguments": one.arguments_raw} for one in result.tool_calls],
        "citations": [_plain(one) for one in result.citations],
        "media": [{"mime_type": one.mime_type, "bytes": len(one.data or b"")} for one in result.media],
        "finish_reason": result.finish_reason,
        "finish_reason_raw": result.finish_reason_raw,
        "usage": _plain(result.usage) if result.usage else None,
        "rate_limits": limits,
        "warnings": [_plain(one) for one in result.warnings],
        "model": result.model,
        "id": result.id,
        "request_id": result.request_id,
    }


def _plain(value: Any) -> Mapping[str, Any]:
    """The fields of one of our values that hold something, the wire object aside."""
    found = attrs.asdict(value, filter=lambda field, _: field.name not in ("raw", "opaque"))
    return {name: one for name, one in found.items() if one is not None}


def usage_words(usage: Usage | None) -> str:
    """Token counts in words, as far as the provider gave them."""
    if usage is None:
        return "no token counts"
    counts = (
        (usage.input_tokens, "in"),
        (usage.cached_tokens, "of it cached"),
        (usage.output_tokens, "out"),
        (usage.reasoning_tokens, "reasoning"),
        (usage.total_tokens, "in all"),
    )
    return ", ".join(f"{count:,} {word}" for count, word in counts if count is not None) or "no token counts"


def limit_words(limit: RateLimit) -> str:
    """A quota in words."""
    left = "?" if limit.remaining is None else f"{limit.remaining:,}"
    of = "" if limit.limit is None else f" of {limit.limit:,}"
    reset = "" if limit.reset_s is None else f", full again in {_duration(limit.reset_s)}"
    return f"{left}{of} {limit.kind} left{reset}"


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.3g} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def figures(result: Result[Any], seconds: float) -> str:
    """Tokens, quotas and time of one reply, in one line."""
    limits = [limit_words(one) for one in result.rate_limits.limits]
    return "; ".join((f"tokens: {usage_words(result.usage)}", *limits, f"{seconds:.2f} s"))
