"""Damage to recorded answers, as small values that can be drawn, printed and repeated.

Rules: a mutation is data, so that a failing one shrinks; `mutated` is pure; nothing here knows a provider.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeGuard

import attrs

from jackfield.http import HttpResponse

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 256, 1.5, 10**30, "", "x", "true", "\ud800", "2026-11-21T00:00:00Z", [], {}, [[]], [{}],
    [None], ["x"], {"": None}, {"x": {"y": [1]}}, "<think>", "</think>", '{"name": "add", "parameters": {}}',
)  # fmt: skip
"""What takes the place of a member, or becomes one."""

LITERALS: tuple[bytes, ...] = (
    b"1e999", b"-0", b"NaN", b"Infinity", b'"\\ud800"', b"[" * 3000, b'{"a":' * 3000, b"9" * 5000, b"\xff", b"\x00",
    b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\n", b"\r\n\r\n", b": ping\n\n", b"data: [DONE]\n\n", b"data: {}\n\n",
    b"event: error\n", b"data:", b'"', b"}", b",",
)  # fmt: skip
"""Bytes that are put in between."""

STATUSES = (200, 201, 204, 302, 400, 401, 403, 404, 408, 409, 413, 418, 422, 429, 498, 500, 502, 503, 529)
CONTENT_TYPES = ("application/json", "text/event-stream", "text/html", "application/json; charset=latin-1", "", ";;")
HEADER_VALUES = (
    "",
    "x",
    "-1",
    "1e999",
    "999999999999999999999",
    "nan",
    "2m59.56s",
    "Sat, 21 Nov 2026 01:00:00 GMT",
    "é",
)


@attrs.frozen
class Mutation:
    """One piece of damage.

    Attributes:
        kind: a key of KINDS.
        where: picks the place; any number means some place.
        what: picks the value, or how much.
    """

    kind: str
    where: int
    what: int


def mutated(answer: HttpResponse, mutations: tuple[Mutation, ...]) -> HttpResponse:
    """The answer after all this damage."""
    for one in mutations:
        answer = KINDS[one.kind](answer, one.where, one.what)
    return answer


# --- bytes -----------------------------------------------------------------------------------------------------------


def _edit(edit: Callable[[bytes, int, int], bytes]) -> Callable[[HttpResponse, int, int], HttpResponse]:
    def apply(answer: HttpResponse, where: int, what: int) -> HttpResponse:
        body = answer.body
        return attrs.evolve(answer, body=edit(body, where % (len(body) + 1), what))

    return apply


def _flip(body: bytes, at: int, what: int) -> bytes:
    return body[:at] + bytes([body[at] ^ (1 << what % 8)]) + body[at + 1 :] if at < len(body) else body


def _insert(body: bytes, at: int, what: int) -> bytes:
    return body[:at] + LITERALS[what % len(LITERALS)] + body[at:]


def _delete(body: bytes, at: int, what: int) -> bytes:
    return body[:at] + body[at + 1 + what % 40 :]


def _repeat(body: bytes, at: int, what: int) -> bytes:
    return body[:at] + body[at : at + 1 + what % 200] * 2 + body[at:]


def _cut(body: bytes, at: int, _what: int) -> bytes:
    return body[:at]


def _swap_lines(body: bytes, at: int, what: int) -> bytes:
    lines = body.split(b"\n")
    first, second = at % len(lines), what % len(lines)
    lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


# --- JSON ------------------------------------------------------------------------------------------------------------


def _in_json(change: Callable[[Any, Any, int], None]) -> Callable[[bytes, int, int], bytes]:
    """Change one member of the body, or of one event of a stream; a body that is no JSON stays."""

    def edit(body: bytes, at: int, what: int) -> bytes:
        lines = body.split(b"\n")
        data = [number for number, line in enumerate(lines) if line.startswith(b"data: {")]
        if not data:
            return _changed(body, at, what, change)
        number = data[at % len(data)]
        lines[number] = b"data: " + _changed(lines[number].removeprefix(b"data: "), at // len(data), what, change)
        return b"\n".join(lines)

    return edit


def _changed(text: bytes, at: int, what: int, change: Callable[[Any, Any, int], None]) -> bytes:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    places = list(_places(value))
    if not places:
        return text
    container, key = places[at % len(places)]
    change(container, key, what)
    return json.dumps(value).encode()


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether it is a JSON object."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Whether it is a JSON array."""
    return isinstance(value, list)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each member of each object and array, as its container and its key."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        keys: list[Any] = list(one) if is_object(one) else list(range(len(one))) if is_array(one) else []
        for key in keys:
            yield one, key
            waiting.append(one[key])


def _replace(container: Any, key: Any, what: int) -> None:
    container[key] = VALUES[what % len(VALUES)]


def _remove(container: Any, key: Any, _what: int) -> None:
    del container[key]


def _rename(container: Any, key: Any, what: int) -> None:
    if is_object(container):
        container[NAMES[what % len(NAMES)]] = container.pop(key)


def _double(container: Any, key: Any, _what: int) -> None:
    if is_array(container):
        container.append(container[key])


def _add(container: Any, _key: Any, what: int) -> None:
    if is_object(container):
        container[NAMES[what % len(NAMES)]] = VALUES[what // len(NAMES) % len(VALUES)]


NAMES = (
    "error", "errors", "success", "result", "choices", "delta", "message", "content", "tool_calls", "function", "index",
    "id", "usage", "type", "output", "response", "candidates", "parts", "text", "functionCall", "finish_reason", "code",
    "surprise",
)  # fmt: skip
"""Names that mean something to some provider, and one that means nothing."""


# --- the head --------------------------------------------------------------------------------------------------------


def _status(answer: HttpResponse, where: int, _what: int) -> HttpResponse:
    return attrs.evolve(answer, status=STATUSES[where % len(STATUSES)])


def _content_type(answer: HttpResponse, where: int, _what: int) -> HttpResponse:
    made = CONTENT_TYPES[where % len(CONTENT_TYPES)]
    return attrs.evolve(answer, headers={**answer.headers, "content-type": made})


def _header(answer: HttpResponse, where: int, what: int) -> HttpResponse:
    names = sorted(answer.headers.keys() | {"retry-after", "retry-after-ms", "x-should-retry"})
    name = names[where % len(names)]
    return attrs.evolve(answer, headers={**answer.headers, name: HEADER_VALUES[what % len(HEADER_VALUES)]})


KINDS: Mapping[str, Callable[[HttpResponse, int, int], HttpResponse]] = {
    "replace": _edit(_in_json(_replace)),
    "remove": _edit(_in_json(_remove)),
    "rename": _edit(_in_json(_rename)),
    "double": _edit(_in_json(_double)),
    "add": _edit(_in_json(_add)),
    "flip": _edit(_flip),
    "insert": _edit(_insert),
    "delete": _edit(_delete),
    "repeat": _edit(_repeat),
    "cut": _edit(_cut),
    "swap lines": _edit(_swap_lines),
    "status": _status,
    "content type": _content_type,
    "header": _header,
}
