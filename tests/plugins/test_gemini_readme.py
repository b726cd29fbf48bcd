"""The examples of the plugin's README run, against a small server on loopback."""

import base64
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.plugins.gemini_samples import reply

README = Path(__file__).resolve().parents[2] / "plugins" / "gemini" / "README.md"
EXAMPLES = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
SOUND = {"inlineData": {"mimeType": "audio/L16;codec=pcm;rate=24000", "data": base64.b64encode(b"\0\1").decode()}}
SOURCE = {"groundingChunks": [{"web": {"uri": "https://a.test"}}]}


class Answers(BaseHTTPRequestHandler):
    """Answers any request with a text, a sound and a source."""

    asked: list[tuple[str, str, bytes]]

    def do_POST(self) -> None:
        """Note what was asked, and answer."""
        sent = self.rfile.read(int(self.headers["content-length"]))
        self.asked.append((self.path, self.headers["x-goog-api-key"], sent))
        data = json.dumps(reply({"text": "Scattering."}, SOUND, groundingMetadata=SOURCE)).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json; charset=UTF-8")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        """Say nothing."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str, bytes]]]:
    """What the server was asked; the environment leads to it."""
    found: list[tuple[str, str, bytes]] = []
    handler = type("Handler", (Answers,), {"asked": found})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("GEMINI_API_KEY", "canary")
        monkeypatch.delenv("GOOGLE_API_KEY", raising=False)
        yield found
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("example", EXAMPLES)
def test_example_runs(example: str, asked: list[tuple[str, str, bytes]], capsys: pytest.CaptureFixture[str]) -> None:
    """Each sends one request with the key, and prints what came."""
    variables: dict[str, object] = {}
    exec(compile(example, str(README), "exec"), variables)  # noqa: S102 - our own README
    ((path, key, body),) = asked
    assert path.startswith("/v1beta/models/gemini-")
    assert key == "canary"
    assert json.loads(body)["contents"]
    assert "print" not in example or capsys.readouterr().out
    assert variables.get("pcm") in (None, b"\0\1")


def test_there_are_examples() -> None:
    """They are found."""
    assert len(EXAMPLES) == 3
