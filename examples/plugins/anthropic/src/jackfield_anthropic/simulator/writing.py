"""The simulated API's answers on the wire, whole and streamed."""

import json
from collections.abc import Iterator
from typing import Any

import attrs

from jackfield.testing.answers import Answer, Prompt
from jackfield.testing.chat_completions import with_ids
from jackfield.testing.checking import Json
from jackfield.testing.tokens import label

_ENDINGS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use"}
_PIECE = 7


@attrs.frozen(kw_only=True)
class Reply:
    """One answer, to be written."""

    prompt: Prompt
    answer: Answer
    stamp: str

    def whole(self) -> Json:
        """A message that is not streamed."""
        return {**self._shell(), "content": self._blocks(), **self._end(), "usage": self._usage()}

    def events(self) -> Iterator[bytes]:
        """The events of a streamed message."""
        start: Json = {**self._shell(), "content": [], "stop_reason": None, "stop_sequence": None}
        yield _event("message_start", message={**start, "usage": {**self._usage(), "output_tokens": 1}})
        yield _event("ping")
        for index, block in enumerate(self._blocks()):
            empty, pieces = self._in_pieces(block)
            yield _event("content_block_start", index=index, content_block=empty)
            for piece in pieces:
                yield _event("content_block_delta", index=index, delta=piece)
            yield _event("content_block_stop", index=index)
        yield _event("message_delta", delta=self._end(), usage={"output_tokens": self.answer.output_tokens})
        yield _event("message_stop")

    def _shell(self) -> Json:
        return {"id": f"msg_{self.stamp}", "type": "message", "role": "assistant", "model": self.prompt.model}

    def _end(self) -> Json:
        return {"stop_reason": _ENDINGS[self.answer.ending], "stop_sequence": None}

    def _blocks(self) -> list[Json]:
        blocks: list[Json] = []
        if self.answer.reasoning:
            proof = f"simulated-{label(self.answer.thinking, length=40)}"
            blocks.append({"type": "thinking", "thinking": self.answer.thinking, "signature": proof})
        if self.answer.tokens or not self.answer.calls:
            blocks.append({"type": "text", "text": self.answer.text})
        blocks += [
            {"type": "tool_use", "id": call.id, "name": call.name, "input": json.loads(call.arguments)}
            for call in with_ids(self.answer, self.prompt, prefix="toolu_", length=24)
        ]
        return blocks

    def _in_pieces(self, block: Json) -> tuple[Json, list[Json]]:
        """The block as it starts, and the pieces that follow."""
        if block["type"] == "thinking":
            pieces = [{"type": "thinking_delta", "thinking": text} for text in self.answer.reasoning]
            proof = {"type": "signature_delta", "signature": block["signature"]}
            return {"type": "thinking", "thinking": "", "signature": ""}, [*pieces, proof]
        if block["type"] == "text":
            return {"type": "text", "text": ""}, [
                {"type": "text_delta", "text": one.text} for one in self.answer.tokens
            ]
        written = dump(block["input"])
        parts = ("", *(written[at : at + _PIECE] for at in range(0, len(written), _PIECE)))
        return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": part} for part in parts]

    def _usage(self) -> Json:
        usage: Json = {
            "input_tokens": self.answer.input_tokens,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": self.answer.output_tokens,
            "service_tier": "standard",
        }
        if self.answer.reasoning:
            usage["output_tokens_details"] = {"thinking_tokens": len(self.answer.reasoning)}
        return usage


def _event(kind: str, **facts: Any) -> bytes:
    return sse(kind, {"type": kind, **facts})


def sse(kind: str, value: Json) -> bytes:
    """One server-sent event."""
    return f"event: {kind}\ndata: {dump(value)}\n\n".encode()


def dump(value: Any) -> str:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def quota_headers(request_number: str) -> dict[str, str]:
    """What is left of a minute's quotas.

    Source: https://platform.claude.com/docs/en/api/rate-limits
    """
    used = min(int(request_number or 1), 50)
    return {
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": str(50 - used),
        "anthropic-ratelimit-requests-reset": "2026-11-21T00:01:00Z",
        "anthropic-ratelimit-tokens-limit": "80000",
        "anthropic-ratelimit-tokens-remaining": "79000",
        "anthropic-ratelimit-tokens-reset": "2026-11-21T00:01:00Z",
    }
