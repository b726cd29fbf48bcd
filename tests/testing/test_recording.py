"""Recordings: what a server on loopback said is replayed without it, chunk by chunk, and holds no secret."""

import base64
import gzip
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import attrs
import httpx
import pytest

import jackfield
from jackfield.errors import IncompleteStream, UsageError
from jackfield.testing import Fault, Simulator, recording
from jackfield.testing.recording import RecordedAnswer, RecordedRequest, RecordingMismatch, Scrubber
from jackfield.testing.recording.cassettes import convert, main, read_vcr
from jackfield.testing.recording.matching import same
from jackfield.testing.recording.tape import Chunk

pytest_plugins = ["pytester"]
CANARY = "gsk_canary7f3a91c2e4"
MODEL = "openai/gpt-oss-20b"


def client_of(tape: recording.Tape, base_url: str) -> jackfield.Client:
    """A client that goes through the tape."""
    return jackfield.Client(
        "groq", model=MODEL, api_key=CANARY, base_url=base_url, http_client=tape.client(), retries=0
    )


@pytest.fixture
def recorded(tmp_path: Path) -> tuple[Path, str, "jackfield.Result[None]"]:
    """A recorded stream, its base URL, and its result."""
    path = tmp_path / "case.json"
    with Simulator("groq") as simulator, recording.use(path, mode="record") as tape:
        base_url = simulator.base_url
        with client_of(tape, base_url) as client, client.stream("Why is the sky blue?", seed=3) as stream:
            return path, base_url, stream.until_done()


Recorded = tuple[Path, str, "jackfield.Result[None]"]


def test_replay(recorded: Recorded) -> None:
    """The server is gone, the stream is the same."""
    path, base_url, result = recorded
    with recording.use(path) as tape, client_of(tape, base_url) as client:
        assert not tape.recording
        with client.stream("Why is the sky blue?", seed=3) as stream:
            again = stream.until_done()
    assert (again.text, again.reasoning, again.usage) == (result.text, result.reasoning, result.usage)
    assert again.rate_limits == result.rate_limits


async def test_replay_async(recorded: Recorded) -> None:
    """What threads recorded, asyncio replays."""
    path, base_url, result = recorded
    with recording.use(path) as tape:
        async with (
            tape.async_client() as http,
            jackfield.AsyncClient("groq", model=MODEL, api_key="other", base_url=base_url, http_client=http) as client,
            client.stream("Why is the sky blue?", seed=3) as stream,
        ):
            assert (await stream.until_done()).text == result.text


async def test_record_async(tmp_path: Path) -> None:
    """Asyncio records as threads do."""
    path = tmp_path / "deep" / "case.json"
    with Simulator("groq") as simulator, recording.use(path, mode="once") as tape:
        async with tape.async_client() as http:
            client = jackfield.AsyncClient(
                "groq", model=MODEL, api_key=CANARY, base_url=simulator.base_url, http_client=http
            )
            text = (await client.generate("Say pong")).text
    (exchange,) = recording.load(path)
    assert text.encode() in exchange.answer.body
    assert CANARY not in path.read_text(encoding="utf-8")


def test_chunks_and_waits_are_kept(recorded: Recorded) -> None:
    """One chunk for each event that the server wrote, with the time between them."""
    (exchange,) = recording.load(recorded[0])
    assert len(exchange.answer.chunks) > 5
    assert all(chunk.data.endswith(b"\n\n") for chunk in exchange.answer.chunks)
    assert all(chunk.after_s >= 0 for chunk in exchange.answer.chunks)


def test_pace(tmp_path: Path) -> None:
    """The recorded waits are made again where that is wanted."""
    answer = RecordedAnswer(status=200, chunks=(Chunk(data=b"a"), Chunk(data=b"b", after_s=0.2)))
    request = RecordedRequest(method="GET", url="https://one.example/")
    recording.save(tmp_path / "t.json", (recording.Exchange(request=request, answer=answer),))
    import time

    begun = time.monotonic()
    with recording.use(tmp_path / "t.json", pace=0.5) as tape, tape.client() as client:
        assert client.get("https://one.example/").content == b"ab"
    assert time.monotonic() - begun >= 0.1


def test_no_secret_is_written(recorded: Recorded) -> None:
    """Neither the key nor a header that is not allowed."""
    text = recorded[0].read_text(encoding="utf-8")
    assert CANARY not in text
    (exchange,) = recording.load(recorded[0])
    assert set(exchange.request.headers) == {"content-type"}
    assert "authorization" not in text


def test_mismatch(recorded: Recorded) -> None:
    """Another question is refused with a difference that a person can read."""
    path, base_url, _ = recorded
    with pytest.raises(RecordingMismatch) as caught:
        with recording.use(path) as tape, client_of(tape, base_url) as client:
            with client.stream("Why is the grass green?", seed=3) as stream:
                stream.until_done()
    assert "request 1 is not the recorded one" in str(caught.value)
    assert '"content": "Why is the sky blue?"' in str(caught.value)
    assert '"content": "Why is the grass green?"' in str(caught.value)
    assert str(path) in str(caught.value)


def test_json_is_compared_exactly(tmp_path: Path) -> None:
    """True is not 1, and the order of members does not matter."""
    request = RecordedRequest(
        method="POST", url="https://one.example/", headers={"content-type": "application/json"}, body=b'{"a":1,"b":2}'
    )
    recording.save(tmp_path / "t.json", (recording.Exchange(request=request, answer=RecordedAnswer(status=204)),))
    with recording.use(tmp_path / "t.json") as tape, tape.client() as client:
        assert client.post("https://one.example/", json={"b": 2, "a": 1}).status_code == 204
    with pytest.raises(RecordingMismatch), recording.use(tmp_path / "t.json") as tape, tape.client() as client:
        client.post("https://one.example/", json={"a": True, "b": 2})


def test_unused(recorded: Recorded) -> None:
    """What was recorded has to be asked for."""
    with pytest.raises(RecordingMismatch, match="recorded, but not asked for: POST http"), recording.use(recorded[0]):
        pass


def test_a_swallowed_mismatch_is_reported(recorded: Recorded) -> None:
    """Code that catches everything does not hide it."""
    with (
        pytest.raises(RecordingMismatch, match="request 1"),
        recording.use(recorded[0]) as tape,
        tape.client() as client,
    ):
        with suppress(AssertionError):
            client.get("https://elsewhere.example/")


def test_past_the_end(recorded: Recorded) -> None:
    """One request too many."""
    path, base_url, _ = recorded
    with pytest.raises(RecordingMismatch, match="at its end"), recording.use(path) as tape:
        with client_of(tape, base_url) as client:
            for _ in range(2):
                with client.stream("Why is the sky blue?", seed=3) as stream:
                    stream.until_done()


@pytest.mark.parametrize("ordered", [True, False])
def test_order(tmp_path: Path, ordered: bool) -> None:  # noqa: FBT001 - a parameter
    """Concurrent requests come in any order; by default the order is part of the recording."""
    exchanges = tuple(
        recording.Exchange(
            request=RecordedRequest(method="GET", url=f"https://one.example/{name}"),
            answer=RecordedAnswer(status=200, chunks=(Chunk(data=name.encode()),)),
        )
        for name in ("a", "b")
    )
    recording.save(tmp_path / "t.json", exchanges)

    def ask() -> list[str]:
        with recording.use(tmp_path / "t.json", ordered=ordered) as tape, tape.client() as client:
            return [client.get(f"https://one.example/{name}").text for name in ("b", "a")]

    if ordered:
        with pytest.raises(RecordingMismatch):
            ask()
    else:
        assert ask() == ["b", "a"]


def test_cut_stream(tmp_path: Path) -> None:
    """A connection that broke while it was recorded breaks at the same place again."""
    path = tmp_path / "case.json"
    partial: list[str] = []
    with Simulator("groq") as simulator:
        base_url = simulator.base_url
        for mode in ("record", "replay"):
            simulator.faults.append(Fault(cut_after_events=6, cut="drop"))
            with recording.use(path, mode="record" if mode == "record" else "replay") as tape:
                with client_of(tape, base_url) as client, client.stream("Why is the sky blue?") as stream:
                    with pytest.raises(IncompleteStream) as caught:
                        stream.until_done()
            partial.append(caught.value.partial.text + caught.value.partial.reasoning)
    assert partial[0] == partial[1] != ""


def test_left_stream(tmp_path: Path) -> None:
    """What the caller did not wait for is not there."""
    path = tmp_path / "case.json"
    with Simulator("groq", pace_s=0.01) as simulator, recording.use(path, mode="record") as tape:
        with client_of(tape, simulator.base_url) as client, client.stream("Write 100 words.") as stream:
            next(iter(stream))
    (exchange,) = recording.load(path)
    assert exchange.answer.ending == "the caller left"


def test_compressed_answers_are_recorded_plain(tmp_path: Path) -> None:
    """A body that came compressed is readable on the tape, and no header says otherwise."""
    body = json.dumps({"text": "plain"}).encode()
    headers = {"content-encoding": "gzip", "content-type": "application/json"}
    inner = httpx.MockTransport(lambda _request: httpx.Response(200, headers=headers, content=gzip.compress(body)))
    with recording.use(tmp_path / "t.json", mode="record") as tape, tape.client(inner) as client:
        assert client.get("https://one.example/").json() == {"text": "plain"}
    with recording.use(tmp_path / "t.json") as tape, tape.client() as client:
        assert client.get("https://one.example/").json() == {"text": "plain"}


# --- scrubbing


def test_scrubbing() -> None:
    """Keys, cookies, account ids, in headers, URLs and bodies, across the boundaries of chunks too; lengths stay."""
    request = RecordedRequest(
        method="POST",
        url="https://api.example/client/v4/accounts/0123456789abcdef/ai/run?key=hush-hush&page=2",
        headers={"authorization": "Bearer top-secret-key", "cookie": "session=crumbs-of-it", "content-type": "a/b"},
        body=b'{"user_id": "somebody@one.example", "text": "my key is top-secret-key"}',
    )
    chunks = tuple(
        Chunk(data=data) for data in (b'data: {"echo": "top-sec', b'ret-key", "org": "org_01hxyz99abcd"}\n\n')
    )
    answer = RecordedAnswer(
        status=200, headers={"set-cookie": "id=new-session-id", "x-ratelimit-limit": "9"}, chunks=chunks
    )
    exchange = Scrubber().exchange(request, answer)
    shown = repr(
        (
            exchange.request.url,
            exchange.request.headers,
            exchange.request.body,
            exchange.answer.headers,
            exchange.answer.body,
        )
    )
    for secret in (
        "0123456789abcdef",
        "hush-hush",
        "top-secret-key",
        "crumbs-of-it",
        "somebody",
        "01hxyz99",
        "new-session",
    ):
        assert secret not in shown
    assert "page=2" in exchange.request.url
    assert exchange.request.headers == {"content-type": "a/b"}
    assert exchange.answer.headers == {"x-ratelimit-limit": "9"}
    assert [len(one.data) for one in exchange.answer.chunks] == [len(one.data) for one in chunks]


def test_own_scrubber() -> None:
    """An app names what else is secret, and what else may stay."""
    scrubber = attrs.evolve(Scrubber(), secrets=("Project Nightingale",), request_headers=frozenset({"x-app"}))
    request = RecordedRequest(
        method="GET",
        url="https://one.example/",
        headers={"x-app": "me", "content-type": "a/b"},
        body=b"Project Nightingale",
    )
    scrubbed = scrubber.request(request)
    assert scrubbed.headers == {"x-app": "me"}
    assert scrubbed.body == b"*" * 19
    assert "Nightingale" not in repr(scrubber)


# --- files


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "there is no recording"),
        ("[]", "is no recording"),
        ("{", "is no recording"),
        ('{"jackfield_recording": 9}', "of version 9"),
        ('{"jackfield_recording": 1, "exchanges": [{}]}', "is no recording: KeyError"),
    ],
)
def test_no_tape(tmp_path: Path, content: str | None, says: str) -> None:
    """What is wrong with a file is said."""
    path = tmp_path / "case.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=says):
        recording.load(path)


def test_bytes_survive(tmp_path: Path) -> None:
    """Binary bodies, and a character that is cut by a chunk's end."""
    request = RecordedRequest(method="PUT", url="https://one.example/", body=bytes(range(256)))
    answer = RecordedAnswer(status=200, chunks=(Chunk(data="é".encode()[:1]), Chunk(data="é".encode()[1:] + b"\r\n")))
    exchange = recording.Exchange(request=request, answer=answer)
    recording.save(tmp_path / "t.json", (exchange,))
    assert recording.load(tmp_path / "t.json") == (exchange,)


@pytest.mark.parametrize("body", [b'{"a": "\\ud83d"}', b'{"a":1.10,"b":[null]}', "“U+2028”: \u2028\u0085\t".encode()])
@pytest.mark.parametrize("name", ["t.json", "t.yaml", "t.yml"])
def test_either_format(tmp_path: Path, name: str, body: bytes) -> None:
    """By the name of the file; what stands in it is the same, half a surrogate pair and odd line ends included."""
    request = RecordedRequest(method="POST", url="https://one.example/", headers={"content-type": "a/b"}, body=body)
    answer = RecordedAnswer(status=200, chunks=(Chunk(data=b"data: 1\r\n\r\n", after_s=0.25), Chunk(data=body)))
    recording.save(tmp_path / name, (recording.Exchange(request=request, answer=answer),))
    (read,) = recording.load(tmp_path / name)
    assert read.answer == answer
    assert same(read.request, request)
    assert (
        (tmp_path / name).read_text(encoding="utf-8").startswith("{" if name == "t.json" else "jackfield_recording: 1")
    )


def test_yaml_that_is_none(tmp_path: Path) -> None:
    """A broken file is a wrong call, like one of JSON."""
    path = tmp_path / "t.yaml"
    path.write_text("a: [", encoding="utf-8")
    with pytest.raises(UsageError, match=r"t\.yaml is no recording: ValueError"):
        recording.load(path)


# --- vcrpy

YAML = """
interactions:
- request:
    body: '{"model":"m","messages":[]}'
    headers:
      accept: ['*/*']
      authorization: [Bearer gsk_0123456789abcdef]
      content-type: [application/json]
    method: POST
    uri: https://api.groq.com/openai/v1/chat/completions
  response:
    body:
      string: "data: {\\"a\\":1}\\n\\ndata: {\\"b\\":2}\\n\\ndata: [DONE]\\n\\n"
    headers:
      content-type: [text/event-stream]
      set-cookie: [__cf_bm=abcdefgh]
    status: {code: 200, message: OK}
- request:
    body: null
    headers: {}
    method: GET
    uri: https://api.groq.com/openai/v1/models
  response:
    body:
      string: !!binary |
        %s
    headers:
      Content-Encoding: [gzip]
      Content-Type: [application/json]
    status: {code: 200, message: OK}
version: 1
"""


def test_vcr_yaml(tmp_path: Path) -> None:
    """Streams are cut at their events, compressed bodies opened, keys gone; and it replays."""
    body = base64.b64encode(gzip.compress(b'{"data":[]}', mtime=0)).decode()
    old, new = tmp_path / "old.yaml", tmp_path / "new.json"
    old.write_text(YAML % body, encoding="utf-8")
    assert convert(old, new) == 2
    text = new.read_text(encoding="utf-8")
    assert "gsk_" not in text
    assert "abcdefgh" not in text
    streamed, listed = recording.load(new)
    assert [one.data for one in streamed.answer.chunks] == [
        b'data: {"a":1}\n\n',
        b'data: {"b":2}\n\n',
        b"data: [DONE]\n\n",
    ]
    assert listed.answer.body == b'{"data":[]}'
    with recording.use(new) as tape, tape.client() as client:
        url = "https://api.groq.com/openai/v1/chat/completions"
        answer = client.post(url, json={"model": "m", "messages": []})
        assert answer.headers["content-type"] == "text/event-stream"
        assert client.get("https://api.groq.com/openai/v1/models").json() == {"data": []}


def test_vcr_json(tmp_path: Path) -> None:
    """The JSON serializer, and the older shape of answers to httpx."""
    request: dict[str, object] = {"method": "GET", "uri": "https://one.example/", "headers": {}, "body": ""}
    answers = [
        {
            "status": {"code": 201, "message": ""},
            "headers": {"Content-Type": ["a/b"]},
            "body": {"base64_string": "aGk="},
        },
        {"status_code": 202, "http_version": "HTTP/1.1", "headers": {"content-type": "a/b"}, "content": "ho"},
    ]
    path = tmp_path / "c.json"
    path.write_text(
        json.dumps({"version": 1, "interactions": [{"request": request, "response": one} for one in answers]})
    )
    assert [(one.answer.status, one.answer.body) for one in read_vcr(path)] == [(201, b"hi"), (202, b"ho")]


@pytest.mark.parametrize(
    ("content", "says"),
    [("a: [", "neither JSON nor YAML"), ("[]", "no cassette"), ('{"interactions": [1]}', "no cassette")],
)
def test_no_cassette(tmp_path: Path, content: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The command says what is wrong, and fails."""
    path = tmp_path / "c.yaml"
    path.write_text(content)
    assert main([str(path), str(tmp_path / "new.json")]) == 1
    assert says in capsys.readouterr().err


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It converts one file, and explains itself."""
    assert main([]) == 2
    assert "usage:" in capsys.readouterr().err
    path = tmp_path / "c.json"
    path.write_text('{"interactions": []}')
    assert main([str(path), str(tmp_path / "new.json")]) == 0
    assert recording.load(tmp_path / "new.json") == ()


# --- the fixture

TEST = """
import jackfield

def test_sky(recording):
    http, model = recording.client(), "openai/gpt-oss-20b"
    client = jackfield.Client("groq", model=model, api_key="k", base_url={base_url!r}, http_client=http)
    assert "sky" in client.generate("Why is the sky blue?").text
"""


def test_fixture(run_inside: Callable[..., pytest.RunResult], pytester: pytest.Pytester) -> None:
    """`--jackfield-record=once` records what is missing; after that the server is not needed."""
    arguments = ("-q", "-p", "no:cacheprovider", "-p", "no:asyncio", "-W", "ignore::ResourceWarning")
    with Simulator("groq") as simulator:
        pytester.makepyfile(test_app=TEST.format(base_url=simulator.base_url))
        assert "record it first" in run_inside(*arguments).stdout.str()
        assert run_inside(*arguments, "--jackfield-record=once").parseoutcomes() == {"passed": 1}
    assert run_inside(*arguments).parseoutcomes() == {"passed": 1}
    assert (pytester.path / "recordings" / "test_app" / "test_sky.json").is_file()
