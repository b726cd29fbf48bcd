"""Why a reply ended: Google's words and ours.

A reply with function calls ends with STOP like any other: the core turns that into `tool_calls`. A `finishMessage` may
stand beside success (it announces function calls, 2026-08), so it is never a sign of an error.

Source: https://ai.google.dev/api/generate-content#FinishReason and #BlockReason (2026-11)
"""

from collections.abc import Mapping

from jackfield.errors import DecodeError
from jackfield.types.results import FinishReason

_STOP, _LENGTH, _FILTER = FinishReason.STOP, FinishReason.LENGTH, FinishReason.CONTENT_FILTER
_ERROR, _OTHER = FinishReason.ERROR, FinishReason.OTHER

FINISH_REASONS: Mapping[str, FinishReason] = {
    "STOP": _STOP,
    "MAX_TOKENS": _LENGTH,
    "CONTINUATION": _LENGTH,  # Gemini 4: to be resumed with `GeminiOptions.continuation_token`
    "SAFETY": _FILTER,
    "RECITATION": _FILTER,
    "BLOCKLIST": _FILTER,
    "PROHIBITED_CONTENT": _FILTER,
    "SPII": _FILTER,
    "MODEL_ARMOR": _FILTER,
    "ESCALATION": _FILTER,
    "IMAGE_SAFETY": _FILTER,
    "IMAGE_PROHIBITED_CONTENT": _FILTER,
    "IMAGE_RECITATION": _FILTER,
    "NO_IMAGE": _ERROR,
    "IMAGE_OTHER": _ERROR,
    "MALFORMED_FUNCTION_CALL": _ERROR,
    "UNEXPECTED_TOOL_CALL": _ERROR,
    "TOO_MANY_TOOL_CALLS": _ERROR,
    "MALFORMED_RESPONSE": _ERROR,
    "MISSING_THOUGHT_SIGNATURE": _ERROR,
    "LANGUAGE": _ERROR,
    "PUP_LIMITED_DISABLED": _ERROR,
    "OTHER": _OTHER,
    "FINISH_REASON_UNSPECIFIED": _OTHER,
}

BLOCK_REASONS: Mapping[str, FinishReason] = dict.fromkeys(
    (
        "BLOCK_REASON_UNSPECIFIED",
        "SAFETY",
        "OTHER",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "IMAGE_SAFETY",
        "MODEL_ARMOR",
        "JAILBREAK",
    ),
    _FILTER,
)


def finish_reason(raw: str, *, strict: bool) -> FinishReason:
    """Our word for Google's; OTHER for one that is new.

    Raises:
        DecodeError: `strict`, and it is new.
    """
    return _known(FINISH_REASONS, raw, FinishReason.OTHER, strict=strict)


def block_reason(raw: str, *, strict: bool) -> FinishReason:
    """Our word for the reason why a prompt was refused.

    Raises:
        DecodeError: `strict`, and it is new.
    """
    return _known(BLOCK_REASONS, raw, FinishReason.CONTENT_FILTER, strict=strict)


def _known(table: Mapping[str, FinishReason], raw: str, default: FinishReason, *, strict: bool) -> FinishReason:
    if strict and raw not in table:
        raise DecodeError(f"unknown reason {raw!r}")
    return table.get(raw, default)
