"""Three questions at once, with asyncio."""

import asyncio

import jackfield

QUESTIONS = ("What is a jack field?", "What is a patch cord?", "What is a telephone exchange?")


async def main() -> None:
    """Ask all of them over one client, and print the answers in order."""
    async with jackfield.AsyncClient("groq", model="openai/gpt-oss-20b") as client:
        results = await asyncio.gather(*(client.generate(question, max_tokens=400) for question in QUESTIONS))
    for question, result in zip(QUESTIONS, results, strict=True):
        print(f"{question}\n  {result.text}")


if __name__ == "__main__":
    asyncio.run(main())
