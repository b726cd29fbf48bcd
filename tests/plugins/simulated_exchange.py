"""A request of ours through a plugin's codec and its simulator and back, in strict mode and without a socket."""

from collections.abc import Mapping
from typing import Any

import attrs

from jackfield import registry
from jackfield.http import HttpResponse, Secret, Settings
from jackfield.session import StreamSession
from jackfield.types.messages import Message, user
from jackfield.types.requests import GenerateRequest, Request, Tool
from jackfield.types.results import Result
from jackfield.types.simulated import SimulatedReply

ADD = Tool(
    name="add",
    description="Add two numbers.",
    parameters={
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "required": ["a", "b"],
        "additionalProperties": False,
    },
)
SUM = user("What is 3214 + 5632?")


@attrs.frozen
class Exchange:
    """A plugin and the settings of its simulated account."""

    provider: str
    settings: Mapping[str, str | Secret] = attrs.field(factory=lambda: {"api_key": Secret("simulated")})

    def send(self, request: Request, fault: str = "") -> SimulatedReply:
        """What the simulator answers."""
        plugin = registry.load(self.provider)
        settings = Settings(provider=self.provider, base_url=plugin.info.base_url, values=self.settings)
        encoded = plugin.encode_request(request, settings)
        headers = {**encoded.headers, "x-simulate": fault} if fault else encoded.headers
        return plugin.optional("simulate", SimulatedReply, request=attrs.evolve(encoded, headers=headers), store={})

    def ask(self, model: str, *messages: Message, fault: str = "", **options: Any) -> Result[None]:
        """The decoded answer."""
        request = GenerateRequest(model=model, messages=messages or (SUM,), strict=True, **options)
        return self.decode(request, self.send(request, fault))

    def decode(self, request: GenerateRequest, reply: SimulatedReply) -> Result[None]:
        """An answer, whole or streamed, by the plugin's codec."""
        plugin = registry.load(self.provider)
        response = HttpResponse(status=reply.status, headers=reply.headers, body=reply.content)
        if reply.status != 200 or not reply.streamed:
            return plugin.decode_response(request, response)
        session = StreamSession(self.provider, plugin.parse_stream(request, attrs.evolve(response, body=b"")), response)
        session.open()
        session.feed(reply.content)
        session.close()
        return session.result()

    def models(self) -> list[str]:
        """The ids of the listed models, page by page."""
        plugin = registry.load(self.provider)
        settings = Settings(provider=self.provider, base_url=plugin.info.base_url, values=self.settings)
        flow = plugin.list_models(settings)
        request = next(flow)
        while True:
            reply = plugin.optional("simulate", SimulatedReply, request=request, store={})
            try:
                request = flow.send(HttpResponse(status=reply.status, headers=reply.headers, body=reply.content))
            except StopIteration as stop:
                return [model.id for model in stop.value]


def say(result: "Result[None]") -> tuple[str, str, tuple[tuple[str, Any], ...]]:
    """What was said, thought and asked for."""
    return result.text, result.reasoning, tuple((call.name, dict(call.arguments)) for call in result.tool_calls)
