"""The answer as it is made, and the same result afterwards that `generate` would have given."""

import jackfield
from jackfield import ReasoningDelta, TextDelta


def main() -> None:
    """Print the pieces as they come, then what the whole stream amounts to."""
    with (
        jackfield.Client("groq", model="openai/gpt-oss-20b") as client,
        client.stream("Tell me about switchboards.", max_tokens=400) as stream,
    ):
        for event in stream:
            match event:
                case ReasoningDelta(text=text):
                    print(f"[{text.strip()}]", flush=True)
                case TextDelta(text=text):
                    print(text, end="", flush=True)
                case _:
                    pass  # tool calls, citations, usage, rate limits: see jackfield.Event

    result = stream.result  # there only after the stream came to its own end: a cut one raises IncompleteStream
    print(f"\nfinished: {result.finish_reason}")
    assert result.text


if __name__ == "__main__":
    main()
