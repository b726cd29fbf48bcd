"""Cerebras' answers on the wire, whole and streamed, with the odd shapes of recorded traffic.

Shapes recorded in 2026-07: keys that would be empty are absent; usage and times ride on the chunk with the finish
reason; gpt-oss streams the arguments of calls in fragments; log probabilities list a closing token that is not in the
text.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from jackfield.testing.answers import Answer, Prompt, Token
from jackfield.testing.chat_completions import DONE, dump, fragments, sse, wire_calls, wire_logprobs, with_ids
from jackfield.testing.checking import Json, record
from jackfield.testing.tokens import label, with_logprobs
from jackfield_cerebras.simulator.models import Kind

_CREATED_S = 1_784_600_000
_LIMITS = {"minute": 500, "hour": 30_000, "day": 720_000}
_TOKENS_A_REQUEST = 1000


@attrs.frozen(kw_only=True)
class Reply:
    """One answer, or several to the same prompt, to be written."""

    body: Json
    kind: Kind
    prompt: Prompt
    answer: Answer
    others: tuple[Answer, ...] = ()
    _stamp: str = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_stamp", label(self.prompt, length=32))

    @property
    def _reasoning(self) -> str:
        """`parsed`, `text_parsed`, `raw` or `hidden`."""
        wanted = self.body.get("reasoning_format") or "none"
        if wanted != "none":
            return str(wanted)
        if self.kind.reasons == "raw":
            return "hidden" if self.prompt.json_mode or self.prompt.schema else "raw"
        return "text_parsed"

    def whole(self) -> bytes:
        """The body of an answer that is not streamed."""
        choices = [one.choice(index) for index, one in enumerate(self._all())]
        return dump(self._envelope("chat.completion", choices, self._figures())).encode()

    def choice(self, index: int) -> Json:
        """This answer as one of several."""
        made: Json = {"finish_reason": self.answer.ending, "index": index, "message": self._message()}
        return made | self._logprobs(self.answer.reasoning, self.answer.tokens, closing=True)

    def _all(self) -> Iterator["Reply"]:
        """This reply, and those of the other answers."""
        yield self
        for answer in self.others:
            yield attrs.evolve(self, answer=answer, others=())

    def _message(self) -> Json:
        """Keys that would be empty are absent."""
        texts = {"content": "".join(self._texts()), "reasoning": "".join(self._thoughts())}
        message: Json = {name: value for name, value in texts.items() if value}
        message["role"] = "assistant"
        if self.answer.calls:
            message["tool_calls"] = wire_calls(self._calls())
        return message

    def chunks(self) -> Iterator[bytes]:
        """The events of a streamed answer; the last finish chunk has the figures."""
        replies = list(self._all())
        for index, reply in enumerate(replies):
            yield self._chunk({"delta": {"role": "assistant"}, "index": index})
            for delta, logprobs in reply.deltas():
                yield self._chunk({"delta": delta, "index": index} | logprobs)
            figures = self._figures() if index == len(replies) - 1 else {}
            yield self._chunk({"delta": {}, "finish_reason": reply.answer.ending, "index": index}, figures)
        yield DONE

    def deltas(self) -> Iterator[tuple[Json, Json]]:
        """The deltas, each with its log probabilities."""
        for text in self._thoughts():
            yield {"reasoning": text}, self._logprobs((text,), ())
        texts = self._texts()
        inserted = len(texts) - len(self.answer.tokens)
        for text in texts[:inserted]:
            yield {"content": text}, {}
        for token in self.answer.tokens:
            yield {"content": token.text}, self._logprobs((), (token,))
        for index, call in enumerate(self._calls()):
            whole: Json = {"tool_calls": [wire_calls([call])[0] | {"index": index}]}
            for delta in fragments(call, index) if self.kind.fragments else (whole,):
                yield delta, {}

    def _thoughts(self) -> tuple[str, ...]:
        return self.answer.reasoning if self._reasoning in {"parsed", "text_parsed"} else ()

    def _texts(self) -> tuple[str, ...]:
        """The content, piece by piece; raw reasoning goes in front."""
        texts = tuple(token.text for token in self.answer.tokens)
        if self._reasoning != "raw" or not self.answer.reasoning:
            return texts
        opened, closed = self.kind.separator
        closing = (closed,) if texts or self.answer.calls else ()
        return tuple(piece for piece in (opened, *self.answer.reasoning, *closing, *texts) if piece)

    def _logprobs(self, thoughts: Sequence[str], tokens: Sequence[Token], *, closing: bool = False) -> Json:
        """Log probabilities of reasoning and text, together or apart, and of the token that ends a turn."""
        top = self.prompt.top_logprobs
        if top is None:
            return {}
        end = with_logprobs(("<turn|>",), top) if closing else ()
        thought = with_logprobs(tuple(thoughts), top) if self._reasoning != "hidden" else ()
        if self._reasoning == "parsed":
            apart = {"reasoning_logprobs": wire_logprobs(thought)} if thought else {}
            return {"logprobs": wire_logprobs((*tokens, *end))} | apart
        return {"logprobs": wire_logprobs((*thought, *tokens, *end))}

    def _chunk(self, choice: Json, more: Json | None = None) -> bytes:
        return sse(self._envelope("chat.completion.chunk", [choice], more or {}))

    def _envelope(self, kind: str, choices: list[Json], more: Json) -> Json:
        digits = self._stamp
        return {
            "id": f"chatcmpl-{'-'.join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))}",
            "choices": choices,
            "created": _CREATED_S,
            "model": self.prompt.model,
            "system_fingerprint": f"fp_{digits[:20]}",
            "object": kind,
            **more,
        }

    def _calls(self) -> Any:
        return with_ids(self.answer, self.prompt, length=9)

    def _figures(self) -> Json:
        """Usage, times and the tier that was used."""
        answer = self.answer
        outputs = sum(one.output_tokens for one in (answer, *self.others))
        details: Json = {"reasoning_tokens": len(answer.reasoning)}
        if self.kind.predicts:
            accepted = self._predicted()
            details |= {"accepted_prediction_tokens": accepted, "rejected_prediction_tokens": 0}
        usage: Json = {
            **({"image_tokens": 255 * sum(len(turn.sights) for turn in self.prompt.turns)} if self.kind.sees else {}),
            "total_tokens": answer.input_tokens + outputs,
            "completion_tokens": outputs,
            "completion_tokens_details": details,
            "prompt_tokens": answer.input_tokens,
            "prompt_tokens_details": {"cached_tokens": answer.input_tokens // 128 * 128 if self._cached else 0},
        }
        prompt_s, completion_s = round(answer.input_tokens * 1e-5, 9), round(answer.output_tokens * 3e-4, 9)
        times = {
            "created": _CREATED_S + 0.5, "queue_time": 0.0002, "prompt_time": prompt_s, "completion_time": completion_s,
            "total_time": round(prompt_s + completion_s + 0.0002, 9),
        }  # fmt: skip
        tier = {"service_tier_used": "default"} if self.body.get("service_tier") == "auto" else {}
        return {"usage": usage, "time_info": times, **tier}

    @property
    def _cached(self) -> bool:
        return bool(self.body.get("prompt_cache_key"))

    def _predicted(self) -> int:
        """How many tokens of the answer stand in the prediction at the same place."""
        predicted = record(self.body.get("prediction")).get("content") or ""
        text = predicted if isinstance(predicted, str) else "".join(part["text"] for part in predicted)
        place = 0
        for accepted, token in enumerate(self.answer.tokens):
            if not text.startswith(token.text, place):
                return accepted
            place += len(token.text)
        return len(self.answer.tokens)


def quota_headers(request_number: str) -> dict[str, str]:
    """Three periods, as recorded in 2026-07: limits and what is left, no resets."""
    used = int(request_number or 1)
    headers: dict[str, str] = {}
    for period, limit in _LIMITS.items():
        headers |= {
            f"x-ratelimit-limit-requests-{period}": str(limit),
            f"x-ratelimit-remaining-requests-{period}": str(max(0, limit - used)),
            f"x-ratelimit-limit-tokens-{period}": str(limit * 1000),
            f"x-ratelimit-remaining-tokens-{period}": str(max(0, limit * 1000 - used * _TOKENS_A_REQUEST)),
        }
    return headers
