"""The OpenAI-style wire format, so that a provider that speaks it needs only its differences.

Strategy: everything is a table or a pure function over one; `Differences` says how a provider departs from the plain
format, `ChatCompletions` adds the methods that its hooks call, `Reply` reads answers and may be subclassed. Rules:
nothing here knows a provider; what is not in a table is refused by name, never dropped.

Source: https://platform.openai.com/docs/api-reference/chat
"""

from jackfield.dialects.chat_completions.dialect import ChatCompletions
from jackfield.dialects.chat_completions.differences import (
    CHAT_RULES,
    FINISH_REASONS,
    Differences,
    Encode,
    EncodePart,
    Encoding,
    Fault,
    Json,
    ModelTraits,
    Quota,
)
from jackfield.dialects.chat_completions.faults import provider_error
from jackfield.dialects.chat_completions.messages import PARTS, data_url, image_url
from jackfield.dialects.chat_completions.options import CHAT_OPTIONS, web_search, without
from jackfield.dialects.chat_completions.reply import Reply, logprob_events

__all__ = [
    "CHAT_OPTIONS",
    "CHAT_RULES",
    "FINISH_REASONS",
    "PARTS",
    "ChatCompletions",
    "Differences",
    "Encode",
    "EncodePart",
    "Encoding",
    "Fault",
    "Json",
    "ModelTraits",
    "Quota",
    "Reply",
    "data_url",
    "image_url",
    "logprob_events",
    "provider_error",
    "web_search",
    "without",
]
