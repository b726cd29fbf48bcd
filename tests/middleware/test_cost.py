"""The cost meter: known prices are added up, everything else is None with a reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import jackfield
from jackfield.middleware.cache import DiskCache
from jackfield.middleware.cost import CostMeter, cost_of
from jackfield.testing import Simulator
from jackfield.types.models import Model, Pricing
from jackfield.types.results import Usage

PRICE = Pricing(input_usd=1.0, output_usd=10.0, cached_input_usd=0.1)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """Groq on loopback."""
    with Simulator("groq", "gemini") as started:
        yield started


@pytest.mark.parametrize(
    ("usage", "apart", "usd"),
    [
        pytest.param(Usage(input_tokens=1000, output_tokens=100), (), 0.002, id="plain"),
        pytest.param(Usage(input_tokens=1000, output_tokens=100, cached_tokens=500), (), 0.00155, id="cached inside"),
        pytest.param(
            Usage(input_tokens=1000, output_tokens=100, cached_tokens=500), ("cached",), 0.00205, id="cached apart"
        ),
        pytest.param(Usage(input_tokens=0, output_tokens=100, reasoning_tokens=50), (), 0.001, id="thoughts inside"),
        pytest.param(
            Usage(input_tokens=0, output_tokens=100, reasoning_tokens=50), ("reasoning",), 0.0015, id="thoughts apart"
        ),
        pytest.param(
            Usage(input_tokens=10, output_tokens=0, tool_input_tokens=90),
            ("tool_input",),
            0.0001,
            id="tool input apart",
        ),
    ],
)
def test_what_is_part_of_what(usage: Usage, apart: tuple[str, ...], usd: float) -> None:
    """Providers differ in what their counts contain."""
    found, why = cost_of(usage, PRICE, frozenset(apart))
    assert found == pytest.approx(usd)
    assert why == ""


@pytest.mark.parametrize(
    ("usage", "price", "reason"),
    [
        (None, PRICE, "how many tokens"),
        (Usage(input_tokens=1), PRICE, "how many tokens"),
        (Usage(input_tokens=1, output_tokens=1), None, "no price is known for the model"),
        (Usage(input_tokens=1, output_tokens=1), Pricing(input_usd=1.0), "no price is known for the model"),
        (
            Usage(input_tokens=1, output_tokens=1, cached_tokens=1),
            Pricing(input_usd=1.0, output_usd=1.0),
            "tokens from the cache",
        ),
    ],
)
def test_unknown_is_not_zero(usage: Usage | None, price: Pricing | None, reason: str) -> None:
    """Nothing is guessed, and the reason is given."""
    usd, why = cost_of(usage, price)
    assert usd is None
    assert reason in why


def test_calls_are_added_up(simulator: Simulator) -> None:
    """Streamed and whole ones; a total with an unknown part is unknown, its known part is a lower bound."""
    meter = CostMeter({"groq:sim-c*": PRICE})
    with jackfield.Client(
        "groq", model="sim-chat", base_url=simulator.base_url, api_key="x", middleware=[meter]
    ) as groq:
        usage = groq.generate("Hello").usage
        with groq.stream("Hello") as stream:
            stream.until_done()
        assert usage is not None
        assert usage.input_tokens is not None
        assert usage.output_tokens is not None
        one = (usage.input_tokens + 10 * usage.output_tokens) / 1_000_000
        assert meter.total_usd == pytest.approx(2 * one)
        groq.generate("Hello", model="sim-reasoner")
    assert meter.total_usd is None
    assert meter.known_usd == pytest.approx(2 * one)
    assert [(cost.model, cost.unknown) for cost in meter.unknown] == [
        ("sim-reasoner", "no price is known for the model")
    ]


def test_prices_can_be_learnt() -> None:
    """From a listing; your own table goes first."""
    meter = CostMeter({"acme:b": PRICE})
    other = Pricing(input_usd=5.0, output_usd=5.0)
    meter.learn([Model(id=name, provider="acme", pricing=other) for name in "ab"] + [Model(id="c", provider="acme")])
    assert [meter.price_of("acme", name) for name in "abc"] == [other, PRICE, None]


def test_how_a_provider_counts_is_its_own_affair(simulator: Simulator) -> None:
    """Gemini's thoughts are beside its output."""
    meter = CostMeter({"gemini:*": Pricing(input_usd=0.0, output_usd=1_000_000.0)})
    with jackfield.Client(
        "gemini", model="gemini-2.5-flash", base_url=simulator.base_urls["gemini"], api_key="x", middleware=[meter]
    ) as gemini:
        usage = gemini.generate("Hello", reasoning_budget=100).usage
    assert usage is not None
    assert usage.reasoning_tokens
    assert usage.output_tokens is not None
    assert meter.total_usd == usage.output_tokens + usage.reasoning_tokens


def test_a_kept_answer_costs_nothing(simulator: Simulator, tmp_path: Path) -> None:
    """It is known to be free, without any price."""
    meter = CostMeter({"groq:*": PRICE})
    with jackfield.Client(
        "groq", model="sim-chat", base_url=simulator.base_url, api_key="x", middleware=[DiskCache(tmp_path), meter]
    ) as groq:
        for _ in range(2):
            groq.generate("Hello")
    assert [bool(cost.usd) for cost in meter.calls] == [True, False]
    assert meter.calls[1].usd == 0.0
