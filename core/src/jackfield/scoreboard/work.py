"""What there is to do: one model to try, and what its recordings are called."""

from collections.abc import Mapping
from pathlib import Path

import attrs

from jackfield.http import Secret
from jackfield.scoreboard.model import MODES, Mode
from jackfield.types.models import Pricing
from jackfield.types.requests import ReasoningEffort


@attrs.frozen(kw_only=True)
class Job:
    """One model to try.

    Attributes:
        directory: where the recordings are, one folder a model.
        simulated: `base_url` is a simulator's; nothing that it shows is real.
        effort: how long to think, where the model can be told; None leaves it to the provider.
        media: a directory with sample files (`image.jpg`, `audio.mp3`, ...) in place of those of `samples`.
        workers: requests at a time.
        pricing: what the model costs; None if that is not known.
        poll_s: seconds between two looks at a file or a batch.
        patience_s: how long to look at a batch before it is left for another run.
    """

    provider: str
    model: str
    directory: Path
    simulated: bool = False
    base_url: str | None = None
    settings: Mapping[str, str | Secret] = attrs.field(factory=dict[str, str | Secret], repr=False)
    effort: ReasoningEffort | None = None
    modes: tuple[Mode, ...] = MODES
    media: Path | None = None
    workers: int = 2
    pricing: Pricing | None = None
    poll_s: float = 2.0
    patience_s: float = 60.0

    @property
    def thinking(self) -> bool:
        """Whether thinking is asked for."""
        return self.effort not in (None, "none")


def case_name(probe: str, mode: Mode | None = None) -> str:
    """What a recording of that probe is called; an errand has no mode."""
    if probe == "Image":
        return "GenDoc-Image"
    prefix = "GenAsync" if mode is None else "GenStream" if mode == "stream" else "GenSync"
    return f"{prefix}{probe}" if probe.startswith("MultiModal-") else f"{prefix}-{probe}"
