"""`-m provider:model`: the client behind it."""

from jackfield import registry
from jackfield.client import Client
from jackfield.errors import JackfieldError, UsageError
from jackfield.scoreboard import Tier, preferred
from jackfield.types.policies import Timeouts


def open_client(target: str | None, *, base_url: str | None = None, timeout: float | None = None) -> Client:
    """A client for `provider:model`, or for `provider` with the model that its scoreboard calls good.

    Raises:
        UsageError: neither names a model.
        JackfieldError: what `Client` raises.
    """
    if not target:
        installed = ", ".join(registry.installed()) or "none; next: pip install jackfield-groq"
        msg = f"which model? next: -m provider:model, or set JACKFIELD_MODEL (installed: {installed})"
        raise UsageError(msg)
    provider, _, model = target.partition(":")
    if timeout is not None and not timeout > 0:
        msg = f"--timeout: expected a number of seconds above 0, got {timeout:g}"
        raise UsageError(msg)
    timeouts = None if timeout is None else Timeouts(total_s=timeout)
    client = Client(provider, model=model or tier_model(provider, "good"), base_url=base_url, timeouts=timeouts)
    if client.model is None:
        client.close()
        msg = f"{provider} has many models; next: -m {provider}:MODEL (`jackfield models {provider}` lists them)"
        raise UsageError(msg)
    return client


def tier_model(provider: str, tier: Tier) -> str | None:
    """The model that the plugin's scoreboard names for a tier, or None."""
    try:
        return preferred(provider, tier)
    except JackfieldError:
        return None  # a missing or broken scoreboard names no model; the plugin itself may work
