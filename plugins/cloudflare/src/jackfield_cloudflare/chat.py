"""The chat-shaped answers, from `/ai/v1/chat/completions` and from newer models on the native path.

The shared dialect reads them; here stands what Workers AI adds: in JSON mode `content` is the object itself (recorded
by another project, 2026), older models answer as `text_completion`, ids of calls repeat (kimi, 2026), usage has
neurons.

Source: https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from jackfield import wire
from jackfield.dialects.chat_completions import Reply
from jackfield.dialects.chat_completions.wiretypes import (
    Choice,
    Completion,
    CompletionDetails,
    Message,
    PromptDetails,
    Usage,
)
from jackfield.errors import ProviderError
from jackfield.http import HttpResponse
from jackfield.sse import Frame
from jackfield.types.events import Alternative, Event, ProviderData, ToolCallDelta
from jackfield.types.requests import GenerateRequest
from jackfield.values import frozen
from jackfield_cloudflare.differences import CHAT
from jackfield_cloudflare.errors import error_objects, error_of
from jackfield_cloudflare.wiretypes import UniqueIds, is_list


@frozen(kw_only=True)
class ChatMessage(Message):
    """A message or a delta; `content` is text, or any JSON value in JSON mode."""

    content: Any = None
    refusal: str | None = None
    annotations: Any = None
    audio: Any = None
    function_call: Any = None


@frozen(kw_only=True)
class ChatChoice(Choice):
    """A choice; `text` takes the place of the message in a `text_completion`."""

    message: ChatMessage | None = None
    delta: ChatMessage | None = None
    text: str | None = None
    stop_reason: Any = None
    prompt_logprobs: Any = None
    token_ids: Any = None


@frozen(kw_only=True)
class ChatPromptDetails(PromptDetails):
    """How the prompt's tokens divide."""

    audio_tokens: int | None = None


@frozen(kw_only=True)
class ChatCompletionDetails(CompletionDetails):
    """How the reply's tokens divide."""

    audio_tokens: int | None = None
    accepted_prediction_tokens: int | None = None
    rejected_prediction_tokens: int | None = None


@frozen(kw_only=True)
class ChatUsage(Usage):
    """Tokens, and in newer answers neurons."""

    prompt_tokens_details: ChatPromptDetails | None = None
    completion_tokens_details: ChatCompletionDetails | None = None
    neurons: float | None = None


@frozen(kw_only=True)
class ChatCompletion(Completion):
    """A whole answer, or one chunk."""

    choices: tuple[ChatChoice, ...] = ()
    usage: ChatUsage | None = None
    prompt_logprobs: Any = None
    prompt_token_ids: Any = None
    kv_transfer_params: Any = None
    p: str | None = None


_DIFFERENCES = attrs.evolve(CHAT, completion=ChatCompletion)


class ChatReply(Reply):
    """Reads one chat-shaped answer, whole or streamed."""

    def __init__(self, request: GenerateRequest, response: HttpResponse) -> None:
        """Start with the answer's status and headers."""
        super().__init__(_DIFFERENCES, request, response)
        self._ids = UniqueIds()

    def text(self, message: Message, index: int) -> Sequence[Event]:
        """The text; a value in its place is written as JSON, a refusal counts as text."""
        content: Any = message.content
        if isinstance(message, ChatMessage) and content in (None, ""):
            content = message.refusal
        if content is not None and not isinstance(content, str):
            content = wire.dumps_text(content)
        return super().text(attrs.evolve(message, content=content), index)

    def tool_calls(self, message: Message) -> Iterable[Event]:
        """The calls, each with an id of its own."""
        for event in super().tool_calls(message):
            if isinstance(event, ToolCallDelta):
                yield attrs.evolve(event, id=self._ids.unique(event.id, event.index))
            else:
                yield event

    def completion_events(self, completion: Completion) -> Iterator[Event]:
        """The text of a `text_completion`, and the neurons."""
        if not isinstance(completion, ChatCompletion):
            return
        for choice in completion.choices:
            if choice.text:
                for event in super().text(ChatMessage(content=choice.text), choice.index):
                    yield event if choice.index == 0 else Alternative(index=choice.index, event=event)
        if completion.usage is not None and completion.usage.neurons is not None:
            yield ProviderData(data={"neurons": completion.usage.neurons})

    def error(self, chunk: Mapping[str, Any], frame: Frame) -> ProviderError | None:
        """The error of a chunk, in the envelope's shape or in OpenAI's."""
        errors = error_objects(chunk)
        return error_of(self.response, errors, in_stream=True) if errors else super().error(chunk, frame)


def is_reply(output: Mapping[str, Any]) -> bool:
    """Whether an answer or a chunk is of this shape."""
    return is_list(output.get("choices"))
