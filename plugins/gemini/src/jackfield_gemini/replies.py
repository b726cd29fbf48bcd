"""One part of a reply as events of ours.

Rules: what a part holds beside the thing that we have a word for rides along as `Opaque`, so that the part can be sent
back exactly as it came; a part that we have no word for is its `Opaque`. An `Opaque` that holds a data key is the
whole part, any other one is laid over the part that we write (`parts.with_state`). An empty text is dropped unless it
carries something.

Source: https://ai.google.dev/api/caching#Part and https://ai.google.dev/gemini-api/docs/thought-signatures
"""

from __future__ import annotations  # the wire types are imported by the first reply that needs them

from binascii import a2b_base64
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from jackfield import wire
from jackfield.assembly import synthetic_id
from jackfield.errors import DecodeError
from jackfield.types.events import Event, MediaDelta, ReasoningDelta, TextDelta
from jackfield.types.parts import Opaque, ProviderPart, ServerTool, ToolCall

if TYPE_CHECKING:
    from jackfield_gemini.wiretypes import (
        Blob,
        CodeExecutionResult,
        ExecutableCode,
        FunctionCall,
        Part,
        ServerToolCall,
        ServerToolResponse,
    )

PROVIDER = "gemini"
LOCAL_ID = "local_"
"""How ids begin that we made up because the model sent none (before Gemini 3): they are not sent back."""

DATA_KEYS = frozenset(
    {
        "text",
        "inlineData",
        "fileData",
        "functionCall",
        "functionResponse",
        "executableCode",
        "codeExecutionResult",
        "toolCall",
        "toolResponse",
        "audioTranscription",
    }
)
"""The members that make a part what it is; every other one modifies it."""

RAW_SOUND = ("audio/l16", "audio/pcm")
"""Sound without a header: pieces of it continue one another."""

Json = Mapping[str, Any]


def opaque(state: Json) -> Opaque | None:
    """State to keep on a part, or None if there is none."""
    return Opaque(provider=PROVIDER, data=dict(state)) if state else None


def base64_bytes(text: str) -> bytes:
    """The bytes behind standard or URL-safe base64, padded or not.

    Raises:
        DecodeError: it is neither.
    """
    try:
        return a2b_base64(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), strict_mode=True)
    except ValueError as error:
        raise DecodeError(f"not base64: {error}") from error


@attrs.define(eq=False, repr=False)
class PartReader:
    """Reads the parts of one candidate; counts its calls for ids that the model did not send."""

    reply_id: str = ""
    calls: int = 0

    def read(self, raw: Json, *, strict: bool) -> Event | None:
        """The event of one part, or None if it is empty.

        Raises:
            DecodeError: a member is not of its type, or `strict` and it is unknown.
        """
        from jackfield_gemini.wiretypes import Part

        part = wire.structure(raw, Part, strict=strict)
        for name, read in _READERS.items():
            member = getattr(part, name)
            if member is not None:
                return read(self, member, part, raw)
        return _whole(raw) if raw else None

    def text(self, text: str, part: Part, raw: Json) -> Event | None:
        """An answer or a thought."""
        state = _rest(raw, "text", "thought")
        if not text and state is None:
            return None
        return ReasoningDelta(text, opaque=state) if part.thought else TextDelta(text, opaque=state)

    def call(self, call: FunctionCall, _part: Part, raw: Json) -> Event:
        """A function call, always whole."""
        arguments = wire.dumps_text(call.args or {})
        call_id = call.id or self._local_id(call.name, arguments)
        self.calls += 1
        return ToolCall(
            id=call_id,
            name=call.name,
            arguments=call.args or {},
            arguments_raw=arguments,
            opaque=_beside(raw, "functionCall", {"id", "name", "args"}),
        )

    def _local_id(self, name: str, arguments: str) -> str:
        made_up = synthetic_id(self.reply_id, self.calls, name, arguments)
        return LOCAL_ID + made_up.removeprefix("call_")

    def blob(self, blob: Blob, part: Part, raw: Json) -> Event:
        """A medium; a draft of one, made while thinking, is no answer and only kept."""
        if part.thought or not blob.mime_type:
            return _whole(raw)
        state = _beside(raw, "inlineData", {"mimeType", "data"})
        append = state is None and blob.mime_type.lower().startswith(RAW_SOUND)
        return MediaDelta(data=base64_bytes(blob.data or ""), mime_type=blob.mime_type, append=append, opaque=state)

    def code(self, code: ExecutableCode, _part: Part, raw: Json) -> Event:
        """Code for the sandbox."""
        return _server_tool("executableCode", raw, name=code.language, arguments_raw=code.code)

    def printed(self, result: CodeExecutionResult, _part: Part, raw: Json) -> Event:
        """What the code printed; the outcome is its name."""
        return _server_tool("codeExecutionResult", raw, name=result.outcome, output=result.output)

    def asked(self, call: ServerToolCall, _part: Part, raw: Json) -> Event:
        """A tool of Google's is used."""
        asked = None if call.args is None else wire.dumps_text(call.args)
        return _server_tool("toolCall", raw, name=call.tool_type, arguments_raw=asked)

    def answered(self, response: ServerToolResponse, _part: Part, raw: Json) -> Event:
        """What that tool gave."""
        given = None if response.response is None else wire.dumps_text(response.response)
        return _server_tool("toolResponse", raw, name=response.tool_type, output=given)


_READERS: Mapping[str, Callable[[PartReader, Any, Part, Json], Event | None]] = {
    "function_call": PartReader.call,
    "inline_data": PartReader.blob,
    "executable_code": PartReader.code,
    "code_execution_result": PartReader.printed,
    "tool_call": PartReader.asked,
    "tool_response": PartReader.answered,
    "text": PartReader.text,
}
"""By the member that makes a part what it is."""


def _rest(raw: Json, *known: str) -> Opaque | None:
    """What is beside these members; the whole part if that is another thing."""
    rest = {key: value for key, value in raw.items() if key not in known}
    return opaque(raw if rest.keys() & DATA_KEYS else rest)


def _beside(raw: Json, key: str, known: set[str]) -> Opaque | None:
    """What we have no word for: what stands beside the member, or the whole part if it is inside."""
    return _rest(raw, key) if raw[key].keys() <= known else opaque(raw)


def _whole(raw: Json) -> ProviderPart:
    kind = next((key for key in raw if key not in {"thought", "thoughtSignature"}), "thoughtSignature")
    return ProviderPart(kind=kind, opaque=Opaque(provider=PROVIDER, data=dict(raw)))


def _server_tool(
    kind: str, raw: Json, *, name: str | None, arguments_raw: str | None = None, output: str | None = None
) -> ServerTool:
    return ServerTool(kind=kind, name=name, arguments_raw=arguments_raw, output=output, raw=raw, opaque=opaque(raw))
