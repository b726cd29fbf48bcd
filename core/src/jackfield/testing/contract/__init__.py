"""The contract of a provider plugin, as tests: inherit them, name the provider, run pytest.

    from jackfield.testing import contract

    class TestMine(contract.ProviderContract):
        provider = "mistral"

Each case that fails says what is wrong, why it matters and where to read. Samples come from the plugin's own `simulate`
hook; without one, the cases that need answers are skipped and say so. Nothing leaves the machine.
"""

from jackfield.testing.contract.declaration import Declaration
from jackfield.testing.contract.encoding import Encoding
from jackfield.testing.contract.listing import Listing
from jackfield.testing.contract.loopback import Loopback
from jackfield.testing.contract.purity import Purity
from jackfield.testing.contract.replies import Replies
from jackfield.testing.contract.schemas import Schemas
from jackfield.testing.contract.secrecy import Secrecy
from jackfield.testing.contract.state import State
from jackfield.testing.contract.streams import Streams

__all__ = ["ProviderContract"]


class ProviderContract(Declaration, Encoding, Replies, Streams, State, Schemas, Listing, Purity, Secrecy, Loopback):
    """Every case. Set `provider`, and where it helps `plugin`, `model`, `settings`, `keeps_state`.

    See `ContractBase` for what these mean.
    """
