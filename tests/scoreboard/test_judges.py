"""Each judge finds what it is for, and what it is against, in replies that we write ourselves."""

import json
from typing import Any

import pytest

from jackfield.errors import ConnectTimeout, InvalidRequest, RateLimited, UnsupportedOption
from jackfield.scoreboard import judges
from jackfield.scoreboard.judges import JUDGES, Seen
from jackfield.scoreboard.observation import Observation
from jackfield.types.messages import assistant
from jackfield.types.parts import Citation, Text, ToolCall
from jackfield.types.provider import Rule
from jackfield.types.results import FinishReason, RateLimit, RateLimits, Result, TokenLogprob, Usage


def reply(*parts: Any, **facts: Any) -> Result[None]:
    """A result with these parts; it stopped, and counted its tokens, unless it is said otherwise."""
    known: dict[str, Any] = {"finish_reason": FinishReason.STOP, "usage": Usage(input_tokens=3, output_tokens=2)}
    return Result(message=assistant(*(parts or (Text(""),))), output=None, **{**known, **facts})


def call(arguments: dict[str, Any], name: str = "square_root") -> Result[None]:
    """A result that asks for a tool."""
    made = ToolCall(id="1", name=name, arguments=arguments, arguments_raw=json.dumps(arguments))
    return reply(made, finish_reason=FinishReason.TOOL_CALLS)


def seen(**replies: Any) -> Seen:
    """Observations by probe; `-` is written `_`. Each a Result or an error."""
    found: dict[str, Observation] = {}
    for key, value in replies.items():
        name = key.replace("_", "-")
        role = "error" if isinstance(value, Exception) else "result"
        facts: dict[str, Any] = {role: value}
        found[name] = Observation(probe=name, recording=f"GenSync-{name}", **facts)
    return found


REFUSAL = InvalidRequest("no such thing here", provider="acme", status=400)
GOOD: dict[str, tuple[Result[None], Result[None]]] = {
    "Seed": (reply(Text("Hi")), reply()),
    "TopLogprobs": (reply(Text("Hi"), logprobs=(TokenLogprob(token="Hi", logprob=-0.1),)), reply(Text("Hi"))),
    "MaxTokens": (reply(Text("Bell spoke")), reply(Text("word " * 30))),
    "Stop": (reply(Text("Canada ")), reply(Text("Canada is a country that is large"))),
    "JSON": (reply(Text('{"a": 1}')), reply(Text("a banana"))),
    "JSONSchema": (reply(Text('{"is_fruit": true}')), reply(Text('{"fruit": true}'))),
}
CELLS = {"Seed": "seed", "TopLogprobs": "logprobs", "MaxTokens": "max_tokens", "Stop": "stop"} | {
    "JSON": "json",
    "JSONSchema": "schema",
}


@pytest.mark.parametrize("probe", GOOD)
def test_a_reply_that_shows_it_and_one_that_does_not(probe: str) -> None:
    """The judge tells them apart, and says why it does not work."""
    good, bad = GOOD[probe]
    judge = JUDGES[CELLS[probe]]
    assert judge(seen(**{probe: good})).support == "true"
    failed = judge(seen(**{probe: bad}))
    assert (failed.support, failed.cause) == ("false", "model")
    assert failed.reason


@pytest.mark.parametrize("probe", GOOD)
def test_whose_doing_a_failure_is(probe: str) -> None:
    """Refused by the provider, lacking in jackfield, excluded by a rule, not asked, passing, not tried."""
    judge = JUDGES[CELLS[probe]]
    lacking = UnsupportedOption("seed", "there is none", provider="acme")
    rule = Rule(when=("schema", "stream"), reason="not both", source="docs")
    name = f"GenSync-{probe}"

    def cause(**facts: Any) -> tuple[str, str | None]:
        verdict = judge({probe: Observation(probe=probe, recording=name, **facts)})
        return verdict.support, verdict.cause

    assert cause(error=REFUSAL) == ("false", "refused")
    assert cause(unsent=lacking) == ("false", "ours")
    assert cause(unsent=lacking, excluded=rule) == ("false", "refused")
    assert cause(result=GOOD[probe][0], asked=False) == ("unknown", None)
    assert cause(error=REFUSAL, unlike=("sends something else",)) == ("unknown", None)
    assert cause(error=RateLimited("later", provider="acme", status=429)) == ("unknown", None)
    assert cause(error=ConnectTimeout(1.0)) == ("unknown", None)
    assert judge({}).support == "unknown"


def test_usage_and_finish_are_flaky_if_one_reply_lacks_them() -> None:
    """One silent reply is enough to say so, and is named."""
    bare = reply(Text("Hi"), usage=None, finish_reason=None)
    mixed = seen(Text=reply(Text("Hi")), Seed=bare)
    for judge in (judges.usage, judges.finish):
        assert judge(seen(Text=reply(Text("Hi")))).support == "true"
        verdict = judge(mixed)
        assert verdict.support == "flaky"
        assert "GenSync-Seed" in (verdict.reason or "")
        assert judge(seen(Text=bare)).support == "false"
        assert judge({}).support == "unknown"


def test_a_wrong_finish_reason_is_no_finish_reason() -> None:
    """`stop` where the reply was cut, or where it asks for a tool, misleads."""
    assert judges.finish(seen(MaxTokens=reply(Text("cut"), finish_reason=FinishReason.LENGTH))).support == "true"
    assert judges.finish(seen(MaxTokens=reply(Text("cut")))).support == "false"


def test_limits_are_those_of_the_plain_answer() -> None:
    """Quotas in a reply, or not."""
    limits = RateLimits((RateLimit(kind="requests", limit=10, remaining=9),))
    assert judges.limits(seen(Text=reply(Text("Hi"), rate_limits=limits))).support == "true"
    assert judges.limits(seen(Text=reply(Text("Hi")))).support == "false"


ROOT = {"number": 132413}
ANSWER = reply(Text("363.89"))


def test_tools_need_the_call_and_the_use_of_its_result() -> None:
    """True only if both halves were seen."""
    both = {"Tools_SquareRoot_1": call(ROOT), "Tools_SquareRoot_2": ANSWER}
    assert judges.tools(seen(**both)).support == "true"
    assert judges.forced(seen(**both)).support == "true"


@pytest.mark.parametrize(
    ("replies", "support", "why"),
    [
        ({"Tools_SquareRoot_1": call(ROOT)}, "flaky", "no recording"),
        ({"Tools_SquareRoot_1": call(ROOT), "Tools_SquareRoot_2": call(ROOT)}, "flaky", "calls again"),
        ({"Tools_SquareRoot_1": call(ROOT), "Tools_SquareRoot_2": reply(Text("Fine."))}, "flaky", "result"),
        ({"Tools_SquareRoot_1": call(ROOT), "Tools_SquareRoot_2": REFUSAL}, "flaky", "fails"),
        (
            {"Tools_SquareRoot_1": ANSWER, "Tools_SquareRoot_1_any": call(ROOT), "Tools_SquareRoot_2": ANSWER},
            "flaky",
            "not always",
        ),
        ({"Tools_SquareRoot_1": call({"number": 7}), "Tools_SquareRoot_2": ANSWER}, "false", "number"),
        ({"Tools_SquareRoot_1": ANSWER, "Tools_SquareRoot_1_any": ANSWER}, "false", "without a call"),
        ({"Tools_SquareRoot_1": REFUSAL, "Tools_SquareRoot_1_any": REFUSAL}, "false", "refuses"),
    ],
)
def test_tools_that_half_work(replies: dict[str, Any], support: str, why: str) -> None:
    """Each way to fail has its own words."""
    verdict = judges.tools(seen(**replies))
    assert verdict.support == support
    assert why in (verdict.reason or "")


def test_a_refused_force_does_not_spoil_the_tools() -> None:
    """Where a call cannot be required and comes anyway, tools work and forcing does not."""
    replies = seen(Tools_SquareRoot_1=REFUSAL, Tools_SquareRoot_1_any=call(ROOT), Tools_SquareRoot_2=ANSWER)
    assert judges.tools(replies).support == "true"
    assert judges.forced(replies).support == "false"


@pytest.mark.parametrize(
    ("canada", "usa", "biased", "indecisive"),
    [
        ([["Canada"], ["USA"]][0], ["USA"], "true", "false"),
        (["Canada"], ["Canada"], "flaky", "false"),
        (["USA"], ["Canada"], "false", "false"),
        (["Canada", "USA"], ["USA", "Canada"], "false", "true"),
    ],
)
def test_bias_is_taking_whatever_comes_first(canada: list[str], usa: list[str], biased: str, indecisive: str) -> None:
    """Both orders of the same two values tell."""

    def chosen(countries: list[str]) -> Result[None]:
        calls = [
            ToolCall(id=str(at), name="best_country", arguments={"country": one}) for at, one in enumerate(countries)
        ]
        return reply(*calls, finish_reason=FinishReason.TOOL_CALLS)

    both = seen(Tools_ToolBias_Canada=chosen(canada), Tools_ToolBias_USA=chosen(usa))
    assert judges.biased(both).support == biased
    assert judges.indecisive(both).support == indecisive


def test_bias_is_unknown_if_a_choice_is_missing() -> None:
    """One answer of two says nothing."""
    one = seen(Tools_ToolBias_Canada=call({"country": "Canada"}, "best_country"))
    assert judges.biased(one).support == "unknown"
    assert judges.indecisive({}).support == "unknown"


def test_search_fetch_and_citations() -> None:
    """A named page, a quoted page, a named passage; and replies without."""
    page = reply(Text("Somebody"), Citation(kind="web", url="https://example.com"))
    passage = reply(Text("240"), Citation(kind="document", document_id="0"))
    quoted = reply(Text("It says: Pas de panique."))
    plain = reply(Text("Somebody"))
    read = reply(Text("It says something."), Citation(kind="web", url="https://perdu.com/"))
    assert judges.web_fetch(seen(Tools_WebFetch=read)).support == "true"
    assert judges.web_fetch(seen(Tools_WebFetch=page)).support == "false"
    for judge, probe, good in (
        (judges.web_search, "Tools_WebSearch", page),
        (judges.web_fetch, "Tools_WebFetch", quoted),
        (judges.citations, "Citations_text_plain", passage),
    ):
        assert judge(seen(**{probe: good})).support == "true"
        assert judge(seen(**{probe: plain})).support == "false"
        assert judge(seen(**{probe: REFUSAL})).support == "false"
        assert judge({}).support == "unknown"


def test_a_search_without_citations_shows_in_its_queries() -> None:
    """Some replies name no page and list what was searched for."""
    queries = reply(Text("Somebody"), provider_data={"grounding": [{"webSearchQueries": ["who"]}]})
    none = reply(Text("Somebody"), provider_data={"grounding": [{"webSearchQueries": []}]})
    assert judges.web_search(seen(Tools_WebSearch=queries)).support == "true"
    assert judges.web_search(seen(Tools_WebSearch=none)).support == "false"
