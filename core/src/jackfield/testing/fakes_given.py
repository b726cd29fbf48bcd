"""Real clients around a provider that is at hand instead of installed, for fakes and for the contract kit."""

from collections.abc import Mapping

from jackfield import settings
from jackfield.client import AsyncClient, Client
from jackfield.http import Secret
from jackfield.operations.build import Unsupported
from jackfield.operations.setup import Setup
from jackfield.registry import Provider
from jackfield.transport.options import HttpOptions
from jackfield.types.policies import Retries, Timeouts


def given_setup(
    provider: Provider,
    values: Mapping[str, str | Secret],
    *,
    model: str | None = None,
    base_url: str | None = None,
    unsupported: Unsupported = "error",
    strict: bool = False,
    retries: Retries | None = None,
) -> Setup:
    """What a client is set up with. Raises MissingCredential and UsageError."""
    return Setup(
        provider=provider,
        settings=settings.resolve(provider.info, values, base_url=base_url, environ={}),
        model=model,
        timeouts=Timeouts(),
        retries=retries or Retries(limit=0),
        unsupported=unsupported,
        strict=strict,
        nearest=lambda _provider, _model: None,
    )


class GivenClient(Client):
    """A `Client` of a provider that is at hand."""

    def __init__(self, setup: Setup) -> None:
        """Use this setup; nothing is looked up."""
        self._setup = setup
        self._connect(HttpOptions(), None)


class GivenAsyncClient(AsyncClient):
    """An `AsyncClient` of a provider that is at hand."""

    def __init__(self, setup: Setup) -> None:
        """Use this setup; nothing is looked up."""
        self._setup = setup
        self._connect(HttpOptions(), None)
