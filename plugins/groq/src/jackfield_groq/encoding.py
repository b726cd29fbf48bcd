"""What Groq's requests have beside the plain format: ways to search the web, documents, and what excludes what.

Source: https://console.groq.com/docs/api-reference#chat-create
"""

from jackfield import wire
from jackfield.dialects.chat_completions import Encoding, Json
from jackfield.errors import DecodeError
from jackfield.types.parts import Media
from jackfield.wire import is_object


def browse(encoding: Encoding) -> Json:
    """Search with the browser of gpt-oss, which takes no settings.

    Source: https://console.groq.com/docs/browser-search
    """
    search = encoding.request.web_search
    if search is not None and (search.include_domains or search.exclude_domains or search.country):
        raise encoding.refusal("web_search", "the browser of gpt-oss cannot be limited to domains or a country")
    return {"tools": [{"type": "browser_search"}]}


def search_settings(encoding: Encoding) -> Json:
    """Search with a compound system, which does so by itself; only limits have to be said.

    Source: https://console.groq.com/docs/web-search
    """
    search = encoding.request.web_search
    settings = (
        {}
        if search is None
        else {
            "country": search.country,
            "include_domains": list(search.include_domains),
            "exclude_domains": list(search.exclude_domains),
        }
    )
    wanted = {name: value for name, value in settings.items() if value}
    return {"search_settings": wanted} if wanted else {}


def document(part: Media, encoding: Encoding) -> Json | None:
    """A JSON document as a part of its message, a text as one of the documents that stand beside the messages.

    Raises:
        UnsupportedOption: it is neither, or it is not here as bytes.
    """
    if part.data is None:
        raise encoding.refusal("document", "a document has to be given as bytes", droppable=False)
    name = {"id": part.filename} if part.filename else {}
    try:
        if part.mime_type == "application/json":
            data = wire.loads(part.data)
            if is_object(data):
                return {"type": "document", "document": {"data": data, **name}}
        elif (part.mime_type or "").startswith("text/"):
            source = {"type": "text", "text": part.data.decode()}
            encoding.pieces.append({"documents": [{"source": source, **name}]})
            return None
    except (DecodeError, UnicodeDecodeError) as error:
        raise encoding.refusal("document", f"it cannot be read: {error}", droppable=False) from error
    raise encoding.refusal("document", f"{part.mime_type} is neither text nor a JSON object", droppable=False)
