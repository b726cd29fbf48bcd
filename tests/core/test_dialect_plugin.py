"""A third party's whole plugin on the dialect: one table, one line of hooks, through the plugin system."""

import json
from types import ModuleType

import pluggy
import pytest

from jackfield.dialects.chat_completions import ChatCompletions
from jackfield.hookspecs import PROJECT, ProviderHooks
from jackfield.http import HttpResponse, Secret, Settings
from jackfield.session import StreamSession
from jackfield.types.messages import user
from jackfield.types.requests import GenerateRequest

PLUGIN = """
from jackfield.dialects.chat_completions import CHAT_OPTIONS, ChatCompletions

ACME = ChatCompletions(
    provider="acme",
    name="Acme",
    base_url="https://api.acme.example",
    prefix="/v1",
    docs_url="https://acme.example/docs",
    key_variables=("ACME_API_KEY",),
    options={**CHAT_OPTIONS, "top_k": "top_k", "max_tokens": "max_tokens"},
)
provider_info, encode_request, decode_response, parse_stream, list_models = ACME.hooks()
"""


@pytest.fixture
def hooks() -> pluggy.HookRelay:
    """The plugin's hooks, called as the core calls them."""
    module = ModuleType("jackfield_acme")
    exec(PLUGIN, module.__dict__)  # noqa: S102 - the text above, shown as its author would write it
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(ProviderHooks)
    manager.register(module)
    manager.check_pending()
    return manager.hook


def test_info(hooks: pluggy.HookRelay) -> None:
    """What it is called, what it needs, what it can send."""
    info = hooks.provider_info()
    assert (info.id, info.name, info.api_version) == ("acme", "Acme", "1.0"), "never what this core happens to have"
    (key,) = info.settings
    assert (key.name, key.variables, key.secret) == ("api_key", ("ACME_API_KEY",), True)
    assert info.capabilities.operations == (GenerateRequest,)
    assert {"top_k", "tools", "schema"} <= info.capabilities.options
    assert info.capabilities.media == {"image"}


def test_round_trip(hooks: pluggy.HookRelay) -> None:
    """A request out, a reply and a stream in, a list of models."""
    settings = Settings(provider="acme", base_url="https://api.acme.example", values={"api_key": Secret("k")})
    request = GenerateRequest(model="m", messages=(user("ping"),), top_k=3, max_tokens=5)
    body = json.loads(hooks.encode_request(request=request, settings=settings).body)
    assert (body["top_k"], body["max_tokens"]) == (3, 5)
    reply = {"choices": [{"message": {"content": "pong"}, "finish_reason": "stop"}]}
    answer = HttpResponse(status=200, body=json.dumps(reply).encode())
    assert hooks.decode_response(request=request, response=answer).text == "pong"
    head = HttpResponse(status=200)
    session = StreamSession("acme", hooks.parse_stream(request=request, response=head), head)
    session.feed(b'data: {"choices":[{"delta":{"content":"pong"}}]}\n\ndata: [DONE]\n\n')
    session.close()
    assert session.result().text == "pong"
    flow = hooks.list_models(settings=settings)
    next(flow)
    with pytest.raises(StopIteration) as done:
        flow.send(HttpResponse(status=200, body=b'{"data":[{"id":"m"}]}'))
    assert [model.id for model in done.value.value] == ["m"]


def test_short() -> None:
    """What the manual promises: a plugin in less than 60 lines."""
    assert PLUGIN.count("\n") < 60
    assert isinstance(ChatCompletions, type)
