"""Our parts as parts of a request.

Rules: opaque state goes back exactly as it came, on the part that it came with; state of another provider is left out
and named in a notice. A medium is sent as bytes, by its address, or, if it is text, as text: `text/plain;
charset=utf-8` is refused as inline data (2025-08).

Source: https://ai.google.dev/api/caching#Part
"""

from collections.abc import Mapping
from typing import Any, get_args

import attrs

from jackfield.errors import UnsupportedOption
from jackfield.http import Settings
from jackfield.types.parts import (
    Citation,
    Media,
    Opaque,
    Part,
    ProviderPart,
    Reasoning,
    ServerTool,
    Text,
    ToolCall,
    ToolResult,
)
from jackfield.types.results import Notice
from jackfield.wire import base64_text
from jackfield_gemini.address import address
from jackfield_gemini.families import Family
from jackfield_gemini.replies import DATA_KEYS, LOCAL_ID, PROVIDER

Json = dict[str, Any]


@attrs.define(eq=False, repr=False)
class PartWriter:
    """Writes the parts of one request, and collects what it has to leave out."""

    family: Family
    settings: Settings
    notices: dict[str, Notice] = attrs.field(factory=dict[str, Notice])

    def write(self, part: Part) -> Json | None:
        """One part, or None if there is nothing to send.

        Raises:
            UnsupportedOption: Gemini cannot be given that part.
        """
        match part:
            case Text():
                return self._text(part.text, part.opaque)
            case Reasoning():
                return self._reasoning(part)
            case ToolCall():
                return self.with_state(call_part(part), part.opaque)
            case Media():
                return self.with_state(self.medium(part), part.opaque)
            case ServerTool() | ProviderPart():
                return self._only_state(part.opaque, part.kind)
            case Citation():
                return None  # it annotates a text that is sent
            case ToolResult():
                raise UnsupportedOption(
                    "messages", "tool results belong into messages of the role tool", provider=PROVIDER, droppable=False
                )

    def with_state(self, wire: Json, state: Opaque | None) -> Json:
        """The part with the state that came with it, if it is Gemini's."""
        data = self._ours(state)
        if data is None:
            return wire
        return dict(data) if data.keys() & DATA_KEYS else {**wire, **data}

    def notice(self, code: str, message: str) -> None:
        """Tell the caller, once."""
        self.notices.setdefault(message, Notice(code=code, message=message))

    def _ours(self, state: Opaque | None) -> Mapping[str, Any] | None:
        if state is None:
            return None
        if state.provider != PROVIDER:
            self.notice("foreign-state", f"State of {state.provider} was left out: only {state.provider} can read it.")
            return None
        return state.data

    def _text(self, text: str, state: Opaque | None) -> Json | None:
        wire = self.with_state({"text": text}, state)
        return wire if text or len(wire) > 1 else None

    def _reasoning(self, part: Reasoning) -> Json | None:
        if self.family.thinking is None:
            self._ours(part.opaque)  # says so if it is of somebody else
            self.notice("left-out", "Reasoning was left out: this model does not think.")
            return None
        wire = self.with_state({"text": part.text, "thought": True}, part.opaque)
        return wire if part.text or len(wire) > 2 else None

    def _only_state(self, state: Opaque | None, kind: str) -> Json | None:
        data = self._ours(state)
        if data is None:
            self.notice("left-out", f"Gemini cannot be given what another provider calls {kind}.")
            return None
        return dict(data)

    # --- media -------------------------------------------------------------------------------------------------------

    def medium(self, part: Media) -> Json:
        """A medium with its modifiers.

        Raises:
            UnsupportedOption: a modifier is another provider's, or not for this model.
        """
        if part.data is not None and (part.mime_type or "").startswith("text/"):
            return {"text": _decoded(part.data), **self._modifiers(part)}
        return {**self.source(part), **self._modifiers(part)}

    def source(self, part: Media) -> Json:
        """Where the medium is."""
        if part.data is not None:
            data = base64_text(part.data)
            return {"inlineData": {"mimeType": part.mime_type or "application/octet-stream", "data": data}}
        named = {"fileUri": self._uri(part.url or part.file_id or "")}
        return {"fileData": {**named, **({"mimeType": part.mime_type} if part.mime_type else {})}}

    def _uri(self, place: str) -> str:
        return place if "://" in place else address(self.settings, f"files/{place.removeprefix('files/')}")

    def _modifiers(self, part: Media) -> Json:
        found: Json = {}
        if part.extra is not None:
            from jackfield_gemini.options import PartOptions

            if not isinstance(part.extra, get_args(PartOptions)):
                names = ", ".join(one.__name__ for one in get_args(PartOptions))
                reason = f"{type(part.extra).__name__} is not one of {names}"
                raise UnsupportedOption("extra", reason, provider=PROVIDER, droppable=False)
            found.update(part.extra.modifiers())
        if part.detail not in (None, "auto"):
            if not self.family.newest:
                reason = "this model has one resolution for all media: GeminiOptions(media_resolution=...)"
                raise UnsupportedOption("detail", reason, provider=PROVIDER, droppable=False)
            found["mediaResolution"] = {"level": f"MEDIA_RESOLUTION_{str(part.detail).upper()}"}
        return found


def call_part(call: ToolCall) -> Json:
    """A function call; an id that we made up is not sent."""
    named = {"name": call.name, "args": dict(call.arguments)}
    return {"functionCall": {**({"id": call.id} if sent_id(call.id) else {}), **named}}


def sent_id(call_id: str) -> bool:
    """Whether an id goes on the wire: it is one, and the model or another provider gave it."""
    return bool(call_id) and not call_id.startswith(LOCAL_ID)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = "a text document must be UTF-8"
        raise UnsupportedOption("document", reason, provider=PROVIDER, droppable=False) from error
