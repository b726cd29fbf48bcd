"""Token counts.

Each event of a stream carries a running figure of which the last one counts: it is a snapshot, not a delta, and
figures may go down (code execution, 2026-08). Absent stays None; nothing is added up, because totals contain what is
not itemized.

Source: https://ai.google.dev/api/generate-content#UsageMetadata
"""

from collections.abc import Mapping
from typing import Any

from jackfield import wire
from jackfield.types.results import Usage

_COUNTS: Mapping[str, str] = {
    "promptTokenCount": "input_tokens",
    "candidatesTokenCount": "output_tokens",
    "thoughtsTokenCount": "reasoning_tokens",
    "cachedContentTokenCount": "cached_tokens",
    "totalTokenCount": "total_tokens",
    "toolUsePromptTokenCount": "tool_input_tokens",
}
_INTEGERS = frozenset({int})


def usage_of(metadata: Mapping[str, Any], *, strict: bool = False) -> Usage:
    """The usage of one answer or event.

    Raises:
        DecodeError: a count is no integer, or `strict` and a field is unknown.
    """
    counts = {_COUNTS[name]: count for name, count in metadata.items() if name in _COUNTS}
    if strict or not _INTEGERS.issuperset(map(type, counts.values())):
        from jackfield_gemini.wiretypes import UsageMetadata

        wire.structure(metadata, UsageMetadata, strict=strict)
    return Usage(raw=metadata, **counts)
