"""Plain functions as tools: annotations and docstring tell the model what they do."""

from typing import Literal

import jackfield


def add(a: int, b: int) -> int:
    """Add two whole numbers.

    Args:
        a: the first one.
        b: the second one.
    """
    return a + b


def exchange_rate(currency: Literal["EUR", "JPY", "CAD"]) -> float:
    """How much of a currency one US dollar buys."""
    return {"EUR": 0.92, "JPY": 149.5, "CAD": 1.36}[currency]


def main() -> None:
    """Let the model call them until it has its answer, and watch it do so."""
    with jackfield.Client("groq", model="openai/gpt-oss-20b") as client:
        result = client.run_tools("What is 3214 + 5632? Use add.", tools=[add, exchange_rate], max_rounds=4)
        print(result.text)

        # The same as a stream: the events of each round, its result, and the message of each tool's answer.
        for item in client.stream_tools("What is 20 + 22? Use add.", tools=[add]):
            if isinstance(item, jackfield.ToolCall):
                print(f"the model calls {item.name} with {dict(item.arguments)}")
            elif isinstance(item, jackfield.Result):
                print(f"a round ended: {item.finish_reason}")


if __name__ == "__main__":
    main()
