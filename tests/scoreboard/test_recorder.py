"""A recording has what a judge needs, and nothing that is private."""

import base64
from pathlib import Path
from typing import Any

import attrs
import pytest

from jackfield.errors import InvalidRequest
from jackfield.http import HttpRequest, Secret, Settings
from jackfield.scoreboard.exchanges import read
from jackfield.scoreboard.recorder import Shelf, private_values, reply_of, slug
from jackfield.types.messages import assistant
from jackfield.types.results import RawReply, Result

KEY, ACCOUNT = "sk-canary-0123456789", "acct-canary-42"


def shelf(directory: Path) -> Shelf:
    """A shelf of a provider with a key and an account."""
    settings = Settings(provider="acme", base_url="https://x", values={"api_key": Secret(KEY), "account_id": ACCOUNT})
    return Shelf(
        directory=directory,
        provider="acme",
        model="m",
        thinking=False,
        simulated=False,
        private=private_values(settings),
    )


def request() -> HttpRequest:
    """A request that holds the key and the account wherever they could be."""
    return HttpRequest(
        url=f"https://api.example/{ACCOUNT}/chat?key={KEY}",
        headers={"authorization": Secret("Bearer " + KEY), "content-type": "application/json"},
        body=f'{{"user": "{ACCOUNT}"}}'.encode(),
    )


def test_no_key_and_no_account_is_written(tmp_path: Path) -> None:
    """A canary is found nowhere, whichever way the provider echoes it."""
    reply = RawReply(
        status=200, headers={"set-cookie": KEY, "x-ratelimit-key": KEY, "content-type": "x"}, body=KEY.encode()
    )
    path = shelf(tmp_path).write("GenSync-Text", (request(), reply))
    text = path.read_text(encoding="utf-8")
    assert KEY not in text
    assert ACCOUNT not in text
    assert "API_KEY" in text
    assert "https://api.example/ACCOUNT_ID/chat" in text
    assert "set-cookie" not in text
    assert [one.name for one in tmp_path.iterdir()] == ["GenSync-Text.json"]


def test_a_recording_is_read_as_it_was_answered(tmp_path: Path) -> None:
    """Status, body and the events of a stream come back."""
    whole = read(shelf(tmp_path).write("GenSync-Text", (request(), RawReply(status=400, body=b'{"error": 1}'))))
    assert whole is not None
    assert (whole.response.status, whole.response.body) == (400, b'{"error": 1}')
    frames = RawReply(status=200, headers={"content-type": "text/event-stream"}, frames=(b"{}", b"a\nb", b"[DONE]"))
    streamed = read(shelf(tmp_path).write("GenStream-Text", (request(), frames)))
    assert streamed is not None
    assert streamed.streamed
    assert streamed.response.body == b"data: {}\n\ndata: a\ndata: b\n\ndata: [DONE]\n\n"
    assert streamed.recording.recorded


def test_what_came_back_is_taken_from_results_and_errors() -> None:
    """An error keeps its body; an error inside a stream follows the events before it."""
    raw = RawReply(status=200, frames=(b"1",))
    result: Result[Any] = Result(message=assistant("x"), output=None, raw=raw)
    assert reply_of(result) == raw
    refused = InvalidRequest("no", provider="acme", status=422, body=b"{}")
    kept = reply_of(refused)
    assert kept is not None
    assert (kept.status, kept.body) == (422, b"{}")
    inside = InvalidRequest("no", provider="acme", body=b"{}", in_stream=True)
    inside.partial = result
    assert reply_of(inside) == RawReply(status=200, frames=(b"1", b"{}"))
    assert reply_of(ValueError("nothing came")) is None


def test_several_requests_come_back_in_their_order(tmp_path: Path) -> None:
    """A case may take more than one; a body that is no text is kept as it is, without the key."""
    binary = HttpRequest(url="https://api.example/files", body=b"\xff\xfe" + KEY.encode())
    path = shelf(tmp_path).write(
        "GenAsync-Files", (binary, RawReply(status=200, body=b"\xff")), (request(), RawReply(status=204))
    )
    found = read(path)
    assert found is not None
    assert [step.response.status for step in found.steps] == [200, 204]
    assert found.steps[0].response.body == b"\xff"
    assert found.of_both_modes
    assert KEY not in path.read_text(encoding="utf-8")
    assert base64.b64encode(KEY.encode())[4:-4].decode() not in path.read_text(encoding="utf-8")


def test_an_address_in_a_header_is_kept_without_what_it_says(tmp_path: Path) -> None:
    """Where an upload goes on has to be known; its session is private."""
    reply = RawReply(
        status=200, headers={"x-upload-url": "https://api.example/upload?upload_id=canary-session&protocol=resumable"}
    )
    found = read(shelf(tmp_path).write("GenAsync-Files", (request(), reply)))
    assert found is not None
    assert found.response.headers["x-upload-url"].startswith("https://api.example/upload?upload_id=***")
    assert "canary" not in str(found)


def test_only_what_the_address_answered_is_read(tmp_path: Path) -> None:
    """A recording made elsewhere does not spare a request."""
    here = shelf(tmp_path)
    here.write("GenSync-Text", (request(), RawReply(status=200)))
    assert here.read("GenSync-Text") is not None
    assert here.read("GenSync-Seed") is None
    assert attrs.evolve(here, origin="https://api.example").read("GenSync-Text") is not None
    assert attrs.evolve(here, origin="https://else.example").read("GenSync-Text") is None


@pytest.mark.parametrize("model", ["a/b", "a-b", "@cf/a:b", "..", "a b"])
def test_a_model_becomes_a_directory_of_its_own(model: str) -> None:
    """No separators, no clash between ids that look alike, thinking apart."""
    name = slug(model, thinking=False)
    assert "/" not in name
    assert not name.startswith(".")
    assert slug(model, thinking=True) != name
    assert slug(model, thinking=False, simulated=True) != name
    assert len({slug(one, thinking=False) for one in ("a/b", "a-b", "a:b")}) == 3


def test_ids_in_a_providers_message_are_masked(tmp_path: Path) -> None:
    """Rate limit messages name the organization; its length stays."""
    reply = RawReply(status=429, body=b'{"error": "Limit reached for organization org_01abcdefgh"}')
    path = shelf(tmp_path).write("GenSync-Text", (request(), reply))
    assert "org_01" not in path.read_text(encoding="utf-8")
    assert "*" * len("org_01abcdefgh") in path.read_text(encoding="utf-8")
