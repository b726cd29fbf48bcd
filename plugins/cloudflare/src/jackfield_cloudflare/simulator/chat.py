"""Chat completions on the wire: of models that speak nothing else, and of native ones behind the compatible endpoint.

Shapes: native models put decoded JSON into `content` and give whole answers no usage (recorded by another project in
2025); the others count with every chunk, and once more in a last chunk without choices (the vendor's client, 2026).
"""

import json
from collections.abc import Iterator
from typing import Any

import attrs

from jackfield.testing.answers import Answer, Prompt
from jackfield.testing.chat_completions import DONE, sse, wire_calls, wire_logprobs, with_ids
from jackfield.testing.checking import Json
from jackfield.testing.tokens import label
from jackfield_cloudflare.simulator.models import Kind

_CREATED_S = 1_784_000_000


@attrs.frozen(kw_only=True)
class Chat:
    """One answer, to be written."""

    kind: Kind
    prompt: Prompt
    answer: Answer
    _stamp: str = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_stamp", label(self.prompt, length=32))

    @property
    def _native(self) -> bool:
        return self.kind.backend != "chat"

    def whole(self) -> Json:
        """A whole answer."""
        logprobs = wire_logprobs(self.answer.tokens) if self.prompt.top_logprobs is not None else None
        choice: Json = {
            "index": 0, "message": self._message(), "finish_reason": self.answer.ending, "logprobs": logprobs,
        }  # fmt: skip
        usage = {} if self._native else {"usage": self._usage(self.answer.output_tokens)}
        return self._envelope("chat.completion", [choice]) | usage

    def _message(self) -> Json:
        message: Json = {"role": "assistant", "content": self._content(), "refusal": None}
        if self.answer.reasoning:
            message["reasoning_content"] = self.answer.thinking
        if self.answer.calls:
            message["tool_calls"] = wire_calls(self._calls())
        return message

    def _content(self) -> Any:
        """The text; null beside calls; JSON of native models comes decoded."""
        if self.answer.calls:
            return None
        if self._native and (self.prompt.json_mode or self.prompt.schema is not None) and self.answer.ending == "stop":
            return json.loads(self.answer.text)
        return self.answer.text

    def chunks(self) -> Iterator[bytes]:
        """The events of a stream."""
        done = 0
        for delta in self._deltas():
            done = min(done + 1, self.answer.output_tokens)
            usage = {} if self._native else {"usage": self._usage(done)}
            yield sse(self._chunk(delta) | usage)
        figures = {"usage": self._usage(self.answer.output_tokens)}
        yield sse(self._chunk({}, self.answer.ending) | figures)
        if not self._native:
            yield sse(self._envelope("chat.completion.chunk", []) | figures)
        yield DONE

    def _deltas(self) -> Iterator[Json]:
        yield {"role": "assistant", "content": ""}
        for text in self.answer.reasoning:
            yield {"reasoning_content": text}
        for token in self.answer.tokens:
            yield {"content": token.text}
        for call in wire_calls(self._calls(), indexed=True):
            yield {"tool_calls": [call]}

    def _chunk(self, delta: Json, finish: str | None = None) -> Json:
        choice: Json = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return self._envelope("chat.completion.chunk", [choice])

    def _calls(self) -> Any:
        return with_ids(self.answer, self.prompt, prefix="chatcmpl-tool-", length=16)

    def _envelope(self, kind: str, choices: list[Json]) -> Json:
        made: Json = {"id": f"id-{self._stamp[:13]}", "object": kind, "created": _CREATED_S, "model": self.prompt.model}
        return made | {"choices": choices}

    def _usage(self, outputs: int) -> Json:
        inputs = self.answer.input_tokens
        made: Json = {"prompt_tokens": inputs, "completion_tokens": outputs, "total_tokens": inputs + outputs}
        if self.kind.reasons:
            made["completion_tokens_details"] = {"reasoning_tokens": len(self.answer.reasoning)}
        return made
