"""Finished HTTP answers to results."""

from jackfield.assembly import assemble
from jackfield.http import HttpResponse
from jackfield.sse import Frame
from jackfield.types.events import NoticeEvent
from jackfield.types.requests import ImageRequest, Request
from jackfield.types.results import Notice, RawReply, Result
from jackfield_gemini.stream import GeminiParser

_EMPTY = NoticeEvent(
    notice=Notice(
        code="empty-reply", message="The answer has no candidate and no reason for it; asking again may help."
    )
)


def decode(request: Request, response: HttpResponse) -> Result[None]:
    """The result of a finished answer; it is read like a stream of one event.

    Raises:
        ProviderError: its status is no success, or it holds an error.
        DecodeError: it is not what the provider documents.
    """
    if not 200 <= response.status < 300:
        from jackfield_gemini.errors import error_from  # many programs see none

        raise error_from(response)
    raw = RawReply(status=response.status, headers=response.headers, body=response.body)
    if isinstance(request, ImageRequest):
        from jackfield_gemini.imagen import predictions, uses_predict

        if uses_predict(request.model):
            return assemble(predictions(response.body, strict=request.strict), raw=raw)
    parser = GeminiParser(strict=request.strict, in_stream=False)
    events = [*parser.feed(Frame(response.body)), *parser.close()]
    if parser.empty:
        events.append(_EMPTY)
    return assemble(events, raw=raw)
