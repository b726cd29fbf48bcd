"""What can go wrong, and what is left then. Facts are attributes; the class comes from the status, never from words."""

import jackfield


def ask(model: str, question: str) -> str:
    """Ask a model; every branch says what a program could do."""
    with jackfield.Client("groq", model=model, timeouts=jackfield.Timeouts(total_s=60), retries=1) as client:
        try:
            with client.stream(question, max_tokens=300) as stream:
                for _ in stream:
                    pass
            return stream.result.text
        except jackfield.UsageError as error:  # nothing was sent
            return f"the program is wrong: {error}"
        except jackfield.RateLimited as error:  # retried already, as often as `retries` says
            return f"come back in {error.retry_after_s} s"
        except jackfield.NotFound as error:
            return f"there is no such model: {error.message}"
        except jackfield.ProviderError as error:
            return f"{error.provider} said {error.status} {error.code}; again later: {error.retryable}"
        except (jackfield.IncompleteStream, jackfield.TransportError) as error:  # cut, timed out, no connection
            return f"only this came: {error.partial.text if error.partial else 'nothing'}"


def main() -> None:
    """One that works, one that does not."""
    print(ask("openai/gpt-oss-20b", "Say hello."))
    print(ask("no-such-model", "Say hello."))
    with jackfield.Client("groq", model="openai/gpt-oss-20b") as client:
        try:
            client.generate("Say hello.", max_tokens=-1)
        except jackfield.UsageError as error:
            print(error)


if __name__ == "__main__":
    main()
