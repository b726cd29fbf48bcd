"""The provider's own options: where each belongs. That each is sent or refused, `tests/e2e/test_options.py` shows."""

import pytest
from tests.e2e.own_options import OWN
from tests.plugins.cloudflare_samples import encode, on, request

from jackfield.errors import UnsupportedOption, UsageError
from jackfield_cloudflare import CloudflareOptions
from jackfield_cloudflare.options import ENDPOINTS


@pytest.mark.parametrize("name", sorted(OWN["cloudflare"].keys() - {"endpoint"}))
def test_each_option_fits_somewhere(name: str) -> None:
    """No option is refused everywhere; where it is, it is no choice to leave it out."""
    value = OWN["cloudflare"][name]
    misplaced = [endpoint for endpoint in ENDPOINTS if CloudflareOptions(**{name: value}).misplaced(endpoint)]
    assert len(misplaced) < len(ENDPOINTS)
    for endpoint in misplaced:
        with pytest.raises(UnsupportedOption) as caught:
            encode(request(extra=on(endpoint, **{name: value})))
        assert (caught.value.option, caught.value.droppable) == (f"extra.{name}", False)


def test_an_unknown_endpoint() -> None:
    """It is told when the options are made."""
    with pytest.raises(UsageError, match="native, chat, responses"):
        on("nativ")
