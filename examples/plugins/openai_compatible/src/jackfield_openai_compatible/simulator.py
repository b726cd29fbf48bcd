"""A server of this kind on loopback, simulated. It takes the fields of `CompatibleOptions` and needs no key."""

from jackfield.testing.chat_server import ChatServer
from jackfield.testing.checking import mapping, real, whole

SIMULATED = ChatServer(
    models=("sim-chat", "sim-reasoner"),
    needs_key=False,
    fields={
        "top_k": whole(-1),
        "min_p": real(0, 1),
        "repetition_penalty": real(0),
        "repeat_penalty": real(0),
        "chat_template_kwargs": mapping,
    },
)
