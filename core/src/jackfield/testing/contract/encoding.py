"""Encoding: every option and every kind of part is sent, reported or refused, and never dropped in silence."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs
import pytest

from jackfield.errors import UnsupportedOption, UsageError
from jackfield.http import HttpRequest, Secret
from jackfield.operations.prepare import Prepared
from jackfield.testing.contract.base import ContractBase
from jackfield.testing.contract.subject import ADD, PLAIN, Subject
from jackfield.testing.contract.verdict import broken, cannot_show
from jackfield.types.messages import Message, assistant, system, user
from jackfield.types.parts import Audio, Document, Image, Media, Reasoning, Text, ToolCall, ToolResult, Video
from jackfield.types.requests import GENERATE_OPTIONS, GenerateRequest, OutputSchema, Tool, ToolName, WebSearch

_OTHER = Tool(name="other", description="Something else.", parameters={"type": "object", "properties": {}})


def _schema(name: str) -> OutputSchema:
    properties = {name: {"type": "string"}}
    return OutputSchema(
        name=name,
        schema={"type": "object", "properties": properties, "required": [name], "additionalProperties": False},
    )


VALUES: Mapping[str, tuple[Any, ...]] = {
    "temperature": (0.25, 0.75, 0.0),
    "top_p": (0.25, 0.75),
    "top_k": (11, 13),
    "max_tokens": (1301, 1303),
    "stop": (("first-stop",), ("second-stop",)),
    "seed": (1301, 1303, 0),
    "frequency_penalty": (0.25, 0.75),
    "presence_penalty": (0.25, 0.75),
    "top_logprobs": (2, 3),
    "json_mode": (True,),
    "schema": (_schema("first"), _schema("second")),
    "tools": ((ADD,), (_OTHER,)),
    "tool_choice": ("required", ToolName("add")),
    "parallel_tool_calls": (False,),
    "web_search": (WebSearch(), WebSearch(include_domains=("one.example",))),
    "reasoning_effort": ("low", "high"),
    "reasoning_budget": (1301, 2602),
}
"""Values of each option that must not encode alike; 0 is one, too."""
_NEEDS: Mapping[str, Mapping[str, Any]] = {
    "tool_choice": {"tools": (ADD, _OTHER)},
    "parallel_tool_calls": {"tools": (ADD, _OTHER)},
}

MEDIA: Mapping[str, Callable[[bytes], Media]] = {
    "image": lambda mark: Image(data=b"\x89PNG\r\n\x1a\n" + mark, mime_type="image/png"),
    "audio": lambda mark: Audio(data=b"RIFF\x24\x00\x00\x00WAVE" + mark, mime_type="audio/wav"),
    "video": lambda mark: Video(data=b"\x00\x00\x00\x18ftypmp42" + mark, mime_type="video/mp4"),
    "document": lambda mark: Document(data=b"%PDF-1.4\n" + mark, mime_type="application/pdf"),
}


def _prompt(kind: str, mark: bytes = b"one") -> Message:
    return user(PLAIN) if kind == "text" else user(PLAIN, MEDIA[kind](mark))


def on_the_wire(http: HttpRequest) -> tuple[Any, ...]:
    """Everything of a request that the provider sees."""
    headers = {name: one.reveal() if isinstance(one, Secret) else one for name, one in http.headers.items()}
    return http.method, http.url, headers, http.body


class Encoding(ContractBase):
    """Requests on their way out."""

    @pytest.mark.parametrize("kind", ["text", *MEDIA])
    @pytest.mark.parametrize("option", GENERATE_OPTIONS)
    def test_option(self, subject: Subject, option: str, kind: str) -> None:
        """An option beside a kind of part: sent, reported or refused by name, with every model."""
        for model in subject.models():
            for stream in (False, True):
                request = subject.request(_prompt(kind), model=model, stream=stream)
                dropped = _dropped(subject, request, option)
                if dropped:
                    self.excuse(option)
                    broken(subject.id, "options", dropped)

    @pytest.mark.parametrize("option", GENERATE_OPTIONS)
    def test_declared_option(self, subject: Subject, option: str) -> None:
        """An option that is declared can be sent to some model, or the declaration is wrong."""
        self.excuse(option)
        if option not in subject.info.capabilities.options:
            pytest.skip(f"{subject.id} does not declare {option}")
        encodings = list(_encodings(subject, option))
        if not any(isinstance(one, Prepared) for one in encodings):
            broken(subject.id, "options", f"{option} is declared, and refused to every model: {encodings[0]}")

    @pytest.mark.parametrize("option", GENERATE_OPTIONS)
    def test_simulated_option(self, subject: Subject, option: str) -> None:
        """An option that is declared is one that the provider takes, as it is written on the wire."""
        self.excuse(option)
        if option not in subject.info.capabilities.options:
            pytest.skip(f"{subject.id} does not declare {option}")
        answers = [subject.answer(one.http) for one in _encodings(subject, option) if isinstance(one, Prepared)]
        if answers and all(one.status != 200 for one in answers):
            said = answers[0].content[:300].decode("utf-8", "replace")
            broken(subject.id, "options", f"{option} is declared, and the simulator refuses it: {said}")

    def test_choice_without_tools(self, subject: Subject) -> None:
        """A tool choice where there is no tool is refused by name, by a combination rule as a matter of course."""
        for model in subject.models():
            if isinstance(_encoded(subject, subject.request(model=model, tool_choice="required")), Prepared):
                rule = "Rule(when=('tool_choice',), unless=('tools',), ...)"
                broken(subject.id, "options", f"tool_choice is sent without tools to {model}: declare a {rule}")

    @pytest.mark.parametrize("kind", MEDIA)
    def test_media(self, subject: Subject, kind: str) -> None:
        """A medium is sent or refused; another one gives another request."""
        for model in subject.models():
            bodies = [_encoded(subject, subject.request(_prompt(kind, mark), model=model)) for mark in (b"one", b"two")]
            if isinstance(bodies[0], Prepared) and isinstance(bodies[1], Prepared):
                first, second = (on_the_wire(one.http) for one in bodies if isinstance(one, Prepared))
                if first == second and not bodies[0].notices:
                    broken(subject.id, "parts", f"the bytes of the {kind} part do not leave the plugin ({model})")

    def test_conversation(self, subject: Subject) -> None:
        """Every turn's text leaves the plugin, whoever says it."""
        prepared = _encoded(subject, subject.request(*_CONVERSATION))
        if not isinstance(prepared, Prepared):
            cannot_show(subject.id, "parts", str(prepared))
        body = prepared.http.body.decode("utf-8", "replace")
        missing = [mark for mark in ("mark-system", "mark-user", "mark-assistant", "mark-last") if mark not in body]
        if missing:
            broken(subject.id, "parts", f"these texts of the conversation do not leave the plugin: {missing}")

    def test_reasoning_part(self, subject: Subject) -> None:
        """The reasoning of an earlier turn is sent, or left out like the provider wants it: not mixed into the text."""
        turns = (user(PLAIN), assistant(Reasoning("mark-thought"), Text("mark-answer")), user("Go on."))
        prepared = _encoded(subject, subject.request(*turns))
        if isinstance(prepared, Prepared) and b"mark-answer" not in prepared.http.body:
            broken(subject.id, "parts", "the text beside a reasoning part does not leave the plugin")

    def test_tool_results(self, subject: Subject) -> None:
        """Results of parallel calls, in another order than the calls, are all sent and stay told apart."""
        if "tools" not in subject.info.capabilities.options:
            pytest.skip(f"{subject.id} takes no tools")
        for model in subject.models():
            bodies = [
                _encoded(subject, subject.request(*_answered(*marks), model=model, tools=(ADD,))) for marks in _MARKS
            ]
            sent = [one.http.body for one in bodies if isinstance(one, Prepared)]
            for body, marks in zip(sent, _MARKS, strict=False):
                missing = [mark for mark in marks if mark.encode() not in body]
                if missing:
                    broken(subject.id, "parts", f"these tool results do not leave the plugin: {missing}")
            if len(set(sent)) < len(sent):
                broken(subject.id, "parts", "two tool results can be exchanged without any effect on the request")

    def test_stream_flag(self, subject: Subject) -> None:
        """A streamed reply is asked for in another way than a whole one."""
        whole, streamed = (on_the_wire(subject.prepare(subject.request(stream=one)).http) for one in (False, True))
        if whole == streamed:
            broken(subject.id, "streams", "the request is the same with and without stream: nothing asks for a stream")

    def test_address(self, subject: Subject) -> None:
        """The request goes to the base URL that the caller gave, as the plugin encodes it."""
        http = subject.prepare(subject.request()).http
        if not http.url.startswith(subject.settings.base_url):
            broken(subject.id, "hooks", f"the request goes to {http.url}, not below {subject.settings.base_url}")
        shouting = [name for name in http.headers if name != name.lower()]
        if shouting:
            broken(subject.id, "hooks", f"header names are lower case here; not so: {shouting}")


_CONVERSATION = (system("mark-system"), user("mark-user"), assistant("mark-assistant"), user("mark-last"))
_CALLS = tuple(
    ToolCall(id=f"call00{n}", name="add", arguments={"a": n, "b": n}, arguments_raw=f'{{"a":{n},"b":{n}}}')
    for n in (1, 2)
)
_MARKS = (("mark-first", "mark-second"), ("mark-second", "mark-first"))


def _answered(*marks: str) -> tuple[Message, ...]:
    """Two calls and their results, the second call's result first."""
    results = tuple(
        Message(role="tool", parts=(ToolResult(call_id=call.id, name=call.name, content=(Text(mark),)),))
        for call, mark in zip(_CALLS, marks, strict=True)
    )
    return user("mark-user"), assistant(*_CALLS), *reversed(results)


def _encoded(subject: Subject, request: GenerateRequest) -> Prepared | UsageError:
    try:
        return subject.prepare(request)
    except UsageError as error:
        return error


def _with(request: GenerateRequest, **options: Any) -> GenerateRequest:
    return attrs.evolve(request, **options)


def _dropped(subject: Subject, request: GenerateRequest, option: str) -> str | None:
    """What is dropped in silence: each value is refused by name, reported, or changes the request in its own way."""
    plain = _with(request, **_NEEDS.get(option, {}))
    without = _encoded(subject, plain)
    if not isinstance(without, Prepared):
        return None  # refused without the option: the part, or the tools that it needs
    seen = [on_the_wire(without.http)]
    for value in VALUES[option]:
        encoded = _encoded(subject, _with(plain, **{option: value}))
        if isinstance(encoded, UsageError):
            _check_refusal(subject, encoded, option)
            continue
        told = any(option == one.option or option in one.message for one in encoded.notices)
        wire = on_the_wire(encoded.http)
        if wire in seen and not told:
            same = "as without it" if wire == seen[0] else "as with another value"
            return f"{option}={value!r} is dropped in silence: the request of {request.model} is the same {same}"
        seen.append(wire)
    return None


def _check_refusal(subject: Subject, error: UsageError, option: str) -> None:
    if isinstance(error, UnsupportedOption) and not error.reason.strip():
        broken(subject.id, "options", f"{option} is refused without a reason")
    if isinstance(error, UnsupportedOption) and option not in str(error):
        rules = {word for rule in subject.info.capabilities.rules for word in rule.when}
        if not rules & {option, "forced_tool", "thinking", "logprobs"}:
            broken(subject.id, "options", f"{option} is refused under another name: {error}")


def _encodings(subject: Subject, option: str) -> Iterator[Prepared | UsageError]:
    """Each model's request with each value of the option, whole and streamed."""
    for model in subject.models():
        for stream in (False, True):
            request = subject.request(model=model, stream=stream)
            for value in VALUES[option]:
                yield _encoded(subject, _with(request, **_NEEDS.get(option, {}), **{option: value}))
