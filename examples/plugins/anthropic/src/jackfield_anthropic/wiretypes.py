"""What Anthropic sends. Blocks whose raw form is kept stay plain objects in a message and are checked one by one.

Source: https://platform.claude.com/docs/en/api/messages and
https://platform.claude.com/docs/en/build-with-claude/streaming (2026-11)
"""

from collections.abc import Mapping
from typing import Any

import attrs

Json = Mapping[str, Any]


@attrs.frozen(kw_only=True)
class OutputTokensDetails:
    """How the tokens of the reply divide."""

    thinking_tokens: int | None = None


@attrs.frozen(kw_only=True)
class Usage:
    """Tokens billed; those that the cache gave or took are not in `input_tokens`."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation: Json | None = None
    output_tokens_details: OutputTokensDetails | None = None
    server_tool_use: Json | None = None
    service_tier: str | None = None
    inference_geo: str | None = None


@attrs.frozen(kw_only=True)
class Delta:
    """How a message ends."""

    stop_reason: str | None = None
    stop_sequence: str | None = None
    stop_details: Json | None = None
    container: Json | None = None


@attrs.frozen(kw_only=True)
class Message(Delta):
    """A whole message, or the shell with which a stream begins."""

    id: str
    type: str
    role: str
    model: str
    content: tuple[Json, ...] = ()
    usage: Json | None = None


@attrs.frozen(kw_only=True)
class Block:
    """A block of any type; which members are there depends on the type."""

    type: str
    text: str | None = None
    citations: tuple[Json, ...] | None = None
    thinking: str | None = None
    signature: str | None = None
    data: str | None = None
    id: str | None = None
    name: str | None = None
    arguments: Json | None = attrs.field(default=None, alias="input")  # the wire name is a builtin function
    caller: Json | None = None
    toolset_name: str | None = None
    tool_use_id: str | None = None
    content: Any = None


@attrs.frozen(kw_only=True)
class BlockDelta:
    """A piece of a block."""

    type: str
    text: str | None = None
    thinking: str | None = None
    signature: str | None = None
    partial_json: str | None = None
    citation: Json | None = None
    estimated_tokens: int | None = None


@attrs.frozen(kw_only=True)
class StreamEvent:
    """One event of a stream; which members are there depends on the type."""

    type: str
    message: Message | None = None
    index: int | None = None
    content_block: Json | None = None
    delta: Json | None = None
    usage: Json | None = None
