"""Damaged chat-shaped and Responses-shaped answers, of which no recordings exist: a result or one of our errors."""

import json
from typing import Any

import attrs
from hypothesis import given, note, settings, strategies as st
from tests.corpus.mutations import KINDS, Mutation, mutated
from tests.plugins import test_cloudflare_chat as chat, test_cloudflare_responses as responses
from tests.plugins.cloudflare_samples import ADD, PROVIDER, answer, enveloped, request

from jackfield.errors import JackfieldError, PluginError
from jackfield.http import HttpResponse
from jackfield.session import StreamSession

CALL = {"index": 0, "id": "c", "type": "function", "function": {"name": "add", "arguments": "{}"}}
CHUNKS = [
    chat.chunk({"role": "assistant", "content": "<think>Hm"}),
    chat.chunk({"content": "</think>Yes.", "reasoning_content": "Hm."}, usage=chat.USAGE),
    chat.chunk({"tool_calls": [CALL]}),
    chat.chunk({}, "tool_calls"),
]


def streamed(chunks: list[Any]) -> HttpResponse:
    """A streamed answer of these chunks."""
    body = b"".join(b"data: " + json.dumps(one).encode() + b"\n\n" for one in chunks)
    return HttpResponse(status=200, headers={"content-type": "text/event-stream"}, body=body + b"data: [DONE]\n\n")


ANSWERS = (
    answer(chat.whole({"content": {"ripe": True}, "tool_calls": [CALL]}) | {"usage": chat.USAGE}),
    answer(enveloped(chat.whole({"content": "Yes.", "reasoning": "Hm."}))),
    answer(responses.reply()),
    answer(enveloped(responses.reply(status="incomplete", incomplete_details={"reason": "max_output_tokens"}))),
    streamed(CHUNKS),
    streamed(responses.events()),
)
NUMBERS = st.integers(min_value=0, max_value=1 << 20)
MUTATIONS = st.lists(st.builds(Mutation, st.sampled_from(list(KINDS)), NUMBERS, NUMBERS), min_size=1, max_size=4)


def read(damaged: HttpResponse, *, strict: bool) -> None:
    """Read it as the core would."""
    wanted = request(strict=strict, tools=(ADD,))
    if not damaged.is_event_stream:
        PROVIDER.decode_response(wanted, damaged)
        return
    head = attrs.evolve(damaged, body=b"")
    session = StreamSession("cloudflare", PROVIDER.parse_stream(wanted, head), head)
    session.open()
    session.feed(damaged.body)
    session.close()
    session.close()


@settings(max_examples=300)
@given(which=st.sampled_from(ANSWERS), mutations=MUTATIONS, strict=st.booleans())
def test_damaged(which: HttpResponse, mutations: list[Mutation], *, strict: bool) -> None:
    """Whatever is done to the answer, nothing but our errors comes out, and none of them is the plugin's fault."""
    damaged = mutated(which, tuple(mutations))
    note(f"{damaged!r}\n{damaged.body!r}")
    try:
        read(damaged, strict=strict)
    except JackfieldError as error:
        if isinstance(error, PluginError):
            raise
