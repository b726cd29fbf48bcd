"""Contents to turns, and what Google refuses about a conversation.

Thought signatures are those of this simulator: they name the part that they were made for, so that one that comes
back on another part, changed or not at all is noticed. Source: https://ai.google.dev/gemini-api/docs/thought-
signatures (2026-11).
"""

import base64
import json
from collections.abc import Sequence
from typing import Any

from jackfield.testing.answers import Call, Speaker, Turn
from jackfield.testing.checking import Json, Refused, record, sequence
from jackfield.testing.sights import Sight, glimpse, look
from jackfield.testing.tokens import label

DATA_KEYS = (
    "text", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode", "codeExecutionResult",
    "toolCall", "toolResponse",
)  # fmt: skip
_MEDIA_NAMES = {
    "image": "png jpeg webp heic heif",
    "audio": "wav x-wav mp3 mpeg aiff aac ogg flac mp4 m4a opus pcm",
    "video": "mp4 mpeg mov quicktime avi x-flv mpg webm wmv 3gpp",
    "text": "plain html css md markdown csv xml rtf x-python",
    "application": "pdf json x-javascript x-python",
}
_MEDIA = frozenset(f"{kind}/{name}" for kind, names in _MEDIA_NAMES.items() for name in names.split())
_MARK = b"simulated:"
_SKIPS = ("skip_thought_signature_validator", "context_engineering_is_the_way_to_go")
_PAGE = "Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details."


def signature(part: Json) -> str:
    """The signature of a part: it holds nothing but a digest of the part."""
    return base64.b64encode(_MARK + label(_essence(part), length=48).encode()).decode()


def _essence(part: Json) -> str:
    if "functionCall" in part:
        call = part["functionCall"]
        return json.dumps([call.get("name"), call.get("args") or {}], sort_keys=True)
    return json.dumps([part.get("text"), record(part.get("inlineData")).get("data"), part.get("executableCode")])


def turns_of(contents: Sequence[Json], generation: float) -> tuple[Turn, ...]:
    """The conversation.

    Raises:
        Refused: Google would not take it.
    """
    if not contents:
        raise Refused("* GenerateContentRequest.contents: contents is not specified\n")
    _check_roles(contents, generation)
    turns: list[Turn] = []
    for at, content in enumerate(contents):
        for place, part in enumerate(sequence(content.get("parts"))):
            _check_part(part, f"contents[{at}].parts[{place}]", generation)
        _check_results(contents, at, generation)
        turns += _turns(content)
    if generation >= 3:
        _check_signatures(contents)
    return tuple(turns)


def _check_roles(contents: Sequence[Json], generation: float) -> None:
    roles = [content.get("role", "user") for content in contents]
    allowed = {"user", "model"} if generation >= 3.6 else {"user", "model", "function"}
    if not allowed.issuperset(roles):
        raise Refused("Please use a valid role: user, model.")
    if generation >= 3.6 and roles[-1] == "model":
        raise Refused("Requests ending with a model turn are not supported")
    for at, content in enumerate(contents):
        called = any("functionCall" in part for part in sequence(content.get("parts")))
        if called and (at == 0 or roles[at - 1] == "model"):
            message = (
                "Please ensure that function call turn comes immediately after a user turn "
                "or after a function response turn."
            )
            raise Refused(message)


def _check_part(part: Json, place: str, generation: float) -> None:
    kinds = [name for name in DATA_KEYS if name in part]
    if len(kinds) != 1:
        detail = "required oneof field 'data' must have one initialized field"
        raise Refused(f"* GenerateContentRequest.{place}.data: {detail}\n")
    if kinds == ["text"] and not part["text"] and "thoughtSignature" not in part:
        raise Refused(f"* GenerateContentRequest.{place}: text is empty\n")
    mime_type = record(part.get("inlineData") or part.get("fileData")).get("mimeType")
    taken = mime_type in _MEDIA or (mime_type == "image/gif" and generation >= 3)  # recorded 2026-05; refused in 2025
    if mime_type is not None and not taken:
        raise Refused(f"Unsupported MIME type: {mime_type}")


def _check_results(contents: Sequence[Json], at: int, generation: float) -> None:
    """Results answer the calls of the turn before, all of them."""
    results = [part["functionResponse"] for part in sequence(contents[at].get("parts")) if "functionResponse" in part]
    before = sequence(contents[at - 1].get("parts")) if at else []
    calls = [part["functionCall"] for part in before if "functionCall" in part]
    if len(results) != len(calls):
        raise Refused(
            "Please ensure that the number of function response parts is equal to the number of function call parts "
            "of the function call turn."
        )
    if generation >= 3 and sorted(_names(results)) != sorted(_names(calls)):
        raise Refused("Function responses must have the id and the name of the function calls before them")


def _names(items: Sequence[Json]) -> list[tuple[str, str]]:
    return [(str(one.get("name")), str(one.get("id", ""))) for one in items]


def _is_spoken(content: Json) -> bool:
    """Whether the user says something in it: it begins the current turn."""
    parts = sequence(content.get("parts"))
    return content.get("role") != "model" and any("functionResponse" not in part for part in parts)


def _check_signatures(contents: Sequence[Json]) -> None:
    """Each step of the current turn begins with a signed call; a signature that is there must be right anywhere."""
    last_user = max((at for at, content in enumerate(contents) if _is_spoken(content)), default=0)
    for at, content in enumerate(contents):
        calls = [part for part in sequence(content.get("parts")) if "functionCall" in part]
        if at > last_user and calls and "thoughtSignature" not in calls[0]:
            name = calls[0]["functionCall"].get("name")
            raise Refused(
                "Function call is missing a thought_signature in functionCall parts. This is required for tools to "
                f"work correctly. Additional data, function call `{name}` , position {at + 1}. {_PAGE}"
            )
        for part in sequence(content.get("parts")):
            if "thoughtSignature" in part and not _is_right(part):
                raise Refused(f"Thought signature is not valid. {_PAGE}")


def _is_right(part: Json) -> bool:
    given = str(part["thoughtSignature"])
    if given in _SKIPS:
        return True
    try:
        data = base64.b64decode(given.replace("-", "+").replace("_", "/"), validate=True)
    except ValueError:
        return False
    return data.decode("latin-1") in _SKIPS or given.rstrip("=") == signature(part).rstrip("=")


def _turns(content: Json) -> list[Turn]:
    """The turns of one content: function results are turns of their own."""
    parts = sequence(content.get("parts"))
    results = [_result(part["functionResponse"]) for part in parts if "functionResponse" in part]
    rest = [part for part in parts if "functionResponse" not in part]
    if not rest:
        return results
    calls = tuple(_call(part["functionCall"]) for part in rest if "functionCall" in part)
    text = "\n".join(part["text"] for part in rest if part.get("text") and not part.get("thought"))
    sights = tuple(_sight(part) for part in rest if "inlineData" in part or "fileData" in part)
    role: Speaker = "assistant" if content.get("role") == "model" else "user"
    return [*results, Turn(role=role, text=text, sights=sights, calls=calls)]


def _call(call: Json) -> Call:
    return Call(id=call.get("id", ""), name=call.get("name", ""), arguments=json.dumps(call.get("args") or {}))


def _result(result: Json) -> Turn:
    response: Any = result.get("response") or {}
    text = next(iter(response.values())) if len(response) == 1 else response
    sights = tuple(_sight(part) for part in sequence(result.get("parts")))
    written = text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)
    return Turn(role="tool", tool=result.get("name"), text=written, failed="error" in response, sights=sights)


def _sight(part: Json) -> Sight:
    if "fileData" in part:
        return glimpse(part["fileData"].get("fileUri", ""), part["fileData"].get("mimeType"))
    blob = part["inlineData"]
    try:
        data = base64.b64decode(blob.get("data", "").replace("-", "+").replace("_", "/"), validate=True)
    except ValueError as error:
        message = "Invalid value at 'contents.parts.inline_data.data' (TYPE_BYTES), Base64 decoding failed"
        raise Refused(message) from error
    return look(data, blob.get("mimeType"))
