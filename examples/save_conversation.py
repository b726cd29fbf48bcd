"""A conversation written down, and gone on with, perhaps in another process."""

import tempfile
from pathlib import Path

import jackfield
from jackfield import Message, user


def main() -> None:
    """Ask, save, load, and ask on."""
    path = Path(tempfile.mkdtemp()) / "conversation.json"
    with jackfield.Client("groq", model="openai/gpt-oss-20b") as client:
        messages: list[Message] = [user("My cat is called Manfred. Say hello to him.")]
        first = client.generate(messages, max_tokens=300)
        messages.append(first.message)  # as it is: reasoning, tool calls and opaque state stay where they belong
        path.write_text(jackfield.dumps(messages), encoding="utf-8")

        again = jackfield.loads(path.read_text(encoding="utf-8"))
        assert again == tuple(messages)
        second = client.generate([*again, user("What is my cat called?")], max_tokens=300)
    print(first.text)
    print(second.text)


if __name__ == "__main__":
    main()
