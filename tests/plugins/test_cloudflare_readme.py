"""The examples of the README run, against a loopback server that answers in the shape of the path that was asked."""

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests.plugins import test_cloudflare_chat as chat, test_cloudflare_responses as responses
from tests.plugins.cloudflare_samples import enveloped

README = Path(__file__).resolve().parents[2] / "plugins" / "cloudflare" / "README.md"
EXAMPLES: list[str] = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
ANSWERS: dict[str, Any] = {
    "run": enveloped({"response": "Ahoy"}),
    "chat": chat.whole({"content": "Ahoy"}),
    "responses": responses.reply(output=[responses.MESSAGE]),
}


class Peer(BaseHTTPRequestHandler):
    """Answers one request."""

    def do_POST(self) -> None:
        """Read the request, and send what its path wants."""
        self.rfile.read(int(self.headers["content-length"]))
        name = self.path.partition("/ai/")[2].removeprefix("v1/").partition("/")[0]
        body = json.dumps(ANSWERS[name]).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        """Say nothing."""


@pytest.fixture
def base_url() -> Iterator[str]:
    """The address of a peer."""
    with HTTPServer(("127.0.0.1", 0), Peer) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_example_runs(
    example: str,
    base_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """Each finds its settings in the environment and prints what came."""
    (tmp_path / "fruit.png").write_bytes(b"\x89PNG\r\n\x1a\nx")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLOUDFLARE_BASE_URL", base_url)
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "canary")
    monkeypatch.setenv("CLOUDFLARE_ACCOUNT_ID", "0123")
    exec(compile(example, README.name, "exec"), {})  # noqa: S102 - our own README
    assert re.search("Ahoy|Yes", capsys.readouterr().out)


def test_there_are_examples() -> None:
    """They are found."""
    assert len(EXAMPLES) == 3
