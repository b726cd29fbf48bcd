"""Native text generation on the wire: the shapes of the recorded backends.

    flat      llama-3: calls as objects beside `response: null`; in a stream they are text
    nested    llama-4: `tool_calls` always there, calls with ids, `response` absent beside them; JSON comes decoded
    thinking  deepseek-r1: think tags in the text, no padding, empty events; a schema's answer has no usage
    hermes    usage of zeros; in a stream calls are text between tags, in Python's spelling

No answer has a finish reason. Source: recorded traffic of 2025-03 to 2026-08.
"""

import json
from collections.abc import Iterator

import attrs

from jackfield.testing.answers import Answer, Call, Prompt
from jackfield.testing.chat_completions import DONE, with_ids
from jackfield.testing.checking import Json
from jackfield.testing.tokens import number, tokenize
from jackfield_cloudflare.simulator.models import Kind

_LETTERS = {"flat": "abcdefghijklmnopqrstuvwxyz0123456789", "nested": "abdefghijklmnoprstuvxyz1234567890"}


@attrs.frozen(kw_only=True)
class Native:
    """One native answer, to be written."""

    kind: Kind
    prompt: Prompt
    answer: Answer

    def result(self) -> Json:
        """The member `result` of a whole answer."""
        backend = self.kind.backend
        answer, usage = self.answer, {"usage": self.usage()}
        if self.prompt.schema is not None and backend != "nested":
            return {"response": self._value()}
        if backend == "nested":
            structured = self.prompt.schema is not None or self.prompt.json_mode
            text = {} if answer.calls else {"response": self._value() if structured else answer.text}
            return {**text, "tool_calls": self._nested_calls(), **usage}
        if answer.calls:
            flat = [{"arguments": json.loads(call.arguments), "name": call.name} for call in answer.calls]
            return {"response": None, "tool_calls": flat, **usage}
        return {"response": "".join(self._texts()), **usage}

    def _value(self) -> object:
        """The JSON in the answer, decoded; its text if a limit cut it."""
        try:
            return json.loads(self.answer.text)
        except ValueError:
            return self.answer.text

    def events(self) -> Iterator[bytes]:
        """The events of a stream, usage in the last one before the end."""
        for event in self._bare_events():
            yield _event(event)
        yield _event({"response": "", "usage": self.usage()})
        yield DONE

    def _bare_events(self) -> Iterator[Json]:
        backend = self.kind.backend
        empty: Json = {"tool_calls": []} if backend == "nested" else {}
        if backend == "nested":
            yield {"response": "", **empty} | self._padding(0)
        for place, text in enumerate(self._texts()):
            yield {"response": self._token(text), **empty} | self._padding(place + 1)
        if backend == "nested":
            for place, pieces in enumerate(self._fragments()):
                yield {"tool_calls": [pieces]} | self._padding(place + 7)
            yield {"tool_calls": []} | self._padding(3)
        elif backend == "thinking":
            yield {}
        else:
            yield {"response": ""} | self._padding(5)

    def _texts(self) -> tuple[str, ...]:
        """The text, piece by piece: thoughts in front, calls of the older backends behind."""
        texts = tuple(token.text for token in self.answer.tokens)
        if self.kind.backend == "thinking" and self.answer.reasoning:
            closed = ("\n</think>\n\n",) if texts else ()
            texts = ("<think>\n", *self.answer.reasoning, *closed, *texts)
        if self.kind.backend in {"flat", "hermes"}:
            return (*texts, *(piece for call in self.answer.calls for piece in tokenize(self._written(call))))
        return texts

    def _written(self, call: Call) -> str:
        """A call as text: that is how the older backends stream it."""
        arguments = json.loads(call.arguments)
        if self.kind.backend == "hermes":
            return f"<tool_call>\n{ {'arguments': arguments, 'name': call.name}!r}\n</tool_call>\n"
        return json.dumps({"name": call.name, "parameters": arguments})

    def _token(self, text: str) -> object:
        """A token; one of llama-4 that reads as JSON arrives decoded and without its blank."""
        structured = self.prompt.json_mode or self.prompt.schema is not None
        if self.kind.backend == "nested" and structured and text.strip() in {"true", "false"}:
            return text.strip() == "true"
        return text

    def _nested_calls(self) -> list[Json]:
        calls = with_ids(self.answer, self.prompt, prefix="chatcmpl-tool-", length=32)
        return [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in calls
        ]

    def _fragments(self) -> Iterator[Json]:
        """Each call: its id and name, its arguments in two pieces, an empty one."""
        for index, call in enumerate(self._nested_calls()):
            name, arguments = call["function"]["name"], call["function"]["arguments"]
            half = len(arguments) // 2
            yield {"id": call["id"], "type": "function", "index": index, "function": {"name": name}}
            for piece in (arguments[:half], arguments[half:], ""):
                yield {"index": index, "function": {"arguments": piece}}

    def _padding(self, place: int) -> Json:
        """Filler against traffic analysis."""
        if self.kind.backend in {"thinking", "hermes"}:
            return {}
        letters = _LETTERS["nested" if self.kind.backend == "nested" else "flat"]
        length = 1 + number(self.answer.text, place) % 50
        return {"p": (letters * 2)[:length]}

    def usage(self) -> Json:
        """The counts; a backend that does not count says zero."""
        inputs, outputs = self.answer.input_tokens, self.answer.output_tokens
        if self.kind.backend == "hermes":
            inputs = outputs = 0
        return {
            "prompt_tokens": inputs,
            "completion_tokens": outputs,
            "total_tokens": inputs + outputs,
            "prompt_tokens_details": {"cached_tokens": 0},
        }


def _event(value: Json) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n"
