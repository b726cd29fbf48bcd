"""Forms with a file in them, as bytes: `multipart/form-data`.

Source: https://www.rfc-editor.org/rfc/rfc7578
"""

from collections.abc import Mapping
from hashlib import sha256

from jackfield.types.files import Upload


def encode_form(fields: Mapping[str, str], upload: Upload) -> tuple[str, bytes]:
    """The content type and the body of a form with these fields, and the file as the field `file`.

    The boundary is a hash of what is sent, so that equal forms are equal bytes; data that hold their own hash in hex
    do not occur.
    """
    boundary = sha256(upload.data).hexdigest()[:32]
    pieces = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{_quoted(upload.name)}"\r\n'
    pieces += [
        head.encode(),
        f"Content-Type: {_quoted(upload.mime_type)}\r\n\r\n".encode(),
        upload.data,
        f"\r\n--{boundary}--\r\n".encode(),
    ]
    return f"multipart/form-data; boundary={boundary}", b"".join(pieces)


def _quoted(text: str) -> str:
    """As browsers write it: what would end the header is percent-encoded."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
