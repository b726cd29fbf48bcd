"""The provider's own options: each one is sent, or refused where it does not belong."""

from typing import Any

import attrs
import pytest
from tests.plugins.cloudflare_samples import ADD, encode, on, request

from jackfield.errors import UnsupportedOption, UsageError
from jackfield.types.requests import OutputSchema
from jackfield_cloudflare import CloudflareGateway, CloudflareOptions
from jackfield_cloudflare.options import ENDPOINTS

SAMPLES: dict[str, Any] = {
    "raw": True,
    "lora": "mine",
    "repetition_penalty": 1.1,
    "guided_json": {"type": "object"},
    "ignore_eos": True,
    "text_tool_calls": True,
    "image_input": "top_level",
    "schema_form": "wrapped",
    "chat_template_kwargs": {"enable_thinking": False},
    "skip_special_tokens": False,
    "reject_if_busy": True,
    "tags": ("a",),
    "user": "u",
    "metadata": {"k": "v"},
    "service_tier": "default",
    "logit_bias": {"5": -100},
    "count": 2,
    "previous_response_id": "r1",
    "reasoning_summary": "auto",
    "verbosity": "low",
    "truncation": "auto",
    "prompt_cache_key": "k",
    "session_affinity": "s",
    "gateway": CloudflareGateway(id="g"),
}
SILENT = {"text_tool_calls": "read by the decoder", "image_input": "moves a picture, and there is none"}


def test_every_option_has_a_sample() -> None:
    """A new option comes with a test."""
    assert {field.name for field in attrs.fields(CloudflareOptions)} == {*SAMPLES, "endpoint"}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("name", SAMPLES)
def test_sent_or_refused(name: str, endpoint: Any) -> None:
    """At each endpoint an option changes what is sent, or is refused by name: nothing is swallowed."""
    schema = OutputSchema(name="S", schema={"type": "object"})
    plain = request(tools=(ADD,), schema=schema, extra=on(endpoint))
    wanted = request(tools=(ADD,), schema=schema, extra=on(endpoint, **{name: SAMPLES[name]}))
    if wanted.extra.misplaced(endpoint):
        with pytest.raises(UnsupportedOption) as caught:
            encode(wanted)
        assert (caught.value.option, caught.value.droppable) == (f"extra.{name}", False)
        return
    bare, made = encode(plain)[0], encode(wanted)[0]
    sent = (made.url, made.headers, made.body) != (bare.url, bare.headers, bare.body)
    assert sent or name in SILENT or (name, endpoint) == ("schema_form", "chat")  # wrapped is what chat does anyway


def test_each_option_fits_somewhere() -> None:
    """No option is refused everywhere."""
    for name, value in SAMPLES.items():
        options = CloudflareOptions(**{name: value})
        assert any(options.misplaced(endpoint) is None for endpoint in ENDPOINTS), name


def test_an_unknown_endpoint() -> None:
    """It is told when the options are made."""
    with pytest.raises(UsageError, match="native, chat, responses"):
        on("nativ")
