"""The answer of a provider's simulator."""

from collections.abc import Mapping

import attrs

from jackfield.values import frozen

SIMULATOR = "jackfield-simulator"
"""The `server` header of a simulator's answers, so that they are never taken for a provider's."""


@frozen(kw_only=True)
class SimulatedReply:
    """One HTTP answer, before any fault is applied to it.

    Attributes:
        headers: lower-case names; neither `content-length` nor `transfer-encoding`, which the server sets.
        body: the whole body, or the events of a stream in order, each with its blank line.
    """

    status: int = 200
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    body: bytes | tuple[bytes, ...] = attrs.field(default=b"", repr=lambda body: f"<{len(body)}>")

    @property
    def streamed(self) -> bool:
        """Whether the body is a sequence of events."""
        return isinstance(self.body, tuple)

    @property
    def content(self) -> bytes:
        """The whole body, whether it is streamed or not."""
        return b"".join(self.body) if isinstance(self.body, tuple) else self.body
