"""What Google's own tools and media models add to an answer: nothing is searched, fetched or run, and that is said."""

import base64
import re

from jackfield.testing.answers import Prompt
from jackfield.testing.checking import Json, record
from jackfield.testing.making import pcm, png
from jackfield_gemini.simulator.contents import signature
from jackfield_gemini.simulator.models import Kind
from jackfield_gemini.simulator.refusals import built_in_of

_URL = re.compile(r"https?://[^\s\"'<>]+")
_RATE = 24_000


def question_of(prompt: Prompt) -> str:
    """The last words of the user."""
    return next((turn.text for turn in reversed(prompt.turns) if turn.role == "user"), "")


def grounding(text: str, prompt: Prompt) -> Json:
    """Sources for what is said first; offsets count bytes of UTF-8, and one of zero is absent.

    Source: https://ai.google.dev/gemini-api/docs/google-search (2026-11)
    """
    sentence, _, rest = text.partition("; ")
    end, second = len(sentence.encode("utf-8")), rest.partition(". ")[0]
    made: Json = {
        "searchEntryPoint": {"renderedContent": "<div>simulated search</div>\n"},
        "webSearchQueries": [question_of(prompt)[:100]],
    }
    if not sentence:
        return made
    start = end + len("; ")
    later = {"startIndex": start, "endIndex": start + len(second.encode("utf-8")), "text": second}
    supports: list[Json] = [{"segment": {"endIndex": end, "text": sentence}, "groundingChunkIndices": [0, 1]}]
    if second:
        supports.append({"segment": later, "groundingChunkIndices": [1]})
    return made | {
        "groundingChunks": [{"web": {"uri": f"https://example.com/{at}", "title": "example.com"}} for at in (1, 2)],
        "groundingSupports": supports,
    }


def visited(prompt: Prompt) -> Json:
    """The addresses in the prompt, none of which was fetched."""
    urls = _URL.findall(question_of(prompt))
    if not urls:
        return {}
    status = "URL_RETRIEVAL_STATUS_ERROR"
    return {
        "urlContextMetadata": {"urlMetadata": [{"retrievedUrl": url, "urlRetrievalStatus": status} for url in urls]}
    }


def ran_code(body: Json, prompt: Prompt) -> list[Json]:
    """Code and its result, if code execution is offered and asked for."""
    if "codeExecution" not in built_in_of(body) or "code" not in question_of(prompt).lower():
        return []
    return [
        {"executableCode": {"language": "PYTHON", "code": "print('simulated')\n"}},
        {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "Simulated run: no code was executed.\n"}},
    ]


def medium(body: Json, kind: Kind, prompt: Prompt) -> list[Json]:
    """The picture or the sound that the model makes."""
    if kind.makes == "AUDIO":
        data, mime_type = pcm(question_of(prompt)), f"audio/L16;codec=pcm;rate={_RATE}"
    elif kind.makes == "IMAGE" and "IMAGE" in record(body.get("generationConfig")).get("responseModalities", ()):
        data, mime_type = png(question_of(prompt)), "image/png"
    else:
        return []
    part: Json = {"inlineData": {"mimeType": mime_type, "data": base64.b64encode(data).decode()}}
    return [part | ({"thoughtSignature": signature(part)} if kind.makes == "IMAGE" and kind.generation >= 3 else {})]
