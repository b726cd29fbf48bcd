"""What the servers take beside the plain format, typed: `extra=CompatibleOptions(min_p=0.05)`.

A server may not know all of these, and some servers ignore what they do not know. Sources, by server:
https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html (2026-11),
https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md (2026-11),
https://lmstudio.ai/docs/app/api/endpoints/openai (2026-11).
"""

from collections.abc import Mapping
from typing import Any

import attrs


@attrs.frozen(kw_only=True)
class CompatibleOptions:
    """Options of self-hosted servers.

    Attributes:
        top_k: sample from the k likeliest tokens (vLLM, llama.cpp, LM Studio).
        min_p: least probability, relative to the likeliest token (vLLM, llama.cpp).
        repetition_penalty: vLLM's name for it.
        repeat_penalty: the name with llama.cpp and LM Studio.
        chat_template_kwargs: given to the chat template, such as `{"enable_thinking": False}` (vLLM, llama.cpp).
        body: further members of the request, exactly as the server wants them.
    """

    top_k: int | None = None
    min_p: float | None = None
    repetition_penalty: float | None = None
    repeat_penalty: float | None = None
    chat_template_kwargs: Mapping[str, Any] | None = None
    body: Mapping[str, Any] | None = attrs.field(default=None, metadata={"members": True})
