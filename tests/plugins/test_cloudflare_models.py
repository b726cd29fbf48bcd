"""The model search: pages, and the facts of a model."""

from typing import Any

import pytest
from tests.plugins.cloudflare_samples import PROVIDER, answer, settings

from jackfield.errors import AuthenticationError, DecodeError
from jackfield.http import HttpRequest
from jackfield.types.models import Model


def item(name: str, **facts: Any) -> dict[str, Any]:
    """A model as the search lists it."""
    properties = facts.pop("properties", {})
    return {
        "id": "3fa8",
        "source": 1,
        "name": name,
        "description": "A model.",
        "task": {"id": "t", "name": "Text Generation", "description": "."},
        "created_at": "2025-08-05 10:27:29.131",
        "tags": [],
        "properties": [{"property_id": name, "value": value} for name, value in properties.items()],
        **facts,
    }


def pages(*contents: Any) -> tuple[list[HttpRequest], list[Model]]:
    """What is asked for when the search answers with these pages, and the models of them all."""
    flow = PROVIDER.list_models(settings())
    asked = [next(flow)]
    try:
        for content in contents:
            asked += [flow.send(answer(content))]
    except StopIteration as done:
        return asked, done.value
    pytest.fail("it asks for more")


def page(*items: Any, total: int = 999) -> dict[str, Any]:
    """One page; its total counts models that no page holds."""
    info = {"count": len(items), "page": 1, "per_page": 100, "total_count": total}
    return {"success": True, "result": list(items), "errors": [], "messages": [], "result_info": info}


def test_a_short_page_is_the_last() -> None:
    """No second page is asked for, whatever the total says."""
    asked, models = pages(page(item("@cf/a/b"), item("@cf/a/c")))
    assert [model.id for model in models] == ["@cf/a/b", "@cf/a/c"]
    (only,) = asked
    assert (only.method, only.body) == ("GET", b"")
    assert only.url == (
        "https://api.cloudflare.com/client/v4/accounts/0123/ai/models/search?page=1&per_page=100&hide_experimental=false"
    )


def test_full_pages_go_on_to_an_empty_one() -> None:
    """A full page may be followed by an empty one."""
    asked, models = pages(page(*[item(f"@cf/a/{n}") for n in range(100)]), page())
    assert (len(asked), len(models)) == (2, 100)
    assert "page=2&" in asked[1].url


def test_a_search_without_end() -> None:
    """A hundred full pages are an error, not a loop."""
    full = page(*[item("@cf/a/b")] * 100)
    with pytest.raises(DecodeError, match="does not end"):
        pages(*[full] * 100)


def test_facts() -> None:
    """Context, prices, properties and dates; text that is a number becomes one."""
    prices = [
        {"unit": "per M input tokens", "price": 0.35, "currency": "USD"},
        {"unit": "per M output tokens", "price": 0.75, "currency": "USD"},
        {"unit": "per M cached input tokens", "price": 0.1, "currency": "USD"},
        {"unit": "per step", "price": 9, "currency": "USD"},
    ]
    properties = {
        "context_window": "128000",
        "price": prices,
        "function_calling": "true",
        "vision": "true",
        "lora": "false",
        "info": "https://models.example/b",
        "planned_deprecation_date": "2026-12-01",
    }
    _, (model,) = pages(page(item("@cf/acme/b", properties=properties)))
    assert (model.owner, model.context_tokens, model.created_s) == ("acme", 128000, 1754389649)
    assert model.features == ("function_calling", "vision")
    assert (model.input_types, model.output_types, model.task) == (("text", "image"), ("text",), "Text Generation")
    assert model.deprecated is True
    assert model.pricing is not None
    assert (model.pricing.input_usd, model.pricing.output_usd, model.pricing.cached_input_usd) == (0.35, 0.75, 0.1)
    assert model.pricing.raw == prices
    assert model.raw["id"] == "3fa8"


def test_little_facts() -> None:
    """What is not said is None, and odd values do no harm."""
    odd = {"context_window": "much", "price": [5, {"unit": "per M input tokens", "price": "free", "currency": "USD"}]}
    _, (bare, strange) = pages(page({"name": "x"}, item("@cf/a/b/c/d", created_at="soon", properties=odd)))
    assert (bare.context_tokens, bare.pricing, bare.task, bare.owner, bare.deprecated) == (None,) * 5
    assert (strange.context_tokens, strange.created_s) == (None, None)
    assert strange.pricing is not None
    assert strange.pricing.input_usd is None


@pytest.mark.parametrize("body", [{"success": True, "result": {}}, [], {"success": True, "result": [{"id": "x"}]}])
def test_what_is_no_list(body: Any) -> None:
    """Rubbish is one of our errors."""
    with pytest.raises(DecodeError):
        pages(body)


def test_a_bad_token() -> None:
    """The search says it with 400 and a code of its own."""
    flow = PROVIDER.list_models(settings())
    next(flow)
    with pytest.raises(AuthenticationError):
        flow.send(answer({"success": False, "errors": [{"code": 10001, "message": "Unable"}]}, status=400))
