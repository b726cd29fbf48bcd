"""Pictures on their way out: Workers AI takes bytes, never addresses.

Source: https://developers.cloudflare.com/workers-ai/models/llama-4-scout-17b-16e-instruct/ (`image_url` must begin with
`data:`)
"""

from jackfield import wire
from jackfield.dialects.chat_completions.differences import Encoding, Json
from jackfield.dialects.chat_completions.messages import data_url
from jackfield.pieces import Pieces
from jackfield.types.parts import Image, Media


def picture_bytes(part: Media, encoding: Encoding) -> bytes:
    """The bytes of a picture.

    Raises:
        UnsupportedOption: it is something else, or known by its address or file id only.
    """
    if not isinstance(part, Image):
        raise encoding.refusal(part.kind, "of all media, pictures only can be sent", droppable=False)
    if part.extra is not None:
        raise encoding.refusal("image.extra", "there are no options for one part", droppable=False)
    if part.data is None:
        raise encoding.refusal("image", "addresses are refused: fetch the picture and pass its bytes", droppable=False)
    return part.data


def picture_url(part: Media, encoding: Encoding) -> str | Pieces:
    """A picture as a data URI.

    Raises:
        UnsupportedOption: as `picture_bytes`.
    """
    picture_bytes(part, encoding)
    return data_url(part)


def chat_image(part: Media, encoding: Encoding) -> Json:
    """The part of a chat message that holds a picture."""
    detail = {} if part.detail is None else {"detail": part.detail}
    return {"type": "image_url", "image_url": {"url": picture_url(part, encoding), **detail}}


def native_image(part: Media, encoding: Encoding) -> Json:
    """The part of a native message that holds a picture; its schema has no word for detail."""
    if part.detail is not None:
        encoding.notice("option-dropped", "the detail of a picture cannot be sent to the native endpoint", "detail")
    return {"type": "image_url", "image_url": {"url": picture_url(part, encoding)}}


def only_picture(encoding: Encoding) -> Json:
    """The only picture of a conversation, beside the messages as a list of bytes; nothing if there is none.

    Raises:
        UnsupportedOption: there are several, or as `picture_bytes`.
    """
    picture = _only(encoding)
    return {} if picture is None else {"image": wire.byte_list(picture_bytes(picture, encoding))}


def asked_picture(encoding: Encoding) -> Json:
    """The only picture of a question to moondream, which takes addresses, too.

    Raises:
        UnsupportedOption: there is none, there are several, or as `picture_bytes`.

    Source: https://developers.cloudflare.com/workers-ai/models/moondream3.1-9b-a2b/
    """
    picture = _only(encoding)
    if picture is None:
        raise encoding.refusal("messages", "this model answers about a picture, and there is none", droppable=False)
    return {"image": picture.url or picture_url(picture, encoding)}


def _only(encoding: Encoding) -> Media | None:
    pictures = [part for message in encoding.request.messages for part in message.parts if isinstance(part, Media)]
    if len(pictures) > 1:
        raise encoding.refusal("image", "there is room for one picture beside the messages", droppable=False)
    return pictures[0] if pictures else None
