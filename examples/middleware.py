"""Middleware: objects with hooks around every call. One counts tokens, the other answers from a cache.

A hook may leave out the arguments that it does not need; `jackfield.hookspecs.MiddlewareHooks` lists all of them.
"""

import attrs

import jackfield
from jackfield import Result, hookimpl
from jackfield.http import HttpRequest, HttpResponse


@attrs.define
class TokenCounter:
    """Adds up what the provider says it billed."""

    calls: int = 0
    tokens: int = 0

    @hookimpl
    def call_finished(self, result: Result[object]) -> None:
        """Count one finished call."""
        self.calls += 1
        if result.usage is not None:
            self.tokens += result.usage.total_tokens or 0


@attrs.define
class Cache:
    """Answers a request that was answered before, without asking the provider again."""

    answers: dict[tuple[str, bytes], HttpResponse] = attrs.field(factory=dict[tuple[str, bytes], HttpResponse])

    @hookimpl
    def answer_request(self, http_request: HttpRequest) -> HttpResponse | None:
        """The kept answer, or None to let the call go on."""
        return self.answers.get((http_request.url, http_request.body))

    @hookimpl
    def call_answered(self, http_request: HttpRequest, response: HttpResponse) -> None:
        """Keep an answer; only those that were decoded without an error come here."""
        self.answers[http_request.url, http_request.body] = response


def main() -> None:
    """Ask the same twice: two results, one request."""
    counter, cache = TokenCounter(), Cache()
    with jackfield.Client("groq", model="openai/gpt-oss-20b", middleware=[counter, cache]) as client:
        first = client.generate("Why is the sky blue?", max_tokens=300)
        second = client.generate("Why is the sky blue?", max_tokens=300)
    assert first.text == second.text
    print(f"{counter.calls} calls, {counter.tokens} tokens, {len(cache.answers)} answer kept")


if __name__ == "__main__":
    main()
