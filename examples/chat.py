"""One question, and what comes with the answer."""

import jackfield


def main() -> None:
    """Ask, and print the answer with its figures."""
    with jackfield.Client("groq", model="openai/gpt-oss-20b") as client:
        result = client.generate("Why is the sky blue?", system="Answer in two sentences.", max_tokens=400, seed=7)

    print(result.text)
    print(f"finished: {result.finish_reason}")
    if result.usage is not None:  # None where the provider did not say; never an estimate
        print(f"tokens: {result.usage.input_tokens} in, {result.usage.output_tokens} out")
    if result.rate_limits.requests is not None:
        print(f"requests left: {result.rate_limits.requests.remaining}")


if __name__ == "__main__":
    main()
