"""Values that fit a JSON Schema, for arguments and structured answers.

Strategy: one walk over the schema; numbers come from the prompt as long as there are some, texts from its words,
everything else from `tokens.number`. Rules: local references only; recursion ends at a fixed depth by taking the
smallest branch; a `pattern` is tried with some usual texts only, and `not`, `if` and the like are not looked at.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from jackfield.testing.checking import Json, is_sequence, record, sequence
from jackfield.testing.tokens import number

_DEPTH = 6
_MOST = 100_000
_ATTEMPTS = 20
"""How often another value is looked for where items must differ."""
_FORMATS: Mapping[str, str] = {
    "date": "2026-01-02", "date-time": "2026-01-02T03:04:05Z", "time": "03:04:05Z", "duration": "P1D",
    "email": "simulated@example.com", "hostname": "example.com", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1",
    "uri": "https://example.com/simulated", "url": "https://example.com/simulated",
    "uuid": "00000000-0000-4000-8000-000000000001",
}  # fmt: skip
_USUAL_TEXTS = (
    "simulated", "Simulated", "SIMULATED", "simulated-1", "sim_1", "S", "s", "SIM", "7", "42", "123", "1234", "12345",
    "#00ff00", "A1", "AB-123", "AB-1234", "1.0.0", "10:30", "+15550100", "555-0100",
)  # fmt: skip


class Filler:
    """Fills schemas in; one object an answer, so that a number of the prompt is used once."""

    def __init__(
        self, root: Mapping[str, Any], *, seed: object, numbers: Sequence[float], names: Sequence[str]
    ) -> None:
        """Take numbers and names (words worth using as a text) from the prompt, in their order."""
        self._root = root
        self._seed = seed
        self._numbers = iter(numbers)
        self._names = iter(names)
        self._fillers: Mapping[str, Callable[[Json, str, int], Any]] = {
            "object": self._object, "array": self._array, "string": self._string,
            "integer": self._integer, "number": self._number, "boolean": self._boolean,
        }  # fmt: skip

    def fill(self) -> Any:
        """A value that fits the root schema."""
        return self._value(self._root, "value", 0)

    def _value(self, schema: Any, name: str, depth: int) -> Any:
        node = self._resolved(schema)
        if depth > 4 * _DEPTH:
            return None  # the schema has no finite instance
        if "const" in node:
            return node["const"]
        if sequence(node.get("enum")):
            return self._choose(node["enum"], name)
        for keyword in ("anyOf", "oneOf"):
            if sequence(node.get(keyword)):
                return self._value(self._branch(node, keyword, depth), name, depth + 1)
        kind = _type_of(node, depth)
        return self._fillers[kind](node, name, depth) if kind in self._fillers else None

    def _resolved(self, schema: Any) -> Json:
        """The schema with its references followed and its `allOf` merged."""
        node = dict(record(schema))
        for _ in range(_DEPTH * 4):
            if "$ref" in node:
                node = {**self._target(str(node.pop("$ref"))), **node}
            elif sequence(node.get("allOf")):
                node = _merged(node, [self._resolved(part) for part in node.pop("allOf")])
            else:
                break
        return node

    def _target(self, reference: str) -> Json:
        place: Any = dict(self._root)
        for step in reference.removeprefix("#").strip("/").split("/"):
            if step:
                key = step.replace("~1", "/").replace("~0", "~")
                place = place[int(key)] if is_sequence(place) and key.isdigit() else record(place).get(key)
        return record(place)

    def _branch(self, node: Json, keyword: str, depth: int) -> Any:
        """The branch to take: the first that is no null, or deep inside the first that ends the recursion."""
        rest = {key: value for key, value in node.items() if key not in {keyword, "discriminator"}}
        branches = [_merged(rest, [self._resolved(branch)]) for branch in node[keyword]]
        if depth >= _DEPTH:
            return min(branches, key=_weight)
        return next((branch for branch in branches if branch.get("type") != "null"), branches[0])

    def _choose(self, options: Sequence[Any], name: str) -> Any:
        wanted = {str(one).lower() for one in (*self._peek_names(),)}
        mentioned = [option for option in options if isinstance(option, str) and option.lower() in wanted]
        return (mentioned or options)[0 if mentioned else number(self._seed, name) % len(options)]

    def _peek_names(self) -> tuple[str, ...]:
        names = tuple(self._names)
        self._names = iter(names)
        return names

    def _object(self, node: Json, name: str, depth: int) -> Any:
        properties = record(node.get("properties"))
        required = [key for key in sequence(node.get("required")) if isinstance(key, str)]
        wanted = [key for key in properties if depth < _DEPTH or key in required]
        made = {key: self._value(properties[key], key, depth + 1) for key in wanted}
        for key in required:
            made.setdefault(key, f"simulated {key}")
        extra = node.get("additionalProperties")
        if isinstance(extra, Mapping) and not properties:
            named = node.get("propertyNames")
            key = f"{name}_1" if named is None else str(self._value(named, name, depth + 1))
            made[key] = self._value(extra, name, depth + 1)
        return made

    def _array(self, node: Json, name: str, depth: int) -> Any:
        made = [self._value(item, name, depth + 1) for item in sequence(node.get("prefixItems"))]
        least = _count(node, "minItems", 0)
        usual = 0 if depth >= _DEPTH else 2
        most = _count(node, "maxItems", max(usual, least, len(made)))
        items = node.get("items", not made)
        if items is False:
            return made
        wanted = min(_MOST, max(least, min(most, usual)))
        for attempt in range(wanted * (_ATTEMPTS if node.get("uniqueItems") else 1)):
            if len(made) == wanted:
                break
            value = self._value(items, f"{name}_{attempt + 1}", depth + 1)
            if not (node.get("uniqueItems") and value in made):
                made.append(value)
        return made

    def _string(self, node: Json, name: str, _depth: int) -> Any:
        if isinstance(node.get("format"), str) and node["format"] in _FORMATS:
            return _FORMATS[node["format"]]
        if isinstance(node.get("pattern"), str):
            return _matching(node["pattern"])
        text = next(self._names, f"simulated {name}")
        least, most = _count(node, "minLength", 0), _count(node, "maxLength", _MOST)
        text = text.ljust(min(least, _MOST), ".")
        return text[:most]

    def _integer(self, node: Json, name: str, depth: int) -> Any:
        return int(self._number(node, name, depth, whole=True))

    def _number(self, node: Json, name: str, _depth: int, *, whole: bool = False) -> float:
        step = _figure(node, "multipleOf", 0) or (1 if whole else None)
        low, high = _bounds(node, step or 0.5)
        value = next(
            (one for one in self._rest_of_numbers() if low <= one <= high and (not whole or one == int(one))), None
        )
        if value is None:
            span = min(high, low + 100) - low if low > -_FAR else min(high, 100.0)
            base = low if low > -_FAR else min(high, 0.0)
            value = base + number(self._seed, name) % int(max(span, 0) + 1)
        if step:
            value = -(-value // step) * step
            value = value - step if value > high else value
        return int(value) if value == int(value) else value

    def _rest_of_numbers(self) -> Iterator[float]:
        yield from self._numbers

    def _boolean(self, _node: Json, name: str, _depth: int) -> Any:
        return bool(number(self._seed, name) % 2)


_FAR = 1e15


def _matching(pattern: str) -> str:
    """A usual text, or one of the formats' texts, that the pattern matches; else one that does not."""
    try:
        wanted = re.compile(pattern)
    except re.error:
        return _USUAL_TEXTS[0]
    return next((text for text in (*_USUAL_TEXTS, *_FORMATS.values()) if wanted.search(text)), _USUAL_TEXTS[0])


def _type_of(node: Json, depth: int) -> str:
    """The type to make, in lower case (Gemini writes them in capitals)."""
    wanted = node.get("type")
    if isinstance(wanted, str):
        return "null" if node.get("nullable") and depth >= _DEPTH else wanted.lower()
    if sequence(wanted):
        kinds = [str(one).lower() for one in sequence(wanted)]
        return "null" if depth >= _DEPTH and "null" in kinds else next((one for one in kinds if one != "null"), "null")
    if "properties" in node or "additionalProperties" in node:
        return "object"
    return "array" if "items" in node or "prefixItems" in node else "string"


def _weight(node: Json) -> int:
    """How much a branch leads on to: nothing, a plain value, or more branches."""
    return {"null": 0, "object": 2 + len(sequence(node.get("required"))), "array": 1}.get(_type_of(node, 0), 1)


def _merged(base: Json, others: Sequence[Json]) -> Json:
    """The schemas as one: properties and required names add up, of anything else the last one counts."""
    made = dict(base)
    for other in others:
        for key, value in other.items():
            if key == "properties":
                made[key] = {**record(made.get(key)), **record(value)}
            elif key == "required":
                made[key] = [*sequence(made.get(key)), *sequence(value)]
            else:
                made[key] = value
    return made


def _bounds(node: Json, step: float) -> tuple[float, float]:
    """Inclusive bounds."""
    low, high = _figure(node, "minimum", -_FAR), _figure(node, "maximum", _FAR)
    low = max(low, _figure(node, "exclusiveMinimum", -_FAR * 2) + step)
    high = min(high, _figure(node, "exclusiveMaximum", _FAR * 2) - step)
    return low, high


def _figure(node: Json, keyword: str, default: float) -> float:
    """A number of the schema, or the default if it is none."""
    value = node.get(keyword)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else default


def _count(node: Json, keyword: str, default: int) -> int:
    return int(_figure(node, keyword, default))
