"""A server that means harm: lines and bodies without end, and bombs. The client's memory and patience are bounded."""

import time
from collections.abc import Callable

import pytest
from tests.e2e.callers import Caller

from jackfield import JackfieldError, ReplyTooLarge, Timeouts, TotalTimeout
from jackfield.testing import Fault, Simulator

TEN_GB = 10 * 1024**3


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    """The injected clients read bytes in the same way."""
    return str(request.param)


@pytest.mark.parametrize("spoiled", ["huge-line", "gzip-bomb"])
def test_a_line_without_end(connect: Callable[..., Caller], simulator: Simulator, spoiled: str) -> None:
    """Ten gigabytes in one line, plain or packed into little, are given up long before, and nothing is held open."""
    simulator.faults.append(Fault(body=spoiled, size=TEN_GB))  # type: ignore[arg-type]  # pytest's parameters are text
    began = time.monotonic()
    caller = connect()
    with pytest.raises(ReplyTooLarge, match="67108864 bytes"):
        caller.stream("hi")
    assert time.monotonic() - began < 30
    assert caller.generate("hi").text


@pytest.mark.parametrize("call", ["generate", "stream"])
def test_a_reply_without_end(connect: Callable[..., Caller], simulator: Simulator, call: str) -> None:
    """Events that never end, or a body that does not, end with the total deadline at the latest."""
    caller = connect(timeouts=Timeouts(total_s=0.5), strict=False)
    simulator.faults.append(Fault(body="endless", size=TEN_GB))
    began = time.monotonic()
    with pytest.raises((TotalTimeout, ReplyTooLarge)):
        getattr(caller, call)("hi")
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("spoiled", ["bad-json", "bad-utf8", "html", "malformed", "empty"])
def test_rubbish_in_the_list_of_models(caller: Caller, simulator: Simulator, spoiled: str) -> None:
    """The list of models is read as carefully as a reply."""
    simulator.always = Fault(body=spoiled)  # type: ignore[arg-type]  # pytest's parameters are text
    try:
        models = caller.list_models()
    except JackfieldError:
        return
    assert spoiled == "bad-utf8"  # a name may hold what is no text
    assert models
