"""Every documented field of a reply is known: it decodes in strict mode, and one more field does not."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from tests.corpus.mutations import is_array, is_object
from tests.plugins.reply_fields import STREAMED, WHOLE

from jackfield import registry
from jackfield.errors import DecodeError
from jackfield.http import HttpResponse
from jackfield.session import StreamSession
from jackfield.types.messages import user
from jackfield.types.requests import GenerateRequest
from jackfield.types.results import Result

FREE = frozenset(
    {
        "args", "response", "metadata", "chart", "tools", "grounding", "points", "objects", "customMetadata", "words",
        "partMetadata", "videoMetadata", "searchEntryPoint", "retrievalMetadata", "modelStatus", "web", "image",
        "retrievedContext", "maps", "groundingAttributions", "mcp_list_tools", "charts",
    }
)  # fmt: skip
"""Objects whose members belong to the caller, or are handed on as they are."""


def request(strict: bool) -> GenerateRequest:  # noqa: FBT001 - one word
    """A request that makes a plugin read a reply."""
    return GenerateRequest(model="m", messages=(user("Hi"),), strict=strict)


def whole(provider: str, body: Any, *, strict: bool = True) -> Result[None]:
    """The result of a whole reply."""
    answer = HttpResponse(status=200, headers={"content-type": "application/json"}, body=json.dumps(body).encode())
    return registry.load(provider).decode_response(request(strict), answer)


def streamed(provider: str, chunks: Sequence[Any], *, strict: bool = True) -> Result[None]:
    """The result of a streamed reply."""
    head = HttpResponse(status=200, headers={"content-type": "text/event-stream"})
    session = StreamSession(provider, registry.load(provider).parse_stream(request(strict), head), head)
    session.open()
    session.feed(b"".join(f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks))
    session.feed(b"" if provider == "gemini" else b"data: [DONE]\n\n")
    session.close()
    return session.result()


@pytest.mark.parametrize("shape", WHOLE)
def test_everything_is_known(shape: str) -> None:
    """The reply decodes whole and streamed, to the same text, thoughts, calls and counts."""
    provider, body = WHOLE[shape]
    one, other = whole(provider, body), streamed(provider, STREAMED[shape][1])
    assert one.text == other.text == "Hi"
    assert one.reasoning == other.reasoning == "Hm."
    assert [call.name for call in one.tool_calls] == ([] if "picture" in shape else ["add"])
    assert [call.name for call in other.tool_calls] == [call.name for call in one.tool_calls]
    assert one.usage == other.usage
    assert one.usage is not None
    assert (one.usage.input_tokens, one.usage.output_tokens) == (9, 5)
    assert (one.finish_reason, one.finish_reason_raw) == (other.finish_reason, other.finish_reason_raw)


def objects(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of the objects whose members are documented one by one."""
    if is_object(value):
        yield path
        for name, inner in value.items():
            if name not in FREE:
                yield from objects(inner, (*path, name))
    elif is_array(value):
        for index, inner in enumerate(value):
            yield from objects(inner, (*path, index))


def surprised(value: Any, path: tuple[Any, ...]) -> Any:
    """A copy with one more member in the object at that path."""
    copy = json.loads(json.dumps(value))
    place = copy
    for step in path:
        place = place[step]
    place["surprise"] = {"a": 1}
    return copy


PLACES = [
    pytest.param(shape, path, id=f"{shape}-{'.'.join(map(str, path))}")
    for shape, (_, body) in WHOLE.items()
    for path in objects(body)
]


@pytest.mark.parametrize(("shape", "path"), PLACES)
def test_one_more_field(shape: str, path: tuple[Any, ...]) -> None:
    """Drift is seen in strict mode, wherever it is, and harms nobody otherwise."""
    provider, body = WHOLE[shape]
    drifted = surprised(body, path)
    with pytest.raises(DecodeError, match="surprise"):
        whole(provider, drifted)
    assert whole(provider, drifted, strict=False).text == "Hi"
