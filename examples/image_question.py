"""A picture in the question: from a file, from bytes, or by URL."""

import base64

import jackfield
from jackfield import Image, user

# A red square, as PNG. `Image.from_path("photo.jpg")` reads a file, `Image.from_url(...)` lets the provider fetch it.
SQUARE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mO4oKCAFTEMLQkAvk5EAYUHFA8AAAAASUVORK5CYII="
)


def main() -> None:
    """Ask about it."""
    picture = Image.from_bytes(SQUARE)  # the type is read from the bytes
    with jackfield.Client("groq", model="meta-llama/llama-4-scout-17b-16e-instruct") as client:
        result = client.generate(user("What colour is this?", picture), max_tokens=200)
    print(result.text)


if __name__ == "__main__":
    main()
