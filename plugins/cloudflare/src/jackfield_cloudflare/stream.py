"""A streamed reply: each event goes to the decoder that its members call for.

Rules: `[DONE]` ends a stream; without it the reply is cut, unless a chat-shaped or responses-shaped one has said that
it is finished. Whatever has `error`, `errors` or `success: false` is an error. The hot path, an event that holds text
and padding, is read straight from the dict.

Source: https://developers.cloudflare.com/workers-ai/get-started/rest-api/
"""

from collections.abc import Iterator, Sequence
from typing import Any

from jackfield import wire
from jackfield.errors import DecodeError
from jackfield.hookspecs import StreamState
from jackfield.http import HttpResponse
from jackfield.sse import Frame
from jackfield.think import ThinkSplitter
from jackfield.types.events import Event, TextDelta
from jackfield.types.requests import GenerateRequest
from jackfield.wire import is_object
from jackfield_cloudflare import native, responses
from jackfield_cloudflare.chat import ChatReply, is_reply as is_chat_reply
from jackfield_cloudflare.errors import error_objects, error_of
from jackfield_cloudflare.leaked import TextWatch
from jackfield_cloudflare.responses import ResponsesEvents
from jackfield_cloudflare.wiretypes import NativeOutput, is_list

_DONE = b"[DONE]"
_PLAIN = frozenset({"response", "tool_calls", "p"})


class CloudflareStream:
    """Decodes one stream of any of the three shapes.

    Attributes:
        state: DONE after `[DONE]`, or after the last event of a Responses stream.
        opening: what the headers say.
    """

    def __init__(self, request: GenerateRequest, response: HttpResponse) -> None:
        """Start with the status and headers of the answer."""
        self.state = StreamState.OPEN
        self.opening: Sequence[Event] = native.facts(response)
        self._request = request
        self._response = response
        self._splitter = ThinkSplitter()
        self._calls = native.CallPieces()
        self._watch = TextWatch(request)
        self._chat: ChatReply | None = None
        self._responses: ResponsesEvents | None = None
        self._begun = False
        self._hot = False  # until the first event has said that this is a native stream

    def feed(self, frame: Frame) -> Sequence[Event]:
        """The events of one frame.

        Raises:
            ProviderError: the frame carries an error.
            DecodeError: it is not what the provider documents.
        """
        data = frame.data
        if data == _DONE:
            self.state = StreamState.DONE
            return ()
        if self._chat is not None:
            return self._chat_events(self._chat, frame)
        chunk = wire.loads(data)
        if self._hot and is_object(chunk) and chunk.keys() <= _PLAIN and not chunk.get("tool_calls"):
            text = chunk.get("response")
            if type(text) is str:
                return self._text(text)
        return self._watch.feed(self._events(chunk, frame))

    def close(self) -> Sequence[Event]:
        """The text that was held back: the beginning of a tag, or of a call."""
        held = (*self._splitter.close(), *self._calls.close()) if self._chat is None else self._chat.close()
        begun = () if self._chat or self._responses else self._begin()
        complete = self.state is not StreamState.OPEN
        return (*begun, *self._watch.feed(held), *self._watch.close(complete=complete))

    def _text(self, text: str) -> Sequence[Event]:
        """Nothing but text, for which no other decoder is needed."""
        if not text:
            return ()
        events = (TextDelta(text),) if self._splitter.done else self._splitter.feed(text)
        return self._watch.feed(events) if self._watch.active else events

    def _events(self, chunk: Any, frame: Frame) -> Sequence[Event]:
        if not is_object(chunk):
            raise DecodeError(f"expected an object, got {type(chunk).__name__}", path="event", body=frame.data)
        errors = responses.errors(chunk) or error_objects(chunk)
        if errors or frame.event == "error":
            raise error_of(self._response, errors or [chunk], in_stream=True)
        inner = chunk.get("streamed_data")  # a wrapper that one of the vendor's clients knows (2026)
        if is_list(inner):
            return tuple(event for one in inner for event in self._events(one, frame))
        if is_chat_reply(chunk):
            self._chat = ChatReply(self._request, self._response)
            return self._chat_events(self._chat, frame)
        if responses.is_event(chunk):
            return self._responses_events(chunk)
        return (*self._begin(), *self._native(chunk))

    def _begin(self) -> Sequence[Event]:
        """Who answers, the first time. Newer shapes say it themselves."""
        if self._begun:
            return ()
        self._begun = True
        self._hot = not self._request.strict
        return native.identity(self._response)

    def _chat_events(self, chat: ChatReply, frame: Frame) -> Sequence[Event]:
        events = chat.feed(frame)
        self.state = chat.state
        return self._watch.feed(events)

    def _responses_events(self, chunk: dict[str, Any]) -> Sequence[Event]:
        if self._responses is None:
            self._responses = ResponsesEvents(self._response, strict=self._request.strict)
        events = tuple(self._responses.events(chunk))
        if self._responses.ended:
            self.state = StreamState.DONE
        return events

    def _native(self, chunk: dict[str, Any]) -> Iterator[Event]:
        event = wire.structure(chunk, NativeOutput, strict=self._request.strict)
        yield from native.said(event, self._splitter)
        yield from self._calls.pieces(event.tool_calls or ())
        yield from native.tail(self._request, event, chunk)
