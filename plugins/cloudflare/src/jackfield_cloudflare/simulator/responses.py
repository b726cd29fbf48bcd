"""Responses on the wire, whole and as typed events: gpt-oss. Documented and typed by the vendor, never recorded.

Source: https://developers.cloudflare.com/workers-ai/models/gpt-oss-120b/ (2026-11)
"""

from collections.abc import Iterator

import attrs

from jackfield.testing.answers import Answer, Prompt
from jackfield.testing.chat_completions import sse, with_ids
from jackfield.testing.checking import Json
from jackfield.testing.tokens import label

_CREATED_S = 1_784_000_000


@attrs.frozen(kw_only=True)
class Responses:
    """One answer, to be written."""

    prompt: Prompt
    answer: Answer
    _stamp: str = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_stamp", label(self.prompt, length=32))

    def whole(self) -> Json:
        """A whole answer."""
        cut = self.answer.ending == "length"
        return {
            "id": f"resp_{self._stamp}",
            "object": "response",
            "created_at": _CREATED_S,
            "model": self.prompt.model,
            "status": "incomplete" if cut else "completed",
            "error": None,
            "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
            "output": self._items(),
            "usage": {
                "input_tokens": self.answer.input_tokens,
                "output_tokens": self.answer.output_tokens,
                "total_tokens": self.answer.input_tokens + self.answer.output_tokens,
                "output_tokens_details": {"reasoning_tokens": len(self.answer.reasoning)},
            },
        }

    def _items(self) -> list[Json]:
        """Reasoning, then the message, then the calls."""
        made: list[Json] = []
        if self.answer.reasoning:
            content = [{"type": "reasoning_text", "text": self.answer.thinking}]
            made.append({"type": "reasoning", "id": f"rs_{self._stamp}", "summary": [], "content": content})
        if self.answer.text:
            text: Json = {"type": "output_text", "text": self.answer.text, "annotations": []}
            made.append(self._message([text], "completed"))
        made.extend(
            {
                "type": "function_call",
                "id": f"fc_{call.id}",
                "call_id": call.id,
                "name": call.name,
                "arguments": call.arguments,
                "status": "completed",
            }
            for call in with_ids(self.answer, self.prompt, prefix="call_", length=24)
        )
        return made

    def _message(self, content: list[Json], status: str) -> Json:
        return {
            "type": "message",
            "id": f"msg_{self._stamp}",
            "role": "assistant",
            "status": status,
            "content": content,
        }

    def events(self) -> Iterator[bytes]:
        """The events of a stream, each with its number."""
        for at, event in enumerate(self._bare_events()):
            yield sse({**event, "sequence_number": at}, event=event["type"])

    def _bare_events(self) -> Iterator[Json]:
        whole = self.whole()
        opened: Json = {**whole, "status": "in_progress", "output": [], "usage": None, "incomplete_details": None}
        yield {"type": "response.created", "response": opened}
        for index, item in enumerate(whole["output"]):
            yield from self._item_events(index, item)
        yield {"type": f"response.{whole['status']}", "response": whole}

    def _item_events(self, index: int, item: Json) -> Iterator[Json]:
        """An item as it grows."""
        where = {"item_id": item["id"], "output_index": index}
        empty: Json = {"arguments": ""} if item["type"] == "function_call" else {"content": list[Json]()}
        opened = item | empty | ({} if item["type"] == "reasoning" else {"status": "in_progress"})
        yield {"type": "response.output_item.added", "output_index": index, "item": opened}
        if item["type"] == "function_call":
            name, final = "function_call_arguments", {"arguments": item["arguments"]}
            texts: tuple[str, ...] = (item["arguments"],)
        else:
            name = "reasoning_text" if item["type"] == "reasoning" else "output_text"
            texts = self.answer.reasoning if name == "reasoning_text" else tuple(one.text for one in self.answer.tokens)
            where |= {"content_index": 0}
            final = {"text": "".join(texts)}
        for text in texts:
            yield {"type": f"response.{name}.delta", **where, "delta": text}
        yield {"type": f"response.{name}.done", **where, **final}
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
