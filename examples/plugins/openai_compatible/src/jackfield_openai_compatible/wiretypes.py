"""What the servers add to a reply, so that strict mode knows it. Sources: see `options`."""

from collections.abc import Mapping
from typing import Any

import attrs

from jackfield.dialects.chat_completions import wiretypes


@attrs.frozen(kw_only=True)
class Message(wiretypes.Message):
    """A message or delta. vLLM sends OpenAI's empty members along."""

    refusal: str | None = None
    annotations: Any = None
    audio: Any = None
    function_call: Any = None


@attrs.frozen(kw_only=True)
class Choice(wiretypes.Choice):
    """One reply. `stop_reason` (vLLM) is the stop sequence or token that ended it."""

    message: Message | None = None
    delta: Message | None = None
    stop_reason: Any = None
    token_ids: Any = None


@attrs.frozen(kw_only=True)
class Completion(wiretypes.Completion):
    """A reply or a chunk."""

    choices: tuple[Choice, ...] = ()
    timings: Mapping[str, Any] | None = None
    stats: Mapping[str, Any] | None = None
    model_info: Mapping[str, Any] | None = None
    runtime: Mapping[str, Any] | None = None
    prompt_logprobs: Any = None
    prompt_token_ids: Any = None
    kv_transfer_params: Any = None
