"""The suite itself: it reaches loopback and nothing else, and its warnings are errors."""

import asyncio
import socket
import warnings

import pytest
from pytest_socket import SocketConnectBlockedError

ELSEWHERE = ("192.0.2.1", 9)  # TEST-NET-1: no such host, should the guard fail
TIMEOUT_S = 2.0
# The guard warns before it raises, and here a warning raises.
BLOCKED = r"tried to use socket.*192\.0\.2\.1"


def test_connecting_elsewhere_raises() -> None:
    """A test that forgets its simulator fails at once instead of calling a provider."""
    with pytest.raises((SocketConnectBlockedError, UserWarning), match=BLOCKED):
        socket.create_connection(ELSEWHERE, timeout=TIMEOUT_S)


async def test_connecting_elsewhere_raises_in_asyncio() -> None:
    """The event loop's own way to connect is guarded too."""
    async with asyncio.timeout(TIMEOUT_S):
        with pytest.raises((SocketConnectBlockedError, UserWarning), match=BLOCKED):
            await asyncio.open_connection(*ELSEWHERE)


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6], ids=["IPv4", "IPv6"])
def test_loopback_stays_open(family: socket.AddressFamily) -> None:
    """The simulators live on loopback."""
    host = "127.0.0.1" if family == socket.AF_INET else "::1"
    with socket.socket(family) as server:
        try:
            server.bind((host, 0))
        except OSError:
            pytest.skip(f"this machine has no {host}")
        server.listen(1)
        with socket.create_connection(server.getsockname()[:2], timeout=TIMEOUT_S) as client:
            assert client.getpeername()[0] == host


def test_a_warning_is_an_error() -> None:
    """A warning that reaches a user has failed here first."""
    with pytest.raises(UserWarning, match="noticed"):
        warnings.warn("noticed", UserWarning, stacklevel=1)
