"""A model as a provider lists it. None means that the provider does not say."""

from collections.abc import Mapping
from typing import Any

import attrs

from jackfield.values import frozen


@frozen(kw_only=True)
class Pricing:
    """US dollars per million tokens.

    Attributes:
        raw: the provider's own price list, for units that are not tokens.
    """

    input_usd: float | None = None
    output_usd: float | None = None
    cached_input_usd: float | None = None
    raw: Any = attrs.field(default=None, repr=False)


@frozen(kw_only=True)
class Model:
    """One model.

    Attributes:
        id: what goes into `model=`.
        created_s: seconds since 1970, UTC.
        context_tokens: longest input and output together.
        max_output_tokens: longest reply.
        input_types, output_types: `text`, `image`, `audio`, `video`, `document`, in the provider's order.
        features: what the provider lists, under its own names.
        task: the provider's word, such as `Text Generation`.
        deprecated: it will go away, or has gone.
        raw: the wire object.
    """

    id: str
    provider: str
    name: str | None = None
    description: str | None = None
    created_s: int | None = None
    owner: str | None = None
    context_tokens: int | None = None
    max_output_tokens: int | None = None
    input_types: tuple[str, ...] | None = None
    output_types: tuple[str, ...] | None = None
    features: tuple[str, ...] | None = None
    task: str | None = None
    pricing: Pricing | None = None
    active: bool | None = None
    deprecated: bool | None = None
    raw: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
