"""Forms with a file in them: `multipart/form-data`.

Source: https://www.rfc-editor.org/rfc/rfc7578
"""

from collections.abc import Mapping
from hashlib import sha256

from jackfield.pieces import Content, Pieces


def encode_form(fields: Mapping[str, str], file: Content, *, name: str, mime_type: str) -> tuple[str, Pieces]:
    """The content type and the body of a form with these fields, and the file as the field `file`.

    The boundary is a hash of what is sent, so that equal forms are equal bytes; data that hold their own hash in hex
    do not occur.
    """
    digest = sha256()
    for block in Pieces(file):
        digest.update(block)
    boundary = digest.hexdigest()[:32]
    before = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{_quoted(name)}"\r\n'
    before += [head.encode(), f"Content-Type: {_quoted(mime_type)}\r\n\r\n".encode()]
    return f"multipart/form-data; boundary={boundary}", Pieces(*before, file, f"\r\n--{boundary}--\r\n".encode())


def _quoted(text: str) -> str:
    """As browsers write it: what would end the header is percent-encoded."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
