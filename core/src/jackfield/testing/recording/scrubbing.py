"""What may not be on a tape, and its replacement by asterisks of the same length.

Rules: a header that is not on the allow-list is left out, and the values of those that hold keys are searched and
replaced in everything else; the length stays, so that the boundaries between chunks stay where they were.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

import attrs

from jackfield.testing.recording.tape import Chunk, Exchange, RecordedAnswer, RecordedRequest

REQUEST_HEADERS = frozenset({"content-type"})
ANSWER_HEADERS = frozenset({"content-type", "retry-after", "retry-after-ms", "x-should-retry"})
ANSWER_PREFIXES = ("x-ratelimit-",)
PARAMETERS = frozenset({"access_token", "api_key", "apikey", "key", "sig", "signature", "token"})
FIELDS = frozenset(
    {"account", "account_id", "account_tag", "api_key", "email", "organization", "organization_id", "org_id", "user_id"}
)
PATTERNS = (
    r"(?<=/accounts/)[^/?#]+",
    r"(?<=/v1/)[0-9a-f]{32}(?=/)",  # an AI gateway's account
    r"\b(?:org|acct|user|proj)[_-][A-Za-z0-9]{8,}",
    r"\b(?:sk|gsk|csk|pk|rk)[_-][A-Za-z0-9_-]{8,}",
    r"\bAIza[A-Za-z0-9_-]{20,}",
    r"(?i)(?<=bearer )[A-Za-z0-9._~+/=-]{8,}",
)
_CREDENTIALS = ("auth", "cookie", "key", "secret", "token")
_SHORTEST_SECRET = 6


@attrs.frozen(kw_only=True)
class Scrubber:
    """What is left out and replaced; evolve the defaults for a provider of your own.

    Attributes:
        request_headers, answer_headers, answer_prefixes: headers that are kept; no other one is.
        parameters: names of query parameters whose values are replaced.
        fields: names of JSON fields whose text is replaced, in bodies of either side.
        patterns: regular expressions; what they match is replaced, wherever it is.
        secrets: texts to replace, for those that no header holds.
    """

    request_headers: frozenset[str] = REQUEST_HEADERS
    answer_headers: frozenset[str] = ANSWER_HEADERS
    answer_prefixes: tuple[str, ...] = ANSWER_PREFIXES
    parameters: frozenset[str] = PARAMETERS
    fields: frozenset[str] = FIELDS
    patterns: tuple[str, ...] = PATTERNS
    secrets: tuple[str, ...] = attrs.field(default=(), repr=False)

    def request(self, request: RecordedRequest) -> RecordedRequest:
        """The request as it may be written down."""
        replace = self._replacer(_secrets_in(request.headers))
        kept = {name: replace(value) for name, value in request.headers.items() if name in self.request_headers}
        return RecordedRequest(
            method=request.method,
            url=replace(self._url(request.url)),
            headers=kept,
            body=_on_bytes(request.body, replace),
        )

    def exchange(self, request: RecordedRequest, answer: RecordedAnswer) -> Exchange:
        """Both as they may be written down; the request's keys are looked for in the answer too."""
        replace = self._replacer((*_secrets_in(request.headers), *_secrets_in(answer.headers)))
        kept = {name: replace(value) for name, value in answer.headers.items() if self._keeps(name)}
        chunks = _rechunked(answer.chunks, replace)
        scrubbed = attrs.evolve(answer, headers=kept, chunks=chunks, ending=replace(answer.ending))
        return Exchange(request=self.request(request), answer=scrubbed)

    def _keeps(self, header: str) -> bool:
        return header in self.answer_headers or header.startswith(self.answer_prefixes)

    def _url(self, url: str) -> str:
        parts = urlsplit(url)
        pairs = [
            (name, "*" * len(value) if name.lower() in self.parameters else value)
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
        ]
        return parts._replace(query=urlencode(pairs, safe="*/:,@")).geturl() if pairs else url

    def _replacer(self, secrets: Sequence[str]) -> Callable[[str], str]:
        """Replaces every secret, pattern and field by asterisks, in text of the same length."""
        known = [re.escape(one) for one in sorted({*secrets, *self.secrets}, key=len, reverse=True) if one]
        fields = "|".join(sorted(map(re.escape, self.fields)))
        whole = [re.compile(pattern) for pattern in (*known, *self.patterns)]
        field = re.compile(rf'("(?:{fields})"\s*:\s*")((?:[^"\\]|\\.)*)(?=")') if fields else None

        def replace(text: str) -> str:
            for pattern in whole:
                text = pattern.sub(lambda match: "*" * len(match[0]), text)
            return field.sub(lambda match: match[1] + "*" * len(match[2]), text) if field else text

        return replace


def _secrets_in(headers: Mapping[str, str]) -> tuple[str, ...]:
    """The values of headers that hold keys, and their last words (`Bearer ...`)."""
    values = [value for name, value in headers.items() if any(word in name for word in _CREDENTIALS)]
    words = [word for value in values for word in re.split(r"[\s;,=]+", value)]
    return tuple(one for one in (*values, *words) if len(one) >= _SHORTEST_SECRET)


def _on_bytes(data: bytes, replace: Callable[[str], str]) -> bytes:
    """Latin-1 maps each byte to one character and back, so that the length stays and nothing is lost."""
    return replace(data.decode("latin-1")).encode("latin-1")


def _rechunked(chunks: Sequence[Chunk], replace: Callable[[str], str]) -> tuple[Chunk, ...]:
    """The chunks with their whole scrubbed, so that a key that is cut by a boundary is found."""
    whole = _on_bytes(b"".join(chunk.data for chunk in chunks), replace)
    made: list[Chunk] = []
    at = 0
    for chunk in chunks:
        made.append(attrs.evolve(chunk, data=whole[at : at + len(chunk.data)]))
        at += len(chunk.data)
    return tuple(made)
