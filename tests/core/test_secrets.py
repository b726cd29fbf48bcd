"""A canary key is found nowhere: not in repr, str, vars, logs, tracebacks with locals, or pickles."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false

import asyncio
import copy
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.core.loopback import Loopback, Peer, Received
from tests.core.toy import KEY, frames, toy_settings
from tests.core.toy_installation import install_toy

import jackfield
from jackfield.deadlines import Deadlines
from jackfield.errors import JackfieldError
from jackfield.flow import Send
from jackfield.http import HttpRequest, Secret
from jackfield.transport import async_lines, lines
from jackfield.transport.options import HttpOptions
from jackfield.transport.threads import SyncTransport
from jackfield.types.policies import Timeouts

LOADED = (lines, async_lines)
"""Imported before a clock runs: a call's deadline counts the first import, too."""

Ask = Callable[[str], None]


@pytest.fixture(autouse=True)
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy is installed, and its key is in the environment."""
    install_toy(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("TOY_API_KEY", KEY)


def shown(error: BaseException) -> Iterator[str]:
    """Everything that may be printed of an error, with its chain."""
    seen: list[BaseException] = []
    queue: list[BaseException | None] = [error]
    while queue:
        one = queue.pop()
        if one is None or one in seen:
            continue
        seen.append(one)
        queue += [one.__cause__, one.__context__]
        yield from (repr(one), str(one), format(one), repr(vars(one)))
        yield "".join(traceback.TracebackException.from_exception(one, capture_locals=True).format())
        if isinstance(one, JackfieldError):
            yield repr(pickle.dumps(one))


def ask(url: str) -> None:
    """One whole reply, synchronously."""
    with jackfield.Client("toy:m", base_url=url, retries=0, timeouts=Timeouts(total_s=2)) as client:
        client.generate("hi")


def ask_stream(url: str) -> None:
    """One streamed reply, synchronously."""
    with jackfield.Client("toy:m", base_url=url, retries=0, timeouts=Timeouts(total_s=2)) as client:
        with client.stream("hi") as stream:
            stream.until_done()


def ask_async(url: str) -> None:
    """One streamed reply, asynchronously."""

    async def main() -> None:
        timeouts = Timeouts(total_s=2)
        async with jackfield.AsyncClient("toy:m", base_url=url, retries=0, timeouts=timeouts) as client:
            async with client.stream("hi") as stream:
                await stream.until_done()

    asyncio.run(main())


def unauthorized(peer: Peer, _: Received) -> None:
    """Refuses the key."""
    peer.answer(b"wrong key", status=401)


def silent(peer: Peer, _: Received) -> None:
    """Never answers."""
    peer.wait()


def not_http(peer: Peer, _: Received) -> None:
    """Speaks something else."""
    peer.send(b"SSH-2.0\r\n\r\n")


def cut(peer: Peer, _: Received) -> None:
    """Breaks off within the reply."""
    peer.begin_stream()
    peer.chunk(*frames({"text": "a"}))
    raise ConnectionResetError


def rubbish(peer: Peer, _: Received) -> None:
    """Sends what nobody can decode."""
    peer.stream(b"data: [1,\n\n")


@pytest.mark.parametrize("script", [unauthorized, silent, not_http, cut, rubbish])
@pytest.mark.parametrize("call", [ask, ask_stream, ask_async])
def test_no_key_in_an_error(
    call: Ask, script: Callable[[Peer, Received], None], caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever goes wrong on the wire, neither the error nor the logs hold the key."""
    caplog.set_level(logging.DEBUG)
    with Loopback(script) as server, pytest.raises(JackfieldError) as caught:
        call(server.url)
    for text in shown(caught.value):
        assert KEY not in text
    assert KEY not in caplog.text
    assert server.received[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("call", [ask, ask_stream, ask_async])
def test_no_key_where_nobody_listens(call: Ask) -> None:
    """A refused connection shows the address, and no key."""
    with Loopback(unauthorized) as server:
        pass
    with pytest.raises(JackfieldError) as caught:
        call(server.url)
    assert not [text for text in shown(caught.value) if KEY in text]


@pytest.mark.parametrize(
    "wrong",
    [
        {"api_key": KEY + "\nx"},
        {"api_key": KEY + "\N{GREEK SMALL LETTER ALPHA}"},
        {"api_key": KEY, "base_url": "nonsense"},
        {"api_key": KEY, "settings": {"unknown": KEY}},
        {"api_key": KEY, "unsupported": "never"},
        {"settings": {"api_key": KEY + "\x7f"}},
        {"base_url": "nonsense"},
    ],
)
def test_no_key_in_an_error_of_setting_up(wrong: dict[str, object]) -> None:
    """A client that cannot be made shows no key, given or from the environment, in the locals of its own frames."""
    caught = _refused(wrong)
    assert not [text for text in _without_caller(caught) if KEY in text]


def _refused(wrong: dict[str, object]) -> JackfieldError:
    try:
        jackfield.Client("toy:m", **wrong)  # type: ignore[arg-type]  # deliberately
    except JackfieldError as error:
        return error
    pytest.fail("it was accepted")


def _without_caller(error: BaseException) -> Iterator[str]:
    """As `shown`, without the frames of this file, which hold the key because they gave it."""
    captured = traceback.TracebackException.from_exception(error, capture_locals=True)
    for frame in captured.stack:
        if frame.filename != __file__:
            yield repr(frame.locals)
    yield from (repr(error), str(error), repr(vars(error)), repr(pickle.dumps(error)))


def test_no_key_in_the_objects_that_hold_it() -> None:
    """A client, its settings and an encoded request can be printed."""
    client = jackfield.Client("toy:m")
    settings = toy_settings()
    call = client._setup.call("hi", {}, None, stream=False)
    for one in (client, attributes(client), attributes(settings), settings, call, call.prepared()):
        assert KEY not in repr(one)
        assert KEY not in f"{one}"


def attributes(one: object) -> object:
    """The attributes of an object, with slots or without."""
    names = getattr(one, "__slots__", None) or vars(one)
    return {name: getattr(one, name, None) for name in names if name != "__weakref__"}


def test_no_key_in_the_log_of_a_success(caplog: pytest.LogCaptureFixture) -> None:
    """At DEBUG, httpx and what is below it say a lot, but not the key."""
    caplog.set_level(logging.DEBUG)
    with Loopback(lambda peer, _: peer.answer(b'{"text":"hi"}')) as server:
        with jackfield.Client("toy:m", base_url=server.url) as client:
            result = client.generate("hi")
    assert "httpcore" in {record.name.partition(".")[0] for record in caplog.records}
    assert KEY not in caplog.text
    assert KEY not in repr(result)
    assert KEY.encode() not in pickle.dumps(result)


def test_a_secret() -> None:
    """It shows in no form, compares by what it holds, and is given only to who asks."""
    secret = Secret(KEY)
    for text in (repr(secret), str(secret), f"{secret}", repr([secret]), repr({"a": secret}), "%s" % secret):  # noqa: UP031
        assert KEY not in text
    assert secret.reveal() == KEY
    assert secret.prefixed("Bearer ").reveal() == f"Bearer {KEY}"
    assert secret == Secret(KEY)
    assert secret != Secret("other")
    assert secret != KEY
    assert hash(secret) == hash(Secret(KEY))
    assert copy.copy(secret) is secret
    assert copy.deepcopy({"a": secret}) == {"a": secret}


@pytest.mark.parametrize("holder", [Secret(KEY), toy_settings(), HttpRequest(url="x", headers={"a": Secret(KEY)})])
def test_a_secret_is_not_pickled(holder: object) -> None:
    """Whatever holds one cannot leave the process by accident."""
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(holder)


def test_a_header_that_cannot_be_sent() -> None:
    """The HTTP library quotes a header that it refuses; the key is cut out of its sentence."""
    transport = SyncTransport(HttpOptions())
    with Loopback(unauthorized) as server, pytest.raises(JackfieldError, match=r"\*\*\*") as caught:
        headers: dict[str, str | Secret] = {"authorization": Secret(f"Bearer {KEY}\n")}
        transport.perform(Send(HttpRequest(url=server.url, headers=headers)), Deadlines(Timeouts()))
    transport.close()
    assert not [text for text in shown(caught.value) if KEY in text]
