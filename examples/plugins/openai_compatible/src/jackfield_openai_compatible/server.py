"""The table of differences: what these servers have in common, and where they depart from the plain format.

Sources: see `options`.
"""

from jackfield.dialects.chat_completions import CHAT_OPTIONS, ChatCompletions, Fault
from jackfield.errors import RequestTooLarge
from jackfield.schema import STANDARD
from jackfield_openai_compatible.options import CompatibleOptions
from jackfield_openai_compatible.wiretypes import Completion

SERVER = ChatCompletions(
    provider="openai-compatible",
    name="OpenAI-compatible server",
    base_url="http://localhost:8000",  # where vLLM listens by default
    base_url_required=True,
    base_url_variables=("OPENAI_COMPATIBLE_BASE_URL",),
    prefix="/v1",
    api_version="1.0",
    docs_url="https://platform.openai.com/docs/api-reference/chat",
    key_variables=("OPENAI_COMPATIBLE_API_KEY",),
    key_required=False,
    options_type=CompatibleOptions,
    # llama.cpp and LM Studio do not know max_completion_tokens; all of them know max_tokens (2026-11).
    options={**CHAT_OPTIONS, "max_tokens": "max_tokens"},
    # Each compiles the schema to a grammar of its own; what is in it goes as it is.
    strict_schema=STANDARD,
    completion=Completion,
    facts=(
        ("created", ("created",)),
        ("system_fingerprint", ("system_fingerprint",)),
        ("timings", ("timings",)),  # llama.cpp: milliseconds and tokens a second
        ("stats", ("stats",)),  # LM Studio: the same under other names
    ),
    error_codes={"context_length_exceeded": Fault(error=RequestTooLarge)},
    error_types={"exceed_context_size_error": Fault(error=RequestTooLarge)},  # llama.cpp
)
