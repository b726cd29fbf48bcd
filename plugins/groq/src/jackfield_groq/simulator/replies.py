"""Groq's answers on the wire, whole and streamed, with the odd shapes of recorded traffic.

Shapes recorded in 2025 and 2026: the message of a tool call has no `content`; usage stands in the last chunk twice;
compound systems send a new id in every chunk, `stub` in the last, and no fingerprint; executed tools come as a
pending snapshot first.
"""

import re
from collections.abc import Iterator
from typing import Any

import attrs

from jackfield.testing.answers import Answer, Prompt
from jackfield.testing.chat_completions import DONE, dump, sse, wire_calls, with_ids
from jackfield.testing.checking import Json, record, sequence
from jackfield.testing.tokens import label, number
from jackfield_groq.simulator.models import Kind

_CREATED_S = 1_765_000_000
_REQUESTS_A_DAY = 1000
_TOKENS_A_MINUTE = 8000
_URL = re.compile(r"https?://[^\s\"'<>]+")


@attrs.frozen(kw_only=True)
class Reply:
    """One answer, to be written."""

    body: Json
    kind: Kind
    prompt: Prompt
    answer: Answer
    request_id: str
    _stamp: str = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_stamp", label(self.prompt))  # hashed once: a prompt can be long, and chunks are many

    @property
    def _reasoning(self) -> str:
        """`parsed`, `raw` or `hidden`; the default depends on what else is asked for."""
        if self.body.get("reasoning_format"):
            return str(self.body["reasoning_format"])
        if self.body.get("include_reasoning") is not None:
            return "parsed" if self.body["include_reasoning"] else "hidden"
        structured = record(self.body.get("response_format")).get("type") in {"json_object", "json_schema"}
        return "parsed" if structured or self.body.get("tools") else self.kind.reasons or "hidden"

    def _texts(self) -> tuple[str, ...]:
        """The content, piece by piece, raw reasoning included."""
        texts = tuple(token.text for token in self.answer.tokens)
        if self._reasoning != "raw" or not self.answer.reasoning:
            return texts
        closed = ("\n</think>\n\n",) if texts or self.answer.calls else ()
        return ("<think>\n", *self.answer.reasoning, *closed, *texts)

    def whole(self) -> bytes:
        """The body of an answer that is not streamed."""
        compound = self.kind.compound
        value: Json = {
            "id": "stub" if compound else f"chatcmpl-{self._label('id')}",
            "object": "chat.completion",
            "created": _CREATED_S,
            "model": self.prompt.model,
            "choices": [
                {"index": 0, "message": self._message(), "logprobs": None, "finish_reason": self.answer.ending}
            ],
            "usage": self._usage(),
            "usage_breakdown": self._breakdown(),
            "system_fingerprint": f"fp_{self._stamp[:10]}",
            "x_groq": {"id": "stub"} if compound else {"id": self.request_id, "seed": self._seed()},
            "service_tier": self.body.get("service_tier") or "on_demand",
        }
        if compound:
            del value["system_fingerprint"]
        return f"{dump(value)}\n".encode()

    def _message(self) -> Json:
        message: Json = {"role": "assistant"}
        content = "".join(self._texts())
        if content or not self.answer.calls:
            message["content"] = content
        if self.kind.reasons and self._reasoning == "parsed":
            message["reasoning"] = "".join((*self._tool_talk(), self.answer.thinking))
        if self.answer.calls:
            message["tool_calls"] = wire_calls(self._calls())
        tools = self._executed()
        if tools:
            message["executed_tools"] = [final for _, final in tools]
        if self.answer.cited:
            message["annotations"] = self._annotations()
        return message

    def chunks(self) -> Iterator[bytes]:
        """The events of a streamed answer."""
        if not self.kind.compound:
            yield self._chunk(dict(self.kind.opening), x_groq={"id": self.request_id, "seed": self._seed()})
        *deltas, last = [*self._deltas(), {}]
        if self.prompt.json_mode and deltas:
            last = deltas.pop()  # JSON mode sends the last text and the reason in one chunk. Recorded 2025-08
        for delta in deltas:
            yield self._chunk(delta)
        usage = self._usage()
        if self.kind.compound:
            facts: Json = {"usage": usage, "usage_breakdown": self._breakdown()}
            yield self._chunk(last, finish=self.answer.ending, id="stub", x_groq=facts)
        else:
            facts = {"id": self.request_id, "usage": usage}
            yield self._chunk(last, finish=self.answer.ending, x_groq=facts, usage=usage)
        yield DONE

    def _deltas(self) -> Iterator[Json]:
        if self._reasoning == "parsed":
            channel = {"channel": "analysis"} if "gpt-oss" in self.prompt.model else {}
            for text in (*self._tool_talk(), *self.answer.reasoning):
                yield {"reasoning": text, **channel}
        for pending, final in self._executed():
            yield {"executed_tools": [pending]}
            yield {"executed_tools": [final]}
        for text in self._texts():
            yield {"content": text}
        for call in wire_calls(self._calls(), indexed=True):
            yield {"tool_calls": [call]}
        if self.answer.cited:
            yield {"annotations": self._annotations()}

    def _chunk(self, delta: Json, *, finish: str | None = None, **more: Any) -> bytes:
        compound = self.kind.compound
        value: Json = {
            "id": f"chatcmpl-{self._label('id', str(delta) if compound else '')}",
            "object": "chat.completion.chunk",
            "created": _CREATED_S,
            "model": self.prompt.model,
            "system_fingerprint": None if compound else f"fp_{self._stamp[:10]}",
            "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}],
        }
        return sse(value | more)

    def _calls(self) -> Any:
        prefix, length = self.kind.call_ids
        return with_ids(self.answer, self.prompt, prefix=prefix, length=length)

    def _label(self, *facts: str) -> str:
        digits = label(self._stamp, *facts, length=32)
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def _seed(self) -> int:
        return self.prompt.seed if self.prompt.seed is not None else number(self._stamp) % 2**31

    def _usage(self) -> Json:
        answer = self.answer
        prompt_s, completion_s = round(answer.input_tokens * 5e-5, 9), round(answer.output_tokens * 1e-3, 9)
        usage: Json = {
            "queue_time": 0.004,
            "prompt_tokens": answer.input_tokens,
            "prompt_time": prompt_s,
            "completion_tokens": answer.output_tokens,
            "completion_time": completion_s,
            "total_tokens": answer.input_tokens + answer.output_tokens,
            "total_time": round(prompt_s + completion_s, 9),
        }
        if self.kind.reasons:
            usage["completion_tokens_details"] = {"reasoning_tokens": len(answer.reasoning)}
        return usage

    def _breakdown(self) -> Json | None:
        return {"models": [{"model": "openai/gpt-oss-120b", "usage": self._usage()}]} if self.kind.compound else None

    def _annotations(self) -> list[Json]:
        return [
            {
                "type": "document_citation",
                "document_citation": {"document_id": name, "start_index": start, "end_index": end},
            }
            for name, start, end in self.answer.cited
        ]

    def _tool_talk(self) -> tuple[str, ...]:
        """How compound writes its tools into the reasoning; the tags come in pieces."""
        if not self.kind.compound:
            return ()
        talk = [
            (f"<tool>{final['type']}({final['arguments']})</tool>\n", "<out", "put>", final["output"], "</output>\n")
            for _, final in self._executed()
        ]
        return tuple(piece for pieces in talk for piece in pieces)

    def _executed(self) -> list[tuple[Json, Json]]:
        """Tools that ran on the server, each as its pending and its final snapshot; nothing is really searched."""
        question = next((turn.text for turn in reversed(self.prompt.turns) if turn.role == "user"), "")
        url = _URL.search(question)
        if self.kind.compound and url:
            made = _visit(url[0])
        elif self.prompt.searches and "search" in question.lower():
            made = _search(question, browser=not self.kind.compound)
        elif (
            any(tool["type"] == "code_interpreter" for tool in sequence(self.body.get("tools")))
            and "code" in question.lower()
        ):
            made = _python()
        else:
            return []
        pending = {name: value for name, value in made.items() if name not in {"output", "code_results"}}
        results: list[Json] | None = None if "name" in made else []
        return [(pending | {"search_results": {"results": results}}, made)]


def _search(question: str, *, browser: bool) -> Json:
    results = [
        {"title": f"Simulated result {place}", "url": f"https://example.com/{place}", "content": "", "score": 0}
        for place in (1, 2)
    ]
    named: Json = {"name": "browser.search"} if browser else {}
    return named | {
        "index": 0,
        "type": "browser_search" if browser else "search",
        "arguments": dump({"query": question[:100]}),
        "output": "Simulated search: nothing was looked up.\n",
        "search_results": {"results": results},
    }


def _visit(url: str) -> Json:
    return {
        "index": 0,
        "type": "visit",
        "arguments": dump({"url": url}),
        "output": f"Title: simulated\nURL: {url}\n\nSimulated visit: nothing was fetched.",
        "search_results": {"results": []},
    }


def _python() -> Json:
    # The quotation marks inside are not escaped: recorded like this, not valid JSON (2025-12).
    arguments = '{"code": "print("simulated")"}'
    return {
        "index": 0, "type": "python", "arguments": arguments, "output": "Simulated run: no code was executed.\n",
        "search_results": {"results": []}, "code_results": [{"text": "simulated"}],
    }  # fmt: skip


def stream_error(error: Json, status: int) -> bytes:
    """The event that ends a stream with an error; no `[DONE]` follows. Recorded 2025-07."""
    return sse({"error": error | {"status_code": status}}, event="error")


def quota_headers(request_number: str, input_tokens: int) -> dict[str, str]:
    """What is left of the quotas, as if a request a second and its tokens were given back.

    Source: https://console.groq.com/docs/rate-limits
    """
    used = min(int(request_number or 1), _REQUESTS_A_DAY)
    tokens = min(input_tokens, _TOKENS_A_MINUTE)
    return {
        "x-ratelimit-limit-requests": str(_REQUESTS_A_DAY),
        "x-ratelimit-limit-tokens": str(_TOKENS_A_MINUTE),
        "x-ratelimit-remaining-requests": str(_REQUESTS_A_DAY - used),
        "x-ratelimit-remaining-tokens": str(_TOKENS_A_MINUTE - tokens),
        "x-ratelimit-reset-requests": go_duration(used * 86.4),
        "x-ratelimit-reset-tokens": go_duration(tokens * 0.0075),
    }


def go_duration(seconds: float) -> str:
    """A duration as Go prints it: `1h2m3.5s`, `172ms`."""
    if seconds < 1:
        return f"{seconds * 1000:g}ms"
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    prefix = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
    return f"{prefix}{round(rest, 3):g}s"
