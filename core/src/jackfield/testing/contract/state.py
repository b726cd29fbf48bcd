"""State that belongs to the provider: it comes back bit for bit, from another process too, and goes to nobody else."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import attrs

from jackfield.conversation import dumps, loads
from jackfield.errors import UnsupportedOption
from jackfield.testing.contract.base import ContractBase
from jackfield.testing.contract.encoding import on_the_wire
from jackfield.testing.contract.other_process import describe
from jackfield.testing.contract.subject import ADD, PLAIN, SUMS, Sample, Subject
from jackfield.testing.contract.verdict import broken, cannot_show
from jackfield.types.messages import Message, user
from jackfield.types.parts import Opaque, ProviderPart, Reasoning, Text, ToolCall, ToolResult
from jackfield.types.results import Result

_FOREIGN = "mark-of-somebody-else"


class State(ContractBase):
    """Conversations that go on."""

    def test_next_turn(self, subject: Subject) -> None:
        """A reply is saved, loaded in another process and sent back: the request is the same, bit for bit."""
        for sample in _samples(subject):
            request = _continued(subject, sample)
            here = on_the_wire(subject.prepare(request).http)
            there = _in_another_process(subject, request.messages, request.model)
            if json.loads(json.dumps(describe(here))) != there:
                broken(subject.id, "state", "saved and loaded in another process, the conversation encodes differently")

    def test_state_matters(self, subject: Subject) -> None:
        """State that a reply brought is in the next request: without it, the request is another one."""
        seen = 0
        for sample in _samples(subject):
            request = _continued(subject, sample)
            bare = attrs.evolve(request, messages=tuple(_stateless(message) for message in request.messages))
            if bare.messages == request.messages:
                continue
            seen += 1
            if on_the_wire(subject.prepare(bare).http) == on_the_wire(subject.prepare(request).http):
                broken(subject.id, "state", "the state that the reply brought is not sent back")
        if not seen and self.keeps_state:
            broken(subject.id, "state", "keeps_state is set, and no reply of the simulator brought any opaque state")
        if not seen:
            cannot_show(subject.id, "state", "no reply of the simulator brings opaque state")

    def test_foreign_state(self, subject: Subject) -> None:
        """State of another provider is not sent, and the caller is told."""
        opaque = Opaque(provider="somebody-else", data={"signature": _FOREIGN})
        call = ToolCall(id="call00001", name="add", arguments={"a": 1, "b": 2}, arguments_raw='{"a":1,"b":2}')
        answer = Message(role="tool", parts=(ToolResult(call_id=call.id, name="add", content=(Text("3"),)),))
        turns: dict[str, tuple[Message, ...]] = {
            "text": (_assistant(Text("Hello.", opaque=opaque)), user("Go on.")),
            "reasoning": (_assistant(Reasoning("Hm.", opaque=opaque), Text("Hello.")), user("Go on.")),
            "a provider part": (_assistant(Text("Hello."), ProviderPart(kind="thing", opaque=opaque)), user("Go on.")),
        }
        if "tools" in subject.info.capabilities.options:
            turns["a tool call"] = (_assistant(attrs.evolve(call, opaque=opaque)), answer)
        for what, more in turns.items():
            tools = (ADD,) if what == "a tool call" else None
            try:
                prepared = subject.prepare(subject.request(user(PLAIN), *more, tools=tools))
            except UnsupportedOption:
                continue
            if _FOREIGN.encode() in prepared.http.body:
                broken(subject.id, "state", f"the state of another provider on {what} is sent to this one")
            if not any(notice.code == "foreign-state" for notice in prepared.notices):
                broken(subject.id, "state", f"the state of another provider on {what} is left out without a notice")


def _assistant(*parts: Any) -> Message:
    return Message(role="assistant", parts=parts)


def _samples(subject: Subject) -> Iterator[Sample]:
    """Replies with text, and with tool calls if the provider takes tools."""
    yield subject.find(prove=lambda one: _has_state(subject, one)) or subject.sample()
    if "tools" in subject.info.capabilities.options:
        yield subject.sample(SUMS, tools=(ADD,), prove=lambda one: bool(subject.whole(one).tool_calls))


def _has_state(subject: Subject, sample: Sample) -> bool:
    return any(getattr(part, "opaque", None) is not None for part in subject.whole(sample).message.parts)


def _continued(subject: Subject, sample: Sample) -> Any:
    """The request that goes on after the sample's reply."""
    result: Result[None] = subject.whole(sample)
    answers = tuple(
        Message(role="tool", parts=(ToolResult(call_id=call.id, name=call.name, content=(Text("8846"),)),))
        for call in result.tool_calls
    )
    more = answers or (user("Go on."),)
    return attrs.evolve(sample.request, messages=(*sample.request.messages, result.message, *more))


def _stateless(message: Message) -> Message:
    bare: dict[str, Any] = {"opaque": None}
    parts = [
        attrs.evolve(part, **bare) if getattr(part, "opaque", None) is not None else part
        for part in message.parts
        if not isinstance(part, ProviderPart)
    ]
    return attrs.evolve(message, parts=tuple(parts))


def _in_another_process(subject: Subject, messages: tuple[Message, ...], model: str) -> Any:
    """What another process encodes; where the plugin cannot be imported there, it only loads and saves again."""
    plugin = subject.plugin
    job = {
        "conversation": dumps(messages),
        "model": model,
        "provider": subject.id,
        "module": plugin.__name__ if isinstance(plugin, ModuleType) else None,
        "settings": {name: str(subject.settings.text(name)) for name in subject.settings.values},
        "path": sys.path,
        "tools": any(part for message in messages for part in message.parts if isinstance(part, ToolCall)),
        "import": plugin is None or isinstance(plugin, ModuleType),
    }
    command = [sys.executable, "-m", "jackfield.testing.contract.other_process"]
    run = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own module
    if run.returncode:
        broken(subject.id, "state", f"another process cannot load the conversation: {run.stderr.strip()[-400:]}")
    if job["import"]:
        return json.loads(run.stdout)
    saved = loads(base64.b64decode(json.loads(run.stdout)))
    tools = (ADD,) if job["tools"] else None
    return describe(on_the_wire(subject.prepare(subject.request(*saved, model=model, tools=tools)).http))
