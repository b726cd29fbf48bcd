"""Damaged answers give a result or one of our errors: never another exception, never a flood.

Each provider's recordings are damaged at random and read, strictly or not. The bounded form runs with the other tests
and is the same each time; `JACKFIELD_FUZZ=100000 pytest tests/corpus/test_fuzz.py` draws that many new examples a
provider (`-k groq` for one, `-n 2` for two at a time).
"""

import os
from datetime import timedelta
from functools import cache

import attrs
import pytest
from hypothesis import HealthCheck, example, given, note, settings, strategies as st
from tests.corpus.mutations import KINDS, Mutation, mutated
from tests.corpus.recordings import Interaction, places, plugin, read_file

from jackfield.errors import JackfieldError, PluginError, UsageError
from jackfield.http import HttpResponse
from jackfield.session import StreamSession
from jackfield.types.requests import GenerateRequest, Request, Tool
from jackfield.types.results import Result

pytestmark = pytest.mark.corpus

PROVIDERS = ("groq", "cerebras", "cloudflare", "gemini")
WANTED = os.environ.get("JACKFIELD_FUZZ", "")
EXAMPLES = int(WANTED or 300)
LARGE = 32 * 1024
SHARE = 20
"""Recordings from this size on are drawn by themselves, and once where the others are drawn so often: they are the same
shapes with more in them, and would take all the time."""

PATIENCE = timedelta(seconds=20)
"""For one example on a busy machine; a hang is longer."""

TOOL = Tool(name="add", description="Adds.", parameters={"type": "object"})

NUMBERS = st.integers(min_value=0, max_value=1 << 20)
MUTATIONS = st.lists(st.builds(Mutation, st.sampled_from(list(KINDS)), NUMBERS, NUMBERS), min_size=1, max_size=4)


@cache
def recorded(provider: str, *, large: bool) -> tuple[Interaction, ...]:
    """Every answer of a provider, of the large ones or of the others."""
    mine = [place for place in places("chat", "image", "models") if place[0].startswith(f"{provider}/")]
    found = [read_file(path)[number] for path, number in mine]
    return tuple(one for one in found if (len(one.response.body) >= LARGE) == large)


def asked(interaction: Interaction, *, strict: bool, tools: bool) -> Request:
    """The request that the damaged answer is read for."""
    request = attrs.evolve(interaction.request(), strict=strict)
    return attrs.evolve(request, tools=(TOOL,)) if tools and isinstance(request, GenerateRequest) else request


def read(provider: str, request: Request, answer: HttpResponse) -> Result[None]:
    """Read it as the core would: as a stream if it says that it is one."""
    hooks = plugin(provider).hooks
    if not answer.is_event_stream:
        whole: Result[None] = hooks.decode_response(request=request, response=answer)
        return whole
    head = attrs.evolve(answer, body=b"")
    session = StreamSession(provider, hooks.parse_stream(request=request, response=head), head)
    session.open()
    session.feed(answer.body)
    session.close()
    session.close()  # an error that came after events is raised the second time
    return session.result()


def read_models(provider: str, answer: HttpResponse) -> object:
    """Give the same answer to a few requests of the flow."""
    one = plugin(provider)
    flow = one.hooks.list_models(settings=one.settings)
    next(flow)
    try:
        for _ in range(3):
            flow.send(answer)
    except StopIteration as done:
        return done.value
    return flow.close()


def check(interaction: Interaction, answer: HttpResponse, request: Request) -> None:
    """Fail for whatever is neither a result nor an error of ours."""
    try:
        if interaction.kind == "models":
            read_models(interaction.provider, answer)
            return
        result = read(interaction.provider, request, answer)
    except (PluginError, UsageError):  # neither is about what the provider sent
        raise
    except JackfieldError as error:
        assert str(error)  # noqa: PT017 - an error of ours can be read
        return
    assert len(result.text) + len(result.reasoning) <= 10 * len(answer.body) + 1000


@pytest.mark.parametrize("large", [False, True], ids=["usual", "large"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_damaged(provider: str, large: bool) -> None:  # noqa: FBT001 - a case
    """Whatever is done to the answer, the plugin and the core hold."""
    cases = recorded(provider, large=large)

    @settings(
        max_examples=max(1, EXAMPLES // SHARE) if large else EXAMPLES,
        derandomize=not WANTED,
        database=None,
        deadline=PATIENCE,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(case=NUMBERS, strict=st.booleans(), tools=st.booleans(), mutations=MUTATIONS)
    @example(case=0, strict=True, tools=False, mutations=[])
    def holds(case: int, mutations: list[Mutation], *, strict: bool, tools: bool) -> None:
        interaction = cases[case % len(cases)]
        answer = mutated(interaction.response, tuple(mutations))
        note(f"{interaction.path}:{interaction.number}\n{answer!r}\n{answer.body[:2000]!r}")
        check(interaction, answer, asked(interaction, strict=strict, tools=tools))

    holds()
