"""One block of a message as events, whether it comes whole or in pieces.

Rules: thoughts come as text first and their signature last, which makes an empty `Reasoning` part of its own that holds
the signature; `content` puts both together again. A block that is sent back as it came (a tool that Anthropic ran, what
nobody knows) rides along whole.

Source: https://platform.claude.com/docs/en/build-with-claude/extended-thinking#preserving-thinking-blocks
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from jackfield import wire
from jackfield.errors import DecodeError
from jackfield.types.events import Event, ReasoningDelta, TextDelta, ToolCallDelta
from jackfield.types.parts import Citation, Opaque, ProviderPart, ServerTool
from jackfield_anthropic.shapes import PROVIDER, Json, is_object
from jackfield_anthropic.wiretypes import Block, BlockDelta

KNOWN = frozenset({"text", "thinking", "redacted_thinking", "tool_use", "server_tool_use"})
_SOURCES = {"web_search_result_location": "web", "search_result_location": "web"}


@attrs.define
class BlockReader:
    """Reads one block: `start`, any number of `piece`s, `stop`."""

    index: int
    raw: Json
    block: Block
    strict: bool
    _json: list[str] = attrs.field(factory=list[str], init=False)

    @classmethod
    def of(cls, index: int, raw: Json, *, strict: bool) -> "BlockReader":
        """A reader for a block of any type. DecodeError if it has none."""
        if "type" not in raw:
            raise DecodeError("a block without a type", path=f"content[{index}]")
        known = raw.get("type") in KNOWN
        block = wire.structure(raw if known else {"type": raw["type"]}, Block, strict=strict)
        if not known and strict and not str(block.type).endswith("_tool_result"):
            raise DecodeError(f"unknown block {block.type!r}", path=f"content[{index}].type")
        return cls(index=index, raw=raw, block=block, strict=strict)

    def start(self) -> Iterator[Event]:
        """What the block holds from the beginning: everything, in a whole message."""
        block = self.block
        if block.type == "text":
            if block.text:
                yield TextDelta(block.text)
            for source in block.citations or ():
                yield citation(source)
        elif block.type == "thinking":
            if block.thinking:
                yield ReasoningDelta(block.thinking)
            if block.signature:
                yield signature(block.signature)
        elif block.type == "tool_use":
            yield ToolCallDelta(index=self.index, id=block.id, name=block.name)

    def piece(self, value: Any) -> Iterator[Event]:
        """One more piece. Raises DecodeError."""
        delta = wire.structure(value, BlockDelta, strict=self.strict)
        read = _PIECES.get(delta.type)
        if read is not None:
            yield from read(self, delta)
        elif self.strict:
            raise DecodeError(f"unknown delta {delta.type!r}", path="delta.type")

    def stop(self) -> Iterator[Event]:
        """The block is whole."""
        block = self.block
        if block.type == "tool_use":
            if not "".join(self._json).strip():
                yield ToolCallDelta(index=self.index, arguments=wire.dumps_text(dict(block.arguments or {})))
        elif block.type not in ("text", "thinking"):
            yield self._kept()

    def _kept(self) -> ServerTool | ProviderPart:
        asked = "".join(self._json)
        raw = {**self.raw, "input": wire.loads(asked.encode())} if asked.strip() else dict(self.raw)
        kind = str(self.block.type)
        state = Opaque(provider=PROVIDER, data=raw)
        if kind == "server_tool_use":
            arguments = wire.dumps_text(raw.get("input"))
            return ServerTool(kind=kind, name=self.block.name, arguments_raw=arguments, raw=raw, opaque=state)
        if kind.endswith("_tool_result"):
            output = wire.dumps_text(raw.get("content"))
            return ServerTool(kind=kind, output=output, raw=raw, opaque=state)
        return ProviderPart(kind=kind, opaque=state)

    def text(self, delta: BlockDelta) -> Iterator[Event]:
        """More of the answer."""
        if delta.text:
            yield TextDelta(delta.text)

    def thought(self, delta: BlockDelta) -> Iterator[Event]:
        """More of the thoughts."""
        if delta.thinking:
            yield ReasoningDelta(delta.thinking)

    def proof(self, delta: BlockDelta) -> Iterator[Event]:
        """The signature of the thoughts."""
        if delta.signature:
            yield signature(delta.signature)

    def arguments(self, delta: BlockDelta) -> Iterator[Event]:
        """More of the JSON of a call."""
        self._json.append(delta.partial_json or "")
        if delta.partial_json and self.block.type == "tool_use":
            yield ToolCallDelta(index=self.index, arguments=delta.partial_json)

    def source(self, delta: BlockDelta) -> Iterator[Event]:
        """A source of the text."""
        if delta.citation is not None:
            yield citation(delta.citation)


_PIECES: Mapping[str, Callable[[BlockReader, BlockDelta], Iterator[Event]]] = {
    "text_delta": BlockReader.text,
    "thinking_delta": BlockReader.thought,
    "signature_delta": BlockReader.proof,
    "input_json_delta": BlockReader.arguments,
    "citations_delta": BlockReader.source,
}


def signature(text: str) -> ReasoningDelta:
    """What proves the thoughts before it."""
    return ReasoningDelta("", opaque=Opaque(provider=PROVIDER, data={"signature": text}))


def citation(raw: Json) -> Citation:
    """A source of the text before it. Positions are in the source, not in our text: they stay in `raw`."""
    document = raw.get("document_index")
    return Citation(
        kind=_SOURCES.get(str(raw.get("type")), "document"),
        url=_text(raw.get("url")),
        title=_text(raw.get("title")) or _text(raw.get("document_title")),
        document_id=None if document is None else str(document),
        cited_text=_text(raw.get("cited_text")),
        raw=raw,
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list. DecodeError if it is none, or holds something else."""
    if not isinstance(value, list | tuple) or not all(map(is_object, value)):  # pyright: ignore[reportUnknownArgumentType]  # JSON edge
        raise DecodeError("expected a list of objects", path="content")
    return list(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # as above
