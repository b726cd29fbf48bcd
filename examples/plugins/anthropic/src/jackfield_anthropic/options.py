"""What only Anthropic can be told, typed: `extra=AnthropicOptions(service_tier="standard_only")`.

Source: https://platform.claude.com/docs/en/api/messages (2026-11)
"""

from collections.abc import Mapping
from typing import Any, Literal

import attrs


@attrs.frozen(kw_only=True)
class AnthropicOptions:
    """Options of the Messages API.

    Attributes:
        service_tier: whether priority capacity may be used.
        user_id: an opaque id of the end user, for abuse detection.
        cache: let Anthropic cache the prompt up to its last block that can be cached, for this long.
        betas: names of beta features, for the header `anthropic-beta`.
        container: the id of a code-execution container to go on with.
        server_tools: further tools that Anthropic runs, exactly as it wants them.
    """

    service_tier: Literal["auto", "standard_only"] | None = None
    user_id: str | None = None
    cache: Literal["5m", "1h"] | None = None
    betas: tuple[str, ...] = ()
    container: str | None = None
    server_tools: tuple[Mapping[str, Any], ...] = ()
