"""Gemini's answers on the wire, whole and streamed, with the odd shapes of recorded traffic.

Shapes recorded in 2025 and 2026: events end with CRLF and no `[DONE]` follows; usage is a running snapshot whose zero
counts are absent; a turn of calls ends with STOP; Gemini 3 signs the first call of a group, or the last, empty text
of a stream.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from jackfield.testing.answers import Answer, Prompt
from jackfield.testing.checking import Json, record
from jackfield.testing.tokens import label, number
from jackfield_gemini.simulator.contents import signature
from jackfield_gemini.simulator.extras import grounding, medium, ran_code, visited
from jackfield_gemini.simulator.models import Kind
from jackfield_gemini.simulator.refusals import built_in_of, functions_of

_TOOL_TOKENS = 25
"""What a tool that Google runs adds to the input; a search adds nothing (2026-05)."""
_PIECE = 6
"""Tokens of text in one event."""


@attrs.frozen(kw_only=True)
class Reply:
    """One answer, to be written.

    Attributes:
        answers: one a candidate.
        outcome: a finish reason to fail with, such as `MALFORMED_FUNCTION_CALL`.
    """

    body: Json
    kind: Kind
    prompt: Prompt
    answers: tuple[Answer, ...]
    outcome: str | None = None

    @property
    def _config(self) -> Json:
        return record(self.body.get("generationConfig"))

    @property
    def _shows_thoughts(self) -> bool:
        return bool(record(self._config.get("thinkingConfig")).get("includeThoughts"))

    def whole(self) -> bytes:
        """The body of an answer that is not streamed."""
        candidates = [self._candidate(answer, at) for at, answer in enumerate(self.answers)]
        return dump(self._envelope(candidates, self._usage(self.answers)), indent=2) + b"\n"

    def events(self) -> Iterator[bytes]:
        """The events of a stream; the candidates come one after the other."""
        for at, answer in enumerate(self.answers):
            steps = list(self._steps(answer))
            for place, parts in enumerate(steps):
                last = place == len(steps) - 1
                candidate: Json = {"content": {"parts": parts, "role": "model"} if parts else {"role": "model"}}
                if last:
                    candidate["finishReason"] = self._reason(answer)
                candidate["index"] = at
                if last:
                    candidate |= self._metadata(answer)
                share = (place + 1) / len(steps)
                yield event(self._envelope([candidate], self._usage((answer,), share)))

    def _candidate(self, answer: Answer, at: int) -> Json:
        if self.outcome:
            return {"finishReason": self.outcome, "finishMessage": f"Simulated {self.outcome}", "index": at}
        parts = [*self._thoughts(answer, 10**9), *self._own_parts(answer)]
        candidate: Json = {
            "content": {"parts": parts, "role": "model"} if parts else {"role": "model"},
            "finishReason": self._reason(answer),
            "index": at,
        }
        if answer.calls:
            candidate["finishMessage"] = "Model generated function call(s)."
        if self._config.get("responseLogprobs"):
            candidate |= _logprobs(answer, averaged=self.kind.generation < 2.5)
        return candidate | self._metadata(answer)

    def _own_parts(self, answer: Answer) -> list[Json]:
        """The parts of a whole answer that are no thoughts."""
        made = [*ran_code(self.body, self.prompt), *medium(self.body, self.kind, self.prompt)]
        text = [{"text": answer.text}] if answer.text and self.kind.makes != "AUDIO" else []
        if text and self.kind.generation >= 3:
            text = [text[0] | {"thoughtSignature": signature(text[0])}]
        return [*made, *text, *self._calls(answer)]

    def _calls(self, answer: Answer) -> list[Json]:
        """The calls; only the first of a group is signed, and only Gemini 3 gives ids."""
        newest = self.kind.generation >= 3
        signed = newest or bool(answer.reasoning and functions_of(self.body))
        parts: list[Json] = []
        for at, call in enumerate(answer.calls):
            made: Json = {"name": call.name, "args": json.loads(call.arguments)}
            if newest:
                made["id"] = label(self.prompt.turns, self.prompt.seed, at, length=8)
            part: Json = {"functionCall": made}
            parts.append(part | {"thoughtSignature": signature(part)} if signed and at == 0 else part)
        return parts

    def _thoughts(self, answer: Answer, size: int) -> Iterator[Json]:
        if self._shows_thoughts:
            for at in range(0, len(answer.reasoning), size):
                title = "**Simulated thoughts**\n\n" if at == 0 else ""
                yield {"text": f"{title}{''.join(answer.reasoning[at : at + size])}", "thought": True}

    def _steps(self, answer: Answer) -> Iterator[list[Json]]:
        """The parts of each event."""
        if self.outcome:
            yield []
            return
        for thought in self._thoughts(answer, 4 * _PIECE):
            yield [thought]
        for part in (*ran_code(self.body, self.prompt), *medium(self.body, self.kind, self.prompt)):
            yield [part]
        texts = [token.text for token in answer.tokens] if self.kind.makes != "AUDIO" else []
        for at in range(0, len(texts), _PIECE):
            yield [{"text": "".join(texts[at : at + _PIECE])}]
        for part in self._calls(answer):
            yield [part]
        if self.kind.generation >= 3:
            empty: Json = {"text": ""}
            yield [empty if answer.calls else empty | {"thoughtSignature": signature(empty)}]
        elif not texts and not answer.calls:
            yield []

    def _reason(self, answer: Answer) -> str:
        return self.outcome or {"stop": "STOP", "length": "MAX_TOKENS", "tool_calls": "STOP"}[answer.ending]

    def _metadata(self, answer: Answer) -> Json:
        """Where the answer is said to come from."""
        tools = built_in_of(self.body)
        made: Json = {}
        if "googleSearch" in tools and not answer.calls:
            made["groundingMetadata"] = grounding(answer.text, self.prompt)
        if "urlContext" in tools:
            made |= visited(self.prompt)
        return made

    def _usage(self, answers: Sequence[Answer], share: float = 1.0) -> Json:
        """The counts so far; one that is zero is absent."""
        inputs = self.answers[0].input_tokens
        thoughts = sum(len(answer.reasoning) for answer in answers)
        outputs = sum(round((len(answer.tokens) + answer.call_tokens) * share) for answer in answers)
        tools = _TOOL_TOKENS * len(built_in_of(self.body) - {"googleSearch"})
        counts = {
            "promptTokenCount": inputs,
            "candidatesTokenCount": outputs,
            "totalTokenCount": inputs + outputs + thoughts + tools,
            "cachedContentTokenCount": inputs // 2 if self.body.get("cachedContent") else 0,
            "toolUsePromptTokenCount": tools,
        }
        made: Json = {name: count for name, count in counts.items() if count}
        details = ("prompt", inputs), ("cache", made.get("cachedContentTokenCount")), ("toolUsePrompt", tools)
        made |= {
            f"{name}TokensDetails": [{"modality": "TEXT", "tokenCount": count}] for name, count in details if count
        }
        if thoughts:
            made["thoughtsTokenCount"] = thoughts
        return made | ({"serviceTier": self.body.get("serviceTier", "standard")} if self.kind.generation >= 3 else {})

    def _envelope(self, candidates: list[Json], usage: Json) -> Json:
        answer_id = label(self.prompt.turns, self.prompt.seed, self.prompt.model, length=23)
        return {
            "candidates": candidates,
            "usageMetadata": usage,
            "modelVersion": self.kind.name,
            "responseId": answer_id,
        }


def _logprobs(answer: Answer, *, averaged: bool) -> Json:
    """Two lists, one entry a token; 2.0 models give an average too. Source: https://ai.google.dev/api/generate-content#LogprobsResult."""
    chosen = [_candidate(token.text, token.logprob) for token in answer.tokens]
    top = [{"candidates": [_candidate(text, value) for text, value in token.top]} for token in answer.tokens]
    total = round(sum(token.logprob or 0.0 for token in answer.tokens), 6)
    result = {"logprobsResult": {"topCandidates": top, "chosenCandidates": chosen}}
    return result | ({"avgLogprobs": total / max(1, len(chosen))} if averaged else {})


def _candidate(text: str, value: float | None) -> Json:
    return {"token": text, "logProbability": value, "tokenId": number(text) % 262_144}


def blocked(kind: Kind, reason: str, input_tokens: int) -> Json:
    """The answer to a prompt that Google does not let through."""
    return {
        "promptFeedback": {"blockReason": reason},
        "usageMetadata": {"promptTokenCount": input_tokens, "totalTokenCount": input_tokens},
        "modelVersion": kind.name,
    }


def dump(value: Any, *, indent: int | None = None) -> bytes:
    """JSON as Google writes it, with `<`, `>`, `&`, `=` and `'` escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=(",", ": "))
    for sign in "<>&='":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text.encode("utf-8")


def event(value: Any) -> bytes:
    """One event."""
    return b"data: " + dump(value) + b"\r\n\r\n"
