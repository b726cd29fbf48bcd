"""Every recorded reply is saved here, loaded in another process, and sent back from there: bit for bit as from here."""

import base64
import hashlib
import json
import subprocess
import sys
from typing import Any

import attrs
import pytest
from tests.corpus.recordings import Interaction, expectations, places, plugin, read_file
from tests.corpus.replies import read

from jackfield.conversation import dumps
from jackfield.http import HttpResponse
from jackfield.types.messages import Message, tool_result, user
from jackfield.types.requests import GenerateRequest
from jackfield.types.results import Result

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not expectations(), reason="the recordings are not here"),
]

PROVIDERS = ("groq", "cerebras", "cloudflare", "gemini")
ELSEWHERE = """
import hashlib, json, sys
from jackfield import loads, registry
from jackfield.http import Secret, Settings
from jackfield.types.requests import GenerateRequest

job = json.load(sys.stdin)
plugin = registry.load(job["provider"])
values = {one.name: Secret("test") if one.secret else one.default or "ACCOUNT_ID" for one in plugin.info.settings}
settings = Settings(provider=plugin.id, base_url=plugin.info.base_url, values={**values, **job["settings"]})
found = []
for model, saved in job["conversations"]:
    http = plugin.encode_request(GenerateRequest(model=model, messages=tuple(loads(saved))), settings)
    found.append(hashlib.sha256(http.url.encode() + http.body).hexdigest())
json.dump(found, sys.stdout)
"""


def continued(result: Result[None]) -> tuple[Message, ...]:
    """The conversation that goes on after a reply: its calls are answered, the last one first."""
    answers = [tool_result(call, f"result {number}") for number, call in enumerate(result.tool_calls)]
    return (user("Hi"), result.message, *(answers[::-1] or [user("Go on.")]))


def here(provider: str, model: str, conversation: tuple[Message, ...]) -> str:
    """What this process would send."""
    one = plugin(provider)
    http = one.hooks.encode_request(request=GenerateRequest(model=model, messages=conversation), settings=one.settings)
    return hashlib.sha256(http.url.encode() + http.body).hexdigest()


def there(provider: str, conversations: list[tuple[str, str]], **settings: str) -> list[str]:
    """What another process would send, of conversations that were saved."""
    job = {"provider": provider, "settings": settings, "conversations": conversations}
    command = [sys.executable, "-c", ELSEWHERE]
    done = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, check=True)
    found: list[str] = json.loads(done.stdout)
    return found


def answered(provider: str) -> list[Interaction]:
    """The replies of a provider that are no errors."""
    mine = [place for place in places("chat") if place[0].startswith(f"{provider}/")]
    return [one for path, number in mine for one in [read_file(path)[number]] if one.expected["error"] is None]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_recorded_replies(provider: str) -> None:
    """All of them at once; none gets lost on the way."""
    replies = answered(provider)
    conversations = [(one.model, continued(read(one))) for one in replies]
    saved = [(model, dumps(list(conversation))) for model, conversation in conversations]
    assert there(provider, saved) == [here(provider, model, conversation) for model, conversation in conversations]
    assert len(replies) >= 50


def test_a_reasoning_item() -> None:
    """Nothing of Workers AI's own state was recorded; by its types, a reasoning item goes back as it came."""
    item: dict[str, Any] = {
        "type": "reasoning",
        "id": "rs_1",
        "summary": [{"type": "summary_text", "text": "Hm."}],
        "encrypted_content": base64.b64encode(bytes(range(256))).decode(),
        "surprise": [1.0, None, "\u2028"],
    }
    reply: dict[str, Any] = {
        "object": "response",
        "status": "completed",
        "output": [item, {"type": "message", "content": []}],
    }
    one = plugin("cloudflare")
    settings = attrs.evolve(one.settings, values={**one.settings.values, "endpoint": "responses"})
    request = GenerateRequest(model="@cf/openai/gpt-oss-20b", messages=(user("Hi"),))
    answer = HttpResponse(status=200, body=json.dumps(reply).encode())
    conversation = continued(one.hooks.decode_response(request=request, response=answer))
    again = attrs.evolve(request, messages=conversation)
    http = one.hooks.encode_request(request=again, settings=settings)
    assert json.loads(http.body)["input"][1] == item
    digest = hashlib.sha256(http.url.encode() + http.body).hexdigest()
    assert there("cloudflare", [(request.model, dumps(list(conversation)))], endpoint="responses") == [digest]
