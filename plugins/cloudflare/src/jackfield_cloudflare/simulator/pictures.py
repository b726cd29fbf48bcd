"""Moondream, which is asked about one picture: a task in, an answer of that task's own out.

Its streams are not simulated, for no source shows one.

Source: https://developers.cloudflare.com/workers-ai/models/moondream3.1-9b-a2b/ (nothing was recorded)
"""

from collections.abc import Mapping

from jackfield.testing.answers import Answer, Prompt
from jackfield.testing.chat_completions import prompt_of
from jackfield.testing.checking import Json, Table, boolean, fields, one_of, real, text, whole
from jackfield.testing.tokens import number
from jackfield_cloudflare.simulator.bodies import bad_input

_ASKED_BY = {"query": "question", "point": "target", "detect": "target"}
_CHECK: Table = {
    "task": one_of("query", "caption", "point", "detect"), "image": text, "question": text, "target": text,
    "caption_length": one_of("short", "normal", "long"), "reasoning": boolean, "stream": boolean,
    "temperature": real(0), "top_p": real(0, 1), "max_tokens": whole(1), "max_objects": whole(1),
}  # fmt: skip


def question_prompt(body: Json, model: str) -> Prompt:
    """The prompt of a question about a picture.

    Raises:
        Refused: it fails the schema, or wants a stream.
    """
    needed = _ASKED_BY.get(str(body.get("task")))
    fault = fields(_CHECK, required=("task", "image", *([needed] if needed else [])))(body)
    if fault or body.get("stream"):
        raise bad_input(fault or "streams of this model are not simulated")
    words = str(body.get(needed)) if needed else "Describe the picture."
    parts = [{"type": "text", "text": words}, {"type": "image_url", "image_url": {"url": body["image"]}}]
    chat: Json = {
        "model": model,
        "messages": [{"role": "user", "content": parts}],
        "max_tokens": body.get("max_tokens"),
    }
    return prompt_of(chat, thoughts=2 if body.get("reasoning") else 0)


def answered(body: Json, answer: Answer) -> Json:
    """The whole answer: text for questions and captions, places for the other tasks."""
    x, y = (0.5 + number(answer.text, axis) % 500 / 1000 for axis in "xy")
    made: Mapping[str, Json] = {
        "query": {"answer": answer.text},
        "caption": {"caption": answer.text},
        "point": {"points": [{"x": x, "y": y}]},
        "detect": {"objects": [{"x_min": 0.1, "y_min": 0.1, "x_max": x, "y_max": y}]},
    }
    thoughts: Json = {"reasoning": {"text": answer.thinking, "grounding": []}} if answer.reasoning else {}
    counts = {"input_tokens": answer.input_tokens, "output_tokens": answer.output_tokens}
    times = {"prefill_time_ms": 10.5, "decode_time_ms": 20.5, "ttft_ms": 12.5}
    return {"finish_reason": answer.ending, "metrics": {**counts, **times}, **made[body["task"]], **thoughts}
